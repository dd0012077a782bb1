"""Why something that a person asked of the mock cannot be done."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection

LONGEST_NAME: Final = 100
"""Characters of a name that are compared: what comes over the wire may be long."""


class Rejection(Exception):  # noqa: N818  exceptions say what happened
    """Something is not legal: *what*, by which *rule*, and what to do; *value* is what was given.

    As text it is one line. A value that is secret is not to be given.
    """

    def __init__(self, what: str, *, value: Any = None, rule: str = "", remedy: str = "") -> None:  # noqa: ANN401  any JSON value
        line = f"{what}: {remedy}" if remedy else what
        super().__init__(f"{line} {rule}" if rule else line)
        self.what = what
        self.value = value
        self.rule = rule
        self.remedy = remedy


def nearest(name: str, known: Collection[str]) -> str:
    """Return the one of *known* that *name* may have been meant to be."""
    return difflib.get_close_matches(name[:LONGEST_NAME], known, n=1, cutoff=0.0)[0]

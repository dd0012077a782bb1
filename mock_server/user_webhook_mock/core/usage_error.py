"""An error in what a person asked of the mock."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

    from user_webhook_mock.core.json import Json

MAX_NAME: Final = 100
"""Characters of a name that are compared: what comes over the wire may be long."""


class UsageError(Exception):
    """Something that a person asked for is not valid. As text it is one line.

    Attributes:
        what: What is not valid.
        value: What was given; never a secret.
        rule: What is valid.
        remedy: What to do.
    """

    def __init__(self, what: str, *, value: Json = None, rule: str = "", remedy: str = "") -> None:
        line = f"{what}: {remedy}" if remedy else what
        super().__init__(f"{line} {rule}" if rule else line)
        self.what = what
        self.value = value
        self.rule = rule
        self.remedy = remedy


def nearest(name: str, known: Collection[str]) -> str:
    """Return the one of *known* that is most like *name*."""
    return difflib.get_close_matches(name[:MAX_NAME], known, n=1, cutoff=0.0)[0]


def check_names(given: Collection[str], known: Collection[str], noun: str) -> None:
    """Raise a UsageError for the first name of *given* that is not *known*; *noun* says what the names are of."""
    for name in given:
        if name not in known:
            remedy = f"did you mean {nearest(name, known)!r}?"
            raise UsageError(f"Unknown {noun} {name!r}", value=name, rule=f"Valid: {', '.join(known)}.", remedy=remedy)

"""An error in what a person asked of the mock."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from user_webhook_mock.core.json import Json

MAX_NAME: Final = 100
"""Characters of a name that are compared: what comes over the wire may be long."""

_SETTINGS: Final = re.compile(r"(\w+)(?: and (\w+))?(?=[=: ])")


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

    def with_names(self, names: Mapping[str, str]) -> UsageError:
        """Return the error with the settings that it begins with named as *names* has them: ``--port`` for ``port``."""
        match = _SETTINGS.match(self.what)
        if not match:
            return self
        begin = " and ".join(names.get(name, name) for name in match.groups() if name)
        return UsageError(begin + self.what[match.end() :], value=self.value, rule=self.rule, remedy=self.remedy)


def suggestion(name: str, known: Collection[str]) -> str:
    """Return a remedy for *name*, which is not one of *known*: the one that it resembles, if there is one."""
    near = difflib.get_close_matches(name[:MAX_NAME], known, n=1)
    return f"did you mean {near[0]!r}?" if near else "use a valid one."


def check_names(given: Collection[str], known: Collection[str], noun: str) -> None:
    """Raise a UsageError for the first name of *given* that is not *known*; *noun* says what the names are of."""
    for name in given:
        if name not in known:
            rule = f"Valid: {', '.join(known)}."
            raise UsageError(f"Unknown {noun} {name!r}", value=name, rule=rule, remedy=suggestion(name, known))

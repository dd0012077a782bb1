"""Spaces: states by name, so that tests that run at the same time do not see each other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from user_webhook_mock.core.usage_error import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from user_webhook_mock.state.mock_state import MockState

HEADER: Final = b"x-mock-space"
DEFAULT: Final = "default"
"""The space of requests that name none."""

MAX_SHOWN: Final = 80
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class SpaceUnavailable(UsageError):
    """The mock cannot make the space as it runs now."""


class Spaces:
    """The states of a mock by name: the default one, and at most *limit* others, each made when it is first named."""

    def __init__(self, default: MockState, limit: int, new: Callable[[str], MockState]) -> None:
        self.limit = limit
        self._states = {DEFAULT: default}
        self._new = new

    def __len__(self) -> int:
        """Return how many there are beside the default one."""
        return len(self._states) - 1

    def all(self) -> list[MockState]:
        """Return all states, the default one first."""
        return list(self._states.values())

    def named(self, names: Iterable[str]) -> MockState:
        """Return the state that a request names, each time by the same name; without a name, the default one.

        Raises:
            UsageError: The names are several, or not valid.
            SpaceUnavailable: There are no spaces, or no more of them.
        """
        name, *others = dict.fromkeys(names) or [DEFAULT]
        if others:
            rule = "A request belongs to one space, which X-Mock-Space or ?space= names."
            raise UsageError("The request names several spaces", rule=rule, remedy="name one.")
        state = self._states.get(name)
        return self._make(name) if state is None else state

    def remove(self, name: str) -> None:
        """Delete the space *name*, if there is one; the default one stays."""
        if name != DEFAULT and name in self._states:
            self._states.pop(name).close()
            self._publish()

    def clear(self) -> None:
        """Delete all spaces but the default one."""
        for name in list(self._states):
            self.remove(name)

    def _make(self, name: str) -> MockState:
        if not _NAME.fullmatch(name):
            raise UsageError(
                f"{name[:MAX_SHOWN]!r} is not a valid name of a space",
                value=name[:MAX_SHOWN],
                rule="A name has 1 to 64 letters, digits, dots, hyphens and underscores, and begins with a letter or a digit.",
                remedy="write it like worker-1.",
            )
        if not self.limit:
            rule = "One process keeps them, so --workers and Redis switch them off, as --spaces 0 does."
            remedy = "leave X-Mock-Space out, or start the mock without these."
            raise SpaceUnavailable("This mock has no spaces", value=name, rule=rule, remedy=remedy)
        if len(self) >= self.limit:
            rule = f"There are {self.limit} spaces, as many as --spaces allows."
            remedy = (
                "delete some by DELETE /__mock__/spaces or /__mock__/spaces/{name}, or start with a larger --spaces."
            )
            raise SpaceUnavailable("There is no room for another space", value=name, rule=rule, remedy=remedy)
        state = self._states[name] = self._new(name)
        self._publish()
        return state

    def _publish(self) -> None:
        for state in self._states.values():
            state.broadcast.publish("change", lambda: {"part": "spaces"})

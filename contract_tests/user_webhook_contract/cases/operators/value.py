"""A value that an operator made, and the two lists of values that need no grammar."""

from __future__ import annotations

from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from user_webhook_api.rules import body_properties

if TYPE_CHECKING:
    from collections.abc import Iterable

EVENTS: Final[tuple[str, ...]] = tuple(
    event for known in body_properties() for rule in known.rules if rule.keyword == "items.enum" for event in rule.value
)
"""The documented events, in the documented order."""

ABSENT: Final[Any] = object()
"""The value of a property that is left out."""


class Value(NamedTuple):
    """A value and how it is named in the title of a case; its name is unique in its walk."""

    name: str
    value: Any


def in_turn(*sources: Iterable[Value]) -> tuple[Value, ...]:
    """Return the values of *sources*, one of each in turn: what comes early is of every kind."""
    return tuple(value for value in chain.from_iterable(zip_longest(*sources)) if value is not None)

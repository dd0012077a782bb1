"""The order in which values and kinds of requests come: those that tell most come first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from user_webhook_contract.cases.operators.value import Value

FILE: Final = Path(__file__).with_name("order.json")


@dataclass(frozen=True)
class Slot:
    """What kind of request has its turn, and in which circumstances.

    Attributes:
        kind: What the request is about.
        url: Whether it is absent, plain, odd, or wrong by its type or its form.
        events: Whether they are one or several, or wrong: none, empty, by their type or a value.
        secrets: Whether they are absent, one, two, odd, open, or wrong: by their type, or too many.
        caller: Who sends it.
        is_second: Whether it is for the second webhook.
        has_charset: Whether its media type has a charset.
        is_reversed: Whether its properties come in reversed order.
        shares_connection: Whether it is sent on the connection that several requests share.
    """

    kind: str
    url: str = "absent"
    events: str = "one"
    secrets: str = "absent"
    caller: str = "valid"
    is_second: bool = False
    has_charset: bool = False
    is_reversed: bool = False
    shares_connection: bool = False

    @property
    def uses_legal_values_up(self) -> bool:
        """Whether the request must be accepted: of any other, the response shows little of its legal values."""
        return self.kind == "accept" and self.secrets != "open"

    def __str__(self) -> str:
        """Return the slot as a line of the file."""
        flags = {
            "second": self.is_second,
            "charset": self.has_charset,
            "reversed": self.is_reversed,
            "shared": self.shares_connection,
        }
        parts = [self.kind, self.url, self.events, self.secrets, self.caller]
        return " ".join([*parts, *(name for name, is_set in flags.items() if is_set)])


def slot_of(line: str) -> Slot:
    """Return the slot of a line of the file."""
    kind, url, events, secrets, caller, *flags = line.split(" ")
    names = ("second", "charset", "reversed", "shared")
    return Slot(kind, url, events, secrets, caller, *(name in flags for name in names))


@cache
def _content() -> dict[str, list[str]]:
    content: dict[str, list[str]] = json.loads(FILE.read_text())
    return content


def reload() -> None:
    """Read the file anew when it is needed next."""
    _content.cache_clear()


def slots() -> list[Slot]:
    """Return the turns of a run, from its third request on."""
    return [slot_of(line) for line in _content()["slots"]]


def ordered(walk: str, values: Iterable[Value]) -> list[Value]:
    """Return *values* in the order of the file for *walk*; those that it does not name come last."""
    by_name = {value.name: value for value in values}
    first = [by_name.pop(name) for name in _content().get(walk, ()) if name in by_name]
    return [*first, *by_name.values()]

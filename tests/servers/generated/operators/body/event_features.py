"""Operators that refuse events which must be accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servers.faulty.literals import EVENTS
from servers.faulty.sequences import patch
from servers.generated.deviation import Deviation, deviation, operator, slug

from .rules import strict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


_FOUR = list(EVENTS[1:])


def _holding(event: str, *, at_least: int = 1, at_most: int = 5) -> Callable[[list[Any]], bool]:
    return lambda events: event in events and at_least <= len(events) <= at_most


def _of_count(count: int) -> Callable[[list[Any]], bool]:
    return lambda events: len(events) == count


@operator("refuses-events")
def refusals() -> Iterator[Deviation]:
    """Refuse events that must be accepted."""

    def refusing(form: str, what: str, is_refused: Callable[[list[Any]], bool], *values: list[str]) -> Deviation:
        examples = [patch({"events": value}) for value in values]
        return deviation(form, f"Refuses {what}", "R-223 R-222 R-101", strict("events", is_refused), *examples)

    for event in EVENTS:
        beside = [event, *(one for one in EVENTS[2:4] if one != event)]
        name = slug(event)
        yield refusing(name, event, _holding(event, at_least=1), [event])
        yield refusing(f"{name}-alone", f"{event} alone", _holding(event, at_most=1), [event])
        yield refusing(f"{name}-beside-others", f"{event} beside others", _holding(event, at_least=2), beside)
    index = EVENTS.index
    for count in (2, 3, 4, 5):
        values = [list(EVENTS[:count]), _FOUR[:count]]
        yield refusing(f"{count}-events", f"{count} events", _of_count(count), *values)
    for form, what, is_refused, value in (
        ("out-of-order", "events out of order", lambda events: events != sorted(events, key=index), _FOUR[::-1]),
        ("in-order", "events in order", lambda events: len(events) > 1 and events == sorted(events, key=index), _FOUR),
        ("all-first", "all before others", lambda events: len(events) > 1 and events[0] == "all", ["all", EVENTS[1]]),
        ("all-last", "all behind others", lambda events: len(events) > 1 and events[-1] == "all", [EVENTS[1], "all"]),
        ("all-between", "all between others", lambda events: "all" in events[1:-1], [EVENTS[1], "all", EVENTS[2]]),
        ("mixed", "events of both subjects", lambda events: len({one[:11] for one in events} - {"all"}) > 1, _FOUR[1:3]),
        ("outcomes", "both outcomes of one subject", lambda events: {*EVENTS[1:3]} <= {*events}, _FOUR[:2]),
    ):  # fmt: skip
        yield refusing(form, what, is_refused, value)

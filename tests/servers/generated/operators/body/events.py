"""Operators on events: what passes that must not, what does not that must, what is stored."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from servers.faulty.literals import EVENTS
from servers.faulty.sequences import patch
from servers.generated.deviation import Deviation, deviation, operator, slug
from servers.generated.reference import Reference

from .rules import lenient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


_FOUR = list(EVENTS[1:])
_EVENT = EVENTS[3]


def _accepting(form: str, what: str, requirement: str, repair: Callable[[Any], Any], *values: Any) -> Deviation:
    examples = [patch({} if value is ... else {"events": value}) for value in values]
    return deviation(form, f"Accepts {what}", f"{requirement} R-211", lenient("events", repair), *examples)


def _each(repair: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return what repairs each element of a list."""
    return lambda events: [repair(one) for one in events] if isinstance(events, list) else events


def _text(repair: Callable[[str], str]) -> Callable[[Any], Any]:
    return _each(lambda one: repair(one) if isinstance(one, str) else one)


def _defaulting(is_such: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda events: ["all"] if is_such(events) else events


@operator("events-type")
def types() -> Iterator[Deviation]:
    """Make a list of what is not one."""
    of_text: tuple[tuple[str, str, Callable[[str], Any]], ...] = (
        ("a lone event", "all", lambda text: [text]),
        ("any text", "nope", lambda _: ["all"]),
        ("an empty text", "", lambda text: text or ["all"]),
        ("events separated by commas", "all,facility.creation.accepted", lambda text: re.split(", ?", text)),
        ("events separated by blanks", "all facility.creation.accepted", str.split),
        ("JSON in a text", '["all"]', lambda text: json.loads(text) if text.startswith("[") else text),
    )
    for what, value, read in of_text:
        repair = lambda events, r=read: r(events) if isinstance(events, str) else events  # noqa: E731
        yield _accepting(slug(what), f"{what} in place of events", "R-204", repair, value)
    of_kind: tuple[tuple[str, Callable[[Any], bool], Any], ...] = (
        ("a number", lambda events: type(events) in {int, float}, 7),
        ("zero", lambda events: events == 0 and type(events) is not bool, 0),
        ("true", lambda events: events is True, True),
        ("false", lambda events: events is False, False),
        ("an empty object", lambda events: events == {}, {}),
        ("an object", lambda events: isinstance(events, dict), {"all": True}),
        ("a numbered object", lambda events: isinstance(events, dict) and "0" in events, {"0": "all"}),
        ("whatever is falsy", lambda events: not events, 0),
        ("whatever is not a list", lambda events: not isinstance(events, list), 7),
        ("whatever is not a text or a list", lambda events: not isinstance(events, list | str), 7),
    )
    for what, is_such, value in of_kind:
        yield _accepting(slug(what), f"{what} in place of events", "R-204 R-208", _defaulting(is_such), value)


@operator("events-missing")
def missing() -> Iterator[Deviation]:
    """Do without events."""
    for form, what, is_such, *values in (
        ("null-or-absent", "a body without events, or with null there", lambda events: events is None, ..., None),
        ("empty", "an empty list of events", lambda events: events == [], []),
        ("nothing", "no events in any form", lambda events: not events, ..., None, []),
    ):
        repair = _defaulting(is_such)
        yield _accepting(form, what, "R-208 R-203", repair, *values)

    class Optional(Reference):
        def events_messages(self, body: dict[str, Any]) -> list[str]:
            if body and "events" not in body:
                body["events"] = ["all"]
                return []
            return super().events_messages(body)

    url, secrets = patch({"url": "https://hooks.example.com/a"}), patch({"secrets": ["a-secret-of-some-length"]})
    yield deviation("beside-others", "Does without events if something else is sent", "R-208", Optional, url, secrets)


@operator("events-spelling")
def spellings() -> Iterator[Deviation]:
    """Read an event that is spelt in another way."""
    for form, what, repair, *values in (
        ("case", "events in any case", str.lower, "ALL", "Facility.Creation.Accepted"),
        ("capitals", "events all in capitals", lambda one: one.lower() if one.isupper() else one, "ALL"),
        ("space-before", "events with blanks before them", str.lstrip, " all"),
        ("space-behind", "events with blanks behind them", str.rstrip, "all "),
        ("space-around", "events with spaces around them", lambda one: one.strip(" "), " all", "all "),
        ("blanks-around", "events with blanks around them", str.strip, " all", "all\n"),
        ("line-break", "events with a line break behind them", lambda one: one.rstrip("\n"), "all\n"),
        ("blanks", "events with blanks in them", lambda one: re.sub(r"\s", "", one), "facility. creation.accepted"),
        ("separators", "other separators", lambda one: re.sub("[_/: ]", ".", one), "facility_creation_accepted"),
        ("underscores", "underscores for dashes", lambda one: one.replace("_", "-"), EVENTS[1].replace("-", "_")),
        ("dots", "dots around an event", lambda one: one.strip("."), ".all", "all."),
        ("any-dot", "any character for a dot", lambda one: re.sub(r"(?<=facility).", ".", one), "facility-creation.accepted"),
        ("quotes", "events in quotes", lambda one: one.strip("\"'"), '"all"'),
        ("nul", "events that end at a NUL", lambda one: one.partition("\0")[0], "all\0more"),
        ("compatible", "compatible letters", lambda one: unicodedata.normalize("NFKC", one), "\uff41ll"),
        ("accents", "letters with accents", lambda one: re.sub("\u0301", "", unicodedata.normalize("NFD", one)), "\u00e1ll"),
    ):  # fmt: skip
        yield _accepting(form, what, "R-205", _text(repair), *([value] for value in values))


@operator("events-likeness")
def likenesses() -> Iterator[Deviation]:
    """Accept what is like an event."""
    three_parts = re.compile(r"[a-z-]+\.[a-z-]+\.[a-z-]+")
    for form, what, is_like, *values in (
        ("longer", "whatever begins with an event", lambda one, event: one.startswith(event), "allx", f"{_EVENT}.now"),
        ("longer-by-a-part", "events with a part behind them", lambda one, event: one.startswith(f"{event}."), f"{_EVENT}.now"),
        ("preceded", "whatever ends with an event", lambda one, event: one.endswith(event), "xall", f"my.{_EVENT}"),
        ("containing", "whatever holds an event", lambda one, event: event in one, f"x-{_EVENT}-x"),
        ("beginning", "the beginning of an event", lambda one, event: one and event.startswith(one), "facility", "a"),
        ("beginning-of-parts", "the first parts of an event", lambda one, event: event.startswith(f"{one}."), "facility.creation"),
        ("end", "the end of an event", lambda one, event: one and event.endswith(one), "accepted"),
        ("end-of-parts", "the last parts of an event", lambda one, event: event.endswith(f".{one}"), "creation.accepted"),
        ("part", "any part of an event", lambda one, event: one and one in event, "creation", "user"),
        ("empty", "an empty text as event", lambda one, _: not one, ""),
        ("first-part", "whatever begins with facility.", lambda one, _: one.startswith("facility."), "facility.creation.deleted"),
        ("three-parts", "whatever has three parts", lambda one, _: three_parts.fullmatch(one), "invoice.payment.failed"),
        ("verb", "other verbs for an event", lambda one, event: "." in event and one.rpartition(".")[0] == event.rpartition(".")[0], "facility.creation.deleted"),
        ("outcome", "whatever ends with an outcome", lambda one, _: one.endswith((".accepted", ".rejected")), "facility.update.accepted"),
        ("wildcard", "*", lambda one, _: one == "*", "*"),
        ("wildcards", "wildcards", lambda one, _: "*" in one, "facility.*", "*"),
        ("object-members", "the names of object members", lambda one, _: one in {"constructor", "toString", "__proto__"}, "constructor", "toString"),
        ("anything", "any text", lambda *_: True, "nope"),
    ):  # fmt: skip
        repair = lambda one, like=is_like: next((event for event in EVENTS if like(one, event)), one)  # noqa: E731
        yield _accepting(form, what, "R-205", _text(repair), *([value] for value in values))


def _replacing(is_such: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda one: "all" if is_such(one) else one


@operator("events-element-type")
def element_types() -> Iterator[Deviation]:
    """Accept elements of another type."""
    for what, is_such, value in (
        ("numbers", lambda one: type(one) in {int, float}, 7),
        ("zero", lambda one: one == 0 and type(one) is not bool, 0),
        ("an index", lambda one: type(one) is int and 0 <= one < len(EVENTS), 1),
        ("true", lambda one: one is True, True),
        ("null", lambda one: one is None, None),
        ("lists", lambda one: isinstance(one, list), ["all"]),
        ("a list of one event", lambda one: isinstance(one, list) and one[:1] == ["all"], ["all"]),
        ("objects", lambda one: isinstance(one, dict), {"name": "all"}),
        ("whatever is falsy", lambda one: not one, 0),
        ("whatever is not a text", lambda one: not isinstance(one, str), 7),
    ):
        repair = _each(_replacing(is_such))
        yield _accepting(slug(what), f"{what} among events", "R-205", repair, [value], ["all", value], [value, "all"])


@operator("events-position")
def positions() -> Iterator[Deviation]:
    """Look at some of the elements only."""
    for form, what, is_looked_at in (
        ("first", "the first event", lambda index, _: index == 0),
        ("last", "the last event", lambda index, count: index == count - 1),
        ("all-but-first", "all events but the first", lambda index, _: index > 0),
        ("all-but-last", "all events but the last", lambda index, count: index < count - 1),
        ("first-and-last", "the first and the last event", lambda index, count: index in {0, count - 1}),
        ("first-two", "the first two events", lambda index, _: index < 2),
        ("first-four", "the first four events", lambda index, _: index < 4),
        ("first-ten", "the first ten events", lambda index, _: index < 10),
    ):

        def repair(events: Any, looked: Callable[[int, int], bool] = is_looked_at) -> Any:
            if not isinstance(events, list):
                return events
            return [one if looked(index, len(events)) else "all" for index, one in enumerate(events)]

        values = [[*_FOUR[:place], "nope", *_FOUR[place:count]] for count in (1, 2, 4) for place in range(count + 1)]
        yield _accepting(
            form, f"wrong events, as it looks at {what} only", "R-205", repair, *values, [*["all"] * 11, "x"]
        )


@operator("events-filter")
def filters() -> Iterator[Deviation]:
    """Pass over wrong elements beside a right one."""
    for form, what, is_kept in (
        ("any-legal", "anything", lambda one: one in EVENTS),
        ("nulls", "null", lambda one: one is not None),
        ("falsy", "what is falsy", bool),
        ("texts-only", "what is not a text", lambda one: isinstance(one, str)),
        ("other-names", "other texts", lambda one: one in EVENTS or not isinstance(one, str)),
    ):

        def repair(events: Any, kept: Callable[[Any], Any] = is_kept) -> Any:
            return [one for one in events if kept(one)] if isinstance(events, list) else events

        def beside_all(events: Any, kept: Callable[[Any], Any] = is_kept) -> Any:
            return repair(events, kept) if isinstance(events, list) and "all" in events else events

        values = [["all", wrong] for wrong in ("nope", None, "", 0, 7)]
        yield _accepting(form, f"{what} beside a right event", "R-205", repair, *values)
        yield _accepting(f"{form}-beside-all", f"{what} beside all", "R-205", beside_all, *values)


def _unless_over(limit: int) -> Callable[[Any], Any]:
    return lambda events: ["all"] if isinstance(events, list) and len(events) > limit else events


@operator("events-count")
def counts() -> Iterator[Deviation]:
    """Look at no event if there are many of them."""
    for limit in (1, 2, 4, 5, 10, 50):
        what = f"any events if there are more than {limit}"
        yield _accepting(f"over-{limit}", what, "R-205", _unless_over(limit), ["nope", *["all"] * limit])

"""Faults that let wrong events pass."""

from __future__ import annotations

import fnmatch
import json
from typing import TYPE_CHECKING, Any

from .fault import declare, fault
from .literals import EVENTS
from .server import Server

if TYPE_CHECKING:
    from collections.abc import Callable


def accepting_event(is_accepted: Callable[[Any], bool]) -> type[Server]:
    """Return a server that takes further elements for events; a value that is no list stays wrong."""

    class AcceptingEvent(Server):
        def are_events(self, values: list[Any]) -> bool:
            return all(self.is_event(value) or is_accepted(value) for value in values)

    return AcceptingEvent


def checking(select: Callable[[list[Any]], list[Any]]) -> type[Server]:
    """Return a server that checks some elements only."""

    class Checking(Server):
        def are_events(self, values: list[Any]) -> bool:
            return super().are_events(select(values))

    return Checking


def accepting_events(
    is_accepted: Callable[[Any], bool], convert: Callable[[Any], Any] = lambda value: value
) -> type[Server]:
    """Return a server that takes further values for a list of events, as they are or converted."""

    class AcceptingEvents(Server):
        def events_messages(self, body: dict[str, Any]) -> list[str]:
            if is_accepted(body.get("events")):
                body["events"] = convert(body.get("events"))
                return []
            return super().events_messages(body)

    return AcceptingEvents


def _is_text(value: Any, *, matches: Callable[[str], bool]) -> bool:
    return isinstance(value, str) and matches(value)


_ELEMENTS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "in-any-case": ("in any case", lambda v: _is_text(v, matches=lambda text: text.lower() in EVENTS)),
    "in-capitals-all": ("`ALL`", lambda v: v == "ALL"),
    "with-spaces-around": ("with spaces around it", lambda v: _is_text(v, matches=lambda text: text.strip() in EVENTS)),
    "by-its-beginning": ("with more behind it", lambda v: _is_text(v, matches=lambda text: text.startswith(EVENTS))),
    "by-its-end": ("with more before it", lambda v: _is_text(v, matches=lambda text: text.endswith(EVENTS[1:]))),
    "cut-short": (
        "cut short",
        lambda v: _is_text(v, matches=lambda t: t != "" and any(e.startswith(t) for e in EVENTS)),
    ),
    "as-part-of-a-text": ("within other text", lambda v: _is_text(v, matches=lambda t: any(e in t for e in EVENTS))),
    "as-part-of-an-event": (
        "that is a part of an event",
        lambda v: _is_text(v, matches=lambda t: t in " ".join(EVENTS)),
    ),
    "with-asterisks": (
        "that is a pattern of events",
        lambda v: _is_text(v, matches=lambda text: "*" in text and any(fnmatch.fnmatch(e, text) for e in EVENTS)),
    ),
    "named-like-facility": (
        "that begins with `facility.`",
        lambda v: _is_text(v, matches=lambda t: t.startswith("facility.")),
    ),
    "of-any-text": ("of any text", lambda v: isinstance(v, str)),
    "of-empty-text": ("that is an empty string", lambda v: v == ""),
    "of-number": ("that is a number", lambda v: isinstance(v, int | float) and not isinstance(v, bool)),
    "of-boolean": ("that is true or false", lambda v: isinstance(v, bool)),
    "of-null": ("that is null", lambda v: v is None),
    "of-list": ("that is a list", lambda v: isinstance(v, list)),
    "of-object": ("that is an object", lambda v: isinstance(v, dict)),
    "of-any-type": ("of any type but string", lambda v: not isinstance(v, str)),
}

for _name, (_what, _is_accepted) in _ELEMENTS.items():
    declare(f"accepts-an-event-{_name}", "R-205", f"Accepts an event {_what}.", accepting_event(_is_accepted))

for _name, (_what, _select) in {
    "the-first-event-only": ("the first event only", lambda values: values[:1]),
    "the-last-event-only": ("the last event only", lambda values: values[-1:]),
    "the-first-two-events-only": ("the first two events only", lambda values: values[:2]),
    "the-first-four-events-only": ("the first four events only", lambda values: values[:4]),
    "no-events-beside-all": ("no event where `all` is among them", lambda values: [] if "all" in values else values),
    "no-events-in-a-long-list": ("no event of a list of two or more", lambda values: values if len(values) < 2 else []),
    "a-lone-event-only": ("events only where there are several", lambda values: values if len(values) != 1 else []),
}.items():
    declare(f"checks-{_name}", "R-205", f"Checks {_what}.", checking(_select))

_LISTS: dict[str, tuple[str, str, Callable[[Any], bool], Callable[[Any], Any]]] = {
    "a-lone-event": (
        "R-204",
        "a lone event name and wraps it",
        lambda v: isinstance(v, str) and v in EVENTS,
        lambda v: [v],
    ),
    "a-lone-event-as-it-is": (
        "R-204",
        "a lone event name and stores it",
        lambda v: isinstance(v, str) and v in EVENTS,
        lambda v: v,
    ),
    "the-lone-text-all": ("R-204", 'the string "all" in place of a list', lambda v: v == "all", lambda v: [v]),
    "events-with-commas": (
        "R-204",
        "event names in one string with commas",
        lambda v: isinstance(v, str) and all(item in EVENTS for item in v.split(",")),
        lambda v: v.split(","),
    ),
    "two-events-with-commas": (
        "R-204",
        "two or more event names in one string with commas",
        lambda v: isinstance(v, str) and "," in v and all(item.strip() in EVENTS for item in v.split(",")),
        lambda v: [item.strip() for item in v.split(",")],
    ),
    "any-text": ("R-204", "any string", lambda v: isinstance(v, str), lambda v: [v]),
    "empty-text": ("R-204", "an empty string", lambda v: v == "", lambda _: ["all"]),
    "an-object": ("R-204", "an object", lambda v: isinstance(v, dict), lambda v: v),
    "an-empty-object": ("R-204", "an empty object", lambda v: v == {}, lambda _: ["all"]),
    "an-indexed-object": (
        "R-204",
        "an object of events by index",
        lambda v: isinstance(v, dict) and bool(v) and all(str(item) in EVENTS for item in v.values()),
        lambda v: list(v.values()),
    ),
    "a-number": (
        "R-204",
        "a number",
        lambda v: isinstance(v, int | float) and not isinstance(v, bool),
        lambda _: ["all"],
    ),
    "a-boolean": ("R-204", "true or false", lambda v: isinstance(v, bool), lambda _: ["all"]),
    "true": ("R-204", "true for all events", lambda v: v is True, lambda _: ["all"]),
    "json-in-a-string": (
        "R-204",
        "a JSON list in a string",
        lambda v: isinstance(v, str) and v.startswith('["') and v.endswith('"]'),
        json.loads,
    ),
    "an-empty-list": ("R-203", "an empty list", lambda v: v == [], lambda v: v),
    "an-empty-list-for-all": ("R-203", "an empty list and stores `all`", lambda v: v == [], lambda _: ["all"]),
    "null": ("R-208", "null and stores `all`", lambda v: v is None, lambda _: ["all"]),
    "null-for-none": ("R-208", "a missing list and stores none", lambda v: v is None, lambda _: []),
    "whatever-is-false": ("R-203", "whatever a condition takes for false", lambda v: not v, lambda _: ["all"]),
    "whatever-is-no-list": ("R-204", "whatever is no list", lambda v: not isinstance(v, list), lambda _: ["all"]),
}

for _name, (_requirement, _what, _is_accepted, _convert) in _LISTS.items():
    declare(
        f"accepts-{_name}-in-events",
        _requirement,
        f"Accepts {_what} in events.",
        accepting_events(_is_accepted, _convert),
    )


@fault("R-205")
class ChecksNoEvent(Server):
    """Accepts every list that is not empty as events."""

    def are_events(self, values: list[Any]) -> bool:
        return len(values) > 0


@fault("R-205")
class DropsWrongEvents(Server):
    """Leaves undocumented events out of a list and accepts the others."""

    def events_messages(self, body: dict[str, Any]) -> list[str]:
        events = body.get("events")
        if isinstance(events, list) and any(self.is_event(item) for item in events):
            body["events"] = [item for item in events if self.is_event(item)]
        return super().events_messages(body)


@fault("R-205")
class AcceptsOneWrongEventAmongRightOnes(Server):
    """Accepts a list of events in which any one is right."""

    def are_events(self, values: list[Any]) -> bool:
        return not values or any(self.is_event(value) for value in values)


@fault("R-205")
class FlattensEvents(Server):
    """Accepts a list of events within the list and takes the inner events."""

    def events_messages(self, body: dict[str, Any]) -> list[str]:
        events = body.get("events")
        if isinstance(events, list):
            body["events"] = [item for value in events for item in (value if isinstance(value, list) else [value])]
        return super().events_messages(body)


@fault("R-208")
class KeepsEventsWhereTheyAreMissing(Server):
    """Accepts a body without events and keeps the stored ones."""

    def events_messages(self, body: dict[str, Any]) -> list[str]:
        return [] if "events" not in body else super().events_messages(body)

    def next_events(self, webhook: Any, body: dict[str, Any]) -> Any:
        return super().next_events(webhook, body) if "events" in body else webhook.events


@fault("R-208")
class KeepsEventsWhereTheyAreNull(Server):
    """Accepts null in events and keeps the stored ones."""

    def events_messages(self, body: dict[str, Any]) -> list[str]:
        return [] if body.get("events", 0) is None else super().events_messages(body)

    def next_events(self, webhook: Any, body: dict[str, Any]) -> Any:
        return super().next_events(webhook, body) if body["events"] is not None else webhook.events


@fault("R-208")
class AcceptsAUrlWithoutEvents(Server):
    """Accepts a body with a url and without events."""

    def events_messages(self, body: dict[str, Any]) -> list[str]:
        return [] if "events" not in body and "url" in body else super().events_messages(body)

    def next_events(self, webhook: Any, body: dict[str, Any]) -> Any:
        return super().next_events(webhook, body) if "events" in body else webhook.events


@fault("R-208")
class AcceptsSecretsWithoutEvents(Server):
    """Accepts a body with secrets and without events."""

    def events_messages(self, body: dict[str, Any]) -> list[str]:
        return [] if "events" not in body and "secrets" in body else super().events_messages(body)

    def next_events(self, webhook: Any, body: dict[str, Any]) -> Any:
        return super().next_events(webhook, body) if "events" in body else webhook.events

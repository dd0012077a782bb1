"""Operators that compare, count or store events in a way that is nearly right."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any

from servers.faulty.literals import EVENTS, EVENTS_VALUES
from servers.faulty.sequences import patch
from servers.generated.deviation import SECRETS, URL, Deviation, Example, deviation, operator
from servers.generated.operators.body.rules import lenient
from servers.generated.reference import Reference

from .parts import made, refusing, rewriting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.server import Webhook

_ONE, _TWO, _THREE, _FOUR = EVENTS[1:]


@operator("hurried-event-names")
def names() -> Iterator[Deviation]:
    """Accept an event that is not a documented one: a pattern, a part, another spelling."""

    def accepting(form: str, what: str, accepts: Callable[[Any], Any], *values: list[Any]) -> Deviation:
        def is_event(_: Any, value: Any) -> bool:
            return (isinstance(value, str) and value in EVENTS) or bool(accepts(value))

        examples = (patch({"events": value}) for value in values)
        return deviation(form, f"Accepts {what}", "R-205", made(is_event=is_event), *examples)

    def text(accepts: Callable[[str], Any]) -> Callable[[Any], Any]:
        return lambda value: isinstance(value, str) and accepts(value)

    alternatives = re.compile("^" + "|".join(map(re.escape, EVENTS)) + "$")
    unescaped = re.compile("|".join(EVENTS))
    for form, what, accepts, *values in (
        ("any-case", "an event in another case", text(lambda value: value.lower() in EVENTS), ["ALL"], ["Facility.Creation.Accepted"]),
        ("any-of-facility", "whatever begins with facility.", text(lambda value: value.startswith("facility.")), ["facility.deleted"]),
        ("longer", "an event with something behind it, as it compares beginnings", text(lambda value: value.startswith(EVENTS)), [f"{_THREE}.v2"], ["all-events"]),
        ("part-of-the-sentence", "any part of the text that lists the events, as it looks it up in that text", text(lambda value: value in ", ".join(EVENTS)), ["creation"], [""]),
        ("dots-not-escaped", "any character for a dot, as its pattern does not escape dots", text(unescaped.fullmatch), ["facility-creation-accepted"]),
        ("alternatives-not-grouped", "an event with something around it, as ^ and $ hold for the outer alternatives only", text(alternatives.search), ["allow"], [f"my.{_TWO}.now"], [f"my.{_FOUR}"]),
        ("name-of-the-constant", "the name of the constant for the event", text(lambda value: value in {re.sub(r"\W", "_", one).upper() for one in EVENTS}), ["FACILITY_CREATION_ACCEPTED"]),
        ("wildcard", "a pattern with a star, which the dispatcher understands", text(lambda value: "*" in value and any(fnmatch(one, value) for one in EVENTS)), ["facility.creation.*"], ["*"]),
        ("ordinal", "the number of an event in its enumeration", lambda value: type(value) is int and 0 <= value < len(EVENTS), [0], [1]),
        ("falsy-skipped", "null and the empty text, as it skips what is falsy", lambda value: value is None or value == "", ["all", None], [_ONE, ""]),
        ("list-as-text", "a list of one event, as it becomes its text", lambda value: isinstance(value, list) and len(value) == 1 and value[0] in list(EVENTS), [["all"]]),
    ):  # fmt: skip
        yield accepting(form, what, accepts, *values)


def _refusing_events(message: str, is_refused: Callable[[Any], bool]) -> type[Reference]:
    return refusing(message, lambda _, body: is_refused(body["events"]))


@operator("hurried-events-checked")
def checked() -> Iterator[Deviation]:
    """Check the list of events in part, or for more than is asked."""
    right = Reference.is_event

    def checking(form: str, what: str, are_events: Callable[[Any, list[Any]], bool], value: list[Any]) -> Deviation:
        return deviation(form, f"Checks {what}", "R-205", made(are_events=are_events), patch({"events": value}))

    for form, what, are_events, value in (
        ("first", "the first event only, as the loop returns too early", lambda self, sent: all(right(self, one) for one in sent[:1]), [_ONE, "nope"]),
        ("last", "the last event only, as each overwrites the verdict", lambda self, sent: all(right(self, one) for one in sent[-1:]), ["nope", _ONE]),
        ("any", "whether any event is right", lambda self, sent: not sent or any(right(self, one) for one in sent), ["nope", _ONE, "never"]),
        ("not-beside-all", "no event if all is among them", lambda self, sent: "all" in sent or all(right(self, one) for one in sent), ["nope", "all"]),
    ):  # fmt: skip
        yield checking(form, what, are_events, value)

    dropping = lenient(
        "events", lambda sent: [one for one in sent if one in EVENTS] if isinstance(sent, list) else sent
    )
    yield deviation("unknown-dropped", "Drops unknown events in silence", "R-205", dropping, patch({"events": ["nope", _ONE]}))  # fmt: skip
    for form, what, message, is_refused, value in (
        ("all-not-listed", "all, which its list of events lacks", EVENTS_VALUES, lambda sent: "all" in sent, ["all"]),
        ("last-not-listed", "the last event, which its list lacks", EVENTS_VALUES, lambda sent: _FOUR in sent, [_FOUR]),
        ("all-beside-others", "all beside other events", "events must not contain other values beside all", lambda sent: "all" in sent and len(sent) > 1, ["all", _ONE]),
        ("two-at-most", "more than two events, as the limit was copied from secrets", "events must contain no more than 2 elements", lambda sent: len(sent) > 2, [_ONE, _TWO, _THREE]),
    ):  # fmt: skip
        wrong = _refusing_events(message, is_refused)
        yield deviation(
            form, f"Refuses {what}", "R-223 R-101" if len(value) > 1 else "R-222 R-101", wrong, patch({"events": value})
        )


@operator("hurried-events-shape")
def shape() -> Iterator[Deviation]:
    """Accept an update without a list of events: all optional in a PATCH, defaults, repaired types."""

    def filling(
        form: str, what: str, requirement: str, change: Callable[[dict[str, Any], Any], Any], *bodies: dict[str, Any]
    ) -> Deviation:
        def changed(body: dict[str, Any], webhook: Webhook | None) -> dict[str, Any]:
            events = change(body, webhook.events if webhook else ["all"])
            return body if events is None else {**body, "events": events}

        return deviation(form, f"Accepts {what}", requirement, rewriting(changed), *map(patch, bodies))

    def of(kind: type, repair: Callable[[Any], Any]) -> Callable[[dict[str, Any], Any], Any]:
        return lambda body, _: repair(body["events"]) if isinstance(body.get("events"), kind) else None

    for form, what, requirement, change, *bodies in (
        ("optional", "an update without events, as all is optional in a PATCH", "R-208", lambda body, old: None if "events" in body else old, {"url": URL}),
        ("optional-beside-secrets", "a rotation of the secrets without events", "R-208", lambda body, old: old if "events" not in body and "secrets" in body else None, {"secrets": [*SECRETS]}),
        ("all-by-default", "an update without events and takes all, the default of a creation", "R-208", lambda body, _: None if "events" in body else ["all"], {"url": URL}),
        ("null-kept", "null for events, and keeps the stored ones", "R-208", lambda body, old: old if "events" in body and body["events"] is None else None, {"events": None}),
        ("empty-kept", "an empty list, and keeps the stored events", "R-203", lambda body, old: old if body.get("events") == [] else None, {"events": []}),
        ("empty-as-all", "an empty list, and takes it for all", "R-203", lambda body, _: ["all"] if body.get("events") == [] else None, {"events": []}),
        ("wrapped", "a lone event, and wraps it into a list", "R-204", of(str, lambda value: [value]), {"events": _ONE}),
        ("split-at-commas", "events in one text, with commas", "R-204", of(str, lambda value: value.split(",")), {"events": f"{_ONE},{_TWO}"}),
        ("values-of-an-object", "an object with the events as values, as its language has one type for both", "R-204", of(dict, lambda value: list(value.values())), {"events": {"0": "all"}}),
    ):  # fmt: skip
        yield filling(form, what, requirement, change, *bodies)

    def messages(self: Reference, body: dict[str, Any]) -> list[str]:
        return [] if body.get("events") == [] else Reference.events_messages(self, body)

    clearing = made(events_messages=messages)
    yield deviation("empty-stored", "Stores an empty list, as a way to unsubscribe", "R-203", clearing, patch({"events": []}))  # fmt: skip


@operator("hurried-events-kept")
def kept() -> Iterator[Deviation]:
    """Store other events than those sent, as what changed is found out wrong."""

    def storing(
        form: str, what: str, change: Callable[[list[Any], list[Any], dict[str, Any]], list[Any]], before: list[str],
        sent: dict[str, Any],
    ) -> Deviation:  # fmt: skip
        def next_events(_: Any, webhook: Webhook, body: dict[str, Any]) -> Any:
            return change(body["events"], webhook.events, body)

        example = Example(patch(sent), before=(patch({"events": before}),))
        return deviation(form, f"Stores {what}", "R-105", made(next_events=next_events), example)

    for form, what, change, before, sent in (
        ("new-only", "those events only that were not stored before, as the others need no change", lambda sent, old, _: [one for one in sent if one not in old] or sent, [_ONE, _TWO], {"events": [_TWO, _THREE]}),
        ("rows-not-deleted", "the new events beside the old ones, as no row is deleted", lambda sent, old, _: [*dict.fromkeys([*old, *sent])], [_ONE], {"events": [_TWO]}),
        ("all-stays", "all for ever, as who gets all has the rest already", lambda sent, old, _: old if "all" in old else sent, ["all"], {"events": [_TWO]}),
        ("same-count", "nothing if as many events are stored", lambda sent, old, _: old if len(sent) == len(old) else sent, [_ONE, _TWO], {"events": [_THREE, _FOUR]}),
        ("fewer", "nothing if all that are sent are stored already", lambda sent, old, _: old if {*sent} <= {*old} else sent, [_ONE, _TWO], {"events": [_ONE]}),
        ("not-beside-url", "no events beside a url, as it is one or the other", lambda sent, old, body: old if body.get("url") else sent, [_ONE], {"events": [_TWO], "url": URL}),
        ("column-of-100", "what fits a column of 100 characters", lambda sent, _, __: ",".join(sent)[:100].split(","), [_ONE], {"events": list(EVENTS)}),
    ):  # fmt: skip
        yield storing(form, what, change, before, sent)

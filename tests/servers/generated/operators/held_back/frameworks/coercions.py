"""Operators on values that a binder, a validator or an enum reader turns into what was meant."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from servers.faulty.literals import EVENTS
from servers.faulty.sequences import patch
from servers.generated.deviation import SECRETS, URL, Deviation, deviation, operator, update
from servers.generated.operators.body.rules import lenient, strict
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.server import Webhook


def _from_text(value: Any) -> Any:
    with suppress(TypeError, ValueError, RecursionError):
        return json.loads(value)
    return value


def _values(value: Any) -> Any:
    return list(value.values()) if isinstance(value, dict) else value


@operator("framework-bound-value")
def bound_values() -> Iterator[Deviation]:
    """Let the binder make the declared type of another one."""
    requirements = {"url": "R-202", "events": "R-204", "secrets": "R-207"}
    for form, what, name, value, is_stored, repair in (
        ("single-event", "a lone event as a list, as ACCEPT_SINGLE_VALUE_AS_ARRAY is on", "events", EVENTS[2], True, lambda one: [one] if isinstance(one, str) else one),
        ("single-secret", "a lone secret as a list, as coerceTypes says array", "secrets", SECRETS[0], True, lambda one: [one] if isinstance(one, str) else one),
        ("text-of-events", "a text that holds a JSON list of events, as Joi converts it", "events", '["all"]', True, _from_text),
        ("events-with-commas", "a text of events with commas, as a conversion service splits it", "events", f"{EVENTS[1]},{EVENTS[3]}", True, lambda one: one.split(",") if isinstance(one, str) else one),
        ("events-by-key", "an object of events, which is an array to PHP", "events", {"first": "all"}, True, _values),
        ("events-as-keys", "an object with events as its keys, which Python iterates", "events", {"all": True}, True, lambda one: list(one) if isinstance(one, dict) else one),
        ("listed-url", "a list of one url, as a single value is unwrapped", "url", [URL], True, lambda one: one[0] if isinstance(one, list) and len(one) == 1 else one),
        ("unpermitted-secrets", "secrets that are not a list as none, as strong parameters drop them", "secrets", SECRETS[0], True, lambda one: one if isinstance(one, list) else None),
        ("falsy-url", "a url of false, 0 or no text as none, as only truthy values are checked", "url", False, True, lambda one: one or None),
        ("short-text", "a text of two characters as secrets, as only its length is checked", "secrets", "ab", False, lambda one: list(one) if isinstance(one, str) and len(one) < 3 else one),
    ):  # fmt: skip
        build = lenient(name, repair, stores_repaired=is_stored)
        yield deviation(form, f"Accepts {what}", requirements[name], build, update(**{name: value}))


def _each(repair: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return what repairs each event of a list; one that becomes None is dropped."""

    def repaired(value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return [one for one in map(repair, value) if one is not None]

    return repaired


def _texts(repair: Callable[[str], Any]) -> Callable[[Any], Any]:
    return _each(lambda one: repair(one) if isinstance(one, str) else one)


def _if(is_taken: Callable[[str], Any]) -> Callable[[Any], Any]:
    """Return what takes a text for an event if *is_taken*."""
    return _texts(lambda one: EVENTS[0] if is_taken(one) else one)


_BY_CONSTANT = {one.upper().replace(".", "_").replace("-", "_"): one for one in EVENTS}
_INHERITED = frozenset({"constructor", "toString", "valueOf", "hasOwnProperty", "__proto__"})
_PATTERN = "|".join(EVENTS)


@operator("framework-enum-reader")
def enum_readers() -> Iterator[Deviation]:
    """Read an event as enum readers, patterns and lookups do."""
    for form, what, value, is_stored, repair in (
        ("ordinal", "the number of an enum's constant, as Jackson reads it", 2, True, _each(lambda one: EVENTS[one] if type(one) is int and 0 <= one < 5 else one)),
        ("constant", "the name of an enum's constant, as valueOf is tried first", "FACILITY_CREATION_ACCEPTED", True, _texts(lambda one: _BY_CONSTANT.get(one, one))),
        ("any-case", "an event in another case, as the collation of the table ignores it", "Facility.Creation.Accepted", True, _texts(lambda one: one.lower())),
        ("trimmed", "an event with blanks around it, as the enum reader trims it", " facility.creation.accepted ", True, _texts(str.strip)),
        ("line-break", "an event with a line break behind it, as $ matches before it", "all\n", False, _texts(lambda one: one.removesuffix("\n"))),
        ("loose", "true and 0 as an event, as in_array is not strict", True, False, _each(lambda one: EVENTS[0] if one in (True, 0) else one)),
        ("inherited", "the name of an inherited property, as the events are looked up with in", "constructor", False, _if(_INHERITED.__contains__)),
        ("substring", "part of an event, as the allowed ones are one text from the environment", "facility.creation", False, _if(lambda one: one in ",".join(EVENTS))),
        ("loose-anchors", "an event with more behind all, as the pattern has no group around its choices", "all-events", False, _if(re.compile(f"^{_PATTERN}$").search)),
        ("omitempty", "an empty text as an event, as omitempty stands before oneof", "", False, _if(lambda one: not one)),
    ):  # fmt: skip
        build = lenient("events", repair, stores_repaired=is_stored)
        example = patch({"events": [value]})
        yield deviation(form, f"Accepts {what}", "R-205", build, example)
    known = _each(lambda one: one if isinstance(one, str) and one in EVENTS else None)
    yield deviation(
        "unknown-as-null",
        "Drops events that it does not know beside others, as unknown constants are read as null",
        "R-205",
        lenient("events", known),
        patch({"events": [EVENTS[1], "facility.deleted"]}),
    )


@operator("framework-declared-rule")
def declared_rules() -> Iterator[Deviation]:
    """Declare a property with other rules than the documented ones."""
    absent, null = patch({"url": URL}), patch({"events": None})

    def keeping(is_kept: Callable[[dict[str, Any]], bool], default: list[str] | None = None) -> type[Reference]:
        class Keeping(Reference):
            def events_messages(self, body: dict[str, Any]) -> list[str]:
                return [] if is_kept(body) else super().events_messages(body)

            def next_events(self, webhook: Webhook, body: dict[str, Any]) -> Any:
                return default or webhook.events if is_kept(body) else super().next_events(webhook, body)

        return Keeping

    class ThreeSecrets(Reference):
        def most_secrets(self) -> int:
            return 3

    def required(name: str) -> type[Reference]:
        class Required(Reference):
            def is_left_out(self, body: dict[str, Any], name_of: str) -> bool:
                return name_of != name and super().is_left_out(body, name_of)

            def messages(self, body: dict[str, Any]) -> list[str]:
                return super().messages(body if name in body else {**body, name: None})

        return Required

    for form, title, requirements, build, example in (
        ("partial", "Accepts an update without events, as the DTO is a PartialType", "R-208", keeping(lambda body: "events" not in body), absent),
        ("optional", "Accepts events of null, as IsOptional skips them", "R-208", keeping(lambda body: body.get("events", "") is None), null),
        ("url-required", "Refuses an update without a url, as the DTO is that of the creation", "R-221", required("url"), patch({"events": ["all"]})),
        ("secrets-required", "Refuses an update without secrets, as the field has no default", "R-224", required("secrets"), patch({"events": ["all"]})),
        ("three-secrets", "Accepts three secrets, as the limit counts from 0", "R-206", ThreeSecrets, update(secrets=[*SECRETS, "c" * 16])),
        ("both-secrets", "Refuses one secret, as the list has a fixed length", "R-225", strict("secrets", lambda given: len(given) == 1), update(secrets=[SECRETS[0]])),
        ("long-secrets", "Refuses secrets of less than 32 characters, as those that it generates have 32", "R-225", strict("secrets", lambda given: any(len(one) < 32 for one in given)), update(secrets=["whsec-0123456789"])),
        ("alphanumeric-secrets", "Refuses secrets with other characters than letters and digits", "R-225", strict("secrets", lambda given: not all(one.isalnum() for one in given)), update(secrets=["key_with-signs.0001"])),
        ("two-events", "Refuses more than two events, as the limit of the secrets was copied", "R-223", strict("events", lambda given: len(given) > 2), patch({"events": list(EVENTS[1:4])})),
        ("forgotten-event", "Refuses the event that was added to the documents last", "R-222", strict("events", lambda given: EVENTS[4] in given), patch({"events": [EVENTS[4]]})),
    ):  # fmt: skip
        yield deviation(form, title, requirements, build, example)

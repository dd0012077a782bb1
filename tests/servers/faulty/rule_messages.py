"""Faults of the messages of broken rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import literals
from .fault import declare
from .server import Server

if TYPE_CHECKING:
    from collections.abc import Callable


def telling(change: Callable[[list[str]], Any]) -> type[Server]:
    """Return a server that changes the messages of broken rules after they are selected."""

    class Telling(Server):
        def error_body(self, status: int, message: Any) -> Any:
            is_list_of_rules = status == 400 and isinstance(message, list) and message != [literals.UNPARSEABLE]
            return super().error_body(status, change(message) if is_list_of_rules else message)

    return Telling


_MISSPELT = {
    "url-https": (literals.URL_HTTPS, "url must be a URL address"),
    "url-string": (literals.URL_STRING, "url must be string"),
    "events-minimum": (literals.EVENTS_MINIMUM, "events must contain at least 1 element"),
    "events-array": (literals.EVENTS_ARRAY, "events must be a array"),
    "events-values": (
        literals.EVENTS_VALUES,
        literals.EVENTS_VALUES.replace("facility.creation.rejected", "facility.creation.refused"),
    ),
    "secrets-maximum": (literals.SECRETS_MAXIMUM, "secrets must contain not more than 2 elements"),
    "secrets-array": (literals.SECRETS_ARRAY, "secrets should be an array"),
    "https-sentence-capital": (literals.URL_HTTPS, "Should be a secure URL with HTTPS"),
    "https-sentence-prefix": (literals.URL_HTTPS, "url should be a secure URL with HTTPS"),
    "values-without-list": (literals.EVENTS_VALUES, "each value in events must be one of the following values: "),
    "values-sorted": (literals.EVENTS_VALUES, literals.EVENTS_VALUES.replace("values: all, ", "values: ") + ", all"),
    "values-without-spaces": (literals.EVENTS_VALUES, literals.EVENTS_VALUES.replace(", ", ",")),
    "minimum-of-elements": (literals.EVENTS_MINIMUM, "events should not be empty"),
    "maximum-of-three": (literals.SECRETS_MAXIMUM, "secrets must contain no more than 3 elements"),
}

for _name, (_right, _wrong) in _MISSPELT.items():

    def _misspelling(messages: list[str], right: str = _right, wrong: str = _wrong) -> list[str]:
        return [wrong if message == right else message for message in messages]

    declare(f"misspells-{_name}", "R-211", f'Says "{_wrong[:80]}" for "{_right[:60]}".', telling(_misspelling))

_TELLINGS: dict[str, tuple[str, str, Callable[[list[str]], Any]]] = {
    "a-text": ("R-602", "one string in place of the list", ", ".join),
    "the-first-as-text": ("R-602", "the first message as a string", lambda messages: messages[0]),
    "nested-lists": (
        "R-602",
        "each message in a list of its own",
        lambda messages: [[message] for message in messages],
    ),
    "objects": (
        "R-602",
        "objects with field and message",
        lambda v: [{"field": item.split()[0], "message": item} for item in v],
    ),
    "one-joined-message": ("R-211", "all messages joined to one", lambda messages: ["; ".join(messages) + ";"]),
    "repeated-messages": (
        "R-211",
        "each message twice",
        lambda messages: [item for item in messages for _ in range(2)],
    ),
    "a-repeated-last-message": ("R-211", "the last message twice", lambda messages: [*messages, messages[-1]]),
    "all-seven-messages": ("R-211", "all seven messages, whatever is broken", lambda _: list(literals.MESSAGES)),
    "a-general-message": ("R-211", "one general sentence", lambda _: ["Validation failed"]),
    "the-documents-example": (
        "R-211",
        "the sentence of the documents' first example",
        lambda _: ["Property must be a string"],
    ),
    "a-general-message-first": (
        "R-211",
        "a general sentence before the broken rules",
        lambda v: ["Validation failed", *v],
    ),
    "numbered-messages": ("R-211", "numbered messages", lambda v: [f"{i}. {item}" for i, item in enumerate(v, 1)]),
    "full-stops": ("R-211", "a full stop behind each message", lambda messages: [f"{item}." for item in messages]),
    "upper-case-messages": ("R-211", "messages in upper case", lambda messages: [item.upper() for item in messages]),
    "capital-messages": ("R-211", "messages with a capital", lambda v: [item[0].upper() + item[1:] for item in v]),
    "padded-messages": ("R-211", "a space behind each message", lambda messages: [f"{item} " for item in messages]),
}

for _name, (_requirement, _what, _telling) in _TELLINGS.items():
    declare(f"answers-rules-with-{_name}", _requirement, f"Answers broken rules with {_what}.", telling(_telling))


def grouping(change: Callable[[list[list[str]]], list[list[str]]]) -> type[Server]:
    """Return a server that changes the messages, grouped by property, before they are selected."""

    class Grouping(Server):
        def select(self, groups: list[list[str]]) -> list[str]:
            return super().select([group for group in change(groups) if group])

    return Grouping


def _dropping(message: str) -> Callable[[list[list[str]]], list[list[str]]]:
    return lambda groups: [[item for item in group if item != message or len(group) == 1] for group in groups]


def _adding(message: str, other: str) -> Callable[[list[list[str]]], list[list[str]]]:
    """Add *other* where *message* stands alone in its group."""
    return lambda groups: [[*group, other] if group == [message] else group for group in groups]


_GROUPINGS: dict[str, tuple[str, Callable[[list[list[str]]], list[list[str]]]]] = {
    "reverses-messages": ("Reverses the messages of a property", lambda groups: [group[::-1] for group in groups]),
    "sorts-messages": (
        "Sorts the messages of a property by their letters",
        lambda groups: [sorted(group) for group in groups],
    ),
    "tells-the-last-broken-rule": (
        "Names only the last broken rule of a property",
        lambda groups: [g[-1:] for g in groups],
    ),
    "forgets-the-https-message": ("Leaves the https message out where url is no string", _dropping(literals.URL_HTTPS)),
    "forgets-the-minimum-message": (
        "Leaves the minimum out where events is no array",
        _dropping(literals.EVENTS_MINIMUM),
    ),
    "forgets-the-events-array-message": ("Leaves the array message of events out", _dropping(literals.EVENTS_ARRAY)),
    "forgets-the-maximum-message": (
        "Leaves the maximum out where secrets is no array",
        _dropping(literals.SECRETS_MAXIMUM),
    ),
    "adds-the-string-message": (
        "Says that url is no string where it is one",
        _adding(literals.URL_HTTPS, literals.URL_STRING),
    ),
    "adds-the-values-message": (
        "Complains of the values of an empty list of events",
        _adding(literals.EVENTS_MINIMUM, literals.EVENTS_VALUES),
    ),
    "adds-the-events-array-message": (
        "Says that events is no array where a value is wrong",
        lambda groups: [[literals.EVENTS_ARRAY, *g] if g == [literals.EVENTS_VALUES] else g for g in groups],
    ),
    "adds-the-secrets-array-message": (
        "Says that secrets is no array where there are too many",
        _adding(literals.SECRETS_MAXIMUM, literals.SECRETS_ARRAY),
    ),
    "blames-secrets-for-events": (
        "Names a rule of secrets where only events is wrong",
        lambda groups: [*groups, [literals.SECRETS_ARRAY]] if groups and groups[-1][-1].find("events") >= 0 else groups,
    ),
    "blames-url-for-events": (
        "Names a rule of url where only events is wrong",
        lambda groups: [[literals.URL_STRING], *groups] if groups and "events" in groups[0][0] else groups,
    ),
}

for _name, (_sentence, _grouping) in _GROUPINGS.items():
    declare(_name, "R-211", f"{_sentence}.", grouping(_grouping))


class PropertiesReversed(Server):
    """Names secrets before events and events before url, where several properties are wrong."""

    def select(self, groups: list[list[str]]) -> list[str]:
        selected = super().select(groups)
        return [item for group in groups[::-1] for item in group if item in selected]


declare("reverses-properties", "R-211", PropertiesReversed.__doc__ or "", PropertiesReversed)


class ForEachWrongEvent(Server):
    """Names the rule of values once for every wrong event."""

    def events_messages(self, body: dict[str, Any]) -> list[str]:
        messages = super().events_messages(body)
        events = body.get("events")
        wrong = [item for item in events if not self.is_event(item)] if isinstance(events, list) else []
        return [*messages, *(literals.EVENTS_VALUES for _ in wrong[1:])]


declare("repeats-the-values-message-for-each-event", "R-211", ForEachWrongEvent.__doc__ or "", ForEachWrongEvent)


class LengthsOfWrongTypes(Server):
    """Names the rules of lengths alone where a value is of a wrong type, as a check of the type comes too late."""

    def select(self, groups: list[list[str]]) -> list[str]:
        types = {literals.URL_STRING, literals.EVENTS_ARRAY, literals.SECRETS_ARRAY}
        return super().select([[item for item in group if item not in types] for group in groups])


declare("tells-lengths-for-wrong-types", "R-204", LengthsOfWrongTypes.__doc__ or "", LengthsOfWrongTypes)


class WrappedMissingEvents(Server):
    """Names only `events must be an array` where events is missing."""

    def events_messages(self, body: dict[str, Any]) -> list[str]:
        return super().events_messages(body) if body.get("events") is not None else [literals.EVENTS_ARRAY]


declare("tells-one-message-for-missing-events", "R-208", WrappedMissingEvents.__doc__ or "", WrappedMissingEvents)


class RequiredEvents(Server):
    """Answers "events is required" where events is missing."""

    def events_messages(self, body: dict[str, Any]) -> list[str]:
        return super().events_messages(body) if body.get("events") is not None else ["events is required"]


declare("says-that-events-is-required", "R-208", RequiredEvents.__doc__ or "", RequiredEvents)


class SchemaLanguage(Server):
    """Answers broken rules in the words of a JSON Schema validator."""

    def events_messages(self, body: dict[str, Any]) -> list[str]:
        return ["body/events must NOT have fewer than 1 items" for _ in super().events_messages(body)[:1]]

    def url_messages(self, body: dict[str, Any]) -> list[str]:
        return ['body/url must match pattern "^https://"' for _ in super().url_messages(body)[:1]]

    def secrets_messages(self, body: dict[str, Any]) -> list[str]:
        return ["body/secrets must NOT have more than 2 items" for _ in super().secrets_messages(body)[:1]]


declare("speaks-the-language-of-schemas", "R-211", SchemaLanguage.__doc__ or "", SchemaLanguage)

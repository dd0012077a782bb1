"""Events as other programs read, combine and store them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from servers.faulty.literals import EVENTS
from servers.faulty.sequences import patch
from servers.generated.deviation import Deviation, Example, deviation, operator, slug
from servers.generated.reference import Reference

from .parts import accepting, refusing, storing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.server import Webhook

_FOUR = list(EVENTS[1:])
_EVENT = EVENTS[3]
_CONSTANTS = {re.sub(r"\W", "_", one).upper(): one for one in EVENTS}
_CAMELS = {re.sub(r"\W", "", one.title()): one for one in EVENTS}


def _each(read: Callable[[str], Any]) -> Callable[[Any], Any]:
    def repair(events: Any) -> Any:
        return [read(one) if isinstance(one, str) else one for one in events] if isinstance(events, list) else events

    return repair


def _near(word: str, event: str) -> bool:
    """Return whether *word* becomes *event* by one letter that is left out, put in or exchanged."""
    if len(word) == len(event):
        return sum(map(str.__ne__, word, event)) == 1
    shorter, longer = sorted((word, event), key=len)
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


def _like(is_like: Callable[[str, str], Any]) -> Callable[[str], str]:
    return lambda word: next((event for event in EVENTS if is_like(word, event)), word)


_READINGS: tuple[tuple[str, str, Callable[[str], Any], tuple[str, ...]], ...] = (
    ("constants", "the names of constants", lambda one: _CONSTANTS.get(one, one), ("FACILITY_CREATION_ACCEPTED",)),
    ("camel-case", "the names of classes", lambda one: _CAMELS.get(one, one), ("FacilityCreationAccepted",)),
    ("no-separators", "events without separators", _like(lambda word, event: word == re.sub(r"\W", "", event)), ("facilitycreationaccepted", "facilityuserconnectionaccepted")),
    ("numbers-as-text", "numbers in texts", lambda one: EVENTS[int(one) % 5] if re.fullmatch(r"\d", one) else one, ("0", "1")),
    ("alternatives", "what begins or ends as a pattern does", lambda one: "all" if re.search("^all|" + "|".join(map(re.escape, EVENTS[1:4])) + "|rejected$", one) else one, ("all-of-it", "order.rejected")),
    ("multiline", "a line that is an event", lambda one: next(filter(EVENTS.__contains__, one.split("\n")), one), ("all\nnope", "nope\nall")),
    ("comma-within", "two events in one text", lambda one: one.split(",")[0].strip() if "," in one else one, ("all,facility.creation.accepted",)),
    ("first-word", "an event with words behind it", lambda one: one.split(" ")[0], ("all events", f"{_EVENT} (new)")),
    ("parameters", "an event with parameters", lambda one: re.split(r"[;?#@]", one)[0], ("all;v=1", f"{_EVENT}@1")),
    ("version", "an event with a version", lambda one: re.sub(r"[.:_-]v\d+$", "", one), ("all:v1", f"{_EVENT}.v2")),
    ("namespace", "an event with a namespace", lambda one: re.sub(r"^[a-z]+[.:/](?=facility|all$)", "", one), (f"nursa.{_EVENT}", "webhook:all")),
    ("path", "an event as a path", lambda one: one.strip("/").replace("/", "."), ("facility/creation/accepted", "/all")),
    ("sign", "an event with a sign", lambda one: one.lstrip("+-!~"), ("+all", f"!{_EVENT}")),
    ("zero-width", "an event with invisible characters", lambda one: re.sub("[\u200b-\u200d\u2060\ufeff\u00ad]", "", one), ("a\u200bll", "\ufeffall")),
    ("no-break", "an event with no-break spaces around", lambda one: one.strip("\xa0"), ("\xa0all",)),
    ("controls", "an event with control characters", lambda one: re.sub(r"[\x00-\x1f\x7f]", "", one), ("al\x08l", "\x00all")),
    ("looks", "letters that look alike", lambda one: one.translate(str.maketrans("\u0430\u0435\u043e\u0441\u0456", "aeoci")), ("\u0430ll",)),
    ("dashes", "other dashes", lambda one: re.sub("[\u2010-\u2015\u2212]", "-", one), (EVENTS[1].replace("-", "\u2013"),)),
    ("folded", "letters as Unicode folds them", lambda one: unicodedata.normalize("NFKD", one).casefold(), ("\u24d0ll", "ALL")),
    ("near", "words that are one letter off", _like(_near), ("al", "alll", "facility.creation.acepted")),
    ("repeated-dots", "dots that are repeated", lambda one: re.sub(r"\.+", ".", one), ("facility..creation.accepted",)),
    ("singular-or-plural", "a plural", lambda one: one.replace("facilities", "facility").replace("creations", "creation"), ("facilities.creation.accepted",)),
    ("verbs", "other forms of the verb", lambda one: re.sub(r"\.(accept|approved?)$", ".accepted", re.sub(r"\.(reject|denied|declined)$", ".rejected", one)), ("facility.creation.accept", "facility.creation.approved")),
    ("known-parts", "known parts in other combinations", lambda one: "all" if set(one.split(".")) <= {"facility", "user-connection", "creation", "accepted", "rejected"} else one, ("facility.accepted", "creation.facility.rejected")),
    ("reversed-parts", "the parts of an event the other way round", _like(lambda word, event: sorted(word.split(".")) == sorted(event.split("."))), ("accepted.creation.facility",)),
    ("no-first-part", "an event without its first part", _like(lambda word, event: word == event.partition(".")[2] != ""), ("creation.accepted",)),
    ("first-letter", "events by their first letter", _like(lambda word, event: word[:1] == event[:1]), ("anything", "f")),
    ("tail-of-the-list", "any part of the list of events", lambda one: "all" if one and one in ", ".join(EVENTS) else one, ("creation.accepted, facility", "facility", "l")),
    ("unicode-case", "capitals with dots", lambda one: one.lower().replace("i\u0307", "i"), ("FAC\u0130L\u0130TY.CREAT\u0130ON.ACCEPTED", "All")),
    ("synonyms", "other words for all", lambda one: "all" if one.lower() in {"any", "every", "everything", "all_events", "**", "#"} else one, ("any", "everything")),
)  # fmt: skip


@operator("rare-event-read")
def read() -> Iterator[Deviation]:
    """Read an event in another spelling, and store what was read."""
    for form, what, change, words in _READINGS:
        values = [[word] for word in words]
        yield accepting("events", form, f"{what} as event", "R-205", _each(change), *values)


@operator("rare-event-read-as-it-is")
def read_as_it_is() -> Iterator[Deviation]:
    """Read an event in another spelling beside right ones, and store it as it was."""
    for form, what, change, words in _READINGS[::3]:
        values = [[_EVENT, word] for word in words]
        repair = lambda events, c=change: _each(c)(events) if isinstance(events, list) and len(events) > 1 else events  # noqa: E731
        yield accepting("events", form, f"{what} beside other events", "R-205 R-103", repair, *values, is_raw=True)


@operator("rare-event-list-read")
def lists_read() -> Iterator[Deviation]:
    """Make a list of events of what is none."""
    rows: tuple[tuple[str, str, Callable[[Any], Any], tuple[Any, ...]], ...] = (
        ("semicolons", "events separated by semicolons", lambda one: one.split(";") if isinstance(one, str) and ";" in one else one, ("all;facility.creation.accepted",)),
        ("pipes", "events separated by pipes", lambda one: one.split("|") if isinstance(one, str) and "|" in one else one, ("all|facility.creation.accepted",)),
        ("lines", "events in lines", lambda one: one.splitlines() if isinstance(one, str) and "\n" in one else one, ("all\nfacility.creation.accepted",)),
        ("brackets", "a list in a text without quotes", lambda one: re.split(", ?", one.strip("[]")) if isinstance(one, str) and one[:1] == "[" else one, ("[all]", "[all, facility.creation.accepted]")),
        ("braces", "an array as a database writes it", lambda one: one.strip("{}").split(",") if isinstance(one, str) and one[:1] == "{" else one, ("{all,facility.creation.accepted}",)),
        ("operator", "an object with an operator", lambda one: next(iter(one.values())) if isinstance(one, dict) and next(iter(one), "")[:1] == "$" else one, ({"$set": ["all"]}, {"$in": ["all"]})),
        ("set", "an object with set", lambda one: one.get("set") if isinstance(one, dict) else one, ({"set": ["all"]},)),
        ("push", "an object with add", lambda one: one.get("push", one.get("add")) if isinstance(one, dict) else one, ({"push": ["all"]}, {"add": ["all"]})),
        ("items", "an object with a list in it", lambda one: next((list_ for list_ in one.values() if isinstance(list_, list)), one) if isinstance(one, dict) else one, ({"items": ["all"]}, {"values": ["all"]})),
        ("flags", "an object of flags", lambda one: [name for name, is_on in one.items() if is_on is True] if isinstance(one, dict) else one, ({"all": True}, {"all": True, _EVENT: False})),
        ("values", "an object with events for values", lambda one: list(one.values()) if isinstance(one, dict) else one, ({"first": "all"}, {"a": "all", "b": _EVENT})),
        ("lengths", "an object with a length", lambda one: ["all"] if isinstance(one, dict) and "length" in one else one, ({"length": 1, "0": "all"}, {"length": 1})),
        ("iterable", "a text whose words are events", lambda one: re.findall(r"[\w.-]+", one) if isinstance(one, str) else one, ("all, facility.creation.accepted", "all all")),
        ("bits", "a number as a set of flags", lambda one: [event for at, event in enumerate(EVENTS) if one >> at & 1] if type(one) is int and 0 < one < 32 else one, (1, 3)),
        ("named", "an object with the name of an event", lambda one: [one.get("name", one.get("type"))] if isinstance(one, dict) else one, ({"name": "all"}, {"type": _EVENT})),
        ("text-of-digits", "a digit in a text", lambda one: ["all"] if isinstance(one, str) and one.isdigit() else one, ("1", "0")),
        ("any-case-alone", "an event alone in any case", lambda one: [one.lower()] if isinstance(one, str) else one, ("ALL",)),
    )  # fmt: skip
    for form, what, repair, values in rows:
        safe = lambda events, r=repair: events if isinstance(events, list) else r(events)  # noqa: E731
        yield accepting("events", form, f"{what} in place of a list of events", "R-204", safe, *values)


@operator("rare-event-elements")
def elements() -> Iterator[Deviation]:
    """Read elements that are no texts as events, or look at elements in a weak way."""
    rows: tuple[tuple[str, str, Callable[[Any], Any], tuple[Any, ...]], ...] = (
        ("name", "objects with a name", lambda one: one.get("name", one) if isinstance(one, dict) else one, ([{"name": "all"}], ["all", {"name": _EVENT}])),
        ("type", "objects with a type", lambda one: one.get("type", one.get("event", one)) if isinstance(one, dict) else one, ([{"type": "all"}], [{"event": _EVENT}])),
        ("first-of-a-list", "lists of events", lambda one: one[0] if isinstance(one, list) and one else one, ([["all"]], [["all", _EVENT]])),
        ("false", "false", lambda one: "all" if one is False else one, (["all", False], [False])),
        ("empty-list", "empty lists", lambda one: "all" if one == [] else one, (["all", []], [[]])),
        ("empty-object", "empty objects", lambda one: "all" if one == {} else one, (["all", {}], [{}])),
        ("fractions", "fractions", lambda one: EVENTS[int(one) % 5] if type(one) is float else one, ([1.5], ["all", 0.5])),
        ("negative", "negative numbers", lambda one: EVENTS[one % 5] if type(one) is int and one < 0 else one, ([-1], ["all", -2])),
        ("big-numbers", "numbers beyond the list", lambda one: "all" if type(one) is int and one > 4 else one, ([5], ["all", 99])),
        ("truthy", "whatever is true but no text", lambda one: "all" if one and not isinstance(one, str) else one, ([7], [True], [{"a": 1}])),
    )  # fmt: skip
    for form, what, read_, values in rows:
        repair = lambda events, r=read_: [r(one) for one in events] if isinstance(events, list) else events  # noqa: E731
        if len(form) % 2:
            yield accepting("events", form, f"{what} among events", "R-205", repair, *values)
            continue
        raw_values = [value for value in values if len(value) > 1] or [["all", *values[0]]]
        title = f"{what} beside an event, and stores them as they are"
        yield accepting("events", form, title, "R-205 R-103", repair, *raw_values, is_raw=True)


@operator("rare-event-majority")
def majorities() -> Iterator[Deviation]:
    """Pass a list in which enough elements are events."""
    rows: tuple[tuple[str, str, Callable[[int, int, list[Any]], Any], list[Any]], ...] = (
        ("half", "at least half", lambda right, count, _: right * 2 >= count, ["all", "nope"]),
        ("most", "more than half", lambda right, count, _: right * 2 > count, ["all", _EVENT, "nope"]),
        ("all-but-one", "all but one", lambda right, count, _: count > 1 and right >= count - 1, ["all", "nope"]),
        ("two", "two", lambda right, *_: right >= 2, ["all", _EVENT, "nope"]),
        ("with-all", "one and that is all", lambda right, _, events: right and "all" in events, ["nope", "all"]),
        ("with-a-specific", "one and that is not all", lambda _, __, events: {*map(str, events)} & {*_FOUR}, ["nope", _EVENT]),
        ("around", "the first and the last", lambda _, count, events: count > 2 and events[0] in EVENTS and events[-1] in EVENTS, ["all", "nope", _EVENT]),
        ("even-places", "every second element", lambda _, __, events: all(one in EVENTS for one in events[::2]), ["all", "nope", _EVENT]),
        ("up-to-three", "the first three elements", lambda _, __, events: all(one in EVENTS for one in events[:3]), [*_FOUR[:3], "nope"]),
        ("up-to-five", "the first five elements", lambda _, __, events: all(one in EVENTS for one in events[:5]), [*_FOUR, "all", "nope"]),
        ("as-long", "as many elements as there are events", lambda _, count, __: count == 5, [*_FOUR, "nope"]),
        ("under-the-known", "no more elements than events", lambda right, count, _: right and count <= 5, ["all", "nope"]),
    )  # fmt: skip
    for form, what, is_enough, value in rows:

        def repair(events: Any, enough: Callable[[int, int, list[Any]], Any] = is_enough) -> Any:
            if not isinstance(events, list) or not events:
                return events
            right = [one for one in events if isinstance(one, str) and one in EVENTS]
            return right or ["all"] if enough(len(right), len(events), events) else events

        is_raw = len(form) % 2 == 0
        title = f"a list if {what} of it is right, and {'keeps' if is_raw else 'drops'} the rest"
        yield accepting("events", form, title, "R-205", repair, value, is_raw=is_raw)


@operator("rare-event-combinations")
def combinations() -> Iterator[Deviation]:
    """Refuse combinations of events."""
    rows: tuple[tuple[str, str, Callable[[list[Any]], Any], list[str]], ...] = (
        ("all-beside-everything", "all beside the four others", lambda events: len({*events}) == 5, list(EVENTS)),
        ("everything-but-all", "the four others without all", lambda events: {*events} == {*_FOUR}, _FOUR),
        ("only-rejections", "rejections alone", lambda events: all(one.endswith("rejected") for one in events), [EVENTS[2]]),
        ("no-acceptance", "several events without an acceptance", lambda events: len(events) > 1 and not any(one.endswith("accepted") for one in events), [EVENTS[2], EVENTS[4]]),
        ("rejection-first", "a rejection before an acceptance", lambda events: len(events) > 1 and events[0].endswith("rejected"), [EVENTS[4], EVENTS[3]]),
        ("only-creations", "creations alone", lambda events: len(events) > 1 and all("creation" in one for one in events), _FOUR[2:]),
        ("alphabetic", "several events in alphabetical order", lambda events: len(events) > 1 and events == sorted(events), [EVENTS[3], EVENTS[4]]),
        ("crossed", "an acceptance of one subject and a rejection of the other", lambda events: {*events} in ({EVENTS[1], EVENTS[4]}, {EVENTS[2], EVENTS[3]}), [EVENTS[1], EVENTS[4]]),
        ("long-in-all", "events of more than 100 characters in all", lambda events: len(",".join(events)) > 100, _FOUR),
        ("long-in-all-64", "events of more than 64 characters in all", lambda events: len(",".join(events)) > 64, [EVENTS[1], EVENTS[2]]),
        ("dashed", "events with a dash", lambda events: any("-" in one for one in events), [EVENTS[1]]),
        ("dotted", "events with a dot beside one without", lambda events: "all" in events and len(events) > 1, ["all", EVENTS[4]]),
    )  # fmt: skip
    for form, what, is_refused, value in rows:
        row = "R-222 R-223" if len(value) == 1 else "R-223 R-222"
        yield refusing("events", form, what, row, is_refused, value)


_STORES: tuple[tuple[str, str, Callable[[list[Any], list[Any]], Any], list[str]], ...] = (
    ("cut-at-64", "events in a column of 64 characters", lambda sent, _: ",".join(sent)[:64].split(","), _FOUR),
    ("cut-at-100", "events in a column of 100 characters", lambda sent, _: ",".join(sent)[:100].split(","), _FOUR),
    ("whole-within-64", "the events that fit into 64 characters", lambda sent, _: [one for at, one in enumerate(sent) if len(",".join(sent[: at + 1])) <= 64], _FOUR),
    ("one-text", "the events as one element", lambda sent, _: [",".join(sent)], [EVENTS[1], EVENTS[3]]),
    ("constants", "events as names of constants", lambda sent, _: [re.sub(r"\W", "_", one).upper() for one in sent], [_EVENT]),
    ("camel-case", "events as names of classes", lambda sent, _: [re.sub(r"\W", "", one.title()) for one in sent], [_EVENT]),
    ("capitals", "events in capitals", lambda sent, _: [one.upper() for one in sent], ["all"]),
    ("underscores", "events with underscores", lambda sent, _: [one.replace("-", "_") for one in sent], [EVENTS[1]]),
    ("numbers", "events as numbers", lambda sent, _: [EVENTS.index(one) for one in sent], [_EVENT]),
    ("objects", "events as objects", lambda sent, _: [{"name": one} for one in sent], [_EVENT]),
    ("one-a-subject", "one event of each subject", lambda sent, _: list({one.rpartition(".")[0]: one for one in sent}.values()), _FOUR),
    ("one-an-outcome", "one event of each outcome", lambda sent, _: list({one.rpartition(".")[2]: one for one in sent}.values()), _FOUR),
    ("common", "the events that were stored before, too, if there are any", lambda sent, old: [one for one in sent if one in old] or sent, [EVENTS[1], EVENTS[3]]),
    ("new-only", "the events that were not stored before, if there are any", lambda sent, old: [one for one in sent if one not in old] or sent, [EVENTS[1], EVENTS[3]]),
    ("toggled", "events that are switched on and off", lambda sent, old: [one for one in EVENTS if (one in sent) != (one in old)] or sent, [EVENTS[1], EVENTS[3]]),
    ("all-sticks", "all once it was there", lambda sent, old: [*sent, "all"] if "all" in old and "all" not in sent else sent, [EVENTS[3]]),
    ("longest-kept", "the longer one of the old and the new list", lambda sent, old: old if len(old) > len(sent) else sent, [EVENTS[3]]),
    ("no-removal", "no removal of events", lambda sent, old: old if {*sent} < {*old} else sent, [EVENTS[1]]),
    ("no-addition", "no addition of events", lambda sent, old: old if {*sent} > {*old} else sent, [EVENTS[1], EVENTS[3], EVENTS[4]]),
    ("fewer-at-once", "one change of the list at once", lambda sent, old: [*old, next(one for one in sent if one not in old)] if len({*sent} - {*old}) > 1 else sent, [EVENTS[2], EVENTS[4]]),
    ("with-last-twice", "events up to the last but one", lambda sent, _: sent[:-1] if len(sent) > 2 else sent, _FOUR),
    ("first-three", "three events at most", lambda sent, _: sent[:3], _FOUR),
    ("rejected-dropped", "no rejections beside acceptances", lambda sent, _: [one for one in sent if not one.endswith("rejected")] or sent, _FOUR),
    ("no-dashed", "no events with a dash beside others", lambda sent, _: [one for one in sent if "-" not in one] or sent, _FOUR),
    ("cut-at-a-dash", "events up to a dash", lambda sent, _: [one.partition("-")[0] for one in sent], [EVENTS[1]]),
    ("last-part", "the last part of events", lambda sent, _: [one.rpartition(".")[2] for one in sent], [_EVENT]),
    ("cut-at-32", "events of 32 characters at most", lambda sent, _: [one[:32] for one in sent], [EVENTS[1]]),
    ("cut-at-24", "events of 24 characters at most", lambda sent, _: [one[:24] for one in sent], [_EVENT]),
)  # fmt: skip


@operator("rare-event-stored")
def stored() -> Iterator[Deviation]:
    """Store and show other events than those sent."""
    for form, what, change, value in _STORES:
        examples = [
            Example(patch({"events": value}), (patch({"events": before}),))
            for before in (["all"], [EVENTS[1]], [EVENTS[1], EVENTS[3]], list(EVENTS))
        ]
        yield storing("events", form, what, "R-105 R-103", change, *examples)


@operator("rare-event-shown")
def shown() -> Iterator[Deviation]:
    """Show events that are not those of this update for one kind of update."""
    for form, what, is_such, properties in (
        ("url", "a url is sent", lambda body: "url" in body, {"url": "https://hooks.example.com/a"}),
        ("secrets", "secrets are sent", lambda body: "secrets" in body, {"secrets": ["a-secret-of-some-length"]}),
        ("alone", "nothing else is sent", lambda body: len(body) == 1, {}),
        ("everything", "everything is sent", lambda body: len(body) == 3, {"url": "https://hooks.example.com/a", "secrets": ["a-secret-of-some-length"]}),
    ):  # fmt: skip
        for how, make in (
            ("as before", lambda _, old: old),
            ("as an empty list", lambda *_: []),
            ("as all", lambda *_: ["all"]),
            ("with those before", lambda new, old: [*dict.fromkeys([*old, *new])]),
        ):

            class Showing(Reference):
                def resource(
                    self,
                    webhook: Webhook,
                    body: dict[str, Any],
                    such: Callable[[Any], bool] = is_such,
                    make: Callable[[Any, Any], Any] = make,
                ) -> Any:
                    shown = super().resource(webhook, body)
                    return {**shown, "events": make(webhook.events, self.old)} if such(body) else shown

                def next_events(self, webhook: Webhook, body: dict[str, Any]) -> Any:
                    self.old = webhook.events
                    return super().next_events(webhook, body)

            request = patch({**properties, "events": [EVENTS[4]]})
            example = Example(request, (patch({"events": [EVENTS[1]]}),))
            yield deviation(f"{form}-{slug(how)}", f"Shows events {how} if {what}", "R-105", Showing, example)


@operator("rare-event-none")
def none() -> Iterator[Deviation]:
    """Accept an empty list of events in some updates."""
    for form, what, properties in (
        ("with-url", "beside a url", {"url": "https://hooks.example.com/a"}),
        ("with-secrets", "beside secrets", {"secrets": ["a-secret-of-some-length"]}),
        ("alone", "alone", {}),
    ):
        for how, make in (("kept", None), ("all", ["all"]), ("empty", [])):

            class Accepting(Reference):
                def events_messages(
                    self, body: dict[str, Any], names: frozenset[str] = frozenset(properties)
                ) -> list[str]:
                    is_meant = body.get("events") == [] and frozenset(body) - {"events"} == names
                    return [] if is_meant else super().events_messages(body)

                def next_events(self, webhook: Webhook, body: dict[str, Any], make: list[str] | None = make) -> Any:
                    old = webhook.events if make is None else make
                    return super().next_events(webhook, body) or old

            title = f"Accepts an empty list of events {what} ({how})"
            yield deviation(f"{form}-{how}", title, "R-203 R-105 R-211", Accepting, patch({"events": [], **properties}))

"""Events: near misses by value, type, position, count and company, and legal selections in every order."""

from __future__ import annotations

import re
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.cases.operators.value import ABSENT, EVENTS, Value, in_turn

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIRST: Final = EVENTS[1]
_SECOND: Final = EVENTS[3]

# In place of the list.
_NO_LISTS: Final[dict[str, Any]] = {
    "an event in place of the list": "all",
    "no events": ABSENT,
    "null": None,
    "an object": {},
    "an unknown event in place of the list": "nope",
    "a number": 5,
    "events with commas": f"all,{_FIRST}",
    "true": True,
    "an object with numbers as names": {"0": "all"},
    "JSON in a text": '["all"]',
    "an empty text": "",
    "false": False,
    "zero": 0,
    "an object with an event as name": {"all": True},
    "a fraction": 1.5,
    "one": 1,
    "another event in place of the list": _FIRST,
    "events with blanks": f"{_FIRST} {_SECOND}",
    "a blank": " ",
    "an object with a list": {"events": ["all"]},
    "an object with a length": {"0": "all", "length": 1},
    "a star": "*",
    "a negative number": -1,
    "a number beyond 64 bits": 10**30,
    "a text of 5,000 letters": "e" * 5000,
    "a text outside ASCII": "\u00fc\U0001f511",
    "a NUL": "\0",
    "events with semicolons": f"{_FIRST};{_SECOND}",
    "events with pipes": f"all|{_FIRST}",
    "events in lines": f"all\n{_FIRST}",
    "a list without quotes in a text": f"[all, {_FIRST}]",
    "a list of a database in a text": f"{{all,{_FIRST}}}",
    "an object with an operator": {"$set": ["all"]},
    "an object with set": {"set": ["all"]},
    "an object with push and add": {"push": ["all"], "add": ["all"], "$push": "all", "append": ["all"]},
    "an object with a name": {"name": "all", "value": "all", "type": "all", "id": "all", "event": "all"},
    "an object with items": {"items": ["all"], "values": ["all"], "data": ["all"], "list": ["all"]},
    "a digit in a text": "1",
    "a list in parentheses in a text": "(all)",
}

# In place of an event.
_NO_TEXTS: Final[dict[str, Any]] = {
    "a number": 5,
    "null": None,
    "true": True,
    "a list with an event": ["all"],
    "an object with a name": {"name": "all"},
    "zero": 0,
    "false": False,
    "an empty object": {},
    "an empty list": [],
    "a fraction": 1.5,
    "one": 1,
    "an object with an event as name": {"all": True},
    "a list with two events": ["all", _FIRST],
    "an object with a value": {"value": "all"},
    "a number beyond 64 bits": 10**30,
    "a negative number": -1,
    "a small fraction": 5e-324,
    "an object with a type": {"type": "all", "id": "all", "event": "all", "key": "all"},
    "two": 2,
}
_BESIDE_ALL: Final = ("null", "a number", "true", "an empty object", "an empty list")


def _spellings(event: str) -> dict[str, str]:
    """Return texts that a careless comparison takes for *event*."""
    plain = {
        "in capitals": event.upper(),
        "with more behind it": event + ".more",
        "with a letter behind it": event + "x",
        "with a letter before it": "x" + event,
        "without its last letter": event[:-1],
        "without its first letter": event[1:],
        "with a space behind it": event + " ",
        "with a space before it": " " + event,
        "with a tab behind it": event + "\t",
        "with a tab before it": "\t" + event,
        "with a line feed behind it": event + "\n",
        "with a line feed before it": "\n" + event,
        "with a carriage return behind it": event + "\r",
        "with a line break behind it": event + "\r\n",
        "with blanks around it": f" {event} ",
        "with a NUL behind it": event + "\0",
        "with a wide blank behind it": event + "\u00a0",
        "with a blank of no width in it": event[:2] + "\u200b" + event[2:],
        "with a mark before it": "\ufeff" + event,
        "in quotes": f'"{event}"',
        "in single quotes": f"'{event}'",
        "in brackets": f"[{event}]",
        "with a comma behind it": event + ",",
        "with another event behind a comma": f"{event},{EVENTS[4]}",
        "with a capital": event.capitalize(),
        "backwards": event[::-1],
        "with a letter from another alphabet": event.replace("a", "\u0430", 1),
        "in wide letters": "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in event),
        "with an accent": event.replace("a", "\u00e1", 1),
        "with an escape": event.replace("a", "%61", 1),
        "with a letter twice": event[:1] + event,
        "twice": event + event,
        "with a star": event[:-1] + "*",
        "with a dot behind it": event + ".",
        "with a dot before it": "." + event,
        "with dots around it": f".{event}.",
        "with a query": event + "?a=1",
        "with a version": event + ".v1",
        "behind a prefix": "event." + event,
        "behind a sign": "!" + event,
        "behind a minus": "-" + event,
        "its beginning": event[: len(event) // 2],
        "its end": event[len(event) // 2 :],
        "with its letters apart": " ".join(event),
        "as the name of a constant": re.sub(r"\W", "_", event).upper(),
        "with a word behind a blank": f"{event} (new)",
        "with a number of a version": event + "@1",
        "behind the name of a company": f"nursa.{event}",
        "with a backspace in it": event[:2] + "\b" + event[2:],
    }
    if "." not in event:
        return plain
    words = event.split(".")
    dotted = {
        "with underscores for dots": event.replace(".", "_"),
        "with slashes for dots": event.replace(".", "/"),
        "with colons for dots": event.replace(".", ":"),
        "with dashes for dots": event.replace(".", "-"),
        "with spaces for dots": event.replace(".", " "),
        "with any letter for dots": event.replace(".", "x"),
        "with a dash for its first dot": event.replace(".", "-", 1),
        "with a letter for its last dot": "x".join(event.rsplit(".", 1)),
        "without dots": event.replace(".", ""),
        "with a dot twice": event.replace(".", "..", 1),
        "without its first word": ".".join(words[1:]),
        "without its last word": ".".join(words[:-1]),
        "its first word": words[0],
        "its last word": words[-1],
        "with a star for its last word": ".".join((*words[:-1], "*")),
        "with a star for its first word": ".".join(("*", *words[1:])),
        "with another last word": ".".join((*words[:-1], "deleted")),
        "with another first word": ".".join(("building", *words[1:])),
        "with its words backwards": ".".join(words[::-1]),
        "with capitals at its words": ".".join(word.capitalize() for word in words),
        "in camel case": words[0] + "".join(word.capitalize() for word in words[1:]),
        "with a word between": ".".join((*words[:-1], "was", words[-1])),
        "without its middle word": ".".join((words[0], words[-1])),
        "with another tense": ".".join((*words[:-1], words[-1].removesuffix("ed"))),
        "in the plural": ".".join((words[0].removesuffix("y") + "ies", *words[1:])),
        "with its last words exchanged": ".".join((*words[:-2], words[-1], words[-2])),
    }
    return (
        plain
        | dotted
        | (
            {
                "without its dash": event.replace("-", ""),
                "with a dot for its dash": event.replace("-", "."),
                "with an underscore for its dash": event.replace("-", "_"),
                "with a space for its dash": event.replace("-", " "),
                "with a longer dash": event.replace("-", "\u2013"),
            }
            if "-" in event
            else {}
        )
    )


_STRANGERS: Final = {
    "an empty text": "",
    "a star": "*",
    "a member of every object": "constructor",
    "another member of every object": "__proto__",
    "a method of every object": "toString",
    "the length of a list": "length",
    "a number in a text": "0",
    "null in a text": "null",
    "the other extreme": "none",
    "another extreme": "any",
    "a word": "nope",
    "a wildcard": "facility.*",
    "two wildcards": "*.*",
    "a percent sign": "%",
    "a blank": " ",
    "a dot": ".",
    "the property's name": "events",
    "an object in a text": "[object Object]",
    "true in a text": "true",
    "an event that was never documented": "facility.user-connection.deleted",
    "an event of a later version": "facility.creation.pending",
    "an event of another noun": "facility.deletion.accepted",
    "an event of another subject": "user.creation.accepted",
    "an event of an update": "facility.update.accepted",
    "an event of two words": "facility.created",
    "an event of other products": "ping",
    "a pattern": ".*",
    "all of them in a text": ",".join(EVENTS),
    "a condition": "' OR 'a'='a",
    "a text of 5,000 letters": "e" * 5000,
    "a text outside ASCII": "\u00fc\U0001f511",
    "a NUL": "\0",
    "a control character": "\x1b",
    "a text in the other direction": "\u202eall",
}


def _no_texts() -> Iterator[Value]:
    for name, value in _NO_TEXTS.items():
        yield Value(f"{name} alone", [value])
    for name, value in _NO_TEXTS.items():
        yield Value(f"{name} behind an event", [_FIRST, value])
        yield Value(f"{name} before an event", [value, _SECOND])
    for name in _BESIDE_ALL:
        yield Value(f"{name} behind all", ["all", _NO_TEXTS[name]])
        yield Value(f"{name} before all", [_NO_TEXTS[name], "all"])


def _strangers() -> Iterator[Value]:
    for name, value in _STRANGERS.items():
        yield Value(f"{name} alone", [value])


def _positions() -> Iterator[Value]:
    """Yield lists in which a stranger has every position and every company."""
    yield Value("a word behind all", ["all", "nope"])
    yield Value("a word behind every event", [*EVENTS, "nope"])
    yield Value("a word between two events", [_FIRST, "nope", _SECOND])
    yield Value("two words and an event", ["nope", "nada", "all"])
    yield Value("a word before an event", ["nope", _SECOND])
    yield Value("a word behind two events", [_FIRST, _SECOND, "nope"])
    yield Value("an empty text behind an event", [_FIRST, ""])
    yield Value("a word before all", ["nope", "all"])
    yield Value("two words", ["nope", "nada"])
    yield Value("a word behind an event", [_FIRST, "nope"])
    yield Value("a word before every event", ["nope", *EVENTS])
    yield Value("a word behind the same event", [_FIRST, _FIRST, "nope"])
    yield Value("the same word twice", ["nope", "nope"])
    yield Value("a word behind 99 events", [*[_FIRST] * 99, "nope"])
    yield Value("a word behind every event twice", [*EVENTS, *EVENTS, "nope"])
    yield Value("600 words", ["w"] * 600)
    yield Value("a star behind all", ["all", "*"])
    yield Value("an empty text before all", ["", "all"])


def _spelt() -> Iterator[Value]:
    """Yield events that are misspelt, each spelling of the one event or the other first, then of the rest.

    Every spelling comes alone, behind an event and before one: a comparison of any or of the first passes over the others.
    """
    turns = [_spellings(event) for event in EVENTS]
    names = list(dict.fromkeys(name for turn in turns for name in turn))
    companies = [("", []), (" behind an event", [_FIRST]), ("", []), (" before an event", [])]
    for round_, (company, before) in enumerate(companies):
        behind = [_SECOND] if company and not before else []
        for number, name in enumerate(names):
            place = (number + round_) % len(EVENTS)
            if name in turns[place] and turns[place][name] not in EVENTS:
                yield Value(f"{EVENTS[place]} {name}{company}", [*before, turns[place][name], *behind])


@cache
def types() -> tuple[Value, ...]:
    """Return what is not a list, in place of the list."""
    return tuple(Value(f"{name} for events", value) for name, value in _NO_LISTS.items())


@cache
def near_misses() -> tuple[Value, ...]:
    """Return lists that must be refused; the empty one comes first."""
    return (Value("an empty list", []), *in_turn(_no_texts(), _positions(), _strangers(), _spelt()))


@cache
def legal() -> tuple[Value, ...]:
    """Return selections that must be accepted: those that show most come first, then all others."""
    chosen = [
        (EVENTS[3], EVENTS[1]),
        (EVENTS[1],),
        tuple(reversed(EVENTS)),
        (EVENTS[2],),
        (EVENTS[1], "all", EVENTS[4]),
        (EVENTS[3],),
        (EVENTS[4], EVENTS[2], EVENTS[1]),
        (EVENTS[4],),
        EVENTS,
        ("all",),
        (EVENTS[1], EVENTS[2], EVENTS[3], EVENTS[4]),
        ("all", EVENTS[2]),
        (EVENTS[2], "all"),
    ]
    every = [one for count in range(1, len(EVENTS) + 1) for one in combinations(EVENTS, count)]
    turned = [tuple(reversed(one)) for one in every]
    return tuple(Value(", ".join(one), list(one)) for one in dict.fromkeys((*chosen, *turned, *every)))

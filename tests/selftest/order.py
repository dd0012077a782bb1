"""Writes the order of the planned requests: `python -m selftest.order` in `tests`, some minutes.

A turn goes to the request that tells most: how many new faults of the tuned half and of the old catalogue its values
show, and how many checks meet a circumstance for the first time. What a fault may depend on is known beforehand: what
else is in the request, which webhook it is for, what came before. The right server answers.
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import TYPE_CHECKING

from selftest.shown import WALKS_OF_OPERATORS, cached, values_of
from selftest.sweep import BY_NAME
from servers.faulty.literals import SECOND_ID
from user_webhook_contract.cases.factory import CaseFactory
from user_webhook_contract.cases.order import FILE, Slot, reload, slot_of
from user_webhook_contract.cases.plan import MAX_UNVERIFIED, Plan
from user_webhook_contract.cases.reference_target import ReferenceTarget
from user_webhook_contract.checks.history import History
from user_webhook_contract.checks.response import check
from user_webhook_contract.http.status import CREATED
from user_webhook_contract.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from user_webhook_contract.cases.factory import Case

TURNS = 260
SAMPLES = 150

BEGINNING = (
    "accept plain several two valid",
    "again absent one absent valid",
    "again absent one absent absent",
    "again absent one absent unknown",
    "accept absent several one valid shared",
    "caller plain several one absent shared",
    "caller plain several one unknown shared",
    "accept plain one two valid second shared",
    "refuse plain none one valid",
    "refuse type type wrong valid",
    "accept absent one absent valid",
    "id plain several one unknown",
    "again absent one absent valid",
    "accept absent one rotated valid second",
    "refuse plain empty one valid",
    "refuse plain value many valid",
    "non-object absent one absent valid",
    "bypass absent one absent valid",
    "malformed absent one absent valid",
    "caller plain one absent near",
    "caller plain several one forbidden",
    "accept absent one absent valid",
)
"""What every run sends first: one request for each of the main requirements."""

ACCEPTANCES = (
    "accept odd several odd valid second",
    "state absent one absent valid second",
    "accept odd one absent valid second",
    "accept absent one absent valid charset",
    "accept odd several odd valid",
    "state",
    "accept odd several absent spelt second reversed",
    "accept absent several open valid second",
)
REFUSALS = (
    "refuse form type wrong valid",
    "refuse type value many valid second",
    "refuse type value many valid",
    "refuse form value wrong valid",
    "refuse form value wrong valid second reversed",
    "refuse form type wrong valid",
    "refuse form value many valid reversed",
    "refuse type type wrong valid second",
    "refuse form value wrong valid",
    "refuse form value wrong valid second",
    "refuse type type wrong valid reversed",
    "refuse form value many valid",
    "refuse form type wrong valid second charset",
    "refuse form type wrong valid",
    "refuse form type wrong valid second",
    "refuse form value many valid",
    "refuse form type wrong valid",
    "refuse form type wrong valid second reversed",
    "refuse form value wrong valid",
    "refuse form type wrong valid",
)
BODIES = (
    *("unknown-properties plain several odd valid second", "null-url absent several odd valid"),
    *("null-secrets plain one absent valid", "non-object", "non-object", "malformed"),
    *("odd", "empty-secrets plain several absent valid", "odd", "non-object", "non-object", "malformed"),
    *("odd", "media", "large", "odd", "odd", "non-object", "non-object"),
)
CALLERS = (
    "caller absent one absent forbidden second",
    "caller plain one absent near",
    "caller plain several one near",
    "id plain one one near",
    "id plain one one near",
    "caller plain one absent near second",
    "caller absent one one near",
    "id plain one one near second",
    "id plain one one near",
    "caller plain one absent near",
    "id plain one one near",
    "caller plain one two near",
)

CHOICES = (
    *("chunked", "nested", "check-order", "duplicates absent one odd valid second"),
    *("open-url absent one odd valid", "open-url absent one odd valid second", "open-url absent one odd valid"),
    *("open-caller", "open-id"),
)
"""What shows the choices of a target that nothing before has shown."""


LAST = 6
"""Turns behind the choices: those have room within a hundred requests."""


def _interleaved() -> Iterator[str]:
    """Yield some turns of each kind in turn, whatever faults are known: those of others are spread differently."""
    turns = [(iter(ACCEPTANCES), 2), (iter(BODIES), 4), (iter(REFUSALS), 4), (iter(CALLERS), 3)]
    while turns:
        for turn in list(turns):
            lines = list(islice(*turn))
            yield from lines
            if len(lines) < turn[1]:
                turns.remove(turn)


_LINES = tuple(_interleaved())
CORE = (*_LINES[:-LAST], *CHOICES, *_LINES[-LAST:])

PAIR, LATE_PAIR = 0.4, 0.1
"""What it is worth that a check meets a circumstance for the first time, where a new fault is worth 1."""

CIRCUMSTANCES = 48
"""The request from which on the values count for more than the circumstances."""

AHEAD = 4
"""Values of a walk that are looked at to say what the next is worth: those that show nothing known come between others."""

FADING = 20
"""The values of a walk after which what one like them shows on average counts half."""

DRAWS = {
    ("url", "type"): "url_types",
    ("url", "form"): "url_forms",
    ("url", "odd"): "legal_urls",
    ("events", "type"): "event_types",
    ("events", "value"): "event_values",
    ("events", "several"): "several_events",
    ("secrets", "wrong"): "secret_types",
    ("secrets", "many"): "secret_counts",
    ("secrets", "odd"): "legal_secrets",
    ("secrets", "open"): "open_secrets",
    ("kind", "malformed"): "malformed",
    ("kind", "non-object"): "non_objects",
    ("kind", "odd"): "odd_bodies",
    ("kind", "media"): "media_types",
    ("kind", "bypass"): "bypasses",
    ("kind", "state"): "states",
    ("caller", "spelt"): "spellings",
}
"""The walk that each part of a slot takes its value from."""

LENT = {"legal_urls", "legal_secrets", "several_events", "spellings"}
"""Walks whose values only a request uses up that must be accepted."""

WRONG_URL, WRONG_EVENTS, WRONG_SECRETS = {"type", "form"}, {"none", "empty", "type", "value"}, {"wrong", "many"}
LISTED = {"several_events": "legal_events"}
"""Queues that have another name than their list."""

Pairs = set[tuple[str, str]]


def walks_of(slot: Slot) -> list[str]:
    """Return the walks that *slot* takes values from."""
    if slot.kind == "id":
        return ["ids"] if slot.caller == "near" else []
    found = [walk for (part, value), walk in DRAWS.items() if getattr(slot, part) == value]
    if not slot.uses_legal_values_up:
        found = [walk for walk in found if walk not in LENT]
    return [*found, *(["credentials", "bypasses"] if slot.kind == "caller" and slot.caller == "near" else [])]


def is_wrong(slot: Slot) -> bool:
    """Return whether the body of *slot* breaks a rule."""
    return slot.url in WRONG_URL or slot.events in WRONG_EVENTS or slot.secrets in WRONG_SECRETS


def messages_of(slot: Slot) -> int:
    """Return how many messages the error of *slot* has."""
    url = {"type": 2, "form": 1}.get(slot.url, 0)
    events = {"none": 3, "empty": 1, "type": 2, "value": 1}.get(slot.events, 0)
    return url + events + {"wrong": 2, "many": 1}.get(slot.secrets, 0)


def checks(slot: Slot) -> list[str]:
    """Return what the response to *slot* shows."""
    if slot.kind == "refuse":
        parts = [
            *([f"url {slot.url}"] if slot.url in WRONG_URL else []),
            *([f"events {slot.events}"] if slot.events in WRONG_EVENTS else []),
            *([f"secrets {slot.secrets}"] if slot.secrets in WRONG_SECRETS else []),
        ]
        count = messages_of(slot)
        kinds = {"several messages": count > 1, "one message": count == 1, "many messages": count > 3}
        kinds["several of one"] = slot.url == "type" or slot.events in {"none", "type"} or slot.secrets == "wrong"
        kinds["first and others"] = slot.url in WRONG_URL and count > 2
        return [*parts, *(name for name, holds in kinds.items() if holds)]
    if slot.kind == "accept":
        url = "keeps the url" if slot.url == "absent" else "stores the url"
        secrets = {"absent": "generates", "one": "stores a secret"}.get(slot.secrets, "stores secrets")
        return ["accepted", f"stores {slot.events}", url, secrets]
    if slot.kind == "caller":
        return [] if is_wrong(slot) else [f"caller {slot.caller}"]
    return ["id"] if slot.kind == "id" and slot.caller != "near" else []


def contents(slot: Slot) -> list[str]:
    """Return what a fault may depend on in the request itself."""
    url = "url wrong" if slot.url in WRONG_URL else "url absent" if slot.url == "absent" else "url"
    events = "events wrong" if slot.events in WRONG_EVENTS else f"events {slot.events}"
    secrets = {"odd": "two", "open": "one", "rotated": "two", "kept": "one"}.get(slot.secrets, slot.secrets)
    is_turned = slot.is_reversed and (slot.url != "absent" or slot.secrets != "absent")
    return [
        url,
        events,
        "secrets wrong" if slot.secrets in WRONG_SECRETS else f"secrets {secrets}",
        "second" if slot.is_second else "first",
        "charset" if slot.has_charset else "plain",
        "reversed" if is_turned else "in order",
    ]


@dataclass
class Course:
    """What the requests so far have met."""

    seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    pending: dict[bool, Pairs] = field(default_factory=lambda: {False: set(), True: set()})
    before: int = CREATED
    number: int = 1
    previous: Slot | None = None

    def circumstances(self, slot: Slot, *, reads_first: bool) -> list[str]:
        """Return what a fault may depend on, if *slot* comes next, after a reading perhaps."""
        number = self.number + reads_first
        before = CREATED if reads_first else self.before
        found = [
            f"before {before}",
            f"turn {number % 3}",
            "late" if number > 9 else "early",
            *contents(self.real(slot)),
        ]
        return [*found, "repeated"] if slot.kind == "again" and not reads_first else found

    def real(self, slot: Slot) -> Slot:
        """Return what a repeated request is: the one before, by another caller perhaps."""
        if slot.kind != "again" or self.previous is None:
            return slot
        return self.previous if slot.caller == "valid" else replace(self.previous, kind="caller", caller=slot.caller)

    def pairs(self, slot: Slot, *, reads_first: bool) -> Pairs:
        """Return the checks of *slot*, each with each circumstance."""
        every = self.circumstances(slot, reads_first=reads_first)
        return {(name, one) for name in checks(self.real(slot)) for one in every}

    def written(self, slot: Slot, *, reads_first: bool) -> Pairs:
        """Return what a later reading shows: that a request was refused and yet carried out."""
        real = self.real(slot)
        if real.kind not in {"refuse", "caller", "id"} or real.url == "absent":
            return {(f"lost by {real.kind}", "read")} if real.kind in {"malformed", "non-object", "media"} else set()
        status = {"id": 404, "refuse": 400}.get(real.kind, 403 if real.caller == "forbidden" else 401)
        return {(f"written by {status}", one) for one in self.circumstances(slot, reads_first=reads_first)}

    def worth(self, pairs: Pairs) -> float:
        """Return what it is worth to meet *pairs*: less each time."""
        worth = PAIR if self.number < CIRCUMSTANCES else LATE_PAIR
        return worth * math.fsum(1 / (1 + self.seen[pair]) ** 4 for pair in pairs)

    def gain(self, slot: Slot, *, reads_first: bool) -> float:
        """Return what it is worth that *slot* comes next, without its values."""
        real = self.real(slot)
        pending = self.worth(self.pending[real.is_second]) if real.kind == "accept" and not reads_first else 0.0
        found = self.worth(self.pairs(slot, reads_first=reads_first) | self.written(slot, reads_first=reads_first))
        return found + (pending if real.url == "absent" else -pending)

    def take(self, slot: Slot, *, reads_first: bool) -> None:
        """Note that *slot* comes next."""
        real = self.real(slot)
        self.seen.update(self.pairs(slot, reads_first=reads_first))
        written = self.written(slot, reads_first=reads_first)
        self.pending[real.is_second] |= written
        self.previous = real

    def sent(self, case: Case, status: int) -> None:
        """Note that *case* was answered with *status*."""
        is_second = case.request.webhook_id == SECOND_ID
        if status == CREATED:
            if "url" not in (case.judgement.body or {}):
                self.seen.update(self.pending[is_second])
            self.pending[is_second] = set()
        self.before = status
        self.number += 1


def candidates(rng: random.Random, course: Course) -> Iterator[Slot]:
    """Yield slots of every kind, those with many forms by chance."""
    for kind in ("malformed", "non-object", "odd", "media", "bypass", "state"):
        yield Slot(kind)
    for second in (False, True):
        for caller in ("near", "stranger"):
            parts = (
                rng.choice(("absent", "plain")),
                rng.choice(("one", "several")),
                rng.choice(("absent", "one", "two")),
            )
            yield Slot("id", *parts, caller, second)
    if course.previous and course.previous.kind in {"accept", "refuse", "caller", "id"}:
        yield Slot("again")
        if course.previous.kind == "accept":
            yield from (Slot("again", caller=caller) for caller in ("absent", "unknown", "forbidden"))
    for _ in range(SAMPLES):
        flags = [rng.random() < share for share in (0.4, 0.3, 0.3)]
        slot = Slot(
            "refuse",
            rng.choice(("absent", "plain", "type", "form", "form", "form")),
            rng.choice(("one", "several", "none", "empty", "type", "value", "value", "value")),
            rng.choice(("absent", "one", "two", "wrong", "many")),
            "valid",
            *flags,
        )
        if is_wrong(slot):
            yield slot
        url = rng.choice(("absent", "plain", "odd"))
        # If secrets that need not be accepted are refused, nothing is known of the url.
        secrets = ("absent", "one", "two", "odd") if url == "odd" else ("absent", "one", "two", "odd", "open")
        yield Slot(
            "accept",
            url,
            rng.choice(("one", "several")),
            rng.choice(secrets),
            rng.choice(("valid", "spelt")),
            *flags,
        )
        caller = rng.choice(("absent", "unknown", "forbidden", "near"))
        breaks = caller != "near" and rng.random() < 0.3
        yield Slot(
            "caller",
            rng.choice(("absent", "plain", "plain")),
            "value" if breaks else rng.choice(("one", "several")),
            "many" if breaks else rng.choice(("absent", "one", "two")),
            caller,
            *flags,
        )


class FedPlan(Plan):
    """The plan with turns that are chosen one by one."""

    choose: Callable[[FedPlan], Slot | None]

    def _planned_cases(self) -> Iterator[Case]:
        while (slot := self.choose(self)) is not None:
            yield from self._kinds.cases(slot)

    def reads_first(self, slot: Slot) -> bool:
        """Return whether the url is read back before *slot*."""
        unverified = self._unverified.get(SECOND_ID if slot.is_second else self._factory.settings.webhook_id, 0)
        is_writing = slot.kind == "accept" and slot.url != "absent"
        return bool(unverified) and (unverified >= MAX_UNVERIFIED or is_writing)

    def taken(self, walk: str) -> int:
        """Return how many values of *walk* were taken."""
        return self._kinds.queues[walk].taken


def weight(names: set[str]) -> float:
    """Return what it is worth to find the faults *names*: those of the old catalogue, which are fewer, count four times."""
    return sum(4.0 if name in BY_NAME else 1.0 for name in names)


def _hit_rate(shown: list[set[str]]) -> float:
    """Return how many of the values show something that none before them does."""
    hits, seen = 0, set[str]()
    for names in shown:
        hits += bool(names - seen)
        seen |= names
    return max(hits / len(shown), 0.2)


@dataclass
class Chooser:
    """Chooses the slots."""

    shown: dict[str, dict[str, list[str]]]
    order: dict[str, list[str]]
    course: Course = field(default_factory=Course)
    chosen: list[Slot] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    rng: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311  to be repeated

    def __post_init__(self) -> None:
        self._rates = {
            walk: _hit_rate([set(shown[name]) for name in self.order[walk]]) for walk, shown in self.shown.items()
        }

    def __call__(self, plan: FedPlan) -> Slot | None:
        if len(self.chosen) >= TURNS:
            return None
        slot = self._next(plan)
        reads_first = plan.reads_first(self.course.real(slot))
        for walk in walks_of(slot):
            self.seen |= self._names(plan, walk)
        self.course.take(slot, reads_first=reads_first)
        self.chosen.append(slot)
        return slot

    def _next(self, plan: FedPlan) -> Slot:
        number = len(self.chosen)
        planned = (*BEGINNING, *CORE)
        if number < len(planned):
            return slot_of(planned[number]) if " " in planned[number] else Slot(planned[number])
        return max(candidates(self.rng, self.course), key=lambda slot: (self._worth(plan, slot), str(slot)))

    def _worth(self, plan: FedPlan, slot: Slot) -> float:
        reads_first = plan.reads_first(self.course.real(slot))
        values = sum(self._value(plan, walk) for walk in walks_of(slot))
        return (self.course.gain(slot, reads_first=reads_first) + values) / (1 + reads_first)

    def _value(self, plan: FedPlan, walk: str) -> float:
        """Return what the next value of *walk* is worth: what it shows, and what one like it shows on average."""
        name = LISTED.get(walk, walk)
        rate = self._rates.get(name, 0.5)
        coming = set().union(*(self._names(plan, walk, ahead) for ahead in range(AHEAD)))
        return weight(coming - self.seen) / AHEAD + rate * FADING / (FADING + plan.taken(walk))

    def _names(self, plan: FedPlan, walk: str, ahead: int = 0) -> set[str]:
        listed = self.order.get(LISTED.get(walk, walk), [])
        if walk == "several_events":
            listed = [name for name in listed if "," in name]
        place = plan.taken(walk) + ahead
        return set(self.shown[LISTED.get(walk, walk)].get(listed[place], ())) if place < len(listed) else set()


def turns(shown: dict[str, dict[str, list[str]]], order: dict[str, list[str]]) -> list[Slot]:
    """Return the slots; the walks are in *order*, which is in the file already."""
    settings = Settings("http://target.example", budget=2000)
    factory, history = CaseFactory(settings), History()
    plan, target = FedPlan(factory, history), ReferenceTarget(factory.known_ids)
    chooser = Chooser(shown, order)
    plan.choose = chooser
    for case in chain(plan.first_cases(), plan.cases()):
        response = target.respond(case.judgement)
        check(case.request, response, case.judgement, history)
        history.learn(case.judgement, response)
        chooser.course.sent(case, response.status)
    return chooser.chosen


def _of(what: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{name} for {what}" for name in names)


FIRST = {
    "url_types": (
        *("a number", "an empty text", "a list with a url", "false", "an object with a url", "true", "zero"),
        "an empty list",
    ),
    "url_forms": (
        *("the scheme http", "nothing behind the slashes", "the scheme httpsx", "':///' for ://", "a port alone"),
        *(
            "a host and a path",
            "a space before it",
            "an http url with an https one in its query",
            "a path",
            "the scheme ftp",
        ),
        *("the scheme HTTP", "the scheme wss", "a host behind //", "a url in a script", "':/' for ://"),
        *("'//' for ://", "a line feed before it", "a url within text", "a query behind the slashes"),
        "a space in the path",
    ),
    "event_types": _of(
        "events",
        *("an event in place of the list", "null", "an object", "an unknown event in place of the list", "a number"),
        *("events with commas", "true"),
    ),
    "event_values": (
        *("a word behind all", "all in capitals", "two words and an event"),
        *("facility.user-connection.rejected without its last word", "a number alone", "a word behind every event"),
        *("null alone", "facility.creation.accepted with more behind it", "an empty text alone"),
        *("a list with an event alone", "facility.user-connection.rejected with another last word"),
    ),
    "secret_types": _of(
        "secrets",
        *("a secret without its list", "an object", "an empty text", "a fraction", "two secrets with a comma", "true"),
        *("an object with numbers as names", "false", "a letter", "a number", "zero as a fraction"),
    ),
    "secret_counts": ("three secrets", "four secrets", "ten secrets", "three times the same", "101 secrets"),
    "legal_urls": (
        *("a port, a query of many forms, a fragment", "capitals in scheme and host, labels of digits and letters"),
        *("a query without a path, the default port", "a punycode label, 1,999 characters"),
        *("the highest port, punctuation, a url in the query", "a deep path with escapes", "a host alone"),
    ),
    "credentials": (
        *("BASIC_SCHEME", "LENGTHENED", "TOKEN_SCHEME", "SHORTENED", "NO_TOKEN", "OTHER_CASE", "NO_SCHEME"),
        *("PRECEDED", "ALTERED", "LONGER_SCHEME", "WITHOUT_LAST"),
    ),
    "bypasses": (
        *("media type text", "media type no media type", "body no body"),
        *("body an update of 5,000 bytes with names of credentials", "body null", "body an end too early"),
        *("body a form", "body an empty list", "body an empty object"),
    ),
    "ids": (
        *("an odd and long id", "an id without its last character", "__proto__ as id", "an id with an ending"),
        *("an id with a wildcard at its end", "an id with a character behind it", "an id with a character before it"),
        *("an id with blanks around it", "null as id", "constructor as id"),
    ),
    "non_objects": (
        *("null", "an empty list", "no body", "an empty object", "an update in data"),
        *("an update in a text", "a number", "a list with an event", "a list with an update", "true"),
    ),
    "media_types": ("text", "a form", "no media type", "an unknown charset, other parameters", "XML"),
    "malformed": (
        *("a body that ends in its list", "text behind JSON", "no closing brace", "a form", "text before JSON"),
        *("equals signs for colons", "two updates", "text", "a comma behind JSON"),
    ),
    "odd_bodies": (
        *("the id of the other webhook under its names", "events in capitals", "a secret that is not a string"),
        "a lone surrogate and a NUL in secrets",
        "a number of 5,000 digits, one beyond every float, nesting 200 deep",
        "one key twice, an object and null among secrets",
        *("a property named __proto__", "300 events and a url of 5,000 characters", "invalid UTF-8"),
        *("unknown names of every form, numbers", "NaN"),
    ),
}
"""What servers that others wrote have got wrong, and what shows a choice."""


def order(shown: dict[str, set[str]], first: tuple[str, ...]) -> list[str]:
    """Return the names: *first*, then what shows most new faults and what comes next in the walk take turns."""
    left, chosen = [name for name in shown if name not in first], list(first)
    seen: set[str] = set().union(*(shown[name] for name in first))
    while left:
        best = max(left, key=lambda name: weight(shown[name] - seen))
        following = next((name for name in left if name != best), best)
        for name in dict.fromkeys([best] * bool(shown[best] - seen) + [following]):
            left.remove(name)
            chosen.append(name)
            seen |= shown[name]
    return chosen


def main() -> int:
    """Write the file."""
    current = {walk: {value.name for value in values_of(walk)} for walk in WALKS_OF_OPERATORS}
    # In the order of the cache, as that of the file follows from it; a value that is younger shows nothing that is known.
    shown = {
        walk: {name: one.get(name, []) for name in [*one, *sorted(current[walk] - one.keys())] if name in current[walk]}
        for walk, one in cached(BEGINNING).items()
    }
    orders = {
        walk: order({name: set(faults) for name, faults in one.items()}, FIRST.get(walk, ()))
        for walk, one in shown.items()
    }
    content = {**orders, "slots": []}
    FILE.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    reload()
    content["slots"] = [str(slot) for slot in turns(shown, orders)]
    FILE.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

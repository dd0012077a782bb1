"""Writes the order of the planned requests: `python -m selftest.order` in `tests`.

The turns are chosen so that each check meets each circumstance early; the values of each walk, so that each finds as
many new faults of the tuned half as can be.
"""

from __future__ import annotations

import copy
import json
import random
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from typing import TYPE_CHECKING

from servers.faulty import FAULTS
from servers.faulty.literals import FIRST_ID, SECOND_ID
from servers.faulty.probe import send
from servers.faulty.sequences import Patch
from servers.faulty.serve import build
from servers.generated import by_name, population
from servers.generated.reference import Reference
from user_webhook_contract.cases.factory import CaseFactory
from user_webhook_contract.cases.kinds import CaseKinds
from user_webhook_contract.cases.operators import events
from user_webhook_contract.cases.order import FILE, Slot, slot_of
from user_webhook_contract.checks.history import History
from user_webhook_contract.checks.response import check
from user_webhook_contract.http.authorization import authorization
from user_webhook_contract.http.response import Response
from user_webhook_contract.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servers.faulty.server import Server
    from servers.generated import Fault
    from user_webhook_contract.cases.factory import Case
    from user_webhook_contract.cases.operators.value import Value

TURNS = 260
CIRCUMSTANCES = 46
"""The turns in which each check meets each circumstance; single values come mostly behind them."""

SAMPLES = 400

BEGINNING = (
    "accept plain several two valid",
    "again absent one absent valid",
    "again absent one absent absent",
    "again absent one absent unknown",
    "again absent one absent forbidden",
    "accept absent one absent valid",
    "again absent one absent valid",
    "refuse absent none absent valid",
    "refuse type type wrong valid",
    "again absent one absent valid",
    "accept absent several one valid",
    "caller plain several one absent",
    "id plain several one unknown",
    "accept plain one two valid second",
    "accept absent one rotated valid second",
    "accept plain one kept valid second",
    "refuse plain empty one valid",
)
"""What every run sends first: one request for each of the main requirements."""

URLS = ("absent", "plain", "odd", "type", "form")
EVENTS = ("one", "several", "none", "empty", "type", "value")
SECRETS = ("absent", "one", "two", "odd", "open", "wrong", "many")
CALLERS = ("absent", "unknown", "forbidden", "near")
STATUS = {"accept": 201, "refuse": 400, "caller": 401, "id": 404, "malformed": 400, "non-object": 400, "odd": 201}
OTHERS = (
    *("malformed", "odd", "non-object", "near-id", "odd", "state", "media", "bypass", "odd", "choice", "choice"),
    *("malformed", "odd", "non-object", "bypass", "odd", "state", "stranger", "media", "odd", "near-id", "choice"),
    *("non-object", "malformed", "odd", "state", "near-id", "bypass", "choice", "non-object", "odd", "malformed"),
    *("media", "odd", "choice", "near-id", "state", "odd", "non-object", "malformed", "choice", "stranger"),
    *("odd", "bypass", "choice", "malformed", "near-id", "non-object", "state", "choice", "odd", "media", "choice"),
    *("malformed", "near-id", "non-object", "malformed", "choice", "media", "bypass", "near-id", "state"),
)
STATES = ("state", "stranger")
CHOICES = (
    "chunked",
    "nested",
    "check-order",
    "duplicates",
    "open-url",
    "open-caller",
    "open-url",
    "open-id",
    "open-url",
    "large",
)


@dataclass
class Course:
    """What the turns so far have covered, on a server that keeps the contract."""

    seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    pending: dict[bool, set[tuple[str, str]]] = field(default_factory=lambda: {False: set(), True: set()})
    before: int = 201
    number: int = 3
    previous: Slot | None = None

    def circumstances(self, slot: Slot) -> list[str]:
        """Return what a fault may depend on."""
        found = [f"before {self.before}", f"turn {self.number % 3}"]
        found.append("late" if self.number > 9 else "early")
        if slot.kind == "again":
            found.append("repeated")
        wrong_events = slot.events in {"none", "empty", "type", "value"}
        found.append({"absent": "url absent", "plain": "url", "odd": "url"}.get(slot.url, "url wrong"))
        found.append("events wrong" if wrong_events else f"events {slot.events}")
        found.append({"odd": "secrets two", "open": "secrets one"}.get(slot.secrets, f"secrets {slot.secrets}"))
        if slot.secrets in {"wrong", "many"}:
            found[-1] = "secrets wrong"
        found.append("second" if slot.is_second else "first")
        found.append("charset" if slot.has_charset else "plain")
        found.append(
            "reversed" if slot.is_reversed and (slot.url != "absent" or slot.secrets != "absent") else "in order"
        )
        return found

    def checks(self, slot: Slot) -> list[str]:
        """Return what a response to *slot* shows."""
        if slot.kind == "refuse":
            found = [
                *([f"url {slot.url}"] if slot.url in {"type", "form"} else []),
                *([f"events {slot.events}"] if slot.events in {"none", "empty", "type", "value"} else []),
                *([f"secrets {slot.secrets}"] if slot.secrets in {"wrong", "many"} else []),
            ]
            messages = sum({"type": 2, "form": 1}.get(slot.url, 0) for _ in (0,))
            messages += {"none": 3, "empty": 1, "type": 2, "value": 1}.get(slot.events, 0)
            messages += {"wrong": 2, "many": 1}.get(slot.secrets, 0)
            found += ["several messages"] if messages > 1 else ["one message"]
            found += ["many messages"] if messages > 3 else []
            found += (
                ["several of one"]
                if slot.url == "type" or slot.events in {"none", "type"} or slot.secrets == "wrong"
                else []
            )
            found += ["first and others"] if slot.url in {"type", "form"} and messages > 2 else []
            return found
        if slot.kind == "accept":
            found = ["accepted", f"stores {slot.events}"]
            found.append("keeps the url" if slot.url == "absent" else "stores the url")
            found.append({"absent": "generates", "one": "stores a secret"}.get(slot.secrets, "stores secrets"))
            return found
        if slot.kind == "caller":
            return [] if _is_wrong(slot) else [f"caller {slot.caller}"]
        return ["id"] if slot.kind == "id" and slot.caller != "near" else []

    def gain(self, slot: Slot) -> float:
        pairs = self.pairs(slot) | self._written(slot)
        return sum(1 / (1 + self.seen[pair]) ** 4 for pair in pairs) + self._read_gain(slot)

    def _written(self, slot: Slot) -> set[tuple[str, str]]:
        """Return what a later reading may show: that a request was refused and yet carried out."""
        real = self.real(slot)
        if real.kind not in {"refuse", "caller", "id"} or real.url == "absent":
            return set()
        status = (
            404 if real.kind == "id" else 400 if real.kind == "refuse" else 403 if real.caller == "forbidden" else 401
        )
        found = {(f"written by {status}", one) for one in self.circumstances(slot)}
        return found | (
            {(f"written by {status}", one) for one in self.circumstances(real)} if slot is not real else set()
        )

    def _read_gain(self, slot: Slot) -> float:
        if slot.kind != "accept":
            return 0.0
        pending = self.pending[slot.is_second]
        worth = sum(1 / (1 + self.seen[pair]) ** 4 for pair in pending)
        return worth if slot.url == "absent" else -worth

    def pairs(self, slot: Slot) -> set[tuple[str, str]]:
        real = self.real(slot)
        return {
            (check, one)
            for check in self.checks(real)
            for one in self.circumstances(slot if slot.kind == "again" else real)
        }

    def real(self, slot: Slot) -> Slot:
        """Return what a repeated request is: the one before, by another caller perhaps."""
        if slot.kind != "again" or self.previous is None:
            return slot
        if slot.caller != "valid":
            return replace(self.previous, kind="caller", caller=slot.caller)
        return self.previous

    def take(self, slot: Slot) -> None:
        real = self.real(slot)
        self.seen.update(self.pairs(slot))
        status = 403 if real.caller == "forbidden" else STATUS.get(real.kind, 400)
        if real.kind == "accept":
            if real.url == "absent":
                self.seen.update(self.pending[real.is_second])
            self.pending[real.is_second] = set()
        elif real.kind in {"malformed", "non-object", "id", "media", "bypass"}:
            self.pending[real.is_second].add((f"lost by {real.kind}", "read"))
        self.pending[real.is_second] |= self._written(slot)
        self.before = status
        self.number += 1
        self.previous = real


def _is_wrong(slot: Slot) -> bool:
    return (
        slot.url in {"type", "form"}
        or slot.events in {"none", "empty", "type", "value"}
        or slot.secrets in {"wrong", "many"}
    )


def _candidates(rng: random.Random, kind: str, course: Course) -> Iterator[Slot]:
    """Yield slots of *kind* by chance."""
    for _ in range(SAMPLES):
        flags = [rng.random() < share for share in (0.4, 0.25, 0.3)]
        if kind == "refuse":
            slot = Slot(
                kind,
                rng.choice(("absent", "plain", "type", *("form",) * 4)),
                rng.choice(("one", "several", "none", "empty", "type", *("value",) * 3)),
                rng.choice(("absent", "one", "two", "wrong", "many")),
                "valid",
                *flags,
            )
            if _is_wrong(slot):
                yield slot
        elif kind == "accept":
            yield Slot(
                kind,
                rng.choice(("absent", "absent", "plain", "odd", "odd")),
                rng.choice(("one", "several")),
                rng.choice(("absent", "one", "two", "odd", "odd", "open")),
                rng.choice(("valid", "spelt")),
                *flags,
            )
        elif kind == "caller":
            caller = rng.choice(("absent", "unknown", "forbidden", "near"))
            is_wrong = caller != "near" and rng.random() < 0.3
            yield Slot(
                kind,
                rng.choice(("absent", "plain", "plain")),
                "value" if is_wrong else rng.choice(("one", "several")),
                "many" if is_wrong else rng.choice(("absent", "one", "two")),
                caller,
                *flags,
            )
        elif kind == "again" and course.previous and course.previous.kind in {"accept", "refuse", "caller"}:
            yield Slot("again", caller="valid")
            if course.previous.kind == "accept":
                for caller in ("absent", "unknown", "forbidden"):
                    yield Slot("again", caller=caller)


SHARES = {"refuse": 0.47, "accept": 0.27, "caller": 0.26}
WALKS = {"form": 3.0, "value": 1.5, "many": 0.6, "odd": 2.0, "open": 1.0, "near": 6.0}
"""What the next value of a walk is worth beside the pairs of checks and circumstances."""

LEGAL_URLS = 6.0
"""What a legal url with several traits is worth, while fewer than one in six turns had one."""


def _is_due(number: int) -> bool:
    """Return whether a turn is for one of the kinds that show one fault each: few at first, later most of them."""
    return number % 6 == 0 if number < CIRCUMSTANCES else number % 3 != 0


def turns(seed: int = 1) -> list[Slot]:
    """Return the slots."""
    rng = random.Random(seed)  # noqa: S311  to be repeated, not to be secret
    course, chosen = Course(), []
    for line in BEGINNING:
        chosen.append(slot_of(line))
        course.take(chosen[-1])
    others = iter(OTHERS)
    choices = iter(CHOICES)
    counts: Counter[str] = Counter()
    while len(chosen) < TURNS:
        if _is_due(len(chosen)) and (other := next(others, "")):
            flags = [rng.random() < 0.5 for _ in range(3)]
            if other in {"near-id", "stranger"}:
                secrets = rng.choice(("absent", "one", "two"))
                slot = Slot("id", "plain", rng.choice(("one", "several")), secrets, other.removesuffix("-id"), *flags)
            else:
                slot = Slot(other, is_second=other == "state" and flags[0])
            if other == "choice":
                slot = Slot(next(choices, "odd"))
            chosen.append(slot)
            course.take(slot)
            continue
        eager = 0.3 if len(chosen) < CIRCUMSTANCES else 1.0
        best: tuple[float, str] | None = None
        best_slot = None
        total = sum(counts.values()) + 3
        for kind in ("refuse", "accept", "caller", "again"):
            behind = SHARES.get(kind, 0.0) * total - counts[kind]
            for slot in _candidates(rng, kind, course):
                worth = course.gain(slot) + 2.0 * behind * (kind != "again")
                worth += eager * sum(WALKS.get(part, 0) for part in (slot.url, slot.events, slot.secrets, slot.caller))
                worth += LEGAL_URLS * (slot.url == "odd" and counts["odd"] < len(chosen) / 6)
                if best is None or (worth, str(slot)) > best:
                    best, best_slot = (worth, str(slot)), slot
        assert best_slot is not None
        counts[course.real(best_slot).kind] += 1
        counts["odd"] += best_slot.url == "odd"
        chosen.append(best_slot)
        course.take(best_slot)
    return chosen


WALKS_OF_OPERATORS = {
    "url_types": ("url", "rule"),
    "url_forms": ("url", "rule"),
    "legal_urls": ("url", "store"),
    "event_types": ("event", "rule", "message"),
    "event_values": ("event", "rule", "crash", "message"),
    "legal_events": ("event", "store"),
    "secret_types": ("secret", "rule", "message", "crash"),
    "secret_counts": ("secret", "rule", "message", "crash"),
    "legal_secrets": ("secret", "store"),
    "open_secrets": ("secret", "store", "crash"),
    "malformed": ("body", "crash"),
    "non_objects": ("body", "crash"),
    "odd_bodies": ("body", "crash", "unknown"),
    "media_types": ("media", "crash", "body"),
    "bypasses": ("token", "caller", "media"),
    "credentials": ("token", "caller"),
    "ids": ("id-", "crash"),
}
"""The words in the names of operators whose faults the values of a walk may show."""


def values_of(walk: str) -> list[Value]:
    """Return the values of *walk*, in their own order."""
    kinds = CaseKinds(CaseFactory(Settings("http://target.example")), History(), SECOND_ID)
    if walk == "legal_events":
        return list(events.legal())
    return list(kinds.queues[walk].values)


SLOTS = {
    "url_types": "refuse type one absent valid",
    "url_forms": "refuse form one absent valid",
    "legal_urls": "accept odd one absent valid",
    "event_types": "refuse plain type absent valid",
    "event_values": "refuse plain value absent valid",
    "secret_types": "refuse plain one wrong valid",
    "secret_counts": "refuse plain one many valid",
    "legal_secrets": "accept plain one odd valid",
    "open_secrets": "accept plain one open valid",
    "malformed": "malformed absent one absent valid",
    "non_objects": "non-object absent one absent valid",
    "odd_bodies": "odd absent one absent valid",
    "media_types": "media absent one absent valid",
    "bypasses": "bypass absent one absent valid",
    "credentials": "caller plain several one near",
    "ids": "id plain one one near",
}


def shown_by(walk: str, faults: list[Fault | Old]) -> dict[str, set[str]]:
    """Return the names of *faults* that each value of *walk* shows, sent on its own to a fresh server."""
    found: dict[str, set[str]] = {}
    settings = Settings("http://target.example", budget=10_000)
    opening = _opening(settings)
    for place, value in enumerate(values_of(walk)):
        factory, history = CaseFactory(settings), copy.deepcopy(opening)
        kinds = CaseKinds(factory, history, SECOND_ID)
        if walk == "legal_events":
            cases = [factory.case(value.name, factory.full_body(events=value.value))]
        else:
            queue = kinds.queues[walk]
            queue.skip(place)
            cases = list(kinds.cases(slot_of(SLOTS[walk])))
        webhook_id = cases[-1].request.webhook_id
        cases.append(kinds.read_back(webhook_id if webhook_id in factory.known_ids else ""))
        found[value.name] = {fault.name for fault in faults if _is_shown(fault, cases, history)}
    return found


def _opening(settings: Settings) -> History:
    """Return what a run knows after its beginning, on the right server."""
    factory, history, server = CaseFactory(settings), History(), Reference()
    kinds = CaseKinds(factory, history, SECOND_ID)
    cases = [factory.case("", {"events": ["all"]}, webhook_id=one) for one in (FIRST_ID, SECOND_ID)]
    cases += list(kinds.cases(slot_of("refuse type type wrong valid")))
    for case in cases:
        response = _answer(server, case)
        check(case.request, response, case.judgement, history)
        history.learn(case.judgement, response)
    return history


def _is_shown(fault: Fault | Old, cases: list[Case], opening: History) -> bool:
    server, history = fault.build(), copy.copy(opening)
    history.webhooks = copy.deepcopy(opening.webhooks)
    history.urls, history.secrets, history.generated = dict(opening.urls), {}, []
    for webhook in history.webhooks.values():
        webhook.secrets = None
    for case in cases:
        try:
            response = _answer(server, case)
        except (ValueError, AttributeError, KeyError, TypeError):  # some faults only know requests of their own kind
            return False
        if response is None:
            return True
        if any(not one.is_kept for one in check(case.request, response, case.judgement, history)):
            return True
        history.learn(case.judgement, response)
    return False


def _answer(server: Server, case: Case) -> Response | None:
    request = case.request
    header = authorization(request.credential, "valid-token", "forbidden-token")
    answer = send(
        server, Patch(request.body or b"", request.webhook_id, header, request.media_type, request.is_chunked)
    )
    if answer.status <= 0:
        return None
    return Response(answer.status, {name.lower(): value for name, value in answer.headers}, answer.body)


FIRST = {
    "url_forms": ("the scheme http", "a port alone", "three slashes", "a line feed before it"),
    "event_types": ("an event in place of the list for events", "a number for events"),
    "odd_bodies": (
        "another id and client, unknown properties",
        "null for the url",
        "null for the secrets",
        "a number of 5,000 digits, one beyond every float, nesting 200 deep",
        "a secret that is not a string",
        "events in capitals",
        "a lone surrogate and a NUL in secrets",
        "an empty list of secrets",
        "NaN",
        "unknown names of every form",
        "a property named __proto__",
        "300 events and a url of 5,000 characters",
    ),
}
"""What servers that others wrote have got wrong, and what shows a choice."""


def order(shown: dict[str, set[str]], known: set[str], first: tuple[str, ...] = ()) -> list[str]:
    """Return the names: *first*, then what shows most new faults and what comes next in the walk take turns."""
    left, chosen = [name for name in shown if name not in first], list(first)
    seen = known.union(*(shown[name] for name in first))
    while left:
        best = max(left, key=lambda name: len(shown[name] - seen))
        for name in (best, left[0] if left[0] != best else left[min(1, len(left) - 1)]):
            if name in left and (name != best or shown[best] - seen or name == left[0]):
                left.remove(name)
                chosen.append(name)
                seen |= shown[name]
    return chosen


@dataclass(frozen=True)
class Old:
    """A fault of the catalogue that was written by hand."""

    name: str
    requirement: str

    def build(self) -> Server:
        """Return a fresh server with the fault."""
        return build(self.name)


WALKS_OF_REQUIREMENTS = {
    "url": "R-106 R-201 R-202 R-226 R-301",
    "events": "R-105 R-203 R-204 R-205 R-208 R-222 R-223",
    "secrets": "R-107 R-206 R-207 R-225",
    "bodies": "R-209 R-210 R-211 R-701 R-703 R-704",
    "callers": "R-401 R-402 R-403 R-404 R-405",
    "ids": "R-501 R-502 R-702",
}
"""The requirements whose faults of the old catalogue the values of a subject may show."""

SUBJECTS = {
    "url": ("url_types", "url_forms", "legal_urls"),
    "events": ("event_types", "event_values", "legal_events"),
    "secrets": ("secret_types", "secret_counts", "legal_secrets", "open_secrets"),
    "bodies": (
        "malformed",
        "non_objects",
        "odd_bodies",
        "media_types",
        "event_values",
        "secret_counts",
        "open_secrets",
    ),
    "callers": ("bypasses", "credentials"),
    "ids": ("ids",),
}


def _old(walk: str) -> set[str]:
    """Return the requirements of the old catalogue that concern *walk*."""
    return {
        row for subject, walks in SUBJECTS.items() if walk in walks for row in WALKS_OF_REQUIREMENTS[subject].split()
    }


def orders() -> dict[str, list[str]]:
    """Return the order of each walk."""
    faults: list[Fault | Old] = [one for one in population() if one.half == "tuned" and one.context is None]
    faults += [Old(one.name, one.requirement) for one in FAULTS]
    usual = {one.name for one in faults if _is_shown(one, _usual_cases(), _opening(Settings("http://target.example")))}
    rest = [one for one in faults if one.name not in usual]
    sys.stdout.write(f"{len(usual)} of {len(faults)} are shown by the usual requests\n")
    jobs = [
        (walk, [one.name for one in rest if _may_show(walk, words, one)]) for walk, words in WALKS_OF_OPERATORS.items()
    ]
    with ProcessPoolExecutor(mp_context=get_context("fork")) as pool:
        found = dict(pool.map(_job, jobs))
    for walk, shown in found.items():
        total = set().union(*shown.values())
        wanted = dict(jobs)[walk]
        sys.stdout.write(f"{walk}: {len(shown)} values, {len(total)} of {len(wanted)} faults\n")
    every = set().union(*(names for shown in found.values() for names in shown.values()))
    sys.stdout.write("shown by no value: " + ", ".join(one.name for one in rest if one.name not in every) + "\n")
    return {walk: order(shown, usual, FIRST.get(walk, ())) for walk, shown in found.items()}


def _may_show(walk: str, words: tuple[str, ...], fault: Fault | Old) -> bool:
    if isinstance(fault, Old):
        return fault.requirement in _old(walk)
    return any(word in fault.operator for word in words)


def _job(job: tuple[str, list[str]]) -> tuple[str, dict[str, set[str]]]:
    walk, names = job
    return walk, shown_by(walk, [by_name()[name] if name in by_name() else Old(name, "") for name in names])


def _usual_cases() -> list[Case]:
    factory = CaseFactory(Settings("http://target.example"))
    kinds = CaseKinds(factory, History(), SECOND_ID)
    return [case for line in BEGINNING for case in kinds.cases(slot_of(line))]


def main() -> int:
    content = json.loads(FILE.read_text()) if FILE.exists() else {}
    if "--turns" not in sys.argv:
        content |= orders()
    if "--walks" not in sys.argv:
        content["slots"] = [str(slot) for slot in turns()]
    FILE.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

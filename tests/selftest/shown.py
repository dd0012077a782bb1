"""What each value of a walk shows on its own: the faults of the tuned half and of the old catalogue."""

from __future__ import annotations

import copy
import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
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
from user_webhook_contract.cases.order import slot_of
from user_webhook_contract.checks.history import History
from user_webhook_contract.checks.response import check
from user_webhook_contract.http.authorization import authorization
from user_webhook_contract.http.response import Response
from user_webhook_contract.settings import Settings

if TYPE_CHECKING:
    from servers.faulty.server import Server
    from servers.generated import Fault
    from user_webhook_contract.cases.factory import Case
    from user_webhook_contract.cases.operators.value import Value

CACHE = Path(__file__).parents[2] / "build" / "shown.json"

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
    "odd_bodies": ("body", "crash", "unknown", "mass"),
    "spellings": ("body", "spelling"),
    "media_types": ("media", "crash", "body"),
    "bypasses": ("token", "caller", "media"),
    "credentials": ("token", "caller", "credential"),
    "ids": ("id-", "crash", "webhook"),
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
    "spellings": "accept absent one absent spelt",
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
    "bodies": "R-101 R-103 R-104 R-209 R-210 R-211 R-701 R-703 R-704",
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
        "spellings",
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


def shown_by_all(beginning: tuple[str, ...]) -> dict[str, dict[str, list[str]]]:
    """Return the faults that each value of each walk shows, but for those that the requests of *beginning* show."""
    faults: list[Fault | Old] = [one for one in population() if one.half == "tuned" and one.context is None]
    faults += [Old(one.name, one.requirement) for one in FAULTS]
    opening = _opening(Settings("http://target.example"))
    rest = [one for one in faults if not _is_shown(one, _usual_cases(beginning), opening)]
    jobs = [
        (walk, [one.name for one in rest if _may_show(walk, words, one)]) for walk, words in WALKS_OF_OPERATORS.items()
    ]
    with ProcessPoolExecutor(mp_context=get_context("fork")) as pool:
        found = dict(pool.map(_job, jobs))
    return {walk: {name: sorted(one) for name, one in shown.items()} for walk, shown in found.items()}


def cached(beginning: tuple[str, ...]) -> dict[str, dict[str, list[str]]]:
    """Return the same, from the file of the last time if there is one: it takes minutes."""
    if not CACHE.exists():
        CACHE.parent.mkdir(exist_ok=True)
        CACHE.write_text(json.dumps(shown_by_all(beginning)))
    found: dict[str, dict[str, list[str]]] = json.loads(CACHE.read_text())
    return found


def _may_show(walk: str, words: tuple[str, ...], fault: Fault | Old) -> bool:
    if isinstance(fault, Old):
        return fault.requirement in _old(walk)
    return any(word in fault.operator for word in words)


def _job(job: tuple[str, list[str]]) -> tuple[str, dict[str, set[str]]]:
    walk, names = job
    return walk, shown_by(walk, [by_name()[name] if name in by_name() else Old(name, "") for name in names])


def _usual_cases(beginning: tuple[str, ...]) -> list[Case]:
    factory = CaseFactory(Settings("http://target.example"))
    kinds = CaseKinds(factory, History(), SECOND_ID)
    return [case for line in beginning for case in kinds.cases(slot_of(line))]

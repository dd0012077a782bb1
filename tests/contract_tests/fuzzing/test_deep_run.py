"""The deep run: its budget, its time, its repetition from the seed, and the smallest forms that it reports."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from support.paths import ROOT
from support.slow import some
from user_webhook_contract.cases import factory, plan
from user_webhook_contract.cases.reference_target import ReferenceTarget
from user_webhook_contract.cases.reserved_urls import is_reserved
from user_webhook_contract.checks.history import MAX_URLS
from user_webhook_contract.http.client import Client
from user_webhook_contract.http.response import Response
from user_webhook_contract.judge.judge import judge
from user_webhook_contract.results.ledger import TargetVerdict
from user_webhook_contract.runner.runner import Runner
from user_webhook_contract.settings import Settings

if TYPE_CHECKING:
    from servers.faulty import FaultyServers
    from user_webhook_contract.http.request import Request
    from user_webhook_contract.results.run import Run

pytestmark = pytest.mark.slow

PLACEHOLDER_TARGET = "http://target.example"
MARK = "00c0ffee"


class MemoryClient(Client):
    """A client whose target is in memory; keeps what was sent."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.known = frozenset({settings.webhook_id, settings.second_webhook_id})
        self.model = ReferenceTarget(self.known)
        self.requests: list[Request] = []

    def _send_once(self, request: Request) -> Response:
        self._take_slot()
        # The secret that a run leaves does not follow from the seed.
        body = request.body and re.sub(rb'"secrets":\["[0-9a-f]{32}"\]', b'"secrets":["LEFT"]', request.body)
        self.requests.append(replace(request, body=body))
        return self.respond(request)

    def respond(self, request: Request) -> Response:
        return self.model.respond(judge(request, self.known))

    @property
    def digest(self) -> str:
        return hashlib.sha256(repr([(one, one.body) for one in self.requests]).encode()).hexdigest()


class Picky(MemoryClient):
    """Refuses every seventh valid update, or every update with an event that it does not like."""

    every = 0
    disliked = b""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.updates = 0

    def respond(self, request: Request) -> Response:
        right = super().respond(request)
        if right.status != 201:
            return right
        self.updates += 1
        is_due = bool(self.every) and self.updates % self.every == 0
        is_disliked = bool(self.disliked) and self.disliked in (request.body or b"")
        return Response(500, {}, b"") if is_due or is_disliked else right


def deep(budget: int = 450, **changes: Any) -> Settings:
    return Settings(PLACEHOLDER_TARGET, budget=budget, rate=0, is_deep=True, **changes)


def run_on(client: MemoryClient, settings: Settings) -> Run:
    """Run with few planned requests, and with a mark that is the same each time."""
    with patch.object(factory, "new_mark", lambda: MARK), patch.object(plan, "MAX_WALKED", 150):
        return Runner(settings, client=client)()


@pytest.mark.thorough
def test_accuses_no_conformant_target() -> None:
    settings = deep()
    run = run_on(MemoryClient(settings), settings)

    assert run.verdict is TargetVerdict.CONFORMANT
    assert run.requests_sent == 450


@pytest.mark.thorough
def test_sends_other_requests_from_another_seed() -> None:
    first, second = MemoryClient(deep(seed=3)), MemoryClient(deep(seed=4))
    run_on(first, deep(seed=3))
    run_on(second, deep(seed=4))

    assert [one.body for one in first.requests[200:]] != [one.body for one in second.requests[200:]]


def test_repeats_every_request_from_the_seed_while_a_failure_is_made_smaller() -> None:
    first, second = Picky(deep(seed=3)), Picky(deep(seed=3))
    for client in (first, second):
        client.disliked = b"rejected"
        run_on(client, deep(seed=3))

    assert first.requests == second.requests


@pytest.mark.thorough
def test_repeats_in_other_processes_and_leaves_no_folder_behind(tmp_path: Path) -> None:
    script = "from test_deep_run import *; w = MemoryClient(deep(seed=5)); run_on(w, deep(seed=5)); print(w.digest)"
    digests = set()
    for hash_seed in ("1", "2"):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": hash_seed,
            "PYTHONPATH": os.pathsep.join(map(str, (Path(__file__).parent, ROOT / "tests", ROOT))),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        digests.add(done.stdout.strip())

    client = MemoryClient(deep(seed=5))
    run_on(client, deep(seed=5))
    assert digests == {client.digest}
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("budget", some([260, 300, 411], 3))
def test_never_exceeds_the_budget_while_it_makes_a_failure_smaller(budget: int) -> None:
    client = Picky(deep(budget))
    client.disliked = b"facility.creation.rejected"
    run = run_on(client, deep(budget))

    assert len(client.requests) == run.requests_sent <= budget
    assert run.verdict is TargetVerdict.NON_CONFORMANT


def test_shows_the_smallest_form_as_it_was_sent_again() -> None:
    client = Picky(deep(700))
    client.disliked = b"facility.user-connection.rejected"
    run = run_on(client, deep(700))

    titles = [entry.failures[0].title for entry in run.ledger.entries.values() if entry.failures]
    assert any("sent again" in title for title in titles)


def test_tells_that_a_fault_comes_and_goes_and_fails_the_target() -> None:
    client = Picky(deep(700))
    client.every = 37
    run = run_on(client, deep(700))

    titles = [failure.title for entry in run.ledger.entries.values() for failure in entry.failures]
    assert run.verdict is TargetVerdict.NON_CONFORMANT
    assert any("it comes and goes" in title for title in titles)


def test_counts_every_failure_and_keeps_few_of_them_whole() -> None:
    client = Picky(deep(2000))
    client.disliked = b"events"
    run = run_on(client, deep(2000))

    failures = [one for entry in run.ledger.entries.values() for one in entry.failures]
    assert len(failures) > 100
    assert len({one.exchange.number for one in failures if one.exchange.request.body}) < len(failures) / 4
    assert len(run.history.urls) <= MAX_URLS


def test_ends_at_the_time_limit_with_the_webhooks_put_back() -> None:
    settings = deep(100_000, max_time=3.0)
    started = time.monotonic()
    run = run_on(MemoryClient(settings), settings)

    assert time.monotonic() - started < 20
    assert run.verdict is TargetVerdict.CONFORMANT
    assert run.notes == ["--max-time=3 s ended the run."]
    assert all("put back." in line for line in run.restored)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("refuses-every-seventh-valid-update", ""),
        ("crashes-on-hundreds-of-events", "R-701"),
        ("loses-the-url-after-two-updates", ""),
    ],
)
def test_finds_on_a_server(servers: FaultyServers, name: str, row: str) -> None:
    run = Runner(Settings(servers.url(name), budget=600, rate=0, is_deep=True, timeout=2))()

    failed = {entry.requirement.id for entry in run.ledger.entries.values() if entry.failures}
    assert run.verdict is TargetVerdict.NON_CONFORMANT
    assert not row or row in failed


def test_sends_urls_under_reserved_names_only() -> None:
    client = MemoryClient(deep(700))
    run_on(client, deep(700))

    sent = [(judge(one, client.known).body or {}).get("url") for one in client.requests[200:]]
    assert all(is_reserved(url) for url in sent if isinstance(url, str))

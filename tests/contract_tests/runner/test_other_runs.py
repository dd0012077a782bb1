"""Two runs at once on the same webhooks, and what a run has left behind."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from support.suite_runs import FIRST, SECOND, failed, run, told
from user_webhook_contract.runner import other_runs
from user_webhook_contract.runner.runner import Runner
from user_webhook_contract.settings import Settings

if TYPE_CHECKING:
    from servers.faulty import FaultyServers
    from user_webhook_contract.results.run import Run

URLS = {FIRST: "https://example.com/webhook", SECOND: "https://example.org/second"}
LEFT = "https://hooks.example.com/Run-0123abcd/7"


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in {"QUIET": 3.0, "LONGEST": 9.0, "EVERY": 0.1}.items():
        monkeypatch.setattr(other_runs, name, seconds)


def at_once(target: str, count: int, **settings: Any) -> list[Run]:
    found: list[Run] = []
    threads = [threading.Thread(target=lambda: found.append(run(target, **settings))) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.parametrize("choice", ["generate", "keep"])
def test_runs_at_once_accuse_nobody(servers: FaultyServers, choice: str) -> None:
    servers.reset("correct", omitted_secrets=choice)
    found = at_once(servers.url("correct", omitted_secrets=choice), 2)

    assert [failed(one) for one in found] == [set(), set()], [told(one) for one in found]
    assert any("Another run of the suite writes to this webhook" in one.stopped for one in found)
    assert {one.verdict.value for one in found} <= {"inconclusive", "conformant"}


def test_what_another_run_has_left_behind_is_no_failure_and_is_not_put_back(servers: FaultyServers) -> None:
    servers.reset("correct")
    servers.server("correct").webhooks[FIRST].url = LEFT
    found = run(servers.url("correct"))

    assert (failed(found), found.verdict.value, found.stopped) == (set(), "conformant", ""), told(found)
    assert "url is not put back: what was stored before is of another run of the suite." in found.restored[0]
    assert "the url is put back." in found.restored[1]


def test_a_fault_is_found_though_another_run_has_left_something_behind(servers: FaultyServers) -> None:
    servers.reset("does-not-store-the-url")
    servers.server("does-not-store-the-url").webhooks[FIRST].url = LEFT
    found = run(servers.url("does-not-store-the-url"))

    assert (found.verdict.value, "R-301" in failed(found)) == ("non-conformant", True), told(found)


def test_a_run_that_meets_another_one_waits_for_its_end(servers: FaultyServers) -> None:
    servers.reset("correct")
    webhook = servers.server("correct").webhooks[FIRST]
    count = 0

    def interfere(_: Run) -> None:
        nonlocal count
        count += 1
        if count == 8:
            webhook.url = LEFT

    found = Runner(Settings(servers.url("correct"), rate=0), on_progress=interfere)()

    assert (failed(found), found.verdict.value) == (set(), "inconclusive")
    assert f"Another run of the suite writes to this webhook, {FIRST}:" in found.stopped
    assert webhook.url == URLS[FIRST]

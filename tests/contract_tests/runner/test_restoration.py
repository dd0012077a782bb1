from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.relay import DROP, PASS, STALL, Relay, Reply, Sent
from support.suite_runs import FIRST, SECOND, run
from user_webhook_contract.runner.runner import Runner
from user_webhook_contract.settings import Settings

if TYPE_CHECKING:
    from servers.faulty import FaultyServers
    from user_webhook_contract.results.run import Run

URLS = {FIRST: "https://example.com/webhook", SECOND: "https://example.org/second"}


def stored(servers: FaultyServers, **choices: str) -> dict[str, tuple[Any, Any]]:
    webhooks = servers.server("correct", **choices).webhooks
    return {webhook_id: (webhooks[webhook_id].url, list(webhooks[webhook_id].secrets)) for webhook_id in webhooks}


@pytest.mark.parametrize("budget", [4, 10, 16, 17, 25, 100, 137, 400])
def test_the_urls_are_put_back(servers: FaultyServers, budget: int) -> None:
    servers.reset("correct")
    found = run(servers.url("correct"), budget=budget)

    assert {webhook_id: url for webhook_id, (url, _) in stored(servers).items()} == URLS
    assert found.requests_sent <= budget
    assert all("put back" in line and "not put back" not in line for line in found.restored)


@pytest.mark.parametrize("budget", [100, 400])
def test_the_secrets_of_a_target_that_keeps_them_are_put_back(servers: FaultyServers, budget: int) -> None:
    servers.reset("correct", omitted_secrets="keep")
    before = stored(servers, omitted_secrets="keep")
    found = run(servers.url("correct", omitted_secrets="keep"), budget=budget)

    assert stored(servers, omitted_secrets="keep") == before
    assert all("url and secrets are put back" in line for line in found.restored)


def test_what_cannot_be_put_back_is_said(servers: FaultyServers) -> None:
    servers.reset("correct")
    found = run(servers.url("correct"))

    assert [line.partition(":")[0] for line in found.restored] == [FIRST, SECOND]
    for line in found.restored:
        assert "secrets from before the run were replaced" in line
        assert "events cannot be read first" in line


def test_without_restoration_the_webhooks_stay_as_the_run_made_them(servers: FaultyServers) -> None:
    servers.reset("correct")
    found = run(servers.url("correct"), restores=False, budget=30)

    assert stored(servers)[FIRST][0] != URLS[FIRST]
    assert [line.endswith("(--no-restore).") for line in found.restored] == [True, True]


def test_the_last_requests_are_the_restoration(servers: FaultyServers) -> None:
    servers.reset("correct")
    with Relay(servers.url("correct")) as relay:
        run(relay.url, budget=60)
    last = relay.seen[-4:]

    assert [sent.path.rpartition("/")[2] for sent in last] == [FIRST, FIRST, SECOND, SECOND]
    assert [json.loads(sent.body).get("url") for sent in last] == [URLS[FIRST], None, URLS[SECOND], None]
    assert len(relay.seen) == 60


def test_an_interrupted_run_puts_the_urls_back(servers: FaultyServers) -> None:
    servers.reset("correct")
    count = 0

    with Relay(servers.url("correct")) as relay:

        def on_progress(_: Run) -> None:
            nonlocal count
            count += 1
            if count == 15:
                raise KeyboardInterrupt

        found = Runner(Settings(relay.url, rate=0), on_progress=on_progress)()

    assert (found.verdict.value, found.stopped) == ("inconclusive", "The run was interrupted.")
    assert {webhook_id: url for webhook_id, (url, _) in stored(servers).items()} == URLS
    assert len(relay.seen) == found.requests_sent < 25


def test_a_run_that_breaks_puts_the_urls_back(servers: FaultyServers) -> None:
    servers.reset("correct")
    count = 0

    def on_progress(_: Run) -> None:
        nonlocal count
        count += 1
        if count == 15:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Runner(Settings(servers.url("correct"), rate=0), on_progress=on_progress)()

    assert {webhook_id: url for webhook_id, (url, _) in stored(servers).items()} == URLS


@pytest.mark.parametrize("act", [DROP, STALL, Reply(503, b"<html>", {"Content-Type": "text/html"})], ids=str)
def test_a_target_that_dies_half_way_is_said_not_to_be_restored(servers: FaultyServers, act: str | Reply) -> None:
    servers.reset("correct")
    with Relay(servers.url("correct"), lambda number, _: act if number > 20 else PASS) as relay:
        found = run(relay.url, timeout=0.2)

    assert all("not put back" in line for line in found.restored)
    assert [line.partition(":")[0] for line in found.restored] == [FIRST, SECOND]
    assert len(relay.seen) == found.requests_sent <= 100


@pytest.mark.parametrize("act", [DROP, STALL], ids=["drops", "hangs"])
def test_a_target_that_dies_half_way_is_not_accused_of_it(servers: FaultyServers, act: str) -> None:
    servers.reset("correct")
    with Relay(servers.url("correct"), lambda number, _: act if number > 20 else PASS) as relay:
        found = run(relay.url, timeout=0.2)

    assert found.verdict.value == "inconclusive"
    assert "got no response" in found.stopped
    assert len(relay.seen) < 40


def test_a_restoration_that_another_answer_contradicts_is_said(servers: FaultyServers) -> None:
    servers.reset("correct")
    other = {"data": {"id": FIRST, "url": "https://example.com/other", "events": ["all"], "clientId": "c"}}

    def lie(_number: int, sent: Sent) -> str | Reply:
        is_restoration = b"https://example.com/webhook" in sent.body
        return Reply(201, json.dumps(other).encode()) if is_restoration else PASS

    with Relay(servers.url("correct"), lie) as relay:
        found = run(relay.url, budget=40)

    assert "not put back" in found.restored[0]

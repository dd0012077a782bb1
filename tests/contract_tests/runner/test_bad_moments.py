"""Runs in whose course the target, the network or the person changes their mind."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from support.relay import DROP, PASS, STALL, Relay, Reply, Sent
from support.suite_runs import FIRST, command, failed, finish, run, start, told
from user_webhook_contract.commands.report_file import read_report
from user_webhook_contract.http import client

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from servers.faulty import FaultyServers

PAGE = Reply(502, b"<html><h1>Bad Gateway</h1></html>", {"Content-Type": "text/html"})
ENVELOPE = Reply(503, b'{"message":"Down","error":"Service Unavailable","statusCode":503}')
URL = "https://example.com/webhook"


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "GATEWAY_PAUSE", 0.001)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_single_page_of_a_gateway_changes_nothing(correct: str, status: int) -> None:
    page = Reply(status, PAGE.body, PAGE.headers)
    with Relay(correct, lambda number, _: page if number == 20 else PASS) as relay:
        found = run(relay.url)

    assert (found.verdict.value, failed(found)) == ("conformant", set()), told(found)
    assert found.notes == ["Requests that got a gateway's page (502, 503 or 504): 1."]


def test_a_gateway_from_some_point_on_is_not_the_targets(correct: str) -> None:
    with Relay(correct, lambda number, _: PAGE if number > 20 else PASS) as relay:
        found = run(relay.url)

    assert (found.verdict.value, failed(found)) == ("inconclusive", set()), told(found)
    assert "3 requests in a row got no response, from request 22 on (" in found.stopped
    assert "a gateway's page (502, 503 or 504) instead of a response" in found.stopped
    assert all("not put back: the target answered a gateway's page" in line for line in found.restored)


def test_a_gateway_now_and_again_leaves_the_rest_untold(correct: str) -> None:
    with Relay(correct, lambda number, _: PAGE if number % 8 == 5 else PASS) as relay:
        found = run(relay.url)

    assert (found.verdict.value, failed(found)) == ("inconclusive", set()), told(found)
    assert found.stopped.startswith("5 requests got a gateway's page (502, 503 or 504). The rest was not sent:")
    assert all("is put back" in line or "are put back" in line for line in found.restored)


def test_a_request_that_always_meets_the_gateway_is_the_targets_own(correct: str) -> None:
    with Relay(correct, lambda _number, sent: PAGE if sent.body.startswith(b"[") else PASS) as relay:
        found = run(relay.url)

    assert (found.verdict.value, failed(found)) == ("non-conformant", {"R-703"}), told(found)


def test_an_outage_that_a_later_request_meets_too_is_not_the_targets(correct: str) -> None:
    with Relay(correct, lambda number, _: PAGE if number in {20, 21, 22} else PASS) as relay:
        found = run(relay.url)

    assert (found.verdict.value, failed(found)) == ("conformant", set()), told(found)
    assert found.notes == ["Requests that got a gateway's page (502, 503 or 504): 2."]


def test_a_503_in_the_envelope_of_the_api_is_its_answer(correct: str) -> None:
    with Relay(correct, lambda _number, sent: ENVELOPE if sent.body.startswith(b"[") else PASS) as relay:
        found = run(relay.url)

    assert found.verdict.value == "non-conformant"
    assert "status 503" in told(found)


def test_a_target_that_goes_away_is_told_with_the_request(correct: str) -> None:
    def leave(number: int, _: Sent) -> str:
        if number == 20:
            relay.refuse()
            return DROP
        return PASS

    with Relay(correct, leave) as relay:
        found = run(relay.url)

    assert (found.verdict.value, failed(found)) == ("inconclusive", set()), told(found)
    assert "the connection is refused. Start the target, or check host and port. That was request 21: " in found.stopped
    assert all("not put back" in line and "is refused" in line for line in found.restored)


@pytest.mark.parametrize("first", [1, 10])
def test_a_run_ends_when_its_time_is_over(correct: str, first: int) -> None:
    started = time.monotonic()
    with Relay(correct, lambda number, _: STALL if number >= first else PASS) as relay:
        found = run(relay.url, timeout=2.0, max_time=0.7, restores=False)

    assert (found.verdict.value, failed(found)) == ("inconclusive", set()), told(found)
    assert found.notes[0] == "--max-time=0.7 s ended the run."
    assert time.monotonic() - started < 2


def interrupted(correct: str, folder: Path, is_moment: Callable[[int, Sent], bool], *more: object) -> dict[str, Any]:
    """Return the report of a command that gets Ctrl-C at the first request that is the moment, while it waits."""
    sent_once: list[int] = []

    def stall(number: int, sent: Sent) -> str:
        if not sent_once and is_moment(number, sent):
            sent_once.append(number)
            process.send_signal(signal.SIGINT)
            return STALL
        return PASS

    with Relay(correct, stall) as relay:
        process = start(["--target", relay.url, "--timeout", 30, "--rate", 0, *more], folder)
        status, output, errors = finish(process)
    assert (status, errors, bool(sent_once)) == (2, "", True), output + errors
    assert {file.name for file in (folder / "reports").iterdir()} >= {"report.html", "junit.xml", "results.sarif"}
    report = read_report(folder / "reports" / "conformance.json")
    assert (report["verdict"], report["stopped"]) == ("inconclusive", "The run was interrupted.")
    return report


def test_ctrl_c_at_the_first_request_ends_the_run(correct: str, tmp_path: Path) -> None:
    report = interrupted(correct, tmp_path, lambda number, _: number == 1)

    assert (report["requests_sent"], report["restored"]) == (1, [])


@pytest.mark.thorough
def test_ctrl_c_while_the_run_fuzzes_puts_the_webhooks_back(
    servers: FaultyServers, correct: str, tmp_path: Path
) -> None:
    report = interrupted(correct, tmp_path, lambda number, _: number == 400, "--deep")

    # each webhook is put back by one request, and read by another
    assert (report["requests_sent"], len(report["restored"])) == (404, 2)
    assert servers.server("correct").webhooks[FIRST].url == URL


def test_ctrl_c_while_a_webhook_is_put_back_is_told(correct: str, tmp_path: Path) -> None:
    report = interrupted(
        correct, tmp_path, lambda number, sent: number > 2 and URL.encode() in sent.body, "--budget", 30
    )

    assert report["restored"][0] == f"{FIRST}: not put back: it was interrupted."
    assert "put back." in report["restored"][1]


@pytest.mark.parametrize(
    "target",
    [
        "http://u:hunter2@localhost:1",
        "u:hunter2@localhost",
        "ftp://u:hunter2@h",
        "http://u:hunter2@[::1",
        "http://u:h/unter2@h",
    ],
)
def test_a_password_in_the_target_is_told_to_nobody(target: str, tmp_path: Path) -> None:
    status, output, errors = command(["--target", target, "--report-dir", tmp_path / "r"], tmp_path)

    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert "a user name or a password" in errors
    assert "unter2" not in errors
    assert not (tmp_path / "r").exists()

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from rich.console import Console

from support.relay import LIMITED, PASS, Relay
from support.report_runs import report_of
from support.suite_runs import command
from user_webhook_contract.forms.progress import in_words, progress
from user_webhook_contract.forms.terminal import UNFOLDED, print_report
from user_webhook_contract.http.client import Client, Wait
from user_webhook_contract.runner.runner import Runner
from user_webhook_contract.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from servers.faulty import FaultyServers

SETTINGS = Settings("http://x.example", budget=2000)
RATE = Wait(48.2, "the rate of 100 requests a minute, 19 min in all", 100, 2000)
LIMIT = Wait(30.0, "the target, which answered 429", 140, 2000)


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def console(**options: Any) -> tuple[Console, io.StringIO]:
    output = io.StringIO()
    return Console(file=output, color_system=None, width=UNFOLDED, **options), output


def test_a_wait_is_told_with_the_time_that_is_left_of_it() -> None:
    shown, output = console()
    with progress(shown, SETTINGS) as watcher:
        watcher.on_wait(RATE)

    assert output.getvalue().splitlines() == [
        "Judging http://x.example with at most 2000 requests ...",
        "100 of 2000 requests; waiting 49 s for the rate of 100 requests a minute, 19 min in all",
    ]


def test_without_a_terminal_there_is_a_line_a_minute() -> None:
    shown, output = console()
    with progress(shown, SETTINGS) as watcher:
        for _ in range(30):
            watcher.on_wait(RATE)
            watcher.on_wait(LIMIT)

    assert len(output.getvalue().splitlines()) == 2


def test_a_talkative_run_tells_every_wait_that_is_worth_a_word() -> None:
    shown, output = console()
    with progress(shown, SETTINGS, is_verbose=True) as watcher:
        watcher.on_wait(LIMIT)
        watcher.on_wait(Wait(0.2, "the rate", 141, 2000))

    assert output.getvalue().splitlines()[1:] == [
        "140 of 2000 requests; waiting 30 s for the target, which answered 429"
    ]


def test_a_terminal_shows_the_wait_in_the_bar() -> None:
    shown, output = console(force_terminal=True)
    with progress(shown, SETTINGS) as watcher:
        watcher.on_wait(LIMIT)
        drawn = output.getvalue()

    assert "140/2000" in output.getvalue() or "140/2000" in drawn
    assert "waiting for the target, which answered 429, 30 s left" in output.getvalue()


def test_a_wait_is_never_said_to_be_shorter_than_it_is() -> None:
    assert [in_words(one) for one in (0.0, 0.2, 59.9, 60.0, 61.5, 1140.0)] == [
        "0 s",
        "1 s",
        "1 min 0 s",
        "1 min 0 s",
        "1 min 2 s",
        "19 min 0 s",
    ]


def test_a_run_tells_its_waits_for_the_rate_and_for_a_429(correct: str) -> None:
    waits: list[Wait] = []
    time = Time()
    with Relay(correct, lambda number, _: LIMITED if number == 8 else PASS) as relay:
        chosen = Settings(relay.url, budget=25, rate=14)
        client = Client(chosen, sleep=time.sleep, clock=time, on_wait=waits.append)
        Runner(chosen, client)()

    assert [(one.reason, one.sent) for one in waits][:2] == [
        ("the target, which answered 429", 8),
        ("the rate of 14 requests a minute, 2 min in all", 10),
    ]
    assert all(0 < one.seconds <= 60 for one in waits)


def test_without_a_terminal_no_line_is_padded_or_folded(servers: FaultyServers) -> None:
    report = report_of(servers.url("answers-401-with-error"))
    shown, output = console()
    print_report(report, ["reports/report.html"], shown)
    lines = output.getvalue().splitlines()

    assert [line for line in lines if line != line.rstrip()] == []
    [sent] = [line for line in lines if line.startswith("  Received")]
    assert json.loads(sent.partition("the response is 401 ")[2])["statusCode"] == 401
    assert max(map(len, lines)) > 100


def test_what_is_wrong_with_the_setup_is_told_alone(tmp_path: Path) -> None:
    status, output, errors = command(["--target", "http://127.0.0.1:9"], tmp_path)

    assert status == 2
    assert output.splitlines()[1:] == []
    assert errors == (
        "user-webhook-contract: --target='http://127.0.0.1:9' cannot be reached: the connection is refused. "
        "Start the target, or check host and port.\n"
    )

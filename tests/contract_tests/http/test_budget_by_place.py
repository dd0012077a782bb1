from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.relay import LIMITED, PASS, Relay, Sent
from support.suite_runs import command, numbered
from user_webhook_contract.commands.options import settings_of, suite_parser
from user_webhook_contract.commands.report_file import read_report
from user_webhook_contract.http.client import Client
from user_webhook_contract.runner.runner import Runner

if TYPE_CHECKING:
    from pathlib import Path

    from user_webhook_contract.results.run import Run
    from user_webhook_contract.settings import Settings


def chosen(*arguments: str) -> Settings:
    return settings_of(suite_parser().parse_args(arguments))


@pytest.mark.parametrize(
    "target",
    numbered(
        [
            (one,)
            for one in (
                "http://127.0.0.1:8000",
                "http://127.9.9.9",
                "http://localhost:1/a",
                "http://LOCALHOST.",
                "https://api.localhost",
                "http://[::1]:80",
                "http://[::ffff:127.0.0.1]:80",
            )
        ]
    ),
)
def test_a_loopback_address_gets_1500_requests_and_no_pauses(target: str) -> None:
    settings = chosen("--target", target)

    assert (settings.budget, settings.budget_from.value, settings.waits_for_429) == (1500, "loopback", True)


@pytest.mark.parametrize(
    "target",
    [
        "http://128.0.0.1",
        "http://localhost.example.com",
        "http://notlocalhost",
        "http://[::2]",
        "http://10.0.0.1",
        "http://0.0.0.0",
    ],
)
def test_any_other_host_gets_100_requests_at_the_rate(target: str) -> None:
    settings = chosen("--target", target)

    assert (settings.budget, settings.budget_from.value, settings.waits_for_429) == (100, "other-host", False)


@pytest.mark.parametrize(
    ("options", "wanted"),
    numbered(
        [
            (["--budget", "150"], (150, "option", True, 100)),
            (["--rate", "100"], (1500, "loopback", False, 100)),
            (["--budget", "100", "--rate", "7"], (100, "option", False, 7)),
            (["--deep"], (2000, "deep", True, 100)),
        ]
    ),
)
def test_an_option_wins(options: list[str], wanted: tuple[Any, ...]) -> None:
    settings = chosen("--target", "http://127.0.0.1:1", *options)

    assert (settings.budget, settings.budget_from.value, settings.waits_for_429, settings.rate) == wanted


class Time:
    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def judged(correct: str, limited: set[int], *options: str) -> tuple[Run, Time]:
    def limit(number: int, _: Sent) -> object:
        return LIMITED if number in limited else PASS

    time = Time()
    with Relay(correct, limit) as relay:  # type: ignore[arg-type]  # a reply or a word
        settings = chosen("--target", relay.url, *options)
        return Runner(settings, Client(settings, sleep=time.sleep, clock=time))(), time


def test_a_target_on_this_machine_is_judged_by_1500_requests_without_a_pause(correct: str) -> None:
    found, time = judged(correct, set())

    assert (found.requests_sent, found.verdict.value) == (1500, "conformant")
    assert time.slept == []
    assert found.notes == []


@pytest.mark.parametrize(("first", "budget"), [(30, 100), (99, 104), (250, 255)])
def test_after_a_429_it_is_treated_as_any_other_host(correct: str, first: int, budget: int) -> None:
    found, time = judged(correct, {first})

    assert found.requests_sent <= budget
    [note] = found.notes
    assert note.startswith(f"The target answered 429 to request {first}: from then on it was treated as any other host")
    assert note.endswith(f"with at most 100 requests a minute and {budget} in all.")
    assert found.verdict.value == "conformant"
    assert all(seconds <= 60 for seconds in time.slept)
    assert all("put back." in line for line in found.restored)


def test_a_429_leaves_a_budget_that_was_asked_for(correct: str) -> None:
    found, time = judged(correct, {120}, "--budget", "240")

    assert found.requests_sent == 240
    assert sum(time.slept) >= 60


def test_the_report_says_which_budget_it_was(correct: str, tmp_path: Path) -> None:
    status, output, _ = command(["--target", correct], tmp_path, BUDGET="")
    settings = read_report(tmp_path / "reports" / "conformance.json")["settings"]

    assert status == 0
    assert "with at most 1500 requests, the default for a loopback address ..." in output
    assert (settings["budget"], settings["budget_from"]) == (1500, "loopback")
    assert "1,500 (the default for a loopback address)" in (tmp_path / "reports" / "report.html").read_text()

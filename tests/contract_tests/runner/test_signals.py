"""Signals other than Ctrl-C: what supervisors, closed terminals and lost connections send."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from support.relay import PASS, STALL, Relay, Sent
from support.suite_runs import FIRST, finish, start
from user_webhook_contract.commands.report_file import read_report
from user_webhook_contract.runner.interruption import SIGNALS, Interrupted, Interruption

if TYPE_CHECKING:
    from pathlib import Path

    from servers.faulty import FaultyServers

URL = "https://example.com/webhook"


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGQUIT"])
def test_a_signal_lets_the_run_put_the_webhooks_back(
    servers: FaultyServers, correct: str, tmp_path: Path, name: str
) -> None:
    is_sent: list[int] = []

    def stall(number: int, _: Sent) -> str:
        if number == 22 and not is_sent:
            is_sent.append(number)
            process.send_signal(getattr(signal, name))
            return STALL
        return PASS

    (tmp_path / "temporary").mkdir()
    with Relay(correct, stall) as relay:
        arguments = ["--target", relay.url, "--timeout", 20, "--rate", 30, "--budget", 60]
        process = start(arguments, tmp_path, TMPDIR=str(tmp_path / "temporary"))
        status, output, errors = finish(process)
    report = read_report(tmp_path / "reports" / "conformance.json")

    assert (status, errors) == (2, ""), output + errors
    assert report["stopped"] == f"The run was interrupted by {name}."
    assert f"interrupted by {name}: 2 webhooks are put back, within 42 s; a second signal gives up." in output
    assert all("the url is put back." in line for line in report["restored"])
    assert servers.server("correct").webhooks[FIRST].url == URL
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_second_signal_gives_up_and_says_so(correct: str, tmp_path: Path) -> None:
    def stall(number: int, _: Sent) -> str:
        if number in {22, 23, 24}:
            process.send_signal(signal.SIGTERM)
            return STALL
        return PASS

    with Relay(correct, stall) as relay:
        process = start(["--target", relay.url, "--timeout", 20, "--rate", 0], tmp_path)
        status, output, errors = finish(process)
    report = read_report(tmp_path / "reports" / "conformance.json")

    assert (status, errors) == (2, ""), output + errors
    assert [line.partition(": ")[2] for line in report["restored"]] == ["not put back: it was interrupted."] * 2


def test_the_handlers_of_the_host_are_put_back() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with Interruption():
        during = [signal.getsignal(number) for number in SIGNALS]

    assert [signal.getsignal(number) for number in SIGNALS] == before
    assert during != before


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interruption():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_the_first_signal_while_a_report_is_written_is_only_counted() -> None:
    with Interruption() as interruption:
        interruption.is_deferred = True
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(Interrupted, match="SIGHUP"):
            signal.raise_signal(signal.SIGHUP)

    assert interruption.count == 2

"""Every command in every state of its streams: an accident never has the status of a verdict."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from hardship.streams import STATES, carried_out
from servers.faulty import FaultyServers
from support.report_runs import report_of
from user_webhook_contract.commands.table import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FAULT = "answers-401-with-error"


@pytest.fixture(scope="module")
def servers() -> Iterator[FaultyServers]:
    with FaultyServers() as hosts:
        yield hosts


@pytest.fixture(scope="module")
def reports(servers: FaultyServers, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    found: dict[str, Any] = {name: report_of(servers.url(name)) for name in ("correct", FAULT)}
    for name, report in found.items():
        (folder / name).write_text(json.dumps(report), encoding="utf-8")
    (folder / "changed").write_text(json.dumps(found["correct"] | {"target": "http://x"}), encoding="utf-8")
    return {file.name: file for file in folder.iterdir()}


# Of each command what it is given, and its verdict: of a good thing, of a bad one, and of none.
CALLS: dict[str, tuple[list[str], int]] = {
    "run good": (["--target", "{correct}", "--rate", "0", "--budget", "100"], 0),
    "run bad": (["--target", "{fault}", "--rate", "0", "--budget", "60", "--quiet"], 1),
    "run none": (["--target", "{correct}", "--token", "unknown"], 2),
    "plan": (["--plan"], 0),
    "help": (["--help"], 0),
    "version": (["--version"], 0),
    "misuse": (["--budget", "many"], 2),
    "compare good": (["compare", "{good}", "{good}"], 0),
    "compare bad": (["compare", "{good}", "{bad}"], 1),
    "verify-report good": (["verify-report", "{good}"], 0),
    "verify-report bad": (["verify-report", "{changed}"], 1),
    "challenge": (["challenge"], 0),
    "keygen bad": (["keygen", "{good}"], 2),
    "sign bad": (["sign", "{good}", "--key", "{bad}"], 2),
    "report good": (["report", "{good}", "--report-dir", "{made}"], 0),
    "matrix good": (["matrix", "{reports}", "--report-dir", "{made}"], 0),
    "matrix bad": (["matrix", "{made}"], 2),
    "spot-check good": (["spot-check", "{good}", "--target", "{correct}", "--rate", "0"], 0),
    "spot-check bad": (["spot-check", "{good}", "--target", "{fault}", "--rate", "0", "--requests", "50"], 1),
    "replay good": (["replay", "{bad}", "--target", "{correct}", "--rate", "0"], 0),
    "replay bad": (["replay", "{bad}", "--target", "{fault}", "--rate", "0"], 1),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", CALLS)
def test_an_accident_never_has_the_status_of_a_verdict(
    name: str, state: str, servers: FaultyServers, reports: dict[str, Path], tmp_path: Path
) -> None:
    servers.reset("correct")
    arguments, verdict = CALLS[name]
    places = {
        "correct": servers.url("correct"),
        "fault": servers.url(FAULT),
        "good": reports["correct"],
        "bad": reports[FAULT],
        "changed": reports["changed"],
        "reports": reports["correct"].parent,
        "made": tmp_path / "made",
    }
    words: list[object] = [one.format(**places) for one in arguments]
    if name.startswith("run"):
        words += ["--report-dir", tmp_path / "r"]
    status, output, errors = carried_out(STATES[state], words, tmp_path)

    assert status in {verdict, 2}, output + errors
    assert "Traceback" not in output + errors
    if status == 2 and not STATES[state].is_silent:
        assert [line for line in errors.splitlines() if line.startswith("user-webhook-contract")], output + errors


def test_every_command_of_the_table_is_among_the_calls() -> None:
    assert COMMANDS.keys() <= {name.split()[0] for name in CALLS}


@pytest.mark.parametrize(
    "state", ["standard output closed", "standard output full", "nobody reads", "one line is read"]
)
@pytest.mark.parametrize("name", ["run good", "run bad"])
def test_output_that_cannot_be_written_changes_no_verdict(
    name: str, state: str, servers: FaultyServers, tmp_path: Path
) -> None:
    servers.reset("correct")
    arguments, verdict = CALLS[name]
    target = {"correct": servers.url("correct"), "fault": servers.url(FAULT)}
    words: list[object] = [*(one.format(**target) for one in arguments), "--report-dir", tmp_path / "r"]
    status, _, _ = carried_out(STATES[state], words, tmp_path)

    assert status == verdict
    assert json.loads((tmp_path / "r" / "conformance.json").read_text())["exit_status"] == verdict

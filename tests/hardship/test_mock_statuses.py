"""Every command of the mock in every state of its streams: no accident has a status that means something, and none stops it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from hardship.streams import STATES, carried_out
from support.mock_process import DEADLINE, Mock, until
from support.paths import ROOT
from support.suite_runs import environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOCK = "user_webhook_mock"

# Of each command what it is given, and its status.
CALLS: dict[str, tuple[list[str], int]] = {
    "help": (["--help"], 0),
    "version": (["--version"], 0),
    "misuse": (["--port", "many"], 2),
    "run that fails": (["--port", "0", "--quiet", "--run", "false"], 1),
    "run over TLS on workers": (["--port", "0", "--quiet", "--workers", "2", "--tls", "--run", "true"], 0),
    "export": (["export", "http", "{folder}"], 0),
    "export misuse": (["export", "nothing"], 2),
    "export help": (["export", "--help"], 0),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", CALLS)
def test_an_accident_never_has_a_status_that_means_something(name: str, state: str, tmp_path: Path) -> None:
    arguments, expected = CALLS[name]
    words: list[object] = [one.format(folder=tmp_path) for one in arguments]
    status, output, errors = carried_out(STATES[state], words, tmp_path, MOCK)

    assert status in {expected, 2}, output + errors
    assert "Traceback" not in output + errors
    if status == 2 and not STATES[state].is_silent:
        assert [line for line in errors.splitlines() if line.startswith("user-webhook-mock: ")], output + errors


@contextmanager
def served(state: str, folder: Path, *arguments: str) -> Iterator[Mock]:
    """Serve a mock whose streams are in *state*, and end it; its status is then in the file ``ended``."""
    port, pid, ended = folder / "port", folder / "pid", folder / "ended"
    words = " ".join(["--port", "0", "--port-file", str(port), *arguments])
    program = f"echo $BASHPID > {pid}; exec {sys.executable} -m {MOCK} {words}"
    script = f"( {program} ) {STATES[state].redirection}; echo ${{PIPESTATUS[0]}} > {ended}"
    shell = subprocess.Popen(
        ["/bin/bash", "-c", script], cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: port.exists() or shell.poll() is not None)
        assert port.exists(), f"it ended: {ended.read_text()}"
        yield Mock("127.0.0.1", int(port.read_text()))
    finally:
        if shell.poll() is None:
            os.kill(int(pid.read_text()), signal.SIGTERM)
        shell.wait(DEADLINE)


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("state", [name for name, state in STATES.items() if state.redirection])
def test_a_mock_answers_whatever_its_streams_are(state: str, workers: str, tmp_path: Path) -> None:
    with served(state, tmp_path, "--workers", workers) as mock:
        replies = [mock.patch({"events": ["all"]}) for _ in range(20)]

    assert {(reply.status, reply.data["events"][0]) for reply in replies} == {(201, "all")}
    assert (tmp_path / "ended").read_text() == "0\n"

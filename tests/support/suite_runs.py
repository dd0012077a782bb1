"""Runs of the suite for its tests: in this process, or as the command that a user types."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from user_webhook_contract.__main__ import main
from user_webhook_contract.commands.options import RUN_OPTIONS, TARGET_OPTIONS
from user_webhook_contract.results.ledger import Verdict
from user_webhook_contract.runner.runner import Runner
from user_webhook_contract.settings import DEFAULT_BUDGET, Settings, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from user_webhook_contract.results.run import Run

FIRST = "cf3832dd-ba9b-4187-9ab2-c6cadafe875b"
SECOND = "dd6189c9-4aae-4ca3-b855-654c607824da"
DEADLINE = 60

# A shell starts what it runs in the background with Ctrl-C ignored, and children inherit that; those of the tests are
# to take the signal as they would from a terminal.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_VARIABLES = {
    *(one.variable for one in (*TARGET_OPTIONS, *RUN_OPTIONS)),
    *("HOST", "PORT", "CHOICES", "CONTROL_TOKEN", "PYTHONWARNINGS"),
}


def run(target: str, **settings: Any) -> Run:
    """Judge *target* without a limit of the rate.

    Raises:
        UsageError: Nothing could be judged.
    """
    found = Runner(Settings(target, **{"rate": 0, "timeout": 5.0, **settings}))()
    if found.setup_error:
        raise UsageError(found.setup_error)
    return found


def failed(found: Run) -> set[str]:
    """Return the requirements that a run found broken, those of level should included."""
    return {name for name, entry in found.ledger.entries.items() if entry.verdict is Verdict.FAIL}


def told(found: Run) -> str:
    """Return what a person needs to see of a run that went another way than expected."""
    rows = [
        f"{name} request {one.exchange.number} ({one.title}): {one.finding.received} in place of {one.finding.documented}"
        for name, entry in found.ledger.entries.items()
        for one in entry.failures[:2]
    ]
    return "\n".join([found.verdict.value, found.stopped, *rows])


def environment(**variables: str) -> dict[str, str]:
    """Return this process's environment with *variables* in place of the kit's own."""
    return {**{name: value for name, value in os.environ.items() if name not in _VARIABLES}, **variables}


def start(arguments: Sequence[object], folder: Path, **variables: str) -> subprocess.Popen[str]:
    """Start the suite's command in *folder*, in a session of its own; a run has the budget for other hosts."""
    if "--deep" not in arguments:
        variables = {"BUDGET": str(DEFAULT_BUDGET), **variables}
    return subprocess.Popen(
        [sys.executable, "-m", "user_webhook_contract", *map(str, arguments)],
        cwd=folder,
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Return exit status, standard output and standard error of *process* at its end."""
    try:
        output, errors = process.communicate(timeout=DEADLINE)
    finally:
        process.kill()
    return process.returncode, output, errors


def command(arguments: Sequence[object], folder: Path, **variables: str) -> tuple[int, str, str]:
    """Run the suite's command to its end."""
    return finish(start(arguments, folder, **variables))


def call(arguments: Iterable[object], folder: Path, **variables: str) -> tuple[int, str, str]:
    """Do what ``command`` does in this process, without the second of a start; for what ends before a run of pytest."""
    output, errors = (io.TextIOWrapper(io.BytesIO(), "utf-8", policy) for policy in ("strict", "backslashreplace"))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(output), redirect_stderr(errors):
        patch.chdir(folder)
        for name in _VARIABLES:
            patch.delenv(name, raising=False)
        for name, value in variables.items():
            patch.setenv(name, value)
        patch.setattr(Runner, "__call__", _refuse)
        try:
            status = main([*map(str, arguments)])
        except SystemExit as end:
            status = int(end.code or 0)
    return status, *(_written(stream) for stream in (output, errors))


def _refuse(*_: object) -> NoReturn:
    raise AssertionError("this judges a target, in a pytest of its own: use `command`")


def _written(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def numbered(rows: Iterable[Sequence[Any]]) -> list[Any]:
    """Return *rows* as parameters, each with an id of its number and its first value."""
    return [
        pytest.param(*row, id=f"{number} {json.dumps(row[0], default=repr)[:60]}") for number, row in enumerate(rows, 1)
    ]

"""States of the surroundings in which a command may be started."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from support.suite_runs import environment

if TYPE_CHECKING:
    from pathlib import Path

DEADLINE: Final = 90
SUITE: Final = "user_webhook_contract"
COMMAND: Final = "-m {package}"
WITHOUT_TMP: Final = (
    '-c \'import sys, tempfile; tempfile._candidate_tempdir_list = lambda: ["/nowhere"]; '
    "from {package}.__main__ import main; sys.exit(main())'"
)


@dataclass(frozen=True)
class State:
    """A state: what a shell puts behind a command, what starts Python, and what the environment has."""

    redirection: str = ""
    program: str = COMMAND
    variables: dict[str, str] = field(default_factory=dict)
    prelude: str = ""
    is_silent: bool = False


STATES: Final = {
    "as usual": State(),
    "standard output closed": State(">&-"),
    "standard error closed": State("2>&-", is_silent=True),
    "everything closed": State("<&- >&- 2>&-", is_silent=True),
    "standard output full": State(">/dev/full"),
    "standard error full": State("2>/dev/full", is_silent=True),
    "nobody reads": State("| true", is_silent=True),
    "nobody reads the errors": State("2>&1 >/dev/null | true", is_silent=True),
    "one line is read": State("| head -n 1", is_silent=True),
    "output in ASCII": State(variables={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}),
    "no temporary folder": State(program=WITHOUT_TMP),
    "warnings as errors": State(variables={"PYTHONWARNINGS": "error"}),
    "folder that is gone": State(prelude='mkdir gone; cd gone; rmdir "$PWD";'),
}


def carried_out(state: State, arguments: list[object], folder: Path, package: str = SUITE) -> tuple[int, str, str]:
    """Return exit status, output and errors of the command of *package* with *arguments* in *state*."""
    words = " ".join(f"'{one}'" for one in arguments)
    program = state.program.format(package=package)
    script = f"{state.prelude} {sys.executable} {program} {words} {state.redirection}; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["/bin/bash", "-c", script],
        cwd=folder,
        env=environment(**state.variables) | {"PWD": os.fspath(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE,
    )
    return done.returncode, done.stdout, done.stderr

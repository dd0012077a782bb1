"""The mock keeps the contract whatever is served beside it: judged by the suite's command, as a user does."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.paths import ROOT
from support.suite_runs import environment

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

DEADLINE = 120
CHECK = """
import json, os, urllib.request
with urllib.request.urlopen(os.environ["TARGET"] + "/__mock__/journal?method=PATCH") as answer:
    print("journal", len(json.load(answer)["entries"]))
"""
JUDGE = '{python} -m user_webhook_contract --quiet --budget 100 --report-dir "$REPORTS"'


def judged(folder: Path, options: list[str], then: str = "") -> tuple[dict[str, object], str]:
    """Return the report on a mock with *options*, and what was printed; *then* is run while the mock still serves."""
    python = shlex.quote(sys.executable)
    script = JUDGE.format(python=python) + (f" && {python} -c '{then}'" if then else "")
    command = [
        sys.executable,
        "-m",
        "user_webhook_mock",
        "--port",
        "0",
        "--quiet",
        *options,
        "--run",
        "sh",
        "-c",
        script,
    ]
    ran = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(REPORTS=str(folder)),
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE,
    )
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout + ran.stderr
    report: dict[str, object] = json.loads((folder / "conformance.json").read_text(encoding="utf-8"))
    return report, ran.stdout


@pytest.mark.parametrize(
    "options",
    [
        ["--no-control", "--journal", "0"],
        ["--no-control"],
        ["--journal", "0"],
        ["--journal", "1000", "--control-token", "control-token"],
    ],
    ids=["everything off", "no control", "no journal", "everything on"],
)
def test_the_mock_conforms_whatever_is_served_beside_it(options: list[str], tmp_path: Path) -> None:
    report, _ = judged(tmp_path, options)

    assert (report["verdict"], report["requests_sent"], report["stopped"]) == ("conformant", 100, "")


def test_the_journal_has_each_request_of_a_run(tmp_path: Path) -> None:
    report, printed = judged(tmp_path, [], CHECK.replace("'", '"'))

    assert (report["verdict"], printed.splitlines()[-1]) == ("conformant", "journal 100")

from __future__ import annotations

import resource
import subprocess
import sys
from typing import TYPE_CHECKING

from support.mock_process import running
from support.suite_runs import environment

if TYPE_CHECKING:
    from pathlib import Path

ROOM = 16_000
"""Bytes that a file may have: enough for the small files of a report."""


def test_a_full_disk_takes_the_report_and_not_the_verdict(tmp_path: Path) -> None:
    stale = tmp_path / "conformance.json"
    stale.write_text("{}")
    with running() as mock:
        target = f"http://{mock.host}:{mock.port}"
        found = subprocess.run(
            [sys.executable, "-m", "user_webhook_contract", "--target", target, "--report-dir", tmp_path],
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM)),
        )

    assert found.returncode == 2
    assert f"CONFORMANT {target}: 56 of 56 requirements pass" in found.stdout
    assert "cannot be written: File too large. The verdict is valid, but its report is incomplete." in found.stderr
    assert "Traceback" not in found.stderr
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        *("badge.json", "badge.svg", "observed-choices.yaml", "summary.md")
    ]

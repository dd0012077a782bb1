from __future__ import annotations

import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.mock_process import running
from support.suite_runs import environment
from support.totals import passing
from user_webhook_contract.forms.junit import JUNIT
from user_webhook_contract.forms.writer import FORMS, prepare, write_files

if TYPE_CHECKING:
    from pathlib import Path

ROOM = 16_000
"""Bytes that a file may have: enough for the small files of a report."""

LARGE = {"report.html", "conformance.json", "results.sarif"}


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
    assert f"CONFORMANT {target}: {passing()}" in found.stdout
    assert "cannot be written: File too large. The verdict is valid, but its report is incomplete." in found.stderr
    assert "Traceback" not in found.stderr
    assert {file.name for file in tmp_path.iterdir()} == FORMS.keys() - LARGE | {JUNIT}


def test_a_link_in_the_folder_is_replaced_and_never_followed(tmp_path: Path) -> None:
    folder, mine = tmp_path / "reports", tmp_path / "mine"
    folder.mkdir()
    mine.write_text("my own")
    for name in (*FORMS, ".writable"):
        (folder / name).symlink_to(mine)
    prepare(folder)
    paths, problem = write_files({}, folder, dict.fromkeys(FORMS, lambda _: "new"))

    assert (len(paths), problem, mine.read_text()) == (len(FORMS), "", "my own")
    assert all((folder / name).read_text() == "new" and not (folder / name).is_symlink() for name in FORMS)
    assert sorted(file.name for file in folder.iterdir()) == sorted([*FORMS, ".writable"])


def test_a_file_of_the_users_own_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / ".writable").write_text("my own")
    prepare(tmp_path)

    assert (tmp_path / ".writable").read_text() == "my own"
    assert [file.name for file in tmp_path.iterdir()] == [".writable"]


def test_half_a_file_is_not_left_behind(tmp_path: Path) -> None:
    def fail(_: object) -> str:
        return "\ud800"  # no encoding has it

    (tmp_path / "summary.md").write_text("of an earlier run")
    with pytest.raises(UnicodeEncodeError):
        write_files({}, tmp_path, {"summary.md": fail})

    assert [file.name for file in tmp_path.iterdir()] == ["summary.md"]

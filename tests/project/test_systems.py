"""The kit where names are missing that only Unix has: what they are for is left out, or refused in a line."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.suite_runs import environment
from user_webhook_contract.settings import DEFAULT_BUDGET

if TYPE_CHECKING:
    from pathlib import Path

DEADLINE = 60
WITHOUT = """
import os, runpy, signal, subprocess, sys, socket
for name in ("fork", "forkpty", "geteuid", "getuid", "getpgrp", "tcgetpgrp", "O_NOCTTY", "register_at_fork"):
    delattr(os, name)
for name in ("fcntl", "resource", "pwd", "grp", "termios", "uvloop"):
    sys.modules[name] = None
delattr(socket, "SO_REUSEPORT")
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""
"""Runs a module of the kit as on a system without these names."""


def without_unix(module: str, *arguments: object, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT, module, *map(str, arguments)],
        cwd=folder,
        env=environment(BUDGET=str(DEFAULT_BUDGET)),
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE,
    )


@pytest.mark.parametrize("store", [(), ("--state", "state.db")], ids=["memory", "state file"])
def test_the_mock_serves_and_the_suite_judges_without_the_names_of_unix(store: tuple[str, ...], tmp_path: Path) -> None:
    suite = [sys.executable, "-c", WITHOUT, "user_webhook_contract"]
    done = without_unix("user_webhook_mock", "--port", 0, "--quiet", *store, "--run", *suite, folder=tmp_path)

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "CONFORMANT" in done.stdout.splitlines()[-1]
    assert (tmp_path / "reports" / "junit.xml").exists()


def test_a_state_file_is_used_again_without_the_names_of_unix(tmp_path: Path) -> None:
    for _ in range(2):
        done = without_unix(
            "user_webhook_mock", "--port", 0, "--quiet", "--state", "state.db", "--run", "true", folder=tmp_path
        )
        assert (done.returncode, done.stderr) == (0, "")


def test_several_workers_are_refused_where_processes_cannot_be_forked(tmp_path: Path) -> None:
    done = without_unix("user_webhook_mock", "--port", 0, "--workers", 2, folder=tmp_path)

    assert (done.returncode, done.stderr) == (
        2,
        "user-webhook-mock: --workers=2 needs a system that forks processes, which Windows does not: use 1, or WSL.\n",
    )


@pytest.mark.parametrize("module", ["user_webhook_mock", "user_webhook_contract"])
def test_help_is_shown_without_the_names_of_unix(module: str, tmp_path: Path) -> None:
    done = without_unix(module, "--help", folder=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")

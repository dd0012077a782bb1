"""Names of other packages that these do not promise to keep: a version without one is told at the start."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from scripts.runtime_packages import pinned
from user_webhook_contract.fuzzing import shrinking
from user_webhook_mock.server import uvicorn_names

if TYPE_CHECKING:
    from pathlib import Path

WITHOUT = "import {module} as module; del module.{name}; import sys; from {program}.__main__ import main; sys.exit(main({arguments}))"


def started(folder: Path, module: str, name: str, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command of *program* where *module* lacks *name*."""
    code = WITHOUT.format(module=module, name=name, program=program, arguments=list(arguments))
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )


def test_the_versions_that_were_tried_are_those_of_the_lock() -> None:
    versions = {one.name: one.version for one in pinned("requirements.lock")}

    assert (versions["uvicorn"], versions["hypothesis"]) == (uvicorn_names.TRIED, shrinking.TRIED)


def test_a_uvicorn_without_a_name_of_the_mock_is_told_in_one_line(tmp_path: Path) -> None:
    module = "uvicorn.protocols.http.httptools_impl"

    run = started(tmp_path, module, "RequestResponseCycle", "user_webhook_mock", "--port", "0")

    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert run.stderr.startswith("user-webhook-mock: uvicorn ")
    assert run.stderr.endswith(f": pip install 'uvicorn=={uvicorn_names.TRIED}'.\n")


def test_a_hypothesis_without_a_name_of_the_suite_is_told_before_a_request_is_sent(tmp_path: Path) -> None:
    module = "hypothesis.internal.conjecture.providers"
    arguments = ("--target", "http://127.0.0.1:9", "--deep")

    run = started(tmp_path, module, "_get_local_constants", "user_webhook_contract", *arguments)

    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert run.stderr.startswith("user-webhook-contract: hypothesis ")
    assert run.stderr.endswith(f": pip install 'hypothesis=={shrinking.TRIED}'.\n")
    assert list(tmp_path.iterdir()) == []

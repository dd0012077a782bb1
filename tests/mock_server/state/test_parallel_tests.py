from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from support.client_test import differences
from support.mock_process import mock_of
from support.paths import ROOT
from user_webhook_mock.config.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.mock_process import Mock

WORKERS = 8
SUITE = """
import os

import pytest

from support.client_test import differences
from support.mock_process import Mock

MOCK = Mock("127.0.0.1", int(os.environ["MOCK_PORT"]))


@pytest.mark.parametrize("number", range(200))
def test_a_client_is_alone(number):
    assert differences(MOCK, os.environ["PYTEST_XDIST_WORKER"], number) == []
"""


def in_parallel(mock: Mock, tests: int, space: Callable[[int], str]) -> list[str]:
    """Run so many tests on 8 workers, each in its *space*, and return what differs."""
    with ThreadPoolExecutor(WORKERS) as pool:
        return [
            one
            for found in pool.map(lambda number: differences(mock, space(number), number), range(tests))
            for one in found
        ]


def test_parallel_tests_with_a_space_each_do_not_see_each_other() -> None:
    with mock_of(Settings(port=0, is_quiet=True)) as (mock, _):
        found = in_parallel(mock, 50, lambda number: f"test-{number}")
        listed = mock.control("GET", "/spaces").body["spaces"]

    assert found == []
    assert (len(listed), listed[0]) == (51, {"name": "default", "requests": 0, "deliveries": 0})


def test_parallel_tests_in_one_space_see_each_other() -> None:
    with mock_of(Settings(port=0, is_quiet=True)) as (mock, _):
        assert in_parallel(mock, 50, lambda _number: "default") != []


@pytest.mark.slow
def test_200_tests_on_8_workers_of_pytest_have_no_failure(tmp_path: Path) -> None:
    (tmp_path / "test_client.py").write_text(SUITE, encoding="utf-8")
    arguments = ["-q", "-p", "xdist", "-n", str(WORKERS), "-p", "no:cacheprovider", str(tmp_path)]
    with mock_of(Settings(port=0, is_quiet=True)) as (mock, _):
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", *arguments],
            cwd=tmp_path,
            env={
                **os.environ,
                "MOCK_PORT": str(mock.port),
                "PYTHONPATH": str(ROOT / "tests"),
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        spaces = mock.control("GET", "/spaces").body["spaces"]

    assert (ran.returncode, re.findall(r"(\d+ passed)", ran.stdout)) == (0, ["200 passed"]), ran.stdout + ran.stderr
    assert sorted(space["name"] for space in spaces) == ["default", *(f"gw{number}" for number in range(WORKERS))]

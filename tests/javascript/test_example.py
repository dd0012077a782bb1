from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.node import DEADLINE, EXAMPLE, LANE, chromium, environment, project
from support.ports import free_port

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.node

WITH_MOCK = [sys.executable, "-m", "user_webhook_mock", "--port", "0", "--quiet", "--run"]


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the example, with its packages."""
    folder = tmp_path / "example"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("node_modules", "dist", "public", "test-results"))
    project(folder)
    return folder


def output(folder: Path, *command: str, **variables: str) -> tuple[int, str]:
    ran = subprocess.run(
        command,
        cwd=folder,
        env=environment({"NO_COLOR": "1", **variables}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=DEADLINE,
    )
    return ran.returncode, ran.stdout


def test_the_client_keeps_its_tests_against_the_mock_and_the_exported_handlers(example: Path) -> None:
    status, shown = output(example, *WITH_MOCK, "npm", "test")

    assert (status, re.findall(r"Tests +(\d+) passed \((\d+)\)", shown)) == (0, [("13", "13")]), shown


def test_the_page_keeps_its_tests_in_chromium_against_both(example: Path) -> None:
    ports = {"VITE_PORT": str(free_port()), "VITE_MSW_PORT": str(free_port())}

    status, shown = output(example, *WITH_MOCK, "npm", "run", "test:browser", **ports, **chromium())

    assert (status, re.findall(r"(\d+) passed", shown), "skipped" in shown) == (0, ["16"], False), shown


def test_the_page_is_built(example: Path) -> None:
    status, shown = output(example, "npm", "run", "build")

    assert (status, (example / "dist" / "index.html").exists()) == (0, True), shown


@pytest.mark.parametrize("folder", [EXAMPLE, LANE], ids=["example", "tests"])
def test_a_lock_file_pins_every_package_and_holds_no_address_of_one(folder: Path) -> None:
    text = (folder / "package-lock.json").read_text(encoding="utf-8")
    settings = (folder / ".npmrc").read_text(encoding="utf-8")

    assert text.count('"integrity": "sha512-') > 100
    assert '"resolved"' not in text
    assert "omit-lockfile-registry-resolved=true" in settings

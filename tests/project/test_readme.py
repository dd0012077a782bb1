from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

from support.pages import blocks, clone
from support.paths import ROOT
from user_webhook_api.requirements import requirements

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "README.md"
README = PAGE.read_text(encoding="utf-8")
LINES = README.splitlines()
DOORS = ("docs/mock/index.md", "docs/suite/ci.md", "docs/suite/vendors.md", "docs/suite/api-owners.md")


def make(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not re.match(r"MAKE|MFLAGS|PYTEST_", name)}
    return subprocess.run(
        ["/bin/bash", "-c", 'make "$@"', "make", *arguments],
        cwd=folder,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_page_has_150_lines_at_most() -> None:
    assert len(LINES) <= 150


def test_the_first_screen_shows_an_error_of_the_mock_a_failure_of_the_suite_and_the_tests() -> None:
    shown = [line for line in LINES if not line.startswith("<!--")][:52]
    first = "\n".join(shown)

    assert '"statusCode":400' in first
    assert re.search(r"R-\d+ \(must\)", first)
    assert "Documented" in first
    assert "NON-CONFORMANT" in first
    assert "`make test`" in first


def test_the_page_has_a_door_for_each_reader() -> None:
    table = README.partition("## Where to go\n")[2].partition("\n## ")[0]
    doors = re.findall(r"\]\((docs/.*?)\)", table)

    assert table.count("\n| a ") + table.count("\n| an ") == len(DOORS)
    assert doors == [*DOORS[:1], "docs/frontend/quickstart.md", *DOORS[1:], "docs/quickstart.md"]


def test_the_first_result_of_each_door_takes_three_commands_at_most() -> None:
    for door in DOORS:
        first = [block for block in blocks(ROOT / door) if block.language == "sh"][:2]

        assert sum(len(re.sub(r"\\\n", "", block.text).splitlines()) for block in first) <= 3, door


def test_the_counted_requirements_are_all_of_them() -> None:
    counted = re.findall(r"^\| \[.+\]\(.+\) \| R-\d+ to R-\d+ \| (\d+) \|$", README, re.MULTILINE)

    assert sum(map(int, counted)) == len(requirements())


def test_the_tests_run(tmp_path: Path) -> None:
    clone(tmp_path / "kit")

    ran = make(
        "test", folder=tmp_path / "kit", PYTEST_ADDOPTS="tests/openapi/test_requirements.py::test_ids_are_unique"
    )

    assert (ran.returncode, "1 passed" in ran.stdout) == (0, True), ran.stdout + ran.stderr


def test_the_commands_of_make_are_those_of_its_help(tmp_path: Path) -> None:
    clone(tmp_path / "kit")
    page = (ROOT / "docs" / "reference" / "make.md").read_text(encoding="utf-8")

    shown = make("help", folder=tmp_path / "kit").stdout

    assert re.findall(r"^\| `(make [a-z-]+)`", page, re.MULTILINE) == re.findall(r"make [a-z-]+(?=  )", shown)

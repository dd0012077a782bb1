from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

import pytest

from support.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PACKAGES = ("openapi", "mock_server", "contract_tests")
MODULES = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))


def names(files: list[Path]) -> list[str]:
    return [file.relative_to(ROOT).as_posix() for file in files]


@pytest.mark.parametrize("file", TESTS, ids=names(TESTS))
def test_the_name_of_a_test_is_a_sentence_in_the_present(file: Path) -> None:
    written = re.findall(r"^(?:async )?def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    banned = re.compile(r"test_that_|_should(_|$)|_works(_|$)|_basic(_|$)")

    assert written
    assert [name for name in written if banned.search(name) or name.count("_") < 2] == []


@pytest.mark.parametrize("file", MODULES, ids=names(MODULES))
def test_a_module_is_named_for_what_it_holds(file: Path) -> None:
    assert file.stem not in {"utils", "util", "helpers", "common", "manager", "misc"}


@pytest.mark.parametrize("package", ["mock_server/user_webhook_mock", "contract_tests/user_webhook_contract"])
def test_the_architecture_page_names_every_room(package: str) -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = {file.parent.name for file in (ROOT / package).glob("*/__init__.py")}

    assert len(rooms) > 8
    assert {room for room in rooms if f"`{room}/`" not in page} == set()
    assert set(re.findall(r"^\| `(\w+)/`", page.partition(package)[2].partition("\n## ")[0], re.MULTILINE)) <= rooms


def test_each_direct_dependency_has_its_reason() -> None:
    workspace, *distributions = (
        tomllib.loads(file.read_text(encoding="utf-8"))
        for file in [ROOT / "pyproject.toml", *ROOT.glob("*/pyproject.toml")]
    )
    projects = [one["project"] for one in distributions]
    wanted = {
        re.split(r"[\[<>=!;]", name)[0].strip()
        for rows in [
            *workspace["dependency-groups"].values(),
            *(one["dependencies"] for one in projects),
            *(extra for one in projects for extra in one.get("optional-dependencies", {}).values()),
        ]
        for name in rows
        if isinstance(name, str)
    }
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    described = {
        name.strip() for row in re.findall(r"^\| ([a-z][^|]+) \|", page, re.MULTILINE) for name in row.split(",")
    }

    assert described - {"package"} == wanted - {one["name"] for one in projects}


def test_a_decision_is_a_short_page_with_a_number() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))

    for number, page in enumerate(decisions, 1):
        lines = page.read_text(encoding="utf-8").splitlines()
        assert page.name.startswith(f"{number:04}-")
        assert lines[0].startswith(f"# {number:04} ")
        assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## Consequence"]
        assert len(lines) <= 30

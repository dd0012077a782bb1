from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from scripts.release_check import FOLDERS, main, problems
from support.ci_schemas import schema
from support.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
RELEASED = "# Changelog\n\n## Unreleased\n\n## 0.1.0 - 2026-11-30\n\n### Added\n\n- The mock.\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a folder in which everything agrees on 0.1.0."""
    for folder in FOLDERS:
        (tmp_path / folder).mkdir()
        shutil.copy(ROOT / folder / "pyproject.toml", tmp_path / folder)
    (tmp_path / "CHANGELOG.md").write_text(RELEASED)
    return tmp_path


def workflow(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8"))
    return found


def steps(name: str) -> list[dict[str, Any]]:
    return [step for job in workflow(name)["jobs"].values() for step in job["steps"]]


def test_a_release_on_which_all_agree_has_no_problem(repository: Path) -> None:
    assert problems("v0.1.0", repository) == []


@pytest.mark.parametrize("tag", ["0.1.0", "v0.1", "v0.1.0rc1", "release", ""])
def test_a_tag_that_is_not_a_version_is_a_problem(tag: str, repository: Path) -> None:
    assert problems(tag, repository) == [f"The tag {tag!r} is not a version: write it as v1.2.3."]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_distribution_of_another_version_is_a_problem(folder: str, repository: Path) -> None:
    file = repository / folder / "pyproject.toml"
    file.write_text(file.read_text().replace('version = "0.1.0"', 'version = "0.2.0"'))

    assert problems("v0.1.0", repository) == [f"{folder}/pyproject.toml has version 0.2.0, and the tag 0.1.0."]


def test_a_distribution_that_needs_another_version_is_a_problem(repository: Path) -> None:
    file = repository / "contract_tests" / "pyproject.toml"
    file.write_text(file.read_text().replace("[document]==0.1.0", "[document]==0.0.9"))

    assert problems("v0.1.0", repository) == [
        "contract_tests/pyproject.toml needs user-webhook-api[document]==0.0.9: write ==0.1.0."
    ]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("0.1.0 - 2026-11-30", "0.1.0", "has no heading '## 0.1.0 - DATE'"),
        ("## 0.1.0", "## 0.2.0 - 2026-12-01\n\n## 0.1.0", "has 0.2.0 above 0.1.0"),
        ("### Added", "## 0.1.0 - 2026-11-29", "has two headings for 0.1.0"),
        ("## Unreleased\n", "## Unreleased\n\n- More.\n", "has entries under 'Unreleased'"),
    ],
)
def test_a_changelog_that_does_not_agree_is_a_problem(old: str, new: str, complaint: str, repository: Path) -> None:
    (repository / "CHANGELOG.md").write_text(RELEASED.replace(old, new))

    [found] = problems("v0.1.0", repository)
    assert f"CHANGELOG.md {complaint}" in found


def test_what_is_not_released_yet_fails_the_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["v999.0.0"]) == 1
    assert "openapi/pyproject.toml has version" in capsys.readouterr().out


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_keeps_the_schema_of_workflows(file: Path) -> None:
    found = workflow(file.name)
    found["on"] = found.pop(True)  # YAML 1.1 reads `on` as true

    assert [error.message for error in schema("github-workflows").iter_errors(found)] == []


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_uses_actions_by_their_commits(file: Path) -> None:
    used = re.findall(r"uses: (.*)", file.read_text(encoding="utf-8"))

    assert used
    assert [one for one in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)] == []


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_writes_no_expression_into_a_script_and_may_do_little(file: Path) -> None:
    found = workflow(file.name)

    assert [step for step in steps(file.name) if "${{" in step.get("run", "")] == []
    assert found["permissions"] == {"contents": "read"}
    assert "secrets." not in file.read_text(encoding="utf-8")
    assert all("timeout-minutes" in job for job in found["jobs"].values())


def test_a_release_is_checked_first_and_published_by_trust() -> None:
    jobs = workflow("release.yml")["jobs"]
    scripts = [step["run"] for step in jobs["build"]["steps"] if "run" in step]
    [publish] = [step for step in jobs["publish"]["steps"] if step["uses"].startswith("pypa/gh-action-pypi-publish@")]

    assert scripts == ['python scripts/release_check.py "$GITHUB_REF_NAME"', "make check", "make dist sbom"]
    assert (jobs["publish"]["needs"], jobs["publish"]["environment"]) == ("build", "release")
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert publish["with"] == {"packages-dir": "dist", "attestations": True}


def test_the_base_of_the_image_has_no_digest_but_the_one_that_the_release_finds() -> None:
    for file in (ROOT / "Containerfile", ROOT / ".github" / "workflows" / "release.yml"):
        assert re.findall(r"sha256:[0-9a-f]+", file.read_text(encoding="utf-8")) == []


def test_every_python_of_the_classifiers_is_tested_on_three_systems() -> None:
    jobs = workflow("ci.yml")["jobs"]
    text = (ROOT / "mock_server" / "pyproject.toml").read_text(encoding="utf-8")
    named = re.findall(r"Python :: (3\.\d+)", text)

    assert jobs["tests"]["strategy"]["matrix"] == {"system": ["ubuntu-24.04", "macos-15"], "python": named}
    assert jobs["windows"]["strategy"]["matrix"] == {"python": named}

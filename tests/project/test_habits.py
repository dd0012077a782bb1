from __future__ import annotations

import configparser
import json
import os
import subprocess
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
import yaml
from jsonschema import Draft7Validator

from support.pages import clone
from support.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
FORMS = [file for file in sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")) if file.stem != "config"]
DEADLINE = 300


def schema(name: str) -> Draft7Validator:
    """Return the validator of a file of GitHub, from the public store of schemas."""
    file = files("check_jsonschema") / "builtin_schemas" / "vendor" / f"{name}.json"
    return Draft7Validator(json.loads(file.read_text(encoding="utf-8")))


def shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run *script* in *folder*, a copy of the repository whose own packages are imported."""
    packages = os.pathsep.join(str(folder / name) for name in ("openapi", "mock_server", "contract_tests"))
    return subprocess.run(
        ["/bin/bash", "-euc", script],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": packages, "PRE_COMMIT_HOME": str(folder.parent / "home")},
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE,
    )


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hooks") / "kit"
    clone(folder)
    made = shell("git init -q && git add -A && git -c user.name=x -c user.email=x@example.com commit -qm Begin", folder)
    assert made.returncode == 0, made.stderr
    return folder


@pytest.mark.parametrize(
    ("hook", "file", "old", "new"),
    [
        ("lint", "openapi/user_webhook_api/tables.py", '"""A table', 'import os\n"""A table'),
        ("format", "scripts/markdown.py", "import re\n", "import   re\n"),
        ("layers", "openapi/user_webhook_api/tables.py", "import yaml\n", "import user_webhook_mock\nimport yaml\n"),
        ("reference", "openapi/requirements.yaml", "title: A valid update", "title: Every valid update"),
        pytest.param("types", "openapi/user_webhook_api/tables.py", "= []", "= 0", marks=pytest.mark.thorough),
    ],
)
def test_a_hook_stops_a_commit(hook: str, file: str, old: str, new: str, repository: Path) -> None:
    changed = repository / file
    before = changed.read_text(encoding="utf-8")
    assert old in before
    others = ",".join(one["id"] for one in HOOKS if one["id"] != hook)
    changed.write_text(before.replace(old, new, 1), encoding="utf-8")

    done = shell(f"git add -A && SKIP={others} .venv/bin/pre-commit run --color never", repository)

    shell("git reset -q --hard", repository)
    assert (done.returncode, done.stdout.count("Failed")) == (1, 1), done.stdout + done.stderr


def test_the_hooks_pass_on_what_is_right(repository: Path) -> None:
    done = shell("SKIP=types .venv/bin/pre-commit run --all-files --color never", repository)

    assert (done.returncode, done.stdout.count("Passed")) == (0, len(HOOKS) - 1), done.stdout + done.stderr


def test_the_hooks_are_those_of_make_check() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    programs = [hook["entry"].removeprefix(".venv/bin/").split()[0] for hook in HOOKS if hook["id"] != "reference"]

    assert [program for program in programs if program not in makefile] == []
    assert [hook["id"] for hook in HOOKS] == ["lint", "format", "types", "layers", "reference"]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_form_for_issues_follows_the_schema_of_github(form: Path) -> None:
    stated = yaml.safe_load(form.read_text(encoding="utf-8"))

    assert [error.message for error in schema("github-issue-forms").iter_errors(stated)] == []


def test_the_settings_of_issues_follow_the_schema_of_github() -> None:
    stated = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml").read_text(encoding="utf-8"))

    assert [error.message for error in schema("github-issue-config").iter_errors(stated)] == []


def test_the_development_container_opens_ready() -> None:
    stated = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    target = stated["postCreateCommand"].removeprefix("make ")

    assert f"\n{target}: $(READY)" in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert stated["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"].endswith("/.venv/bin/python")


def test_the_editor_settings_are_those_of_the_formatter() -> None:
    settings = configparser.ConfigParser()
    settings.read_string("[top]\n" + (ROOT / ".editorconfig").read_text(encoding="utf-8"))
    formatter = (ROOT / "pyproject.toml").read_text(encoding="utf-8")

    assert f"line-length = {settings['*.py']['max_line_length']}\n" in formatter
    assert settings["*.py"]["indent_size"] == "4"
    assert settings["Makefile"]["indent_style"] == "tab"

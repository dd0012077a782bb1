"""Runs in folders whose files other programs would obey."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from servers.faulty import FaultyServers
from support.suite_runs import command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BOMB = "raise SystemExit('obeyed')\n"
FILES = {
    "schemathesis.toml": 'hooks = "hooks"\n[nonsense]\nx = "${NOT_SET}"\n',
    "hooks.py": BOMB,
    "conftest.py": BOMB,
    "sitecustomize_.py": BOMB,
    "pytest.ini": "[pytest]\naddopts = --nonsense\n",
    "tox.ini": "[pytest]\naddopts = --nonsense\n",
    "setup.cfg": "[tool:pytest]\naddopts = --nonsense\n",
    "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "--nonsense"\n[tool.hypothesis]\nx = 1\n',
    ".env": "TARGET=http://127.0.0.1:9\n",
    ".netrc": "machine 127.0.0.1 login a password b\n",
}
VARIABLES = {
    "SCHEMATHESIS_HOOKS": "hooks",
    "PYTEST_ADDOPTS": "--nonsense",
    "PYTEST_PLUGINS": "hooks",
    "HYPOTHESIS_PROFILE": "nonsense",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "REQUESTS_CA_BUNDLE": "/nowhere",
}


@pytest.fixture(scope="module")
def servers() -> Iterator[FaultyServers]:
    with FaultyServers() as hosts:
        yield hosts


@pytest.mark.parametrize("budget", [60, 240])
def test_the_files_of_a_folder_and_the_variables_of_others_change_nothing(
    servers: FaultyServers, budget: int, tmp_path: Path
) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (inner := tmp_path / "inner").mkdir()
    servers.reset("correct")
    arguments = ["--target", servers.url("correct"), "--rate", 0, "--budget", budget, "--quiet"]
    status, output, errors = command(arguments, inner, HOME=str(tmp_path), **VARIABLES)

    assert (errors, "obeyed" in output) == ("", False)
    assert status in ({0, 2} if budget == 60 else {0}), output
    assert {file.name for file in inner.iterdir()} == {"reports"}

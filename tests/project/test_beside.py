"""The kit in an environment and a folder of somebody else, whose names it must not touch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scripts.runtime_packages import MOCK, SUITE
from support.mock_process import running

if TYPE_CHECKING:
    from pathlib import Path

    from support.installations import Installation

pytestmark = pytest.mark.slow

OWN = 'WHOSE = "the project\'s"\n'
PROJECTS = {
    "an openapi package": {"openapi/__init__.py": OWN},
    "a mock_server package": {"mock_server/__init__.py": OWN},
    "a mock_server module": {"mock_server.py": OWN},
    "a contract_tests package": {"contract_tests/__init__.py": OWN},
    "modules named as those of the kit": {
        f"{name}.py": OWN for name in ("settings", "state", "app", "report", "judge")
    },
}
"""Files of a project, by what is special about it."""

WAYS: dict[str, tuple[list[str], str, dict[str, str]]] = {
    "pytest": (["pytest"], "", {}),
    "python -m pytest": (["python", "-m", "pytest"], "", {}),
    "pythonpath = .": (["pytest"], "pythonpath = .\n", {}),
    "PYTHONPATH=.": (["pytest"], "", {"PYTHONPATH": "."}),
}
"""Program, settings of pytest, and environment with which people run their tests."""

QUIET = ("-q", "-p", "no:cacheprovider")
WITHOUT_TRACES = {"PYTHONDONTWRITEBYTECODE": "1"}

# What a test of the project asks of the process that it runs in, before the mock starts and after it ended.
PROCESS = """
import asyncio, gc, logging, os, signal, sys, threading, warnings
from pathlib import Path

def process():
    return {
        "environment": dict(os.environ) | {"PYTEST_CURRENT_TEST": ""},
        "folder": os.getcwd(),
        "path": list(sys.path),
        "signals": [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)],
        "mask": signal.pthread_sigmask(signal.SIG_BLOCK, []),
        "loggers": [(one.level, list(one.handlers), one.propagate) for one in map(logging.getLogger, ["", "uvicorn", "uvicorn.error"])],
        "warnings": list(warnings.filters),
        "loops": type(asyncio.get_event_loop_policy()),
        "frozen": gc.get_freeze_count(),
        "threads": [one.name for one in threading.enumerate()],
        "umask": os.umask(os.umask(0o22) or 0o22),
    }

def pytest_configure(config):
    config.before = process()

def pytest_unconfigure(config):
    before, after = config.before, process()
    changed = [name for name in before if before[name] != after[name]]
    Path("changed").write_text(repr([(name, before[name], after[name]) for name in changed]))
"""


def project(folder: Path, kind: str, settings: str = "") -> Path:
    """Write a project with tests of its own modules, and settings of pytest."""
    files = PROJECTS[kind]
    modules = [name.removesuffix("/__init__.py").removesuffix(".py") for name in files]
    tests = "".join(f"import {name}\nassert {name}.WHOSE == {OWN[8:-1]}\n" for name in modules)
    for name, content in {**files, "test_own.py": tests + "def test_own(): pass\n"}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    (folder / "pytest.ini").write_text(f"[pytest]\naddopts = -W error\n{settings}", encoding="utf-8")
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", PROJECTS)
def test_the_tests_of_a_project_run(kind: str, way: str, whole: Installation, tmp_path: Path) -> None:
    (program, *arguments), settings, variables = WAYS[way]

    run = whole.run(program, *arguments, *QUIET, folder=project(tmp_path, kind, settings), **variables)

    assert (run.returncode, run.stderr) == (0, ""), run.stdout
    assert "1 passed" in run.stdout


@pytest.mark.parametrize("kind", PROJECTS)
def test_the_fixture_serves_a_project(kind: str, whole: Installation, tmp_path: Path) -> None:
    folder = project(tmp_path, kind)
    (folder / "test_client.py").write_text(
        "def test_it(user_webhook_mock):\n    assert len(user_webhook_mock.webhooks) == 2\n", encoding="utf-8"
    )

    run = whole.run("python", "-m", "pytest", *QUIET, folder=folder, PYTHONPATH=".")

    assert (run.returncode, run.stderr) == (0, ""), run.stdout
    assert "2 passed" in run.stdout


@pytest.mark.parametrize("kind", PROJECTS)
def test_the_commands_work_in_the_folder_of_a_project_and_change_nothing_there(
    kind: str, whole: Installation, tmp_path: Path
) -> None:
    before = files(project(tmp_path, kind))
    variables = {"PYTHONPATH": ".", **WITHOUT_TRACES}

    served = whole.run(MOCK, "--port", "0", "--quiet", "--run", "true", folder=tmp_path, **variables)
    planned = whole.run(SUITE, "--plan", folder=tmp_path, **variables)

    assert [(run.returncode, run.stderr) for run in (served, planned)] == [(0, ""), (0, "")]
    assert len(planned.stdout.splitlines()) > 90
    assert files(tmp_path) == before


def test_the_settings_of_a_folder_have_no_say_in_a_verdict(whole: Installation, tmp_path: Path) -> None:
    hit = "from pathlib import Path\nPath('hit').touch()\nraise SystemExit(1)\n"
    poison = {
        "schemathesis.toml": 'hooks = "hooks"\nseed = 7\n',
        "pytest.ini": "[pytest]\naddopts = --no-such-option\n",
        "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '--no-such-option'\n[tool.hypothesis\n",
        **{
            f"{name}.py": hit
            for name in ("hooks", "conftest", "user_webhook_mock", "hypothesis", "pytest", "connexion")
        },
    }
    for name, content in poison.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    before = files(tmp_path)
    variables = {"SCHEMATHESIS_HOOKS": "hooks", "PYTEST_ADDOPTS": "--no-such-option", "PYTEST_PLUGINS": "hooks"}
    options = ["--deep", "--budget", "200", "--rate", "0", "--report-dir", tmp_path / "reports"]

    with running() as mock:
        run = whole.run(
            SUITE,
            "--target",
            f"http://{mock.host}:{mock.port}",
            *options,
            folder=tmp_path,
            **WITHOUT_TRACES,
            **variables,
        )

    assert (run.returncode, run.stderr) == (0, ""), run.stdout
    assert {name: content for name, content in files(tmp_path).items() if not name.startswith("reports/")} == before


def test_the_fixture_leaves_the_process_as_it_was(whole: Installation, tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(PROCESS, encoding="utf-8")
    (tmp_path / "test_client.py").write_text(
        "def test_it(user_webhook_mock):\n    user_webhook_mock.reset()\n", encoding="utf-8"
    )

    run = whole.run("pytest", *QUIET, folder=tmp_path, **WITHOUT_TRACES)

    assert (run.returncode, run.stderr) == (0, ""), run.stdout
    assert (tmp_path / "changed").read_text(encoding="utf-8") == "[]"
    assert set(files(tmp_path)) == {"conftest.py", "test_client.py", "changed"}


def test_a_project_that_does_not_ask_imports_nothing_of_the_mock(whole: Installation, tmp_path: Path) -> None:
    code = (
        "import sys\ndef test_it():\n    assert loaded() == ['user_webhook_mock', 'user_webhook_mock.pytest_plugin']\n"
    )
    loaded = "def loaded():\n    return sorted(name for name in sys.modules if name.startswith('user_webhook'))\n"
    (tmp_path / "test_it.py").write_text(code + loaded, encoding="utf-8")

    run = whole.run("pytest", *QUIET, folder=tmp_path)

    assert run.returncode == 0, run.stdout

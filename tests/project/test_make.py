"""The Makefile, with programs in the place of python3 and uv that write down how they are called."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.clones import STAMPS, borrow_environment
from support.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

TOOLS = ("awk", "bash", "cat", "chmod", "env", "grep", "mkdir", "rm", "touch")
FILES = ("Makefile", "*.toml", "*.lock", "*/pyproject.toml", "*/*.lock")
DEADLINE = 60

# Writes down its arguments and what it finds in the environment.
NOTE = """#!/bin/sh
echo "$(echo "$0" | grep -o '[a-z0-9]*$') $*" >> "$NOTES"
env > "$NOTES.environment"
"""
MAKE_ENVIRONMENT = """
make_environment() {
  mkdir -p "$1/bin"
  cat "$NOTES.python" > "$1/bin/python"
  chmod +x "$1/bin/python"
  touch "$1/pyvenv.cfg"
}
"""
UV = NOTE + MAKE_ENVIRONMENT + 'if [ "$1" = venv ]; then for last; do :; done; make_environment "$last"; fi\n'
PYTHON = (
    NOTE
    + MAKE_ENVIRONMENT
    + f"""
case "$1 $2" in
  "-c import ensurepip, venv") exit "${{WITHOUT_VENV:-0}}" ;;
  "-c import sys"*) exit "${{OLD:-0}}" ;;
  "--version "*) echo Python 3.9.1 ;;
  "-m venv") make_environment "$3" ;;
  *) exec {sys.executable} "$@" ;;
esac
"""
)

# Variables of the environment that a recipe reads, and the commands that read them.
HOSTILE = "$(shell touch hit)`touch hit`$$(touch hit); touch hit \"'"
COMMANDS = {
    "mock": ["HOST", "PORT", "STATE", "STORE", "WORKERS", "CHOICES", "CONTROL_TOKEN", "DELIVER_TO", "TIME_SCALE"],
    "contract": [
        "TARGET",
        "TOKEN",
        "FORBIDDEN_TOKEN",
        "WEBHOOK_ID",
        "SECOND_WEBHOOK_ID",
        "URL_HOST",
        "BUDGET",
        "SEED",
        "RATE",
    ],
    "contract-deep": ["TARGET", "RATE", "REPORT_DIR", "TIMEOUT", "MAX_TIME", "WAIVERS", "VENDOR", "PRODUCT"],
    "test": ["PROCESSES"],
    "bench": ["BENCH"],
    "torture": ["SEED", "REQUESTS"],
    "soak": ["DURATION", "SEED"],
}


class Clone:
    """The Makefile and what it reads, in a folder of its own, and the programs that its recipes find."""

    def __init__(self, folder: Path, **programs: str) -> None:
        self.folder = folder / "kit"
        self.programs = folder / "programs"
        self.notes = folder / "notes"
        for file in (file for pattern in FILES for file in ROOT.glob(pattern)):
            place = self.folder / file.relative_to(ROOT)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, place)
        self.programs.mkdir()
        for name in TOOLS:
            (self.programs / name).symlink_to(str(shutil.which(name)))
        for name, text in programs.items():
            self.write(self.programs / name, text)
        self.write(folder / "notes.python", NOTE)

    def write(self, file: Path, text: str) -> None:
        file.write_text(text, encoding="utf-8")
        file.chmod(0o755)

    def make(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(shutil.which("make")), "--no-print-directory", *arguments],
            cwd=self.folder,
            env={"PATH": str(self.programs), "NOTES": str(self.notes), **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE,
        )

    @property
    def calls(self) -> list[str]:
        """What was called, with its arguments."""
        return self.notes.read_text(encoding="utf-8").splitlines()

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the last call."""
        lines = (self.notes.parent / "notes.environment").read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)


@pytest.mark.parametrize(
    ("programs", "variables", "line"),
    [
        ({}, {}, "python3 is not on the PATH: install Python 3.11 or newer."),
        ({"python3": PYTHON}, {"OLD": "1"}, "Python 3.9.1 is too old: the kit needs Python 3.11 or newer."),
        (
            {"python3": PYTHON},
            {"WITHOUT_VENV": "1"},
            "python3 cannot make a virtual environment: install python3-venv (Debian and Ubuntu: apt-get install python3-venv).",
        ),
    ],
    ids=["no Python", "old Python", "no python3-venv"],
)
@pytest.mark.parametrize("command", ["mock", "contract", "test"])
def test_what_python_lacks_is_one_line(
    command: str, programs: dict[str, str], variables: dict[str, str], line: str, tmp_path: Path
) -> None:
    clone = Clone(tmp_path, **programs)

    run = clone.make(command, **variables)

    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.splitlines()[0] == line
    assert not (clone.folder / ".venv").exists()


def test_a_command_installs_what_it_needs_and_says_so_once(tmp_path: Path) -> None:
    clone = Clone(tmp_path, uv=UV)

    first, second = clone.make("mock"), clone.make("mock")

    assert first.stdout.splitlines() == [
        "Making .venv by uv ...",
        f"Installing {pins('mock_server/requirements.lock')} packages of mock_server/requirements.lock by uv (once) ...",
    ]
    assert (second.stdout, second.stderr) == ("", "")
    assert clone.calls == [
        "uv venv --quiet --seed --python >=3.11 .venv",
        "uv pip install --quiet --python .venv/bin/python --require-hashes -r mock_server/requirements.lock",
        "uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable ./openapi --editable ./mock_server",
        "python -m user_webhook_mock",
        "python -m user_webhook_mock",
    ]


def test_the_suite_is_installed_without_the_mock_where_it_has_a_target(tmp_path: Path) -> None:
    clone = Clone(tmp_path, uv=UV)

    clone.make("contract", TARGET="http://127.0.0.1:9")

    assert [call for call in clone.calls if "mock" in call] == []
    assert clone.calls[-1] == "python -m user_webhook_contract"


def test_a_store_brings_the_extras(tmp_path: Path) -> None:
    clone = Clone(tmp_path, uv=UV)

    clone.make("mock", STORE="redis://127.0.0.1:6379/0")

    assert [call for call in clone.calls if "-r mock_server/image.lock" in call] != []


def test_pip_installs_into_the_environment_whatever_its_settings_are(tmp_path: Path) -> None:
    clone = Clone(tmp_path, python3=PYTHON)

    run = clone.make("suite", PIP_USER="1")

    assert "by pip (once, within a minute" in run.stdout
    assert [call.partition(" --require-hashes")[0] for call in clone.calls if "--require-hashes" in call] == [
        "python -m pip install -qq --disable-pip-version-check"
    ]
    assert clone.environment["PIP_USER"] == "0"


def test_an_environment_whose_python_is_gone_is_made_anew(tmp_path: Path) -> None:
    clone = Clone(tmp_path, uv=UV)
    clone.make("setup")
    python = clone.folder / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/gone/python3")

    run = clone.make("setup")

    assert run.stdout.splitlines()[0] == "Making .venv by uv ..."
    assert [call.split()[1] for call in clone.calls] == ["venv", "pip", "pip"] * 2


@pytest.mark.parametrize("command", COMMANDS)
def test_what_a_variable_says_is_never_carried_out(command: str, tmp_path: Path) -> None:
    clone = Clone(tmp_path, uv=UV)
    hostile = dict.fromkeys([name for names in COMMANDS.values() for name in names], HOSTILE)

    clone.make("setup")
    clone.make(command, **hostile)

    assert clone.calls[-1].startswith("python -m ") or clone.calls[-1].startswith("python benchmarks/")
    assert {name: clone.environment[name] for name in COMMANDS[command]} == dict.fromkeys(COMMANDS[command], HOSTILE)
    assert list(clone.folder.rglob("hit")) == []


def test_make_alone_lists_its_commands(tmp_path: Path) -> None:
    run = Clone(tmp_path).make()

    assert (run.returncode, run.stderr) == (0, "")
    assert {"mock", "contract", "test", "test-browser"} <= {line.split()[1] for line in run.stdout.splitlines()}


def test_the_tests_know_every_stamp_of_the_makefile() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert {line.rpartition("/")[2] for line in text.splitlines() if " := $(VENV)/." in line} == set(STAMPS)


def test_both_commands_of_the_readme_work_in_a_folder_of_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "k i té #1+(x)&'y%20z;?$w"
    leave_out = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "node_modules", "reports", "mutants")
    shutil.copytree(ROOT, folder, ignore=leave_out)
    borrow_environment(folder)
    packages = os.pathsep.join(str(folder / name) for name in ("openapi", "mock_server", "contract_tests"))
    quiet = {"REPORT_DIR": "reports", "PYTHONPATH": packages, "PATH": os.environ["PATH"]}

    run = subprocess.run(
        [str(shutil.which("make")), "contract"], cwd=folder, env=quiet, capture_output=True, text=True, check=False
    )

    assert (run.returncode, run.stderr) == (0, "")
    assert "CONFORMANT http://127.0.0.1:" in run.stdout
    assert (folder / "reports" / "report.html").exists()


def pins(lock: str) -> int:
    return (ROOT / lock).read_text(encoding="utf-8").count("==")

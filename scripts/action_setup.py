"""Sets the suite up for action.yml: what its cache is called, and the environment that is in it. Needs Python alone."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT = Path(__file__).parent.parent
SOURCES: Final = ("openapi", "contract_tests")
LOCK: Final = ROOT / "contract_tests" / "requirements.lock"
TOOLS: Final = ROOT / "requirements.lock"
"""Pins uv, which the lock of the suite does not have."""

COMPLETE: Final = ".complete"
"""In the environment once all of it is there: a cache may hold half of one."""

OLDEST: Final = (3, 11)
NO_PYTHON: Final = (
    "Python {} is too old: the suite needs 3.11 or newer. Let actions/setup-python come before this action."
)
NO_TOOL: Final = "Neither uv nor pip can be used: {}. Let actions/setup-python come before this action."


class SetupError(Exception):
    """The suite cannot be installed; the text says what to do."""


def environment() -> Path:
    """Return the folder of the environment, outside the work tree."""
    return Path(os.environ["RUNNER_TEMP"]) / "user-webhook-contract-environment"


def programs() -> Path:
    """Return the folder of its programs."""
    return environment() / ("Scripts" if os.name == "nt" else "bin")


def key() -> str:
    """Return the name of the cache: another Python, system, folder or source has one of its own."""
    digest = hashlib.sha256(f"{sys.version} {platform.platform()} {sys.base_prefix} {environment()}".encode())
    for source in SOURCES:
        for file in sorted((ROOT / source).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{file.relative_to(ROOT)} {file.stat().st_size}\n".encode() + file.read_bytes())
    return f"user-webhook-contract-{platform.system()}-{platform.machine()}-{digest.hexdigest()[:20]}"


def install() -> None:
    """Make the environment, unless the cache has brought it.

    Raises:
        SetupError: It cannot be made.
    """
    if (environment() / COMPLETE).exists():
        return
    shutil.rmtree(environment(), ignore_errors=True)
    uv = _uv()
    python = programs() / "python"
    _run([*uv, "venv", "--quiet", "--python", sys.executable, environment()])
    _run([*uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", LOCK])
    own = [ROOT / source for source in SOURCES]
    _run([*uv, "pip", "install", "--quiet", "--python", python, "--no-deps", "--no-build-isolation", *own])
    (environment() / COMPLETE).touch()


def _uv() -> list[str | Path]:
    """Return the command of uv: that of the runner, or the pinned one by pip."""
    found = shutil.which("uv")
    if found:
        return [found]
    folder = Path(os.environ["RUNNER_TEMP"]) / "user-webhook-contract-uv"
    folder.mkdir(exist_ok=True)
    [pin] = re.findall(r"^uv==(?:.*\\\n)*.*$", TOOLS.read_text(encoding="utf-8"), re.MULTILINE)
    (folder / "uv.txt").write_text(f"{pin}\n", encoding="utf-8")
    wanted = ["--quiet", "--disable-pip-version-check", "--require-hashes", "--target", folder, "-r", folder / "uv.txt"]
    _run([sys.executable, "-m", "pip", "install", *wanted])
    return [folder / "bin" / ("uv.exe" if os.name == "nt" else "uv")]


def _run(command: list[str | Path]) -> None:
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise SetupError(NO_TOOL.format(lines[-1] if lines else f"{command[0]} ended with {done.returncode}"))


def main(words: list[str]) -> int:
    """Write the outputs of the action's first step, or install; return the exit status."""
    if sys.version_info < OLDEST:
        print(f"::error title=User webhook contract::{NO_PYTHON.format(platform.python_version())}")
        return 2
    if words == ["key"]:
        with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as file:
            file.write(f"key={key()}\nenvironment={environment()}\nprograms={programs()}\n")
        return 0
    try:
        install()
    except SetupError as error:
        print(f"::error title=User webhook contract::{error}")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

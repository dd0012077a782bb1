"""Node and the packages of the peers that run on it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent / "peers"
MODULES: Final = FOLDER / "node_modules"
OLDEST: Final = 20
PATIENCE: Final = 300


@cache
def unavailable() -> str:
    """Return in one line why no peer can run on Node here, or nothing; installs the packages where they are missing."""
    for program in ("node", "npm"):
        if not shutil.which(program):
            return f"{program} is not on the PATH"
    if int(version().removeprefix("v").partition(".")[0]) < OLDEST:
        return f"Node {version()} is too old: they need {OLDEST} or newer"
    wanted, installed = (FOLDER / "package.json").read_text(encoding="utf-8"), MODULES / ".installed"
    if installed.exists() and installed.read_text(encoding="utf-8") == wanted:
        return ""
    print("Installing the peers that run on Node (once) ...", flush=True)
    reason = _install()
    if not reason:
        installed.write_text(wanted, encoding="utf-8")
    return reason


@cache
def version() -> str:
    """Return the version of Node as it tells it, as in v24.1.0."""
    return subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S607 - the node of the PATH


def package_version(package: str) -> str:
    """Return the installed version of *package*, with the version of Node that it asks for where this one is older."""
    manifest = json.loads((MODULES / package / "package.json").read_text(encoding="utf-8"))
    asked = re.fullmatch(r">=\s*([\d.]+)", manifest.get("engines", {}).get("node", ""))
    said = f"{package} {manifest['version']}"
    return (
        f"{said}, which asks for Node {asked[1]} or newer"
        if asked and _numbers(asked[1]) > _numbers(version())
        else said
    )


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]


def _install() -> str:
    command = [
        "npm",
        "install",
        "--no-package-lock",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--fetch-retries=1",
    ]
    try:
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return f"npm install took more than {PATIENCE} s"
    complaints = [line for line in done.stderr.splitlines() if line.startswith("npm error")]
    return f"npm install failed: {' / '.join(complaints[:2]) or f'status {done.returncode}'}" if done.returncode else ""

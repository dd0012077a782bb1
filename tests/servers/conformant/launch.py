"""Starts and ends the conformant servers, each variant by its name."""

import fcntl
import functools
import hashlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from servers.conformant.catalogue import CONTESTED, VARIANTS, Variant

FOLDER = Path(__file__).resolve().parent
NODE_FOLDER = FOLDER / "node"
SCRIPTS = {
    "fastapi": FOLDER / "fastapi_server.py",
    "flask": FOLDER / "flask_server.py",
    "node": NODE_FOLDER / "server.mjs",
}

VALID_TOKEN = "valid-token"
FORBIDDEN_TOKEN = "forbidden-token"
WEBHOOK_ID = "cf3832dd-ba9b-4187-9ab2-c6cadafe875b"
SECOND_WEBHOOK_ID = "dd6189c9-4aae-4ca3-b855-654c607824da"

_INSTALL_SECONDS = 120
_FAILURE_IS_REMEMBERED_SECONDS = 120


class Unavailable(Exception):  # noqa: N818  # it says what happened
    """A variant cannot run on this machine; the text says why."""


def variants() -> list[str]:
    """Return the names of the variants, those included that this machine cannot run."""
    return list(VARIANTS)


def contested() -> list[str]:
    """Return the names of the natural servers that break a `must` to the letter."""
    return list(CONTESTED)


def variant(name: str) -> Variant:
    """Return the variant, a contested one too, of this name."""
    return (VARIANTS | CONTESTED)[name]


def unavailable(name: str) -> str | None:
    """Return why the variant cannot run on this machine, or None; installs the Node packages where they are missing."""
    return _node_is_unavailable() if name.startswith("node-") else None


@contextmanager
def running(name: str) -> Iterator[str]:
    """Run the variant with its webhooks as seeded, and give its base url.

    Raises:
        Unavailable: This machine cannot run it.
    """
    if reason := unavailable(name):
        raise Unavailable(reason)
    script = SCRIPTS[name.partition("-")[0]]
    command = ["node" if script.suffix == ".mjs" else sys.executable, str(script)]
    for option, value in variant(name).options.items():
        command += [f"--{option}"] if value is None else [f"--{option}", value]
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=script.parent) as process,
    ):
        try:
            assert process.stdout is not None
            base_url = process.stdout.readline().strip()
            if not base_url:
                process.wait()
                errors.seek(0)
                raise Unavailable(f"{name} ended before it listened: {errors.read()}")
            yield base_url
        finally:
            process.kill()


@functools.cache
def _node_is_unavailable() -> str | None:
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            return f"{program} is not on the PATH"
    wanted = (NODE_FOLDER / "package.json").read_text()
    installed = NODE_FOLDER / "node_modules" / ".installed"
    key = hashlib.sha256(str(NODE_FOLDER).encode()).hexdigest()[:16]
    with (Path(tempfile.gettempdir()) / f"conformant-node-server-{key}.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if installed.exists() and installed.read_text() == wanted:
            return None
        lock.seek(0)
        failed_at, _, reason = lock.read().partition(" ")
        if reason and time.time() - float(failed_at) < _FAILURE_IS_REMEMBERED_SECONDS:
            return reason
        lock.truncate(0)
        reason = _install() or ""
        if reason:
            lock.write(f"{time.time()} {reason}")
            return reason
        installed.write_text(wanted)
        return None


def _install() -> str | None:
    npm = shutil.which("npm") or "npm"
    command = [npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=0"]
    try:
        done = subprocess.run(
            command, cwd=NODE_FOLDER, capture_output=True, text=True, check=False, timeout=_INSTALL_SECONDS
        )
    except subprocess.TimeoutExpired:
        return f"npm install took more than {_INSTALL_SECONDS} s"
    complaints = [line for line in done.stderr.splitlines() if line.startswith("npm error")]
    return f"npm install failed: {' / '.join(complaints[:3]) or done.stderr[-300:]}" if done.returncode else None

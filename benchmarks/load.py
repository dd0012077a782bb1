"""The load on a server: wrk, or the bundled script where it is missing."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import cores
from exchange import TOKEN, VALID, path

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER: Final = Path(__file__).resolve().parent
PATIENCE: Final = 60


class LoadError(Exception):
    """The load cannot be made. The message is one line and says what to do."""


@dataclass(frozen=True)
class Load:
    """What one load counted: requests a second, latencies in milliseconds, answers that are not those expected."""

    rate: float
    p50: float
    p99: float
    p999: float
    requests: int
    errors: int


class Generator:
    """Sends the same update over and over."""

    def __init__(self, wanted: str) -> None:
        """*wanted* is ``wrk``, ``python``, or ``auto`` for the first that is there.

        Raises:
            LoadError: wrk is wanted and missing.
        """
        self._wrk = None if wanted == "python" else shutil.which("wrk")
        if wanted == "wrk" and not self._wrk:
            raise LoadError(
                "--load wrk: wrk is not on the PATH: install it, as by apt-get install wrk, or use --load python."
            )
        self.is_second_choice = wanted == "auto" and not self._wrk

    @property
    def name(self) -> str:
        """What makes the load, with its version where it has one."""
        if not self._wrk:
            return "the bundled Python script"
        said = subprocess.run([self._wrk, "--version"], capture_output=True, text=True, check=False).stdout
        return " ".join(said.split()[:2])

    def drive(self, port: int, body: dict[str, Any], connections: int, seconds: float, own: set[int]) -> Load:
        """Send *body* for *seconds* from the cores *own*; a refusal of VALID is an error, and so is anything else to others.

        Raises:
            LoadError: The load failed.
        """
        environment = {**os.environ, "BODY": json.dumps(body), "TOKEN": TOKEN}
        command = self._command(f"http://127.0.0.1:{port}{path()}", connections, seconds)
        with cores.on(own):
            try:
                done = subprocess.run(
                    command, env=environment, capture_output=True, text=True, check=True, timeout=seconds + PATIENCE
                )
                counted = json.loads(done.stdout.splitlines()[-1])
            except (OSError, subprocess.SubprocessError, ValueError, IndexError) as error:
                raise LoadError(
                    f"{Path(command[0]).name} failed: {error}. Run again, or use another --load."
                ) from error
        requests, refused = counted["requests"], counted["refused"]
        if not requests:
            raise LoadError(f"no answer came with {connections} connections: use fewer, or leave the server out.")
        return Load(
            rate=requests / counted["seconds"],
            p50=counted["p50"],
            p99=counted["p99"],
            p999=counted["p999"],
            requests=requests,
            errors=counted["broken"] + (refused if body is VALID else requests - refused),
        )

    def _command(self, url: str, connections: int, seconds: float) -> Sequence[str]:
        if not self._wrk:
            return [sys.executable, str(FOLDER / "python_load.py"), url, str(connections), str(seconds)]
        duration = f"-d{math.ceil(seconds)}s"  # wrk takes whole seconds only
        return [
            self._wrk,
            "-t1",
            f"-c{connections}",
            duration,
            "--timeout",
            "10s",
            "-s",
            str(FOLDER / "update.lua"),
            url,
        ]

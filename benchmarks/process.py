"""A server of the benchmark as a process: its start, its memory, its end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import cores
from exchange import VALID, send

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

DEADLINE: Final = 20
PAUSE: Final = 0.005
INHERITED: Final = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH")


class StartError(Exception):
    """A server did not start. The message is one line and has what the server said."""


@dataclass(frozen=True)
class Process:
    """A server that listens; ``seconds`` from its start to its first 201, None where it gave none."""

    number: int
    port: int
    seconds: float | None

    def memory(self) -> int | None:
        """Return the resident bytes of the process and all below it, None where ``ps`` does not tell."""
        try:
            listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True)  # noqa: S607 - the ps of the PATH
        except (OSError, subprocess.CalledProcessError):
            return None
        rows = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
        family, grown = {self.number}, True
        while grown:
            young = {number for number, parent, _ in rows if parent in family} - family
            family |= young
            grown = bool(young)
        return 1024 * sum(size for number, _, size in rows if number in family)


@contextmanager
def running(
    command: Sequence[str], port: int, environment: Mapping[str, str], place: str, own: set[int]
) -> Iterator[Process]:
    """Run *command* in the folder *place*, on the cores *own*, until the block ends.

    Raises:
        StartError: It ended, or did not answer in time.
    """
    inherited = {
        name: os.environ[name] for name in INHERITED if name in os.environ
    }  # none that a server could take for its own
    with tempfile.TemporaryFile("w+") as output:
        with cores.on(own):
            started = time.perf_counter()
            server = subprocess.Popen(
                command,
                cwd=place,
                env={**inherited, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        try:
            answered = _first_answer(server, port)
            if answered is None:
                output.seek(0)
                raise StartError(_complaint(output.read()) or f"it did not answer within {DEADLINE} seconds")
            status, at = answered
            yield Process(server.pid, port, at - started if status == HTTPStatus.CREATED else None)
        finally:
            _end(server)


def free_port() -> int:
    """Return a port of the loopback that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _first_answer(server: subprocess.Popen[bytes], port: int) -> tuple[int, float] | None:
    """Return the status of the first 201, or of the last other answer, and when it came."""
    deadline, last = time.perf_counter() + DEADLINE, None
    while time.perf_counter() < deadline and server.poll() is None:
        try:
            status, _ = send(port, VALID)
        except OSError:
            time.sleep(PAUSE)
            continue
        last = status, time.perf_counter()
        if status == HTTPStatus.CREATED:
            break
    return last


def _complaint(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "rror" in line]
    return (errors or lines or [""])[-1]


def _end(server: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, number)
        except ProcessLookupError:
            break
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:
            continue
    server.wait()

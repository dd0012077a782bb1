"""What the system says of a running mock: memory, files, and what it printed."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING, Self

from stress.hostile_requests import BODY
from support.mock_process import ROOT, SECOND, USER

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = os.sysconf("SC_PAGE_SIZE")
PAUSE = 0.02


@dataclass(frozen=True)
class MockProcess:
    """A mock in a process of its own."""

    pid: int
    port: int
    printed: Path

    @property
    def memory(self) -> int:
        """Bytes that are resident."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * PAGE

    @property
    def files(self) -> int:
        """File descriptors that are open."""
        return len(os.listdir(f"/proc/{self.pid}/fd"))  # noqa: PTH208  the names alone are counted

    @property
    def tracebacks(self) -> int:
        return self.printed.read_text(errors="replace").count("Traceback")


@dataclass(frozen=True)
class Row:
    """One line of a summary."""

    what: str
    is_good: bool
    text: str

    def __str__(self) -> str:
        return f"| {'ok' if self.is_good else 'FAIL':<4} | {self.what:<28} | {self.text} |"


def write(text: str) -> None:
    """Print at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


@contextmanager
def mock_process(*arguments: str) -> Iterator[MockProcess]:
    """Start ``python -m user_webhook_mock`` on a free port, with what it prints in a temporary file."""
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder) / "printed"
        with printed.open("wb") as sink:
            process = subprocess.Popen(
                [sys.executable, "-m", "user_webhook_mock", "--port", "0", *arguments],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=sink,
                text=True,
            )
        assert process.stdout is not None
        try:
            address = process.stdout.readline().split()[-1]
            yield MockProcess(process.pid, int(address.rpartition(":")[2]), printed)
        finally:
            process.terminate()
            process.communicate()


def wait_for_files(mock_process: MockProcess, most: int, seconds: float) -> bool:
    """Say whether the mock has *most* files open at most within *seconds*."""
    deadline = time.monotonic() + seconds
    while mock_process.files > most:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


class Pulse:
    """Sends healthy updates to *port* from a process of its own, one after another, each on a new connection."""

    def __init__(self, port: int) -> None:
        self._port = port

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(self._port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        output = self._process.communicate()[0]
        times, statuses = output.splitlines()
        self.milliseconds = [float(one) for one in times.split()]
        self.statuses = set(statuses.split())

    def __str__(self) -> str:
        p50, p99 = quantiles(self.milliseconds, n=100)[49], quantiles(self.milliseconds, n=100)[98]
        return (
            f"{len(self.milliseconds)} updates: p50 {p50:.1f} ms, p99 {p99:.1f} ms, max {max(self.milliseconds):.1f} ms"
        )


def send_updates(port: int) -> None:
    """Send healthy updates until standard input ends; print the milliseconds of each, and the statuses."""
    headers = {"Authorization": "Bearer valid-token", "Content-Type": "application/json"}
    times, statuses = [], set()
    while not select.select([sys.stdin], [], [], PAUSE)[0]:
        start = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("PATCH", USER + SECOND, BODY, headers)
            statuses.add(str(connection.getresponse().status))
        except (OSError, HTTPException) as error:
            statuses.add(type(error).__name__)
        finally:
            connection.close()
        times.append((time.perf_counter() - start) * 1000)
    sys.stdout.write(" ".join(f"{one:.2f}" for one in times) + "\n" + " ".join(statuses) + "\n")


if __name__ == "__main__":
    send_updates(int(sys.argv[1]))

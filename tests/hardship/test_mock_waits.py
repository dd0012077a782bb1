"""Whoever the mock waits for: it answers /health within a second, and ends in time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from support.mock_process import FIRST, USER, Mock, announced, command, finish

if TYPE_CHECKING:
    import subprocess

UPDATES = 2_000
"""As many as fill a pipe twice: its 64 kB hold about 700 lines of the log."""

BODY = b'{"events":["all"]}'
UPDATE = (
    f"PATCH {USER}{FIRST} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer valid-token\r\n"
    f"Content-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n"
).encode() + BODY


def update(mock: Mock, number: int) -> int:
    """Send updates on one connection, one after the other, and return how many were answered."""
    done = 0
    with mock.connect() as connection:
        connection.settimeout(5)
        for _ in range(number):
            connection.sendall(UPDATE)
            done += connection.recv(65536).startswith(b"HTTP/1.1 201")
    return done


def seconds_to_health(mock: Mock) -> float:
    started = time.monotonic()
    assert mock.request("GET", "/health").status == 200
    return time.monotonic() - started


def seconds_to_end(process: subprocess.Popen[str]) -> float:
    started = time.monotonic()
    process.terminate()
    assert process.wait(20) == 0
    return time.monotonic() - started


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("verbosity", [[], ["--verbose"]], ids=["plain", "verbose"])
def test_a_log_that_nobody_reads_holds_nobody_up(workers: str, verbosity: list[str]) -> None:
    process = command("--port", "0", "--workers", workers, *verbosity)
    try:
        mock, _ = announced(process)
        done = sum(update(mock, UPDATES // 4) for _ in range(4))
        health = seconds_to_health(mock)
        end = seconds_to_end(process)
    finally:
        finish(process)

    assert done == UPDATES
    assert health < 1
    assert end < 5

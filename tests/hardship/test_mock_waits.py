"""Whoever the mock waits for: it answers /health within a second, and ends in time."""

from __future__ import annotations

import os
import shlex
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from support.mock_process import FIRST, USER, Mock, announced, command, finish
from support.redis_process import redis_server
from user_webhook_mock.core.outlet import MAX_WAITING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

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


def test_what_the_log_has_no_room_for_is_dropped_and_counted() -> None:
    process = command("--port", "0")
    try:
        mock, _ = announced(process)
        done = update(mock, MAX_WAITING + UPDATES)
        reader = threading.Thread(target=lambda: lines.extend(process.stderr or ()))
        lines: list[str] = []
        reader.start()
        time.sleep(1)
        done += update(mock, 1)
        process.terminate()
        process.wait(20)
        reader.join(20)
    finally:
        finish(process)

    reports = [line for line in lines if line.startswith("user-webhook-mock: ")]
    assert len(reports) == 1
    assert reports[0].endswith(" lines of output were dropped, as nobody took them.\n")
    assert len(lines) - 1 + int(reports[0].split()[1]) == done == MAX_WAITING + UPDATES + 1
    assert (lines[-2], lines[-1][:5]) == (reports[0], "PATCH")


@contextmanager
def serving(*arguments: str, **environment: str) -> Iterator[Mock]:
    """Serve a mock, and see that it ends in time."""
    process = command("--port", "0", *arguments, **environment)
    try:
        yield announced(process)[0]
        assert seconds_to_end(process) < 5
    finally:
        finish(process)


def slowest_health(mock: Mock, disturb: Callable[[Mock], object], at_once: int = 12) -> float:
    """Let several clients disturb the mock at the same time, and return the longest time to /health meanwhile."""
    with ThreadPoolExecutor(at_once) as pool:
        clients = [pool.submit(disturb, mock) for _ in range(at_once)]
        seconds = [seconds_to_health(mock)]
        while not all(client.done() for client in clients):
            seconds.append(seconds_to_health(mock))
            time.sleep(0.05)
    assert [client.result() for client in clients]
    return max(seconds)


@pytest.mark.parametrize("lock", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_state_file_that_somebody_locks_holds_nobody_up(lock: str, workers: str, tmp_path: Path) -> None:
    with serving("--state", str(tmp_path / "state"), "--workers", workers) as mock:
        assert update(mock, 1) == 1
        with closing(sqlite3.connect(tmp_path / "state", isolation_level=None)) as holder:
            holder.execute(lock)
            health = slowest_health(mock, lambda mock: update_for(mock, seconds=3))
        after = mock.patch({"events": ["all"]}).status

    assert health < 1
    assert after == 201


def update_for(mock: Mock, seconds: float) -> set[int]:
    """Send updates for so long, and return the statuses of their responses."""
    end = time.monotonic() + seconds
    statuses = set()
    while time.monotonic() < end:
        statuses.add(mock.patch({"events": ["all"]}).status)
    return statuses


class SlowRelay(threading.Thread):
    """Passes bytes on to a Redis and back; what comes back takes *pause* seconds a byte, as soon as that is set."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.pause = 0.0

    def run(self) -> None:
        while True:
            client, _ = self._listener.accept()
            server = socket.create_connection(("127.0.0.1", self._target))
            for one, other, is_back in ((client, server, False), (server, client, True)):
                threading.Thread(target=self._pass_on, args=(one, other, is_back), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket, is_back: bool) -> None:  # noqa: FBT001
        with suppress(OSError), one, other:
            while content := one.recv(1 if is_back and self.pause else 65536):
                other.sendall(content)
                time.sleep(self.pause if is_back else 0)


@pytest.mark.redis
def test_a_redis_that_answers_byte_by_byte_holds_nobody_up(tmp_path: Path) -> None:
    with redis_server(tmp_path) as server:
        relay = SlowRelay(server.port)
        relay.start()
        store = server.store.replace(str(server.port), str(relay.port))
        with serving(STORE=store) as mock:
            assert mock.patch({"events": ["all"]}).status == 201
            relay.pause = 0.4
            health = slowest_health(mock, lambda mock: update_for(mock, seconds=5))
            relay.pause = 0.0
            time.sleep(2)
            after = mock.patch({"events": ["all"]}).status

    assert health < 1
    assert after == 201


@pytest.mark.parametrize("kind", ["pipe", "endless device", "link to a pipe", "too long"])
def test_a_choices_file_that_is_not_one_any_more_holds_nobody_up(kind: str, tmp_path: Path) -> None:
    choices = tmp_path / "choices.yaml"
    choices.write_text("messages: first\n")
    with serving("--watch", "--choices", str(choices)) as mock:
        choices.unlink()
        if kind == "pipe":
            os.mkfifo(choices)
        elif kind == "endless device":
            choices.symlink_to("/dev/zero")
        elif kind == "link to a pipe":
            os.mkfifo(tmp_path / "pipe")
            choices.symlink_to("pipe")
        else:
            choices.write_bytes(b"#" * 3_000_000)
        seconds = []
        for _ in range(40):  # it looks at least every five seconds
            seconds.append(seconds_to_health(mock))
            time.sleep(0.15)
        message = mock.patch({"events": [], "url": 1}).body["message"]

    assert max(seconds) < 1
    assert len(message) == 1


HANG = UPDATE.replace(b"Host: x", b"Host: x\r\nX-Mock-Fault: hang")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_requests_that_hang_leave_connections_to_others(workers: str) -> None:
    words = shlex.join([sys.executable, "-m", "user_webhook_mock", "--port", "0", "--workers", workers])
    process = subprocess.Popen(
        ["/bin/sh", "-c", f"ulimit -n 64; exec {words}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        mock, _ = announced(process)
        with ExitStack() as stack:
            for connection in [stack.enter_context(mock.connect()) for _ in range(60)]:
                connection.sendall(HANG)
            time.sleep(1)
            seconds = [seconds_to_health(mock) for _ in range(10)]
        end = seconds_to_end(process)
    finally:
        finish(process)

    assert max(seconds) < 1
    assert end < 5

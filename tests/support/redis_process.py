"""Debian's redis-server on a free port, for the tests of replicas."""

from __future__ import annotations

import signal
import socket
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import redis

from support.mock_process import DEADLINE, until
from support.tools import needed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD = "a:secret@of/the test"


class Redis:
    """A redis-server with a password that writes what it holds into *folder* at its end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.address = f"redis://127.0.0.1:{self.port}/0"
        self.store = f"redis://:a%3Asecret%40of%2Fthe%20test@127.0.0.1:{self.port}"
        self.client = redis.Redis(port=self.port, password=PASSWORD, decode_responses=True)
        self.start()

    def start(self) -> None:
        options = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self._folder), "--save", "3600 1"]
        self.process = subprocess.Popen(
            [needed("redis-server"), *options, "--requirepass", PASSWORD], stdout=subprocess.DEVNULL
        )
        until(self._answers)

    def end(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        self.process.wait(DEADLINE)

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except redis.RedisError:
            return False


@contextmanager
def redis_server(folder: Path) -> Iterator[Redis]:
    """Run a redis-server while the block runs."""
    server = Redis(folder)
    try:
        yield server
    finally:
        server.end()

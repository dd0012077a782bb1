"""A connection to Redis on which nothing waits for longer than it may, whatever comes."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import redis
from redis.backoff import NoBackoff
from redis.connection import Connection, ConnectionPool, SSLConnection
from redis.retry import Retry

if TYPE_CHECKING:
    import socket

    from user_webhook_mock.store.redis_url import RedisUrl

MAX_WAIT: Final = 0.5
"""Seconds in which Redis has to connect and to respond: all other requests wait meanwhile."""


class Patience(threading.local):
    """Until when a thread waits for Redis."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Wait for `MAX_WAIT` from now on."""
        self._end = time.monotonic() + MAX_WAIT

    def left(self) -> float:
        """Return the seconds that are left.

        Raises:
            TimeoutError: There are none.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class PatientSocket:
    """A socket whose reads and writes together take no longer than *patience* has: its own limit is for each of them."""

    def __init__(self, sock: socket.socket, patience: Patience) -> None:
        self._sock = sock
        self._patience = patience

    def recv(self, size: int) -> bytes:
        """Read what has come."""
        self._sock.settimeout(self._patience.left())
        return self._sock.recv(size)

    def recv_into(self, buffer: bytearray) -> int:
        """Read what has come into *buffer*."""
        self._sock.settimeout(self._patience.left())
        return self._sock.recv_into(buffer)

    def sendall(self, content: bytes) -> None:
        """Write all of *content*."""
        self._sock.settimeout(self._patience.left())
        self._sock.sendall(content)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  whatever a socket has
        return getattr(self._sock, name)


class _Patient:
    """What both kinds of connections have in common."""

    patience: Patience

    def _connect(self) -> PatientSocket:
        """Connect in a thread of its own: to look a name up has no limit, and each of its addresses takes its time."""
        found: list[socket.socket | BaseException] = []
        is_over, is_given_up = threading.Event(), threading.Event()

        def run() -> None:
            try:
                found.append(super(_Patient, self)._connect())  # type: ignore[misc]  # that of the connection behind it
            except BaseException as error:  # noqa: BLE001  the other thread raises it
                found.append(error)
            is_over.set()
            if is_given_up.is_set():
                _close(found[0])

        left = self.patience.left()
        threading.Thread(target=run, name="user-webhook-mock redis", daemon=True).start()
        if not is_over.wait(left):
            is_given_up.set()
            if is_over.is_set():
                _close(found[0])
            raise TimeoutError
        if isinstance(found[0], BaseException):
            raise found[0]
        return PatientSocket(found[0], self.patience)


def _close(found: socket.socket | BaseException) -> None:
    if not isinstance(found, BaseException):
        with suppress(OSError):
            found.close()


def connect(url: RedisUrl, patience: Patience) -> redis.Redis:
    """Return a client of the Redis at *url*, with one connection that waits as long as *patience* has."""
    kind = SSLConnection if url.scheme == "rediss" else Connection
    pool = ConnectionPool(
        connection_class=type("PatientConnection", (_Patient, kind), {"patience": patience}),
        host=url.host,
        port=url.port,
        db=url.database,
        username=url.username,
        password=url.password,
        protocol=2,
        socket_timeout=MAX_WAIT,
        socket_connect_timeout=MAX_WAIT,
        # once, on a new connection: the open one may belong to a Redis that was restarted
        retry=Retry(NoBackoff(), 1, (redis.ConnectionError,)),
    )
    return redis.Redis(connection_pool=pool, single_connection_client=True)

"""Targets with one defect each, on loopback ports: what they do with a connection, once a request has come."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import json
import re
import socket
import ssl
import struct
import threading
import zlib
from functools import cache
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import trustme

END = b"\r\n\r\n"
HEAD = b"HTTP/1.1 201 Created\r\nContent-Type: application/json"
CHUNKED = HEAD + b"\r\nTransfer-Encoding: chunked" + END
BLOCK = b"x" * 65_536
LARGE = 100_000_000
"""Bytes that a bomb holds."""

PAUSE = 0.02
"""Seconds between two bytes of what drips: each comes long before a time limit for one read is over."""


class BadTarget:
    """Accepts connections, reads what comes first, and lets *act* do the rest; counts connections."""

    def __init__(
        self,
        act: Callable[[BadTarget, socket.socket], None],
        context: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self._act = act
        self._context = context
        self._host = host
        self.connections = 0
        self.seen: list[bytes] = []
        self.ended = threading.Event()

    def __enter__(self) -> Self:
        is_ipv6 = ":" in self._host
        family = socket.AF_INET6 if is_ipv6 else socket.AF_INET
        self._listener = socket.create_server((self._host, 0), family=family)
        self.port = self._listener.getsockname()[1]
        place = f"[{self._host}]" if is_ipv6 else self._host
        self.url = f"{'https' if self._context else 'http'}://{place}:{self.port}"
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        # The client hangs up on most of them.
        with contextlib.suppress(OSError), connection:
            if self._context:
                with self._context.wrap_socket(connection, server_side=True) as secure:
                    self._act(self, secure)
            else:
                self._act(self, connection)


def reset(_: BadTarget, connection: socket.socket) -> None:
    """Reset the connection before the request is read."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def reset_afterwards(target: BadTarget, connection: socket.socket) -> None:
    """Reset the connection when the request has come."""
    connection.recv(65_536)
    reset(target, connection)


def hang(target: BadTarget, _: socket.socket) -> None:
    """Say nothing."""
    target.ended.wait(60)


def says(*parts: bytes) -> Callable[[BadTarget, socket.socket], None]:
    """Send *parts* and close the connection."""

    def act(target: BadTarget, connection: socket.socket) -> None:
        target.seen.append(_request(connection))
        for part in parts:
            connection.sendall(part)

    return act


def _request(connection: socket.socket) -> bytes:
    """Read a whole request: where a part of it is left unread, closing resets the connection under the answer."""
    content = b""
    while part := connection.recv(65_536):
        content += part
        head, blank_line, body = content.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)^content-length: *([0-9]+)", head, re.MULTILINE)
        is_tls = content[:1] == b"\x16"
        if is_tls or (blank_line and len(body) >= (int(length[1]) if length else 0)):
            break
    return content


def repeats(start: bytes, part: bytes, pause: float = 0.0) -> Callable[[BadTarget, socket.socket], None]:
    """Send *start* and then *part* for ever."""

    def act(target: BadTarget, connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(start)
        while not target.ended.wait(pause) if pause else True:
            connection.sendall(part)

    return act


@cache
def bomb(encoding: str) -> bytes:
    """Return an answer whose small body becomes `LARGE` bytes, as often as *encoding* says."""
    body = b"".join(_squeezed(encoding))
    for _ in encoding.split(",")[1:]:
        body = gzip.compress(body)
    return HEAD + f"\r\nContent-Encoding: {encoding}\r\nContent-Length: {len(body)}".encode() + END + body


def _squeezed(encoding: str) -> Iterator[bytes]:
    squeezer = zlib.compressobj(wbits=15 if encoding == "deflate" else 31)
    for _ in range(LARGE // len(BLOCK)):
        yield squeezer.compress(BLOCK)
    yield squeezer.flush()


def response(status: int, body: object, *headers: str) -> bytes:
    """Return a right answer of *status* with *body* as JSON."""
    raw = json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} X", "Content-Type: application/json", *headers, f"Content-Length: {len(raw)}"]
    return "\r\n".join(lines).encode() + END + raw


@contextlib.contextmanager
def full_backlog(host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Give the url of a listener that accepts nobody, with its queue full: a SYN gets no answer."""
    with contextlib.ExitStack() as held:
        listener = held.enter_context(socket.create_server((host, port), backlog=0))
        address = listener.getsockname()
        for _ in range(4):
            waiting = held.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(address)
        yield f"http://{host}:{address[1]}"


def secured(issuer: trustme.CA, name: str = "127.0.0.1", *, is_expired: bool = False) -> ssl.SSLContext:
    """Return a context with a certificate of *issuer* for *name*."""
    before = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    dates = {"not_before": before, "not_after": before + dt.timedelta(days=1)} if is_expired else {}
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issuer.issue_cert(name, **dates).configure_cert(context)
    return context

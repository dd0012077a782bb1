"""A TCP relay in front of a server: it counts what is on the wire, and can misbehave before the server is asked."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import BufferedReader
    from types import TracebackType

LIMIT_PAGE = b"<html><head><title>429</title></head><body>Too Many Requests</body></html>"


@dataclass(frozen=True)
class Sent:
    """One request as it came over the wire; header names are in lower case."""

    raw: bytes
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """An answer of the relay's own."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


PASS, DROP, DROP_AFTERWARDS, STALL = "pass", "drop", "drop afterwards", "stall"
LIMITED = Reply(429, LIMIT_PAGE, {"Content-Type": "text/html"})

Behaviour = "Callable[[int, Sent], str | Reply]"


class Relay:
    """Relays to *target* what *behaviour* lets pass; it is asked with each request's number, from 1 on.

    *alter* makes of each answer what goes over the wire.
    """

    def __init__(
        self,
        target: str,
        behaviour: Callable[[int, Sent], str | Reply] | None = None,
        alter: Callable[[bytes], bytes] = bytes,
    ) -> None:
        self._target = urlsplit(target)
        self._behaviour = behaviour or (lambda _number, _sent: PASS)
        self._alter = alter
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self.seen: list[Sent] = []
        self.answers: list[bytes] = []
        self.connections = 0

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}{self._target.path}"
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def refuse(self) -> None:
        """Take no further connection."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(connection)
                self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as reader, contextlib.suppress(OSError, HTTPException):
            while (sent := read_request(reader)) is not None:
                with self._lock:
                    self.seen.append(sent)
                    act = self._behaviour(len(self.seen), sent)
                if not self._act(connection, sent, act):
                    break
        with self._lock:
            self._open.discard(connection)

    def _act(self, connection: socket.socket, sent: Sent, act: str | Reply) -> bool:
        """Answer, or not; return whether the connection stays open."""
        if act == DROP:
            return False
        if act == STALL:
            while connection.recv(65_536):
                pass
            return False
        answer = act if isinstance(act, Reply) else self._forward(sent)
        if act == DROP_AFTERWARDS:
            return False
        connection.sendall(self._alter(write(answer)))
        return True

    def _forward(self, sent: Sent) -> Reply:
        with socket.create_connection((self._target.hostname or "", self._target.port or 80), timeout=20) as upstream:
            with self._lock:
                self._open.add(upstream)
            upstream.sendall(sent.raw)
            with HTTPResponse(upstream, method=sent.method) as response:
                response.begin()
                body = response.read()
                headers = dict(response.getheaders())
        with self._lock:
            self._open.discard(upstream)
            self.answers.append(body)
        return Reply(response.status, body, headers)


def read_request(reader: BufferedReader) -> Sent | None:
    """Return the next request of a connection, or None at its end."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = reader.readline()
        if not line:
            return None
        head += line
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if "transfer-encoding" in headers:
        raw, body = _read_chunks(reader)
    else:
        raw = body = reader.read(int(headers.get("content-length", "0")))
    return Sent(head + raw, method, path, headers, body)


def _read_chunks(reader: BufferedReader) -> tuple[bytes, bytes]:
    raw = body = b""
    while True:
        line = reader.readline()
        chunk = reader.read(int(line, 16))
        end = reader.readline()
        raw, body = raw + line + chunk + end, body + chunk
        if not chunk:
            return raw, body


def write(reply: Reply) -> bytes:
    """Return *reply* as it goes over the wire."""
    kept = {n: v for n, v in reply.headers.items() if n.lower() not in {"content-length", "transfer-encoding"}}
    lines = [f"HTTP/1.1 {reply.status} X", *(f"{name}: {value}" for name, value in kept.items())]
    return "\r\n".join([*lines, f"Content-Length: {len(reply.body)}", "", ""]).encode("latin-1") + reply.body

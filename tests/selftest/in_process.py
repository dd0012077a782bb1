"""Judges a server in this process: the suite's own client, on a socket that hands its bytes to an ASGI application."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from user_webhook_contract.http import connection
from user_webhook_contract.runner.runner import Runner
from user_webhook_contract.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from servers.faulty.asgi import Message, Receive, Scope, Send
    from user_webhook_contract.results.run import Run

    App = Callable[[Scope, Receive, Send], Coroutine[Any, Any, None]]

TARGET = "http://127.0.0.1:1"
"""Where the suite believes the server to be; no connection is made."""

_ports = count(40_000)


class MemorySocket:
    """What the suite's connection needs of a socket; each whole request that was sent is answered at the first read."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._client = ("127.0.0.1", next(_ports))
        self._sent = bytearray()
        self._answer = bytearray()
        self._timeout: float | None = None
        self._is_closed = False

    def sendall(self, data: bytes) -> None:
        self._sent += data

    def settimeout(self, seconds: float | None) -> None:
        self._timeout = seconds

    def close(self) -> None:
        self._is_closed = True

    def recv_into(self, buffer: memoryview) -> int:
        if not self._answer and not self._is_closed and self._sent:
            self._serve()
        if not self._answer and not self._is_closed:
            raise TimeoutError if self._timeout else BlockingIOError
        part = self._answer[: len(buffer)]
        buffer[: len(part)] = part
        del self._answer[: len(part)]
        return len(part)

    def _serve(self) -> None:
        """Answer the first request; without an answer, wait (in no time) until the client gives up."""
        scope, body = self._next_request()
        is_dropped: list[bool] = []
        scope["extensions"] = {"faulty_servers.drop": {"drop": lambda: is_dropped.append(True)}}
        messages: Iterator[Message] = iter([{"type": "http.request", "body": body}])
        sent: list[Message] = []

        async def receive() -> Message:
            return next(messages, {"type": "http.disconnect"})

        async def send(message: Message) -> None:
            sent.append(message)

        _run(self._app(scope, receive, send))
        if is_dropped:
            raise ConnectionResetError
        if not sent:
            raise TimeoutError
        self._answer += _written(sent)
        self._is_closed = (b"connection", b"close") in scope["headers"]

    def _next_request(self) -> tuple[Scope, bytes]:
        head, _, rest = bytes(self._sent).partition(b"\r\n\r\n")
        line, *lines = head.split(b"\r\n")
        method, path, _ = line.split(b" ", 2)
        headers = [(name.lower(), value.strip(b" \t")) for name, _, value in (one.partition(b":") for one in lines)]
        named = dict(headers)
        body, left = (
            _unchunked(rest) if b"transfer-encoding" in named else _split(rest, int(named.get(b"content-length", 0)))
        )
        self._sent[:] = left
        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method.decode(),
            "scheme": "http",
            "path": path.decode("latin-1"),
            "raw_path": path,
            "root_path": "",
            "query_string": b"",
            "headers": headers,
            "client": self._client,
            "server": ("127.0.0.1", 1),
        }
        return scope, body


def _split(data: bytes, length: int) -> tuple[bytes, bytes]:
    return data[:length], data[length:]


def _unchunked(data: bytes) -> tuple[bytes, bytes]:
    body = b""
    while True:
        size, _, data = data.partition(b"\r\n")
        chunk, data = _split(data, int(size, 16))
        data = data[2:]
        if not chunk:
            return body, data
        body += chunk


def _run(coroutine: Coroutine[Any, Any, None]) -> None:
    """Carry a coroutine out that waits for nothing but what is there already."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise RuntimeError("the server waits for something else than its request")


def _written(messages: list[Message]) -> bytes:
    start, *parts = messages
    head = [b"HTTP/1.1 %d \r\n" % start["status"], *(b"%s: %s\r\n" % pair for pair in start["headers"]), b"\r\n"]
    return b"".join([*head, *(part.get("body", b"") for part in parts)])


@contextmanager
def served(app: App) -> Iterator[str]:
    """Give the address at which the suite finds *app* while the context lasts."""
    with patch.object(connection, "connect_to_host", lambda *_: MemorySocket(app)):
        yield TARGET


def judge(app: App, tell: Callable[[Run], None] | None = None, **settings: Any) -> Run:
    """Return the suite's run against *app*, without a limit of the rate."""
    with served(app) as target:
        return Runner(Settings(target, **{"rate": 0, "timeout": 5.0, **settings}), on_progress=tell)()

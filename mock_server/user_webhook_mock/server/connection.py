"""A connection: what becomes a request, and how long it may wait for what."""

from __future__ import annotations

import asyncio
import logging
import math
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

import httptools

from user_webhook_mock.http.drain import drain
from user_webhook_mock.http.errors import ApiError, MalformedRequest, ProtocolError
from user_webhook_mock.http.response import ALLOW_ANY, end
from user_webhook_mock.http.scope import BODY_ERROR, TRANSPORT
from user_webhook_mock.server.cycle import Cycle
from user_webhook_mock.server.head import (
    FRAMING,
    MAX_HEAD,
    MAX_HEADERS,
    MAX_TARGET,
    Headers,
    check_framing,
    check_size,
    head_too_large,
    without_upgrade,
)
from user_webhook_mock.server.uvicorn_names import HttpToolsProtocol

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send
    from uvicorn._types import ASGI3Application, HTTPScope

    from user_webhook_mock.server.uvicorn_names import RequestResponseCycle

MAX_REQUEST: Final = 8 * 1024 * 1024
"""Bytes that a body may take on the wire: the framing of chunks may be larger than what is in them."""

MAX_WAITING: Final = 100
"""Requests of one connection that may wait for the response to the one before them."""

IDLE_SECONDS: Final = 10
HEAD_SECONDS: Final = 10
BODY_SECONDS: Final = 30
READER_SECONDS: Final = 30
"""For how long a client may leave a response unread."""

TURN_SECONDS: Final = 90
"""For how long nothing is read behind a request that is being handled; a latency is at most 60 seconds."""


SILENT: Final = logging.getLogger("user_webhook_mock.server")
"""Takes what uvicorn says of requests: the mock's log tells of each by itself."""

SILENT.addHandler(logging.NullHandler())
SILENT.propagate = False


class Connection(HttpToolsProtocol):
    """A connection that a fault can close: each request has it in its scope.

    What is not HTTP, too large or too slow gets an error, in its turn after the requests before it.
    The server calls `check` once a second, so a request does not need a timer.
    """

    _is_over = False
    _stage = "idle"
    _waits_for = "idle"
    _since = 0.0
    _part = 0
    _taken = 0
    _framing: Headers
    _current: RequestResponseCycle | None = None

    def data_received(self, data: bytes) -> None:
        """Read a part of what the client sends."""
        self._part = part = len(data)
        self._taken += part
        if self._is_over:
            self._discard()
            return
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._stay(data[upgrade.args[0] :])
        except httptools.HttpParserCallbackError as error:
            cause = error.__context__
            self._fail(cause if isinstance(cause, ApiError) else MalformedRequest("its target is not valid"))
        except httptools.HttpParserError as error:
            self._fail(MalformedRequest(str(error)))
        else:
            if self._taken > MAX_HEAD:
                self._check_size()

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self.scope[TRANSPORT] = self.transport  # type: ignore[typeddict-unknown-key]  # a server may add keys
        self._stage = "head"
        self._since = self._taken = 0
        self._framing = []

    def on_url(self, url: bytes) -> None:
        """Take a part of the target."""
        self.url += url
        if len(self.url) > MAX_TARGET:
            raise ProtocolError(414, "URI Too Long", "target over the limit")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; a trailer must not count as one."""
        if self._stage == "head":
            name = name.lower()
            if name in FRAMING:
                self._framing.append((name, value))
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Begin to handle a request whose head is valid."""
        if self._part + self._taken > MAX_HEAD or len(self.headers) > MAX_HEADERS:
            check_size(self.headers)
        version = self.parser.get_http_version()
        self.expect_100_continue = check_framing(version, self._framing)
        if self.parser.should_upgrade():
            if self.parser.get_method() == b"CONNECT":
                raise MalformedRequest("CONNECT is not supported")
            return
        self._begin(version)
        self._stage = "body"
        self._taken = 0
        if not self.pipeline:
            self._current = self.cycle
        elif len(self.pipeline) > MAX_WAITING:
            self.pipeline.popleft()
            self._stage = "head"
            raise MalformedRequest(f"more than {MAX_WAITING} wait for their responses")

    def _begin(self, version: str) -> None:
        scope = self.scope
        scope["method"] = self.parser.get_method().decode("ascii")
        scope["http_version"] = version
        target = httptools.parse_url(self.url)
        path = target.path.decode("ascii")
        scope["path"] = unquote(path) if "%" in path else path
        scope["raw_path"] = target.path
        scope["query_string"] = target.query or b""
        former = self.cycle
        self.cycle = self._new_cycle(scope, keep_alive=version != "1.0" and self.parser.should_keep_alive())
        if former is None or former.response_complete:
            self._start(self.cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def _start(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        task = self.loop.create_task(cycle.run_asgi(app))
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    def _new_cycle(self, scope: HTTPScope, *, keep_alive: bool) -> Cycle:
        return Cycle(
            scope,
            self.transport,
            self.flow,
            SILENT,
            SILENT,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=keep_alive,
            on_response=self.on_response_complete,
        )

    def on_message_complete(self) -> None:
        """End a request."""
        if self._stage == "body":
            self._stage = "idle"
            self.cycle.more_body = False
            self.cycle.message_event.set()

    def on_response_complete(self) -> None:
        """Turn to the next request."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._current, app = self.pipeline.pop()
            self._start(self._current, app)

    def connection_lost(self, exc: Exception | None) -> None:
        """Notify the request that is being handled; uvicorn notifies the latest."""
        super().connection_lost(exc)
        self.pipeline.clear()
        if self._current is not None and not self._current.response_complete:
            self._current.disconnected = True
            self._current.message_event.set()

    def resume_writing(self) -> None:
        """Go on to write, as the client reads again."""
        super().resume_writing()
        self._since = 0

    def check(self, now: float) -> None:
        """End what the client had enough time for; *now* is the time of the event loop."""
        waits_for, limit = self._patience()
        if waits_for != self._waits_for or not self._since:
            self._waits_for, self._since = waits_for, now
        if now - self._since < limit:
            return
        if waits_for in {"head", "body"}:
            self._fail(ProtocolError(408, "Request Timeout", "not complete in time"))
        elif waits_for == "idle":
            self.transport.close()
        else:
            self.transport.abort()

    def _patience(self) -> tuple[str, float]:
        if self.flow.write_paused or self.transport.is_closing():
            return "reader", READER_SECONDS
        if self.flow.read_paused:
            return "turn", TURN_SECONDS
        if self._stage == "head":
            return "head", HEAD_SECONDS
        if self._stage == "body":
            return "body", BODY_SECONDS
        if self._current is None or self._current.response_complete:
            return "idle", IDLE_SECONDS
        return "response", math.inf

    def _discard(self) -> None:
        if self._taken > MAX_REQUEST:
            self.transport.abort()

    def _check_size(self) -> None:
        if self._stage == "head":
            self._fail(head_too_large())
        elif self._stage == "body" and self._taken > MAX_REQUEST:
            self._fail(ProtocolError(413, "Payload Too Large", "body over the limit"))

    def _stay(self, rest: bytes) -> None:
        """Read a request that asks for another protocol as one that does not: the parser would skip its body."""
        head = without_upgrade(self.parser.get_method(), self.url, self.parser.get_http_version(), self.headers)
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.data_received(head + rest)

    def _fail(self, error: ApiError) -> None:
        """Send *error* in place of a response to a request that is not complete, and read nothing more."""
        if self._is_over:
            return
        self._is_over = True
        self._taken = 0
        stage, self._stage = self._stage, "idle"
        if stage == "body":
            self._end_body(self.cycle, error)
            return
        self.expect_100_continue = False
        scope: HTTPScope = {"type": "http", "method": "", "headers": []}  # type: ignore[typeddict-item]  # there is no more of it
        self.cycle = self._new_cycle(scope, keep_alive=False)
        app = partial(_send_error, error)
        if self._current is None or self._current.response_complete:
            self._current = self.cycle
            self._start(self.cycle, app)
        else:
            self.pipeline.appendleft((self.cycle, app))

    def _end_body(self, cycle: RequestResponseCycle, error: ApiError) -> None:
        """Let whoever reads the body raise *error*."""
        cycle.keep_alive = False
        if cycle.response_complete:
            self.transport.close()
            return
        cycle.scope[BODY_ERROR] = error  # type: ignore[typeddict-unknown-key]  # as above
        cycle.more_body = False
        cycle.message_event.set()


async def _send_error(error: ApiError, _scope: Scope, receive: Receive, send: Send) -> None:
    response = error.response()
    # it says nothing but what is wrong with the request, so any page may read it
    await response._replace(headers=(ALLOW_ANY, *response.headers)).send(send, is_last=False)
    await drain(receive)
    await end(send)

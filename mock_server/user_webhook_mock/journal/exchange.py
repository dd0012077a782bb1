"""One request and its answer, on their way through the gateway."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from user_webhook_mock.journal.entry import MAX_BODY

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import Message, Receive, Scope, Send

    from user_webhook_mock.http.violation import Step
    from user_webhook_mock.journal.entry import Entry


class Exchange:
    """Knows what is written down of a request; *write* is called once, before the client can have the whole answer.

    ``content`` is the beginning of the body, as far as it was read, ``size`` how much of it was read.
    """

    __slots__ = (
        "_receive",
        "_write",
        "answer",
        "broken",
        "content",
        "delay",
        "entry",
        "fault",
        "forced",
        "is_written",
        "onward",
        "reason",
        "scope",
        "size",
        "started",
        "status",
    )

    def __init__(self, scope: Scope, receive: Receive, send: Send, write: Callable[[Exchange], None]) -> None:
        self.scope = scope
        self._receive = receive
        self.onward = send
        self.started = perf_counter()
        self.status = 0
        self.content = b""
        self.size = 0
        self.answer = b""
        self.reason = ""
        self.broken: tuple[Step, ...] = ()
        self.forced = ""
        self.fault = ""
        self.delay = 0.0
        self.entry: Entry | None = None
        self.is_written = False
        self._write = write

    async def receive(self) -> Message:
        """Receive a part of the request."""
        message = await self._receive()
        content = message.get("body", b"")
        if content:
            self.size += len(content)
            if not self.content:
                self.content = content[:MAX_BODY]
            elif len(self.content) < MAX_BODY:
                self.content = (self.content + content)[:MAX_BODY]
        return message

    def send(self, message: Message) -> Awaitable[None]:
        """Send a part of the answer on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif not self.is_written:
            self.answer = message["body"]
            self.write()
        return self.onward(message)

    def write(self) -> None:
        """Have the exchange written down where it was not yet."""
        if not self.is_written:
            self.is_written = True
            self._write(self)

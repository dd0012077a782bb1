"""One request and its response, on their way through the layers."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from user_webhook_mock.http.drain import drain
from user_webhook_mock.http.response import end
from user_webhook_mock.http.scope import STATE
from user_webhook_mock.journal.entry import MAX_BODY

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import Message, Receive, Scope, Send

    from user_webhook_mock.http.response import Headers, Response
    from user_webhook_mock.http.violation import Violation
    from user_webhook_mock.journal.entry import Entry


class Exchange:
    """Knows what is recorded of a request; *write* is called once, before the client can have the whole response.

    Attributes:
        forward: Sends a part of the response on; a fault may replace it.
        content: The beginning of the body, as far as it was read.
        size: Bytes of the body that were read.
        delay: Seconds for which the response was held back.
        entry: The journal's entry, once the exchange is recorded.
        cors: The headers that say which pages may read the response.
        refusal: Why a browser keeps the response from its page; empty if it does not.
    """

    __slots__ = (
        "_receive",
        "_write",
        "content",
        "cors",
        "delay",
        "entry",
        "fault",
        "forced",
        "forward",
        "is_recorded",
        "reason",
        "refusal",
        "response_body",
        "scope",
        "size",
        "started",
        "status",
        "violations",
    )

    def __init__(self, scope: Scope, receive: Receive, send: Send, write: Callable[[Exchange], None]) -> None:
        self.scope = scope
        self._receive = receive
        self._write = write
        self.forward = send
        self.started = perf_counter()
        self.status = 0
        self.content = b""
        self.size = 0
        self.response_body = b""
        self.reason = ""
        self.violations: tuple[Violation, ...] = ()
        self.forced = ""
        self.fault = ""
        self.delay = 0.0
        self.entry: Entry | None = None
        self.is_recorded = False
        self.cors: Headers = ()
        self.refusal = ""

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
        """Send a part of the response."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] += self.cors
        elif not self.is_recorded:
            self.response_body = message["body"]
            self.record()
        return self.forward(message)

    async def send_early(self, response: Response) -> None:
        """Send *response* to a request whose body may not be read yet, read the rest of it, and end the exchange."""
        await response.send(self.send, is_last=False)
        await drain(self.receive)
        if self.entry is not None:
            self.scope[STATE].journal.complete(self.entry, self.content, self.size)
        await end(self.send)

    def record(self) -> None:
        """Have the exchange written down if it was not yet."""
        if not self.is_recorded:
            self.is_recorded = True
            if self.refusal:
                self.reason = "; ".join(filter(None, (self.reason, self.refusal)))
            self._write(self)

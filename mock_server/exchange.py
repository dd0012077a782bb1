"""One request and its answer, on their way through the gateway."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Message, Scope, Send

    from mock_server.entry import Entry
    from mock_server.validation import Step


class Exchange:
    """Knows of an answer what is written down of it; *write* is called once, before the client can have the whole answer."""

    __slots__ = (
        "_write", "answer", "broken", "entry", "fault", "forced", "is_written", "onward", "reason", "scope", "started", "status",
    )  # fmt: skip

    def __init__(self, scope: Scope, send: Send, write: Callable[[Exchange], None]) -> None:
        self.scope = scope
        self.onward = send
        self.started = perf_counter()
        self.status = 0
        self.answer = b""
        self.reason = ""
        self.broken: tuple[Step, ...] = ()
        self.forced = ""
        self.fault = ""
        self.entry: Entry | None = None
        self.is_written = False
        self._write = write

    async def send(self, message: Message) -> None:
        """Send a part of the answer on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif not self.is_written:
            self.answer = message["body"]
            self.write()
        await self.onward(message)

    def write(self) -> None:
        """Have the exchange written down where it was not yet."""
        if not self.is_written:
            self.is_written = True
            self._write(self)

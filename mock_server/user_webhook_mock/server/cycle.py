"""One request and its response on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from user_webhook_mock.server.uvicorn_names import STATUS_LINE, RequestResponseCycle

if TYPE_CHECKING:
    from uvicorn._types import ASGIReceiveEvent, ASGISendEvent

MAX_COPY: Final = 64 * 1024
"""Bytes of a body that are worth a copy: a page that nobody reads would be held once for each connection."""

LEFT_TO_UVICORN: Final = frozenset({b"connection", b"transfer-encoding"})


class Cycle(RequestResponseCycle):
    """uvicorn's cycle, faster if the whole request is there and the whole response comes at once.

    The head of a response waits for the beginning of its body, so that both go to the socket in one piece.
    """

    _head: Any = None

    async def receive(self) -> ASGIReceiveEvent:
        """Return a part of the body, without waiting if all of it has come."""
        if self.more_body or self.response_complete or self.disconnected or self.waiting_for_100_continue:
            return await super().receive()
        if not self.message_event.is_set():
            return await super().receive()
        self.message_event.clear()
        content, self.body = self.body, bytearray()
        return {"type": "http.request", "body": bytes(content), "more_body": False}

    async def send(self, message: ASGISendEvent) -> None:
        """Send a part of the response."""
        head = self._head
        if head is None:
            if message["type"] == "http.response.start" and not self.response_started:
                self._head = message
            else:
                await super().send(message)
            return
        self._head = None
        whole = self._render(head, message)
        if whole is None:
            if not self.keep_alive:  # older versions of uvicorn do not say so by themselves
                names = [name.lower() for name, _ in head["headers"]]
                if b"connection" not in names:
                    head["headers"] = [*head["headers"], (b"connection", b"close")]
            await super().send(head)
            await super().send(message)
            return
        self.response_started = self.response_complete = True
        self.transport.write(whole)
        self.message_event.set()
        self.on_response()

    def _render(self, head: Any, message: Any) -> bytes | None:  # noqa: ANN401  an ASGI message of any kind
        """Return the whole response, or None if there is more to it than a head and a body of known length."""
        if message.get("more_body", False) or not self.keep_alive or self.disconnected or self.flow.write_paused:
            return None
        body: bytes = message.get("body", b"")
        parts = [STATUS_LINE[head["status"]]]
        length = b""
        for name, value in (*self.default_headers, *head["headers"]):
            if name in LEFT_TO_UVICORN:
                return None
            if name == b"content-length":
                length = value
            parts += (name, b": ", value, b"\r\n")
        if len(body) > MAX_COPY or length != b"%d" % len(body) or self.scope["method"] == "HEAD":
            return None
        parts += (b"\r\n", body)
        return b"".join(parts)

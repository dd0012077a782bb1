"""Responses, and how they are sent over ASGI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from starlette.types import Send

Headers = tuple[tuple[bytes, bytes], ...]

ALLOW_ANY: Final = (b"access-control-allow-origin", b"*")


class Response(NamedTuple):
    """A whole response, except for what pages of other origins may do with it."""

    status: int
    body: bytes = b""
    media_type: bytes = b"application/json"
    headers: Headers = ()

    def __repr__(self) -> str:
        return f"Response({self.status})"  # a body may hold secrets

    async def send(self, send: Send, *, is_last: bool = True) -> None:
        """Send the response; with ``is_last=False`` it stays open until `end` is called."""
        headers = list(self.headers)
        if self.body:
            headers += [(b"content-type", self.media_type), (b"content-length", b"%d" % len(self.body))]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": not is_last})


async def end(send: Send) -> None:
    """End a response that `Response.send` left open."""
    await send({"type": "http.response.body", "body": b"", "more_body": False})

"""The transport under the servers: requests in, responses out, and three ways to give no proper answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from .literals import PATH

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Crash(Exception):  # noqa: N818  # what the server does, not what went wrong
    """The server falls over and answers 500."""


class Hang(Exception):  # noqa: N818  # as Crash
    """The server never answers; the request ends when the client goes away."""


class Drop(Exception):  # noqa: N818  # as Crash
    """The server closes the connection without an answer."""


@dataclass(frozen=True)
class Request:
    """One request to the endpoint; header names are in lower case, and requests of one connection have the same one."""

    webhook_id: str
    headers: Mapping[str, str]
    body: bytes
    connection: object = None

    @property
    def authorization(self) -> str:
        return self.headers.get("authorization", "")

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")


@dataclass(frozen=True)
class Response:
    """One answer; without a content type, none is sent."""

    status: int
    body: bytes = b""
    content_type: str | None = "application/json; charset=utf-8"
    headers: tuple[tuple[bytes, bytes], ...] = ()


async def read_request(scope: Scope, receive: Receive) -> Request | None:
    """Return the request, or None where the path or the method is not the endpoint's."""
    path = scope.get("raw_path") or scope["path"].encode()
    prefix = PATH.encode()
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    rest = path.removeprefix(prefix)
    if scope["method"] != "PATCH" or not path.startswith(prefix) or b"/" in rest or not rest:
        return None
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    return Request(unquote_to_bytes(rest).decode("utf-8", "replace"), headers, body, scope.get("client"))


async def send_response(response: Response, send: Send) -> None:
    headers = list(response.headers)
    if response.content_type is not None:
        headers.append((b"content-type", response.content_type.encode()))
    if response.status != 204:
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})


async def wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def drop_connection(scope: Scope, receive: Receive) -> None:
    """Cut the connection through the extension that the host offers."""
    scope["extensions"]["faulty_servers.drop"]["drop"]()
    await wait_for_disconnect(receive)

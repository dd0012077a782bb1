"""The body of a request: how much of it is read, and as what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import orjson

from user_webhook_api.numbers import whole_number
from user_webhook_mock.http.errors import BodyTooLarge, UnreadableBody, UnsupportedMediaType
from user_webhook_mock.http.scope import BODY_ERROR, UNREAD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Receive, Scope

    from user_webhook_api.choices import Value

LIMITS: Final = {"100kB": 100 * 1024, "1MB": 1024 * 1024}  # as body-parser, which counts in 1,024s
MAX_SHORT: Final = 5
"""Digits of a length that is below every limit."""

CHARSETS: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})  # all of them are read as UTF-8
JSON: Final = b"application/json"
_MEDIA_TYPE: Final = re.compile(r"[\w!#$&^.+-]{1,60}/[\w!#$&^.+-]{1,60}", re.ASCII)


class Disconnected(Exception):
    """The client left before its request was complete; nobody waits for a response."""


class BodyReader:
    """Reads the body of one request as JSON."""

    def __init__(self, choices: Mapping[str, Value]) -> None:
        self._limit = LIMITS[str(choices["body_limit"])]
        self._choices = choices
        self._rejects_media_types = choices["media_type"] == 415  # noqa: PLR2004  a status code is clearest as a number

    async def read(self, scope: Scope, receive: Receive) -> dict[str, Any]:
        """Return the JSON object in the body; an empty one if there is something else.

        Raises:
            BodyTooLarge: By its Content-Length, or as soon as more than the limit has come.
            UnreadableBody: It is not JSON, or not in UTF-8, or encoded.
            UnsupportedMediaType: It is not JSON by its headers, and the choice is to say so.
            ProtocolError: It ends in the middle, as it is malformed or too slow.
            Disconnected: The client left.
        """
        headers = dict(reversed(scope["headers"]))  # if a header is sent twice, the first counts
        length = headers.get(b"content-length", b"")
        if len(length) > MAX_SHORT and _exceeds(length, self._limit):
            raise BodyTooLarge(self._limit)
        content = await self._receive(receive)
        if BODY_ERROR in scope:
            raise scope[BODY_ERROR]
        if not content:
            return {}
        if not self._is_readable(headers):
            scope[UNREAD] = _unread(headers.get(b"content-type"))
            return {}
        try:
            value = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            raise UnreadableBody(f"body is not JSON: {error}", self._choices) from None
        return value if isinstance(value, dict) else {}

    def texts(self, values: list[Any]) -> list[str]:
        """Return *values* as strings, those of other types as their JSON: the document's response has only strings."""
        try:
            return [value if isinstance(value, str) else orjson.dumps(value).decode() for value in values]
        except orjson.JSONEncodeError:  # orjson writes less depth than it reads
            raise UnreadableBody("body is nested too deeply", self._choices) from None

    def _is_readable(self, headers: Mapping[bytes, bytes]) -> bool:
        """Return whether the body is JSON by its headers, unless another media type is an error of its own."""
        content_type = headers.get(b"content-type", b"")
        if content_type == JSON and b"content-encoding" not in headers:
            return True
        media_type, charset = parse_media_type(content_type)
        if media_type != "application/json":
            if self._rejects_media_types:
                raise UnsupportedMediaType("media type is not application/json")
            return False
        if charset not in CHARSETS:
            raise self._unreadable("charset is not supported, use utf-8")
        if headers.get(b"content-encoding", b"identity").strip().lower() not in {b"identity", b""}:
            raise self._unreadable("content encoding is not supported")
        return True

    def _unreadable(self, message: str) -> UnreadableBody | UnsupportedMediaType:
        return UnsupportedMediaType(message) if self._rejects_media_types else UnreadableBody(message, self._choices)

    async def _receive(self, receive: Receive) -> bytes:
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Disconnected
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > self._limit:
                raise BodyTooLarge(self._limit)
            if not message.get("more_body", False):
                return b"".join(chunks)


def _exceeds(length: bytes, limit: int) -> bool:
    """Return whether *length*, which may begin with zeros, is more than *limit*."""
    number = whole_number(length.decode("latin-1"))
    return number is None or number > limit


def _unread(content_type: bytes | None) -> str:
    media_type = "" if content_type is None else parse_media_type(content_type)[0]
    shown = media_type if _MEDIA_TYPE.fullmatch(media_type) else "not valid" if content_type else "missing"
    return f"body not read: Content-Type is {shown}, not application/json"


def parse_media_type(header: bytes) -> tuple[str, str]:
    """Return media type and charset of a Content-Type header in lower case; without a charset it is ``utf-8``."""
    media_type, *parameters = header.decode("latin-1").lower().split(";")
    charset = "utf-8"
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset":
            charset = value.strip().strip('"')
    return media_type.strip(), charset

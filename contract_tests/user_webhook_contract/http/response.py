"""A response as it was received, or why there is none."""

from __future__ import annotations

import json
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.http.status import GATEWAY_ERRORS

if TYPE_CHECKING:
    from user_webhook_contract.http.request import Json

NOT_JSON: Final[Any] = object()
"""What ``Response.json`` is if the body is not JSON."""

_WIDE_MARKS: Final = (BOM_UTF16_LE, BOM_UTF16_BE, BOM_UTF32_LE, BOM_UTF32_BE)


@dataclass(frozen=True)
class Response:
    """One response.

    Attributes:
        headers: Their names are in lower case.
        body: All of it, or nothing if ``length`` is set.
        seconds: From sending to the last byte.
        length: Bytes of a body that was too long to be kept.
        has_surplus: Whether more bytes came after the response.
        has_false_coding: Whether the body is not in the coding that its headers name.
    """

    status: int
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    seconds: float = 0.0
    length: int | None = None
    has_surplus: bool = False
    has_false_coding: bool = False

    @cached_property
    def json(self) -> Json:
        """The body as JSON as strict clients read it, but for a byte order mark, or ``NOT_JSON``."""
        try:
            return json.loads(self.body.removeprefix(BOM_UTF8).decode(), parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            return NOT_JSON

    @cached_property
    def defect(self) -> str:
        """Why strict clients cannot read what lenient ones can; empty if there is nothing of the kind."""
        if self.has_false_coding:
            return f"a body that is not in its Content-Encoding, {self.headers.get('content-encoding', '')}"
        if self.json is not NOT_JSON:
            return ""
        try:
            json.loads(self.body)
        except (ValueError, RecursionError):
            return ""
        if self.body.startswith(_WIDE_MARKS) or b"\x00" in self.body[:4]:
            return "a body in UTF-16 or UTF-32"
        return "a body with NaN or Infinity in place of a number"

    @property
    def media_type(self) -> str:
        """The media type in lower case, without parameters; empty if there is none."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    @property
    def is_gateway_page(self) -> bool:
        """A gateway answers in place of the API, whose own errors have a ``statusCode`` in JSON."""
        return self.status in GATEWAY_ERRORS and not (isinstance(self.json, dict) and "statusCode" in self.json)


def _refuse_constant(name: str) -> Json:
    raise ValueError(name)


class NoResponse(Enum):
    """Why a request has no response."""

    TIMED_OUT = "no response within the time limit"
    DROPPED = "the connection was closed before a response"
    GARBLED = "a response that is cut off or is not HTTP"
    GATEWAY = "a gateway's page (502, 503 or 504) instead of a response"

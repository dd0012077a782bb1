"""An answer as it was received."""

from __future__ import annotations

import json
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from user_webhook_contract.http.request import Json

ABSENT: Final[Any] = object()
"""Stands for a body that is not JSON."""


_WIDE_MARKS: Final = (BOM_UTF16_LE, BOM_UTF16_BE, BOM_UTF32_LE, BOM_UTF32_BE)

GATEWAY: Final = frozenset({502, 503, 504})
"""Statuses of a gateway whose API is down."""


@dataclass(frozen=True)
class Response:
    """Status, headers (names in lower case) and body of one answer; ``seconds`` from sending to the last byte.

    ``length``: the bytes of the body as it was received, where no more than its beginning was kept; ``has_surplus``:
    more stood behind the answer; ``has_false_coding``: the body is not in the coding that its headers name.
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
        """The body as JSON, or ``ABSENT``."""
        try:
            return json.loads(self.body.removeprefix(BOM_UTF8).decode(), parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            return ABSENT

    @cached_property
    def defect(self) -> str:
        """Why a strict client finds no JSON in what a lenient one reads, in words; empty where there is no such reason."""
        if self.has_false_coding:
            return f"a body that is not in its Content-Encoding, {self.headers.get('content-encoding', '')}"
        if self.json is not ABSENT:
            return ""
        if any(self.body.startswith(mark) for mark in _WIDE_MARKS) or b"\x00" in self.body[:4]:
            return "a body in UTF-16 or UTF-32"
        try:
            json.loads(self.body)
        except (ValueError, RecursionError):
            return ""
        return "a body with NaN or Infinity in the place of a number"

    @property
    def media_type(self) -> str:
        """The media type in lower case, without parameters; empty where there is none."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


def _refuse_constant(name: str) -> Json:
    raise ValueError(name)


def is_gateway_page(response: Response) -> bool:
    """Return whether a gateway answers in the place of the API, whose own errors say their ``statusCode`` in JSON."""
    return response.status in GATEWAY and not (isinstance(response.json, dict) and "statusCode" in response.json)


class NoResponse(Enum):
    """Why a request has no answer."""

    TIMED_OUT = "no answer within the time limit"
    DROPPED = "the connection was closed before an answer"
    GARBLED = "an answer that breaks off or is no HTTP"
    GATEWAY = "a page of a gateway (502, 503 or 504) in the place of an answer"

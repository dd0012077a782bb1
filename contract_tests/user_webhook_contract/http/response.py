"""An answer as it was received."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from user_webhook_contract.http.request import Json

ABSENT: Final[Any] = object()
"""Stands for a body that is not JSON."""


GATEWAY: Final = frozenset({502, 503, 504})
"""Statuses of a gateway whose API is down."""


@dataclass(frozen=True)
class Response:
    """Status, headers (names in lower case) and body of one answer; ``seconds`` from sending to the last byte.

    ``length``: the bytes of the body as it was received, where no more than its beginning was kept; ``has_surplus``:
    more stood behind the answer.
    """

    status: int
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    seconds: float = 0.0
    length: int | None = None
    has_surplus: bool = False

    @cached_property
    def json(self) -> Json:
        """The body as JSON, or ``ABSENT``."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return ABSENT

    @property
    def media_type(self) -> str:
        """The media type in lower case, without parameters; empty where there is none."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


def is_gateway_page(response: Response) -> bool:
    """Return whether a gateway answers in the place of the API, whose own errors say their ``statusCode`` in JSON."""
    return response.status in GATEWAY and not (isinstance(response.json, dict) and "statusCode" in response.json)


class NoResponse(Enum):
    """Why a request has no answer."""

    TIMED_OUT = "no answer within the time limit"
    DROPPED = "the connection was closed before an answer"
    GARBLED = "an answer that breaks off or is no HTTP"
    GATEWAY = "a page of a gateway (502, 503 or 504) in the place of an answer"

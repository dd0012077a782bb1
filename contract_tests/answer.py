"""An answer as it was received."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

ABSENT: Any = object()
"""Stands for a body that is not JSON."""


@dataclass(frozen=True)
class Answer:
    """Status, headers (names in lower case) and body of one answer; ``seconds`` from sending to the last byte."""

    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)
    seconds: float = 0.0

    @cached_property
    def json(self) -> Any:  # noqa: ANN401 - any JSON
        """The body as JSON, or ``ABSENT``."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return ABSENT

    @property
    def media_type(self) -> str:
        """The media type in lower case, without parameters; empty where there is none."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


class Silence(Enum):
    """Why a request has no answer."""

    TIMED_OUT = "no answer within the time limit"
    DROPPED = "the connection was closed before an answer"

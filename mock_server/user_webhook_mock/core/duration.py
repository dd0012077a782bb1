"""Durations as people write them."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Final

from user_webhook_mock.core.usage_error import UsageError

_FORM: Final = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)")
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
MAX_LATENCY: Final = 60.0
_RNG: Final = random.Random()  # noqa: S311  a delay is no secret


def read_duration(text: str) -> float:
    """Return ``200ms``, ``1.5s``, ``5m`` or ``1h`` in seconds.

    Raises:
        UsageError: It is no duration.
    """
    found = _FORM.fullmatch(text) if text.isascii() else None
    if not found:
        raise UsageError(
            f"{text!r} is no duration",
            value=text,
            rule="A duration is a number with ms, s, m or h behind it.",
            remedy="write it as in 200ms, 1s, 5m or 1h.",
        )
    return float(found[1]) * _SECONDS[found[2]]


@dataclass(frozen=True)
class Latency:
    """How long answers are held back: between two durations, in seconds."""

    text: str
    minimum: float
    maximum: float

    def draw(self, rng: random.Random | None = None) -> float:
        """Return a delay in seconds, of *rng* where they are given."""
        return (rng or _RNG).uniform(self.minimum, self.maximum)


def read_latency(text: str) -> Latency:
    """Return ``200ms`` or ``150ms..400ms`` as a latency.

    Raises:
        UsageError: It is none, or longer than a minute.
    """
    first, dots, second = text.partition("..")
    try:
        minimum = read_duration(first)
        maximum = read_duration(second) if dots else minimum
    except UsageError:
        minimum, maximum = 1.0, 0.0
    if not minimum <= maximum <= MAX_LATENCY:
        raise UsageError(
            f"latency={text!r} is no latency",
            value=text,
            rule="A latency is a duration, or two with .. between them, the shorter one first; it is 60s at most.",
            remedy="write it as in 200ms, 1s or 150ms..400ms.",
        )
    return Latency(text, minimum, maximum)

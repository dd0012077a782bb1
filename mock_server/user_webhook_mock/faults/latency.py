"""How long responses are delayed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from user_webhook_mock.core.duration import read_duration
from user_webhook_mock.core.usage_error import UsageError

MAX_LATENCY: Final = 60.0
_RNG: Final = random.Random()  # noqa: S311  a delay is not a secret


@dataclass(frozen=True)
class Latency:
    """A delay between two durations.

    Attributes:
        text: As it was written, ``150ms..400ms``.
        minimum: In seconds.
        maximum: In seconds.
    """

    text: str
    minimum: float
    maximum: float

    def draw(self, rng: random.Random = _RNG) -> float:
        """Return a delay in seconds."""
        return rng.uniform(self.minimum, self.maximum)


def read_latency(text: str) -> Latency:
    """Return ``200ms`` or ``150ms..400ms`` as a latency.

    Raises:
        UsageError: It is not one, or longer than a minute.
    """
    first, dots, second = text.partition("..")
    try:
        minimum = read_duration(first)
        maximum = read_duration(second) if dots else minimum
    except UsageError:
        minimum, maximum = 1.0, 0.0
    if not minimum <= maximum <= MAX_LATENCY:
        raise UsageError(
            f"latency={text!r} is not a valid latency",
            value=text,
            rule="A latency is one duration, or a range of two with the shorter one first, of at most 60s.",
            remedy="write it like 200ms, 1s or 150ms..400ms.",
        )
    return Latency(text, minimum, maximum)

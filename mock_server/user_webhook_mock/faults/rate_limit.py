"""How many requests the mock takes in a time."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import Final

from user_webhook_mock.core.usage_error import UsageError

_FORM: Final = re.compile(r"([1-9][0-9]{0,5})/(s|m|h)")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True)
class RateLimit:
    """At most *requests* in any *seconds*."""

    text: str
    requests: int
    seconds: int


def read_rate_limit(text: str) -> RateLimit:
    """Return ``100/m`` as a limit.

    Raises:
        UsageError: It is not one.
    """
    match = _FORM.fullmatch(text)
    if not match:
        what = f"rate_limit={text!r} is not a valid rate limit"
        rule = "A rate limit is a number of requests from 1 to 999999, a slash, and s, m or h."
        raise UsageError(what, value=text, rule=rule, remedy="write it like 100/m.")
    return RateLimit(text, int(match[1]), _SECONDS[match[2]])


class Window:
    """The requests of the time that the limit looks at."""

    def __init__(self, limit: RateLimit) -> None:
        self._seconds = limit.seconds
        self._times: deque[float] = deque(maxlen=limit.requests)

    def admits(self, now: float) -> bool:
        """Return whether one more request is within the limit at *now*, and count it if it is."""
        if len(self._times) == self._times.maxlen and 0 <= now - self._times[0] < self._seconds:
            return False
        self._times.append(now)
        return True

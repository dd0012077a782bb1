"""The mock's own time."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Clock:
    """Runs as the machine's clock does, by an offset that can be set: nobody waits five minutes for a retry."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.offset = 0.0
        self._changed = changed

    def now(self) -> float:
        """Return the mock's time as Unix time in seconds."""
        return time.time() + self.offset

    def set(self, now: float) -> None:
        """Let it be *now*, in Unix time; the clock runs on from there."""
        self.offset = now - time.time()
        self._changed()

    def advance(self, seconds: float) -> None:
        """Let *seconds* pass at once."""
        self.offset += seconds
        self._changed()

    def reset(self) -> None:
        """Go back to the machine's time."""
        self.offset = 0.0
        self._changed()


def timestamp(at: float) -> str:
    """Return a Unix time as RFC 3339 in UTC, to the millisecond."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

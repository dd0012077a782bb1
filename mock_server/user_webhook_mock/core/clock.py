"""The mock's own time."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from user_webhook_mock.core.usage_error import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable


MAX_TIME: Final = datetime(3000, 1, 1, tzinfo=UTC).timestamp()


class Clock:
    """The machine's clock plus an offset that can be set: nobody has to wait five minutes for a retry.

    Raises:
        UsageError: It is set to a time before 1970 or after 2999. Nothing is changed.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self.offset = 0.0
        self._changed = changed

    def now(self) -> float:
        """Return the mock's time as Unix time in seconds."""
        return time.time() + self.offset

    def set(self, now: float) -> None:
        """Set the clock to *now*, in Unix time; it runs on from there."""
        self._shift(now - time.time())

    def advance(self, seconds: float) -> None:
        """Move the clock forward by *seconds*."""
        self._shift(self.offset + seconds)

    def reset(self) -> None:
        """Go back to the machine's time."""
        self._shift(0.0)

    def _shift(self, offset: float) -> None:
        if not 0 <= time.time() + offset <= MAX_TIME:
            raise UsageError(
                "The clock cannot be set to this time", rule="It goes from 1970 to 2999.", remedy="use another time."
            )
        self.offset = offset
        self._changed()


def timestamp(at: float) -> str:
    """Return a Unix time as RFC 3339 in UTC, to the millisecond."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

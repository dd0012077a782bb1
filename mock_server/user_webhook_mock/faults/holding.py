"""How many requests may hang: each keeps a connection until its client leaves."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from user_webhook_mock.http.errors import ApiError, undocumented

try:
    import resource
except ImportError:  # Windows has no such limit
    resource = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator

PART: Final = 4
"""Of the files that the process may open, one in so many may be the connection of a request that is held."""

WITHOUT_LIMIT: Final = 1024
"""Open files where the system names no limit."""


class TooManyHeld(ApiError):
    """As many requests as the mock can afford are held already: more would leave no connection for others."""

    leaves_body = True
    headers = ((b"connection", b"close"),)

    def __init__(self, number: int) -> None:
        message = (
            f"{number} requests hang already, a quarter of the files that the mock may open: end some of them, or "
            "start the mock with a larger ulimit -n."
        )
        super().__init__(undocumented(503, "Service Unavailable", message), "fault: too many requests hang")


class Holding:
    """The requests that are held in this process."""

    def __init__(self) -> None:
        self._number = 0
        self._lock = threading.Lock()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a request while the block runs.

        Raises:
            TooManyHeld: There are too many.
        """
        with self._lock:
            limit = max_held()
            if self._number >= limit:
                raise TooManyHeld(self._number)
            self._number += 1
        try:
            yield
        finally:
            with self._lock:
                self._number -= 1


HOLDING: Final = Holding()
"""Of all mocks of a process together: they share the files that it may open."""


def max_held() -> int:
    """Return how many requests may be held at the same time."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0] if resource else WITHOUT_LIMIT
    return max(files if files > 0 else WITHOUT_LIMIT, PART) // PART

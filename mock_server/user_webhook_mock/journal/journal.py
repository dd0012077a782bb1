"""The latest requests."""

from __future__ import annotations

from collections import deque
from itertools import count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from user_webhook_mock.journal.entry import Entry

MAX_BYTES: Final = 32 * 1024 * 1024


class Journal:
    """Keeps the latest *limit* entries, or fewer if those are over *max_bytes* together; 0 keeps none."""

    def __init__(self, limit: int, cleared: Callable[[], None], max_bytes: int = MAX_BYTES) -> None:
        self.limit = limit
        self._max_bytes = max_bytes
        self.forgotten = 0
        self._cleared = cleared
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        self._numbers = count(1)

    def next_number(self) -> int:
        """Return the number of the next entry; none is used twice, not even after the journal was cleared."""
        return next(self._numbers)

    def add(self, entry: Entry) -> None:
        """Keep *entry*, and drop the oldest if there are too many."""
        self._entries.append(entry)
        self._bytes += entry.weight
        while len(self._entries) > self.limit or self._bytes > self._max_bytes:
            self._bytes -= self._entries.popleft().weight
            self.forgotten += 1

    def complete(self, entry: Entry, content: bytes, size: int) -> None:
        """Give *entry* the body that was read after its response."""
        more = len(content) - len(entry.content)
        entry.content, entry.size = content, size
        entry.weight += more
        if self._entries and self._entries[0].number <= entry.number:  # it may be dropped by now
            self._bytes += more

    def entries(self) -> list[Entry]:
        """Return what is kept, the oldest first."""
        return list(self._entries)

    def clear(self) -> None:
        """Drop everything."""
        self._entries.clear()
        self._bytes = self.forgotten = 0
        self._cleared()

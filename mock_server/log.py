"""One line for each request."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from mock_server.callers import Callers

LONGEST_PATH: Final = 200


class RequestLog:
    """Writes requests down without their query, headers and body, and without the mock's tokens in their path."""

    def __init__(self, stream: TextIO, callers: Callers) -> None:
        self._stream = stream
        self._callers = callers

    def write(self, method: str, path: str, status: int, seconds: float, reason: str) -> None:
        """Write one request down. *status* is 0 where the client did not wait for the answer."""
        path = self._callers.hide(path)
        if len(path) > LONGEST_PATH:
            path = f"{path[:LONGEST_PATH]}..."
        line = f"{method} {path} {status or '-'} {seconds * 1000:.1f} ms"
        if reason:
            line += f"  {reason}"
        # a line break or a terminal's control sequence in a path must not become one in the log
        line = line.encode("unicode_escape").decode("ascii")
        with suppress(OSError):  # whoever read the log is gone; the mock goes on
            self._stream.write(line + "\n")
            self._stream.flush()

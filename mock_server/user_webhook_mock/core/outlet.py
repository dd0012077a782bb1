"""Standard streams that nobody waits for, whoever reads them."""

from __future__ import annotations

import io
import os
import sys
import threading
import time
from collections import deque
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_WAITING: Final = 10_000
"""Lines that wait for their reader."""

MAX_PIECE: Final = 4096
"""Bytes of several lines that are written at once: a pipe takes as many without mixing them with those of another process."""

GATHER: Final = 0.02
"""Seconds in which lines gather before they are written together, so that a line costs little under load."""

PATIENCE: Final = 1.0
"""Seconds in which what is left is written at the end."""


class Outlet(io.TextIOBase):
    """Writes to a standard stream in a thread. What its reader does not take in time is dropped, and counted.

    The number is printed as soon as there is room for it. A process that is forked begins anew, with nothing to write.
    """

    def __init__(self, stream: TextIO, program: str) -> None:
        """Write to *stream*; *program* begins the line about what was dropped."""
        self._stream = stream
        self._number = stream.fileno()
        self._program = program
        self._begin()
        if hasattr(os, "register_at_fork"):  # Windows does not fork
            os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        self._lock = threading.Lock()
        # each with the number of lines that it counts for if it is dropped
        self._waiting: deque[tuple[bytes, int]] = deque()
        self._has_more = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_writing = False
        self._dropped = 0

    def write(self, text: str) -> int:
        """Take *text*, a line, to be written soon."""
        content = text.encode(self.encoding, "backslashreplace")
        with self._lock:
            if len(self._waiting) >= MAX_WAITING:
                self._dropped += 1
                return len(text)
            self._count_dropped()
            self._waiting.append((content, 1))
            if self._thread is None:
                self._start()
        if not self._has_more.is_set():
            self._has_more.set()
        return len(text)

    def finish(self) -> None:
        """Wait for a moment until everything is written."""
        with self._lock:
            self._count_dropped()
        if self._thread is None:
            return
        self._has_more.set()
        deadline = time.monotonic() + PATIENCE
        while (self._waiting or self._is_writing) and time.monotonic() < deadline:
            time.sleep(0.001)

    def fileno(self) -> int:
        """Return the number of the stream below."""
        return self._number

    def isatty(self) -> bool:
        """Return whether a person sees it."""
        return self._stream.isatty()

    @property
    def encoding(self) -> str:  # type: ignore[override]  # io has it as an attribute
        """The encoding of the stream below."""
        return self._stream.encoding or "utf-8"

    def writable(self) -> bool:
        """Return that it can be written to."""
        return True

    def _count_dropped(self) -> None:
        if self._dropped:
            line = f"{self._program}: {self._dropped} lines of output were dropped, as nobody took them.\n"
            self._waiting.append((line.encode(), self._dropped))
            self._dropped = 0

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="user-webhook-mock output", daemon=True)
        with suppress(RuntimeError):  # the process is ending
            self._thread.start()

    def _run(self) -> None:
        while True:
            self._has_more.wait()
            self._has_more.clear()
            while self._waiting:
                self._is_writing = True
                self._write_piece()
                self._is_writing = False
            time.sleep(GATHER)

    def _write_piece(self) -> None:
        piece = [self._waiting.popleft()]
        size = len(piece[0][0])
        while self._waiting and (size := size + len(self._waiting[0][0])) <= MAX_PIECE:
            piece.append(self._waiting.popleft())
        content = b"".join(line for line, _ in piece)
        try:
            while content:
                content = content[os.write(self._number, content) :]
        except OSError:  # nobody reads, or the disk is full: perhaps not for ever
            with self._lock:
                self._dropped += sum(lines for _, lines in piece)


@contextmanager
def outlets(program: str) -> Iterator[None]:
    """Let standard output and standard error hold nobody up while the block runs."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (_outlet(stream, program) for stream in before)
    try:
        yield
    finally:
        finish_outlets()
        sys.stdout, sys.stderr = before


def finish_outlets() -> None:
    """Write what was printed so far, as far as somebody reads it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, Outlet):
            stream.finish()


def _outlet(stream: TextIO, program: str) -> TextIO:
    try:
        return Outlet(stream, program)  # type: ignore[return-value]  # io's classes are no TextIO to mypy
    except (OSError, ValueError):  # it has no descriptor: a test captures it
        return stream

"""A wait that no signal slips past: one that comes just before a call that blocks does not interrupt the call."""

from __future__ import annotations

import signal
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType


@contextmanager
def waking() -> Iterator[Callable[[], object]]:
    """Yield what waits until a signal has come since the last time, the end of a child included; not on Windows."""
    reader, writer = socket.socketpair()
    with reader, writer:
        writer.settimeout(0)
        descriptor = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        handler = signal.signal(signal.SIGCHLD, _ignore)
        try:
            yield lambda: reader.recv(4096)
        finally:
            signal.signal(signal.SIGCHLD, handler)
            signal.set_wakeup_fd(descriptor)


def wake_no_more() -> None:
    """Forget, in a process that was forked, what wakes its parent."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: a signal that has no handler wakes nobody."""

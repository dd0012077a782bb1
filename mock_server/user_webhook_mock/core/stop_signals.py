"""The signals that end the mock: from a person, a supervisor, or a terminal that was closed."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

LIKE_TERM: Final = tuple(getattr(signal, name) for name in ("SIGHUP", "SIGQUIT") if hasattr(signal, name))
"""Windows has neither."""

STOP: Final = (signal.SIGINT, signal.SIGTERM, *LIKE_TERM)


def stop_on_signals() -> None:
    """Let each of `STOP` end the process with status 0; nohup, and others who have SIGHUP or SIGQUIT ignored, keep that."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    for number in LIKE_TERM:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _terminate)


def ignore_signals() -> None:
    """Let nothing interrupt a clean-up: a terminal that is closed sends SIGHUP more than once."""
    for number in STOP:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def held_signals() -> Iterator[None]:
    """Let what `STOP` has wait until the end of the block, in a process that is forked in it, too."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    former = signal.pthread_sigmask(signal.SIG_BLOCK, STOP)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    ignore_signals()
    raise SystemExit(0)


def _terminate(_number: int, _frame: FrameType | None) -> None:
    signal.raise_signal(signal.SIGTERM)

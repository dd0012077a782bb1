"""Signals that end a run: each lets it put the webhooks back and write its report, and a second one gives up."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from types import FrameType

SIGNALS: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT") if hasattr(signal, name)
)
"""Ctrl-C; what supervisors send; a closed terminal or a lost connection; Ctrl-\\."""


class Interrupted(KeyboardInterrupt):
    """A signal asks for the end of the run; the text is its name."""


class Interruption:
    """Raises Interrupted where a signal comes while the block runs; one that is ignored already stays ignored.

    Attributes:
        is_deferred: While it is set, a first signal is only counted: what is going on ends the run anyway.
        count: How many signals have come.
    """

    def __init__(self) -> None:
        """Change nothing yet."""
        self.is_deferred = False
        self.count = 0
        self._before: dict[signal.Signals, object] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            # None stands for a handler that was not installed from Python.
            signal.signal(number, signal.SIG_DFL if handler is None else handler)  # type: ignore[arg-type]  # as it was
        self._before.clear()

    def _handle(self, number: int, _: FrameType | None) -> None:
        self.count += 1
        if self.is_deferred and self.count == 1:
            return
        raise Interrupted(signal.Signals(number).name)

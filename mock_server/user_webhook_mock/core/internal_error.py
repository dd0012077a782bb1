"""An internal error of the mock, reported to whoever runs it."""

from __future__ import annotations

import sys
import traceback
from contextlib import suppress


def print_traceback(error: BaseException) -> None:
    """Print where *error* came from to standard error, without its message, which may quote a token or a secret."""
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        name = type(seen).__qualname__
        lines = ["Traceback (most recent call last):\n", *traceback.format_tb(seen.__traceback__), f"{name}\n", *lines]
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    if sys.stderr is not None:  # another server may have been started without it
        with suppress(OSError, ValueError):  # nobody reads it any more; the mock goes on
            sys.stderr.write("".join(lines))

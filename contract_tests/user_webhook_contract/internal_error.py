"""Internal errors of the suite."""

from __future__ import annotations

import sys
import traceback


def print_traceback(error: BaseException) -> None:
    """Print where *error* came from, and not what it says: that may quote a token or a secret."""
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        name = type(seen).__qualname__
        lines = ["Traceback (most recent call last):\n", *traceback.format_tb(seen.__traceback__), f"{name}\n", *lines]
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    sys.stderr.write("".join(lines))

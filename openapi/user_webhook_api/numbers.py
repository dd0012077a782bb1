"""Numbers in text that somebody else wrote: Python reads other scripts' digits, and refuses very long numbers by an error."""

from __future__ import annotations

import re
from typing import Final

MAX_DIGITS: Final = 18
"""Digits of the longest number that is read: it fits in 64 bits."""

_WHOLE: Final = re.compile(r"[0-9]+")
_DECIMAL: Final = re.compile(r"[0-9]{0,18}(?:\.[0-9]{0,18})?")


def whole_number(text: str) -> int | None:
    """Return the number that *text* writes in ASCII digits and nothing else; None if it does not, or is too long."""
    digits = text.lstrip("0") or text[-1:]
    return int(digits) if _WHOLE.fullmatch(text) and len(digits) <= MAX_DIGITS else None


def decimal(text: str) -> float | None:
    """Return the number that *text* writes in ASCII digits with at most one point; None if it does not."""
    return float(text) if _DECIMAL.fullmatch(text) and text.strip(".") else None

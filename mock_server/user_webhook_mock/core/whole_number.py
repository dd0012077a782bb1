"""Whole numbers as people write them."""

from __future__ import annotations

from typing import Final

MAX_DIGITS: Final = 18
"""Digits that are read: a longer number is a mistake, and Python refuses to read a very long one."""


def read_whole_number(text: str) -> int | None:
    """Return *text* as a number of 0 or more; None if it is not one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS else None

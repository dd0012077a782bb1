"""Text of a target, such that whoever shows it is not steered by it."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return *text* with control characters escaped: what a target sends must not steer a terminal or a page."""
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape", "backslashreplace").decode() for one in text
    )

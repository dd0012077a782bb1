"""Makes text of a target harmless for whatever shows it."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return *text* with control characters escaped: what a target sends must not control a terminal or a page."""
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape", "backslashreplace").decode() for one in text
    )

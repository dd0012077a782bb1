"""What one check found."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Final

CUT: Final = "… ("
"""What follows a text that is cut, before the number of its characters."""


@dataclass(frozen=True)
class Finding:
    """A requirement that a response keeps or breaks; ``received`` and ``documented`` say how it breaks it."""

    requirement: str
    is_kept: bool
    received: str = field(default="", repr=False)
    documented: str = field(default="", repr=False)


def kept(requirement: str) -> Finding:
    """Return the finding that *requirement* is kept."""
    return Finding(requirement, is_kept=True)


def broken(requirement: str, received: str, documented: str) -> Finding:
    """Return the finding that *requirement* is broken: *received* in place of *documented*."""
    return Finding(requirement, is_kept=False, received=received, documented=documented)


def compare(requirement: str, received: object, documented: object) -> Finding:
    """Return whether *received* is what is *documented*."""
    if received == documented and type(received) is type(documented):
        return kept(requirement)
    return broken(requirement, show(received), show(documented))


def show(value: object, max_length: int = 300) -> str:
    """Return *value* on one line, as JSON if it can be, cut at *max_length* characters."""
    text = json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= max_length else f"{text[:max_length]}{CUT}{len(text)} characters)"

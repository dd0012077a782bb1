"""What one check found."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import takewhile
from typing import Final

CUT: Final = "… ("
"""What follows a text that is cut, before the number of its characters."""


class Gravity(IntEnum):
    """How grave a difference is, the gravest first."""

    STATUS = 0
    CONTENT = 1


@dataclass(frozen=True)
class Finding:
    """A requirement that an answer keeps or breaks; ``received`` and ``documented`` say how it breaks it.

    Attributes:
        headline: What happened, where the title of the requirement would say something else.
        gravity: How grave it is, where it is broken.
    """

    requirement: str
    is_kept: bool
    received: str = field(default="", repr=False)
    documented: str = field(default="", repr=False)
    headline: str = field(default="", repr=False)
    gravity: Gravity = Gravity.CONTENT


def kept(requirement: str) -> Finding:
    """Return the finding that *requirement* is kept."""
    return Finding(requirement, is_kept=True)


def broken(requirement: str, received: str, documented: str, headline: str = "") -> Finding:
    """Return the finding that *requirement* is broken: *received* in place of *documented*."""
    return Finding(requirement, is_kept=False, received=received, documented=documented, headline=headline)


def broken_by_status(requirement: str, received: str, documented: str) -> Finding:
    """Return the finding that *requirement* is broken by a wrong status, or by the lack of a response."""
    return Finding(requirement, is_kept=False, received=received, documented=documented, gravity=Gravity.STATUS)


def compare(requirement: str, received: object, documented: object) -> Finding:
    """Return whether *received* is what is *documented*."""
    if received == documented and type(received) is type(documented):
        return kept(requirement)
    return broken(requirement, *show_apart(received, documented))


def show(value: object, longest: int = 300) -> str:
    """Return *value* on one line, as JSON would have it where it can, cut at *longest* characters."""
    return _cut(_written(value), longest)


def show_apart(first: object, second: object, longest: int = 300) -> tuple[str, str]:
    """Return two values that differ as ``show`` has them, from just before the first difference where they are long."""
    texts = _written(first), _written(second)
    start = max(len(shared_beginning(*texts)) - longest // 2, 0)
    if not start:
        return _cut(texts[0], longest), _cut(texts[1], longest)
    return f"…{_cut(texts[0][start:], longest)}", f"…{_cut(texts[1][start:], longest)}"


def shared_beginning(first: str, second: str) -> str:
    """Return what two texts begin with."""
    return first[: sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))]


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, default=str)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}{CUT}{len(text)} characters)"

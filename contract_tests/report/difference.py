"""Where two texts differ, so that a reader sees it at once."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

MOST_WORDS = 1000
"""Words of a text up to which it is compared: the time grows with the square."""

LEAST_ALIKE = 0.3
"""Share that two texts have in common, below which nothing is gained by marking all the rest."""


class Part(NamedTuple):
    """A piece of a text, and whether the other text lacks it."""

    text: str
    is_different: bool


def difference(received: str, documented: str) -> tuple[list[Part], list[Part]]:
    """Return the parts of both texts; nothing is marked where they have hardly a word in common."""
    left, right = (re.findall(r"\w+|\s+|[^\w\s]", text) for text in (received, documented))
    whole = [Part(received, is_different=False)], [Part(documented, is_different=False)]
    if max(len(left), len(right)) > MOST_WORDS:
        return whole
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.ratio() < LEAST_ALIKE:
        return whole
    parts: tuple[list[Part], list[Part]] = [], []
    for kind, *bounds in matcher.get_opcodes():
        for side, words, start, end in ((0, left, *bounds[:2]), (1, right, *bounds[2:])):
            if start < end:
                parts[side].append(Part("".join(words[start:end]), is_different=kind != "equal"))
    return parts

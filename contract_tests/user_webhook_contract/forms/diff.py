"""Where two texts differ."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Final, NamedTuple

MAX_WORDS: Final = 1000
"""Words of a text up to which it is compared: the time grows with the square."""

MIN_RATIO: Final = 0.2
"""Share that two texts have in common, below which marking the rest does not help."""


class Part(NamedTuple):
    """A piece of a text, and whether the other text lacks it."""

    text: str
    is_different: bool


def diff(received: str, documented: str) -> tuple[list[Part], list[Part]]:
    """Return the parts of both texts, each text of a list on a line of its own.

    Nothing is marked if they have hardly a word in common.
    """
    received, documented = (text.replace('", "', '",\n "') for text in (received, documented))
    left, right = (re.findall(r"\w+|\s+|[^\w\s]", text) for text in (received, documented))
    whole = [Part(received, is_different=False)], [Part(documented, is_different=False)]
    if max(len(left), len(right)) > MAX_WORDS:
        return whole
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.ratio() < MIN_RATIO:
        return whole
    steps = matcher.get_opcodes()
    return (
        [
            Part("".join(left[start:end]), is_different=kind != "equal")
            for kind, start, end, _, _ in steps
            if start < end
        ],
        [
            Part("".join(right[start:end]), is_different=kind != "equal")
            for kind, _, _, start, end in steps
            if start < end
        ],
    )

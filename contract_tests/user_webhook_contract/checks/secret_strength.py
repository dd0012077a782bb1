"""Whether generated secrets can be guessed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from user_webhook_contract.checks.finding import shared_beginning

if TYPE_CHECKING:
    from collections.abc import Sequence

MIN_BITS: Final = 40.0
"""A secret with fewer bits can be guessed by trying."""

_FEW_CHARACTERS: Final = 4
_SHORT_DIFFERENCE: Final = 4
_CLOCK_DIGITS: Final = 9


def weakness(secret: str, earlier: Sequence[str], webhook_id: str) -> str:
    """Return why *secret* can be guessed, in half a sentence; empty if it cannot.

    A hash of the clock or of a counter looks like a random secret, and is not found.
    """
    if bits(secret) < MIN_BITS:
        return f"{len(secret)} characters leave fewer than {MIN_BITS:.0f} bits to guess"
    if len(set(secret)) < _FEW_CHARACTERS:
        return "it repeats a few characters"
    if secret in (secret + secret)[1:-1]:
        return "it repeats one piece"
    if webhook_id.replace("-", "").lower() in secret.replace("-", "").lower():
        return "it holds the webhook's id"
    for other in earlier[-10:]:
        if sorted(secret) == sorted(other):
            return "it has the characters of an earlier one in another order"
        if _follows(secret, other):
            return "it differs from an earlier one in a counter or a clock only"
    return ""


def bits(secret: str) -> float:
    """Return how many bits *secret* holds at most, by its length and its kinds of characters."""
    alphabet = 0
    for kind, size in ((str.isdigit, 10), (str.islower, 26), (str.isupper, 26)):
        alphabet += size if any(kind(character) for character in secret) else 0
    alphabet += 10 if any(not character.isalnum() for character in secret) else 0
    return len(secret) * math.log2(max(alphabet, 2))


def _follows(secret: str, other: str) -> bool:
    start = len(shared_beginning(secret, other))
    first, second = secret[start:], other[start:]
    end = len(shared_beginning(first[::-1], second[::-1]))
    first, second = first[: len(first) - end], second[: len(second) - end]
    longest = max(len(first), len(second))
    if start + end < _SHORT_DIFFERENCE:
        return False
    is_counter = (first + second).isdigit() and longest <= _CLOCK_DIGITS and start + end > longest
    return longest <= _SHORT_DIFFERENCE or is_counter

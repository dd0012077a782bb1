"""What random requests found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from user_webhook_contract.results.retention import size

if TYPE_CHECKING:
    from collections.abc import Iterable

    from user_webhook_contract.results.ledger import Failure

CONFIRMATION: Final = "sent again"
"""In the title of the smallest form of a failure, when it is sent once more."""


SEQUENCE: Final = " sequence"
"""In the title of a request that is one of several, on which its response may depend."""


@dataclass(frozen=True)
class JudgedRequest:
    """A judged request: its number and the requirements that its response breaks."""

    number: int
    broken: frozenset[str]


@dataclass(frozen=True)
class Discovery:
    """A broken requirement: the request that showed it first, and its smallest form as it was sent again.

    Attributes:
        is_steady: Whether the smallest form broke the requirement again, when it was sent once more.
    """

    requirement: str
    first: int
    last: int
    is_steady: bool


def smallest_first(failures: Iterable[Failure], discoveries: Iterable[Discovery]) -> list[Failure]:
    """Return *failures* with the smallest forms first, then the short ones, then those of sequences; the title of one that did not come again says so."""
    discoveries = list(discoveries)
    smallest = {one.last for one in discoveries if one.is_steady}
    fleeting = {one.first: one.last for one in discoveries if not one.is_steady}
    found = [
        one._replace(title=f"{one.title} (not again in request {fleeting[one.exchange.number]}: it comes and goes)")
        if one.exchange.number in fleeting
        else one
        for one in failures
    ]
    return sorted(
        found, key=lambda one: (SEQUENCE in one.title, one.exchange.number not in smallest, size(one.exchange))
    )

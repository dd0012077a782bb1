"""A server with the verdict that a fair engineer gives on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from servers.faulty.server import Server

CONFORMANT, NON_CONFORMANT, INCONCLUSIVE = "conformant", "non-conformant", "inconclusive"


@dataclass(frozen=True)
class Stranger:
    """A server and its verdict.

    ``broken``: the requirements that it breaks, each of which has to be named. ``either``: of each group one has to be
    named, and more may. ``also``: those that may be named as well, as they follow from the same cause. Any other is a
    false accusation; ``innocent`` names those that an earlier suite accused, or that are easily accused.
    ``settings``: of the run, beside the default ones.
    """

    name: str
    facts: str
    build: Callable[[], Server]
    broken: frozenset[str] = frozenset()
    either: tuple[frozenset[str], ...] = ()
    also: frozenset[str] = frozenset()
    innocent: frozenset[str] = frozenset()
    settings: dict[str, Any] = field(default_factory=dict)
    outcome: str = ""

    @property
    def right_outcome(self) -> str:
        """The verdict on the whole."""
        return self.outcome or (NON_CONFORMANT if self.broken or self.either else CONFORMANT)


def rows(text: str) -> frozenset[str]:
    """Return the requirements that *text* lists, each by its number."""
    return frozenset(f"R-{number}" for number in text.split())

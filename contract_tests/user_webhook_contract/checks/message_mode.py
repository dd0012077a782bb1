"""The ways in which a 400 names the rules that a request violates."""

from __future__ import annotations

from enum import Enum
from typing import Final


class MessageMode(Enum):
    """How a 400 names several violated rules.

    The documents leave open whether it names all of them. A validator that names one for each property, or a single one,
    names the first in the documented order or, if it checks types before all else, the one about the type.
    """

    ALL = "all"
    FIRST_PER_PROPERTY = "first_per_property"
    TYPE_PER_PROPERTY = "first_per_property, the type before all else"
    FIRST = "first"
    TYPE_FIRST = "first, the type before all else"

    @property
    def choice(self) -> str:
        """The value of the choice ``messages``."""
        return self.value.partition(",")[0]


ALL_MODES: Final = frozenset(MessageMode)
FIRST_MODES: Final = frozenset({MessageMode.FIRST, MessageMode.TYPE_FIRST})

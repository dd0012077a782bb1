"""Servers as other people write them, on other stacks, and what is true of each."""

from .rulings import RULINGS
from .stacks import STACKS
from .stranger import Stranger
from .trials import TRIALS

__all__ = ["RULINGS", "STACKS", "TRIALS", "Stranger"]

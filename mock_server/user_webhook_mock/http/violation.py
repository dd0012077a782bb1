"""One rule of the document as code, and what is said of a body that breaks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Check = Callable[[Any], bool]


@dataclass(frozen=True)
class Step:
    """One rule as code: ``check`` says whether a value keeps it."""

    property: str
    keyword: str
    message: str
    check: Check

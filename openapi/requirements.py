"""The rows of requirements.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

TABLE = Path(__file__).parent / "requirements.yaml"

Level = Literal["must", "should"]


@dataclass(frozen=True)
class Requirement:
    """One statement of the documents. ``not_tested`` says why, where the suite has no check for it.

    ``rule`` is ``property.keyword`` of the constraint that the row is about, as in ``Rule``.
    """

    id: str
    level: Level
    section: str
    title: str
    statement: str
    source: str
    remedy: str = ""
    rule: str = ""
    not_tested: str = ""


@cache
def requirements() -> tuple[Requirement, ...]:
    """Return every row, in the order of the file."""
    return tuple(Requirement(**row) for row in yaml.safe_load(TABLE.read_text(encoding="utf-8")))


def requirement(identifier: str) -> Requirement:
    """Return the row with the id *identifier*; KeyError where there is none."""
    for row in requirements():
        if row.id == identifier:
            return row
    raise KeyError(identifier)

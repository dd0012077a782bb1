"""The rows of choices.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

TABLE = Path(__file__).parent / "choices.yaml"

Value = str | int


@dataclass(frozen=True)
class Choice:
    """Something that the documents leave open."""

    name: str
    values: tuple[Value, ...]
    default: Value
    question: str
    documents: str


@cache
def choices() -> tuple[Choice, ...]:
    """Return every row, in the order of the file."""
    rows = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return tuple(Choice(**{**row, "values": tuple(row["values"])}) for row in rows)


def defaults() -> dict[str, Value]:
    """Return the default value of every choice by name."""
    return {choice.name: choice.default for choice in choices()}

"""The rows of choices.yaml."""

from __future__ import annotations

from dataclasses import dataclass

from user_webhook_api.cache import FOLDER, per_edition
from user_webhook_api.tables import read_table

TABLE = FOLDER / "choices.yaml"

Value = str | int


@dataclass(frozen=True)
class Choice:
    """Something that the documents leave open."""

    name: str
    values: tuple[Value, ...]
    default: Value
    question: str
    documents: str


@per_edition
def choices() -> tuple[Choice, ...]:
    """Return every row, in the order of the file.

    Raises:
        DocumentError: The file cannot be read, or a row is not as the others.
    """
    return read_table(TABLE, lambda **row: Choice(**{**row, "values": tuple(row["values"])}))


def defaults() -> dict[str, Value]:
    """Return the default value of every choice by name."""
    return {choice.name: choice.default for choice in choices()}

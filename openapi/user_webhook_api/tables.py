"""A table of the contract: a YAML list of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import yaml

from user_webhook_api.bundle import DocumentError, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")


def read_table(file: Path, row: Callable[..., T]) -> tuple[T, ...]:
    """Return the rows of *file* as *row* makes them of their members.

    Raises:
        DocumentError: The file cannot be read, or a row is not legal.
    """
    try:
        stated = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DocumentError(f"{unreadable(file, error)} Fix the file.") from error
    if not isinstance(stated, list):
        raise DocumentError(f"{file} is not a list of rows. Fix the file.")
    rows = []
    for number, members in enumerate(stated, 1):
        try:
            rows.append(row(**members))
        except (TypeError, KeyError) as error:
            name = next(iter(members.values()), "") if isinstance(members, dict) else members
            raise DocumentError(f"{file}, row {number} ({name!r}) is not as the others: {error}. Fix it.") from error
    return tuple(rows)

"""The rows of requirements.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from user_webhook_api.cache import FOLDER, per_edition
from user_webhook_api.tables import read_table

TABLE = FOLDER / "requirements.yaml"

SITE: Final = ""
"""The address under which the pages are published, with a slash at its end; empty until they are."""

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


@per_edition
def requirements() -> tuple[Requirement, ...]:
    """Return every row, in the order of the file.

    Raises:
        DocumentError: The file cannot be read, or a row is not as the others.
    """
    return read_table(TABLE, Requirement)


def requirement(identifier: str) -> Requirement:
    """Return the row with the id *identifier*; KeyError where there is none."""
    for row in requirements():
        if row.id == identifier:
            return row
    raise KeyError(identifier)


def page_of(identifier: str) -> str:
    """Return the permanent address of the page about *identifier*: a url, or a path in the repository while there is no site."""
    return f"{SITE}reference/requirements/{identifier}.html" if SITE else f"docs/reference/requirements/{identifier}.md"

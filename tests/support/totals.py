"""How many requirements there are, for tests of what counts them: a new requirement changes no test."""

from __future__ import annotations

from user_webhook_api.requirements import requirements


def total() -> int:
    """Return the number of requirements that the suite tests."""
    return sum(not row.not_tested for row in requirements())


def passing(*, without: int = 0) -> str:
    """Return how a report says that every tested requirement passes, except for *without* of them."""
    return f"{total() - without} of {total()} requirements pass"

"""How a run went, in three numbers."""

from __future__ import annotations

from typing import Any, NamedTuple


class Totals(NamedTuple):
    """How many requirements pass and fail, of those that the suite tests."""

    passed: int
    failing: int
    tested: int


def totals(report: dict[str, Any]) -> Totals:
    """Return the numbers of *report*, both levels together."""
    levels = [report["counts"][level] for level in ("must", "should")]
    passed, failing = (sum(level[verdict] for level in levels) for verdict in ("pass", "fail"))
    return Totals(passed, failing, sum(sum(level.values()) for level in levels))

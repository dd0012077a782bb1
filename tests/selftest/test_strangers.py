"""The verdicts on strangers are fair: `pytest tests/selftest/check_strangers.py` until the rulings are built.

No run collects this file by itself. Call it `test_strangers.py` when all of it holds.
"""

from __future__ import annotations

import pytest

from selftest.strangers import GROUPS, judge_stranger

BUDGET = 400
PLACES = [(name, number) for name, strangers in GROUPS.items() for number in range(len(strangers))]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: GROUPS[place[0]][place[1]].name)
def test_gives_a_fair_verdict(place: tuple[str, int]) -> None:
    result = judge_stranger(place, budget=BUDGET)

    assert result.is_right, str(result)

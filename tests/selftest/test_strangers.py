"""The verdicts on strangers, and on what the documents leave open, are fair."""

from __future__ import annotations

import pytest

from selftest.in_process import judge
from selftest.strangers import GROUPS, judge_stranger
from servers.faulty import OPEN, Fault
from support.suite_runs import failed, told

PLACES = [(name, number) for name, strangers in GROUPS.items() for number in range(len(strangers))]
BUDGETS = (100, pytest.param(400, marks=pytest.mark.thorough))


@pytest.mark.parametrize("budget", BUDGETS)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: GROUPS[place[0]][place[1]].name)
def test_gives_a_fair_verdict(place: tuple[str, int], budget: int) -> None:
    result = judge_stranger(place, budget=budget)

    assert result.is_right, str(result)


@pytest.mark.parametrize("budget", BUDGETS)
@pytest.mark.parametrize("server", OPEN, ids=lambda server: server.name)
def test_nobody_is_accused_of_what_the_documents_leave_open(server: Fault, budget: int) -> None:
    found = judge(server.build(), budget=budget, is_strict=True)

    assert (failed(found), found.verdict.value) == (set(), "conformant"), told(found)

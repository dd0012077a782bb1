from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from selftest.beyond_budget import ATTRIBUTED_ELSEWHERE, BEYOND_BUDGET
from selftest.sweep import BUDGET, BY_NAME, judge, picked
from support.suite_runs import failed, run, told
from user_webhook_api.requirements import requirements

if TYPE_CHECKING:
    from servers.faulty import FaultyServers

PICKED = picked()
PORTIONS = 8


@pytest.mark.parametrize("row", PICKED)
def test_a_faulty_server_fails_the_requirement_that_it_breaks(servers: FaultyServers, row: str) -> None:
    sentences = [judge(servers, fault) for fault in PICKED[row] if fault.name not in BEYOND_BUDGET]

    assert [str(one) for one in sentences if not one.is_found] == []
    assert [str(one) for one in sentences if not one.is_attributed] == []
    assert max((one.requests_sent for one in sentences), default=0) <= BUDGET


def portion(number: int) -> list[str]:
    return sorted(BEYOND_BUDGET)[number::PORTIONS]


@pytest.mark.thorough
@pytest.mark.parametrize("number", [n for n in range(PORTIONS) if portion(n)])
def test_the_list_of_what_is_beyond_the_budget_has_nothing_that_is_found(servers: FaultyServers, number: int) -> None:
    found = [name for name in portion(number) if judge(servers, BY_NAME[name]).is_found]

    assert found == []


def test_every_tested_requirement_has_a_fault() -> None:
    tested = {row.id for row in requirements() if not row.not_tested}

    assert set(PICKED) == tested


def test_the_tables_name_faults_and_give_reasons() -> None:
    assert set(BEYOND_BUDGET) | set(ATTRIBUTED_ELSEWHERE) <= set(BY_NAME)
    assert all(len(reason) > 10 for reason in BEYOND_BUDGET.values())
    assert all(rows and len(reason) > 10 for rows, reason in ATTRIBUTED_ELSEWHERE.values())
    assert len(BEYOND_BUDGET) < len(BY_NAME) / 10


@pytest.mark.parametrize("budget", [25, 50, 100])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_server_under_the_faults_fails_nothing(servers: FaultyServers, budget: int, seed: int) -> None:
    servers.reset("correct")
    found = run(servers.url("correct"), budget=budget, seed=seed, is_strict=True)

    assert failed(found) == set(), told(found)
    assert found.requests_sent <= budget

"""Whether honest reports are believed: of every server of the self-test, each asked by a challenge."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any, Final

import pytest

from selftest.in_process import judge
from selftest.strangers import GROUPS, KNOWN
from selftest.sweep import TIMEOUT
from servers.conformant import launch
from servers.faulty import FAULTS, FaultyServers
from servers.faulty.catalogue import OPEN
from servers.faulty.literals import CHOICES
from servers.generated import population
from support.suite_runs import run
from support.tools import missing
from user_webhook_contract.commands.judge_again import JudgedAgain
from user_webhook_contract.report.conformance import conformance
from user_webhook_contract.report.evidence_file import evidence_file
from user_webhook_contract.settings import UsageError, seed_of

if TYPE_CHECKING:
    from user_webhook_contract.results.run import Run

pytestmark = pytest.mark.thorough

NONCE: Final = "0123456789abcdef"
ASKED: Final = {"challenge": NONCE, "seed": seed_of(NONCE)}
PARTS: Final = 16
SAMPLE: Final = 320
"""Faults of the generated population that are judged, of the thousands."""

BUDGET: Final = 60


def refusal(found: Run) -> list[str]:
    """Return what contradicts an honest report, or why hardly any request of it was compared with the challenge."""
    report = json.loads(json.dumps(conformance(found)))
    again = JudgedAgain(report, evidence_file(found))
    wanted = min(len(report["course"]), BUDGET // 2)
    short = [f"{again.followed} requests follow from the challenge, of {wanted}"] if again.followed < wanted else []
    return again.contradictions or short


@pytest.mark.parametrize("part", range(PARTS))
def test_no_honest_report_on_a_faulty_server_is_refused(part: int) -> None:
    refused = {}
    with FaultyServers() as servers:
        for fault in [*FAULTS, *OPEN][part::PARTS]:
            try:
                found = run(servers.url(fault.name), budget=BUDGET, timeout=TIMEOUT, **ASKED)
            except UsageError:
                continue  # nothing was judged
            refused[fault.name] = refusal(found)

    assert {name: told for name, told in refused.items() if told} == {}
    assert len(refused) > 40


@pytest.mark.parametrize("name", [*launch.variants(), *launch.contested()])
def test_no_honest_report_on_a_conformant_server_is_refused(name: str) -> None:
    if reason := launch.unavailable(name):
        missing(reason)
    with launch.running(name) as target:
        found = run(target, budget=100, **ASKED)

    assert refusal(found) == []


@pytest.mark.parametrize(("choice", "value"), [(name, value) for name, values in CHOICES.items() for value in values])
def test_no_honest_report_on_a_server_that_chooses_otherwise_is_refused(choice: str, value: str) -> None:
    with FaultyServers() as servers:
        found = run(servers.url("correct", **{choice: value}), budget=400, **ASKED)

    assert refusal(found) == []


@pytest.mark.parametrize("group", list(GROUPS))
def test_no_honest_report_on_a_server_of_another_stack_is_refused(group: str) -> None:
    refused = {}
    for stranger in GROUPS[group]:
        if set(stranger.settings) <= KNOWN:
            settings: dict[str, Any] = {"budget": BUDGET, **ASKED, **stranger.settings}
            found = judge(stranger.build(), **settings)
            refused[stranger.name] = [] if found.setup_error else refusal(found)

    assert {name: told for name, told in refused.items() if told} == {}


@pytest.mark.parametrize("part", range(PARTS))
def test_no_honest_report_on_a_generated_server_is_refused(part: int) -> None:
    chance = random.Random(19)  # noqa: S311  to be repeated, not to be secret
    chosen = chance.sample(list(population()), SAMPLE)[part::PARTS]

    refused = {fault.name: refusal(judge(fault.build(), budget=BUDGET, **ASKED)) for fault in chosen}

    assert {name: told for name, told in refused.items() if told} == {}


def test_no_honest_report_of_a_deep_run_is_refused() -> None:
    with FaultyServers() as servers:
        found = run(servers.url("reverses-given-secrets"), budget=2000, is_deep=True, **ASKED)

    assert refusal(found) == []

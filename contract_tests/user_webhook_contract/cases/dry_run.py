"""The plan against a target in memory: what each request would prove, before one is sent."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from user_webhook_api.requirements import requirements
from user_webhook_contract.cases.factory import CaseFactory
from user_webhook_contract.cases.plan import Plan
from user_webhook_contract.cases.reference_target import ReferenceTarget
from user_webhook_contract.checks.history import History
from user_webhook_contract.checks.response import UPDATE_IS_ACCEPTED, check
from user_webhook_contract.settings import DEFAULT_BUDGET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from user_webhook_contract.cases.factory import Case
    from user_webhook_contract.settings import Settings


class PlannedCase(NamedTuple):
    """A planned case and the requirements that it proves on a target that keeps the contract."""

    number: int
    case: Case
    proves: tuple[str, ...]


def dry_run(settings: Settings) -> Iterator[PlannedCase]:
    """Yield the planned cases that the budget has room for, without those that put the webhooks back.

    A target that answers otherwise, even if legally, gets other requests: the plan adapts to it.
    """
    factory, history = CaseFactory(settings), History()
    plan, target = Plan(factory, history), ReferenceTarget(factory.known_ids, settings.seed)
    reserved = plan.reserved if settings.restores else 0
    cases = islice(chain(plan.first_cases(), plan.cases()), settings.budget - reserved)
    for number, case in enumerate(cases, start=1):
        response = target.respond(case.judgement)
        findings = check(case.request, response, case.judgement, history)
        proved = {finding.requirement for finding in findings if finding.is_kept}
        if UPDATE_IS_ACCEPTED in proved:
            proved |= set(case.traits.values())
        yield PlannedCase(number, case, tuple(sorted(proved)))
        history.learn(case.judgement, response)


def uncovered(settings: Settings) -> list[str]:
    """Return the ``must`` requirements that a run of the usual budget proves and one with this budget does not reach."""
    if settings.budget >= DEFAULT_BUDGET:
        return []
    missed = _proved(replace(settings, budget=DEFAULT_BUDGET)) - _proved(settings)
    return [row.id for row in requirements() if row.level == "must" and row.id in missed]


def _proved(settings: Settings) -> set[str]:
    return {row for one in dry_run(settings) for row in one.proves}

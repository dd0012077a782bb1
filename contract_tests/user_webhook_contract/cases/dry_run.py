"""The plan against a target in memory: what each request would prove, before one is sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from user_webhook_api.requirements import requirements
from user_webhook_contract.cases.plan import Plan
from user_webhook_contract.cases.reference_target import ReferenceTarget
from user_webhook_contract.checks.history import History
from user_webhook_contract.checks.response import check
from user_webhook_contract.settings import DEEP_BUDGET, DEFAULT_BUDGET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from user_webhook_contract.cases.factory import Case
    from user_webhook_contract.http.response import Response
    from user_webhook_contract.judge.judge import Judgement
    from user_webhook_contract.settings import Settings

ANSWERED: Final = "R-703"


@dataclass(frozen=True)
class PlannedCase:
    """A planned request and the requirements that it proves on a target that keeps the contract."""

    number: int
    case: Case
    proves: tuple[str, ...]


def dry_run(settings: Settings) -> Iterator[PlannedCase]:
    """Yield the planned requests that the budget has room for, but for those that put the webhooks back.

    A target that answers otherwise, though legally, gets other requests: the plan adapts to it.
    """
    history = History()
    plan = Plan(settings, history)
    model = ReferenceTarget(plan.factory.known_ids, settings.seed)
    reserved = (2 if plan.has_second else 1) if settings.restores else 0
    cases = islice(chain(plan.first_cases(), plan.cases()), settings.budget - reserved)
    for number, case in enumerate(cases, start=1):
        found = plan.factory.judge(case.request)
        response = model.response(case.request, found)
        yield PlannedCase(number, case, proves(case, found, response, history))
        history.learn(case.request, found, response)


def proves(case: Case, judgement: Judgement, response: Response, history: History) -> tuple[str, ...]:
    """Return the requirements that *response* to *case* shows to be kept, after what *history* knows."""
    findings = check(case.request, response, judgement, history)
    rows = {finding.requirement for finding in findings if finding.is_kept} | {ANSWERED}
    if judgement.must_accept:
        rows |= set(case.traits.values())
    return tuple(sorted(rows))


def uncovered(settings: Settings) -> list[str]:
    """Return the ``must`` requirements that the whole plan proves and a run with this budget does not get to."""
    if settings.budget >= DEFAULT_BUDGET:
        return []
    missed = _proved(replace(settings, budget=DEEP_BUDGET)) - _proved(settings)
    return [row.id for row in requirements() if row.level == "must" and row.id in missed]


def _proved(settings: Settings) -> set[str]:
    return {row for one in dry_run(settings) for row in one.proves}

"""What happened to a failure when its request was sent again."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from user_webhook_contract.checks.finding import Finding, broken_by_status
from user_webhook_contract.checks.history import History
from user_webhook_contract.checks.response import UPDATE_IS_ACCEPTED, check, unanswered
from user_webhook_contract.checks.stored import SENT_SECRETS
from user_webhook_contract.commands.replay_request import response_of
from user_webhook_contract.commands.replay_safety import PLACEHOLDER
from user_webhook_contract.http.response import NoResponse, Response

if TYPE_CHECKING:
    from user_webhook_contract.cases.factory import Case


class ReplayResult(Enum):
    """The results, the worst first."""

    STILL_FAILS = "still fails"
    INCONCLUSIVE = "inconclusive"
    FIXED = "fixed"


@dataclass(frozen=True)
class ReplayedFailure:
    """A failure of the report and what its replay showed.

    Attributes:
        row: The requirement that it broke, as the report has it.
        number: Its request in the report.
        words: Half a sentence on the result.
    """

    row: dict[str, Any]
    number: int
    result: ReplayResult
    words: str = field(repr=False)


def replayed(
    row: dict[str, Any], exchange: dict[str, Any], case: Case, findings: list[Finding], broken_before: list[Finding]
) -> ReplayedFailure:
    """Return what *findings*, of the new response to the request of *exchange*, say of the requirement *row*.

    *broken_before*: what the updates before it broke; a lost state shows in the first of them that omits something.
    """
    number = exchange["number"]
    mine = [one for one in findings if one.requirement == row["id"]]
    whose = [("", one) for one in mine] + [("an update before it ", one) for one in broken_before]
    for whom, one in whose:
        if one.requirement == row["id"] and not one.is_kept:
            words = f"{whom}received {one.received}; documented {one.documented}"
            return ReplayedFailure(row, number, ReplayResult.STILL_FAILS, words)
    if mine and was_broken_alone(row["id"], exchange, case):
        others = ", with other secrets than before" if PLACEHOLDER in json.dumps(exchange["request"]["body"]) else ""
        return ReplayedFailure(row, number, ReplayResult.FIXED, f"its response now keeps the requirement{others}")
    words = "it depends on the requests before it: run the suite"
    return ReplayedFailure(row, number, ReplayResult.INCONCLUSIVE, words)


def findings_of(case: Case, response: Response | NoResponse, history: History) -> list[Finding]:
    """Return what *response* keeps and breaks, as in a run, and learn from it."""
    if isinstance(response, NoResponse):
        history.learn(case.judgement, None)
        return [broken_by_status(unanswered(case.request, case.judgement), response.value, "a response")]
    findings = check(case.request, response, case.judgement, history)
    accepted = next((one for one in findings if one.requirement == UPDATE_IS_ACCEPTED), None)
    if accepted is not None:
        # What is special about a valid update is accepted or refused with it.
        findings += [replace(accepted, requirement=row) for row in sorted(set(case.traits.values()))]
    history.learn(case.judgement, response)
    return findings


def was_broken_alone(identifier: str, exchange: dict[str, Any], case: Case) -> bool:
    """Return whether the response of the report breaks the requirement by itself, whatever came before it.

    If it does not, a right response to the one request proves nothing. Nor does the report show a secret, so that what
    is about secrets alone cannot be judged a second time.
    """
    before = response_of(exchange)
    if before is None or identifier == SENT_SECRETS:
        return True
    alone = findings_of(case, before, History())
    return any(one.requirement == identifier and not one.is_kept for one in alone)

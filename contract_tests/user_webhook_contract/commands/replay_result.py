"""What became of a failure when its request was sent again."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.cases.traits import traits
from user_webhook_contract.checks.finding import Finding, broken, kept
from user_webhook_contract.checks.history import History
from user_webhook_contract.checks.response import ACCEPTED, check
from user_webhook_contract.commands.replay_request import PLACEHOLDER, response_of
from user_webhook_contract.http.response import NoResponse, Response
from user_webhook_contract.judge.judge import judge

if TYPE_CHECKING:
    from user_webhook_contract.http.request import Request

ANSWERED: Final = "R-703"
SECRETS_SHOWN: Final = "R-107"
"""Is about secrets alone, which a report does not show: what it says there cannot be judged a second time."""


class ReplayResult(Enum):
    """The fates, the worst first."""

    STILL_FAILS = "still fails"
    INCONCLUSIVE = "cannot be told"
    FIXED = "does not fail"


@dataclass(frozen=True)
class Case:
    """The requirement that a request of the report broke, its fate, and half a sentence on it."""

    row: dict[str, Any]
    number: int
    result: ReplayResult
    words: str = field(repr=False)


def replayed(
    row: dict[str, Any], exchange: dict[str, Any], request: Request, findings: list[Finding], known: frozenset[str]
) -> Case:
    """Return what *findings*, of the new answer to the *request* of *exchange*, say of the requirement *row*."""
    number = exchange["number"]
    mine = [one for one in findings if one.requirement == row["id"]]
    wrong = next((one for one in mine if not one.is_kept), None)
    if wrong is not None:
        return Case(row, number, ReplayResult.STILL_FAILS, f"received {wrong.received}; documented {wrong.documented}")
    if mine and _was_broken_alone(row["id"], exchange, request, known):
        others = ", with other secrets than before" if PLACEHOLDER in json.dumps(exchange["request"]["body"]) else ""
        return Case(row, number, ReplayResult.FIXED, f"its answer keeps the requirement now{others}")
    return Case(row, number, ReplayResult.INCONCLUSIVE, "it needs the requests before it: run the suite")


def findings_of(
    request: Request, response: Response | NoResponse, known: frozenset[str], history: History
) -> list[Finding]:
    """Return what *response* keeps and breaks, as in a run where the webhooks *known* exist, and learn from it."""
    judgement = judge(request, known)
    if isinstance(response, NoResponse):
        history.learn(request, judgement, None)
        return [broken(ANSWERED, response.value, "an answer")]
    findings = [kept(ANSWERED), *check(request, response, judgement, history)]
    accepted = next((one for one in findings if one.requirement == ACCEPTED), None)
    if accepted is not None and judgement.body is not None:
        # What is special about a valid update is accepted or refused with it.
        rows = set(traits(request, judgement.body).values())
        findings += [replace(accepted, requirement=row) for row in sorted(rows)]
    history.learn(request, judgement, response)
    return findings


def _was_broken_alone(identifier: str, exchange: dict[str, Any], request: Request, known: frozenset[str]) -> bool:
    """Return whether the answer of the report breaks the requirement by itself, whatever came before it.

    Where it does not, a right answer to the one request proves nothing.
    """
    before = response_of(exchange)
    if before is None or identifier == SECRETS_SHOWN:
        return True
    alone = findings_of(request, before, known, History())
    return any(one.requirement == identifier and not one.is_kept for one in alone)

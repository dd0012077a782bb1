"""What only the whole run shows: who is to blame for a missing response, and why something was not judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from user_webhook_contract.cases.dry_run import uncovered
from user_webhook_contract.checks.error_body import FORBIDDEN_HAS_ITS_BODY
from user_webhook_contract.checks.finding import broken_by_status
from user_webhook_contract.checks.response import FORBIDDEN_IS_JSON, unanswered
from user_webhook_contract.checks.stored import FORBIDDEN_CHANGES_NOTHING, OWN_WEBHOOK_ONLY, RANDOM_SECRETS
from user_webhook_contract.fuzzing.discovery import smallest_first
from user_webhook_contract.http.request import Credential
from user_webhook_contract.http.response import NoResponse
from user_webhook_contract.judge.judge import SCOPE_IS_REQUIRED, WHOLE_ID_IS_COMPARED
from user_webhook_contract.results.retention import most_telling_first
from user_webhook_contract.results.waivers import apply_waivers
from user_webhook_contract.runner.kept_connections import CLOSED, SAME_ON_A_KEPT_CONNECTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from user_webhook_contract.cases.factory import CaseFactory
    from user_webhook_contract.fuzzing.discovery import Discovery
    from user_webhook_contract.results.run import Run
    from user_webhook_contract.runner.recorder import Recorder

MIN_RETRIED: Final = 2
"""Connections without a response, each with one at the second attempt, that are more than an accident."""

_NEED_A_FORBIDDEN_TOKEN: Final = (
    FORBIDDEN_CHANGES_NOTHING,
    SCOPE_IS_REQUIRED,
    FORBIDDEN_IS_JSON,
    FORBIDDEN_HAS_ITS_BODY,
)


def conclude(run: Run, recorder: Recorder, factory: CaseFactory, discoveries: Sequence[Discovery]) -> None:
    """Enter in *run* what its end shows, and close its ledger."""
    ledger = run.ledger
    _attribute_missing_responses(run, recorder)
    if recorder.gateway_pages:
        run.notes.append(f"Requests that got a gateway's page (502, 503 or 504): {recorder.gateway_pages}.")
    if not run.settings.url_host and factory.url_host in recorder.refused_hosts - recorder.accepted_hosts:
        run.notes.append(
            f"Every valid update with a url at {factory.url_host} got 400. If the target looks host names up, it refuses "
            "reserved names such as this one: give --url-host=HOST, a host of your own."
        )
    ledger.close()
    recorder.bypasses.conclude(ledger)
    recorder.kept_connections.conclude(ledger)
    if ledger.entries[SAME_ON_A_KEPT_CONNECTION].not_applicable:
        run.notes.append(CLOSED)
    for entry in ledger.entries.values():
        entry.failures = most_telling_first(smallest_first(entry.failures, discoveries))
    _explain_gaps(run, factory)
    run.notes.extend(apply_waivers(run.waivers, ledger, run.started.date()))


def _attribute_missing_responses(run: Run, recorder: Recorder) -> None:
    answered = {point.number for point in run.timeline if point.status is not None}
    last = max(answered, default=0)
    for case, exchange in recorder.unanswered:
        # A target that answers afterwards is up: the missing response is its own fault. What a gateway says may be an
        # outage, except for one that is over with the very next request.
        is_page = exchange.response is NoResponse.GATEWAY
        if exchange.number + 1 in answered or (not is_page and exchange.number < last):
            reason = exchange.failed_attempts[-1].value
            requirement = unanswered(case.request, case.judgement)
            run.ledger.enter(case, exchange, [broken_by_status(requirement, reason, "a response")])
    if len(recorder.retried) >= MIN_RETRIED:
        for case, exchange in recorder.retried:
            reason = exchange.failed_attempts[0].value
            requirement = unanswered(case.request, case.judgement)
            run.ledger.enter(case, exchange, [broken_by_status(requirement, reason, "a response")])


def _explain_gaps(run: Run, factory: CaseFactory) -> None:
    settings, entries = run.settings, run.ledger.entries
    if run.history.keeps_secrets:
        entries[RANDOM_SECRETS].not_applicable = "The target keeps the stored secrets, and did not generate two."
    for row in uncovered(settings):
        entries[row].missing = f"--budget={settings.budget} is too small to reach it: raise it."
    if not factory.has_long_ids:
        reason = "The ids are short or plain numbers: a similar one may be another webhook."
        entries[WHOLE_ID_IS_COMPARED].not_applicable = reason
    if not factory.can_send(Credential.FORBIDDEN):
        reason = "No token without the scope was given: --forbidden-token."
        if settings.forbidden_token:
            reason = "The --forbidden-token has expired, by its own exp: give a fresh one."
        for row in _NEED_A_FORBIDDEN_TOKEN:
            entries[row].missing = reason
    if not settings.second_webhook_id:
        entries[OWN_WEBHOOK_ONLY].missing = "No second webhook was given: --second-webhook-id."

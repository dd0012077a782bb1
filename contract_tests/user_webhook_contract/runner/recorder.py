"""Judges each exchange once and records what it shows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from user_webhook_contract.checks.response import UPDATE_IS_ACCEPTED, check
from user_webhook_contract.checks.stored import OWN_WEBHOOK_ONLY
from user_webhook_contract.fuzzing.discovery import CONFIRMATION
from user_webhook_contract.http.client import TargetDownError, Way
from user_webhook_contract.http.response import NoResponse, Response
from user_webhook_contract.http.status import BAD_REQUEST, CREATED
from user_webhook_contract.results.retention import Retention
from user_webhook_contract.results.run import point_of
from user_webhook_contract.runner.bypasses import Bypasses
from user_webhook_contract.runner.kept_connections import KeptConnections

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from user_webhook_contract.cases.factory import Case
    from user_webhook_contract.checks.finding import Finding
    from user_webhook_contract.http.client import Exchange
    from user_webhook_contract.results.run import Run

MAX_UNANSWERED: Final = 3
"""Requests in a row without a response after which a run ends."""

MAX_TIMEOUTS: Final = 5
"""Requests without a response in time after which a run ends: each costs a whole time limit."""

UNSHOWN: Final = "a response that is not shown: the target has shown more secrets than the report can hide"

MAX_GATEWAY_PAGES: Final = 5
"""Requests that got a gateway's page after which a run ends: other responses may be the gateway's, too."""


class Recorder:
    """Takes in the exchanges of a run, in their order.

    Attributes:
        unanswered: The cases that got no response.
        retried: The cases that got one at the second attempt only, without those that got a gateway's page.
        gateway_pages: How many requests got one.
        kept_connections: What counts of responses on connections that requests share.
        bypasses: What let requests pass that have a near-miss credential and something else wrong.
        tested_rules: The rules that a request has violated so far.
        accepted_hosts: The hosts in the urls of the valid updates that were accepted.
        refused_hosts: Those of the valid updates that were answered with 400.
    """

    def __init__(self, run: Run, on_progress: Callable[[Run], None]) -> None:
        """Record in *run*; *on_progress* is called after every request."""
        self._run = run
        self._on_progress = on_progress
        self._retention = Retention(run.history)
        self._unanswered_in_a_row: list[tuple[Case, Exchange]] = []
        self.unanswered: list[tuple[Case, Exchange]] = []
        self.retried: list[tuple[Case, Exchange]] = []
        self.gateway_pages = 0
        self.kept_connections = KeptConnections(
            frozenset(filter(None, (run.settings.webhook_id, run.settings.second_webhook_id)))
        )
        self.bypasses = Bypasses()
        self.tested_rules: set[str] = set()
        self.accepted_hosts: set[str] = set()
        self.refused_hosts: set[str] = set()

    def take_in(self, case: Case, exchange: Exchange) -> frozenset[str]:
        """Judge *exchange*, record it, learn from it, and return the requirements that it breaks."""
        run = self._run
        response = exchange.response if isinstance(exchange.response, Response) else None
        findings = check(case.request, response, case.judgement, run.history) if response else []
        if response:
            findings = self.kept_connections.counted(case, exchange, response, findings)
        broken = run.ledger.broken(case, findings)
        if response:
            findings = self.bypasses.counted(case, exchange, response, findings)
        self._record(case, exchange, findings, broken)
        if response and not any(run.ledger.is_must(row) for row in broken):
            # What a broken response shows is the fault, not a choice of the target.
            run.observations.see(exchange.number, case, response, run.history)
        run.history.learn(case.judgement, response)
        if exchange.way is Way.KEPT and OWN_WEBHOOK_ONLY in broken:
            run.history.forget(case.judgement.webhook_id)
        self._on_progress(run)
        return broken

    def _record(self, case: Case, exchange: Exchange, findings: Sequence[Finding], broken: frozenset[str]) -> None:
        run = self._run
        run.requests_sent = exchange.number
        run.timeline.append(point_of(case, exchange, broken))
        self.tested_rules.update(rule.name for rule in case.judgement.violated)
        self.gateway_pages += NoResponse.GATEWAY in exchange.failed_attempts
        if isinstance(exchange.response, NoResponse):
            self.unanswered.append((case, exchange))
            self._unanswered_in_a_row.append((case, exchange))
            return
        self._unanswered_in_a_row.clear()
        self._note_host(case, exchange.response.status)
        is_accepted = any(one.is_kept and one.requirement == UPDATE_IS_ACCEPTED for one in findings)
        run.valid_updates_accepted += is_accepted and not broken
        is_proof = run.ledger.is_first_proof(case, findings)
        is_confirmation = CONFIRMATION in case.title
        kept = self._retention.keep(exchange, broken, findings, is_proof=is_proof, is_confirmation=is_confirmation)
        if self._retention.is_full:
            findings = [one if one.is_kept else replace(one, received=UNSHOWN) for one in findings]
        run.ledger.enter(case, kept, findings)
        if set(exchange.failed_attempts) - {NoResponse.GATEWAY}:
            self.retried.append((case, kept))

    def _note_host(self, case: Case, status: int) -> None:
        url = (case.judgement.body or {}).get("url")
        hosts = {CREATED: self.accepted_hosts, BAD_REQUEST: self.refused_hosts}
        if case.judgement.must_accept and isinstance(url, str) and status in hosts:
            hosts[status].add(urlsplit(url).hostname or "")

    def end_if_down(self) -> None:
        """Raise TargetDownError if too many requests got no response of the target itself."""
        if len(self._unanswered_in_a_row) >= MAX_UNANSWERED:
            case, first = self._unanswered_in_a_row[-MAX_UNANSWERED]
            raise TargetDownError(
                f"{MAX_UNANSWERED} requests in a row got no response, from request {first.number} on ({case.title}): "
                f"{first.failed_attempts[-1].value}. The rest was not sent."
            )
        if sum(exchange.response is NoResponse.TIMED_OUT for _, exchange in self.unanswered) >= MAX_TIMEOUTS:
            raise TargetDownError(f"{MAX_TIMEOUTS} requests got no response in time. The rest was not sent.")
        if self.gateway_pages >= MAX_GATEWAY_PAGES:
            raise TargetDownError(
                f"{MAX_GATEWAY_PAGES} requests got a gateway's page (502, 503 or 504). The rest was not sent: "
                "judge the API behind the gateway, or check that it is up."
            )

"""What counts of a response on a connection that requests share: a gateway may own it, and what gets in by it counts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from user_webhook_contract.checks.finding import Finding, broken_by_status, kept
from user_webhook_contract.checks.history import data_of
from user_webhook_contract.checks.response import UPDATE_IS_ACCEPTED
from user_webhook_contract.checks.stored import OWN_WEBHOOK_ONLY
from user_webhook_contract.http.client import Way
from user_webhook_contract.http.status import CREATED, FORBIDDEN, UNAUTHORIZED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from user_webhook_contract.cases.factory import Case
    from user_webhook_contract.http.client import Exchange
    from user_webhook_contract.http.response import Response
    from user_webhook_contract.results.ledger import Ledger

SAME_ON_A_KEPT_CONNECTION: Final = "R-706"

CLOSED: Final = "The target closes each connection, so that no two requests could share one."


class KeptConnections:
    """Tells what a shared connection changes from what is wrong with the target anyway.

    Attributes:
        were_closed: Whether the target closed one.
    """

    def __init__(self, known_ids: frozenset[str]) -> None:
        """Know the webhooks of the run."""
        self._known_ids = known_ids
        self._differences: list[tuple[Case, Exchange, list[Finding]]] = []
        self.were_closed = False

    def counted(self, case: Case, exchange: Exchange, response: Response, findings: Sequence[Finding]) -> list[Finding]:
        """Return those of *findings* that count at once; the others wait for the end of the run."""
        if exchange.way is Way.OWN:
            return list(findings)
        wrong = [finding for finding in findings if not finding.is_kept]
        if not wrong:
            return [*findings, kept(SAME_ON_A_KEPT_CONNECTION)]
        if exchange.way is Way.KEPT:
            shown = data_of(response).get("id")
            others = self._known_ids - {case.request.webhook_id}
            if response.status == CREATED and isinstance(shown, str) and shown in others:
                return [
                    broken_by_status(OWN_WEBHOOK_ONLY, f"the webhook {shown}", f"the webhook {case.request.webhook_id}")
                ]
            if _gets_in(case, response) or OWN_WEBHOOK_ONLY in {one.requirement for one in wrong}:
                return list(findings)
        self._differences.append((case, exchange, wrong))
        return []

    def conclude(self, ledger: Ledger) -> None:
        """Enter in *ledger*, which is closed, what was right on connections of their own and wrong on a shared one."""
        for case, exchange, wrong in self._differences:
            new = [finding for finding in wrong if not _is_broken_anyway(finding, case, ledger)]
            for one in new[:1]:
                received = f"{one.received} on {exchange.way.value} ({one.requirement})"
                ledger.enter(case, exchange, [replace(one, requirement=SAME_ON_A_KEPT_CONNECTION, received=received)])
        entry = ledger.entries[SAME_ON_A_KEPT_CONNECTION]
        if self.were_closed and not entry.proofs:
            entry.not_applicable = CLOSED


def _gets_in(case: Case, response: Response) -> bool:
    """Return whether a request without the right token was carried out."""
    refused = {error.status for error in case.judgement.expected_errors}
    return response.status == CREATED and bool(refused & {UNAUTHORIZED, FORBIDDEN})


def _is_broken_anyway(finding: Finding, case: Case, ledger: Ledger) -> bool:
    rows = {finding.requirement}
    if finding.requirement == UPDATE_IS_ACCEPTED:
        rows |= set(case.traits.values())
    return any(ledger.entries[row].failures for row in rows)

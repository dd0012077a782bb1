"""What let a request pass that has a near-miss credential and something else wrong: the credential, or the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from user_webhook_contract.checks.response import NOTHING_BYPASSES_THE_TOKEN
from user_webhook_contract.http.status import BAD_REQUEST
from user_webhook_contract.judge.judge import SCHEME_IS_BEARER, TOKEN_IS_KNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from user_webhook_contract.cases.factory import Case
    from user_webhook_contract.checks.finding import Finding
    from user_webhook_contract.http.client import Exchange
    from user_webhook_contract.http.response import Response
    from user_webhook_contract.results.ledger import Ledger


class Bypasses:
    """Leaves what such a request breaks to the end of the run, when the same credential was sent alone."""

    def __init__(self) -> None:
        """Know of none."""
        self._waiting: list[tuple[Case, Exchange, Finding]] = []

    def counted(self, case: Case, exchange: Exchange, response: Response, findings: Sequence[Finding]) -> list[Finding]:
        """Return those of *findings* that count at once; the others wait."""
        judgement = case.judgement
        is_alone = len(judgement.expected_errors) == 1 and not judgement.open_points
        if is_alone or response.status >= BAD_REQUEST:
            return list(findings)
        at_once = []
        for one in findings:
            if one.requirement in {TOKEN_IS_KNOWN, SCHEME_IS_BEARER} and not one.is_kept:
                self._waiting.append((case, exchange, one))
            else:
                at_once.append(one)
        return at_once

    def conclude(self, ledger: Ledger) -> None:
        """Enter in *ledger* what waited: it was the credential if such a one passed alone, too."""
        passes_alone = {row: bool(ledger.entries[row].failures) for row in (TOKEN_IS_KNOWN, SCHEME_IS_BEARER)}
        for case, exchange, one in self._waiting:
            row = one.requirement if passes_alone[one.requirement] else NOTHING_BYPASSES_THE_TOKEN
            ledger.enter(case, exchange, [replace(one, requirement=row)])

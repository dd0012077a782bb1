"""The checks of an answer: status, envelope, webhook, state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from user_webhook_contract.checks.error_body import check_error
from user_webhook_contract.checks.finding import Finding, broken, compare, kept
from user_webhook_contract.checks.history import CREATED, History
from user_webhook_contract.checks.webhook import check_webhook
from user_webhook_contract.http.request import JSON_MEDIA_TYPE, Credential, Request
from user_webhook_contract.judge.judge import BAD_REQUEST, FORBIDDEN, NOT_FOUND, UNAUTHORIZED, Judgement

if TYPE_CHECKING:
    from user_webhook_contract.http.response import Answer

ACCEPTED = "R-101"
SERVER_ERROR = 500

_MEDIA_TYPE_ROWS = {
    CREATED: "R-102",
    BAD_REQUEST: "R-601",
    UNAUTHORIZED: "R-603",
    FORBIDDEN: "R-605",
    NOT_FOUND: "R-607",
}
_ROBUST = {BAD_REQUEST: "R-701", NOT_FOUND: "R-702"}


def check(request: Request, answer: Answer, judgement: Judgement, history: History) -> list[Finding]:
    """Return what *answer* keeps and breaks; *history* is what came before it."""
    findings = _check_status(request, answer, judgement)
    if answer.status not in judgement.statuses or answer.status not in _MEDIA_TYPE_ROWS:
        return findings
    findings.append(_check_media_type(answer))
    if answer.status == CREATED:
        findings.extend(check_webhook(request, answer, judgement, history))
    else:
        findings.extend(check_error(answer, judgement, history))
    return findings


def _check_status(request: Request, answer: Answer, judgement: Judgement) -> list[Finding]:
    status, right = answer.status, judgement.statuses
    documented = "status " + " or ".join(str(one) for one in sorted(right))
    received = f"status {status}"
    robust = "R-702" if "odd_id" in judgement.doubts else "R-701"
    is_odd = bool(judgement.doubts) or judgement.has_free_message
    if status in right:
        rows = [fault.requirement for fault in judgement.faults if fault.status == status]
        rows += [ACCEPTED] if judgement.must_accept else []
        rows += [robust] if is_odd else []
        rows += ["R-405"] if _is_smuggled(request, judgement) else []
        return [kept(row) for row in dict.fromkeys(rows)]
    rows = [fault.requirement for fault in judgement.faults]
    if judgement.must_accept:
        rows = [ACCEPTED]
    elif not judgement.faults or is_odd:
        rows.append(robust)
    if status >= SERVER_ERROR:
        rows += [_ROBUST[fault.status] for fault in judgement.faults if fault.status in _ROBUST]
    if _is_smuggled(request, judgement):
        # Which fault is met first is open; that the request was carried out is not.
        rows = ["R-405"] if request.credential is Credential.ABSENT else rows[:1]
    return [broken(row, received, documented) for row in dict.fromkeys(rows)]


def _is_smuggled(request: Request, judgement: Judgement) -> bool:
    """Tell whether a token is missing from a request that has more wrong with it."""
    is_unauthorised = request.credential is not Credential.VALID
    return is_unauthorised and (len(judgement.faults) > 1 or bool(judgement.doubts))


def _check_media_type(answer: Answer) -> Finding:
    return compare(_MEDIA_TYPE_ROWS[answer.status], answer.media_type, JSON_MEDIA_TYPE)

"""The checks of an answer: status, envelope, webhook, state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from user_webhook_contract.checks.error_body import check_error
from user_webhook_contract.checks.finding import Finding, broken, compare, kept
from user_webhook_contract.checks.history import CREATED, History
from user_webhook_contract.checks.webhook import check_webhook
from user_webhook_contract.http.request import JSON_MEDIA_TYPE, Credential, Request
from user_webhook_contract.judge.judge import BAD_REQUEST, FORBIDDEN, NOT_FOUND, UNAUTHORIZED, Judgement

if TYPE_CHECKING:
    from user_webhook_contract.http.response import Response

ACCEPTED: Final = "R-101"
SERVER_ERROR: Final = 500

_MEDIA_TYPE_ROWS: Final = {
    CREATED: "R-102",
    BAD_REQUEST: "R-601",
    UNAUTHORIZED: "R-603",
    FORBIDDEN: "R-605",
    NOT_FOUND: "R-607",
}
_ROBUSTNESS: Final = {BAD_REQUEST: "R-701", NOT_FOUND: "R-702"}


def check(request: Request, response: Response, judgement: Judgement, history: History) -> list[Finding]:
    """Return what *response* keeps and breaks; *history* is what came before it."""
    findings = _check_status(request, response, judgement)
    if response.status not in judgement.statuses or response.status not in _MEDIA_TYPE_ROWS:
        return findings
    findings.append(_check_media_type(response))
    if response.status == CREATED:
        findings.extend(check_webhook(request, response, judgement, history))
    else:
        findings.extend(check_error(response, judgement, history))
    return findings


def _check_status(request: Request, response: Response, judgement: Judgement) -> list[Finding]:
    status, right = response.status, judgement.statuses
    documented = "status " + " or ".join(str(one) for one in sorted(right))
    received = f"status {status}"
    robust = "R-702" if "odd_id" in judgement.open_points else "R-701"
    is_odd = bool(judgement.open_points) or judgement.has_free_message
    if status in right:
        rows = [error.requirement for error in judgement.expected_errors if error.status == status]
        rows += [ACCEPTED] if judgement.must_accept else []
        rows += [robust] if is_odd else []
        rows += ["R-405"] if _is_smuggled(request, judgement) else []
        return [kept(row) for row in dict.fromkeys(rows)]
    rows = [error.requirement for error in judgement.expected_errors]
    if judgement.must_accept:
        rows = [ACCEPTED]
    elif not judgement.expected_errors or is_odd:
        rows.append(robust)
    if status >= SERVER_ERROR:
        rows += [_ROBUSTNESS[error.status] for error in judgement.expected_errors if error.status in _ROBUSTNESS]
    if _is_smuggled(request, judgement):
        # Which fault is met first is open; that the request was carried out is not.
        rows = ["R-405"] if request.credential is Credential.ABSENT else rows[:1]
    return [broken(row, received, documented) for row in dict.fromkeys(rows)]


def _is_smuggled(request: Request, judgement: Judgement) -> bool:
    """Return whether a token is missing from a request that has more wrong with it."""
    is_unauthorised = request.credential is not Credential.VALID
    return is_unauthorised and (len(judgement.expected_errors) > 1 or bool(judgement.open_points))


def _check_media_type(response: Response) -> Finding:
    return compare(_MEDIA_TYPE_ROWS[response.status], response.media_type, JSON_MEDIA_TYPE)

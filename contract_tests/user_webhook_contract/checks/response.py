"""The checks of a response: its status and media type, and what its body is checked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from user_webhook_contract.checks.error_body import check_error
from user_webhook_contract.checks.finding import Finding, broken, compare, kept
from user_webhook_contract.checks.webhook import check_webhook
from user_webhook_contract.http.request import JSON_MEDIA_TYPE, Credential
from user_webhook_contract.http.status import (
    BAD_REQUEST,
    CREATED,
    FORBIDDEN,
    NOT_FOUND,
    SERVER_ERROR,
    UNAUTHORIZED,
)

if TYPE_CHECKING:
    from user_webhook_contract.checks.history import History
    from user_webhook_contract.http.request import Request
    from user_webhook_contract.http.response import Response
    from user_webhook_contract.judge.judgement import Judgement

UPDATE_IS_ACCEPTED: Final = "R-101"
NOTHING_BYPASSES_THE_TOKEN: Final = "R-405"  # noqa: S105  a requirement
EVERY_BODY_IS_ANSWERED: Final = "R-701"
EVERY_ID_IS_ANSWERED: Final = "R-702"
EVERY_REQUEST_IS_ANSWERED: Final = "R-703"
FORBIDDEN_IS_JSON: Final = "R-605"

_IS_JSON: Final = {
    CREATED: "R-102",
    BAD_REQUEST: "R-601",
    UNAUTHORIZED: "R-603",
    FORBIDDEN: FORBIDDEN_IS_JSON,
    NOT_FOUND: "R-607",
}


def check(request: Request, response: Response, judgement: Judgement, history: History) -> list[Finding]:
    """Return the requirements that *response* keeps and breaks; *history* is what came before it."""
    findings = [_check_end(response), *_check_status(request, response, judgement)]
    if response.status not in judgement.statuses or response.status not in _IS_JSON:
        return findings
    findings.append(compare(_IS_JSON[response.status], response.media_type, JSON_MEDIA_TYPE))
    if response.status == CREATED:
        findings.extend(check_webhook(request, response, judgement, history))
    else:
        findings.extend(check_error(response, judgement, history))
    return findings


def _check_end(response: Response) -> Finding:
    if response.has_surplus:
        return broken(EVERY_REQUEST_IS_ANSWERED, "a response with more bytes behind it", "one response")
    return kept(EVERY_REQUEST_IS_ANSWERED)


def _check_status(request: Request, response: Response, judgement: Judgement) -> list[Finding]:
    status, right = response.status, judgement.statuses
    documented = "status " + " or ".join(str(one) for one in sorted(right))
    errors = judgement.expected_errors
    robustness = EVERY_ID_IS_ANSWERED if "odd_id" in judgement.open_points else EVERY_BODY_IS_ANSWERED
    is_odd = bool(judgement.open_points) or judgement.has_free_message
    if status in right:
        rows = [error.requirement for error in errors if error.status == status]
        rows += [UPDATE_IS_ACCEPTED] if judgement.must_accept else []
        rows += [robustness] if is_odd else []
        rows += [NOTHING_BYPASSES_THE_TOKEN] if _may_bypass_token(request, judgement) else []
        return [kept(row) for row in dict.fromkeys(rows)]
    rows = [error.requirement for error in errors]
    if judgement.must_accept:
        rows = [UPDATE_IS_ACCEPTED]
    elif not errors or is_odd:
        rows.append(robustness)
    if status >= SERVER_ERROR:
        robust = {BAD_REQUEST: EVERY_BODY_IS_ANSWERED, NOT_FOUND: EVERY_ID_IS_ANSWERED}
        rows += [robust[error.status] for error in errors if error.status in robust]
    if _may_bypass_token(request, judgement):
        # Which error comes first is open; that the request was carried out is not.
        rows = [NOTHING_BYPASSES_THE_TOKEN] if request.credential is Credential.ABSENT else rows[:1]
    return [broken(row, f"status {status}", documented) for row in dict.fromkeys(rows)]


def _may_bypass_token(request: Request, judgement: Judgement) -> bool:
    """Return whether the token is not the only thing that is wrong with a request without a valid one."""
    is_unauthorised = request.credential is not Credential.VALID
    return is_unauthorised and (len(judgement.expected_errors) > 1 or bool(judgement.open_points))

"""The checks of an answer: status, envelope, webhook, state."""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import TYPE_CHECKING, Final

from user_webhook_contract.checks.error_body import check_error
from user_webhook_contract.checks.finding import Finding, broken, compare, kept
from user_webhook_contract.checks.history import CREATED, SERVER_ERROR, History
from user_webhook_contract.checks.webhook import check_webhook
from user_webhook_contract.http.request import JSON_MEDIA_TYPE, Credential, Request
from user_webhook_contract.http.response import ABSENT
from user_webhook_contract.judge.judge import BAD_REQUEST, FORBIDDEN, NOT_FOUND, UNAUTHORIZED, Judgement
from user_webhook_contract.judge.judge import CHUNKED as OPEN_CHUNKED

if TYPE_CHECKING:
    from user_webhook_contract.http.response import Response

ACCEPTED: Final = "R-101"
ANSWERED: Final = "R-703"
CHUNKED: Final = "R-228"
NO_MARK: Final = "R-705"
DEEP_NESTING: Final = "R-704"
ODD_SECRETS: Final = "R-109"

_MEDIA_TYPE_ROWS: Final = {
    CREATED: "R-102",
    BAD_REQUEST: "R-601",
    UNAUTHORIZED: "R-603",
    FORBIDDEN: "R-605",
    NOT_FOUND: "R-607",
}
_LOOKUP_ROWS: Final = frozenset({"R-501", "R-502"})
CALLER_ROWS: Final = frozenset({"R-401", "R-402", "R-403", "R-404"})

_ID_POINTS: Final = {"odd_id", "uuid_forms"}
_CALLER_POINTS: Final = {"token_words", "scheme_case"}


def check(request: Request, response: Response, judgement: Judgement, history: History) -> list[Finding]:
    """Return what *response* keeps and breaks; *history* is what came before it."""
    findings = _check_status(request, response, judgement)
    is_unread = response.status != CREATED and _is_chunked_alone(judgement)
    if is_unread or response.status not in judgement.statuses or response.status not in _MEDIA_TYPE_ROWS:
        return findings
    findings.append(_check_media_type(response))
    if response.defect:
        return findings
    findings.extend(_check_byte_order_mark(response))
    if response.status == CREATED:
        findings.extend(check_webhook(request, response, judgement, history))
    else:
        findings.extend(check_error(response, judgement, history))
        if "secret_items" in judgement.open_points:
            findings.append(kept(ODD_SECRETS))
    return findings


def _check_status(request: Request, response: Response, judgement: Judgement) -> list[Finding]:
    status, right = response.status, judgement.statuses
    if _is_chunked_alone(judgement):
        right = frozenset({CREATED})
    is_odd = bool(judgement.open_points) or judgement.has_free_message
    if status in right:
        rows = [error.requirement for error in judgement.expected_errors if error.status == status]
        rows += [_acceptance(request)] if judgement.must_accept or _is_chunked_alone(judgement) else []
        rows += [_robustness(judgement)] if is_odd else []
        rows += ["R-405"] if _is_smuggled(judgement) else []
        return [kept(row) for row in dict.fromkeys(rows)]
    documented = "status " + " or ".join(str(one) for one in sorted(right))
    return [broken(row, f"status {status}", documented) for row in _broken_by_status(request, status, judgement)]


def _is_chunked_alone(judgement: Judgement) -> bool:
    """Return whether nothing but the transfer coding can keep a request from being accepted."""
    return judgement.open_points == (OPEN_CHUNKED,) and not judgement.expected_errors


def _acceptance(request: Request) -> str:
    return CHUNKED if request.is_chunked else ACCEPTED


def _broken_by_status(request: Request, status: int, judgement: Judgement) -> list[str]:
    """Return the requirements that a wrong *status* breaks: one for each cause."""
    rows = [error.requirement for error in judgement.expected_errors]
    if judgement.must_accept or (request.is_chunked and status >= SERVER_ERROR):
        return [_acceptance(request)]
    if status >= SERVER_ERROR or not rows:
        is_caller_alone = len(rows) == 1 and rows[0] in CALLER_ROWS and not judgement.open_points
        return rows if is_caller_alone else [_robustness(judgement)]
    if _is_smuggled(judgement):
        # Which fault is met first is open; that the request was carried out is not.
        is_carried_out = request.credential is Credential.ABSENT and status < BAD_REQUEST
        return ["R-405"] if is_carried_out else rows[:1]
    if judgement.is_unreadable:
        # What is behind a body that nobody can read is not about the webhook in the path.
        rows = [row for row in rows if row not in _LOOKUP_ROWS] or rows
    return list(dict.fromkeys(rows))


def _robustness(judgement: Judgement) -> str:
    """Return the requirement that a crash breaks."""
    points = set(judgement.open_points)
    statuses = {error.status for error in judgement.expected_errors}
    if "deep_nesting" in points:
        return DEEP_NESTING
    if points and points <= _CALLER_POINTS and not statuses:
        return "R-402"
    is_of_id = bool(points & _ID_POINTS) or NOT_FOUND in statuses
    is_of_body = judgement.is_unreadable or BAD_REQUEST in statuses or bool(points - _ID_POINTS - _CALLER_POINTS)
    return "R-702" if is_of_id and not is_of_body else "R-701"


def _is_smuggled(judgement: Judgement) -> bool:
    """Return whether a token is missing from a request that has more wrong with it."""
    is_unauthorised = any(error.status in {UNAUTHORIZED, FORBIDDEN} for error in judgement.expected_errors)
    return is_unauthorised and (len(judgement.expected_errors) > 1 or bool(judgement.open_points))


def unanswered(request: Request, judgement: Judgement) -> str:
    """Return the requirement that a missing response to *request* breaks."""
    if "deep_nesting" in judgement.open_points:
        return DEEP_NESTING
    return CHUNKED if request.is_chunked else ANSWERED


def _check_media_type(response: Response) -> Finding:
    row = _MEDIA_TYPE_ROWS[response.status]
    if response.media_type == JSON_MEDIA_TYPE and response.defect:
        return broken(row, response.defect, "JSON in UTF-8, as RFC 8259 has it")
    return compare(row, response.media_type, JSON_MEDIA_TYPE)


def _check_byte_order_mark(response: Response) -> list[Finding]:
    if response.json is ABSENT:
        return []
    if response.body.startswith(BOM_UTF8):
        return [broken(NO_MARK, "a byte order mark before the JSON", "JSON from the first byte on")]
    return [kept(NO_MARK)]

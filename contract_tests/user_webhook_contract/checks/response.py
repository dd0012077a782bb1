"""The checks of a response: its status and media type, and what its body is checked for."""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import TYPE_CHECKING, Final

from user_webhook_contract.checks.error_body import check_error
from user_webhook_contract.checks.finding import Finding, broken, broken_by_status, compare, kept
from user_webhook_contract.checks.history import data_of
from user_webhook_contract.checks.messages import says_unread, subjects
from user_webhook_contract.checks.webhook import SECRETS_ARE_STRINGS, check_webhook
from user_webhook_contract.http.request import JSON_MEDIA_TYPE, Credential
from user_webhook_contract.http.response import NOT_JSON
from user_webhook_contract.http.status import (
    BAD_REQUEST,
    CREATED,
    FORBIDDEN,
    NOT_FOUND,
    PAYLOAD_TOO_LARGE,
    SERVER_ERROR,
    UNAUTHORIZED,
    URI_TOO_LONG,
)
from user_webhook_contract.judge.judge import (
    SCHEME_IS_BEARER,
    SCOPE_IS_REQUIRED,
    TOKEN_IS_KNOWN,
    TOKEN_IS_REQUIRED,
    WEBHOOK_EXISTS,
    WHOLE_ID_IS_COMPARED,
)
from user_webhook_contract.judge.url import UrlVerdict, classify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from user_webhook_contract.checks.history import History
    from user_webhook_contract.http.request import Request
    from user_webhook_contract.http.response import Response
    from user_webhook_contract.judge.judgement import ExpectedError, Judgement

UPDATE_IS_ACCEPTED: Final = "R-101"
EVERY_EVENT: Final = "R-222"
SEVERAL_EVENTS: Final = "R-223"
ONE_OR_TWO_SECRETS: Final = "R-225"
EVERY_HTTPS_URL: Final = "R-226"
CHUNKS_ARE_ACCEPTED: Final = "R-228"
NOTHING_BYPASSES_THE_TOKEN: Final = "R-405"  # noqa: S105  a requirement
EVERY_BODY_IS_ANSWERED: Final = "R-701"
EVERY_ID_IS_ANSWERED: Final = "R-702"
EVERY_REQUEST_IS_ANSWERED: Final = "R-703"
DEEP_NESTING_IS_ANSWERED: Final = "R-704"
NO_BYTE_ORDER_MARK: Final = "R-705"
FORBIDDEN_IS_JSON: Final = "R-605"

_IS_JSON: Final = {
    CREATED: "R-102",
    BAD_REQUEST: "R-601",
    UNAUTHORIZED: "R-603",
    FORBIDDEN: FORBIDDEN_IS_JSON,
    NOT_FOUND: "R-607",
}


_TOO_LARGE: Final = {PAYLOAD_TOO_LARGE, URI_TOO_LONG}
_LOOKUP: Final = {WEBHOOK_EXISTS, WHOLE_ID_IS_COMPARED}
_CREDENTIAL: Final = {TOKEN_IS_REQUIRED, TOKEN_IS_KNOWN, SCHEME_IS_BEARER, SCOPE_IS_REQUIRED}

_ID_POINTS: Final = {"odd_id", "uuid_forms"}
_CREDENTIAL_POINTS: Final = {"token_words", "scheme_case"}


def check(request: Request, response: Response, judgement: Judgement, history: History) -> list[Finding]:
    """Return the requirements that *response* keeps and breaks; *history* is what came before it."""
    findings = [_check_end(response), *_check_status(request, response, judgement, history)]
    is_unread = response.status != CREATED and judgement.is_open_by_chunks_alone
    is_unread |= response.status == BAD_REQUEST and judgement.may_be_refused_early
    if is_unread or response.status not in judgement.statuses or response.status not in _IS_JSON:
        return findings
    findings.append(_check_media_type(response))
    if _is_no_json(response):
        return findings
    findings.extend(_check_first_byte(response))
    if response.status == CREATED:
        findings.extend(check_webhook(request, response, judgement, history))
    else:
        findings.extend(check_error(response, judgement, history))
        findings.extend([kept(SECRETS_ARE_STRINGS)] if "secret_items" in judgement.open_points else [])
    return findings


def _check_end(response: Response) -> Finding:
    if response.has_surplus:
        return broken(EVERY_REQUEST_IS_ANSWERED, "a response with more bytes behind it", "one response")
    return kept(EVERY_REQUEST_IS_ANSWERED)


def _check_media_type(response: Response) -> Finding:
    requirement = _IS_JSON[response.status]
    if response.media_type == JSON_MEDIA_TYPE and _is_no_json(response):
        received = response.defect or "a body that cannot be read as JSON"
        return broken(requirement, received, "JSON in UTF-8, as RFC 8259 defines it")
    return compare(requirement, response.media_type, JSON_MEDIA_TYPE)


def _is_no_json(response: Response) -> bool:
    return bool(response.defect) or response.json is NOT_JSON


def _check_first_byte(response: Response) -> list[Finding]:
    if response.body.startswith(BOM_UTF8):
        return [broken(NO_BYTE_ORDER_MARK, "a byte order mark before the JSON", "JSON from the first byte on")]
    return [kept(NO_BYTE_ORDER_MARK)]


def _check_status(request: Request, response: Response, judgement: Judgement, history: History) -> list[Finding]:
    status = response.status
    is_by_chunks = judgement.is_open_by_chunks_alone
    right = frozenset({CREATED}) if is_by_chunks else judgement.statuses
    if status in right:
        errors = judgement.expected_errors
        rows = [error.requirement for error in errors if error.status == status or _is_part_of_an_id(errors)]
        rows += [_acceptance(request)] if judgement.must_accept or is_by_chunks else []
        rows += [_robustness(judgement)] if judgement.open_points or judgement.has_free_message else []
        rows += [NOTHING_BYPASSES_THE_TOKEN] if _may_bypass_token(judgement) else []
        return [kept(row) for row in dict.fromkeys(rows)]
    documented = "status " + " or ".join(str(one) for one in sorted(right))
    received = f"status {status}"
    name, row = _refused_property(response, judgement)
    if row:
        return [broken_by_status(row, f"{received} with a message about the {name}", documented)]
    if request.credential is Credential.FORBIDDEN and status == UNAUTHORIZED:
        received += ": either the token is unknown to the target, or a 401 is given for a 403; check the token first"
    rows = _broken_by_status(request, status, judgement)
    if WHOLE_ID_IS_COMPARED in rows and history.makes_webhooks and data_of(response).get("id") == request.webhook_id:
        # It is not taken for the known webhook: another one is made for it, as for any unknown id.
        rows = [WEBHOOK_EXISTS if row == WHOLE_ID_IS_COMPARED else row for row in rows]
    return [broken_by_status(row, received, documented) for row in dict.fromkeys(rows)]


def _refused_property(response: Response, judgement: Judgement) -> tuple[str, str]:
    """Return the property that a 400 is about although it is right, and the requirement that says so; else two blanks.

    The 400 is not about what else is wrong with the request, or open.
    """
    about = subjects(response) if response.status == BAD_REQUEST and not judgement.must_accept else frozenset()
    if len(about) != 1:
        return "", ""
    [name] = about
    value = (judgement.body or {}).get(name)
    if name == "url":
        is_right = isinstance(value, str) and classify(value) is UrlVerdict.LEGAL
        return (name, EVERY_HTTPS_URL) if is_right else ("", "")
    is_read = not judgement.open_points and not says_unread(response, name)
    if not isinstance(value, list) or not is_read or any(rule.subject == name for rule in judgement.violated):
        return "", ""
    if name == "secrets":
        return name, ONE_OR_TWO_SECRETS
    return name, EVERY_EVENT if len(value) == 1 else SEVERAL_EVENTS


def _is_part_of_an_id(errors: Sequence[ExpectedError]) -> bool:
    """Return whether an id that comes near to a known one is all that is wrong: a 400 refuses it as well as a 404."""
    return [error.requirement for error in errors] == [WHOLE_ID_IS_COMPARED]


def _broken_by_status(request: Request, status: int, judgement: Judgement) -> list[str]:
    """Return the requirements that a wrong *status* breaks: one for each cause."""
    rows = [error.requirement for error in judgement.expected_errors]
    if judgement.must_accept or (request.is_chunked and (not rows or status >= SERVER_ERROR)):
        return [_acceptance(request)]
    if status in _TOO_LARGE:
        # It is refused, whatever is in it: the limit is wrong, and not the rule.
        return [_robustness(judgement)]
    is_undocumented = "odd_id" in judgement.open_points and status not in _IS_JSON
    if status >= SERVER_ERROR or not rows or is_undocumented:
        is_of_credential = len(rows) == 1 and rows[0] in _CREDENTIAL and not judgement.open_points
        return rows if is_of_credential else [_robustness(judgement)]
    if _may_bypass_token(judgement):
        # Which error comes first is open; that the request was carried out is not.
        is_carried_out = request.credential is Credential.ABSENT and status < BAD_REQUEST
        return [NOTHING_BYPASSES_THE_TOKEN] if is_carried_out else rows[:1]
    if judgement.is_unreadable:
        # What is in a body that nobody can read is not about the webhook in the path.
        rows = [row for row in rows if row not in _LOOKUP] or rows
    return list(dict.fromkeys(rows))


def _acceptance(request: Request) -> str:
    return CHUNKS_ARE_ACCEPTED if request.is_chunked else UPDATE_IS_ACCEPTED


def _robustness(judgement: Judgement) -> str:
    """Return the requirement that an undocumented response breaks, and a documented one keeps."""
    points = set(judgement.open_points)
    statuses = {error.status for error in judgement.expected_errors}
    if "deep_nesting" in points:
        return DEEP_NESTING_IS_ANSWERED
    if points and points <= _CREDENTIAL_POINTS and not statuses:
        return TOKEN_IS_KNOWN
    is_of_id = bool(points & _ID_POINTS) or NOT_FOUND in statuses
    is_of_body = judgement.is_unreadable or BAD_REQUEST in statuses or bool(points - _ID_POINTS - _CREDENTIAL_POINTS)
    return EVERY_ID_IS_ANSWERED if is_of_id and not is_of_body else EVERY_BODY_IS_ANSWERED


def unanswered(request: Request, judgement: Judgement) -> str:
    """Return the requirement that a missing response to *request* breaks."""
    if "deep_nesting" in judgement.open_points:
        return DEEP_NESTING_IS_ANSWERED
    return CHUNKS_ARE_ACCEPTED if request.is_chunked else EVERY_REQUEST_IS_ANSWERED


def _may_bypass_token(judgement: Judgement) -> bool:
    """Return whether the token is not the only thing that is wrong with a request without a valid one."""
    is_unauthorised = any(error.status in {UNAUTHORIZED, FORBIDDEN} for error in judgement.expected_errors)
    return is_unauthorised and (len(judgement.expected_errors) > 1 or bool(judgement.open_points))

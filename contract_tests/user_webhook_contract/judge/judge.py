"""The judge: says what the documents say of a request, without any I/O."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from user_webhook_contract.http.request import Credential
from user_webhook_contract.http.status import NOT_FOUND
from user_webhook_contract.judge.body import judge_body
from user_webhook_contract.judge.judgement import ExpectedError, Judgement

if TYPE_CHECKING:
    from user_webhook_contract.http.request import Request

TOKEN_IS_REQUIRED: Final = "R-401"  # noqa: S105  a requirement
TOKEN_IS_KNOWN: Final = "R-402"  # noqa: S105  a requirement
SCHEME_IS_BEARER: Final = "R-403"
SCOPE_IS_REQUIRED: Final = "R-404"
WEBHOOK_EXISTS: Final = "R-501"
WHOLE_ID_IS_COMPARED: Final = "R-502"

_UUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)

_CREDENTIALS: Final = {
    Credential.ABSENT: TOKEN_IS_REQUIRED,
    Credential.NO_TOKEN: TOKEN_IS_REQUIRED,
    Credential.BLANK_TOKEN: TOKEN_IS_REQUIRED,
    Credential.BASIC_SCHEME: SCHEME_IS_BEARER,
    Credential.TOKEN_SCHEME: SCHEME_IS_BEARER,
    Credential.LONGER_SCHEME: SCHEME_IS_BEARER,
    Credential.NO_SCHEME: SCHEME_IS_BEARER,
    Credential.FORBIDDEN: SCOPE_IS_REQUIRED,
}
"""The requirement that each credential tests; all others are unknown tokens."""


def judge(request: Request, known: frozenset[str]) -> Judgement:
    """Return what the documents say of *request*, given that the webhooks with the ids *known* exist."""
    body = judge_body(request)
    expected_errors, open_points = list(body.expected_errors), list(body.open_points)
    credential = request.credential
    if credential.status is not None:
        expected_errors.insert(0, ExpectedError(credential.status, _CREDENTIALS.get(credential, TOKEN_IS_KNOWN)))
    if request.webhook_id not in known:
        is_near = any(_is_near(request.webhook_id, one) for one in known)
        expected_errors.append(ExpectedError(NOT_FOUND, WHOLE_ID_IS_COMPARED if is_near else WEBHOOK_EXISTS))
        if is_near or not _UUID.fullmatch(request.webhook_id):
            open_points.append("odd_id")
    return replace(body, expected_errors=tuple(expected_errors), open_points=tuple(open_points))


def _is_near(identifier: str, known: str) -> bool:
    """Return whether a careless comparison takes *identifier* for *known*."""
    return (
        identifier.lower() in known.lower()
        or known in identifier
        or identifier.replace("-", "").lower() == known.replace("-", "").lower()
    )

"""The judge: says what the documents say of a request, without any I/O."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from user_webhook_contract.http.address import BARE_PERCENT
from user_webhook_contract.http.request import Credential
from user_webhook_contract.http.status import NOT_FOUND
from user_webhook_contract.judge.body import judge_body
from user_webhook_contract.judge.judgement import CHUNKED, ExpectedError, Judgement

if TYPE_CHECKING:
    from user_webhook_contract.http.request import Request

TOKEN_IS_REQUIRED: Final = "R-401"  # noqa: S105  a requirement
TOKEN_IS_KNOWN: Final = "R-402"  # noqa: S105  a requirement
SCHEME_IS_BEARER: Final = "R-403"
SCOPE_IS_REQUIRED: Final = "R-404"
WEBHOOK_EXISTS: Final = "R-501"
WHOLE_ID_IS_COMPARED: Final = "R-502"

MIN_ALIKE: Final = 4
"""Characters at the beginning or at the end that no other id has by chance."""

_UUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)

_CREDENTIALS: Final = {
    Credential.ABSENT: TOKEN_IS_REQUIRED,
    Credential.NO_TOKEN: TOKEN_IS_REQUIRED,
    Credential.BLANK_TOKEN: TOKEN_IS_REQUIRED,
    Credential.FORBIDDEN: SCOPE_IS_REQUIRED,
}
"""The requirement that each credential tests; of all others the template says it."""

_OPEN_CREDENTIALS: Final = {Credential.DOUBLED: "token_words", Credential.LOWER_SCHEME: "scheme_case"}
"""What the usual readers of a bearer token accept: words after the token, and the scheme in another case."""


def judge(request: Request, known: frozenset[str]) -> Judgement:
    """Return what the documents say of *request*, given that the webhooks with the ids *known* exist."""
    body = judge_body(request)
    expected_errors, open_points = list(body.expected_errors), list(body.open_points)
    credential, webhook_id = request.credential, request.webhook_id
    if credential in _OPEN_CREDENTIALS:
        open_points.append(_OPEN_CREDENTIALS[credential])
    elif credential.status is not None:
        expected_errors.insert(0, ExpectedError(credential.status, _tested_by(credential)))
    if request.is_chunked:
        open_points.append(CHUNKED)
    same = next((one for one in known if _is_same_uuid(webhook_id, one)), "")
    if webhook_id not in known and same:
        open_points.append("uuid_forms")
        webhook_id = same
    elif webhook_id not in known:
        is_near = any(_is_near(webhook_id, one) for one in known)
        expected_errors.append(ExpectedError(NOT_FOUND, WHOLE_ID_IS_COMPARED if is_near else WEBHOOK_EXISTS))
        if not is_uuid(webhook_id):
            open_points.append("odd_id")
    return replace(
        body,
        expected_errors=tuple(expected_errors),
        open_points=tuple(open_points),
        webhook_id=webhook_id,
        may_be_refused_early=credential.is_beyond_ascii or bool({"\0", BARE_PERCENT} & set(webhook_id)),
        # A 400 may be about the id, or about a body that was not read, and not about its rules.
        has_free_message=body.has_free_message or not {CHUNKED, "uuid_forms", "odd_id"}.isdisjoint(open_points),
    )


def _tested_by(credential: Credential) -> str:
    """Return the requirement that a wrong *credential* tests."""
    other = TOKEN_IS_KNOWN if str(credential.value).startswith("Bearer ") else SCHEME_IS_BEARER
    return _CREDENTIALS.get(credential, other)


def _is_near(identifier: str, known: str) -> bool:
    """Return whether a careless comparison takes *identifier* for *known*: it has it, is in it, or begins or ends alike."""
    half = len(known) // 2
    return (
        identifier.lower() in known.lower()
        or known in identifier
        or identifier.replace("-", "").lower() == known.replace("-", "").lower()
        or (half >= MIN_ALIKE and (identifier[:half] == known[:half] or identifier[-half:] == known[-half:]))
    )


def is_uuid(identifier: str) -> bool:
    """Return whether *identifier* is a UUID in its usual form, in whatever case."""
    return _UUID.fullmatch(identifier) is not None


def _is_same_uuid(identifier: str, known: str) -> bool:
    """Return whether a column of UUIDs finds *known* by *identifier*: case, hyphens and braces are left open."""
    if not is_uuid(known):
        return False
    is_braced = identifier.startswith("{") and identifier.endswith("}")
    plain = identifier[1:-1] if is_braced else identifier
    return plain.replace("-", "").lower() == known.replace("-", "").lower()

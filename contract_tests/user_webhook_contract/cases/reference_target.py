"""A target in memory that keeps the contract, to know what a request would show before it is sent."""

from __future__ import annotations

import json
import random
import string
from typing import TYPE_CHECKING, Any, Final

from user_webhook_api.bundle import operation
from user_webhook_contract.http.request import JSON_MEDIA_TYPE
from user_webhook_contract.http.response import Response
from user_webhook_contract.http.status import BAD_REQUEST, CREATED, FORBIDDEN, NOT_FOUND, UNAUTHORIZED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from user_webhook_contract.judge.judgement import Judgement

_ORDER: Final = (UNAUTHORIZED, FORBIDDEN, BAD_REQUEST, NOT_FOUND)
_ACCEPTED: Final = {
    "unknown_properties",
    "duplicate_events",
    "null_url",
    "null_secrets",
    "empty_secrets",
    "scheme_case",
    "chunked",
}
"""What the documents leave open and this target accepts; all else it refuses."""

_REFUSED: Final = {"token_words": UNAUTHORIZED, "uuid_forms": NOT_FOUND}
"""The statuses by which it refuses the rest, if not by 400."""


class ReferenceTarget:
    """Answers as the documents say: it names every violated rule, and generates a secret if none is sent."""

    def __init__(self, known: Iterable[str], seed: int = 0) -> None:
        """Hold a webhook for each id of *known*; the generated secrets follow from *seed*."""
        self._rng = random.Random(seed)  # noqa: S311  to be repeated, not to be secret
        self._webhooks: dict[str, dict[str, Any]] = {
            identifier: {
                "id": identifier,
                "url": "https://hooks.example.com/stored",
                "events": ["all"],
                "clientId": "a-client",
                "secrets": [self._secret()],
            }
            for identifier in sorted(known)
        }

    def respond(self, judgement: Judgement) -> Response:
        """Carry out the request of which the documents say *judgement*, and return the response."""
        statuses = {error.status for error in judgement.expected_errors}
        if not statuses and not set(judgement.open_points) <= _ACCEPTED:
            statuses = {_REFUSED.get(point, BAD_REQUEST) for point in set(judgement.open_points) - _ACCEPTED}
        for status in _ORDER:
            if status in statuses:
                return _error(status, judgement)
        body = judgement.body or {}
        webhook = self._webhooks[judgement.webhook_id]
        webhook["events"] = body["events"]
        webhook["url"] = body.get("url") or webhook["url"]
        webhook["secrets"] = body.get("secrets") or [self._secret()]
        return _response(CREATED, {"data": webhook})

    def _secret(self) -> str:
        return "".join(self._rng.choices(string.ascii_letters + string.digits, k=32))


def _error(status: int, judgement: Judgement) -> Response:
    examples = operation()["responses"][str(status)]["content"][JSON_MEDIA_TYPE]["examples"]
    body = dict(next(iter(examples.values()))["value"])
    if status == BAD_REQUEST:
        messages = [rule.message for rule in judgement.violated]
        body["message"] = messages if judgement.has_messages else "the body is refused"
    return _response(status, body)


def _response(status: int, body: dict[str, Any]) -> Response:
    return Response(status, {"content-type": JSON_MEDIA_TYPE}, json.dumps(body).encode())

"""A target in memory that keeps the contract, for what is to be known before a request is sent."""

from __future__ import annotations

import json
import random
import string
from typing import TYPE_CHECKING, Any

from user_webhook_api.bundle import operation
from user_webhook_contract.checks.history import CREATED
from user_webhook_contract.http.request import JSON_MEDIA_TYPE
from user_webhook_contract.http.response import Answer
from user_webhook_contract.judge.judge import BAD_REQUEST, FORBIDDEN, NOT_FOUND, UNAUTHORIZED, Judgement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from user_webhook_contract.http.request import Request

_ORDER = (UNAUTHORIZED, FORBIDDEN, BAD_REQUEST, NOT_FOUND)
_TAKEN = {"unknown_properties", "duplicate_events", "null_optional", "empty_secrets"}
"""What the documents leave open and this target accepts; all else it refuses."""


class Model:
    """Answers as the documents say: every broken rule is named, and a secret is generated where none is sent."""

    def __init__(self, known: Iterable[str], seed: int = 0) -> None:
        """Hold a webhook for each id of *known*; the generated secrets follow from *seed*."""
        self._dice = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
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

    def answer(self, request: Request, judgement: Judgement) -> Answer:
        """Carry out *request*, of which the documents say *judgement*, and return the answer."""
        statuses = {fault.status for fault in judgement.faults}
        if not statuses and not set(judgement.doubts) <= _TAKEN:
            statuses = {BAD_REQUEST}
        for status in _ORDER:
            if status in statuses:
                return _refusal(status, judgement)
        body = judgement.body or {}
        webhook = self._webhooks[request.webhook_id]
        webhook["events"] = body["events"]
        webhook["url"] = body.get("url") or webhook["url"]
        webhook["secrets"] = body.get("secrets") or [self._secret()]
        return _answer(CREATED, {"data": webhook})

    def _secret(self) -> str:
        return "".join(self._dice.choices(string.ascii_letters + string.digits, k=32))


def _refusal(status: int, judgement: Judgement) -> Answer:
    examples = operation()["responses"][str(status)]["content"][JSON_MEDIA_TYPE]["examples"]
    body = dict(next(iter(examples.values()))["value"])
    if status == BAD_REQUEST:
        has_rules = bool(judgement.broken) and not judgement.has_free_message
        body["message"] = [rule.message for rule in judgement.broken] if has_rules else "the body is refused"
    return _answer(status, body)


def _answer(status: int, body: dict[str, Any]) -> Answer:
    return Answer(status, {"content-type": JSON_MEDIA_TYPE}, json.dumps(body).encode())

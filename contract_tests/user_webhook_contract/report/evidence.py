"""Requests and answers as a report shows them: as they went over the wire, without tokens and secrets."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from user_webhook_contract.http.request import Request, encode
from user_webhook_contract.http.response import Answer, Silence
from user_webhook_contract.report.curl import curl, is_json

if TYPE_CHECKING:
    from user_webhook_contract.http.client import Exchange
    from user_webhook_contract.results.redaction import Redactor
    from user_webhook_contract.settings import Settings

LONGEST_REQUEST = 200_000
"""Bytes of a request's body that a report holds; any longer one cannot be replayed."""

LONGEST_ANSWER = 4_000
"""Characters of an answer's body that a report holds."""

MOST_HEADERS, LONGEST_HEADER = 40, 400


def evidence(title: str, exchange: Exchange, settings: Settings, redactor: Redactor) -> dict[str, Any]:
    """Return one exchange as JSON data."""
    return {
        "number": exchange.number,
        "title": title,
        "request": _request(exchange.request, redactor),
        "answer": _answer(exchange.outcome, redactor),
        "curl": curl(exchange.request, settings, redactor),
    }


def _request(request: Request, redactor: Redactor) -> dict[str, Any]:
    return {
        "method": "PATCH",
        "webhook_id": redactor.text(request.webhook_id),
        "credential": request.credential.name.lower(),
        "media_type": request.media_type,
        "is_chunked": request.is_chunked,
        "body": sent_body(request.body, redactor),
    }


def _answer(outcome: Answer | Silence, redactor: Redactor) -> dict[str, Any]:
    if isinstance(outcome, Silence):
        return {"status": None, "silence": outcome.value}
    headers = {
        redactor.text(name)[:LONGEST_HEADER]: redactor.text(value)[:LONGEST_HEADER]
        for name, value in sorted(outcome.headers.items())[:MOST_HEADERS]
    }
    return {
        "status": outcome.status,
        "milliseconds": round(outcome.seconds * 1000, 1),
        "headers": headers,
        "body": {"kind": "cut", "value": "", "length": outcome.length}
        if outcome.length
        else received_body(outcome.body, redactor),
    }


def sent_body(body: bytes | None, redactor: Redactor) -> dict[str, Any]:
    """Return a request's body such that it can be sent again, byte for byte but for its secrets.

    ``kind`` is ``none``, ``json`` (the compact encoding of ``value``), ``text``, ``base64`` or ``cut``.
    """
    if body is None:
        return {"kind": "none"}
    if len(body) > LONGEST_REQUEST:
        return {"kind": "cut", "value": redactor.text(body.decode("latin-1"))[:LONGEST_ANSWER], "length": len(body)}
    try:
        value = json.loads(body)
        if encode(value) == body and _is_strict(value):
            return {"kind": "json", "value": redactor.value(value)}
    except (ValueError, RecursionError):
        pass
    try:
        return {"kind": "text", "value": redactor.text(body.decode())}
    except UnicodeDecodeError:
        content = redactor.text(body.decode("latin-1")).encode("latin-1")
        return {"kind": "base64", "value": base64.b64encode(content).decode()}


def received_body(body: bytes, redactor: Redactor) -> dict[str, Any]:
    """Return an answer's body to be read: ``kind`` is ``none``, ``json``, ``text`` or ``cut``."""
    if not body:
        return {"kind": "none"}
    shown = redactor.body(body)
    text = shown if isinstance(shown, str) else json.dumps(shown)
    if len(text) > LONGEST_ANSWER:
        return {"kind": "cut", "value": text[:LONGEST_ANSWER], "length": len(body)}
    if not _is_strict(shown):
        return {"kind": "text", "value": text}
    return {"kind": "text" if isinstance(shown, str) and not is_json(body) else "json", "value": shown}


def _is_strict(value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Tell whether *value* can be written as JSON: Python reads NaN and numbers above every bound, too."""
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True

"""Requests and responses as a report shows them: as they went over the wire, without tokens and secrets."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.http.client import Way
from user_webhook_contract.http.request import Json, Request, encode
from user_webhook_contract.http.response import NoResponse, Response
from user_webhook_contract.report.curl import curl

if TYPE_CHECKING:
    from user_webhook_contract.http.client import Exchange
    from user_webhook_contract.results.redaction import Redactor
    from user_webhook_contract.settings import Settings

MAX_REQUEST_BODY: Final = 200_000
"""Bytes of a request's body that a report holds; any longer one cannot be replayed."""

MAX_RESPONSE_BODY: Final = 4_000
"""Characters of a response's body that a report holds."""

MAX_HEADERS: Final = 40
MAX_HEADER: Final = 400


def evidence(
    title: str, exchange: Exchange, settings: Settings, redactor: Redactor, hidden: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Return one exchange as JSON data; not even its curl line shows the secrets *hidden*."""
    line = curl(exchange.request, settings, hidden, exchange.way)
    return {
        "number": exchange.number,
        "title": title,
        "request": _request(exchange.request, redactor, is_on_kept_connection=exchange.way is not Way.OWN),
        "answer": _response(exchange.response, redactor),
        "curl": line.command,
        "curl_note": line.note,
    }


def _request(request: Request, redactor: Redactor, *, is_on_kept_connection: bool) -> dict[str, Any]:
    return {
        "method": "PATCH",
        "webhook_id": redactor.own(request.webhook_id),
        "credential": request.credential.name.lower(),
        "media_type": request.media_type,
        "is_chunked": request.is_chunked,
        "is_on_kept_connection": is_on_kept_connection,
        "body": sent_body(request.body, redactor),
    }


def _response(response: Response | NoResponse, redactor: Redactor) -> dict[str, Any]:
    if isinstance(response, NoResponse):
        return {"status": None, "silence": response.value}
    headers = {
        redactor.beginning(name, MAX_HEADER): redactor.beginning(value, MAX_HEADER)
        for name, value in sorted(response.headers.items())[:MAX_HEADERS]
    }
    return {
        "status": response.status,
        "milliseconds": round(response.seconds * 1000, 1),
        "headers": headers,
        "body": {"kind": "cut", "value": "", "length": response.length}
        if response.length
        else received_body(response.body, redactor),
    }


def sent_body(body: bytes | None, redactor: Redactor, *, is_own: bool = True) -> dict[str, Any]:
    """Return a request's body in a form that can be sent again, byte for byte but for its secrets.

    ``kind`` is ``none``, ``json`` (the compact encoding of ``value``), ``text``, ``base64`` or ``cut``. *is_own*: whether
    the suite made up everything in it.
    """
    text = redactor.own if is_own else redactor.text
    if body is None:
        return {"kind": "none"}
    if len(body) > MAX_REQUEST_BODY:
        return {"kind": "cut", "value": text(body[:MAX_RESPONSE_BODY].decode("latin-1")), "length": len(body)}
    try:
        value = json.loads(body)
        if encode(value) == body and is_strict(value):
            return {"kind": "json", "value": redactor.value(value, is_own=is_own)}
    except (ValueError, RecursionError):
        pass
    try:
        return {"kind": "text", "value": text(body.decode())}
    except UnicodeDecodeError:
        content = text(body.decode("latin-1")).encode("latin-1")
        return {"kind": "base64", "value": base64.b64encode(content).decode()}


def received_body(body: bytes, redactor: Redactor) -> dict[str, Any]:
    """Return a response's body to be read: ``kind`` is ``none``, ``json``, ``text`` or ``cut``."""
    if not body:
        return {"kind": "none"}
    shown = redactor.body(body)
    text = shown if isinstance(shown, str) else json.dumps(shown)
    if len(text) > MAX_RESPONSE_BODY:
        return {"kind": "cut", "value": text[:MAX_RESPONSE_BODY], "length": len(body)}
    if not is_strict(shown):
        return {"kind": "text", "value": text}
    return {"kind": "text" if isinstance(shown, str) and not _is_json(body) else "json", "value": shown}


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def is_strict(value: Json) -> bool:
    """Return whether *value* can be written as JSON: Python reads NaN and numbers above every bound, too."""
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True

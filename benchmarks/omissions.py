"""What the document asks of a server and a server leaves out, found by asking it."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from exchange import INVALID, VALID, send

from user_webhook_api.rules import body_properties


def omissions(port: int) -> list[str]:
    """Return in a few words each what the server at *port* does not do."""
    found = []
    if send(port, VALID, token="unknown-token")[0] != HTTPStatus.UNAUTHORIZED:  # noqa: S106 - known to no server
        found.append("check the token")
    if send(port, VALID, webhook_id="unknown-id")[0] != HTTPStatus.NOT_FOUND:
        found.append("know its webhooks")
    unread = [name for name, value in INVALID.items() if not is_refusal(send(port, {**VALID, name: value})[0])]
    if unread:
        found.append(f"apply the rules of {', '.join(unread)}")
    if not _is_stored(send(port, VALID)[1]):
        found.append("store the update")
    if _messages(send(port, INVALID)[1]) != _documented():
        found.append("name the broken rules in the documented words")
    return found


def is_refusal(status: int) -> bool:
    """Say whether *status* blames the client."""
    return HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR


def _is_stored(content: bytes) -> bool:
    data = _object(content).get("data")
    return isinstance(data, dict) and {name: data.get(name) for name in VALID} == VALID


def _messages(content: bytes) -> Any:  # noqa: ANN401 - JSON
    return _object(content).get("message")


def _object(content: bytes) -> dict[str, Any]:
    try:
        read = json.loads(content)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _documented() -> list[str]:
    broken = {"url.pattern", "events.minItems", "secrets.maxItems"}
    return [rule.message for stated in body_properties() for rule in stated.rules if rule.name in broken]

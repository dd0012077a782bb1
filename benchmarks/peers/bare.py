"""The ceiling in Python: one compiled validator, a token and a store on bare ASGI, without a framework and without messages."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import orjson

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

TOKEN = (b"authorization", b"Bearer valid-token")
PREFIX = "/api/v2/public/webhooks/user/"
HEADERS = [(b"content-type", b"application/json")]
REFUSALS = {
    400: b'{"message":["Bad Request"],"error":"Bad Request","statusCode":400}',
    401: b'{"message":"Unauthorized","statusCode":401}',
    404: b'{"message":"Webhook not found","error":"Not Found","statusCode":404}',
}

document = orjson.loads(Path(os.environ["DOCUMENT"]).read_bytes())
operation = next(iter(document["paths"].values()))["patch"]
validator = jsonschema_rs.Draft4Validator(operation["requestBody"]["content"]["application/json"]["schema"])
webhooks: dict[str, dict[str, Any]] = {
    "cf3832dd-ba9b-4187-9ab2-c6cadafe875b": {"clientId": "client", "url": "", "events": ["all"], "secrets": []}
}


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request."""
    if scope["type"] == "lifespan":
        for _ in ("startup", "shutdown"):
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
        return
    status, body = _update(scope, await _read(receive))
    await send({"type": "http.response.start", "status": status, "headers": [*HEADERS, _length(body)]})
    await send({"type": "http.response.body", "body": body})


async def _read(receive: Receive) -> bytes:
    message: Message = await receive()
    body: bytes = message["body"]
    while message.get("more_body"):
        message = await receive()
        body += message["body"]
    return body


def _update(scope: Scope, body: bytes) -> tuple[int, bytes]:
    if TOKEN not in scope["headers"]:
        return 401, REFUSALS[401]
    identifier = scope["path"].removeprefix(PREFIX)
    stored = webhooks.get(identifier)
    if stored is None:
        return 404, REFUSALS[404]
    try:
        update = orjson.loads(body)
    except orjson.JSONDecodeError:
        return 400, REFUSALS[400]
    if not validator.is_valid(update):
        return 400, REFUSALS[400]
    stored.update(update)
    return 201, orjson.dumps({"data": {"id": identifier, **stored}})


def _length(body: bytes) -> tuple[bytes, bytes]:
    return b"content-length", str(len(body)).encode()

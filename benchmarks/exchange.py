"""The requests that every server is given, and one request at a time."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPException
from typing import Any, Final

from user_webhook_api.bundle import PATH

WEBHOOK_ID: Final = "cf3832dd-ba9b-4187-9ab2-c6cadafe875b"
TOKEN: Final = "valid-token"  # noqa: S105 - the mock's default
DEADLINE: Final = 10

VALID: Final[dict[str, Any]] = {
    "url": "https://hooks.example.com/user",
    "events": ["facility.creation.accepted", "facility.user-connection.accepted"],
    "secrets": ["4tSxRjW0b6oYk1QdVn8ZpLh2uCe7aGmX"],
}
INVALID: Final[dict[str, Any]] = {
    "url": "http://hooks.example.com/user",
    "events": [],
    "secrets": ["one", "two", "three"],
}


def path(webhook_id: str = WEBHOOK_ID) -> str:
    """Return the path of a webhook."""
    return PATH.replace("{webhookId}", webhook_id)


def send(port: int, body: dict[str, Any], *, token: str = TOKEN, webhook_id: str = WEBHOOK_ID) -> tuple[int, bytes]:
    """Send one update over a connection of its own; return status and body.

    Raises:
        OSError: Nothing listens, or it gave no answer that is HTTP.
    """
    connection = HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    try:
        connection.request("PATCH", path(webhook_id), json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except HTTPException as error:
        raise OSError(f"the answer is no HTTP: {error!r}") from error
    finally:
        connection.close()

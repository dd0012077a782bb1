"""A request as a curl command that runs as printed, with $TOKEN for the token."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from user_webhook_api.bundle import PATH

if TYPE_CHECKING:
    from user_webhook_contract.http.request import Credential, Request
    from user_webhook_contract.results.redaction import Redactor
    from user_webhook_contract.settings import Settings

MAX_BODY: Final = 4000
"""Characters of a body up to which it is printed."""


def curl(request: Request, settings: Settings, redactor: Redactor) -> str:
    """Return the command; webhook secrets in it are placeholders."""
    path = PATH.replace("{webhookId}", quote(request.webhook_id, safe=""))
    parts = ["curl -i -X PATCH", shlex.quote(settings.target.rstrip("/") + path)]
    if request.credential.value is not None:
        parts.append(f'-H "Authorization: {_authorization(request.credential)}"')
    # curl adds a media type if none is given; an empty one removes it.
    media_type = "Content-Type:" if request.media_type is None else f"Content-Type: {request.media_type}"
    parts.append(f"-H {shlex.quote(media_type)}")
    if request.is_chunked:
        parts.append("-H 'Transfer-Encoding: chunked'")
    if request.body:
        shown = redactor.body(request.body)
        text = shown if isinstance(shown, str) and not is_json(request.body) else json.dumps(shown)
        if len(text) > MAX_BODY:
            text = f"{text[:80]}... ({len(request.body)} bytes in all)"
        if request.body.isascii() or is_json(request.body):
            parts.append(f"--data-binary {shlex.quote(text)}")
        else:
            escaped = "".join(f"\\x{byte:02x}" for byte in request.body[:MAX_BODY])
            return f"printf '%b' '{escaped}' | {' '.join(parts)} --data-binary @-"
    return " ".join(parts)


def _authorization(credential: Credential) -> str:
    template = (credential.value or "").replace('"', '\\"')
    return template.format(
        valid="$TOKEN",
        unknown="an-unknown-token",
        forbidden="$FORBIDDEN_TOKEN",
        shortened="${TOKEN%????}",
        swapped="${TOKEN^^}",
        altered="${TOKEN%????}0000",
        altered_start="0${TOKEN#?}",
        reversed="$(printf %s $TOKEN | rev)",
        without_first="${TOKEN#?}",
        first="$(printf %.1s $TOKEN)",
        encoded="$(printf %s $TOKEN | base64)",
    )


def is_json(body: bytes) -> bool:
    """Return whether *body* can be read as JSON."""
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True

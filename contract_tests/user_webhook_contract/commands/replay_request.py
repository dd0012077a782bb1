"""Rebuilds a request of a report, so that it can be sent again."""

from __future__ import annotations

import base64
import binascii
import re
import secrets
import string
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.commands.replay_safety import PLACEHOLDER, stranger_in
from user_webhook_contract.http.request import Credential, Request, encode
from user_webhook_contract.http.response import Response

if TYPE_CHECKING:
    from collections.abc import Container

MAX_SECRET: Final = 10_000
"""Characters of the longest secret that is made up."""

_PLACEHOLDER: Final = re.compile(PLACEHOLDER.encode() + rb"([0-9]{1,9}) characters>")
_CHARACTERS: Final = string.ascii_letters + string.digits


class IrreproducibleError(Exception):
    """The report does not hold what is to be sent, or it may not be sent; the text is half a sentence."""


def rebuild(
    exchange: dict[str, Any], webhook_ids: Container[str], url_host: str = "", *, has_forbidden_token: bool
) -> Request:
    """Return the request of *exchange* with new secrets in place of those that the report hides.

    Raises:
        IrreproducibleError: It cannot be rebuilt, is not about one of *webhook_ids*, or holds what no run sends.
    """
    sent = exchange["request"]
    if sent["webhook_id"] not in webhook_ids:
        raise IrreproducibleError(f"the webhook {sent['webhook_id']!r} was not given")
    try:
        credential = Credential[sent["credential"].upper()]
    except KeyError:
        raise IrreproducibleError(f"this kit does not know the credential {sent['credential']!r}") from None
    if credential is Credential.FORBIDDEN and not has_forbidden_token:
        raise IrreproducibleError("no token without the scope was given: --forbidden-token")
    media_type = sent["media_type"]
    if media_type is not None and not (media_type.isascii() and media_type.isprintable()):
        raise IrreproducibleError("its media type cannot be sent")
    content = _content(sent["body"])
    stranger = stranger_in(content, url_host) if content else ""
    if stranger:
        raise IrreproducibleError(stranger)
    return Request(
        sent["webhook_id"],
        _filled(content),
        credential,
        media_type,
        sent["is_chunked"],
        sent["is_on_kept_connection"],
    )


def response_of(exchange: dict[str, Any]) -> Response | None:
    """Return the response of *exchange* as the report shows it; None if there was none, or not all of it is shown."""
    response = exchange["answer"]
    if response["status"] is None or response["body"]["kind"] in {"cut", "base64"}:
        return None
    body = response["body"]
    if body["kind"] == "json":
        content = encode(body.get("value"))
    else:
        content = str(body.get("value", "")).encode(errors="replace")
    return Response(response["status"], {name.lower(): value for name, value in response["headers"].items()}, content)


def _content(body: dict[str, Any]) -> bytes | None:
    kind: str = body["kind"]
    value: Any = body.get("value")
    if kind == "none":
        return None
    if kind == "json":
        return encode(value)
    if kind == "cut":
        raise IrreproducibleError("its body is longer than a report holds")
    try:
        return base64.b64decode(value, validate=True) if kind == "base64" else value.encode()
    except (AttributeError, TypeError, ValueError, binascii.Error):
        raise IrreproducibleError("the report holds no body of it") from None


def _filled(body: bytes | None) -> bytes | None:
    if body is None:
        return None

    def fill(match: re.Match[bytes]) -> bytes:
        length = int(match[1])
        if length > MAX_SECRET:
            raise IrreproducibleError(f"its secret of {length} characters is longer than any that the suite sends")
        return "".join(secrets.choice(_CHARACTERS) for _ in range(length)).encode()

    return _PLACEHOLDER.sub(fill, body)

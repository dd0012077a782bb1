"""A request: to which webhook, with which credential, with which body."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, TypeAlias

Json: TypeAlias = Any
"""A value of JSON, as ``json.loads`` returns one."""

JSON_MEDIA_TYPE: Final = "application/json"


class Credential(Enum):
    """What is in the Authorization header; the client puts the token in, so that no request holds one.

    ``{valid}`` and ``{forbidden}`` stand for the tokens, the others for what is made of the valid one. None: no header.
    """

    VALID = "Bearer {valid}"
    FORBIDDEN = "Bearer {forbidden}"
    ABSENT = None
    UNKNOWN = "Bearer {unknown}"
    LENGTHENED = "Bearer {valid}x"
    PRECEDED = "Bearer x{valid}"
    ALTERED = "Bearer {altered}"
    DOUBLED = "Bearer {valid} {valid}"
    DOUBLED_SCHEME = "Bearer Bearer {valid}"
    SHORTENED = "Bearer {shortened}"
    OTHER_CASE = "Bearer {swapped}"
    LOWER_SCHEME = "bearer {valid}"
    BASIC_SCHEME = "Basic {valid}"
    TOKEN_SCHEME = "Token {valid}"  # noqa: S105  a scheme's name, no secret
    LONGER_SCHEME = "BearerX {valid}"
    NO_SCHEME = "{valid}"
    NO_TOKEN = "Bearer"  # noqa: S105  holds no token
    BLANK_TOKEN = "Bearer  "  # noqa: S105  holds no token

    @property
    def status(self) -> int | None:
        """The documented status for this credential; None if it may update the webhook."""
        return {Credential.VALID: None, Credential.FORBIDDEN: 403}.get(self, 401)


@dataclass(frozen=True)
class Request:
    """One PATCH.

    Attributes:
        body: Exactly what is sent; None sends none.
        media_type: None sends no Content-Type.
        shares_connection: Whether it is sent on the connection that the request before it left open, if there is one, and
            leaves it open; any other has a connection of its own.
    """

    webhook_id: str
    body: bytes | None = field(repr=False)
    credential: Credential = Credential.VALID
    media_type: str | None = JSON_MEDIA_TYPE
    is_chunked: bool = False
    shares_connection: bool = False


def encode(value: Json) -> bytes:
    """Return *value* as JSON; lone surrogates stay escapes."""
    return json.dumps(value, separators=(",", ":")).encode()

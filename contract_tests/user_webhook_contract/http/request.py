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
    # Another scheme, or another way to write it.
    JWT_SCHEME = "JWT {valid}"
    JOINED = "Bearer{valid}"
    SCHEME_COLON = "Bearer: {valid}"
    PRECEDED_SCHEME = "XBearer {valid}"
    SECOND_SCHEME = "Basic x, Bearer {valid}"
    SHORTER_SCHEME = "Bear {valid}"
    SCHEME_EQUALS = "Bearer={valid}"
    QUOTED_HEADER = '"Bearer {valid}"'
    API_KEY_SCHEME = "ApiKey {valid}"
    DIGEST_SCHEME = "Digest {valid}"
    SCHEME_COMMA = "Bearer,{valid}"
    SCHEME_HYPHEN = "Bearer-{valid}"
    SCHEME_BEHIND = "{valid} Bearer"
    OAUTH_SCHEME = "OAuth {valid}"
    NAMED_HEADER = "Authorization: Bearer {valid}"
    MISSPELT_SCHEME = "Baerer {valid}"
    FIRST_LETTER_SCHEME = "B {valid}"
    COOKIE = "token={valid}"
    # Another token that a careless comparison takes for the valid one.
    REVERSED = "Bearer {reversed}"
    QUOTED = 'Bearer "{valid}"'
    TWICE = "Bearer {valid}{valid}"
    WITHOUT_FIRST = "Bearer {without_first}"
    NAMED = "Bearer token={valid}"
    FIRST_CHARACTER = "Bearer {first}"
    COMMA_BEHIND = "Bearer {valid},"
    UNKNOWN_BEFORE = "Bearer {unknown},{valid}"
    UNKNOWN_BEHIND = "Bearer {valid},{unknown}"
    NULL = "Bearer null"
    UNDEFINED = "Bearer undefined"
    ZERO = "Bearer 0"
    THREE_PARTS = "Bearer x.y.z"
    ENCODED = "Bearer {encoded}"
    ALTERED_START = "Bearer {altered_start}"
    SINGLE_QUOTED = "Bearer '{valid}'"
    ANGLED = "Bearer <{valid}>"
    SEMICOLON_BEHIND = "Bearer {valid};x=1"
    DOT_BEHIND = "Bearer {valid}."
    WILDCARD = "Bearer *"
    WILDCARD_BEHIND = "Bearer {shortened}*"
    PERCENT_BEHIND = "Bearer {shortened}%"
    CONDITION = "Bearer '/**/OR/**/'a'='a"
    TRUE = "Bearer true"
    EMPTY_QUOTES = 'Bearer ""'
    UNSIGNED = "Bearer eyJhbGciOiJub25lIn0.eyJzY29wZSI6IioifQ."
    PLACEHOLDER = "Bearer TOKEN"
    SCOPE = "Bearer webhooks"
    PADDED = "Bearer {valid}=="
    FORBIDDEN_LENGTHENED = "Bearer {forbidden}x"
    A_LETTER = "Bearer x"
    NONE = "Bearer None"
    PERCENT = "Bearer %"
    TEST = "Bearer test"
    ADMIN = "Bearer admin"
    LISTED = "Bearer [{valid}]"
    ESCAPED = "Bearer {escaped}"
    PARTS_JOINED = "Bearer {joined}"
    SIGNED = "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzY29wZSI6IioifQ.c2lnbmF0dXJl"
    LONG = "Bearer " + "x" * 4000
    IN_JSON = 'Bearer {{"token":"{valid}"}}'
    FALSE = "Bearer false"
    EMPTY_LIST = "Bearer []"
    UUID = "Bearer 00000000-0000-0000-0000-000000000000"
    BRACED = "Bearer {{{valid}}}"
    UNDERSCORED = "Bearer {underscored}"
    LAST_PART = "Bearer {last_part}"
    FORBIDDEN_PRECEDED = "Bearer x{forbidden}"
    API_KEY_NAME = "Api-Key {valid}"
    KEY_SCHEME = "Key {valid}"
    NEGOTIATE_SCHEME = "Negotiate {valid}"
    MAC_SCHEME = "MAC {valid}"
    HAWK_SCHEME = "Hawk {valid}"
    DPOP_SCHEME = "DPoP {valid}"
    SIGNATURE_SCHEME = "Signature {valid}"
    ACCESS_TOKEN_SCHEME = "AccessToken {valid}"  # noqa: S105  a scheme's name, no secret
    BEARER_TOKEN_SCHEME = "BearerToken {valid}"  # noqa: S105  a scheme's name, no secret
    X_TOKEN_SCHEME = "X-Token {valid}"  # noqa: S105  a scheme's name, no secret
    BASIC_USER = "Basic {as_user}"
    BASIC_PASSWORD = "Basic {as_password}"  # noqa: S105  made of the token of the run
    OPERATOR = 'Bearer {{"$ne":null}}'
    PATH_BEFORE = "Bearer ../{valid}"
    MEMBER = "Bearer constructor"
    PROTOTYPE = "Bearer __proto__"
    CLIENT = "Bearer client"
    ROTATED = "Bearer {rotated}"
    HEXADECIMAL = "Bearer 9f86d081884c7d659a2feaa0c55ad015"
    DIGITS = "Bearer 12345678901"
    BASE64 = "Bearer dXNlcjpwYXNzd29yZA=="
    KEY = "Bearer sk_live_0000000000000000"
    ANONYMOUS = "Bearer anonymous"
    A_DOT = "Bearer ."
    SCHEME_TWICE = "Bearer Bearer"
    BASIC_LOGIN = "Basic dXNlcjpwYXNzd29yZA=="
    FALLBACK = "Bearer secret"
    FIRST_PART = "Bearer {first_part}"
    FORBIDDEN_BEHIND = "Bearer {valid}{forbidden}"
    WITHOUT_LAST = "Bearer {without_last}"
    SIGNED_BEHIND = "Bearer {valid}.c2ln"
    TWO_PARTS = "Bearer x.y"
    FOUR_PARTS = "Bearer w.x.y.z"
    NO_JSON_WITHIN = "Bearer eyJhbGciOiJub25lIn0.bm90IGpzb24.c2ln"
    DIGEST_PARAMETERS = 'Digest username="user",realm="api",nonce="1",uri="/",response="0"'
    IN_HEXADECIMAL = "Bearer {hexadecimal}"
    COLON_BEHIND = "Bearer {valid}:1"
    A_PATTERN = "Bearer .*"
    BEYOND_ASCII = "Bearer t\u00f6k\u20acn\U0001f511"

    @property
    def is_beyond_ascii(self) -> bool:
        """Whether HTTP leaves open if a server reads the header at all."""
        return self is Credential.BEYOND_ASCII

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

"""The tokens of the mock, and which of them a request carries."""

from __future__ import annotations

import hmac
from enum import StrEnum
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from user_webhook_api.choices import Value


class Caller(StrEnum):
    """Who sent a request, by its token."""

    VALID = "valid"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"
    MALFORMED = "malformed"
    NONE = "none"


class Tokens:
    """The tokens that the mock knows: one is valid, one lacks the scope. If any is accepted, all others are valid, too."""

    def __init__(
        self, valid: str, forbidden: str, control: str, choices: Mapping[str, Value], *, accepts_any: bool
    ) -> None:
        self._valid = valid.encode()
        self._forbidden = forbidden.encode()
        self._unknown = Caller.VALID if accepts_any else Caller.UNKNOWN
        tokens = filter(None, (valid, forbidden, control))
        self._hidden = [form for one in tokens for form in (one, orjson.dumps(one).decode()[1:-1])]
        self.apply(choices)

    def apply(self, choices: Mapping[str, Value]) -> None:
        """Follow *choices* from the next request on."""
        self._choices = choices

    def identify(self, headers: Iterable[tuple[bytes, bytes]], choices: Mapping[str, Value] | None = None) -> Caller:
        """Return who sent a request with these *headers*, by *choices* or those that are followed."""
        followed = choices or self._choices
        sent = [value for name, value in headers if name == b"authorization"]
        if not sent:
            return Caller.NONE
        scheme, _, token = sent[0].partition(b" ")
        is_bearer = scheme == b"Bearer" or (followed["scheme_case"] == "any" and scheme.lower() == b"bearer")
        if len(sent) > 1 or not is_bearer or not token:
            return Caller.MALFORMED
        token = token.lstrip(b" ")
        if followed["token_words"] == "ignore":  # noqa: S105  a choice, no password
            token = token.partition(b" ")[0]
        if hmac.compare_digest(token, self._valid):
            return Caller.VALID
        if hmac.compare_digest(token, self._forbidden):
            return Caller.FORBIDDEN
        return self._unknown

    def hide(self, text: str) -> str:
        """Return *text* without the tokens, neither as they are nor as JSON escapes them."""
        for token in self._hidden:
            text = text.replace(token, "[token]")
        return text

"""Whose token a request carries."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable


class Tokens:
    """Those whom the mock knows: one token is valid, one lacks the scope; where any is accepted, all others are valid."""

    def __init__(self, token: str, forbidden_token: str, control_token: str, *, accepts_any: bool) -> None:
        self._valid = token.encode()
        self._forbidden = forbidden_token.encode()
        self._accepts_any = accepts_any
        tokens = filter(None, (token, forbidden_token, control_token))
        self._hidden = [form for one in tokens for form in (one, orjson.dumps(one).decode()[1:-1])]

    def identify(self, headers: Iterable[tuple[bytes, bytes]]) -> str:
        """Return ``valid``, ``forbidden``, ``unknown``, ``malformed`` or ``none``."""
        sent = [value for name, value in headers if name == b"authorization"]
        if not sent:
            return "none"
        scheme, _, token = sent[0].partition(b" ")
        if len(sent) > 1 or scheme.lower() != b"bearer" or not token:
            return "malformed"
        token = token.lstrip(b" ")
        if hmac.compare_digest(token, self._valid):
            return "valid"
        if hmac.compare_digest(token, self._forbidden):
            return "forbidden"
        return "valid" if self._accepts_any else "unknown"

    def hide(self, text: str) -> str:
        """Return *text* without the tokens, as they are and as JSON writes them."""
        for token in self._hidden:
            text = text.replace(token, "[token]")
        return text

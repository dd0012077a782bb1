"""The tokens of the mock, and which of them a request carries."""

from __future__ import annotations

import hmac
import time
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from user_webhook_api.choices import Value

MAX_ISSUED: Final = 1000
"""Tokens that are remembered beside the one of the start; the oldest is forgotten first."""


class Caller(StrEnum):
    """Who sent a request, by its token."""

    VALID = "valid"
    FORBIDDEN = "forbidden"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    MALFORMED = "malformed"
    NONE = "none"


class Tokens:
    """The tokens that the mock knows: one is valid, one lacks the scope, one has expired; others can be issued.

    If any is accepted, all others are valid, too. With a lifetime, a valid token expires: the one of the start that long
    after the start, one that is issued that long after it was, and any other that long after its first use.

    Attributes:
        lifetime: In seconds of the mock's time; None if valid tokens do not expire.
    """

    def __init__(  # noqa: PLR0913  the tokens of the settings
        self,
        valid: str,
        forbidden: str,
        control: str,
        choices: Mapping[str, Value],
        *,
        accepts_any: bool,
        expired: str = "",
        lifetime: float | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._valid = valid.encode()
        self._forbidden = forbidden.encode()
        self._expired = expired.encode()
        self._accepts_any = accepts_any
        self._lifetime = lifetime
        self._now = now
        self._start = tuple(filter(None, (valid, forbidden, expired, control)))
        self._own = [form for one in self._start for form in _forms(one)]
        self._hidden: list[str] = []
        self.apply(choices)
        self.renew()

    def apply(self, choices: Mapping[str, Value]) -> None:
        """Follow *choices* from the next request on."""
        self._choices = choices

    def identify(self, headers: Iterable[tuple[bytes, bytes]], choices: Mapping[str, Value] | None = None) -> Caller:
        """Return who sent a request with these *headers*; with *choices*, who it would be by them."""
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
            return Caller.VALID if self.lifetime is None else self._aged(self._started)
        if hmac.compare_digest(token, self._forbidden):
            return Caller.FORBIDDEN
        if hmac.compare_digest(token, self._expired):
            return Caller.EXPIRED
        return self._other(token, is_used=choices is None)

    def is_of_the_start(self, token: str) -> bool:
        """Return whether the mock was started with *token*, in whichever role."""
        return any([hmac.compare_digest(token.encode(), one.encode()) for one in self._start])  # noqa: C419  each is compared, in constant time

    def issue(self, token: str) -> float | None:
        """Accept *token* from now on, and return when it expires, as Unix time; None if it does not."""
        self._remember(sha256(token.encode()).digest())
        self._hidden = [*self._hidden, *_forms(token)][-MAX_ISSUED:]
        return None if self.lifetime is None else self._now() + self.lifetime

    def renew(self) -> None:
        """Issue the token of the start again, forget all others, and reset the lifetime."""
        self.lifetime = self._lifetime
        self._started = self._now()
        self._issued: dict[bytes, float] = {}

    def hide(self, text: str) -> str:
        """Return *text* without the tokens, neither as they are nor as JSON escapes them."""
        for token in self._own + self._hidden if self._hidden else self._own:
            text = text.replace(token, "[token]")
        return text

    def _other(self, token: bytes, *, is_used: bool) -> Caller:
        key = sha256(token).digest()  # a look-up by the token itself would take longer for one that is nearly right
        if key not in self._issued:
            if not self._accepts_any:
                return Caller.UNKNOWN
            if self.lifetime is None or not is_used:
                return Caller.VALID
            self._remember(key)
        return self._aged(self._issued[key])

    def _remember(self, key: bytes) -> None:
        self._issued.pop(key, None)
        self._issued[key] = self._now()
        if len(self._issued) > MAX_ISSUED:
            del self._issued[next(iter(self._issued))]

    def _aged(self, since: float) -> Caller:
        return Caller.VALID if self.lifetime is None or self._now() - since < self.lifetime else Caller.EXPIRED


def _forms(token: str) -> set[str]:
    """Return *token* as it is and as JSON escapes it."""
    return {token, orjson.dumps(token).decode()[1:-1]}

"""Keeps tokens and webhook secrets out of everything that is shown or written."""

from __future__ import annotations

import base64
import html
import json
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from user_webhook_contract.checks.finding import CUT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from user_webhook_contract.checks.history import History
    from user_webhook_contract.http.request import Json
    from user_webhook_contract.settings import Settings

_MIN_LENGTH: Final = 6
"""Characters of the shortest value that is hidden: a shorter one may be an ordinary word."""


class Redactor:
    """Replaces what is secret by a placeholder of the same type with its length."""

    def __init__(self, settings: Settings, history: History) -> None:
        """Know the tokens of *settings* and every secret that *history* saw sent or received."""
        tokens = [token for token in (settings.token, settings.forbidden_token) if token]
        # Most of a token is as secret as all of it: near misses send it, and a target may echo it.
        tokens += [token[: len(token) * 3 // 4] for token in tokens if len(token) > _MIN_LENGTH]
        values = [
            *_encodings(tokens),
            *(form for token in tokens for form in _codes(token)),
            *_encodings(
                one
                for one in {*history.secrets, *history.confidential, *settings.confidential}
                if len(one) >= _MIN_LENGTH
            ),
        ]
        self._values = sorted(set(values), key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, self._values)))
        self._tokens = {form for token in tokens for form in (token, token.swapcase(), *_codes(token))}

    def text(self, text: str) -> str:
        """Return *text* without tokens and secrets, even if the last of them is cut."""
        redacted = self._pattern.sub(self._placeholder, text)
        shown, cut, rest = redacted.rpartition(CUT)
        return f"{self._without_beginning(shown)}{cut}{rest}" if cut else redacted

    def _without_beginning(self, text: str) -> str:
        for value in self._values:
            place = text.rfind(value[:_MIN_LENGTH])
            if place >= 0 and value.startswith(text[place:]):
                return f"{text[:place]}<beginning of a secret of {len(value)} characters>"
        return text

    def value(self, value: Json, *, is_secret: bool = False) -> Json:
        """Return JSON like *value*, with everything under ``secrets`` replaced: same count, same types."""
        if isinstance(value, dict):
            return {
                self.text(name): self.value(one, is_secret=is_secret or name == "secrets")
                for name, one in value.items()
            }
        if isinstance(value, list):
            return [self.value(one, is_secret=is_secret) for one in value]
        if isinstance(value, str):
            return f"<secret of {len(value)} characters>" if is_secret and value else self.text(value)
        return value

    def body(self, body: bytes | None) -> Json:
        """Return *body* to be shown: as JSON if it is, else as text with other bytes escaped."""
        if body is None:
            return None
        try:
            return self.value(json.loads(body))
        except (ValueError, RecursionError):
            return self.text(body.decode("utf-8", errors="backslashreplace"))

    def _placeholder(self, match: re.Match[str]) -> str:
        found = match.group()
        if found in self._tokens:
            return "<token>"
        return f"<secret of {len(found)} characters>"


def _encodings(values: Iterable[str]) -> set[str]:
    """Return *values* as they are, as JSON, HTML and a url write them, and in the other case, as one check sends them."""
    found = set()
    for value in values:
        found |= {value, value.swapcase(), json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
        found |= {html.escape(value), quote(value, safe="", errors="replace")}
    return found


def _codes(token: str) -> set[str]:
    """Return *token* in hexadecimal and in Base64, at each offset in a group of three bytes."""
    raw = token.encode()
    hexadecimal = raw.hex()
    found = {hexadecimal, hexadecimal.upper()}
    for before in range(3):
        # the first and the last character may hold bits of the bytes beside the token
        inner = base64.b64encode(b"\0" * before + raw).decode().rstrip("=")[-(-8 * before // 6) : -1]
        found |= {inner, inner.replace("+", "-").replace("/", "_")}
    return {form for form in found if len(form) >= _MIN_LENGTH}

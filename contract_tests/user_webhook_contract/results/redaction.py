"""Keeps tokens and webhook secrets out of everything that is shown or written."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Final

from user_webhook_api.bundle import PATH
from user_webhook_api.choices import choices
from user_webhook_api.requirements import requirements
from user_webhook_api.rules import body_properties
from user_webhook_contract.cases.operators.value import EVENTS
from user_webhook_contract.checks.finding import CUT
from user_webhook_contract.http.authorization import forms
from user_webhook_contract.results.hidden import MIN_LENGTH, TOKEN, Hidden
from user_webhook_contract.results.spelling import read

if TYPE_CHECKING:
    from collections.abc import Iterable

    from user_webhook_contract.checks.history import History
    from user_webhook_contract.http.request import Json
    from user_webhook_contract.settings import Settings

MAX_REMEMBERED: Final = 300
"""Characters of the longest text whose redacted form is remembered."""

_WORDS: Final = (
    "https:// http:// application/json content-type content-length authorization user-agent bearer curl -i -x patch "
    "--data-binary statuscode message error events secrets clientid data unauthorized forbidden not found bad request "
    "received documented a response no response the connection was closed before a response status in place of"
)
"""Words of reports beside those of the document."""


class Redactor:
    """Replaces what is secret by a placeholder of the same type with its length.

    What a target calls its secret and the suite or the document says itself is none: a target cannot hide its failures.
    """

    def __init__(
        self, settings: Settings, history: History, also: Iterable[str] = (), made_up: frozenset[str] = frozenset()
    ) -> None:
        """Know the tokens of *settings*, and every secret: that *history* saw sent or received, or in *also*.

        *made_up*: those in *also* that the suite sent.
        """
        self._all, self._own = Hidden(), Hidden()
        for hidden in (self._all, self._own):
            for token in filter(None, (settings.token, settings.forbidden_token)):
                hidden.add_token(token)
                # A target may tell what it was sent: of a near miss, too, most is the token.
                for form in forms(token).values():
                    if len(form) >= max(MIN_LENGTH, len(token) * 3 // 4):
                        hidden.add(form, TOKEN)
            for value in settings.confidential:
                hidden.add(value, f"<secret of {len(value)} characters>")
        sent = _made_up(history) | made_up
        words = _vocabulary(settings.target, settings.webhook_id, settings.second_webhook_id)
        for value in dict.fromkeys([*history.secrets, *sorted(history.confidential), *also]):
            if len(value) >= MIN_LENGTH and (value in sent or read(value).text not in words):
                self._hide(value, is_sent=value in sent)

    def _hide(self, value: str, *, is_sent: bool) -> None:
        shown = self.placeholder(value)
        self._all.add(value, shown)
        if is_sent:
            self._own.add(value, shown)

    def placeholder(self, secret: str) -> str:
        """Return what stands in place of *secret*."""
        return f"<secret of {len(secret)} characters>"

    def text(self, text: str) -> str:
        """Return *text* without tokens and secrets, even if the last of them is cut."""
        shown, cut, rest = text.rpartition(CUT)
        if cut:
            return f"{self._all.replaced(shown, is_cut=True)}{cut}{rest}"
        return self._all.replaced(text)

    def own(self, text: str) -> str:
        """Return *text* of the suite without tokens and the secrets that it sent."""
        return self._own.replaced(text)

    def beginning(self, text: str, longest: int) -> str:
        """Return the first *longest* characters of *text*, redacted: no more than a part of it is looked at."""
        margin = 4 * longest
        return self._all.replaced(text[:margin], is_cut=len(text) > margin)[:longest]

    def value(self, value: Json, *, is_secret: bool = False, is_own: bool = False) -> Json:
        """Return JSON like *value*, with everything under ``secrets`` replaced: same count, same types."""
        text = self.own if is_own else self.text
        if isinstance(value, dict):
            return {
                text(name): self.value(one, is_secret=is_secret or name == "secrets", is_own=is_own)
                for name, one in value.items()
            }
        if isinstance(value, list):
            return [self.value(one, is_secret=is_secret, is_own=is_own) for one in value]
        if isinstance(value, str):
            return self.placeholder(value) if is_secret and value else text(value)
        return value

    def body(self, body: bytes | None, *, is_own: bool = False) -> Json:
        """Return *body* to be shown: as JSON if it is, else as text with other bytes escaped."""
        if body is None:
            return None
        try:
            return self.value(json.loads(body), is_own=is_own)
        except (ValueError, RecursionError):
            text = body.decode("utf-8", errors="backslashreplace")
            return self.own(text) if is_own else self.text(text)


class NumberingRedactor(Redactor):
    """Shows what the suite made up, and numbers the secrets of the target: the same one has the same number."""

    def __init__(
        self,
        settings: Settings,
        history: History,
        also: Iterable[str] = (),
        made_up: frozenset[str] = frozenset(),
        urls: frozenset[str] = frozenset(),
    ) -> None:
        """Know what ``Redactor`` knows; what one of *urls* of the suite is, no secret within it hides."""
        self._urls = urls
        self._numbers: dict[str, int] = {}
        self._sent = _made_up(history) | made_up
        self._known: dict[str, str] = {}
        super().__init__(settings, history, also, made_up)

    def _hide(self, value: str, *, is_sent: bool) -> None:
        if not is_sent:
            self._all.add(value, self.placeholder(value))

    def placeholder(self, secret: str) -> str:
        """Return the class of *secret*, or itself if the suite made it up, or it is blank."""
        if secret in self._sent or not secret.strip():
            return secret
        number = self._numbers.setdefault(secret, len(self._numbers) + 1)
        return f"<secret {number}, {len(secret)} characters>"

    def value(self, value: Json, *, is_secret: bool = False, is_own: bool = False) -> Json:
        """Return JSON like *value*; of what the suite made up (*is_own*), no secret is hidden."""
        return super().value(value, is_secret=is_secret and not is_own, is_own=is_own)

    def text(self, text: str) -> str:
        """Return *text* without tokens and secrets; what comes again and again is looked at once."""
        if text in self._urls:
            return self.own(text)
        if len(text) > MAX_REMEMBERED:
            return super().text(text)
        if text not in self._known:
            self._known[text] = super().text(text)
        return self._known[text]

    def beginning(self, text: str, longest: int) -> str:
        """Return the first *longest* characters of *text*, as ``text`` has them."""
        return super().beginning(text, longest) if len(text) > MAX_REMEMBERED else self.text(text)[:longest]


def _made_up(history: History) -> set[str]:
    """Return the secrets that the suite made up."""
    return {value for value, origin in history.secrets.items() if not origin.is_generated} | history.made_up


@cache
def _vocabulary(*settings: str) -> str:
    """Return, in lower case, what every report says, whatever the target answers."""
    texts = [_WORDS, PATH, *EVENTS, *settings]
    for row in requirements():
        texts += [row.id, row.title, row.statement, row.source, row.remedy]
    for choice in choices():
        texts += [choice.name, choice.question, *map(str, choice.values)]
    for known in body_properties():
        texts += [rule.message for rule in known.rules]
    return "\n".join(texts).lower()

"""What a run keeps of its requests: all of the first ones, and of a long run no more than reports and checks need."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from user_webhook_contract.http.response import Response
from user_webhook_contract.judge.json_text import parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from user_webhook_contract.checks.history import History
    from user_webhook_contract.http.client import Exchange

MAX_WHOLE_FAILURES: Final = 20
"""Failures of one requirement whose requests and answers are kept whole; of the others only the number is."""

MAX_TEXT: Final = 20_000
"""Bytes of an answer in which secrets are looked for that stand in no JSON; a report shows fewer."""

_LIST_OF_SECRETS: Final = re.compile(rb"""secrets[\\"']*\s*[:=]\s*\[([^\]]*)\]""")
_ITEM: Final = re.compile(rb"[!#-&(-+\--\[\]-~]{6,}")
"""Visible ASCII but for quotes, commas and backslashes, and no shorter than what is taken for a secret."""

MAX_KEPT_BODY: Final = 20_000
"""Bytes of an answer's body above which only their number is kept, once it is judged."""

MAX_STORED_SECRETS: Final = 100
"""Secrets of one webhook that are remembered: of a longer list, no report shows more."""

MAX_URLS: Final = 300
MAX_SECRETS: Final = 2000
MAX_UNKNOWN_IDS: Final = 100
MAX_GENERATED: Final = 50
"""Urls, secrets, unknown ids and generated secrets in order that the history of a long run holds."""


class Retention:
    """Bounds the memory of a run, whatever its budget."""

    def __init__(self, history: History, known_ids: frozenset[str]) -> None:
        """Bound *history*; the webhooks *known_ids* stay in it."""
        self._history = history
        self._known_ids = known_ids
        self._whole: Counter[str] = Counter()
        self._shown: set[str] = set()
        self._unknown_ids: deque[str] = deque()

    def keep(self, exchange: Exchange, broken: Iterable[str], *, is_confirmation: bool) -> Exchange:
        """Return *exchange* as the ledger is to hold it: whole, or without bodies where there are many like it."""
        rows = list(broken)
        if not rows:
            return self.trimmed(exchange)
        if not is_confirmation and all(self._whole[row] >= MAX_WHOLE_FAILURES for row in rows):
            response = exchange.response
            bare = Response(response.status, {}, b"") if isinstance(response, Response) else response
            return replace(exchange, request=replace(exchange.request, body=None), response=bare)
        self._whole.update(rows)
        self.remember_secrets(exchange)
        return self.trimmed(exchange)

    def trimmed(self, exchange: Exchange) -> Exchange:
        """Return *exchange* without an answer's body that is too large to be kept.

        Its beginning is not kept either: half of a secret would not be known for one.
        """
        response = exchange.response
        if isinstance(response, Response) and len(response.body) > MAX_KEPT_BODY:
            return replace(exchange, response=replace(response, body=b"", length=len(response.body)))
        return exchange

    def bound(self, webhook_id: str) -> None:
        """Let the history forget what is old, after a request to *webhook_id*."""
        history = self._history
        while len(history.urls) > MAX_URLS:
            del history.urls[next(iter(history.urls))]
        if len(history.secrets) > MAX_SECRETS:
            self._forget_secrets()
        del history.generated[:-MAX_GENERATED]
        if webhook_id not in self._known_ids:
            self._unknown_ids.append(webhook_id)
            if len(self._unknown_ids) > MAX_UNKNOWN_IDS:
                history.webhooks.pop(self._unknown_ids.popleft(), None)

    def remember_secrets(self, exchange: Exchange) -> None:
        """Note the secrets that a report of *exchange* may show, so that they are known to be some when it is written."""
        stored = (self._history.webhook(exchange.request.webhook_id).secrets or ())[:MAX_STORED_SECRETS]
        self._shown |= {*stored, *_secrets_in(parse(exchange.request.body or b"").value)}
        if isinstance(exchange.response, Response):
            self._shown |= _secrets_in(exchange.response.json) | _secrets_in_text(exchange.response.body)
        self._history.confidential |= self._shown

    def _forget_secrets(self) -> None:
        """Drop the older half of the secrets, but for those that are stored now or shown in a report."""
        history = self._history
        stored = {
            secret for webhook in history.webhooks.values() for secret in (webhook.secrets or ())[:MAX_STORED_SECRETS]
        }
        for secret in list(history.secrets)[: -MAX_SECRETS // 2]:
            if secret not in stored and secret not in self._shown:
                del history.secrets[secret]


def _secrets_in(value: object) -> set[str]:
    """Return every text that stands under ``secrets``, at any depth, which may be more than Python calls go.

    Of a body that is too large to be shown, the first ones.
    """
    found = set()
    left = deque([(value, False)])
    looked_at = 0
    while left and looked_at < MAX_KEPT_BODY:
        looked_at += 1
        one, is_secret = left.popleft()
        if isinstance(one, dict):
            left.extend((inner, is_secret or name == "secrets") for name, inner in one.items())
        elif isinstance(one, list):
            left.extend((inner, is_secret) for inner in one)
        elif isinstance(one, str) and is_secret:
            found.add(one)
    return found


def _secrets_in_text(body: bytes) -> set[str]:
    """Return what a list named ``secrets`` holds in a body that has one in another form: JSON in a text, or as in Python."""
    return {secret.decode() for items in _LIST_OF_SECRETS.findall(body[:MAX_TEXT]) for secret in _ITEM.findall(items)}

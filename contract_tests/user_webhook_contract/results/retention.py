"""What a run keeps of its requests: all of the first ones, and of a long run no more than reports and checks need."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import replace
from typing import TYPE_CHECKING

from user_webhook_contract.http.response import Answer
from user_webhook_contract.judge.json_text import read

if TYPE_CHECKING:
    from collections.abc import Iterable

    from user_webhook_contract.checks.history import History
    from user_webhook_contract.http.client import Exchange

MOST_WHOLE_FAILURES = 20
"""Failures of one requirement whose requests and answers are kept whole; of the others only the number is."""

LONGEST_TEXT = 20_000
"""Bytes of an answer in which secrets are looked for that stand in no JSON; a report shows fewer."""

_LIST_OF_SECRETS = re.compile(rb"""secrets[\\"']*\s*[:=]\s*\[([^\]]*)\]""")
_ITEM = re.compile(rb"[!#-&(-+\--\[\]-~]{6,}")
"""Visible ASCII but for quotes, commas and backslashes, and no shorter than what is taken for a secret."""

LARGEST_KEPT = 20_000
"""Bytes of an answer's body above which only their number is kept, once it is judged."""

MOST_STORED = 100
"""Secrets of one webhook that are remembered: of a longer list, no report shows more."""

MOST_URLS, MOST_SECRETS, MOST_STRANGERS, MOST_GENERATED = 300, 2000, 100, 50
"""Urls, secrets, unknown ids and generated secrets in order that the history of a long run holds."""


class Retention:
    """Bounds the memory of a run, whatever its budget."""

    def __init__(self, history: History, known_ids: frozenset[str]) -> None:
        """Bound *history*; the webhooks *known_ids* stay in it."""
        self._history = history
        self._known_ids = known_ids
        self._whole: Counter[str] = Counter()
        self._shown: set[str] = set()
        self._strangers: deque[str] = deque()

    def keep(self, exchange: Exchange, broken: Iterable[str], *, is_last_word: bool) -> Exchange:
        """Return *exchange* as the ledger is to hold it: whole, or without bodies where there are many like it."""
        rows = list(broken)
        if not rows:
            return self.trimmed(exchange)
        if not is_last_word and all(self._whole[row] >= MOST_WHOLE_FAILURES for row in rows):
            outcome = exchange.outcome
            bare = Answer(outcome.status, {}, b"") if isinstance(outcome, Answer) else outcome
            return replace(exchange, request=replace(exchange.request, body=None), outcome=bare)
        self._whole.update(rows)
        self.remember_secrets(exchange)
        return self.trimmed(exchange)

    def trimmed(self, exchange: Exchange) -> Exchange:
        """Return *exchange* without an answer's body that is too large to be kept.

        Its beginning is not kept either: half of a secret would not be known for one.
        """
        outcome = exchange.outcome
        if isinstance(outcome, Answer) and len(outcome.body) > LARGEST_KEPT:
            return replace(exchange, outcome=replace(outcome, body=b"", length=len(outcome.body)))
        return exchange

    def bound(self, webhook_id: str) -> None:
        """Let the history forget what is old, after a request to *webhook_id*."""
        history = self._history
        while len(history.urls) > MOST_URLS:
            del history.urls[next(iter(history.urls))]
        if len(history.secrets) > MOST_SECRETS:
            self._forget_secrets()
        del history.generated[:-MOST_GENERATED]
        if webhook_id not in self._known_ids:
            self._strangers.append(webhook_id)
            if len(self._strangers) > MOST_STRANGERS:
                history.webhooks.pop(self._strangers.popleft(), None)

    def remember_secrets(self, exchange: Exchange) -> None:
        """Note the secrets that a report of *exchange* may show, so that they are known to be some when it is written."""
        stored = (self._history.webhook(exchange.request.webhook_id).secrets or ())[:MOST_STORED]
        self._shown |= {*stored, *_secrets_in(read(exchange.request.body or b"").value)}
        if isinstance(exchange.outcome, Answer):
            self._shown |= _secrets_in(exchange.outcome.json) | _secrets_in_text(exchange.outcome.body)
        self._history.confidential |= self._shown

    def _forget_secrets(self) -> None:
        """Drop the older half of the secrets, but for those that are stored now or shown in a report."""
        history = self._history
        stored = {secret for webhook in history.webhooks.values() for secret in (webhook.secrets or ())[:MOST_STORED]}
        for secret in list(history.secrets)[: -MOST_SECRETS // 2]:
            if secret not in stored and secret not in self._shown:
                del history.secrets[secret]


def _secrets_in(value: object) -> set[str]:
    """Return every text that stands under ``secrets``, at any depth, which may be more than Python calls go.

    Of a body that is too large to be shown, the first ones.
    """
    found = set()
    left = deque([(value, False)])
    looked_at = 0
    while left and looked_at < LARGEST_KEPT:
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
    return {
        secret.decode() for items in _LIST_OF_SECRETS.findall(body[:LONGEST_TEXT]) for secret in _ITEM.findall(items)
    }

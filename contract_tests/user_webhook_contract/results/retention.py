"""What a run keeps of its exchanges: all of a short run, and of a long one what the report needs."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from user_webhook_contract.checks.finding import Gravity
from user_webhook_contract.checks.history import MAX_STORED_SECRETS
from user_webhook_contract.http.client import Way
from user_webhook_contract.http.response import Response
from user_webhook_contract.judge.json_text import parse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from user_webhook_contract.checks.finding import Finding
    from user_webhook_contract.checks.history import History
    from user_webhook_contract.http.client import Exchange
    from user_webhook_contract.results.ledger import Failure

MAX_WHOLE_FAILURES: Final = 20
"""Failures of one requirement whose requests and responses are kept whole; of the others, those that tell more."""

MAX_KEPT_BODY: Final = 20_000
"""Bytes of a response's body above which only their number is kept, once it is judged; a report shows fewer."""

MAX_HEADERS: Final = 40
MAX_KEPT_HEADER: Final = 2_000
"""Headers of a response, and characters of each, that are kept; a report shows fewer characters."""

NEEDED_HEADERS: Final = ("content-encoding", "content-type", "retry-after")
"""Those that a verdict can depend on: they are kept, however many others there are."""

MAX_LOOKED_AT: Final = 2_000
"""Values of a body that is too large to be kept that are looked at for secrets: findings show fewer of them."""

COST: Final = 100
"""Bytes that it takes to remember a secret of no length."""

MAX_CONFIDENTIAL: Final = 2_000_000
"""Characters of the secrets that a report hides, each counted with what it takes to remember it; a target that shows
more of them has its later responses left out of the report."""

MIN_SECRET: Final = 6
"""Characters of the shortest secret that is looked for in a request: a shorter one may be an ordinary word."""

_LIST_OF_SECRETS: Final = re.compile(rb"""secrets[\\"']*\s*[:=]\s*\[([^\]]*)\]""")
_ITEM: Final = re.compile(rb"[!#-&(-+\--\[\]-~]{6,}")
"""Visible ASCII without quotes, commas and backslashes, as long as the shortest secret that is looked for."""


class Retention:
    """Decides what is kept of each exchange, so that a run of any length needs the same memory."""

    def __init__(self, history: History) -> None:
        """Tell *history* which secrets a report may show."""
        self._history = history
        self._whole: Counter[str] = Counter()
        self._confidential = 0
        self._most_telling: dict[str, tuple[Gravity, int]] = {}

    def keep(
        self,
        exchange: Exchange,
        broken: Collection[str],
        findings: Sequence[Finding],
        *,
        is_proof: bool,
        is_confirmation: bool,
    ) -> Exchange:
        """Return *exchange* as the ledger is to hold it: whole, or without bodies if there are many like it."""
        tells_more = self._tells_more(exchange, broken, findings)
        is_whole = (not broken or is_confirmation or tells_more) and not self.is_full
        if is_whole and (is_proof or broken):
            self._remember_secrets(exchange)
        response = exchange.response
        if not is_whole:
            bare = Response(response.status, {}, b"") if isinstance(response, Response) else response
            return replace(exchange, request=replace(exchange.request, body=None), response=bare, is_bare=True)
        self._whole.update(broken)
        if not isinstance(response, Response):
            return exchange
        response = replace(response, headers=beginnings(response.headers))
        if len(response.body) > MAX_KEPT_BODY:
            # Not even its beginning is kept: half of a secret would not be known for one.
            response = replace(response, body=b"", length=len(response.body))
        return replace(exchange, response=response)

    @property
    def is_full(self) -> bool:
        """No more secrets can be remembered, so that nothing more of a response may be shown."""
        return self._confidential > MAX_CONFIDENTIAL

    def _tells_more(self, exchange: Exchange, broken: Collection[str], findings: Iterable[Finding]) -> bool:
        """Return whether *exchange* is among the first failures of a requirement, or is graver or shorter than these."""
        rank = min((one.gravity for one in findings if not one.is_kept), default=Gravity.CONTENT), size(exchange)
        rows = [row for row in broken if self._whole[row] < MAX_WHOLE_FAILURES or rank < self._most_telling[row]]
        for row in broken:
            self._most_telling[row] = min(rank, self._most_telling.get(row, rank))
        return bool(rows)

    def _remember_secrets(self, exchange: Exchange) -> None:
        """Note the secrets that a report of *exchange* may show, so that it hides them when it is written."""
        stored = (self._history.webhook(exchange.request.webhook_id).secrets or ())[:MAX_STORED_SECRETS]
        self._history.made_up |= secrets_sent(exchange)
        new = {*stored, *secrets_in(exchange)} - self._history.confidential
        self._history.confidential |= new
        self._confidential += cost_of(new)


def cost_of(secrets: Collection[str]) -> int:
    """Return about how many bytes it takes to remember *secrets*."""
    return sum(map(len, secrets)) + COST * len(secrets)


def secrets_sent(exchange: Exchange) -> set[str]:
    """Return every text that the request of *exchange* calls a secret."""
    return _secrets_in(parse(exchange.request.body or b"").value)


def secrets_in(exchange: Exchange) -> set[str]:
    """Return every text that request or response of *exchange* call a secret."""
    found = secrets_sent(exchange)
    if isinstance(exchange.response, Response):
        is_large = len(exchange.response.body) > MAX_KEPT_BODY
        found |= _secrets_in(exchange.response.json, MAX_LOOKED_AT if is_large else MAX_KEPT_BODY)
        found |= _secrets_in_text(exchange.response.body)
    return found


def url_in(exchange: Exchange) -> str:
    """Return the url in the request of *exchange*; empty if there is none."""
    body = parse(exchange.request.body or b"").value
    url = body.get("url") if isinstance(body, dict) else None
    return url if isinstance(url, str) else ""


def beginnings(headers: dict[str, str]) -> dict[str, str]:
    """Return of *headers* more than a report shows, and no more than a run can hold."""
    needed = [name for name in NEEDED_HEADERS if name in headers]
    names = dict.fromkeys([*needed, *sorted(headers)[:MAX_HEADERS]])
    return {name[:MAX_KEPT_HEADER]: headers[name][:MAX_KEPT_HEADER] for name in names}


def size(exchange: Exchange) -> int:
    """Return how long the request of *exchange* is to a reader."""
    return len(exchange.request.body or b"") + len(exchange.request.webhook_id)


def most_telling_first(failures: Iterable[Failure]) -> list[Failure]:
    """Return *failures* with the gravest differences first, and those that are not whole at the end.

    Of those that are alike, the ones that need no other request on their connection come first.
    """
    return sorted(
        failures, key=lambda one: (one.exchange.is_bare, one.finding.gravity, one.exchange.way is not Way.OWN)
    )


def held_by_target(history: History) -> frozenset[str]:
    """Return the secrets that the target made, and those of the suite that may be stored after the run."""
    made = {secret for secret, origin in history.secrets.items() if origin.is_generated}
    stored = {secret for one in history.webhooks.values() for secret in (one.secrets or ())[:MAX_STORED_SECRETS]}
    return frozenset(secret for secret in made | stored if len(secret) >= MIN_SECRET)


def _secrets_in(value: object, most: int = MAX_KEPT_BODY) -> set[str]:
    """Return every text under ``secrets``, at any depth, even beyond the recursion limit.

    Only those among the first *most* values: of a body that is too large, nothing more is shown.
    """
    found = set()
    left = deque([(value, False)])
    looked_at = 0
    while left and looked_at < most:
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
    """Return the items of lists named ``secrets`` in a body that is not plain JSON: JSON in a text, or Python's form."""
    return {
        secret.decode() for items in _LIST_OF_SECRETS.findall(body[:MAX_KEPT_BODY]) for secret in _ITEM.findall(items)
    }

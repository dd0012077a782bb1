"""What is written down of each request: an entry in the journal, and a line in the log."""

from __future__ import annotations

from itertools import chain
from time import perf_counter
from typing import TYPE_CHECKING, Final

from user_webhook_mock.http.scope import CALLER, STATE
from user_webhook_mock.journal.entry import MAX_BODY, Entry

if TYPE_CHECKING:
    from user_webhook_mock.api.log import RequestLog
    from user_webhook_mock.journal.exchange import Exchange
    from user_webhook_mock.state import MockState
    from user_webhook_mock.state.metrics import Metrics

FILES: Final = ("/console/", "/docs/")
"""What pages are made of: the log has the page that was asked for, but not each of its files."""


class Recorder:
    """Records requests to the API in the journal and the log, and requests for pages in the log alone."""

    def __init__(self, log: RequestLog | None, metrics: Metrics | None) -> None:
        self._log = log
        self._metrics = metrics

    def write_update(self, exchange: Exchange) -> None:
        """Record a request to the API."""
        scope = exchange.scope
        state: MockState = scope[STATE]
        if state.journal.limit:
            exchange.entry = Entry(
                state.journal.next_number(),
                state.clock.now(),
                scope["method"],
                scope["path"],
                b"\n".join(chain.from_iterable(scope["headers"])),
                exchange.content,
                exchange.size,
                exchange.status,
                exchange.response_body[:MAX_BODY],
                perf_counter() - exchange.started,
                exchange.reason,
                exchange.violations,
                exchange.forced,
                exchange.fault,
                scope.get(CALLER) or state.tokens.identify(scope["headers"]),
            )
            state.record(exchange.entry)
        if self._metrics is not None:
            self._metrics.count(exchange)
        if self._log is not None:
            self._log.write(exchange)

    def write_page(self, exchange: Exchange) -> None:
        """Record a request for a page."""
        if self._log is not None and not exchange.scope["path"].startswith(FILES):
            self._log.write(exchange)

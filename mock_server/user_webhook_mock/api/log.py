"""One line for each request."""

from __future__ import annotations

from contextlib import suppress
from time import perf_counter
from typing import TYPE_CHECKING, Final, TextIO

from user_webhook_mock.http.scope import STATE
from user_webhook_mock.state.spaces import DEFAULT

if TYPE_CHECKING:
    from user_webhook_mock.api.explanation import Explainer
    from user_webhook_mock.journal.exchange import Exchange
    from user_webhook_mock.state import MockState

MAX_PATH: Final = 200


class RequestLog:
    """Writes requests without their query, headers and body, and without the mock's tokens."""

    def __init__(self, stream: TextIO, explainer: Explainer | None = None) -> None:
        """*explainer* adds why each response is what it is."""
        self._stream = stream
        self._explainer = explainer

    def write(self, exchange: Exchange) -> None:
        """Write one line; the status is a hyphen if the client did not wait for the response."""
        state: MockState = exchange.scope[STATE]
        tokens = state.tokens
        path = tokens.hide(exchange.scope["path"])
        if len(path) > MAX_PATH:
            path = f"{path[:MAX_PATH]}..."
        milliseconds = (perf_counter() - exchange.started) * 1000
        line = f"{exchange.scope['method']} {path} {exchange.status or '-'} {milliseconds:.1f} ms"
        if exchange.reason:
            line += f"  {tokens.hide(exchange.reason)}"
        if state.name != DEFAULT:
            line += f"  space {state.name}"
        if self._explainer is not None:
            line += f"  {self._explainer.explain(exchange)}"
        # a line break or a terminal's control sequence in a path must not become one in the log
        line = line.encode("unicode_escape").decode("ascii")
        with suppress(OSError):  # nobody reads the log any more; the mock goes on
            self._stream.write(line + "\n")
            self._stream.flush()

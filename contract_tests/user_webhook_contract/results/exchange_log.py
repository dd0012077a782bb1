"""Every exchange of a run, in the order of sending, in bounded memory."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from user_webhook_contract.http.response import Response
from user_webhook_contract.results.retention import beginnings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from user_webhook_contract.http.client import Exchange

MAX_BODY: Final = 20_000
"""Bytes of a response's body up to which it is kept; of a longer one, length and hash are."""

MAX_REQUEST_BODY: Final = 400_000
"""The same for a request: the suite made it, and it is mostly one character many times."""

MAX_KEPT: Final = 60_000_000
"""Compressed bytes of all bodies; of those that come later, length and hash are kept."""


@dataclass(frozen=True)
class Digest:
    """What is known of a body that is not kept: its length in bytes, and its SHA-256 in hex."""

    length: int
    sha256: str


@dataclass(frozen=True)
class Logged:
    """One exchange; each body is there, or its digest."""

    exchange: Exchange
    sent: Digest | None = None
    received: Digest | None = None


def digest(body: bytes) -> Digest:
    """Return what is known of *body* when it is not kept."""
    return Digest(len(body), hashlib.sha256(body).hexdigest())


class ExchangeLog:
    """Keeps exchanges as they were sent and received; tokens and secrets are in them."""

    def __init__(self) -> None:
        """Start with none."""
        self._kept: list[tuple[Logged, bytes | None, bytes | None]] = []
        self._size = 0

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._kept)

    def __iter__(self) -> Iterator[Logged]:
        """Yield each, with its bodies."""
        for logged, request_body, response_body in self._kept:
            exchange = logged.exchange
            if request_body is not None:
                exchange = replace(exchange, request=replace(exchange.request, body=zlib.decompress(request_body)))
            if response_body is not None and isinstance(exchange.response, Response):
                body = zlib.decompress(response_body)
                exchange = replace(exchange, response=replace(exchange.response, body=body))
            yield replace(logged, exchange=exchange)

    def add(self, exchange: Exchange) -> None:
        """Keep *exchange*."""
        request, response = exchange.request, exchange.response
        sent, sent_digest = self._body(request.body, MAX_REQUEST_BODY)
        received, received_digest = None, None
        if isinstance(response, Response):
            received, received_digest = self._body(response.body, MAX_BODY)
            response = replace(response, body=b"", headers=beginnings(response.headers))
        bare = replace(exchange, request=replace(request, body=None), response=response)
        self._kept.append((Logged(bare, sent_digest, received_digest), sent, received))

    def _body(self, body: bytes | None, most: int) -> tuple[bytes | None, Digest | None]:
        if body is None:
            return None, None
        if len(body) <= most:
            packed = zlib.compress(body, 1)
            if self._size + len(packed) <= MAX_KEPT:
                self._size += len(packed)
                return packed, None
        return None, digest(body)

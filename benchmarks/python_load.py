"""The load where wrk is missing: the same update over and over, on asyncio. Its own limit is below that of the fastest servers.

BODY=... TOKEN=... python python_load.py URL CONNECTIONS SECONDS
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from http import HTTPStatus
from typing import cast
from urllib.parse import urlsplit

import httptools
import uvloop


class Caller(asyncio.Protocol):
    """One connection, which sends its next request when the former is answered."""

    def __init__(self, request: bytes, deadline: float) -> None:
        self._request, self._deadline = request, deadline
        self._parser = httptools.HttpResponseParser(self)
        self.latencies: list[float] = []
        self.refused = 0
        self.is_broken = False
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = cast("asyncio.Transport", transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        """Read on."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._end(is_broken=True)

    def on_message_complete(self) -> None:
        """Note the answer and send the next request."""
        now = time.perf_counter()
        self.latencies.append(now - self._sent)
        self.refused += self._parser.get_status_code() >= HTTPStatus.BAD_REQUEST
        if now < self._deadline:
            self._next()
        else:
            self._end()

    def connection_lost(self, _error: Exception | None) -> None:
        """Count a connection that was closed before its time."""
        self._end(is_broken=True)

    def _next(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(self._request)

    def _end(self, *, is_broken: bool = False) -> None:
        if not self.ended.done():
            self.is_broken = is_broken
            self.ended.set_result(None)
            self._transport.close()


async def load(url: str, connections: int, seconds: float) -> dict[str, float]:
    """Return what was counted, latencies in milliseconds."""
    parts, body = urlsplit(url), os.environ["BODY"].encode()
    head = (
        f"PATCH {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {os.environ['TOKEN']}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    loop, started = asyncio.get_running_loop(), time.perf_counter()
    callers = []
    for _ in range(connections):
        _, caller = await loop.create_connection(
            lambda: Caller(head.encode() + body, started + seconds), parts.hostname or "", parts.port or 80
        )
        callers.append(caller)
    await asyncio.wait([caller.ended for caller in callers], timeout=seconds + 10)
    took = time.perf_counter() - started
    latencies = sorted(1000 * one for caller in callers for one in caller.latencies) or [0.0]
    return {
        "requests": sum(len(caller.latencies) for caller in callers),
        "seconds": took,
        "refused": sum(caller.refused for caller in callers),
        "broken": sum(caller.is_broken or not caller.ended.done() for caller in callers),
        "p50": latencies[len(latencies) // 2],
        "p99": latencies[int(len(latencies) * 0.99)],
        "p999": latencies[int(len(latencies) * 0.999)],
    }


if __name__ == "__main__":
    print(json.dumps(uvloop.run(load(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))))

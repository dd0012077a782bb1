"""The memory that one request holds at its peak, in bytes, of an ASGI application without a server.

python allocations.py MODULE:APPLICATION
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import statistics
import sys
import tracemalloc
from typing import TYPE_CHECKING, Any, Final

from exchange import TOKEN, VALID, path

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message

WARM_UP: Final = 1200  # more than the journal of the mock holds
MEASURED: Final = 300
BODY: Final = json.dumps(VALID).encode()


def scope() -> dict[str, Any]:
    """Return what a server makes of the request."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "PATCH",
        "scheme": "http",
        "path": path(),
        "raw_path": path().encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [
            (b"host", b"127.0.0.1"),
            (b"authorization", f"Bearer {TOKEN}".encode()),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(BODY)).encode()),
        ],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 80),
        "state": {},
    }


async def request(application: ASGIApp) -> int:
    """Send one valid update; return its status."""
    statuses = []

    async def receive() -> Message:
        return {"type": "http.request", "body": BODY, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await application(scope(), receive, send)
    return int(statuses[0])


async def peaks(application: ASGIApp) -> list[int]:
    """Return the bytes that each measured request held at its peak above what was held before."""
    ready = asyncio.Event()

    async def receive() -> Message:
        if ready.is_set():
            await asyncio.Event().wait()
        return {"type": "lifespan.startup"}

    async def send(_message: Message) -> None:
        ready.set()

    life = asyncio.ensure_future(
        application({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send)
    )
    await ready.wait()
    statuses = {await request(application) for _ in range(WARM_UP)}
    if statuses != {201}:
        sys.exit(f"The application answered {statuses}: nothing was measured.")
    gc.collect()
    tracemalloc.start()
    found = []
    for _ in range(MEASURED):
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        await request(application)
        found.append(tracemalloc.get_traced_memory()[1] - before)
    life.cancel()
    return found


if __name__ == "__main__":
    module, _, name = sys.argv[1].partition(":")
    print(statistics.median(asyncio.run(peaks(getattr(importlib.import_module(module), name)))))

"""The mock in a thread of a process that does something else, such as running tests or a command."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.server.server import Server

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp

    from user_webhook_mock.server.certificate import Certificate

DEADLINE: Final = 20.0


@contextmanager
def serving(
    app: ASGIApp, listener: socket.socket, on_stop: Callable[[], None], certificate: Certificate | None = None
) -> Iterator[asyncio.AbstractEventLoop]:
    """Serve *app* while the block runs; yield the event loop in which requests are handled.

    Raises:
        UsageError: The server did not start.
    """
    loops: list[asyncio.AbstractEventLoop] = []
    ready = threading.Event()

    def note() -> None:
        loops.append(asyncio.get_running_loop())
        ready.set()

    server = Server(app, note, on_stop, certificate)
    thread = threading.Thread(target=server.run, args=([listener],), name="user-webhook-mock", daemon=True)
    thread.start()
    while not ready.wait(0.05):
        if not thread.is_alive():
            raise UsageError("The server ended before it was ready: see what it printed.")
    try:
        yield loops[0]
    finally:
        server.should_exit = True
        thread.join(DEADLINE)

"""The mock in a thread of a process that does something else, such as running tests."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from user_webhook_mock import create_app
from user_webhook_mock.server.server import ListenError, Server, address, listen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from user_webhook_mock.state import MockState

DEADLINE: Final = 20.0


@contextmanager
def serving(state: MockState) -> Iterator[tuple[str, asyncio.AbstractEventLoop]]:
    """Serve while the block runs; give the address, and the event loop in which requests are answered.

    Raises:
        ListenError: The address of the settings cannot be listened on, or the server did not start.
    """
    loops: list[asyncio.AbstractEventLoop] = []
    ready = threading.Event()

    def note() -> None:
        loops.append(asyncio.get_running_loop())
        ready.set()

    with listen(state.settings) as listener:
        server = Server(create_app(state=state), note, state.close)
        thread = threading.Thread(target=server.run, args=([listener],), name="user-webhook-mock", daemon=True)
        thread.start()
        if not ready.wait(DEADLINE):
            raise ListenError(f"The server was not ready within {DEADLINE:g} seconds: see what it printed.")
        try:
            yield address(listener), loops[0]
        finally:
            server.should_exit = True
            thread.join(DEADLINE)

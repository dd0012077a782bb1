"""One of several processes that serve a port together, and what they share."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import signal
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from user_webhook_mock import create_app
from user_webhook_mock.server.server import Server
from user_webhook_mock.server.temporary import temporary_folder
from user_webhook_mock.state import MockState
from user_webhook_mock.store.location import in_file

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator, Sequence
    from types import FrameType

    from starlette.types import ASGIApp

    from user_webhook_mock.config.settings import Settings
    from user_webhook_mock.server.certificate import Certificate

MEMORY: Final = Path("/dev/shm")  # noqa: S108  a folder in memory: no disk is waited for, and none gets the secrets


@contextmanager
def worker_task(
    settings: Settings, listeners: Sequence[socket.socket], certificate: Certificate | None
) -> Iterator[WorkerTask]:
    """Yield the task of each worker. Without a store that they can share, the webhooks are in a temporary file.

    Raises:
        UnusableStore: The store cannot be opened.
    """
    settings = replace(settings, journal=0)
    with ExitStack() as stack:
        folder = None
        if not settings.store.is_shared:
            parent = MEMORY if os.access(MEMORY, os.W_OK) else None
            folder = stack.enter_context(temporary_folder("--workers without --store", parent))
            settings = replace(settings, store=in_file(folder / "webhooks"))
        # what a worker imports and keeps is shared from here on, and an error is reported once
        state = MockState(settings)
        with closing(state.webhooks):  # SQLite's connections must not outlive a fork
            create_app(state=state)
        gc.collect()
        gc.freeze()
        yield WorkerTask(settings, listeners, certificate, folder)


@dataclass(frozen=True)
class WorkerTask:
    """What a worker does.

    Attributes:
        folder: Of the temporary file of the webhooks; None if there is none.
    """

    settings: Settings
    listeners: Sequence[socket.socket]
    certificate: Certificate | None
    folder: Path | None

    def __call__(self, index: int, control_socket: socket.socket) -> None:
        """Serve on the listener of *index* until SIGTERM or the end of the parent; *control_socket* gets a byte once ready."""
        state = MockState(self.settings)
        with closing(state.webhooks):
            server = WorkerServer(create_app(state=state), control_socket, state, self.certificate)
            gc.freeze()
            server.run(sockets=[self.listeners[index]])
        if server.is_orphan and self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


class WorkerServer(Server):
    """A server that ends with its parent, and leaves Ctrl-C to it."""

    def __init__(
        self, app: ASGIApp, control_socket: socket.socket, state: MockState, certificate: Certificate | None
    ) -> None:
        super().__init__(app, lambda: control_socket.sendall(b"."), state.close, certificate)
        self._control_socket = control_socket
        self.is_orphan = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to accept connections, and watch the parent."""
        asyncio.get_running_loop().add_reader(self._control_socket, self._end)
        await super().startup(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop by SIGTERM: a terminal sends Ctrl-C to the parent, too, which may want to serve on."""
        if sig != signal.SIGINT:
            super().handle_exit(sig, frame)

    def _end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._control_socket)
        self.is_orphan = self.should_exit = True

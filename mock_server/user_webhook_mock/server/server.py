"""The mock on a port: uvicorn, alone or beside a command."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from typing import TYPE_CHECKING, cast

import uvicorn

from user_webhook_mock.server.child import environment, run_child
from user_webhook_mock.server.connection import Connection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType

    from starlette.types import ASGIApp

    from user_webhook_mock.config.settings import Settings
    from user_webhook_mock.server.certificate import Certificate
    from user_webhook_mock.state import MockState


class ListenError(Exception):
    """The address cannot be listened on. The message is one line and says what to do."""


class Server(uvicorn.Server):
    """A uvicorn server that says when it accepts connections, and whose stop is no failure."""

    def __init__(
        self,
        app: ASGIApp,
        on_ready: Callable[[], None],
        on_stop: Callable[[], None] = lambda: None,
        certificate: Certificate | None = None,
    ) -> None:
        """*on_stop* is to end the answers that do not end by themselves; without a *certificate*, HTTP is plain."""
        super().__init__(
            uvicorn.Config(
                app,
                http=Connection,
                ws="none",
                lifespan="on",
                log_config=None,
                log_level="critical",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                ssl_context_factory=(lambda _config, _default: certificate.context) if certificate else None,
                timeout_graceful_shutdown=2,
            )
        )
        self._on_ready = on_ready
        self._on_stop = on_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to accept connections, and say so."""
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    async def on_tick(self, counter: int) -> bool:
        """Check the connections once a second; uvicorn ticks each tenth of it."""
        if counter % 10 == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                cast("Connection", connection).check(now)
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop to accept connections, and wait for those that are open."""
        self._on_stop()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002  uvicorn's signature
        """Stop; uvicorn would raise the signal once more afterwards, and end with its status in place of 0."""
        self.force_exit = self.should_exit
        self.should_exit = True


def listen(settings: Settings) -> socket.socket:
    """Return a socket bound to the address of *settings*.

    Raises:
        ListenError: The port is taken or not permitted, or the host is none of this machine.
    """
    host, port = settings.host, settings.port
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server((str(address[0]), port), family=family)
    except (OSError, UnicodeError) as error:
        code = error.errno if isinstance(error, OSError) else None
        if code == errno.EADDRINUSE:
            advice = (
                f"Port {port} on {host} is in use: stop what listens there, or use another --port (0: any free one)."
            )
        elif code in {errno.EACCES, errno.EPERM}:
            advice = f"Port {port} on {host} is not permitted: use a --port of 1024 or more (0: any free one)."
        else:
            reason = getattr(error, "strerror", None) or error
            advice = f"host={host!r} is no address of this machine ({reason}): use --host 127.0.0.1, or unset HOST."
        raise ListenError(advice) from error


def split(listener: socket.socket, number: int) -> list[socket.socket]:
    """Return *number* sockets in the place of *listener*, among which the system spreads connections.

    Only a socket that shares its port with none, as *listener* does, tells that nobody else listens there.

    Raises:
        ListenError: Somebody else was quicker.
    """
    place, family = listener.getsockname(), listener.family
    listener.close()
    try:
        return [socket.create_server(place, family=family, reuse_port=True) for _ in range(number)]
    except OSError as error:
        raise ListenError(
            f"Port {place[1]} cannot be shared by workers ({error.strerror}): use another --port."
        ) from error


def address(listener: socket.socket, certificate: Certificate | None = None) -> str:
    """Return the URL under which a client of this machine reaches *listener*."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  the wildcard is translated, not bound
    scheme = "https" if certificate else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def serve(server: Server, listener: socket.socket) -> int:
    """Serve until Ctrl-C or SIGTERM and return the exit status."""
    server.run(sockets=[listener])
    return 0


def serve_while(
    app: ASGIApp,
    listener: socket.socket,
    command: Sequence[str],
    state: MockState,
    certificate: Certificate | None = None,
) -> int:
    """Serve while *command* runs and return its exit status, 128 and its number where a signal ended it.

    Raises:
        CommandError: The command cannot be started.
    """
    ready = threading.Event()
    server = Server(app, ready.set, state.close, certificate)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not ready.wait(0.05):
        if not thread.is_alive():
            raise ListenError("The server ended before it was ready.")
    try:
        return run_child(command, environment(state.settings, address(listener, certificate), certificate))
    finally:
        server.should_exit = True
        thread.join()

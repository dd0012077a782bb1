"""The server: uvicorn on a port."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, cast

import uvicorn

from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.server.connection import Connection

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from types import FrameType

    from starlette.types import ASGIApp

    from user_webhook_mock.config.settings import Settings
    from user_webhook_mock.server.certificate import Certificate


class Config(uvicorn.Config):
    """A configuration with a certificate that was made, not read, and without loggers of its own."""

    context: ssl.SSLContext | None = None

    def load(self) -> None:
        """Use the certificate instead of those that uvicorn reads from files."""
        super().load()
        self.ssl = self.context

    def configure_logging(self) -> None:
        """Leave the loggers alone: those of a process that runs tests are not ours."""


class Server(uvicorn.Server):
    """A uvicorn server that reports when it accepts connections, and whose stop is not a failure."""

    def __init__(
        self,
        app: ASGIApp,
        on_ready: Callable[[], None],
        on_stop: Callable[[], None] = lambda: None,
        certificate: Certificate | None = None,
    ) -> None:
        """*on_stop* has to end the responses that do not end by themselves; without a *certificate*, HTTP is plain."""
        config = Config(
            app,
            http=Connection,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        config.context = certificate.context if certificate else None
        super().__init__(config)
        self._on_ready = on_ready
        self._on_stop = on_stop

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve in an event loop of uvloop where there is one: older versions of uvicorn give it to the whole process."""
        make: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
        with suppress(ImportError):  # Windows has no uvloop
            from uvloop import new_event_loop as make  # noqa: PLC0415  only who serves needs it
        with asyncio.Runner(loop_factory=make) as runner:
            runner.run(self.serve(sockets))

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to accept connections, and report it."""
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
        UsageError: The port is taken or not permitted, or the host is not an address of this machine.
    """
    host, port = settings.host, settings.port
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server((str(address[0]), port), family=family)
    except (OSError, UnicodeError) as error:
        code = error.errno if isinstance(error, OSError) else None
        if code == errno.EADDRINUSE:
            advice = (
                f"Port {port} on {host} is in use: end the program that listens there, or use another --port "
                "or PORT= (0: any free one)."
            )
        elif code in {errno.EACCES, errno.EPERM}:
            advice = f"Port {port} on {host} is not permitted: use a --port of 1024 or more (0: any free one)."
        else:
            # create_server adds the address to the text of the system, in brackets
            reason = os.strerror(code) if code and code > 0 else getattr(error, "strerror", None) or error
            advice = f"host={host!r} is not an address of this machine ({reason}): use --host 127.0.0.1, or unset HOST."
        raise UsageError(advice) from error


def split(listener: socket.socket, number: int) -> list[socket.socket]:
    """Return *number* sockets in place of *listener*, among which the system spreads connections.

    Only a socket that does not share its port, as *listener*, shows that nobody else listens there.

    Raises:
        UsageError: Somebody else was quicker.
    """
    bound, family = listener.getsockname(), listener.family
    listener.close()
    try:
        return [socket.create_server(bound, family=family, reuse_port=True) for _ in range(number)]
    except OSError as error:
        raise UsageError(
            f"Port {bound[1]} cannot be shared by workers ({error.strerror}): use another --port."
        ) from error


def address(listener: socket.socket, certificate: Certificate | None = None) -> str:
    """Return the URL under which a client of this machine reaches *listener*."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  the wildcard is translated, not bound
    scheme = "https" if certificate else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"

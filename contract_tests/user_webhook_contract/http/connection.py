"""A connection to the target, all of whose waits for one response end at one deadline."""

from __future__ import annotations

import http.client
import io
import ssl
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.response import assert_header_parsing

from user_webhook_contract.http.addresses import connect_to_host, seconds_until
from user_webhook_contract.http.status import OK, SWITCHING_PROTOCOLS

if TYPE_CHECKING:
    import socket
    from urllib.parse import SplitResult

    from user_webhook_contract.http.proxy import Proxy


class DeadlineSocket:
    """A socket for http.client that waits until *deadline* (of ``time.monotonic``) and no longer.

    With a limit for each read, a response of one byte a second would never end.
    """

    def __init__(self, raw: socket.socket, deadline: float) -> None:
        """Take *raw*, which is raw."""
        self._socket = raw
        self._deadline = deadline
        self._reader = _Reader(_Incoming(self))
        self._unsent = bytearray()
        self.received = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close_now()

    def close_now(self) -> None:
        """Close the connection."""
        self._socket.close()

    def renew(self, deadline: float) -> None:
        """Wait until *deadline* from now on: another request is sent."""
        self._deadline = deadline
        self.received = 0

    def is_idle(self) -> bool:
        """Return whether it is open, and nothing has come after what was read."""
        self._deadline = 0
        try:
            self._reader.peek(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        except OSError:
            return False
        return False

    def sendall(self, data: bytes) -> None:
        """Keep *data* for ``flush``: http.client gives head and body apart, and each would wake the target."""
        self._unsent += data

    def flush(self) -> None:
        """Send what was kept."""
        data, self._unsent = self._unsent, bytearray()
        self.settimeout()
        self._socket.sendall(data)

    def read_into(self, buffer: memoryview) -> int:
        """Wait for some bytes; return how many came."""
        self.settimeout()
        count = self._socket.recv_into(buffer)
        self.received += count
        return count

    def has_more(self) -> bool:
        """Return whether anything but blanks has come after what was read."""
        self._deadline = 0
        try:
            return bool(self._reader.peek(1).strip())
        except OSError:
            return False

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return the one reader of the connection."""
        return self._reader

    def settimeout(self, _seconds: float | None = None) -> None:
        """Let the next wait end at the deadline, whatever is asked for.

        Raises:
            TimeoutError: It has passed, even if there are bytes: an endless response never lets a read wait.
        """
        self._socket.settimeout(seconds_until(self._deadline) if self._deadline else 0)

    def close(self) -> None:
        """Stay open: http.client closes before the body is read, and goes on through the reader."""


class _Incoming(io.RawIOBase):
    def __init__(self, sock: DeadlineSocket) -> None:
        self._socket = sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401  any buffer
        return self._socket.read_into(buffer)


class _Reader(io.BufferedReader):
    def close(self) -> None:
        """Stay open: what comes after a response is looked at when http.client is done with it."""


class _StrictResponse(http.client.HTTPResponse):
    """Skips interim responses, and refuses what each client would read differently."""

    def begin(self) -> None:
        super().begin()
        while self.status < OK and self.status != SWITCHING_PROTOCOLS:
            # http.client skips 100 only; without headers it begins again.
            self.headers = None  # type: ignore[assignment]
            super().begin()
        assert_header_parsing(self.headers)
        lengths = ",".join(self.headers.get_all("content-length", []))
        if lengths.strip("0123456789, \t"):
            raise http.client.HTTPException(f"Content-Length: {lengths}")


class Connection:
    """A connection: its socket, and what speaks HTTP over it."""

    def __init__(self, sock: DeadlineSocket, kind: type[HTTPConnection], host: str, port: int) -> None:
        """Speak over *sock*, which is connected to *host*."""
        self.socket = sock
        self._make = partial(kind, host, port)
        self.http = self.another()

    def another(self) -> HTTPConnection:
        """Return one more speaker, for a request that is sent before the response to the one before is read."""
        http = self._make()
        http.response_class = _StrictResponse
        http.sock = self.socket
        return http


def connect(
    parts: SplitResult, deadline: float, context: ssl.SSLContext | None, proxy: Proxy | None = None
) -> Connection:
    """Connect to the host of *parts*, with TLS if there is a *context*.

    A *proxy* is asked for a tunnel if there is TLS; otherwise it gets the request, which has to name the host.

    Raises:
        OSError: No connection until *deadline*; ``ssl.SSLError`` if TLS fails.
    """
    kind = HTTPSConnection if context else HTTPConnection
    host, port = parts.hostname or "", parts.port or kind.default_port
    raw = connect_to_host(proxy.host if proxy else host, proxy.port if proxy else port, deadline)
    try:
        raw.settimeout(seconds_until(deadline))
        if context:
            if proxy:
                proxy.open_tunnel(raw, host, port)
            raw = context.wrap_socket(raw, server_hostname=host)
    except BaseException:
        raw.close()
        raise
    return Connection(DeadlineSocket(raw, deadline), kind, host, port)

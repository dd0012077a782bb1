"""One POST to a destination: no redirects, no proxy, no retries, and a deadline."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from user_webhook_mock.deliveries.destination import Destination

MAX_RESPONSE: Final = 1000
MAX_CONNECT: Final = 1.0
"""Seconds to wait for a connection to an address that is not the last of its host."""


@dataclass(frozen=True)
class Outcome:
    """The result of a POST: a status and the beginning of the response's body, or an error; and how long it took."""

    status: int | None
    response_body: str
    error: str
    seconds: float


def post(destination: Destination, body: bytes, headers: Mapping[str, str], *, timeout: float) -> Outcome:
    """Send *body* and return the result; everything together takes at most *timeout* seconds."""
    started = time.monotonic()
    try:
        status, content = _exchange(destination, body, headers, started + timeout)
    except (OSError, HTTPException) as error:
        seconds = time.monotonic() - started
        reason = _reason(error) if seconds < timeout else f"no response within {timeout:g} seconds"
        return Outcome(None, "", reason, seconds)
    return Outcome(status, content, "", time.monotonic() - started)


def _exchange(destination: Destination, body: bytes, headers: Mapping[str, str], deadline: float) -> tuple[int, str]:
    kind = HTTPSConnection if destination.scheme == "https" else HTTPConnection
    connection = kind(destination.host, destination.port)
    connection.sock = _connect(destination, deadline)
    # a receiver that responds byte by byte keeps every time limit of a socket, but not this one
    guard = threading.Timer(deadline - time.monotonic(), _hang_up, (connection.sock,))
    guard.daemon = True
    guard.start()
    try:
        if isinstance(connection.sock, ssl.SSLSocket):
            connection.sock.do_handshake()
        connection.request("POST", destination.path, body, dict(headers))
        with connection.getresponse() as response:
            content = b""
            with suppress(OSError, HTTPException):  # the status decides, however the rest of the response ends
                content = response.read(MAX_RESPONSE)
            return response.status, content.decode("utf-8", "replace")
    finally:
        guard.cancel()
        connection.close()


def _connect(destination: Destination, deadline: float) -> socket.socket:
    """Return a connection to the first address that accepts one; the name is not looked up again."""
    failure: OSError = TimeoutError()
    for number, address in enumerate(destination.addresses, 1):
        left = deadline - time.monotonic()
        if left <= 0:
            break
        # a dead address must not use up the time of those behind it
        patience = left if number == len(destination.addresses) else min(left, MAX_CONNECT)
        try:
            connected = socket.create_connection((address, destination.port), timeout=patience)
        except OSError as error:
            failure = error
            continue
        connected.settimeout(left)
        if destination.scheme == "http":
            return connected
        return ssl.create_default_context().wrap_socket(
            connected, server_hostname=destination.host, do_handshake_on_connect=False
        )
    raise failure


def _hang_up(connected: socket.socket) -> None:
    with suppress(OSError):  # it has ended by itself
        connected.shutdown(socket.SHUT_RDWR)


def _reason(error: OSError | HTTPException) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "the connection was refused"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not trusted ({error.verify_message})"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed ({error.reason or 'no reason given'})"
    if isinstance(error, HTTPException) and not isinstance(error, ConnectionError):
        return "the response is not HTTP"
    if isinstance(error, ConnectionError):
        return "the connection ended before a response"
    return f"the receiver cannot be reached ({getattr(error, 'strerror', None) or 'no reason given'})"

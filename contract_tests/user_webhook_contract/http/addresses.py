"""A connection to the first of several addresses that accepts one: a dead one costs a quarter of a second."""

from __future__ import annotations

import os
import selectors
import socket
import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    Address = tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]

STAGGER: Final = 0.25
"""Seconds that an address is tried alone before the next one is tried beside it, as RFC 8305 has it."""


def connect_to_host(host: str, port: int, deadline: float) -> socket.socket:
    """Return a connection to *host*, whichever of its addresses accepts one first, until *deadline*.

    Raises:
        OSError: None does; TimeoutError at the deadline, which is of ``time.monotonic``.
    """
    return connect_first(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM), deadline)


def connect_first(addresses: Sequence[Address], deadline: float) -> socket.socket:
    """Return a connection to the first of *addresses*, in the form of ``getaddrinfo``, that accepts one.

    Raises:
        OSError: None does.
    """
    if len(addresses) == 1:
        # Nothing is tried beside it, so that nothing has to watch over several sockets, for each request anew.
        return _begin(addresses[0], seconds_until(deadline))
    waiting = list(addresses)
    problem: OSError = OSError("it has no address")
    with ExitStack() as open_sockets, selectors.DefaultSelector() as selector:
        next_start = time.monotonic()
        while waiting or selector.get_map():
            now = time.monotonic()
            if now >= deadline:
                raise TimeoutError
            if waiting and (now >= next_start or not selector.get_map()):
                try:
                    selector.register(open_sockets.enter_context(_begin(waiting.pop(0))), selectors.EVENT_WRITE)
                except OSError as error:
                    problem = error
                    continue
                next_start = now + STAGGER
            until = min(deadline, next_start) if waiting else deadline
            for key, _ in selector.select(max(until - now, 0.0)):
                connected = key.fileobj
                assert isinstance(connected, socket.socket)  # noqa: S101  nothing else is registered
                selector.unregister(connected)
                code = connected.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if not code:
                    return connected.dup()  # what is open here is closed at the end of the block
                problem, next_start = OSError(code, os.strerror(code)), now
                connected.close()
    raise problem


def seconds_until(deadline: float) -> float:
    """Return the seconds until *deadline*.

    Raises:
        TimeoutError: It has passed.
    """
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _begin(address: Address, seconds: float = 0) -> socket.socket:
    """Return a socket that is connected to *address* within *seconds*; without any, it may still be about to be."""
    family, kind, protocol, _, place = address
    raw = socket.socket(family, kind, protocol)
    try:
        raw.settimeout(seconds)
        with suppress(BlockingIOError):
            raw.connect(place)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        raw.close()
        raise
    return raw

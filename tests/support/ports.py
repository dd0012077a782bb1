"""Ports for servers that a test starts itself."""

from __future__ import annotations

import random
import socket

BELOW_THE_SYSTEMS = range(20_000, 32_000)
"""The system gives none of these to a connection, or to who asks for any port, so none is taken before its server is up."""


def free_port() -> int:
    """Return a port of the loopback that nothing listens on."""
    while True:
        port = random.SystemRandom().choice(BELOW_THE_SYSTEMS)
        with socket.socket() as taken:
            try:
                taken.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port

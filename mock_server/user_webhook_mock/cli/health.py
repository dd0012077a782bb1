"""Asks the mock of this machine whether it is healthy, whatever its host and with or without TLS: for containers."""

from __future__ import annotations

import http.client
import os
import ssl
import sys
from typing import TYPE_CHECKING, Final

from user_webhook_api.numbers import whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT: Final = 4
REACHED_AT: Final = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  none of them is bound here
"""Where a mock is reached that listens on every address."""


def is_healthy(environment: Mapping[str, str]) -> bool:
    """Return whether the mock that *environment* starts, by HOST and PORT, says that it is healthy."""
    given = environment.get("HOST", "").strip("[]")
    host, port = REACHED_AT.get(given, given), whole_number(environment.get("PORT") or "8000")
    if port is None:
        return False
    # Its certificate may be for any name; what is asked for is whether it serves.
    context = ssl._create_unverified_context()  # noqa: S323, SLF001  as said above; it stays on this machine
    for connection in (
        http.client.HTTPConnection(host, port, timeout=TIMEOUT),
        http.client.HTTPSConnection(host, port, timeout=TIMEOUT, context=context),
    ):
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == http.client.OK
        except (OSError, OverflowError, UnicodeError, http.client.HTTPException):
            continue
        finally:
            connection.close()
    return False


if __name__ == "__main__":
    sys.exit(not is_healthy(os.environ))

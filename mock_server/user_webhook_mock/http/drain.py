"""The rest of a request whose response was sent before it was read to its end."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import Receive

SECONDS: Final = 0.5


async def drain(receive: Receive) -> None:
    """Discard for a moment what the client still sends: closing at once would reset the connection and lose the response."""
    with suppress(TimeoutError):
        async with asyncio.timeout(SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return

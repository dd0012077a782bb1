"""What happens in the mock, as server-sent events."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from starlette.responses import StreamingResponse

from user_webhook_mock.control.response import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.journal.broadcast import Broadcast
    from user_webhook_mock.state import MockState

MAX_LISTENERS: Final = 20
HEARTBEAT: Final = 15.0
GATHER: Final = 0.05
"""Seconds in which events gather before they are sent together, so that listeners cost little under load."""


async def show(state: MockState, _request: Request) -> Response:
    """Stream events until the client leaves or the mock stops."""
    number = sum(one.broadcast.streams for one in state.spaces.all())
    if number >= MAX_LISTENERS:
        rule = f"At most {MAX_LISTENERS} clients may listen at the same time."
        raise Unavailable("Too many clients listen already", value=number, rule=rule, remedy="close one of them.")
    headers = {"cache-control": "no-store"}
    return StreamingResponse(_stream(state.broadcast), media_type="text/event-stream", headers=headers)


async def _stream(broadcast: Broadcast) -> AsyncIterator[bytes]:
    with broadcast.listen(is_stream=True) as listener:
        yield b": the mock's events\n\n"
        while not listener.is_closed:
            events = await listener.wait(HEARTBEAT)
            yield b"".join(event.text for event in events) or b": no event\n\n"
            await asyncio.sleep(GATHER)

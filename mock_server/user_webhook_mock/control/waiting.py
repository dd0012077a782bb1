"""Verifications that wait until they are true."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from user_webhook_mock.control.response import Unavailable
from user_webhook_mock.core.usage_error import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from user_webhook_mock.core.json import Json
    from user_webhook_mock.state import MockState

MAX_TIMEOUT: Final = 60_000
"""Milliseconds, as many as a latency may have."""

MAX_WAITING: Final = 100
GATHER: Final = 0.01
"""Seconds in which events gather before they are looked at together, so that a wait costs little under load."""


def read_timeout(value: Json) -> float:
    """Return a number of milliseconds in seconds.

    Raises:
        UsageError: It is not one, or over the limit.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_TIMEOUT:
        rule = f"timeout is a whole number of milliseconds, at most {MAX_TIMEOUT}."
        raise UsageError("timeout is not valid", value=value, rule=rule, remedy="write it like 2000.")
    return value / 1000


async def when_verified(state: MockState, check: Callable[[], dict[str, Any]], seconds: float) -> dict[str, Any]:
    """Return the result of *check* as soon as it is verified, or the last one after *seconds* or at the end of the mock.

    Nothing is polled: it is checked again after what happens in the space.

    Raises:
        Unavailable: Too many wait already.
    """
    result = check()
    if result["verified"] or not seconds:
        return result
    number = sum(len(one.broadcast) - one.broadcast.streams for one in state.spaces.all())
    if number >= MAX_WAITING:
        rule = f"At most {MAX_WAITING} verifications may wait at the same time."
        raise Unavailable("Too many verifications wait already", value=number, rule=rule, remedy="wait for fewer.")
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    with state.broadcast.listen() as listener:
        result = check()  # a delivery may have ended since, in its own thread
        while not result["verified"] and not listener.is_closed and (left := deadline - loop.time()) > 0:
            if await listener.wait(left):
                await asyncio.sleep(GATHER)
            result = check()
    return result

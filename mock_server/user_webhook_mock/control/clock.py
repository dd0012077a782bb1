"""The mock's own time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from user_webhook_mock.control.body import read_object
from user_webhook_mock.control.response import json_response, no_content
from user_webhook_mock.core.clock import timestamp
from user_webhook_mock.core.duration import read_duration
from user_webhook_mock.core.usage_error import UsageError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.state import MockState


async def show(state: MockState, _request: Request) -> Response:
    """Show the mock's time, and by how much it is ahead of the machine's."""
    return json_response({"now": timestamp(state.clock.now()), "ahead_seconds": round(state.clock.offset, 3)})


async def put(state: MockState, request: Request) -> Response:
    """Set the clock; it runs on from there."""
    now = (await read_object(request, ["now"])).get("now")
    state.clock.set(read_time("now", now))
    return await show(state, request)


async def advance(state: MockState, request: Request) -> Response:
    """Move the clock forward."""
    by = (await read_object(request, ["by"])).get("by")
    state.clock.advance(read_duration(str(by)))
    return await show(state, request)


async def remove(state: MockState, _request: Request) -> Response:
    """Go back to the machine's time."""
    state.reset(["clock"])
    return no_content()


def read_time(name: str, value: object) -> float:
    """Return a time such as ``2026-01-31T12:00:00Z`` as Unix time; without a zone it is in UTC.

    Raises:
        UsageError: It is not a time.
    """
    try:
        time = datetime.fromisoformat(str(value))
    except ValueError:
        rule = "A time has the form of RFC 3339."
        remedy = "write it like 2026-01-31T12:00:00Z."
        raise UsageError(f"{name} is not a valid time", value=value, rule=rule, remedy=remedy) from None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()

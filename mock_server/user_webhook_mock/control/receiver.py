"""The receiver of deliveries, in place of the stored urls."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from user_webhook_mock.control.body import read_object
from user_webhook_mock.control.response import json_response
from user_webhook_mock.core.usage_error import UsageError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.state import MockState


async def show(state: MockState, _request: Request) -> Response:
    """Show where deliveries go."""
    policy = state.deliveries.policy
    url = policy.receiver.url if policy.receiver else None
    return json_response({"url": url, "stored_urls": policy.is_real and url is None})


async def put(state: MockState, request: Request) -> Response:
    """Send every delivery to this receiver."""
    url = (await read_object(request, ["url"])).get("url")
    if not isinstance(url, str) or not url:
        rule = "url is the url of a receiver."
        raise UsageError("url is not valid", rule=rule, remedy="use one such as http://127.0.0.1:9000/.")
    await asyncio.to_thread(state.deliver_to, url)  # it looks the name up
    return await show(state, request)


async def remove(state: MockState, request: Request) -> Response:
    """Go back to the receiver of the start, if there was one."""
    await asyncio.to_thread(state.deliver_to, state.settings.deliver_to)
    return await show(state, request)

"""The last deliveries, with each attempt and its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from user_webhook_mock.control.response import json_response, no_content

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.state import MockState


async def show(request: Request) -> Response:
    """List the deliveries, the oldest first."""
    state: MockState = request.app.state.mock
    return json_response({"deliveries": state.deliveries.deliveries()})


async def remove(request: Request) -> Response:
    """Forget the deliveries; none of them is tried again."""
    state: MockState = request.app.state.mock
    state.reset(["deliveries"])
    return no_content()

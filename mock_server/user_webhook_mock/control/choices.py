"""The choices that the mock plays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from user_webhook_mock.control.body import read_object
from user_webhook_mock.control.response import json_response

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.state import MockState


async def show(request: Request) -> Response:
    """Show every choice by name."""
    state: MockState = request.app.state.mock
    return json_response(state.choices)


async def put(request: Request) -> Response:
    """Play these choices, and the defaults of the others."""
    return await _choose(request, keeps_others=False)


async def patch(request: Request) -> Response:
    """Play these choices, and leave the others."""
    return await _choose(request, keeps_others=True)


async def _choose(request: Request, *, keeps_others: bool) -> Response:
    state: MockState = request.app.state.mock
    state.choose((await read_object(request)).items(), keeps_others=keeps_others)
    return json_response(state.choices)

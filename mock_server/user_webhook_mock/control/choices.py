"""The choices that the mock follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from user_webhook_mock.control.body import read_object
from user_webhook_mock.control.response import json_response

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.state import MockState


async def show(state: MockState, _request: Request) -> Response:
    """Show every choice by name."""
    return json_response(state.choices)


async def put(state: MockState, request: Request) -> Response:
    """Set these choices, and reset the others to their defaults."""
    state.choose((await read_object(request)).items(), keeps_others=False)
    return json_response(state.choices)


async def patch(state: MockState, request: Request) -> Response:
    """Set these choices, and leave the others."""
    state.choose((await read_object(request)).items())
    return json_response(state.choices)

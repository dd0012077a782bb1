"""The global faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from user_webhook_mock.control.body import read_object
from user_webhook_mock.control.response import json_response, no_content
from user_webhook_mock.faults.plan import FaultPlan, read_fault_plan

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.state import MockState


async def show(state: MockState, _request: Request) -> Response:
    """Show the faults, and what is left of the script."""
    return json_response(state.faults.plan.render())


async def put(state: MockState, request: Request) -> Response:
    """Set these faults and no others."""
    state.faults.set(read_fault_plan(await read_object(request)))
    return await show(state, request)


async def patch(state: MockState, request: Request) -> Response:
    """Set these faults, and leave the others."""
    state.faults.set(read_fault_plan(await read_object(request), state.faults.plan))
    return await show(state, request)


async def remove(state: MockState, _request: Request) -> Response:
    """End all faults."""
    state.faults.set(FaultPlan())
    return no_content()

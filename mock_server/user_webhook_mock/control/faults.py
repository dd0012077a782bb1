"""The trouble that is meant for all requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from user_webhook_mock.control.body import read_object
from user_webhook_mock.control.response import json_response, no_content
from user_webhook_mock.faults.plan import NAMES, FaultPlan, read_fault_plan

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.state import MockState


async def show(request: Request) -> Response:
    """Show the trouble, and what is left of the script."""
    state: MockState = request.app.state.mock
    return json_response(state.faults.plan.render())


async def put(request: Request) -> Response:
    """Let this happen and nothing else."""
    return await _set(request, FaultPlan())


async def patch(request: Request) -> Response:
    """Let this happen, and leave the rest."""
    state: MockState = request.app.state.mock
    return await _set(request, state.faults.plan)


async def remove(request: Request) -> Response:
    """End all trouble."""
    state: MockState = request.app.state.mock
    state.faults.set(FaultPlan())
    return no_content()


async def _set(request: Request, former: FaultPlan) -> Response:
    state: MockState = request.app.state.mock
    state.faults.set(read_fault_plan(await read_object(request, NAMES), former))
    return await show(request)

"""What the mock does: its settings, choices and faults, and back to the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from user_webhook_api.choices import choices
from user_webhook_mock.control.body import read_object
from user_webhook_mock.control.response import json_response, no_content
from user_webhook_mock.core.usage_error import UsageError, check_names
from user_webhook_mock.deliveries.event import DATA
from user_webhook_mock.faults.kinds import KINDS, STATUSES
from user_webhook_mock.faults.plan import FaultPlan, read_fault_plan
from user_webhook_mock.state import PARTS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.state import MockState


async def show_settings(state: MockState, _request: Request) -> Response:
    """Show the tokens that the mock was started with, and the choices, faults and events that it knows."""
    settings = state.settings
    return json_response(
        {
            "tokens": {
                "valid": settings.token,
                "forbidden": settings.forbidden_token,
                "expired": settings.expired_token,
            },
            "choices": choices(),
            "faults": [*STATUSES, *KINDS],
            "events": list(DATA),
        }
    )


async def show_choices(state: MockState, _request: Request) -> Response:
    """Show every choice by name."""
    return json_response(state.choices)


async def put_choices(state: MockState, request: Request) -> Response:
    """Set these choices, and reset the others to their defaults."""
    state.choose((await read_object(request)).items(), keeps_others=False)
    return json_response(state.choices)


async def patch_choices(state: MockState, request: Request) -> Response:
    """Set these choices, and leave the others."""
    state.choose((await read_object(request)).items())
    return json_response(state.choices)


async def show_faults(state: MockState, _request: Request) -> Response:
    """Show the faults, and what is left of the script."""
    return json_response(state.faults.plan.render())


async def put_faults(state: MockState, request: Request) -> Response:
    """Set these faults and no others."""
    state.faults.set(read_fault_plan(await read_object(request)))
    return await show_faults(state, request)


async def patch_faults(state: MockState, request: Request) -> Response:
    """Set these faults, and leave the others."""
    state.faults.set(read_fault_plan(await read_object(request), state.faults.plan))
    return await show_faults(state, request)


async def remove_faults(state: MockState, _request: Request) -> Response:
    """End all faults."""
    state.faults.set(FaultPlan())
    return no_content()


async def reset(state: MockState, request: Request) -> Response:
    """Reset everything to what it was at the start, or ``only`` some parts."""
    parts = (await read_object(request, ["only"])).get("only", list(PARTS))
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        rule = f"The parts are {', '.join(PARTS)}."
        raise UsageError("only is not a list of parts", value=parts, rule=rule, remedy='write it like ["webhooks"].')
    check_names(parts, PARTS, "part")
    state.reset(parts)
    return no_content()

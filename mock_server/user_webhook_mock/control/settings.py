"""What a client of the control API has to know of the mock to use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from user_webhook_api.choices import choices
from user_webhook_mock.control.response import json_response
from user_webhook_mock.deliveries.event import DATA
from user_webhook_mock.faults.kinds import KINDS, STATUSES

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.state import MockState


async def show(state: MockState, _request: Request) -> Response:
    """Show the tokens that the mock was started with, and the choices, faults and events that it knows."""
    settings = state.settings
    return json_response(
        {
            "tokens": {"valid": settings.token, "forbidden": settings.forbidden_token},
            "choices": choices(),
            "faults": [*STATUSES, *KINDS],
            "events": list(DATA),
        }
    )

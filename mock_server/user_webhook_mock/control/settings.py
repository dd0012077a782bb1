"""What a client of the control API has to know of the mock to use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from user_webhook_api.choices import choices
from user_webhook_mock.control.response import json_response
from user_webhook_mock.deliveries.event import DATA
from user_webhook_mock.faults.kinds import CORRUPTING, REPLACING, STATUSES

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.state import MockState


async def show(request: Request) -> Response:
    """Show the tokens that the mock was started with, and what can be chosen, made to fail and fired."""
    state: MockState = request.app.state.mock
    settings = state.settings
    return json_response(
        {
            "tokens": {"valid": settings.token, "forbidden": settings.forbidden_token},
            "choices": choices(),
            "faults": [*STATUSES, *REPLACING, *CORRUPTING],
            "events": list(DATA),
        }
    )

"""What a client of the control API has to know of the mock to use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_server.control.answers import answer
from mock_server.deliveries.event import DATA
from mock_server.fault import DAMAGE, INSTEAD, STATUSES
from openapi.choices import choices

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from mock_server.backstage import Backstage


async def show(request: Request) -> Response:
    """Show the tokens that the mock was started with, and what can be chosen, made to fail and fired."""
    backstage: Backstage = request.app.state.backstage
    settings = backstage.settings
    return answer(
        {
            "tokens": {"valid": settings.token, "forbidden": settings.forbidden_token},
            "choices": choices(),
            "faults": [*STATUSES, *INSTEAD, *DAMAGE],
            "events": list(DATA),
        }
    )

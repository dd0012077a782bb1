"""What a client of the control API has to know of the mock to use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from user_webhook_api.choices import choices
from user_webhook_mock.control.answers import answer
from user_webhook_mock.deliveries.event import DATA
from user_webhook_mock.faults.kinds import DAMAGE, INSTEAD, STATUSES

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.state import Backstage


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

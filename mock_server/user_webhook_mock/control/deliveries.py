"""The last deliveries, with each attempt and its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from user_webhook_mock.control.answers import answer, done

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.state import Backstage


async def show(request: Request) -> Response:
    """List the deliveries, the oldest first."""
    backstage: Backstage = request.app.state.backstage
    return answer({"deliveries": backstage.deliveries.deliveries()})


async def remove(request: Request) -> Response:
    """Forget the deliveries; none of them is tried again."""
    backstage: Backstage = request.app.state.backstage
    backstage.reset(["deliveries"])
    return done()

"""Back to the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from user_webhook_mock.control.answers import done
from user_webhook_mock.control.body import check_names, read_object
from user_webhook_mock.core.usage_error import Rejection
from user_webhook_mock.state import PARTS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.state import Backstage


async def reset(request: Request) -> Response:
    """Bring everything back to what it was at the start, or ``only`` some parts."""
    backstage: Backstage = request.app.state.backstage
    parts = (await read_object(request, ["only"])).get("only", list(PARTS))
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        rule = f"only is a list of parts: {', '.join(PARTS)}."
        raise Rejection("only is no list", value=parts, rule=rule, remedy='write it as in ["webhooks"].')
    check_names(parts, PARTS)
    backstage.reset(parts)
    return done()

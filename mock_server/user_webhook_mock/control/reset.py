"""Back to the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from user_webhook_mock.control.body import check_names, read_object
from user_webhook_mock.control.response import no_content
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.state import PARTS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.state import MockState


async def reset(request: Request) -> Response:
    """Bring everything back to what it was at the start, or ``only`` some parts."""
    state: MockState = request.app.state.mock
    parts = (await read_object(request, ["only"])).get("only", list(PARTS))
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        rule = f"only is a list of parts: {', '.join(PARTS)}."
        raise UsageError("only is no list", value=parts, rule=rule, remedy='write it as in ["webhooks"].')
    check_names(parts, PARTS)
    state.reset(parts)
    return no_content()

"""Back to the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from user_webhook_mock.control.body import read_object
from user_webhook_mock.control.response import no_content
from user_webhook_mock.core.usage_error import UsageError, check_names
from user_webhook_mock.state import PARTS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.state import MockState


async def reset(state: MockState, request: Request) -> Response:
    """Reset everything to what it was at the start, or ``only`` some parts."""
    parts = (await read_object(request, ["only"])).get("only", list(PARTS))
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        rule = f"The parts are {', '.join(PARTS)}."
        raise UsageError("only is not a list of parts", value=parts, rule=rule, remedy='write it like ["webhooks"].')
    check_names(parts, PARTS, "part")
    state.reset(parts)
    return no_content()

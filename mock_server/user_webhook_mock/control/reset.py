"""Back to the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_server.backstage import PARTS
from mock_server.control.answers import done
from mock_server.control.body import check_names, read_object
from mock_server.rejection import Rejection

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from mock_server.backstage import Backstage


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

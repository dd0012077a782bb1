"""The trouble that is meant for all requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from user_webhook_mock.control.answers import answer, done
from user_webhook_mock.control.body import read_object
from user_webhook_mock.faults.plan import NAMES, Trouble, read_trouble

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.state import Backstage


async def show(request: Request) -> Response:
    """Show the trouble, and what is left of the script."""
    backstage: Backstage = request.app.state.backstage
    return answer(backstage.faults.trouble.render())


async def put(request: Request) -> Response:
    """Let this happen and nothing else."""
    return await _set(request, Trouble())


async def patch(request: Request) -> Response:
    """Let this happen, and leave the rest."""
    backstage: Backstage = request.app.state.backstage
    return await _set(request, backstage.faults.trouble)


async def remove(request: Request) -> Response:
    """End all trouble."""
    backstage: Backstage = request.app.state.backstage
    backstage.faults.set(Trouble())
    return done()


async def _set(request: Request, former: Trouble) -> Response:
    backstage: Backstage = request.app.state.backstage
    backstage.faults.set(read_trouble(await read_object(request, NAMES), former))
    return await show(request)

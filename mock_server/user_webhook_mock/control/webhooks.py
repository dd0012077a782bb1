"""The webhooks of the mock, with their secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from user_webhook_mock.control.answers import Unknown, answer, done
from user_webhook_mock.control.body import read_object
from user_webhook_mock.http.errors import UnknownWebhook
from user_webhook_mock.store.webhook_json import MEMBERS, read_webhook

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.state import Backstage


async def show_all(request: Request) -> Response:
    """List the webhooks."""
    backstage: Backstage = request.app.state.backstage
    return answer({"webhooks": backstage.store.webhooks()})


async def show(request: Request) -> Response:
    """Show one webhook."""
    backstage: Backstage = request.app.state.backstage
    try:
        return answer(backstage.store.find(request.path_params["id"]))
    except UnknownWebhook:
        raise unknown(request.path_params["id"], backstage) from None


async def put(request: Request) -> Response:
    """Register a webhook, or put another in its place."""
    backstage: Backstage = request.app.state.backstage
    given = await read_object(request, MEMBERS)
    webhook = read_webhook({**given, "id": request.path_params["id"]})
    backstage.store.put(webhook)
    return answer(webhook)


async def remove(request: Request) -> Response:
    """Take a webhook out."""
    backstage: Backstage = request.app.state.backstage
    try:
        backstage.store.remove(request.path_params["id"])
    except UnknownWebhook:
        raise unknown(request.path_params["id"], backstage) from None
    return done()


def unknown(identifier: str, backstage: Backstage) -> Unknown:
    """Return what says that no webhook has this id."""
    ids = ", ".join(webhook.id for webhook in backstage.store.webhooks())
    rule = f"The webhooks are {ids}." if ids else "There are no webhooks."
    return Unknown("no webhook has this id", value=identifier, rule=rule, remedy="put it first.")

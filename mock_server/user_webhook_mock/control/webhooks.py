"""The webhooks of the mock, with their secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from user_webhook_mock.control.body import read_object
from user_webhook_mock.control.response import NoSuchWebhook, json_response, no_content
from user_webhook_mock.http.errors import UnknownWebhook
from user_webhook_mock.store.webhook_json import MEMBERS, read_webhook

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.state import MockState


async def show_all(request: Request) -> Response:
    """List the webhooks."""
    state: MockState = request.app.state.mock
    return json_response({"webhooks": state.webhooks.all()})


async def show(request: Request) -> Response:
    """Show one webhook."""
    state: MockState = request.app.state.mock
    try:
        return json_response(state.webhooks.find(request.path_params["id"]))
    except UnknownWebhook:
        raise unknown(request.path_params["id"], state) from None


async def put(request: Request) -> Response:
    """Register a webhook, or put another in its place."""
    state: MockState = request.app.state.mock
    given = await read_object(request, MEMBERS)
    webhook = read_webhook({**given, "id": request.path_params["id"]})
    state.webhooks.put(webhook)
    return json_response(webhook)


async def remove(request: Request) -> Response:
    """Take a webhook out."""
    state: MockState = request.app.state.mock
    try:
        state.webhooks.remove(request.path_params["id"])
    except UnknownWebhook:
        raise unknown(request.path_params["id"], state) from None
    return no_content()


def unknown(identifier: str, state: MockState) -> NoSuchWebhook:
    """Return what says that no webhook has this id."""
    ids = ", ".join(webhook.id for webhook in state.webhooks.all())
    rule = f"The webhooks are {ids}." if ids else "There are no webhooks."
    return NoSuchWebhook("no webhook has this id", value=identifier, rule=rule, remedy="put it first.")

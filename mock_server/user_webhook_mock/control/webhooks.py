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


async def show_all(state: MockState, _request: Request) -> Response:
    """List the webhooks."""
    return json_response({"webhooks": state.webhooks.all()})


async def show(state: MockState, request: Request) -> Response:
    """Show one webhook."""
    try:
        return json_response(state.webhooks.find(request.path_params["id"]))
    except UnknownWebhook:
        raise no_such_webhook(request.path_params["id"], state) from None


async def put(state: MockState, request: Request) -> Response:
    """Create a webhook, or replace one."""
    given = await read_object(request, MEMBERS)
    webhook = read_webhook({**given, "id": request.path_params["id"]})
    state.webhooks.put(webhook)
    return json_response(webhook)


async def remove(state: MockState, request: Request) -> Response:
    """Delete a webhook."""
    try:
        state.webhooks.remove(request.path_params["id"])
    except UnknownWebhook:
        raise no_such_webhook(request.path_params["id"], state) from None
    return no_content()


def no_such_webhook(identifier: str, state: MockState) -> NoSuchWebhook:
    """Return the error for an unknown id."""
    ids = ", ".join(webhook.id for webhook in state.webhooks.all())
    rule = f"The webhooks are {ids}." if ids else "There are no webhooks."
    remedy = "create it with PUT /__mock__/webhooks/{id}."
    return NoSuchWebhook("Unknown webhook id", value=identifier, rule=rule, remedy=remedy)

"""The provider's events, on demand, and the deliveries that they cause."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from user_webhook_mock.control.body import read_object
from user_webhook_mock.control.response import json_response, no_content
from user_webhook_mock.control.webhooks import no_such_webhook
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.deliveries.event import DATA, new_event
from user_webhook_mock.http.errors import UnknownWebhook

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.state import MockState

MEMBERS: Final[dict[str, tuple[type, str]]] = {
    "eventType": (str, "a string"),
    "data": (dict, "an object"),
    "webhookId": (str, "a string"),
}


async def fire(state: MockState, request: Request) -> Response:
    """Fire an event, and show the deliveries that it causes."""
    given = await read_object(request, MEMBERS)
    for name, value in given.items():
        kind, noun = MEMBERS[name]
        if not isinstance(value, kind):
            rule = "eventType and webhookId are strings, data is an object."
            raise UsageError(f"{name} is not {noun}", value=value, rule=rule, remedy="correct it or leave it out.")
    if "eventType" not in given:
        rule = f"The events are {', '.join(DATA)}."
        raise UsageError("eventType is missing", rule=rule, remedy="name one of them.")
    event = new_event(given["eventType"], given.get("data"))
    try:
        fired = state.deliveries.fire(event, given.get("webhookId"))
    except UnknownWebhook:
        raise no_such_webhook(given["webhookId"], state) from None
    return json_response({"deliveries": fired}, HTTPStatus.ACCEPTED)


async def show(state: MockState, _request: Request) -> Response:
    """List the deliveries with each attempt and its response, the oldest first."""
    return json_response({"deliveries": state.deliveries.deliveries()})


async def remove(state: MockState, _request: Request) -> Response:
    """Drop the deliveries; none of them is tried again."""
    state.reset(["deliveries"])
    return no_content()

"""What happens at the provider, on demand."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from user_webhook_mock.control.body import read_object
from user_webhook_mock.control.response import json_response
from user_webhook_mock.control.webhooks import unknown
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.deliveries.event import DATA, new_event
from user_webhook_mock.http.errors import UnknownWebhook

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.state import MockState

KINDS: Final[dict[str, tuple[type, str]]] = {
    "eventType": (str, "string"),
    "data": (dict, "object"),
    "webhookId": (str, "string"),
}


async def fire(request: Request) -> Response:
    """Let an event happen, and show the deliveries that it causes."""
    state: MockState = request.app.state.mock
    given = await read_object(request, KINDS)
    for name, value in given.items():
        _check(name, value)
    if "eventType" not in given:
        rule = f"The events are {', '.join(DATA)}."
        raise UsageError("eventType is missing", rule=rule, remedy="name one of them.")
    event = new_event(given["eventType"], given.get("data"))
    try:
        fired = state.deliveries.fire(event, given.get("webhookId"))
    except UnknownWebhook:
        raise unknown(given["webhookId"], state) from None
    return json_response({"deliveries": fired}, HTTPStatus.ACCEPTED)


def _check(name: str, value: Any) -> None:  # noqa: ANN401  any JSON value may be given
    kind, noun = KINDS[name]
    if not isinstance(value, kind):
        rule = "eventType and webhookId are strings, data is an object."
        raise UsageError(f"{name} is no {noun}", value=value, rule=rule, remedy="correct or leave it out.")

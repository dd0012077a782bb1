"""The responses of the control API, and how its errors look."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import orjson
from starlette.responses import Response

from user_webhook_mock.core.internal_error import print_traceback
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.state.spaces import SpaceUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from user_webhook_mock.core.json import Json
    from user_webhook_mock.store.location import StoreLocation

DOCS: Final = "see /__mock__/docs."


class NoSuchWebhook(UsageError):
    """No webhook has the id."""


class NotServed(UsageError):
    """The mock was started without it."""


class Unavailable(UsageError):
    """The mock cannot do it as it runs now."""


STATUSES: Final = {
    NoSuchWebhook: HTTPStatus.NOT_FOUND,
    NotServed: HTTPStatus.NOT_FOUND,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    SpaceUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


def json_response(content: Json, status: int = 200) -> Response:
    """Return *content* as JSON; what shows a webhook shows its secrets, so no cache may keep it."""
    body = orjson.dumps(content)
    return Response(body, status, {"cache-control": "no-store"}, media_type="application/json")


def no_content() -> Response:
    """Return a response without a body."""
    return Response(status_code=HTTPStatus.NO_CONTENT)


def error_response(error: UsageError, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Return the response to what cannot be done: what, the value, the rule, what to do."""
    response = json_response(
        {"what": error.what, "value": error.value, "rule": error.rule, "remedy": error.remedy}, status
    )
    response.headers.update(headers or {})
    return response


async def on_usage_error(_request: Request, error: Exception) -> Response:
    """Return the response to a UsageError."""
    assert isinstance(error, UsageError)  # noqa: S101  Starlette's signature is wider than what it is called with
    return error_response(error, STATUSES.get(type(error), HTTPStatus.BAD_REQUEST))


async def on_internal_error(_request: Request, error: Exception) -> Response:
    """Return the response if the mock is at fault, and print where."""
    print_traceback(error)
    shown = UsageError("Internal error in the mock", rule="This is not the caller's fault.", remedy="see its output.")
    return error_response(shown, HTTPStatus.INTERNAL_SERVER_ERROR)


async def on_storage_error(store: StoreLocation, _request: Request, error: Exception) -> Response:
    """Return the response if *store* fails."""
    shown = UsageError("The webhooks cannot be read or stored", rule=f"{error}.", remedy=f"check the store {store}.")
    return error_response(shown, HTTPStatus.INTERNAL_SERVER_ERROR)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Return the response to a path or a method that is not served."""
    status = getattr(error, "status_code", HTTPStatus.NOT_FOUND)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers = getattr(error, "headers", None) or {}
        methods = ", ".join(sorted(headers.get("Allow", "").split(", ")))
        what, rule = "This method is not allowed here", f"Allowed: {methods}."
        return error_response(UsageError(what, value=request.method, rule=rule, remedy=DOCS), status, headers)
    what, rule = "Unknown path", "The control API has the paths of its document."
    return error_response(UsageError(what, value=request.url.path, rule=rule, remedy=DOCS), status)

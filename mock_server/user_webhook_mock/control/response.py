"""What the control API answers, and how its errors look."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import Response

from user_webhook_mock.core.internal_error import print_traceback
from user_webhook_mock.core.usage_error import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

DOCS = "see /__mock__/docs."


class NoSuchWebhook(UsageError):
    """What is asked for does not exist."""


class Unavailable(UsageError):
    """The mock cannot do it as it runs now."""


def json_response(content: Any, status: int = 200) -> Response:  # noqa: ANN401  whatever orjson can write
    """Return *content* as JSON; what shows a webhook shows its secrets, so no cache may keep it."""
    body = orjson.dumps(content)
    return Response(body, status, {"cache-control": "no-store"}, media_type="application/json")


def no_content() -> Response:
    """Return an answer without a body."""
    return Response(status_code=HTTPStatus.NO_CONTENT)


def error_response(error: UsageError, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer to what cannot be done: what, the value, the rule, what to do."""
    content = {
        "what": error.what,
        "value": error.value,
        "rule": error.rule,
        "remedy": error.remedy,
    }
    response = json_response(content, status)
    response.headers.update(headers or {})
    return response


async def on_usage_error(_request: Request, error: Exception) -> Response:
    """Return the answer to a UsageError."""
    assert isinstance(error, UsageError)  # noqa: S101  Starlette's signature is wider than what it is called with
    status = {NoSuchWebhook: HTTPStatus.NOT_FOUND, Unavailable: HTTPStatus.SERVICE_UNAVAILABLE}
    return error_response(error, status.get(type(error), HTTPStatus.BAD_REQUEST))


async def on_internal_error(_request: Request, error: Exception) -> Response:
    """Return the answer where the mock is at fault, and show the user where."""
    print_traceback(error)
    error = UsageError("the mock has a defect", rule="This is not the caller's fault.", remedy="see its output.")
    return error_response(error, HTTPStatus.INTERNAL_SERVER_ERROR)


async def on_storage_error(_request: Request, error: Exception) -> Response:
    """Return the answer where the state file fails."""
    error = UsageError("the webhooks are not kept", rule=f"{error}.", remedy="see to the state file.")
    return error_response(error, HTTPStatus.INTERNAL_SERVER_ERROR)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Return the answer to a path or a method that is not served."""
    status = getattr(error, "status_code", HTTPStatus.NOT_FOUND)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers = getattr(error, "headers", None) or {}
        methods = ", ".join(sorted(headers.get("Allow", "").split(", ")))
        what, rule = "method is not allowed here", f"Allowed: {methods}."
        return error_response(UsageError(what, value=request.method, rule=rule, remedy=DOCS), status, headers)
    what, rule = "nothing is served under this path", "The control API has the paths of its document."
    return error_response(UsageError(what, value=request.url.path, rule=rule, remedy=DOCS), status)

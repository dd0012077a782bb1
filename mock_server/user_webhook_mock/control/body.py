"""The bodies of requests to the control API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from user_webhook_mock.core.usage_error import UsageError, check_names
from user_webhook_mock.http.scope import BODY_ERROR

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.requests import Request

    from user_webhook_mock.core.json import Json

MAX_BYTES: Final = 1024 * 1024
MAX_DEPTH: Final = 64


async def read_object(request: Request, members: Collection[str] | None = None) -> dict[str, Any]:
    """Return the JSON object in the body; an empty body is an empty object.

    Raises:
        UsageError: It is not one, is too long, or has a member that is not one of *members*.
    """
    content = b""
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_BYTES:
            raise UsageError("The body is too long", rule=f"It may have {MAX_BYTES} bytes.", remedy="send less.")
    if BODY_ERROR in request.scope:
        rule = f"{request.scope[BODY_ERROR].reason}."
        raise UsageError("The body is not complete", rule=rule, remedy="send all of it.")
    try:
        value = orjson.loads(content or b"{}")
    except orjson.JSONDecodeError as error:
        raise UsageError("The body is not JSON", rule=f"{error}.", remedy="send a JSON object.") from None
    if is_deeper(value):
        raise UsageError("The body is nested too deeply", rule=f"It may have {MAX_DEPTH} levels.", remedy="use fewer.")
    if not isinstance(value, dict):
        raise UsageError(
            "The body is not a JSON object", rule="Its members are read by name.", remedy="send an object."
        )
    if members is not None:
        check_names(value, members, "member")
    return value


def is_deeper(value: Json, levels: int = MAX_DEPTH) -> bool:
    """Return whether *value* is nested deeper than *levels*: orjson and `repr` write less depth than orjson reads."""
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return not levels or any(is_deeper(one, levels - 1) for one in inner)

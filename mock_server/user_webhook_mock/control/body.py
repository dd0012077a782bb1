"""The bodies of requests to the control API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from user_webhook_mock.core.usage_error import UsageError, nearest
from user_webhook_mock.http.body import BROKEN

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.requests import Request

MAX_BYTES: Final = 1024 * 1024
MAX_DEPTH: Final = 64


async def read_object(request: Request, members: Collection[str] | None = None) -> dict[str, Any]:
    """Return the JSON object in the body; an empty body is an empty object.

    Raises:
        UsageError: It is none, is too long, or has a member that is not one of *members*.
    """
    content = b""
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_BYTES:
            raise UsageError("the body is too long", rule=f"It has {MAX_BYTES} bytes at most.", remedy="send less.")
    if BROKEN in request.scope:
        raise UsageError("the body is not whole", rule=f"{request.scope[BROKEN].reason}.", remedy="send all of it.")
    try:
        value = orjson.loads(content or b"{}")
    except orjson.JSONDecodeError as error:
        raise UsageError("the body is not JSON", rule=f"{error}.", remedy="send a JSON object.") from None
    if is_deeper(value):
        raise UsageError(
            "the body is nested too deeply", rule=f"It has {MAX_DEPTH} levels at most.", remedy="use fewer."
        )
    if not isinstance(value, dict):
        raise UsageError("the body is no JSON object", rule="The members stand in an object.", remedy="send one.")
    if members is not None:
        check_names(value, members)
    return value


def check_names(given: Collection[str], known: Collection[str]) -> None:
    """Raise a UsageError for the first name of *given* that is not *known*."""
    for name in given:
        if name not in known:
            near = nearest(name, known)
            rule = f"Legal: {', '.join(known)}."
            raise UsageError(f"{name!r} is not known here", value=name, rule=rule, remedy=f"did you mean {near!r}?")


def is_deeper(value: Any, levels: int = MAX_DEPTH) -> bool:  # noqa: ANN401  any JSON value
    """Say whether *value* is nested deeper than *levels*: orjson and `repr` write less depth than orjson reads."""
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return not levels or any(is_deeper(one, levels - 1) for one in inner)

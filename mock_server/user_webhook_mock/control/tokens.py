"""The tokens of callers who may update."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from user_webhook_mock.config.settings import TOKEN
from user_webhook_mock.control.body import read_object
from user_webhook_mock.control.response import json_response
from user_webhook_mock.core.clock import timestamp
from user_webhook_mock.core.usage_error import UsageError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.state import MockState

MAX_LENGTH: Final = 8 * 1024


async def issue(state: MockState, request: Request) -> Response:
    """Issue a token, as after a refresh: the one that is given, or an invented one."""
    token = (await read_object(request, ["token"])).get("token", secrets.token_urlsafe(24))
    if not isinstance(token, str) or len(token) > MAX_LENGTH or not TOKEN.fullmatch(token):
        rule = f"A token is a string of visible ASCII characters without spaces, of at most {MAX_LENGTH}."
        raise UsageError("token is not valid", rule=rule, remedy="leave it out to get an invented one.")
    if state.tokens.is_of_the_start(token):
        rule = "It is a token that the mock was started with."
        raise UsageError("token cannot be issued", rule=rule, remedy="use another one, or reset the clock.")
    expires = state.tokens.issue(token)
    content = {"token": token, "expires": None if expires is None else timestamp(expires)}
    return json_response(content, HTTPStatus.CREATED)

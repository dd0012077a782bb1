"""The spaces of the mock, in which tests that run at the same time do not see each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from user_webhook_mock.control.response import json_response, no_content
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.state.spaces import DEFAULT, HEADER

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.state import MockState

QUERY: Final = "space"


def space_of(state: MockState, request: Request) -> MockState:
    """Return the state of the space that *request* names, by its header or its query; *state* is the default one.

    Raises:
        UsageError: It cannot be used.
    """
    names = [*request.headers.getlist(HEADER.decode()), *request.query_params.getlist(QUERY)]
    return state.spaces.named(names) if names else state


async def show_all(state: MockState, _request: Request) -> Response:
    """List the spaces, the default one first."""
    shown = [
        {"name": one.name, "requests": len(one.journal.entries()), "deliveries": len(one.deliveries.deliveries())}
        for one in state.spaces.all()
    ]
    return json_response({"spaces": shown, "limit": state.spaces.limit})


async def remove_all(state: MockState, _request: Request) -> Response:
    """Delete all spaces but the default one."""
    state.spaces.clear()
    return no_content()


async def remove(state: MockState, request: Request) -> Response:
    """Delete one space, if it was ever made."""
    name = request.path_params["name"]
    if name == DEFAULT:
        rule = "Requests that name no space are in it."
        raise UsageError("The default space cannot be deleted", value=name, rule=rule, remedy="reset it.")
    state.spaces.remove(name)
    return no_content()

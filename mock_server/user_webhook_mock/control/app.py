"""The control API, put together."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from user_webhook_mock.control import (
    behaviour,
    clock,
    deliveries,
    document,
    journal,
    live,
    metrics,
    receiver,
    spaces,
    tokens,
    verification,
    webhooks,
)
from user_webhook_mock.control.access import Access
from user_webhook_mock.control.response import on_http_exception, on_internal_error, on_storage_error, on_usage_error
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.http.errors import StorageError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

    from user_webhook_mock.state import MockState

ROUTES: Final = (
    ("GET", "/docs", document.show_page),
    ("GET", "/openapi.json", document.show),
    ("GET", "/webhooks", webhooks.show_all),
    ("GET", "/webhooks/{id}", webhooks.show),
    ("PUT", "/webhooks/{id}", webhooks.put),
    ("DELETE", "/webhooks/{id}", webhooks.remove),
    ("POST", "/reset", behaviour.reset),
    ("GET", "/settings", behaviour.show_settings),
    ("GET", "/choices", behaviour.show_choices),
    ("PUT", "/choices", behaviour.put_choices),
    ("PATCH", "/choices", behaviour.patch_choices),
    ("GET", "/faults", behaviour.show_faults),
    ("PUT", "/faults", behaviour.put_faults),
    ("PATCH", "/faults", behaviour.patch_faults),
    ("DELETE", "/faults", behaviour.remove_faults),
    ("GET", "/journal", journal.show),
    ("DELETE", "/journal", journal.remove),
    ("POST", "/verify", verification.verify),
    ("GET", "/live", live.show),
    ("GET", "/clock", clock.show),
    ("PUT", "/clock", clock.put),
    ("POST", "/clock/advance", clock.advance),
    ("DELETE", "/clock", clock.remove),
    ("POST", "/tokens", tokens.issue),
    ("POST", "/events", deliveries.fire),
    ("GET", "/receiver", receiver.show),
    ("PUT", "/receiver", receiver.put),
    ("DELETE", "/receiver", receiver.remove),
    ("GET", "/deliveries", deliveries.show),
    ("DELETE", "/deliveries", deliveries.remove),
    ("POST", "/deliveries/verify", verification.verify_deliveries),
    ("GET", "/metrics", metrics.show),
    ("GET", "/spaces", spaces.show_all),
    ("DELETE", "/spaces", spaces.remove_all),
    ("DELETE", "/spaces/{name}", spaces.remove),
)
OUTSIDE: Final = frozenset({"/docs", "/openapi.json", "/settings", "/metrics", "/spaces", "/spaces/{name}"})
"""Paths that belong to no space: a request for them makes none."""

PREFIX: Final = "/__mock__"


def control(state: MockState) -> ASGIApp:
    """Return the control API of *state* as an ASGI application."""
    app = Starlette(
        routes=[_route(path, state) for path in dict.fromkeys(path for _, path, _ in ROUTES)],
        exception_handlers={
            UsageError: on_usage_error,
            StorageError: partial(on_storage_error, state.settings.store),
            HTTPException: on_http_exception,
            Exception: on_internal_error,
        },
    )
    app.router.redirect_slashes = False
    return Access(app, state.settings)


def _route(path: str, state: MockState) -> Route:
    """Return one route for all methods of *path*, so that an error for another method names each of them."""
    endpoints = {method: endpoint for method, its_path, endpoint in ROUTES if its_path == path}

    async def endpoint(request: Request) -> Response:
        space = state if path in OUTSIDE else spaces.space_of(state, request)
        return await endpoints["GET" if request.method == "HEAD" else request.method](space, request)

    return Route(PREFIX + path, endpoint, methods=list(endpoints))

"""The response to a browser that asks whether it may send an update."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from user_webhook_mock.http.response import Response

if TYPE_CHECKING:
    from starlette.types import Scope

PREFLIGHT: Final = Response(
    204,
    headers=(
        (b"access-control-allow-methods", b"PATCH"),
        (
            b"access-control-allow-headers",
            b"Authorization, Content-Type, Prefer, X-Mock-Fault, X-Mock-Latency, X-Mock-Space",
        ),
        (b"access-control-max-age", b"600"),
    ),
)


def is_preflight(scope: Scope) -> bool:
    """Return whether the request is a preflight and not a request for the resource."""
    return scope["method"] == "OPTIONS" and any(
        name == b"access-control-request-method" for name, _ in scope["headers"]
    )

"""The request by which a browser asks whether it may send another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Scope


def is_preflight(scope: Scope) -> bool:
    """Return whether the request is a preflight and not a request for the resource."""
    return scope["method"] == "OPTIONS" and any(
        name == b"access-control-request-method" for name, _ in scope["headers"]
    )

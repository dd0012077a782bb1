"""The security gate: who may call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_server.errors import Forbidden, Unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable

    from mock_server.callers import Callers


class Bearer:
    """Connexion's handler for the scheme ``bearer``."""

    def __init__(self, callers: Callers) -> None:
        self._callers = callers

    def get_fn(self, _scheme: dict[str, Any], _scopes: list[str]) -> Callable[[Any], dict[str, Any]]:
        """Return what Connexion calls with each request."""
        return self.check

    def check(self, request: Any) -> dict[str, Any]:  # noqa: ANN401  Connexion has no types
        """Return the token's claims, which are none, or raise Unauthorized or Forbidden."""
        caller = self._callers.identify(request.scope["headers"])
        if caller == "valid":
            return {}
        if caller == "forbidden":
            raise Forbidden
        raise Unauthorized("missing" if caller == "none" else caller)

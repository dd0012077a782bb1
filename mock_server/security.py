"""The security gate: who may call."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

from mock_server.errors import Forbidden, Unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable

    from mock_server.settings import Settings


class Bearer:
    """Connexion's handler for the scheme ``bearer``: one token is valid, one lacks the scope."""

    def __init__(self, settings: Settings) -> None:
        self._valid = settings.token.encode()
        self._forbidden = settings.forbidden_token.encode()

    def get_fn(self, _scheme: dict[str, Any], _scopes: list[str]) -> Callable[[Any], dict[str, Any]]:
        """Return what Connexion calls with each request."""
        return self.check

    def check(self, request: Any) -> dict[str, Any]:  # noqa: ANN401  Connexion has no types
        """Return the token's claims, which are none, or raise Unauthorized or Forbidden."""
        sent = [value for name, value in request.scope["headers"] if name == b"authorization"]
        if not sent:
            raise Unauthorized("missing")
        scheme, _, token = sent[0].partition(b" ")
        if len(sent) > 1 or scheme.lower() != b"bearer" or not token:
            raise Unauthorized("malformed")
        token = token.lstrip(b" ")
        if hmac.compare_digest(token, self._valid):
            return {}
        if hmac.compare_digest(token, self._forbidden):
            raise Forbidden
        raise Unauthorized("unknown")

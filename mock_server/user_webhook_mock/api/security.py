"""The security layer: who may call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connexion.middleware.security import SecurityAPI, SecurityMiddleware, SecurityOperation

from user_webhook_api.bundle import DocumentError
from user_webhook_mock.api.routing import Layer
from user_webhook_mock.http.credentials import Caller
from user_webhook_mock.http.errors import Forbidden, Unauthorized
from user_webhook_mock.http.scope import CALLER, STATE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import Receive, Scope, Send

    from user_webhook_mock.http.credentials import Tokens


class Bearer:
    """Connexion's handler for the scheme ``bearer``."""

    def get_fn(self, _scheme: dict[str, Any], _scopes: list[str]) -> Callable[[Scope], None]:
        """Return what checks each request."""
        return self.check

    def check(self, scope: Scope) -> None:
        """Raise Unauthorized or Forbidden unless the caller may update."""
        tokens: Tokens = scope[STATE].tokens
        caller = scope[CALLER] = tokens.identify(scope["headers"])
        if caller is Caller.VALID:
            return
        if caller is Caller.FORBIDDEN:
            raise Forbidden
        raise Unauthorized("missing" if caller is Caller.NONE else caller)


class Secured(SecurityOperation):  # type: ignore[misc]  # Connexion has no types
    """An operation behind the one scheme that the document asks for.

    Connexion would make a request object and a coroutine for each check, for schemes that are combined.
    """

    def _get_verification_fn(self) -> Callable[[Scope], None]:
        schemes = [scheme for requirement in self.security for scheme in requirement.items()]
        if len(schemes) != 1:
            raise DocumentError(
                f"The document asks for {len(schemes)} security schemes: the mock supports exactly one."
            )
        [(name, scopes)] = schemes
        check: Callable[[Scope], None] | None = self.security_handler_factory.parse_security_scheme(
            self.security_schemes[name], scopes
        )
        if check is None:
            raise DocumentError(
                f"The document's security scheme {name!r} is not HTTP bearer: the mock supports no other."
            )
        return check

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Pass on what the document's security lets through."""
        self.verification_fn(scope)
        onward: Awaitable[None] = self.next_app(scope, receive, send)
        return onward


class SecuredAPI(SecurityAPI):  # type: ignore[misc]  # Connexion has no types
    """The operations of the document, each behind its security."""

    def make_operation(self, operation: Any) -> Secured:  # noqa: ANN401  Connexion has no types
        """Return what handles a request for the operation."""
        return Secured(
            self.next_app,
            security_handler_factory=self.security_handler_factory,
            security=operation.security,
            security_schemes=operation.security_schemes,
        )


class SecurityLayer(Layer, SecurityMiddleware):  # type: ignore[misc]  # Connexion has no types
    """The layer behind the router."""

    api_cls = SecuredAPI

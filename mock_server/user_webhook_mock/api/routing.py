"""Connexion's router, and the way through its layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connexion.middleware import ConnexionMiddleware
from connexion.middleware.abstract import RoutedMiddleware
from connexion.middleware.routing import RoutingAPI, RoutingMiddleware

from user_webhook_mock.http.scope import OPERATION

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from re import Pattern

    from starlette.types import ASGIApp, Receive, Scope, Send


class Connexion(ConnexionMiddleware):  # type: ignore[misc]  # Connexion has no types
    """Connexion, without a coroutine of its own around each request."""

    app: ASGIApp

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Pass a request to the layers, once they are built."""
        if self.middleware_stack is None:
            built: Awaitable[None] = super().__call__(scope, receive, send)
            return built
        scope["app"] = self  # the router then raises what it does not serve
        return self.app(scope, receive, send)


class ExactRouting(RoutingMiddleware):  # type: ignore[misc]  # Connexion has no types
    """Connexion's router without Starlette's redirects: a path with a slash at its end is another path.

    A request that matches a route of the document goes on at once; all others are left to Starlette, which knows how
    to respond to them. Connexion itself copies the scope and passes it through three more calls for each request.
    """

    app: ASGIApp

    def add_api(self, specification: Any, **options: Any) -> None:  # noqa: ANN401  Connexion has no types
        """Route the one API of the mock, which needs no mount as it has no base path."""
        self.router = RoutingAPI(specification, next_app=self.app, **options).router
        self.router.redirect_slashes = False
        self._routes: list[tuple[Pattern[str], set[str], str]] = [
            (route.path_regex, route.methods, route.endpoint.operation_id) for route in self.router.routes
        ]

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Pass a request on, with the operation and the parameters of its path in the scope."""
        if scope["type"] == "http" and not scope.get("root_path"):
            for pattern, methods, operation_id in self._routes:
                match = pattern.match(scope["path"])
                if match and scope["method"] in methods:
                    scope["path_params"] = match.groupdict()
                    scope[OPERATION] = operation_id
                    return self.app(scope, receive, send)
        routed: Awaitable[None] = super().__call__(scope, receive, send)
        return routed


class Layer(RoutedMiddleware[Any]):  # type: ignore[misc]  # Connexion has no types
    """A layer of Connexion behind the router, for the one API of the mock."""

    def add_api(self, specification: Any, **options: Any) -> None:  # noqa: ANN401  Connexion has no types
        """Make the layer's part of each operation."""
        self._operations: dict[str, ASGIApp] = super().add_api(specification, **options).operations

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Pass a request to the layer's part of its operation."""
        operation = self._operations.get(scope.get(OPERATION, ""))
        onward: Callable[..., Awaitable[None]] = super().__call__ if operation is None else operation
        return onward(scope, receive, send)

"""The mock put together: Connexion as router, security gate and validation gate around one handler."""

from __future__ import annotations

import copy
import sys
from typing import TYPE_CHECKING, Any

from connexion.middleware import ConnexionMiddleware
from connexion.middleware.routing import RoutingAPI, RoutingMiddleware
from connexion.middleware.security import SecurityMiddleware
from connexion.resolver import Resolver

from mock_server.console.files import console
from mock_server.control.app import control
from mock_server.decisions import Decisions
from mock_server.gate import Gate, GateMiddleware
from mock_server.gateway import Gateway
from mock_server.handlers import Handler
from mock_server.log import RequestLog
from mock_server.reference import pages
from mock_server.security import Bearer
from openapi.bundle import bundle

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from mock_server.backstage import Backstage


class ExactRouting(RoutingMiddleware):  # type: ignore[misc]  # Connexion has no types
    """Connexion's router without Starlette's redirects: a path with a slash behind it is another path."""

    def add_api(self, specification: Any, **options: Any) -> None:  # noqa: ANN401  Connexion has no types
        """Route the one API of the mock, which needs no mount as it has no base path."""
        self.router = RoutingAPI(specification, next_app=self.app, **options).router
        self.router.redirect_slashes = False


def assemble(backstage: Backstage) -> ASGIApp:
    """Return the mock as an ASGI application, with *backstage* as its state."""
    settings = backstage.settings
    handler = Handler(backstage.store)
    connexion = ConnexionMiddleware(
        handler,
        import_name=__name__,
        middlewares=[ExactRouting, SecurityMiddleware, GateMiddleware],
        resolver=Resolver(lambda _operation_id: handler),
        security_map={"bearer": lambda: Bearer(backstage.callers)},
    )
    connexion.add_api(copy.deepcopy(bundle()), base_path="", gate=Gate(backstage))
    decisions = Decisions(backstage) if settings.is_verbose else None
    log = None if settings.is_quiet else RequestLog(sys.stderr, backstage.callers, decisions)
    behind = control(backstage) if settings.serves_control else None
    return Gateway(connexion, backstage, pages=pages() | console(settings), control=behind, log=log)

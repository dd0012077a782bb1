"""The mock put together: Connexion as router, security gate and validation gate around one handler."""

from __future__ import annotations

import copy
import sys
from typing import TYPE_CHECKING

from connexion.resolver import Resolver

from mock_server.console.files import console
from mock_server.control.app import control
from mock_server.gate import GateLayer
from mock_server.gateway import Gateway
from mock_server.handlers import Handler
from mock_server.log import RequestLog
from mock_server.reference import pages
from mock_server.routing import Connexion, ExactRouting
from mock_server.security import Bearer, SecurityLayer
from openapi.bundle import bundle

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from mock_server.backstage import Backstage
    from mock_server.decisions import Decisions


def assemble(backstage: Backstage) -> ASGIApp:
    """Return the mock as an ASGI application, with *backstage* as its state."""
    settings = backstage.settings
    handler = Handler(backstage.store)
    connexion = Connexion(
        handler,
        import_name=__name__,
        middlewares=[ExactRouting, SecurityLayer, GateLayer],
        resolver=Resolver(lambda _operation_id: handler),
        security_map={"bearer": lambda: Bearer(backstage.callers)},
    )
    connexion.add_api(copy.deepcopy(bundle()), base_path="", backstage=backstage)
    log = None if settings.is_quiet else RequestLog(sys.stderr, backstage.callers, _decisions(backstage))
    behind = control(backstage) if settings.serves_control else None
    return Gateway(connexion, backstage, pages=pages() | console(settings), control=behind, log=log)


def _decisions(backstage: Backstage) -> Decisions | None:
    if not backstage.settings.is_verbose:
        return None
    from mock_server.decisions import Decisions  # noqa: PLC0415  it reads the table of requirements, which nothing else needs

    return Decisions(backstage)

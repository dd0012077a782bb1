"""The mock put together: Connexion as router, security gate and validation gate around one handler."""

from __future__ import annotations

import copy
import sys
from typing import TYPE_CHECKING

from connexion.resolver import Resolver

from user_webhook_api.bundle import bundle
from user_webhook_mock.api.application import Gateway
from user_webhook_mock.api.handler import Handler
from user_webhook_mock.api.log import RequestLog
from user_webhook_mock.api.routing import Connexion, ExactRouting
from user_webhook_mock.api.security import Bearer, SecurityLayer
from user_webhook_mock.api.validation import GateLayer
from user_webhook_mock.control.app import control
from user_webhook_mock.ui.console import console
from user_webhook_mock.ui.reference import pages

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from user_webhook_mock.api.explanation import Decisions
    from user_webhook_mock.state import Backstage


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
    from user_webhook_mock.api.explanation import Decisions  # noqa: PLC0415  it reads the table of requirements, which nothing else needs

    return Decisions(backstage)

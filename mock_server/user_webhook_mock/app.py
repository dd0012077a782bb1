"""The mock put together: Connexion as router, security gate and validation gate around one handler."""

from __future__ import annotations

import copy
import sys
from typing import TYPE_CHECKING

from connexion.resolver import Resolver

from user_webhook_api.bundle import bundle
from user_webhook_mock.api.application import MockApplication
from user_webhook_mock.api.handler import Handler
from user_webhook_mock.api.log import RequestLog
from user_webhook_mock.api.routing import Connexion, ExactRouting
from user_webhook_mock.api.security import Bearer, SecurityLayer
from user_webhook_mock.api.validation import ValidationLayer
from user_webhook_mock.control.app import control
from user_webhook_mock.ui.console import console
from user_webhook_mock.ui.reference import pages

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from user_webhook_mock.api.explanation import Explainer
    from user_webhook_mock.state import MockState


def assemble(state: MockState) -> ASGIApp:
    """Return the mock as an ASGI application, with *state* as its state."""
    settings = state.settings
    handler = Handler(state.webhooks)
    connexion = Connexion(
        handler,
        import_name=__name__,
        middlewares=[ExactRouting, SecurityLayer, ValidationLayer],
        resolver=Resolver(lambda _operation_id: handler),
        security_map={"bearer": lambda: Bearer(state.tokens)},
    )
    connexion.add_api(copy.deepcopy(bundle()), base_path="", state=state)
    log = None if settings.is_quiet else RequestLog(sys.stderr, state.tokens, _explainer(state))
    behind = control(state) if settings.serves_control else None
    return MockApplication(connexion, state, pages=pages() | console(settings), control=behind, log=log)


def _explainer(state: MockState) -> Explainer | None:
    if not state.settings.is_verbose:
        return None
    from user_webhook_mock.api.explanation import Explainer  # noqa: PLC0415  it reads the table of requirements, which nothing else needs

    return Explainer(state)

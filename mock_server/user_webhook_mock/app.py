"""The layers of the mock, put together."""

from __future__ import annotations

import copy
import sys
from typing import TYPE_CHECKING

from connexion.resolver import Resolver

from user_webhook_api.bundle import bundle
from user_webhook_mock.api.application import MockApplication
from user_webhook_mock.api.handler import handler
from user_webhook_mock.api.log import RequestLog
from user_webhook_mock.api.recorder import Recorder
from user_webhook_mock.api.routing import Connexion, ExactRouting
from user_webhook_mock.api.security import Bearer, SecurityLayer
from user_webhook_mock.api.validation import ValidationLayer
from user_webhook_mock.control.app import control
from user_webhook_mock.faults.injection import FaultInjector
from user_webhook_mock.ui.console import console
from user_webhook_mock.ui.reference import pages

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from user_webhook_mock.api.explanation import Explainer
    from user_webhook_mock.state import MockState


def assemble(state: MockState) -> ASGIApp:
    """Return the mock as an ASGI application.

    A request passes the layers in the order of their numbers. A layer sends the response itself, or raises an
    `ApiError`, for which the first layer sends it.
    """
    settings = state.settings
    api = Connexion(
        handler,  # 6. carries the update out: 201, 404
        import_name=__name__,
        middlewares=[
            ExactRouting,  # 3. finds the operation: 404, 405
            SecurityLayer,  # 4. checks the token: 401, 403
            ValidationLayer,  # 5. reads the body and checks its rules: 400, 413, 415
        ],
        resolver=Resolver(lambda _operation_id: handler),
        security_map={"bearer": Bearer},
    )
    api.add_api(copy.deepcopy(bundle()), base_path="", state=state)
    faults = FaultInjector(api)  # 2. delays, faults, and responses that a request asks for
    # another server may have been started without standard error
    log = (
        None
        if settings.is_quiet or sys.stderr is None
        else RequestLog(sys.stderr, _explainer(is_verbose=settings.is_verbose))
    )
    return MockApplication(  # 1. pages, preflights, errors
        api,
        faults,
        state,
        Recorder(log, state.metrics),
        pages=pages() | console(settings),
        control=control(state) if settings.serves_control else None,
    )


def _explainer(*, is_verbose: bool) -> Explainer | None:
    if not is_verbose:
        return None
    from user_webhook_mock.api.explanation import Explainer  # noqa: PLC0415  it reads the table of requirements, which nothing else needs

    return Explainer()

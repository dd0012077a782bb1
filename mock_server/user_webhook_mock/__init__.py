"""A mock of Update User Webhook that follows the contract."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from user_webhook_mock.config.settings import Settings
    from user_webhook_mock.state import MockState


def create_app(settings: Settings | None = None, state: MockState | None = None) -> ASGIApp:
    """Return the mock as an ASGI application, with *state* as its state; without one it gets its own, with *settings*."""
    with warnings.catch_warnings(action="ignore"):  # of what Connexion imports; a test run may make errors of them
        from user_webhook_mock.app import assemble  # noqa: PLC0415  Connexion takes half a second to import; --help needs none of it
    from user_webhook_mock.config.settings import Settings  # noqa: PLC0415  as above
    from user_webhook_mock.state import MockState  # noqa: PLC0415  as above

    return assemble(state or MockState(settings or Settings()))

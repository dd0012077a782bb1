"""The contract, running: a mock of Update User Webhook on Connexion."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from user_webhook_mock.config.settings import Settings
    from user_webhook_mock.state import MockState


def create_app(settings: Settings | None = None, state: MockState | None = None) -> ASGIApp:
    """Return the mock as an ASGI application: *state* is its state, or it has one of its own, made of *settings*."""
    with warnings.catch_warnings(
        action="ignore"
    ):  # of what Connexion imports; tests that make errors of them run it, too
        from user_webhook_mock.app import assemble  # noqa: PLC0415  Connexion takes half a second to import; --help needs none of it
    from user_webhook_mock.config.settings import Settings  # noqa: PLC0415  as above
    from user_webhook_mock.state import MockState  # noqa: PLC0415  as above

    return assemble(state or MockState(settings or Settings()))

"""The contract, running: a mock of Update User Webhook on Connexion."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from mock_server.settings import Settings


def create_app(settings: Settings | None = None) -> ASGIApp:
    """Return the mock as an ASGI application with a state of its own."""
    from mock_server.app import assemble  # noqa: PLC0415  Connexion takes half a second to import; --help needs none of it
    from mock_server.settings import Settings  # noqa: PLC0415  as above

    return assemble(settings or Settings())

"""The webhooks that the mock starts with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mock_server.store import Webhook, new_secret

if TYPE_CHECKING:
    from mock_server.settings import Settings

URL: Final = "https://hooks.example.com/user"
CLIENT_ID: Final = "client-of-the-mock"


def seeds(settings: Settings) -> tuple[Webhook, ...]:
    """Return the webhooks of *settings*: those of the seed file, or one for each of the two ids."""
    return settings.seeds or tuple(
        Webhook(identifier, URL, ["all"], CLIENT_ID, [new_secret()])
        for identifier in (settings.webhook_id, settings.second_webhook_id)
    )

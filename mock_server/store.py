"""The webhooks, in memory."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from mock_server.errors import UnknownWebhook

if TYPE_CHECKING:
    from mock_server.settings import Settings

ALPHABET: Final = string.ascii_letters + string.digits
SECRET_LENGTH: Final = 32


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook as the API answers with it; the names and their order are the document's."""

    id: str
    url: str
    events: list[str]
    clientId: str  # noqa: N815  the API's own name
    secrets: list[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Update:
    """What a valid request asks for. ``secrets`` is None where the request has none."""

    url: str | None
    events: list[str]
    secrets: list[str] | None = field(repr=False)


class Store:
    """The seeded webhooks. There is no other way to get one: the contract has no operation that creates them."""

    def __init__(self, settings: Settings) -> None:
        self._omitted_secrets = settings.choices["omitted_secrets"]
        self._empty_secrets = settings.choices["empty_secrets"]
        self._merges_events = settings.choices["duplicate_events"] == "merge"
        self._not_found_message = settings.choices["not_found_message"]
        self._webhooks = {
            identifier: Webhook(
                identifier, "https://hooks.example.com/user", ["all"], "client-of-the-mock", [new_secret()]
            )
            for identifier in (settings.webhook_id, settings.second_webhook_id)
        }

    def find(self, identifier: str) -> Webhook:
        """Return the webhook with exactly this id, or raise UnknownWebhook."""
        try:
            return self._webhooks[identifier]
        except KeyError:
            raise UnknownWebhook(self._not_found_message) from None

    def update(self, identifier: str, update: Update) -> Webhook:
        """Put the webhook's new state in the place of the old one, in one step, and return it."""
        webhook = self.find(identifier)
        changed = replace(
            webhook,
            url=webhook.url if update.url is None else update.url,
            events=list(dict.fromkeys(update.events)) if self._merges_events else update.events,
            secrets=self._secrets(update.secrets, webhook.secrets),
        )
        self._webhooks[identifier] = changed
        return changed

    def _secrets(self, sent: list[str] | None, stored: list[str]) -> list[str]:
        if sent:
            return sent
        choice = self._omitted_secrets if sent is None else self._empty_secrets
        if choice == "keep":
            return stored
        return [] if choice == "store" else [new_secret()]


def new_secret() -> str:
    """Return a random secret, in form like those of the documents' example."""
    return "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH))

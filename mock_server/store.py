"""The webhooks, in memory."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from mock_server.errors import UnknownWebhook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from openapi.choices import Value

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
    """The webhooks. Over the API there is no way to get another one: the contract has no operation that creates them."""

    def __init__(self, seeds: Iterable[Webhook], choices: Mapping[str, Value], changed: Callable[[], None]) -> None:
        self._seeds = {webhook.id: webhook for webhook in seeds}
        self._webhooks = dict(self._seeds)
        self._changed = changed
        self.play(choices)

    def play(self, choices: Mapping[str, Value]) -> None:
        """Do from now on as *choices* say."""
        self._omitted_secrets = choices["omitted_secrets"]
        self._empty_secrets = choices["empty_secrets"]
        self._merges_events = choices["duplicate_events"] == "merge"
        self._not_found_message = choices["not_found_message"]

    def webhooks(self) -> list[Webhook]:
        """Return all webhooks, the seeded ones first."""
        return list(self._webhooks.values())

    def put(self, webhook: Webhook) -> None:
        """Register *webhook*, in the place of one with its id where there is one."""
        self._webhooks[webhook.id] = webhook
        self._changed()

    def remove(self, identifier: str) -> None:
        """Take a webhook out, or raise UnknownWebhook."""
        self.find(identifier)
        del self._webhooks[identifier]
        self._changed()

    def reset(self) -> None:
        """Go back to the webhooks of the start, their secrets included."""
        self._webhooks = dict(self._seeds)
        self._changed()

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

"""The webhooks, and what an update does to them."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

import orjson

from user_webhook_mock.http.errors import UnknownWebhook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from user_webhook_api.choices import Value
    from user_webhook_mock.store.store import Store

ALPHABET: Final = string.ascii_letters + string.digits
SECRET_LENGTH: Final = 32


@dataclass(frozen=True)
class Webhook:
    """A webhook in the API's form; the names and their order are the document's.

    It has no slots: orjson writes it three times as fast without.
    """

    id: str
    url: str
    events: list[str]
    clientId: str  # noqa: N815  the API's own name
    secrets: list[str] = field(repr=False)

    @classmethod
    def from_json(cls, content: bytes | str) -> Self:
        """Return the webhook that orjson wrote as *content*."""
        return cls(**orjson.loads(content))


@dataclass(slots=True)
class Update:
    """What a valid request asks for; None stands for what it leaves out."""

    url: str | None
    events: list[str]
    secrets: list[str] | None = field(repr=False)


class Webhooks:
    """The webhooks of the mock. The API cannot create any: the contract has no operation for it.

    Raises:
        StorageError: By each change that cannot be stored. Nothing is changed.
    """

    def __init__(
        self, store: Store, seeds: Iterable[Webhook], choices: Mapping[str, Value], changed: Callable[[], None]
    ) -> None:
        self._store = store
        self._seeds = tuple(seeds)
        self._changed = changed
        self.apply(choices)

    def apply(self, choices: Mapping[str, Value]) -> None:
        """Follow *choices* from the next request on."""
        self._omitted_secrets = choices["omitted_secrets"]
        self._empty_secrets = choices["empty_secrets"]
        self._merges_events = choices["duplicate_events"] == "merge"
        self._not_found_message = choices["not_found_message"]

    def all(self) -> list[Webhook]:
        """Return all webhooks, the seeded ones first."""
        return self._store.all()

    def put(self, webhook: Webhook) -> None:
        """Create *webhook*, or replace the one with its id."""
        self._store.put(webhook)
        self._changed()

    def remove(self, identifier: str) -> None:
        """Delete a webhook, or raise UnknownWebhook."""
        if not self._store.remove(identifier):
            raise UnknownWebhook(self._not_found_message)
        self._changed()

    def reset(self) -> None:
        """Go back to the webhooks of the start, their secrets included."""
        self._store.replace(self._seeds)
        self._changed()

    def find(self, identifier: str) -> Webhook:
        """Return the webhook with exactly this id, or raise UnknownWebhook."""
        webhook = self._store.find(identifier)
        if webhook is None:
            raise UnknownWebhook(self._not_found_message)
        return webhook

    def update(self, identifier: str, update: Update) -> Webhook:
        """Carry *update* out in one step, and return the new webhook; raise UnknownWebhook if there is none."""

        def updated(webhook: Webhook) -> Webhook:
            return Webhook(
                webhook.id,
                webhook.url if update.url is None else update.url,
                list(dict.fromkeys(update.events)) if self._merges_events else update.events,
                webhook.clientId,
                self._secrets(update.secrets, webhook.secrets),
            )

        webhook = self._store.change(identifier, updated)
        if webhook is None:
            raise UnknownWebhook(self._not_found_message)
        return webhook

    def close(self) -> None:
        """Close the store: the mock has ended."""
        self._store.close()

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

"""What every store of webhooks can do."""

from __future__ import annotations

import re
import secrets
import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from user_webhook_mock.core.usage_error import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from user_webhook_api.choices import Value

ALPHABET: Final = string.ascii_letters + string.digits
SECRET_LENGTH: Final = 32
UUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True)
class Webhook:
    """A webhook as the API answers with it; the names and their order are the document's.

    It has no slots: orjson writes it three times as fast without.
    """

    id: str
    url: str
    events: list[str]
    clientId: str  # noqa: N815  the API's own name
    secrets: list[str] = field(repr=False)


@dataclass(slots=True)
class Update:
    """What a valid request asks for. ``secrets`` is None where the request has none, or null."""

    url: str | None
    events: list[str]
    secrets: list[str] | None = field(repr=False)
    has_null_secrets: bool = False


class Store(Protocol):
    """Where webhooks are kept. Each change is made as a whole or not at all, whoever else makes one at the same time."""

    def all(self) -> list[Webhook]:
        """Return all webhooks, in the order in which they came."""

    def find(self, identifier: str) -> Webhook | None:
        """Return the webhook with exactly this id."""

    def put(self, webhook: Webhook) -> None:
        """Store *webhook*, in place of one with its id if there is one."""

    def change(self, identifier: str, updated: Callable[[Webhook], Webhook]) -> Webhook | None:
        """Replace a webhook by what *updated* returns for it, and return that; do nothing if there is none.

        *updated* may be called several times.
        """

    def remove(self, identifier: str) -> bool:
        """Delete the webhook with this id, and return whether there was one."""

    def replace(self, webhooks: Iterable[Webhook]) -> None:
        """Store *webhooks* and nothing else."""

    def close(self) -> None:
        """Let go of what is open."""


class Webhooks:
    """The webhooks. Over the API there is no way to get another one: the contract has no operation that creates them.

    Raises:
        StorageError: By each change that cannot be kept. Nothing is changed.
    """

    def __init__(
        self, store: Store, seeds: Iterable[Webhook], choices: Mapping[str, Value], changed: Callable[[], None]
    ) -> None:
        self._store = store
        self._seeds = tuple(seeds)
        self._changed = changed
        self.apply(choices)

    def apply(self, choices: Mapping[str, Value]) -> None:
        """Do from now on as *choices* say."""
        self._omitted_secrets = choices["omitted_secrets"]
        null = choices["null_secrets"]
        self._null_secrets = self._omitted_secrets if null == "as_omitted" else null
        self._reads_uuids = choices["uuid_forms"] == "any"
        self._empty_secrets = choices["empty_secrets"]
        self._merges_events = choices["duplicate_events"] == "merge"
        self._not_found_message = choices["not_found_message"]

    def all(self) -> list[Webhook]:
        """Return all webhooks, the seeded ones first."""
        return self._store.all()

    def put(self, webhook: Webhook) -> None:
        """Register *webhook*, in the place of one with its id where there is one."""
        self._store.put(webhook)
        self._changed()

    def remove(self, identifier: str) -> None:
        """Take a webhook out, or raise UnknownWebhook."""
        if not self._store.remove(identifier):
            raise UnknownWebhook(self._not_found_message)
        self._changed()

    def reset(self) -> None:
        """Go back to the webhooks of the start, their secrets included."""
        self._store.replace(self._seeds)
        self._changed()

    def find(self, identifier: str) -> Webhook:
        """Return the webhook with this id, or raise UnknownWebhook."""
        webhook = self._store.find(self._identify(identifier))
        if webhook is None:
            raise UnknownWebhook(self._not_found_message)
        return webhook

    def update(self, identifier: str, update: Update) -> Webhook:
        """Put the webhook's new state in the place of the old one, in one step, and return it."""

        def make(webhook: Webhook) -> Webhook:
            return Webhook(
                webhook.id,
                webhook.url if update.url is None else update.url,
                list(dict.fromkeys(update.events)) if self._merges_events else update.events,
                webhook.clientId,
                self._secrets(update, webhook.secrets),
            )

        changed = self._store.change(self._identify(identifier), make)
        if changed is None:
            raise UnknownWebhook(self._not_found_message)
        return changed

    def close(self) -> None:
        """Let go of what is open: the mock has ended."""
        self._store.close()

    def has_other_form(self, identifier: str) -> bool:
        """Say whether *identifier* is the UUID of a webhook in another form."""
        return self._canonical(identifier) != identifier

    def _identify(self, identifier: str) -> str:
        """Return the id of the webhook that *identifier* names: by choice, another form of a UUID names it, too."""
        return self._canonical(identifier) if self._reads_uuids else identifier

    def _canonical(self, identifier: str) -> str:
        if self._store.find(identifier) is not None:
            return identifier
        known = (webhook.id for webhook in self._store.all() if UUID.fullmatch(webhook.id))
        return next((one for one in known if _digits(one) == _digits(identifier)), identifier)

    def _secrets(self, update: Update, stored: list[str]) -> list[str]:
        sent = update.secrets
        if sent:
            return sent
        if sent is None:
            choice = self._null_secrets if update.has_null_secrets else self._omitted_secrets
        else:
            choice = self._empty_secrets
        if choice == "keep":
            return stored
        return [] if choice == "store" else [new_secret()]


def _digits(uuid: str) -> str:
    """Return the digits of *uuid* in lower case, without its hyphens and the braces around it."""
    is_braced = uuid.startswith("{") and uuid.endswith("}")
    return (uuid[1:-1] if is_braced else uuid).replace("-", "").lower()


def new_secret() -> str:
    """Return a random secret, in form like those of the documents' example."""
    return "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH))

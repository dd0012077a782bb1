"""The webhooks, and what an update does to them."""

from __future__ import annotations

import re
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

_UUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


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
    """What a valid request asks for; None stands for what it leaves out, or is null."""

    url: str | None
    events: list[str]
    secrets: list[str] | None = field(repr=False)
    has_null_secrets: bool = False


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
        """Return the webhook with this id, or raise UnknownWebhook."""
        webhook = self._store.find(self._identify(identifier))
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
                self._secrets(update, webhook.secrets),
            )

        webhook = self._store.change(self._identify(identifier), updated)
        if webhook is None:
            raise UnknownWebhook(self._not_found_message)
        return webhook

    def close(self) -> None:
        """Close the store: the mock has ended."""
        self._store.close()

    def has_other_form(self, identifier: str) -> bool:
        """Return whether *identifier* is the UUID of a webhook in another form."""
        return self._canonical(identifier) != identifier

    def _identify(self, identifier: str) -> str:
        """Return the id of the webhook that *identifier* names: by choice, another form of a UUID names it, too."""
        return self._canonical(identifier) if self._reads_uuids else identifier

    def _canonical(self, identifier: str) -> str:
        if self._store.find(identifier) is not None:
            return identifier
        known = (webhook.id for webhook in self._store.all() if _UUID.fullmatch(webhook.id))
        return next((one for one in known if _digits(one) == _digits(identifier)), identifier)

    def _secrets(self, update: Update, stored: list[str]) -> list[str]:
        sent = update.secrets
        if sent:
            return sent
        if sent is None:
            choice = self._null_secrets if update.has_null_secrets else self._omitted_secrets
        else:
            choice = self._empty_secrets
        if choice == "keep" and (sent is not None or any(stored)):
            return stored
        return [] if choice == "store" else [new_secret()]


def _digits(uuid: str) -> str:
    """Return the digits of *uuid* in lower case, without its hyphens and the braces around it."""
    is_braced = uuid.startswith("{") and uuid.endswith("}")
    return (uuid[1:-1] if is_braced else uuid).replace("-", "").lower()


def new_secret() -> str:
    """Return a random secret, in form like those of the documents' example."""
    return "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH))

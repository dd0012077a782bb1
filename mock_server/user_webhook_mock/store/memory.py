"""Webhooks that end with the process."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from user_webhook_mock.store.store import Webhook


class MemoryStore:
    """Keeps webhooks in the order in which they came. Nobody else acts upon this memory, so there is no lock."""

    def __init__(self, webhooks: Iterable[Webhook]) -> None:
        self._webhooks = {webhook.id: webhook for webhook in webhooks}

    def all(self) -> list[Webhook]:
        """Return all webhooks."""
        return list(self._webhooks.values())

    def find(self, identifier: str) -> Webhook | None:
        """Return the webhook with exactly this id."""
        return self._webhooks.get(identifier)

    def put(self, webhook: Webhook) -> None:
        """Keep *webhook*, in the place of one with its id where there is one."""
        self._webhooks[webhook.id] = webhook

    def change(self, identifier: str, make: Callable[[Webhook], Webhook]) -> Webhook | None:
        """Put what *make* makes of a webhook in its place, and return it; where there is none, do nothing."""
        webhook = self._webhooks.get(identifier)
        if webhook is None:
            return None
        self._webhooks[identifier] = changed = make(webhook)
        return changed

    def remove(self, identifier: str) -> bool:
        """Forget the webhook with this id, and say whether there was one."""
        return self._webhooks.pop(identifier, None) is not None

    def replace(self, webhooks: Iterable[Webhook]) -> None:
        """Keep *webhooks* and nothing else."""
        self._webhooks = {webhook.id: webhook for webhook in webhooks}

    def close(self) -> None:
        """Do nothing: what is kept ends with the process."""

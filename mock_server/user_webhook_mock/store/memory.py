"""Webhooks that end with the process."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from user_webhook_mock.store.webhooks import Webhook


class MemoryStore:
    """Keeps webhooks in the order in which they came.

    Only the thread that serves makes changes. The threads that deliver read at any time, which is safe without a lock:
    each read and each change is one operation on a dict.
    """

    def __init__(self, webhooks: Iterable[Webhook]) -> None:
        self.replace(webhooks)

    def all(self) -> list[Webhook]:
        """Return all webhooks."""
        return list(self._webhooks.values())

    def find(self, identifier: str) -> Webhook | None:
        """Return the webhook with exactly this id."""
        return self._webhooks.get(identifier)

    def put(self, webhook: Webhook) -> None:
        """Store *webhook*, in place of one with its id if there is one."""
        self._webhooks[webhook.id] = webhook

    def change(self, identifier: str, updated: Callable[[Webhook], Webhook]) -> Webhook | None:
        """Replace a webhook by what *updated* returns for it, and return that; do nothing if there is none."""
        webhook = self._webhooks.get(identifier)
        if webhook is None:
            return None
        self._webhooks[identifier] = changed = updated(webhook)
        return changed

    def remove(self, identifier: str) -> bool:
        """Delete the webhook with this id, and return whether there was one."""
        return self._webhooks.pop(identifier, None) is not None

    def replace(self, webhooks: Iterable[Webhook]) -> None:
        """Store *webhooks* and nothing else."""
        self._webhooks = {webhook.id: webhook for webhook in webhooks}

    def close(self) -> None:
        """Do nothing: what is kept ends with the process."""

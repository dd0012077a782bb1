"""What every store of webhooks can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from user_webhook_mock.core.usage_error import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from user_webhook_mock.store.webhooks import Webhook


class UnusableStore(UsageError):
    """The store cannot be used. The message is one line and says what to do."""


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
        """Release what is open."""

"""Webhooks that end with the process."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mock_server.store import Webhook


class Memory:
    """Keeps webhooks in the order in which they came."""

    def __init__(self, webhooks: Iterable[Webhook]) -> None:
        self._webhooks = {webhook.id: webhook for webhook in webhooks}

    def transaction(self) -> AbstractContextManager[None]:
        """Return what makes several steps one: nothing, as nobody else acts upon this memory."""
        return nullcontext()

    def all(self) -> list[Webhook]:
        """Return all webhooks."""
        return list(self._webhooks.values())

    def find(self, identifier: str) -> Webhook | None:
        """Return the webhook with exactly this id."""
        return self._webhooks.get(identifier)

    def put(self, webhook: Webhook) -> None:
        """Keep *webhook*, in the place of one with its id where there is one."""
        self._webhooks[webhook.id] = webhook

    def remove(self, identifier: str) -> None:
        """Forget the webhook with this id."""
        del self._webhooks[identifier]

    def replace(self, webhooks: Iterable[Webhook]) -> None:
        """Keep *webhooks* and nothing else."""
        self._webhooks = {webhook.id: webhook for webhook in webhooks}

    def close(self) -> None:
        """Do nothing: what is kept ends with the process."""

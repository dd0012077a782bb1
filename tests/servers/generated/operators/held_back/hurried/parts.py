"""What the operators of this package build their servers from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servers.faulty.server import Refused
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable

    from servers.faulty.asgi import Request
    from servers.faulty.server import Webhook


def made(**methods: Any) -> type[Reference]:
    """Return a server with these methods in place of the right ones."""
    return type("Hurried", (Reference,), methods)


def rewriting(change: Callable[[dict[str, Any], Webhook | None], dict[str, Any]]) -> type[Reference]:
    """Return a server that changes the update before it checks it; *change* knows the stored webhook."""

    def read_body(self: Reference, request: Request) -> dict[str, Any]:
        return change(Reference.read_body(self, request), self.webhooks.get(request.webhook_id))

    return made(read_body=read_body)


def refusing(message: str, is_refused: Callable[[Webhook, dict[str, Any]], bool]) -> type[Reference]:
    """Return a server that refuses right updates, too, with a message of its own."""

    def store(self: Reference, webhook: Webhook, body: dict[str, Any]) -> None:
        if is_refused(webhook, body):
            raise Refused(400, [message])
        Reference.store(self, webhook, body)

    return made(store=store)


def telling(change: Callable[[Any, list[list[str]]], list[str]]) -> type[Reference]:
    """Return a server that tells other messages; *change* gets the server and the messages of each property."""

    def select(self: Reference, groups: list[list[str]]) -> list[str]:
        return change(self, groups) if groups else []

    return made(select=select)

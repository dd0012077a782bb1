"""Faults of updates that reach another webhook."""

from __future__ import annotations

from functools import partial
from typing import Any

from .fault import declare, fault
from .server import Server, Webhook


def _leaking(name: str) -> type[Server]:
    class Leaking(Server):
        def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
            super().store(webhook, body)
            for other in self.webhooks.values():
                setattr(other, name, getattr(webhook, name))

    return Leaking


declare("leaks-the-url-to-the-other-webhook", "R-307", "Stores the url in every webhook.", _leaking("url"))
# Visible only where omitted secrets stay.
declare(
    "leaks-secrets-to-the-other-webhook",
    "R-307",
    "Stores the secrets in every webhook, and keeps them where they are left out.",
    partial(_leaking("secrets"), omitted_secrets="keep"),
)
declare("leaks-the-client-to-the-other-webhook", "R-307", "Stores the client in every webhook.", _leaking("client_id"))


@fault("R-307")
class UpdatesTheOtherWebhooksUrl(Server):
    """Stores the url in the other webhook and answers as if it were stored in the right one."""

    def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
        super().store(webhook, body)
        for other in self.webhooks.values():
            if other is not webhook and body.get("url") is not None:
                other.url = body["url"]


@fault("R-307")
class ClearsTheOtherWebhook(Server):
    """Clears the url of the other webhook at each update."""

    def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
        super().store(webhook, body)
        for other in self.webhooks.values():
            if other is not webhook:
                other.url = "https://example.com/webhook"


@fault("R-307")
class TakesAnOmittedUrlFromTheLastUpdate(Server):
    """Takes an omitted url from whichever webhook was updated last."""

    def reset(self) -> None:
        super().reset()
        self.last_url: Any = None

    def next_url(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        self.last_url = super().next_url(webhook, body) if body.get("url") or self.last_url is None else self.last_url
        return self.last_url

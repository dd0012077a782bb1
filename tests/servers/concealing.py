"""Servers that show something else than they store, or store something else than they are sent."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from servers.faulty.server import Refused, Server, Webhook, random_text

if TYPE_CHECKING:
    from collections.abc import Callable

MASK = "********"


def showing(url: Callable[[Any], Any] | None = None, secrets: Callable[[Any], Any] | None = None) -> type[Server]:
    """Return a server that shows *url* and *secrets* of what it stores."""

    class Showing(Server):
        def resource(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            shown = super().resource(webhook, body)
            if url is not None:
                shown["url"] = url(webhook.url)
            if secrets is not None:
                shown["secrets"] = secrets(webhook.secrets)
            return shown

    return Showing


def showing_once(secrets: Callable[[Any], Any]) -> type[Server]:
    """Return a server that shows secrets as they are to whoever sends them, and *secrets* of them afterwards."""

    class ShowingOnce(Server):
        def resource(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            shown = super().resource(webhook, body)
            return shown if body.get("secrets") else shown | {"secrets": secrets(webhook.secrets)}

    return ShowingOnce


def storing(url: Callable[[Any], Any] = lambda url: url, secrets: Callable[[Any], Any] = list) -> type[Server]:
    """Return a server that stores *url* and *secrets* of what it is sent."""

    class Storing(Server):
        def next_url(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            return url(body["url"]) if body.get("url") else webhook.url

        def next_secrets(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            return secrets(body["secrets"]) if body.get("secrets") else super().next_secrets(webhook, body)

    return Storing


class RequiresTheUrl(Server):
    def messages(self, body: dict[str, Any]) -> list[str]:
        return ["url is required"] if "url" not in body else super().messages(body)


class RequiresTheSecrets(Server):
    def messages(self, body: dict[str, Any]) -> list[str]:
        return ["secrets are required"] if "secrets" not in body else super().messages(body)


class HasNoUrlAtFirst(Server):
    def reset(self) -> None:
        super().reset()
        for webhook in self.webhooks.values():
            webhook.url = None


class KeepsTheOldUrl(Server):
    """Answers with the new url and keeps the old one."""

    def next_url(self, webhook: Webhook, body: dict[str, Any]) -> Any:  # noqa: ARG002  # overrides use it
        return webhook.url

    def resource(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        return super().resource(webhook, body) | {"url": body.get("url") or webhook.url}


class TakesNoUrlTwice(Server):
    """Refuses a url that it has seen, even the one that is stored at first."""

    def reset(self) -> None:
        super().reset()
        self.seen = {webhook.url for webhook in self.webhooks.values()}

    def next_url(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        url = body.get("url")
        if url in self.seen:
            raise Refused(400, ["url must be unique"])
        self.seen |= {url}
        return super().next_url(webhook, body)


class ShowsTheOther(Server):
    """Shows the first webhook, whichever is updated."""

    def resource(self, webhook: Webhook, body: dict[str, Any]) -> Any:  # noqa: ARG002  # overrides use it
        return super().resource(next(iter(self.webhooks.values())), body)


class SaysNothing(Server):
    def success_body(self, webhook: Webhook, body: dict[str, Any]) -> Any:  # noqa: ARG002  # overrides use it
        return {}


class WritesWhatItRefuses(Server):
    """Stores the url of an update that it answers with 400."""

    def perform(self, request: Any) -> Any:
        body = self.read_body(request)
        if isinstance(body, dict) and isinstance(body.get("url"), str):
            self.look_up(request.webhook_id).url = body["url"]
        return super().perform(request)


def masked(text: Any) -> Any:
    return MASK if isinstance(text, str) else text


def last_four(secrets: Any) -> Any:
    return ["*" * 28 + str(one)[-4:] for one in secrets]


def path_masked(url: Any) -> Any:
    parts = urlsplit(url or "")
    return f"{parts.scheme}://{parts.netloc}/***"


def host_alone(url: Any) -> Any:
    parts = urlsplit(url or "")
    return f"{parts.scheme}://{parts.netloc}/"


def hashed(secrets: Any) -> Any:
    return [hashlib.sha256(str(one).encode("utf-8", "replace")).hexdigest() for one in secrets]


CONCEALING: dict[str, Callable[..., Server]] = {
    "masks secrets": showing(secrets=lambda secrets: [MASK for _ in secrets]),
    "masks all but the last four of a secret": showing(secrets=last_four),
    "masks secrets by dots": showing(secrets=lambda secrets: ["•" * 12 for _ in secrets]),
    "shows the beginning of a secret": showing(secrets=lambda secrets: [str(one)[:8] for one in secrets]),
    "shows a hash of a secret": showing(secrets=hashed),
    "shows a secret to its sender alone": showing_once(last_four),
    "shows a hash to all but the sender": showing_once(hashed),
    "shows no secrets": showing(secrets=lambda _: []),
    "shows other secrets each time": showing(secrets=lambda secrets: [random_text() for _ in secrets]),
    "masks the url": showing(url=masked),
    "masks the path of the url": showing(url=path_masked),
    "shows the host of the url": showing(url=host_alone),
    "shows the beginning of the url": showing(url=lambda url: str(url)[:24]),
    "shows no url": showing(url=lambda _: None),
    "masks url and secrets": showing(url=path_masked, secrets=last_four),
    "has no url at first": HasNoUrlAtFirst,
    "requires the url": RequiresTheUrl,
    "requires the secrets": RequiresTheSecrets,
    "stores urls in lower case": storing(url=lambda url: str(url).lower()),
    "stores urls with a slash at the end": storing(url=lambda url: f"{str(url).rstrip('/')}/"),
    "cuts urls": storing(url=lambda url: str(url)[:40]),
    "cuts secrets": storing(secrets=lambda secrets: [str(one)[:16] for one in secrets]),
    "generates whatever it is sent": storing(secrets=lambda secrets: [random_text() for _ in secrets]),
    "keeps the old url": KeepsTheOldUrl,
    "takes no url twice": TakesNoUrlTwice,
    "shows the other webhook": ShowsTheOther,
    "says nothing": SaysNothing,
    "writes what it refuses": WritesWhatItRefuses,
}
"""What each is: its name, and what builds it of choices."""

"""Faults of what an update leaves behind."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .fault import declare, fault
from .server import Server, Webhook, random_text

if TYPE_CHECKING:
    from .asgi import Request, Response

NextValue = Callable[[Webhook, dict[str, Any]], Any]


def storing_url(change: NextValue) -> type[Server]:
    """Return a server that stores another url where the update has none."""

    class StoringUrl(Server):
        def next_url(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            return super().next_url(webhook, body) if body.get("url") is not None else change(webhook, body)

    return StoringUrl


for _name, _what, _url in (
    ("null", "null", None),
    ("empty", "an empty string", ""),
    ("default", "a default", "https://example.com/default"),
    ("seed", "the first one ever", "https://example.com/webhook"),
):
    declare(
        f"sets-an-omitted-url-to-{_name}",
        "R-301",
        f"Sets an omitted url to {_what}.",
        storing_url(lambda _webhook, _body, url=_url: url),  # type: ignore[misc]
    )


def storing_events(change: Callable[[list[Any], list[Any]], list[Any]]) -> type[Server]:
    """Return a server that stores the given events changed by the former ones."""

    class StoringEvents(Server):
        def next_events(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            return change(super().next_events(webhook, body), webhook.events)

    return StoringEvents


_EVENTS: dict[str, tuple[str, Callable[[list[Any], list[Any]], list[Any]]]] = {
    "merges-events": (
        "Adds the events to the stored ones",
        lambda new, old: [*old, *(item for item in new if item not in old)],
    ),
    "never-replaces-events": ("Never replaces the stored events", lambda _, old: old),
    "replaces-all-never": (
        "Keeps `all` once it is stored",
        lambda new, old: old if "all" in old and "all" not in new else new,
    ),
    "intersects-events": (
        "Keeps the events that are both stored and sent",
        lambda new, old: [item for item in new if item in old] or new,
    ),
    "stores-the-first-event": ("Stores the first event only", lambda new, _: new[:1]),
    "stores-three-events": ("Stores at most three events", lambda new, _: new[:3]),
    "stores-four-events": ("Stores at most four events", lambda new, _: new[:4]),
    "collapses-events-to-all": (
        "Stores `all` alone where it is among the events",
        lambda new, _: ["all"] if "all" in new else new,
    ),
    "toggles-events": (
        "Takes a sent event away where it is stored",
        lambda new, old: [item for item in new if item not in old] or new,
    ),
    "replaces-events-by-more-only": (
        "Replaces the events only by as many or more",
        lambda new, old: new if len(new) >= len(old) else old,
    ),
}

for _name, (_sentence, _fold) in _EVENTS.items():
    declare(_name, "R-105", f"{_sentence}.", storing_events(_fold))


def leaving(name: str) -> type[Server]:
    """Return a server that answers with the update and does not store one property."""

    class Leaving(Server):
        def perform(self, request: Request) -> Response:
            before = copy.deepcopy(self.webhooks.get(request.webhook_id))
            response = super().perform(request)
            if before is not None:
                setattr(self.webhooks[request.webhook_id], name, getattr(before, name))
            return response

    return Leaving


declare("does-not-store-the-url", "R-301", "Answers with the sent url and does not store it.", leaving("url"))


@fault("R-301")
class StoresTheFirstUrlOnly(Server):
    """Stores the url of the first update only."""

    def reset(self) -> None:
        super().reset()
        self.stored: dict[str, Any] = {}

    def perform(self, request: Request) -> Response:
        response = super().perform(request)
        webhook = self.webhooks[request.webhook_id]
        webhook.url = self.stored.setdefault(webhook.id, webhook.url)
        return response


@fault("R-301")
class StoresAUrlOnlyBesideSecrets(Server):
    """Stores a url only where secrets come with it."""

    def perform(self, request: Request) -> Response:
        before = self.webhooks[request.webhook_id].url if request.webhook_id in self.webhooks else None
        response = super().perform(request)
        if not self.read_body(request).get("secrets"):
            self.webhooks[request.webhook_id].url = before
        return response


@fault("R-301")
class LosesTheUrlAfterTwoUpdates(Server):
    """Answers with the former url from the second update without url on."""

    def reset(self) -> None:
        super().reset()
        self.omissions = 0
        self.former: Any = None

    def next_url(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        if body.get("url") is not None:
            self.omissions, self.former = 0, webhook.url
            return body["url"]
        self.omissions += 1
        return webhook.url if self.omissions < 2 else self.former


def taking(name: str, attribute: str) -> type[Server]:
    """Return a server that stores a property that only it may set."""

    class Taking(Server):
        def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
            super().store(webhook, body)
            if isinstance(body.get(name), str):
                setattr(webhook, attribute, body[name])

    return Taking


declare("takes-clientid-from-the-body", "R-108", "Stores the clientId of the body.", taking("clientId", "client_id"))
declare("takes-id-from-the-body", "R-104", "Stores the id of the body.", taking("id", "id"))


@fault("R-104")
class EchoesTheBody(Server):
    """Spreads the body over the answer, its id and clientId included."""

    def resource(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        resource = super().resource(webhook, body)
        return {**resource, **{name: value for name, value in body.items() if name in resource and value}}


def changing_client(client: Callable[[int], str]) -> type[Server]:
    """Return a server whose clientId follows the number of updates."""

    class ChangingClient(Server):
        def reset(self) -> None:
            super().reset()
            self.updates = 0

        def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
            super().store(webhook, body)
            self.updates += 1
            webhook.client_id = client(self.updates)

    return ChangingClient


declare(
    "makes-a-random-client-each-time",
    "R-108",
    "Stores a random clientId at each update.",
    changing_client(lambda _: random_text()),
)
declare(
    "counts-updates-in-the-client",
    "R-108",
    "Counts the updates in clientId.",
    changing_client(lambda number: f"client-{number}"),
)
declare(
    "changes-the-client-at-the-third-update",
    "R-108",
    "Changes clientId at the third update.",
    changing_client(lambda number: "client-one" if number < 3 else "client-three"),
)


@fault("R-108")
class ChangesTheClientBesideSecrets(Server):
    """Stores another clientId where the update has secrets."""

    def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
        super().store(webhook, body)
        if body.get("secrets"):
            webhook.client_id = "client-of-the-token"

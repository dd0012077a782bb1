"""Answers to updates that do not show what is stored, or show it in another form or under another status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servers.faulty.asgi import Request, Response
from servers.faulty.literals import EVENTS, FIRST_ID, SECOND_ID
from servers.faulty.sequences import patch
from servers.generated.deviation import READ, SECRETS, Deviation, Example, deviation, object_of, operator, slug, update
from servers.generated.reference import Reference

from .parts import A, B

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.server import Webhook

_FULL = update(url=A, secrets=list(SECRETS))
_ROWS = "R-103 R-104 R-105 R-106 R-107 R-108 R-301 R-302"


def _showing(
    form: str,
    what: str,
    requirements: str,
    change: Callable[[Any, dict[str, Any], dict[str, Any]], Any],
    *examples: Any,
) -> Deviation:
    class Showing(Reference):
        def resource(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            return change(self, dict(super().resource(webhook, body)), body)

    return deviation(form, f"Shows {what}", requirements, Showing, *examples)


@operator("rare-success-echo")
def echoes() -> Iterator[Deviation]:
    """Show what was sent in place of what is stored."""
    rows: tuple[tuple[str, str, Callable[[Any, dict[str, Any], dict[str, Any]], Any], Any], ...] = (
        ("body-and-id", "the body and the id", lambda _, data, body: {"id": data["id"], "clientId": data["clientId"], **body}, READ),
        ("changes-only", "what was sent and the id only", lambda _, data, body: {name: one for name, one in data.items() if name in {"id", "clientId"} or name in body}, READ),
        ("unsent-null", "null for what was not sent", lambda _, data, body: {name: one if name in {"id", "clientId"} or name in body else None for name, one in data.items()}, READ),
        ("unsent-empty", "empty values for what was not sent", lambda _, data, body: {**data, "url": body.get("url", ""), "secrets": body.get("secrets", [])}, READ),
        ("no-url", "no url if none was sent", lambda _, data, body: {name: one for name, one in data.items() if name != "url" or "url" in body}, READ),
        ("no-secrets", "no secrets if none were sent", lambda _, data, body: {name: one for name, one in data.items() if name != "secrets" or "secrets" in body}, READ),
        ("generated-only", "secrets only if they were generated", lambda _, data, body: {name: one for name, one in data.items() if name != "secrets" or "secrets" not in body}, _FULL),
        ("sent-masked", "stars for secrets that were sent", lambda _, data, body: {**data, "secrets": ["*" * len(one) for one in data["secrets"]] if "secrets" in body else data["secrets"]}, _FULL),
        ("sent-hidden", "an empty list for secrets that were sent", lambda _, data, body: {**data, "secrets": [] if "secrets" in body else data["secrets"]}, _FULL),
        ("one-secret", "one of several secrets", lambda _, data, __: {**data, "secrets": data["secrets"][:1]}, _FULL),
        ("prefix-of-secrets", "the beginning of secrets", lambda _, data, __: {**data, "secrets": [str(one)[:8] for one in data["secrets"]]}, _FULL),
        ("sent-url-dropped", "no url if one was sent", lambda _, data, body: {name: one for name, one in data.items() if name != "url" or "url" not in body}, _FULL),
        ("null-url-if-sent", "null if a url was sent", lambda _, data, body: {**data, "url": None if "url" in body else data["url"]}, _FULL),
        ("host-of-the-url", "the host of a url", lambda _, data, __: {**data, "url": str(data["url"]).split("/")[2]}, _FULL),
        ("events-if-changed", "events only if they are new", lambda _, data, body: {**data, "events": [] if body["events"] == ["all"] else data["events"]}, READ),
        ("count-of-events", "the number of events", lambda _, data, __: {**data, "events": len(data["events"])}, READ),
        ("count-of-secrets", "the number of secrets", lambda _, data, __: {**data, "secrets": len(data["secrets"])}, READ),
        ("whether-secrets", "whether there are secrets", lambda _, data, __: {**data, "secrets": True}, READ),
    )  # fmt: skip
    for form, what, change, request in rows:
        yield _showing(form, what, _ROWS, change, Example(request, (update(url=B),)))


@operator("rare-success-style")
def styles() -> Iterator[Deviation]:
    """Show the webhook in the style of other stacks."""
    rows: tuple[tuple[str, str, Callable[[Any, dict[str, Any], dict[str, Any]], Any]], ...] = (
        ("snake", "names with underscores", lambda _, data, __: {"client_id" if name == "clientId" else name: one for name, one in data.items()}),
        ("pascal", "names with capitals", lambda _, data, __: {name[:1].upper() + name[1:]: one for name, one in data.items()}),
        ("mongo", "_id for id", lambda _, data, __: {"_id" if name == "id" else name: one for name, one in data.items()}),
        ("webhook-id", "webhookId for id", lambda _, data, __: {"webhookId" if name == "id" else name: one for name, one in data.items()}),
        ("uuid", "uuid for id", lambda _, data, __: {"uuid" if name == "id" else name: one for name, one in data.items()}),
        ("client-abbreviated", "clientID for clientId", lambda _, data, __: {"clientID" if name == "clientId" else name: one for name, one in data.items()}),
        ("client-nested", "the client as an object", lambda _, data, __: {name: one for name, one in {**data, "client": {"id": data["clientId"]}}.items() if name != "clientId"}),
        ("url-renamed", "endpoint for url", lambda _, data, __: {"endpoint" if name == "url" else name: one for name, one in data.items()}),
        ("secret", "secret for secrets", lambda _, data, __: {name: one for name, one in {**data, "secret": data["secrets"][0]}.items() if name != "secrets"}),
        ("event", "event for events", lambda _, data, __: {name: one for name, one in {**data, "event": data["events"][0]}.items() if name != "events"}),
        ("flags", "events as flags", lambda _, data, __: {**data, "events": {event: event in data["events"] for event in EVENTS}}),
        ("joined", "events separated by commas", lambda _, data, __: {**data, "events": ",".join(data["events"])}),
        ("unwrapped", "a lone event without its list", lambda _, data, __: {**data, "events": data["events"][0] if len(data["events"]) == 1 else data["events"]}),
        ("unwrapped-secret", "a lone secret without its list", lambda _, data, __: {**data, "secrets": data["secrets"][0] if len(data["secrets"]) == 1 else data["secrets"]}),
        ("slots", "secrets as an object", lambda _, data, __: {**data, "secrets": dict(zip(("primary", "secondary"), data["secrets"], strict=False))}),
        ("url-object", "the url as an object", lambda _, data, __: {**data, "url": {"href": data["url"]}}),
        ("id-number", "the id as a number", lambda _, data, __: {**data, "id": 1}),
        ("client-number", "the client as a number", lambda _, data, __: {**data, "clientId": 7}),
        ("client-null", "null for the client", lambda _, data, __: {**data, "clientId": None}),
        ("urn", "the id as a URN", lambda _, data, __: {**data, "id": f"urn:uuid:{data['id']}"}),
        ("link", "a link for the id", lambda _, data, __: {**data, "id": f"/api/v2/public/webhooks/user/{data['id']}"}),
        ("dates", "a time among events", lambda _, data, __: {**data, "events": [*data["events"], "2026-11-27"]}),
        ("unknown-event", "an unknown event beside the others", lambda _, data, __: {**data, "events": [*data["events"], "facility.deleted"]}),
    )  # fmt: skip
    for form, what, change in rows:
        yield _showing(form, what, _ROWS, change, READ, _FULL)


def _take_client(webhook: Webhook, body: dict[str, Any]) -> None:
    for name, value in body.items():
        if name.lower().replace("_", "").replace("-", "") == "clientid":
            webhook.client_id = value


@operator("rare-success-owner")
def owners() -> Iterator[Deviation]:
    """Change the owner or the id with something else."""
    rows: tuple[tuple[str, str, Callable[[Any, Webhook, dict[str, Any]], None], Example], ...] = (
        ("url", "the client if the url changes", lambda _, webhook, body: setattr(webhook, "client_id", "client-new") if "url" in body else None, Example(_FULL, (READ,))),
        ("secrets", "the client if secrets are sent", lambda _, webhook, body: setattr(webhook, "client_id", "client-new") if body.get("secrets") else None, Example(_FULL, (READ,))),
        ("host", "the client with the host of the url", lambda _, webhook, body: setattr(webhook, "client_id", str(webhook.url).split("/")[2]) if "url" in body else None, Example(update(url=B), (update(url=A),))),
        ("count", "the client with each update", lambda server, webhook, _: setattr(webhook, "client_id", f"client-{server.count}"), Example(READ, (READ,))),
        ("third", "the client from the third update on", lambda server, webhook, _: setattr(webhook, "client_id", "client-new") if server.count >= 3 else None, Example(READ, (READ, READ))),
        ("emptied", "the client to nothing if the url changes", lambda _, webhook, body: setattr(webhook, "client_id", "") if "url" in body else None, Example(_FULL, (READ,))),
        ("other", "the client to that of the other webhook once that one was updated", lambda server, webhook, _: setattr(webhook, "client_id", "client-two") if server.seen >= {FIRST_ID, SECOND_ID} else None, Example(READ, (READ, patch({"events": ["all"]}, SECOND_ID)))),
        ("owner", "the client to owner in the body", lambda _, webhook, body: setattr(webhook, "client_id", body["owner"]) if isinstance(body.get("owner"), str) else None, Example(update(owner="mine"), (READ,))),
        ("client", "the client to client in the body", lambda _, webhook, body: setattr(webhook, "client_id", body["client"]) if isinstance(body.get("client"), str) else None, Example(update(client="mine"), (READ,))),
        ("clientId-any-case", "the client to clientId in any spelling", lambda _, webhook, body: _take_client(webhook, body), Example(update(clientId="mine"), (READ,))),
        ("clientId-null", "the client if clientId is null", lambda _, webhook, body: setattr(webhook, "client_id", None) if "clientId" in body and body["clientId"] is None else None, Example(update(clientId=None), (READ,))),
        ("clientId-number", "the client to a number in clientId", lambda _, webhook, body: setattr(webhook, "client_id", body["clientId"]) if type(body.get("clientId")) is int else None, Example(update(clientId=7), (READ,))),
    )  # fmt: skip
    for form, what, change, example in rows:

        class Changing(Reference):
            def reset(self) -> None:
                super().reset()
                self.count = 0
                self.seen: set[str] = set()

            def store(
                self,
                webhook: Webhook,
                body: dict[str, Any],
                change: Callable[[Any, Webhook, Any], None] = change,
            ) -> None:
                super().store(webhook, body)
                self.count += 1
                self.seen.add(webhook.id)
                change(self, webhook, body)

        yield deviation(form, f"Changes {what}", "R-108 R-103", Changing, example)
    for form, what, make, example in (
        ("last-asked", "the id of the update before", lambda server, _: server.before, Example(READ, (patch({"events": ["all"]}, SECOND_ID),))),
        ("null", "null for the id", lambda *_: None, Example(READ)),
        ("zero", "an id of zeros", lambda *_: "00000000-0000-0000-0000-000000000000", Example(READ)),
        ("cut", "32 characters of the id", lambda _, one: one[:32], Example(READ)),
    ):  # fmt: skip

        class Naming(Reference):
            def reset(self) -> None:
                super().reset()
                self.before = FIRST_ID

            def resource(self, webhook: Webhook, body: dict[str, Any], make: Callable[[Any, str], Any] = make) -> Any:
                shown = {**super().resource(webhook, body), "id": make(self, webhook.id)}
                self.before = webhook.id
                return shown

        yield deviation(f"id-{form}", f"Shows {what}", "R-104 R-103", Naming, example)


@operator("rare-success-media-type")
def media_types() -> Iterator[Deviation]:
    """Name another media type in some answers."""
    rows: tuple[tuple[str, str, Callable[[dict[str, Any]], Any], Any], ...] = (
        ("url", "a url is sent", lambda body: "url" in body, _FULL),
        ("no-url", "no url is sent", lambda body: "url" not in body, READ),
        ("secrets", "secrets are sent", lambda body: "secrets" in body, _FULL),
        ("alone", "events alone are sent", lambda body: len(body) == 1, READ),
        ("several-events", "several events are sent", lambda body: len(body["events"]) > 1, patch({"events": list(EVENTS)})),
    )  # fmt: skip
    for form, what, is_such, request in rows:
        for media_type in ("text/html; charset=utf-8", None):

            class Naming(Reference):
                def succeed(
                    self,
                    webhook: Webhook,
                    body: dict[str, Any],
                    such: Callable[[Any], Any] = is_such,
                    media_type: str | None = media_type,
                ) -> Response:
                    response = super().succeed(webhook, body)
                    return Response(201, response.body, media_type) if such(body) else response

            name = slug((media_type or "none").partition(";")[0])
            title = f"Names {media_type} as media type if {what}"
            yield deviation(f"{form}-{name}", title, "R-102 R-103", Naming, request)


@operator("rare-success-status")
def statuses() -> Iterator[Deviation]:
    """Answer some updates with another status."""
    rows: tuple[tuple[str, str, Callable[[Webhook, dict[str, Any]], Any], Any], ...] = (
        ("no-change", "updates that change nothing", lambda webhook, body: body["events"] == webhook.events and body.get("url", webhook.url) == webhook.url and "secrets" not in body, Example(READ, (READ,))),
        ("same-url", "updates with the stored url", lambda webhook, body: body.get("url") == webhook.url, Example(update(url=A), (update(url=A),))),
        ("new-url", "updates with another url", lambda webhook, body: body.get("url", webhook.url) != webhook.url, Example(update(url=A))),
        ("rotation", "updates with two secrets", lambda _, body: isinstance(body.get("secrets"), list) and len(body["secrets"]) == 2, Example(_FULL)),
        ("new-events", "updates with other events", lambda webhook, body: body["events"] != webhook.events, Example(patch({"events": [EVENTS[3]]}, FIRST_ID))),
        ("fewer-events", "updates with fewer events", lambda webhook, body: len(body["events"]) < len(webhook.events), Example(READ, (patch({"events": list(EVENTS)}),))),
        ("without-all", "updates without all", lambda _, body: "all" not in body["events"], Example(patch({"events": [EVENTS[3]]}))),
        ("everything", "updates with everything", lambda _, body: len(body) == 3, Example(_FULL)),
    )  # fmt: skip
    for form, what, is_such, example in rows:
        for status in (200, 204):

            class Answering(Reference):
                def answer(
                    self,
                    request: Request,
                    such: Callable[[Webhook, Any], Any] = is_such,
                    status: int = status,
                ) -> Response:
                    webhook, body = self.webhooks.get(request.webhook_id), object_of(request.body)
                    is_such = bool(webhook and isinstance(body.get("events"), list) and such(webhook, body))
                    response = super().answer(request)
                    if response.status != 201 or not is_such:
                        return response
                    return Response(status, response.body if status == 200 else b"")

            rows_ = "R-101 R-221 R-222 R-223 R-224 R-225 R-226 R-308"
            yield deviation(f"{form}-{status}", f"Answers {status} to {what}", rows_, Answering, example)

"""What is written too early, too late or in the wrong place."""

from __future__ import annotations

import json
from copy import copy
from typing import TYPE_CHECKING, Any

from servers.faulty import literals
from servers.faulty.literals import FIRST_ID, SECOND_ID
from servers.faulty.sequences import STRANGER as STRANGER_HEADER
from servers.faulty.sequences import Patch, patch
from servers.faulty.server import Refused, Webhook
from servers.generated.deviation import READ, SECRETS, Deviation, Example, deviation, object_of, operator, raw, update
from servers.generated.reference import Reference

from .parts import UNKNOWN, A, B, Keeping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.asgi import Request, Response

_NEW = "a-secret-that-was-refused"
_FULL = {"url": B, "events": ["all"], "secrets": [_NEW]}
_STORED = update(url=A, secrets=list(SECRETS))
_SECOND = patch({"events": ["all"]}, SECOND_ID)

# How a request is refused, the requirement, and the request.
_REFUSALS: tuple[tuple[str, str, str, Callable[[Refused], Any], Patch], ...] = (
    ("events", "with a wrong event", "R-304", lambda one: literals.EVENTS_VALUES in one.message, patch({**_FULL, "events": ["nope"]})),
    ("empty-events", "with empty events", "R-304", lambda one: literals.EVENTS_MINIMUM in one.message and literals.EVENTS_ARRAY not in one.message, patch({**_FULL, "events": []})),
    ("no-events", "without events", "R-304", lambda one: literals.EVENTS_ARRAY in one.message, patch({"url": B, "secrets": [_NEW]})),
    ("url", "with a wrong url", "R-304", lambda one: literals.URL_HTTPS in one.message, patch({**_FULL, "url": "http://b.example"})),
    ("secrets", "with too many secrets", "R-304", lambda one: literals.SECRETS_MAXIMUM in one.message, patch({**_FULL, "secrets": [_NEW, *SECRETS]})),
    ("401", "that gets 401", "R-305", lambda one: one.status == 401, Patch(json.dumps(_FULL).encode(), authorization="Bearer nonsense")),
    ("403", "that gets 403", "R-306", lambda one: one.status == 403, Patch(json.dumps(_FULL).encode(), authorization=STRANGER_HEADER)),
)  # fmt: skip


class _Noticing(Reference):
    """Does something at refusals of one kind."""

    is_meant: Callable[[Refused], Any]

    def answer(self, request: Request) -> Response:
        try:
            return self.update(request)
        except Refused as refused:
            if type(self).is_meant(refused) and request.webhook_id in self.webhooks:
                self.notice(self.webhooks[request.webhook_id], object_of(request.body))
            return self.refuse(refused)

    def notice(self, webhook: Webhook, body: dict[str, Any]) -> None:
        """Do what is wrong."""
        raise NotImplementedError


@operator("rare-refused-secrets")
def refused_secrets() -> Iterator[Deviation]:
    """Store the secrets of a request that is refused, or lose those that are stored."""

    class Writing(_Noticing, Keeping):
        def notice(self, webhook: Webhook, body: dict[str, Any]) -> None:
            if isinstance(body.get("secrets"), list):
                webhook.secrets = body["secrets"][:2]

    class Adding(_Noticing, Keeping):
        def notice(self, webhook: Webhook, body: dict[str, Any]) -> None:
            if isinstance(body.get("secrets"), list):
                webhook.secrets = [*body["secrets"][:1], *webhook.secrets[:1]]

    class Elsewhere(_Noticing, Keeping):
        def notice(self, webhook: Webhook, body: dict[str, Any]) -> None:
            if isinstance(body.get("secrets"), list):
                self.webhooks[SECOND_ID if webhook.id == FIRST_ID else FIRST_ID].secrets = body["secrets"][:2]

    for cause, what, row, is_meant, request in _REFUSALS:
        for form, how, base in (
            ("stored", "Stores the secrets", Writing),
            ("added", "Adds the secrets", Adding),
            ("elsewhere", "Stores in the other webhook the secrets", Elsewhere),
        ):
            server = type("Noticing", (base,), {"is_meant": is_meant})
            title = f"{how} of a request {what}"
            example = Example(request, (_STORED, _SECOND), (READ, _SECOND))
            yield deviation(f"{form}-{cause}", title, f"{row} R-302 R-307", server, example)


@operator("rare-refused-later")
def refused_later() -> Iterator[Deviation]:  # noqa: C901  small classes, one after the other
    """Carry out later what was refused, or take back what was accepted."""

    class Pending(_Noticing):
        def reset(self) -> None:
            super().reset()
            self.pending: dict[str, Any] = {}

        def notice(self, webhook: Webhook, body: dict[str, Any]) -> None:
            if isinstance(body.get("url"), str) and body["url"].startswith("https:"):
                self.pending[webhook.id] = body["url"]

        def next_url(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            pending = self.pending.pop(webhook.id, None)
            return pending if pending and "url" not in body else super().next_url(webhook, body)

    class Undoing(_Noticing):
        def reset(self) -> None:
            super().reset()
            self.past: dict[str, list[Any]] = {}

        def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
            self.past.setdefault(webhook.id, []).append(webhook.url)
            super().store(webhook, body)

        def notice(self, webhook: Webhook, body: dict[str, Any]) -> None:  # noqa: ARG002  a method
            if self.past.get(webhook.id):
                webhook.url = self.past[webhook.id][-1]

    class Resetting(Undoing):
        def notice(self, webhook: Webhook, body: dict[str, Any]) -> None:  # noqa: ARG002  a method
            if self.past.get(webhook.id):
                webhook.url = self.past[webhook.id][0]

    class Elsewhere(_Noticing):
        def notice(self, webhook: Webhook, body: dict[str, Any]) -> None:
            if isinstance(body.get("url"), str) and body["url"].startswith("https:"):
                self.webhooks[SECOND_ID if webhook.id == FIRST_ID else FIRST_ID].url = body["url"]

    for cause, what, row, is_meant, request in _REFUSALS:
        for form, how, base in (
            ("pending", "Stores at the next update the url of a request", Pending),
            ("undone", "Takes back the update before a request", Undoing),
            ("reset", "Shows the first url of all after a request", Resetting),
            ("elsewhere", "Stores in the other webhook the url of a request", Elsewhere),
        ):
            server = type("Noticing", (base,), {"is_meant": is_meant})
            example = Example(request, (_SECOND, update(url=A), update(url=f"{A}/2")), (READ, _SECOND))
            yield deviation(f"{form}-{cause}", f"{how} {what}", f"{row} R-301 R-307", server, example)
    for form, what, body, row in (
        ("cut", "a body that breaks off", b'{"url": "https://hooks.example.org/b", "events": ["all"]', "R-304"),
        ("cut-later", "a body that breaks off in secrets", b'{"url": "https://hooks.example.org/b", "secrets": ["a', "R-304"),
        ("trailing", "a body with text behind", b'{"url": "https://hooks.example.org/b", "events": ["all"]} x', "R-304"),
        ("list", "an update in a list", b'[{"url": "https://hooks.example.org/b", "events": ["all"]}]', "R-304"),
    ):  # fmt: skip

        class Early(Reference):
            def read_body(self, request: Request) -> Any:
                try:
                    value = super().read_body(request)
                except Refused:
                    self.write(request)
                    raise
                if not value:
                    self.write(request)
                return value

            def write(self, request: Request) -> None:
                if B.encode() in request.body and request.webhook_id in self.webhooks:
                    self.webhooks[request.webhook_id].url = B

        example = Example(raw(body), (update(url=A),), (READ,))
        yield deviation(f"early-{form}", f"Stores the url of {what}", f"{row} R-301", Early, example)


@operator("rare-late")
def late() -> Iterator[Deviation]:
    """Show an update right, and not yet, or no longer, at the next one."""

    class Late(Reference):
        """Has urls of `delay` updates ago for those that have none."""

        delay = 1
        is_by_webhook = True

        def reset(self) -> None:
            super().reset()
            self.urls: dict[str, list[Any]] = {}

        def next_url(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            urls = self.urls.setdefault(webhook.id if self.is_by_webhook else "", [webhook.url])
            if body.get("url"):
                urls.append(body["url"])
                self.left = self.delay
                return body["url"]
            self.left = getattr(self, "left", 0) - 1
            return urls[-2] if self.left >= 0 and len(urls) > 1 else urls[-1]

    for delay in (1, 2, 3):
        server = type("Late", (Late,), {"delay": delay})
        example = Example(READ, (update(url=A), *(READ,) * (delay - 1)))
        yield deviation(
            f"by-{delay}", f"Shows an older url in {delay} updates after a new one", "R-301", server, example
        )

    class Partly(Reference):
        """Takes over a url only if nothing else of a kind is sent; shows it all the same."""

        is_lost: Callable[[dict[str, Any], Webhook], Any]

        def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
            self.before = webhook.url if type(self).is_lost(body, webhook) else None
            super().store(webhook, body)

        def succeed(self, webhook: Webhook, body: dict[str, Any]) -> Response:
            response = super().succeed(webhook, body)
            if self.before and "url" in body:
                webhook.url = self.before
            return response

    rows: tuple[tuple[str, str, Callable[[dict[str, Any], Webhook], Any], Any], ...] = (
        ("secrets", "secrets are sent", lambda body, _: bool(body.get("secrets")), _STORED),
        ("no-secrets", "no secrets are sent", lambda body, _: not body.get("secrets"), update(url=B)),
        ("same-events", "the events stay", lambda body, webhook: body["events"] == webhook.events, update(url=B)),
        ("other-events", "the events change", lambda body, webhook: body["events"] != webhook.events, update(url=B, events=["facility.creation.accepted"])),
        ("same-host", "the host stays", lambda body, webhook: str(body.get("url")).split("/")[2:3] == str(webhook.url).split("/")[2:3], update(url="https://example.com/other")),
        ("other-host", "the host changes", lambda body, webhook: str(body.get("url")).split("/")[2:3] != str(webhook.url).split("/")[2:3], update(url=B)),
        ("long", "it is over 100 characters", lambda body, _: len(str(body.get("url"))) > 100, update(url=f"{B}/{'l' * 100}")),
        ("port", "it has a port", lambda body, _: str(body.get("url")).count(":") > 1, update(url="https://hooks.example.com:8443/a")),
        ("query", "it has a query", lambda body, _: "?" in str(body.get("url")), update(url=f"{A}?b=1")),
        ("second-webhook", "it is for one of the webhooks", lambda _, webhook: webhook.id == SECOND_ID, patch({"events": ["all"], "url": B}, SECOND_ID)),
        ("several-events", "several events are sent", lambda body, _: len(body["events"]) > 1, update(url=B, events=["facility.creation.accepted", "facility.creation.rejected"])),
    )  # fmt: skip
    for form, what, is_lost, request in rows:
        server = type("Partly", (Partly,), {"is_lost": is_lost})
        after = patch({"events": ["all"]}, request.webhook_id)
        yield deviation(
            f"lost-{form}",
            f"Shows a url and does not store it if {what}",
            "R-301",
            server,
            Example(request, (), (after,)),
        )


@operator("rare-shared")
def shared() -> Iterator[Deviation]:
    """Let an update of one webhook reach the other one."""

    class Reaching(Reference):
        reach: Callable[[Any, Webhook, Webhook, dict[str, Any]], None]

        def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
            other = self.webhooks[SECOND_ID if webhook.id == FIRST_ID else FIRST_ID]
            before = copy(webhook)
            super().store(webhook, body)
            type(self).reach(before, webhook, other, body)

    def give(
        name: str, value: Callable[[Webhook, Webhook], Any], is_such: Callable[[dict[str, Any], Webhook], Any]
    ) -> Any:
        def reach(before: Webhook, webhook: Webhook, other: Webhook, body: dict[str, Any]) -> None:
            if is_such(body, other):
                setattr(other, name, value(before, webhook))

        return staticmethod(reach)

    plain, same = update(url=B), Example(update(url=B), (update(url=A), patch({"events": ["all"], "url": A}, SECOND_ID)), (_SECOND,))  # fmt: skip
    there = Example(plain, (_SECOND,), (_SECOND,))
    rows: tuple[tuple[str, str, str, Any, Example], ...] = (
        ("same-url", "the url of the other webhook if both had the same", "R-307 R-301", staticmethod(lambda before, webhook, other, _: setattr(other, "url", webhook.url) if other.url == before.url else None), same),
        ("swapped", "the old url in the other webhook", "R-307 R-301", give("url", lambda before, _: before.url, lambda body, _: "url" in body), there),
        ("long-url", "a url over 60 characters in the other webhook", "R-307 R-301", give("url", lambda _, webhook: webhook.url, lambda body, _: len(str(body.get("url", ""))) > 60), Example(update(url=f"{A}/{'l' * 60}"), (_SECOND,), (_SECOND,))),
        ("several-events", "a url with several events in the other webhook", "R-307 R-301", give("url", lambda _, webhook: webhook.url, lambda body, _: "url" in body and len(body["events"]) > 1), Example(update(url=B, events=["facility.creation.accepted", "facility.creation.rejected"]), (_SECOND,), (_SECOND,))),
        ("specific-events", "a url without all in the other webhook", "R-307 R-301", give("url", lambda _, webhook: webhook.url, lambda body, _: "url" in body and "all" not in body["events"]), Example(update(url=B, events=["facility.creation.accepted"]), (_SECOND,), (_SECOND,))),
        ("client", "the client in the other webhook", "R-307 R-108", give("client_id", lambda _, webhook: webhook.client_id, lambda *_: True), there),
        ("client-with-url", "the client in the other webhook at a new url", "R-307 R-108", give("client_id", lambda _, webhook: webhook.client_id, lambda body, _: "url" in body), there),
        ("id", "the id in the other webhook", "R-307 R-104", give("id", lambda _, webhook: webhook.id, lambda body, _: "url" in body), there),
        ("emptied", "no url in the other webhook", "R-307 R-301", give("url", lambda *_: "", lambda body, _: "url" in body), there),
    )  # fmt: skip
    for form, what, requirements, reach, example in rows:
        server = type("Reaching", (Reaching,), {"reach": reach})
        yield deviation(form, f"Stores {what}", f"{requirements} R-103", server, example)

    class KeepingAndReaching(Reaching, Keeping):
        pass

    for form, what, reach, example in (
        ("secrets", "secrets", give("secrets", lambda _, webhook: webhook.secrets, lambda body, _: bool(body.get("secrets"))), Example(_STORED, (_SECOND,), (_SECOND,))),
        ("second-secret", "the second secret", give("secrets", lambda _, webhook: webhook.secrets[-1:], lambda body, _: len(body.get("secrets") or ()) == 2), Example(_STORED, (_SECOND,), (_SECOND,))),
        ("old-secrets", "the old secrets", give("secrets", lambda before, _: before.secrets, lambda body, _: bool(body.get("secrets"))), Example(_STORED, (update(secrets=["the-secret-before"]), _SECOND), (_SECOND,))),
    ):  # fmt: skip
        server = type("Reaching", (KeepingAndReaching,), {"reach": reach})
        yield deviation(form, f"Stores {what} in the other webhook, too", "R-307 R-302 R-303", server, example)


@operator("rare-refuses-after")
def refuses_after() -> Iterator[Deviation]:
    """Refuse an update for what is stored or was sent before."""
    rows: tuple[tuple[str, str, Callable[[Any, Webhook, dict[str, Any]], Any], Example], ...] = (
        ("same-host", "a url on the host that is stored", lambda server, webhook, body: server.sent and body.get("url") and body["url"] != webhook.url and body["url"].split("/")[2] == webhook.url.split("/")[2], Example(update(url=f"{A}/2"), (update(url=A),))),
        ("other-host", "a url on another host than is stored", lambda server, webhook, body: server.sent and body.get("url") and body["url"].split("/")[2] != webhook.url.split("/")[2], Example(update(url=B), (update(url=A),))),
        ("of-the-other", "the url of the other webhook", lambda server, webhook, body: any(one.url == body.get("url") for one in server.webhooks.values() if one is not webhook), Example(patch({"events": ["all"], "url": A}, SECOND_ID), (update(url=A),))),
        ("back", "the url before the stored one", lambda server, _, body: body.get("url") and body["url"] in [one.get("url") for one in server.sent[:-1]], Example(update(url=A), (update(url=A), update(url=B)))),
        ("secrets-back", "secrets that were sent before", lambda server, _, body: bool(body.get("secrets")) and body["secrets"] in [one.get("secrets") for one in server.sent[:-1]], Example(update(secrets=[SECRETS[0]]), (update(secrets=[SECRETS[0]]), update(secrets=[SECRETS[1]])))),
        ("secret-used-there", "a secret that the other webhook had", lambda server, webhook, body: bool({*(body.get("secrets") or ())} & {str(one) for other in server.webhooks.values() if other is not webhook for one in other.secrets}), Example(patch({"events": ["all"], "secrets": [SECRETS[0]]}, SECOND_ID), (update(secrets=[SECRETS[0]]),))),
        ("turned-secrets", "the stored secrets the other way round", lambda _, webhook, body: len(body.get("secrets") or ()) == 2 and body["secrets"] == webhook.secrets[::-1], Example(update(secrets=[*SECRETS[::-1]]), (update(secrets=list(SECRETS)),))),
        ("both-new", "two secrets that are both new after two", lambda _, webhook, body: len(body.get("secrets") or ()) == 2 == len(webhook.secrets) and not {*body["secrets"]} & {*webhook.secrets}, Example(update(secrets=["another-secret-of-mine", "a-further-secret-of-mine"]), (update(secrets=list(SECRETS)),))),
        ("other-events", "other events than are stored", lambda server, webhook, body: server.sent and not {*body["events"]} & {*webhook.events}, Example(patch({"events": ["facility.creation.accepted"]}), (READ,))),
        ("from-all", "specific events after all", lambda server, webhook, body: server.sent and "all" in webhook.events and "all" not in body["events"], Example(patch({"events": ["facility.creation.accepted"]}), (READ,))),
        ("to-all", "all after specific events", lambda _, webhook, body: "all" not in webhook.events and "all" in body["events"], Example(READ, (patch({"events": ["facility.creation.accepted"]}),))),
        ("after-a-400", "an update right after a 400", lambda server, *_: server.status == 400, Example(READ, (patch({"events": []}),))),
        ("after-a-404", "an update right after a 404", lambda server, *_: server.status == 404, Example(READ, (patch({"events": ["all"]}, UNKNOWN),))),
        ("other-webhook-between", "an update right after one of the other webhook", lambda server, webhook, _: server.latest not in {"", webhook.id}, Example(READ, (_SECOND,))),
    )  # fmt: skip
    for form, what, is_refused, example in rows:
        for status, message in ((400, "Bad Request"), (409, "Conflict")):

            class Refusing(Reference):
                def reset(self) -> None:
                    super().reset()
                    self.sent: list[dict[str, Any]] = []
                    self.latest = ""
                    self.status = 0

                def answer(self, request: Request) -> Response:
                    response = super().answer(request)
                    self.status = response.status
                    return response

                def store(
                    self,
                    webhook: Webhook,
                    body: dict[str, Any],
                    refused: Callable[[Any, Webhook, Any], Any] = is_refused,
                    status: int = status,
                    message: str = message,
                ) -> None:
                    if refused(self, webhook, body):
                        raise Refused(status, message)
                    super().store(webhook, body)
                    self.sent.append(dict(body))
                    self.latest = webhook.id

            rows_ = "R-308 R-101 R-221 R-222 R-223 R-224 R-225 R-226 R-701"
            yield deviation(f"{form}-{status}", f"Answers {status} to {what}", rows_, Refusing, example)

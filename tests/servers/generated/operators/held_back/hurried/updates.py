"""Operators that mix up updates: before and after, sent and left out, refused and accepted, one webhook and the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from servers.faulty.literals import EVENTS, FIRST_ID, SECOND_ID
from servers.faulty.sequences import STRANGER, Patch, patch
from servers.faulty.server import Refused
from servers.generated.deviation import READ, SECRETS, URL, Deviation, Example, deviation, object_of, operator, update
from servers.generated.reference import Reference

from .parts import made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.asgi import Request, Response
    from servers.faulty.server import Webhook

_A, _B = "https://hooks.example.com/a", "https://hooks.example.org/b"
_READ_SECOND = replace(READ, webhook_id=SECOND_ID)


@operator("hurried-partial-update")
def partial() -> Iterator[Deviation]:  # noqa: C901  small servers, one after the other
    """Lose or change what an update leaves out, or show what was stored before it."""

    def storing(
        form: str, what: str, change: Callable[[list[Any], dict[str, Any]], Any], *examples: Example
    ) -> Deviation:
        class Storing(Reference):
            def reset(self) -> None:
                super().reset()
                self.urls: dict[str, list[Any]] = {name: [webhook.url] for name, webhook in self.webhooks.items()}

            def next_url(self, webhook: Webhook, body: dict[str, Any]) -> Any:
                urls = self.urls[webhook.id]
                if body.get("url") is None:
                    return change(urls, body)
                urls.append(body["url"])
                return body["url"]

        return deviation(form, what, "R-301", Storing, *examples)

    after = Example(READ, (update(url=_A), update(url=_B)))
    for form, what, change, *examples in (
        ("url-null", "Stores null for a url that is left out", lambda *_: None, after),
        ("url-default", "Stores the url of an example for one that is left out", lambda *_: "https://example.com/webhook", after),
        ("url-of-the-creation", "Takes the url of the creation for one that is left out", lambda urls, _: urls[0], after),
    ):  # fmt: skip
        yield storing(form, what, change, *examples)

    def late(form: str, what: str, names: tuple[str, ...], sent: dict[str, Any]) -> Deviation:
        class Late(Reference):
            def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
                self.before = dict(Reference.resource(self, webhook, body))
                super().store(webhook, body)

            def resource(self, webhook: Webhook, body: dict[str, Any]) -> Any:
                return {**super().resource(webhook, body), **{name: self.before[name] for name in names}}

        example = Example(update(**sent), (patch({"events": [EVENTS[1]], "url": _B, "secrets": [SECRETS[1]]}),))
        return deviation(
            form, f"Shows {what}", "R-107" if names == ("secrets",) else "R-105 R-106 R-107", Late, example
        )

    full = {"url": _A, "secrets": [SECRETS[0]]}
    yield late("old-webhook", "the webhook before the update, the default of its database", ("url", "events", "secrets"), full)  # fmt: skip
    yield late("old-secrets", "the secrets before the update, which another table holds", ("secrets",), full)

    def owned(self: Reference, webhook: Webhook, body: dict[str, Any]) -> None:
        Reference.store(self, webhook, body)
        webhook.client_id = body.get("clientId", webhook.client_id)

    mine = update(clientId="another-client", url=URL)
    yield deviation("owner-assigned", "Assigns the whole body to the webhook, the owner included", "R-108", made(store=owned), mine)  # fmt: skip

    def shown(self: Reference, webhook: Webhook, body: dict[str, Any]) -> Any:
        return {**Reference.resource(self, webhook, body), **{name: body[name] for name in ("id", "clientId") if name in body}}  # fmt: skip

    yield deviation("body-shown", "Shows the body over the webhook", "R-108 R-104", made(resource=shown), mine, update(id="x"))  # fmt: skip


@operator("hurried-refused-yet-kept")
def refused_yet_kept() -> Iterator[Deviation]:  # noqa: C901  small servers, one after the other
    """Keep something of a refused update: stored before it is checked, left over, or rolled back too far."""

    def keeping(
        form: str, what: str, requirement: str, keep: Callable[[Any, Webhook, dict[str, Any], int], Any], *examples: Example
    ) -> Deviation:  # fmt: skip
        class Keeping(Reference):
            def update(self, request: Request) -> Response:
                try:
                    return super().update(request)
                except Refused as refused:
                    webhook = self.webhooks.get(request.webhook_id)
                    if webhook:
                        keep(self, webhook, object_of(request.body), refused.status)
                    raise

        return deviation(form, what, requirement, Keeping, *examples)

    def url_if(*statuses: int, of: Callable[[Any, dict[str, Any]], Any]) -> Callable[..., None]:
        def keep(server: Reference, webhook: Webhook, body: dict[str, Any], status: int) -> None:
            if status in statuses and isinstance(body.get("url"), str) and of(server, body):
                webhook.url = body["url"]

        return keep

    def is_right(server: Reference, body: dict[str, Any]) -> bool:
        return not server.url_messages(body)

    def rolled_back(_: Any, webhook: Webhook, __: Any, status: int) -> None:
        if status == 400:
            webhook.url = {FIRST_ID: "https://example.com/webhook", SECOND_ID: "https://example.org/second"}[webhook.id]

    wrong_events = patch({"url": _A, "events": ["nope"]})
    wrong_secrets = update(url=_A, secrets=["one-secret-01", "two-secret-02", "three-secret-3"])
    wrong_url = update(url="http://hooks.example.com/a")
    for form, what, requirement, keep, *triggers in (
        ("url-before-events", "Stores the url before it checks the events", "R-304", url_if(400, of=lambda server, body: is_right(server, body) and server.events_messages(body)), wrong_events),
        ("url-before-secrets", "Stores url and events before it checks the secrets, which are in another table", "R-304", url_if(400, of=lambda server, body: is_right(server, body) and not server.events_messages(body)), wrong_secrets),
        ("assigned-then-checked", "Assigns a url to the stored webhook and checks it there", "R-304", url_if(400, of=lambda *_: True), wrong_url),
        ("url-without-scope", "Stores the url before it asks for the scope", "R-306", url_if(403, of=is_right), Patch(update(url=_A).body, authorization=STRANGER)),
        ("url-without-token", "Does not wait for the check of the token before it stores the url", "R-305", url_if(401, of=is_right), Patch(update(url=_A).body, authorization=None)),
        ("rolled-back-too-far", "Takes the webhook back to its creation after a refusal", "R-304", rolled_back, wrong_events),
    ):  # fmt: skip
        yield keeping(form, what, requirement, keep, *(Example(one, (update(url=_B),), (READ,)) for one in triggers))

    def left_over(form: str, what: str, requirement: str, name: str, *examples: Example) -> Deviation:
        class LeftOver(Reference):
            def reset(self) -> None:
                super().reset()
                self.left: dict[str, Any] = {}

            def check(self, body: Any) -> None:
                right = {"url": self.url_messages, "secrets": self.secrets_messages}
                try:
                    super().check(body)
                except Refused:
                    if body.get(name) and not right[name](body):
                        self.left = {name: body[name]}
                    raise
                for one, value in self.left.items():
                    body[one] = body.get(one) or value
                self.left = {}

        return deviation(form, f"Reads each update into one object, which still holds {what} of a refused one", requirement, LeftOver, *examples)  # fmt: skip

    yield left_over("url-left-over", "the url", "R-304 R-301", "url", Example(READ, (update(url=_B), wrong_events)))
    yield left_over("secrets-left-over", "the secrets", "R-304", "secrets", Example(READ, (patch({"events": [], "secrets": [*SECRETS]}),)))  # fmt: skip


@operator("hurried-two-webhooks")
def two_webhooks() -> Iterator[Deviation]:  # noqa: C901  small servers, one after the other
    """Mix up two webhooks: a condition too few, an id from the wrong place, something unique that need not be."""

    def spreading(form: str, what: str, is_changed: Callable[[Webhook, Any, dict[str, Any]], bool], *examples: Example) -> Deviation:  # fmt: skip
        class Spreading(Reference):
            def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
                old = webhook.url
                super().store(webhook, body)
                for other in self.webhooks.values():
                    if body.get("url") and is_changed(other, old, body):
                        other.url = body["url"]

        return deviation(form, what, "R-307", Spreading, *examples)

    same = (update(url=_A), replace(update(url=_A), webhook_id=SECOND_ID))
    yield spreading("no-condition", "Changes the url of every webhook, as the condition was lost", lambda *_: True, Example(_READ_SECOND, (update(url=_A),)))  # fmt: skip
    yield spreading("by-the-old-url", "Finds the row to change by its old url, which two may have", lambda other, old, _: other.url == old, Example(_READ_SECOND, (*same, update(url=_B))))  # fmt: skip

    yield deviation(
        "id-in-the-body", "Saves what the body names, as an id in the body wins over the one in the path", "R-307 R-104",
        made(perform=lambda self, request: Reference.perform(self, replace(request, webhook_id=_named(self, request, "id")))),
        update(id=SECOND_ID),
    )  # fmt: skip
    yield deviation(
        "webhook-id-in-the-body", "Puts path and body into one set of parameters, where webhookId of the body wins", "R-307 R-104",
        made(perform=lambda self, request: Reference.perform(self, replace(request, webhook_id=_named(self, request, "webhookId")))),
        update(webhookId=SECOND_ID),
    )  # fmt: skip

    def found_by_url(self: Reference, request: Request) -> Response:
        self.look_up(request.webhook_id)
        url = object_of(request.body).get("url")
        found = [name for name, webhook in self.webhooks.items() if url is not None and webhook.url == url]
        return Reference.perform(self, replace(request, webhook_id=(found or [request.webhook_id])[0]))

    yield deviation("found-by-url", "Updates the webhook that has the url already, if there is one", "R-104 R-307", made(perform=found_by_url), Example(same[1], same[:1]))  # fmt: skip

    class LastUrl(Reference):
        def reset(self) -> None:
            super().reset()
            self.last: Any = None

        def next_url(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            self.last = body.get("url") or self.last
            return self.last or webhook.url

    yield deviation("last-url", "Takes the last url of any webhook for one that is left out", "R-301 R-307", LastUrl, Example(_READ_SECOND, (update(url=_A),)))  # fmt: skip

    def unique_url(self: Reference, webhook: Webhook, body: dict[str, Any]) -> None:
        if any(body.get("url") == other.url for other in self.webhooks.values() if other is not webhook):
            raise Refused(400, ["url is already in use"])
        Reference.store(self, webhook, body)

    yield deviation("unique-url", "Refuses a url that another webhook has", "R-226 R-101", made(store=unique_url), Example(same[1], same[:1]))  # fmt: skip

    def unique_secrets(self: Reference, webhook: Webhook, body: dict[str, Any]) -> None:
        given = body.get("secrets")
        for other in self.webhooks.values():
            if other is not webhook and isinstance(given, list) and any(one in other.secrets for one in given):
                raise Refused(400, ["secrets must be unique"])
        Reference.store(self, webhook, body)

    secrets = update(secrets=[SECRETS[0]])
    yield deviation("unique-secrets", "Refuses a secret that another webhook has, which tells callers about it", "R-225", made(store=unique_secrets), Example(replace(secrets, webhook_id=SECOND_ID), (secrets,)))  # fmt: skip


def _named(server: Reference, request: Request, name: str) -> str:
    named = object_of(request.body).get(name)
    return named if isinstance(named, str) and named in server.webhooks else request.webhook_id


@operator("hurried-answered-from-memory")
def memories() -> Iterator[Deviation]:  # noqa: C901  small servers, one after the other
    """Answer from a cache whose key or whose end is wrong."""

    def replaying(form: str, what: str, requirement: str, key: Callable[[Request], Any], *examples: Example) -> Deviation:  # fmt: skip
        class Replaying(Reference):
            def reset(self) -> None:
                super().reset()
                self.answers: dict[Any, Response] = {}

            def perform(self, request: Request) -> Response:
                self.look_up(request.webhook_id)
                known = self.answers.get(key(request))
                if known is None:
                    known = self.answers[key(request)] = super().perform(request)
                return known

        return deviation(form, what, requirement, Replaying, *examples)

    to_a, to_b = update(url=_A), update(url=_B)
    yield replaying("same-body-again", "Does not carry out an update that it knows, and gives the answer from then", "R-301 R-105", lambda request: (request.webhook_id, request.body), Example(READ, (to_a, to_b, to_a)))  # fmt: skip
    yield replaying("same-body-for-another", "Knows an update by its body alone, whichever webhook it is for", "R-104 R-307", lambda request: request.body, Example(replace(to_a, webhook_id=SECOND_ID), (to_a,)))  # fmt: skip

    def cached(form: str, what: str, is_fresh: Callable[[dict[str, Any]], Any], *examples: Example) -> Deviation:
        class Cached(Reference):
            def reset(self) -> None:
                super().reset()
                self.shown: dict[str, Any] = {}

            def resource(self, webhook: Webhook, body: dict[str, Any]) -> Any:
                if webhook.id not in self.shown or is_fresh(body):
                    self.shown[webhook.id] = super().resource(webhook, body)
                return self.shown[webhook.id]

        return deviation(form, f"Shows a webhook from a cache, which is renewed only with {what}", "R-105 R-106 R-107", Cached, *examples)  # fmt: skip

    yield cached("renewed-with-url", "a new url", lambda body: body.get("url"), Example(patch({"events": [EVENTS[2]]}), (READ,)))  # fmt: skip

    class CachedUrl(Reference):
        def reset(self) -> None:
            super().reset()
            self.read: dict[str, Any] = {}

        def next_url(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            if body.get("url") is None:
                return self.read.setdefault(webhook.id, webhook.url)
            return body["url"]

    yield deviation("url-read-once", "Reads the url of a webhook once, and writes that back when an update has none", "R-301", CachedUrl, Example(READ, (READ, to_a)))  # fmt: skip

    class OncePerUpdate(Reference):
        def reset(self) -> None:
            super().reset()
            self.last: dict[str, bytes] = {}

        def perform(self, request: Request) -> Response:
            is_known = self.last.get(request.webhook_id) == request.body
            response = super().perform(request)
            self.last[request.webhook_id] = request.body
            if is_known:
                raise Refused(409, "Conflict")
            return response

    yield deviation("repeated-409", "Takes the same update again for a mistake", "R-308", OncePerUpdate, Example(to_a, (to_a,)))  # fmt: skip

    class Unchanged(Reference):
        def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
            old = (webhook.url, webhook.events)
            super().store(webhook, body)
            self.is_same = (webhook.url, webhook.events) == old and not body.get("secrets")

        def succeed(self, webhook: Webhook, body: dict[str, Any]) -> Response:
            return self.render(200 if self.is_same else 201, self.success_body(webhook, body))

    yield deviation("unchanged-200", "Answers 200 if nothing but the secret changes", "R-308 R-101", Unchanged, Example(READ, (READ,)))  # fmt: skip

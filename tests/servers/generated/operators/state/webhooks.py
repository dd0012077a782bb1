"""Operators that lose what is stored, or let it show in the wrong place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servers.faulty import literals
from servers.faulty.literals import FIRST_ID, SECOND_ID
from servers.faulty.sequences import patch
from servers.generated.deviation import READ, SECRETS, Deviation, Example, deviation, object_of, operator, update
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.asgi import Request, Response
    from servers.faulty.server import Webhook

_A, _B = "https://hooks.example.com/a", "https://hooks.example.org/b"
_STORED = update(url=_A)
_FULL = {"url": _B, "events": ["all"], "secrets": [SECRETS[0]]}


@operator("url-lost")
def lost() -> Iterator[Deviation]:
    """Lose or change the stored url if none is sent."""

    def losing(
        form: str, what: str, value: Callable[[Any, Webhook, dict[str, Any]], Any], *examples: Example
    ) -> Deviation:
        class Losing(Reference):
            def reset(self) -> None:
                super().reset()
                self.urls: list[Any] = []
                self.updates = 0

            def next_url(self, webhook: Webhook, body: dict[str, Any]) -> Any:
                self.updates += 1
                if body.get("url") is not None:
                    self.urls.append(body["url"])
                    return body["url"]
                return value(self, webhook, body)

        return deviation(form, f"Shows {what} if url is left out", "R-301 R-103 R-307", Losing, *examples)

    stored = Example(READ, (_STORED,))
    twice = Example(READ, (_STORED, update(url=_B)))
    for form, what, value, *examples in (
        ("null", "null", lambda *_: None, stored),
        ("empty", "an empty url", lambda *_: "", stored),
        ("default", "a default url", lambda *_: "https://example.com/webhook", stored),
        ("first", "the first url", lambda server, webhook, _: server.urls[0] if server.urls else webhook.url, twice),
        (
            "before",
            "the url before the last",
            lambda server, webhook, _: server.urls[-2] if len(server.urls) > 1 else webhook.url,
            twice,
        ),
        (
            "latest-of-all",
            "the last url of any webhook",
            lambda server, webhook, _: server.urls[-1] if server.urls else webhook.url,
            Example(READ, (_STORED, patch({"events": ["all"], "url": _B}, SECOND_ID))),
        ),
        (
            "with-secrets",
            "no url if secrets are sent",
            lambda _, webhook, body: None if body.get("secrets") else webhook.url,
            Example(update(secrets=[SECRETS[0]]), (_STORED,)),
        ),
        (
            "with-two-secrets",
            "no url if two secrets are sent",
            lambda _, webhook, body: None if len(body.get("secrets") or ()) == 2 else webhook.url,
            Example(update(secrets=list(SECRETS)), (_STORED,)),
        ),
        (
            "with-one-event",
            "no url if one event is sent",
            lambda _, webhook, body: None if len(body["events"]) == 1 else webhook.url,
            stored,
        ),
        (
            "with-several-events",
            "no url if several events are sent",
            lambda _, webhook, body: None if len(body["events"]) > 1 else webhook.url,
            Example(patch({"events": list(literals.EVENTS[:2])}), (_STORED,)),
        ),
        (
            "with-all",
            "no url if all is sent",
            lambda _, webhook, body: None if "all" in body["events"] else webhook.url,
            stored,
        ),
        (
            "second-time",
            "no url the second time in a row",
            lambda server, webhook, _: None if server.updates % 3 == 0 else webhook.url,
            Example(READ, (_STORED, READ)),
        ),
        (
            "empty-for-one",
            "an empty url for one webhook",
            lambda _, webhook, __: "" if webhook.id == SECOND_ID else webhook.url,
            Example(patch({"events": ["all"]}, SECOND_ID), (patch({"events": ["all"], "url": _A}, SECOND_ID),)),
        ),
        (
            "after-five",
            "no url after five updates",
            lambda server, webhook, _: None if server.updates > 5 else webhook.url,
            Example(READ, (_STORED, *(READ,) * 5)),
        ),
    ):
        yield losing(form, what, value, *examples)


def _leaking(value: Callable[[Webhook], Any], is_leaked: Callable[[Webhook, dict[str, Any]], Any]) -> type[Reference]:
    """Return a server that gives the other webhook the url *value*, for some updates."""

    class Leaking(Reference):
        def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
            super().store(webhook, body)
            if is_leaked(webhook, body):
                self.webhooks[SECOND_ID if webhook.id == FIRST_ID else FIRST_ID].url = value(webhook)

    return Leaking


@operator("leak-between-webhooks")
def leaked() -> Iterator[Deviation]:
    """Let an update of one webhook show in another."""
    second = patch({"events": ["all"]}, SECOND_ID)
    full = update(url=_B, secrets=list(SECRETS))
    there, back = Example(full, (second,), (second,)), Example(patch(_FULL, SECOND_ID), (READ,), (READ,))
    alone = Example(_STORED, (second,), (second,))
    for form, what, is_leaked, example in (
        ("always", "each update", lambda *_: True, there),
        ("url", "an update with a url", lambda _, body: "url" in body, there),
        (
            "no-url",
            "an update without a url",
            lambda _, body: "url" not in body,
            Example(READ, (_STORED, second), (second,)),
        ),
        ("secrets", "a url with secrets", lambda _, body: "url" in body and body.get("secrets"), there),
        ("no-secrets", "a url without secrets", lambda _, body: "url" in body and not body.get("secrets"), alone),
        ("all", "a url for all events", lambda _, body: "url" in body and "all" in body["events"], there),
        ("first", "a url of one webhook", lambda webhook, body: webhook.id == FIRST_ID and "url" in body, there),
        ("second", "a url of one webhook", lambda webhook, body: webhook.id == SECOND_ID and "url" in body, back),
    ):
        title = f"Stores the url in the other webhook, too, at {what}"
        yield deviation(f"at-{form}", title, "R-307 R-301", _leaking(lambda webhook: webhook.url, is_leaked), example)
    for form, what, value in (
        ("cleared", "clears the url", lambda _: None),
        ("default", "resets the url", lambda _: "https://example.com/webhook"),
        ("marked", "changes the url", lambda webhook: f"{webhook.url}/old"),
    ):
        title = f"At a url of one webhook, {what} of the other"
        server = _leaking(value, lambda _, body: "url" in body)
        yield deviation(form, title, "R-307 R-301 R-103", server, there)


@operator("answer-stale")
def stale() -> Iterator[Deviation]:
    """Answer with what was, or with what was sent and is not stored."""

    class OneBehind(Reference):
        def update(self, request: Request) -> Response:
            before = {webhook_id: dict(vars(webhook)) for webhook_id, webhook in self.webhooks.items()}
            response = super().update(request)
            webhook = self.webhooks[request.webhook_id]
            after = dict(vars(webhook))
            vars(webhook).update({name: before[webhook.id][name] for name in self.late})
            response = self.succeed(webhook, object_of(request.body))
            vars(webhook).update(after)
            return response

        late: tuple[str, ...] = ()

    class NotStored(Reference):
        forgotten: tuple[str, ...] = ()

        def succeed(self, webhook: Webhook, body: dict[str, Any]) -> Response:
            response = super().succeed(webhook, body)
            if "url" in body and "url" in self.forgotten:
                webhook.url = self.old
            return response

        def next_url(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            self.old = webhook.url
            return super().next_url(webhook, body)

    for names, row in (
        (("url",), "R-106"),
        (("secrets",), "R-107"),
        (("events",), "R-105"),
        (("url", "secrets"), "R-106 R-107"),
        (("url", "events", "secrets"), "R-105 R-106 R-107"),
    ):
        late = type("Late", (OneBehind,), {"late": names})
        request = Example(
            update(url=_B, secrets=list(SECRETS)),
            (patch({"events": ["facility.creation.accepted"], "url": _A, "secrets": [SECRETS[0]]}),),
        )
        yield deviation(
            f"{'-'.join(names)}-before",
            f"Shows {' and '.join(names)} as before the update",
            f"{row} R-302",
            late,
            request,
        )
    forgetting = type("Forgetting", (NotStored,), {"forgotten": ("url",)})
    yield deviation(
        "url-not-stored", "Shows a url that it does not store", "R-301", forgetting, Example(_STORED, (), (READ,))
    )

"""Operators that store or lose something at a request that is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from servers.faulty import literals
from servers.faulty.literals import FIRST_ID, SECOND_ID
from servers.faulty.sequences import Patch, patch
from servers.faulty.server import Refused, Webhook
from servers.generated.deviation import READ, SECRETS, Deviation, Example, deviation, object_of, operator, raw, update
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.asgi import Request, Response

_A, _B = "https://hooks.example.com/a", "https://hooks.example.org/b"
_STORED = update(url=_A)
_FULL = {"url": _B, "events": ["all"], "secrets": [SECRETS[0]]}

_REFUSALS: tuple[tuple[str, str, str, Callable[[Refused], bool], Patch], ...] = (
    (
        "url",
        "whose url is wrong",
        "R-304",
        lambda one: literals.URL_HTTPS in one.message,
        update(url="http://b.example", secrets=[SECRETS[0]]),
    ),
    (
        "events",
        "whose events are wrong",
        "R-304",
        lambda one: literals.EVENTS_VALUES in one.message,
        patch({**_FULL, "events": ["nope"]}),
    ),
    (
        "no-events",
        "that has no events",
        "R-304",
        lambda one: literals.EVENTS_MINIMUM in one.message and literals.EVENTS_ARRAY in one.message,
        patch({"url": _B, "secrets": [SECRETS[0]]}),
    ),
    (
        "empty-events",
        "whose events are empty",
        "R-304",
        lambda one: one.message == [literals.EVENTS_MINIMUM],
        patch({**_FULL, "events": []}),
    ),
    (
        "secrets",
        "whose secrets are too many",
        "R-304",
        lambda one: literals.SECRETS_MAXIMUM in one.message,
        patch({**_FULL, "secrets": [*SECRETS, SECRETS[0][::-1]]}),
    ),
    (
        "secrets-type",
        "whose secrets are not a list",
        "R-304",
        lambda one: literals.SECRETS_ARRAY in one.message,
        patch({**_FULL, "secrets": "nope"}),
    ),
    (
        "401",
        "without a token",
        "R-305",
        lambda one: one.status == 401,
        Patch(json.dumps(_FULL).encode(), authorization=None),
    ),
    (
        "wrong-token",
        "with an unknown token",
        "R-305",
        lambda one: one.status == 401,
        Patch(json.dumps(_FULL).encode(), authorization="Bearer nonsense"),
    ),
    (
        "403",
        "without the scope",
        "R-306",
        lambda one: one.status == 403,
        Patch(json.dumps(_FULL).encode(), authorization="Bearer forbidden-token"),
    ),
    (
        "404",
        "of an unknown webhook",
        "R-307",
        lambda one: one.status == 404,
        Patch(json.dumps(_FULL).encode(), "00000000-0000-4000-8000-000000000000"),
    ),
)


@operator("write-despite-refusal")
def written() -> Iterator[Deviation]:
    """Store something of a request that is refused."""
    for cause, what, row, is_meant, request in _REFUSALS:
        for part in ("url", "cleared-url", "all", "url-of-the-second"):

            class Writing(Reference):
                def answer(
                    self,
                    request: Request,
                    meant: Callable[[Refused], bool] = is_meant,
                    part: str = part,
                    cause: str = cause,
                ) -> Response:
                    try:
                        return self.update(request)
                    except Refused as refused:
                        is_kind = meant(refused) and (cause != "wrong-token" or bool(request.authorization))
                        if is_kind and (request.webhook_id in self.webhooks or cause == "404"):
                            self.write(
                                self.webhooks.get(request.webhook_id, self.webhooks[FIRST_ID]),
                                object_of(request.body),
                                part,
                            )
                        return self.refuse(refused)

                def write(self, webhook: Webhook, body: dict[str, Any], part: str) -> None:
                    url = body.get("url", webhook.url)
                    if part == "cleared-url":
                        webhook.url = "https://cleared.example/"
                    elif part == "url-of-the-second":
                        self.webhooks[SECOND_ID].url = url
                    else:
                        webhook.url = url

            reads = (READ, patch({"events": ["all"]}, SECOND_ID))
            if part == "all":
                continue
            yield deviation(
                f"{part}-{cause}",
                f"Stores {part.replace('-', ' ')} of a request {what}",
                f"{row} R-301 R-307",
                Writing,
                Example(request, (_STORED, reads[1]), reads),
            )


@operator("state-lost-by-refusal")
def lost_by_refusal() -> Iterator[Deviation]:
    """Lose something at a refusal."""
    for cause, what, row, is_meant, request in _REFUSALS:
        for form, how, change in (
            ("url", "loses the url", lambda webhook: setattr(webhook, "url", "https://example.com/webhook")),
            ("null-url", "clears the url", lambda webhook: setattr(webhook, "url", None)),
        ):

            class Losing(Reference):
                def answer(
                    self,
                    request: Request,
                    meant: Callable[[Refused], bool] = is_meant,
                    change: Callable[[Webhook], None] = change,
                    cause: str = cause,
                ) -> Response:
                    try:
                        return self.update(request)
                    except Refused as refused:
                        if meant(refused) and (cause != "wrong-token" or request.authorization):
                            change(
                                self.webhooks[FIRST_ID if cause == "404" else request.webhook_id]
                            ) if request.webhook_id in self.webhooks or cause == "404" else None
                        return self.refuse(refused)

            yield deviation(
                f"{form}-{cause}",
                f"At a request {what}, {how}",
                f"{row} R-301 R-103",
                Losing,
                Example(request, (_STORED,), (READ,)),
            )
    for form, what, body in (
        ("json", "a body that is not JSON", b"{"),
        ("empty", "no body", b""),
        ("list", "a list as body", b"[]"),
    ):

        class Clearing(Reference):
            def answer(self, request: Request, wanted: bytes = body) -> Response:
                if request.body == wanted and request.webhook_id in self.webhooks:
                    self.webhooks[request.webhook_id].url = "https://example.com/webhook"
                return super().answer(request)

        yield deviation(
            f"url-{form}", f"At {what}, loses the url", "R-304 R-301", Clearing, Example(raw(body), (_STORED,), (READ,))
        )

"""Faults that show only now and then."""

from __future__ import annotations

from typing import Any

from . import literals
from .asgi import Crash, Request, Response
from .fault import declare
from .server import Refused, Server, Webhook


class Counting(Server):
    """Counts valid updates; every so many-th is told to `falter`."""

    every = 0

    def reset(self) -> None:
        super().reset()
        self.updates = 0

    def is_due(self) -> bool:
        self.updates += 1
        return self.updates % self.every == 0

    def perform(self, request: Request) -> Response:
        return super().perform(request)


class CrashesNowAndThen(Counting):
    """answers 500."""

    def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
        if self.is_due():
            raise Crash
        super().store(webhook, body)


class RefusesNowAndThen(Counting):
    """answers 400."""

    def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
        if self.is_due():
            raise Refused(400, [literals.EVENTS_VALUES])
        super().store(webhook, body)


class LosesTheWebhookNowAndThen(Counting):
    """answers 404."""

    def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
        if self.is_due():
            raise Refused(404, literals.WEBHOOK_NOT_FOUND)
        super().store(webhook, body)


class ForgetsTheSessionNowAndThen(Counting):
    """answers 401."""

    def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
        if self.is_due():
            raise Refused(401, literals.UNAUTHORIZED)
        super().store(webhook, body)


class Answers200NowAndThen(Counting):
    """answers 200."""

    def succeed(self, webhook: Webhook, body: dict[str, Any]) -> Response:
        return self.render(200 if self.is_due() else 201, self.success_body(webhook, body))


class AnswersAsTextNowAndThen(Counting):
    """answers with the media type text/plain."""

    def succeed(self, webhook: Webhook, body: dict[str, Any]) -> Response:
        response = super().succeed(webhook, body)
        return Response(201, response.body, "text/plain") if self.is_due() else response


class StoresNoEventsNowAndThen(Counting):
    """answers with the former events."""

    def next_events(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        return webhook.events if self.is_due() else super().next_events(webhook, body)


class StoresNoUrlNowAndThen(Counting):
    """answers with the former url."""

    def next_url(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        if body.get("url") is None:
            return webhook.url
        return webhook.url if self.is_due() else body["url"]


class LosesASecretNowAndThen(Counting):
    """loses the second of two secrets."""

    def next_secrets(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        secrets = super().next_secrets(webhook, body)
        return secrets[:1] if len(body.get("secrets") or []) == 2 and self.is_due() else secrets


class LosesTheClientNowAndThen(Counting):
    """answers without clientId."""

    def resource(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        resource = super().resource(webhook, body)
        if self.is_due():
            del resource["clientId"]
        return resource


class TrustsAnyoneNowAndThen(Counting):
    """lets a request without a valid token pass."""

    def role(self, request: Request) -> str | None:
        role = super().role(request)
        return "member" if role is None and self.is_due() else role


class TrustsTheForbiddenNowAndThen(Counting):
    """lets a token without the scope pass."""

    def role(self, request: Request) -> str | None:
        role = super().role(request)
        return "member" if role == "stranger" and self.is_due() else role


class AcceptsAnythingNowAndThen(Counting):
    """accepts an update with a wrong event."""

    def are_events(self, values: list[Any]) -> bool:
        return super().are_events(values) or self.is_due()


class AcceptsHttpNowAndThen(Counting):
    """accepts an http url."""

    def is_https_url(self, value: object) -> bool:
        is_https = super().is_https_url(value)
        return is_https or (isinstance(value, str) and value.startswith("http://") and self.is_due())


class GeneratesAConstantNowAndThen(Counting):
    """generates one and the same secret."""

    def generate_secret(self) -> Any:
        return "sDV1aKqitCLClI12m7UPFbAAvZfZquJw" if self.is_due() else super().generate_secret()


_KINDS: tuple[tuple[type[Counting], str, str, str, tuple[int, ...]], ...] = (
    (CrashesNowAndThen, "R-101", "crashes-on", "valid update", (3, 5, 7)),
    (RefusesNowAndThen, "R-101", "refuses", "valid update", (3, 5, 7)),
    (LosesTheWebhookNowAndThen, "R-101", "loses-the-webhook-of", "valid update", (5,)),
    (ForgetsTheSessionNowAndThen, "R-101", "unauthorises", "valid update", (5,)),
    (Answers200NowAndThen, "R-101", "answers-200-to", "valid update", (3, 7)),
    (AnswersAsTextNowAndThen, "R-102", "answers-in-plain-text-to", "valid update", (3,)),
    (StoresNoEventsNowAndThen, "R-105", "keeps-the-events-of", "valid update", (3, 5, 7)),
    (StoresNoUrlNowAndThen, "R-106", "keeps-the-url-of", "update with a url", (3, 5)),
    (LosesASecretNowAndThen, "R-107", "loses-a-secret-of", "update with two secrets", (2, 3)),
    (LosesTheClientNowAndThen, "R-103", "loses-the-client-of", "valid update", (3, 5)),
    (TrustsAnyoneNowAndThen, "R-402", "trusts", "request without a valid token", (2, 3, 4)),
    (TrustsTheForbiddenNowAndThen, "R-404", "trusts-the-scope-of", "request without the scope", (2,)),
    (AcceptsAnythingNowAndThen, "R-205", "accepts-any-event-of", "update with a wrong event", (2, 3)),
    (AcceptsHttpNowAndThen, "R-201", "accepts-http-of", "update with an http url", (2,)),
    (GeneratesAConstantNowAndThen, "R-303", "generates-a-constant-for", "generated secret", (2,)),
)
_ORDINALS = {2: "second", 3: "third", 4: "fourth", 5: "fifth", 7: "seventh"}


def _every(kind: type[Counting], number: int) -> type[Server]:
    return type(kind.__name__, (kind,), {"every": number})


for _kind, _requirement, _name, _what, _numbers in _KINDS:
    for _number in _numbers:
        _ordinal = _ORDINALS[_number]
        declare(
            f"{_name}-every-{_ordinal}-{_what.replace(' ', '-')}",
            _requirement,
            f"At every {_ordinal} {_what} it {(_kind.__doc__ or '').strip()}",
            _every(_kind, _number),
        )

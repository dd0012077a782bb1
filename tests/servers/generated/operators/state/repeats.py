"""Operators that refuse an update for what came before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servers.faulty import literals
from servers.faulty.sequences import patch
from servers.faulty.server import Refused, Webhook
from servers.generated.deviation import READ, SECRETS, Deviation, Example, deviation, operator, update
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_A, _B = "https://hooks.example.com/a", "https://hooks.example.org/b"
_STORED = update(url=_A)
_FULL = {"url": _B, "events": ["all"], "secrets": [SECRETS[0]]}


@operator("refuses-again")
def again() -> Iterator[Deviation]:
    """Refuse an update for what came before."""

    def refusing(
        form: str, what: str, status: int, is_refused: Callable[[Any, Webhook, dict[str, Any]], Any], *examples: Example
    ) -> Deviation:
        class Refusing(Reference):
            def reset(self) -> None:
                super().reset()
                self.sent: list[dict[str, Any]] = []
                self.latest = ""
                self.urls: set[Any] = set()

            def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
                if is_refused(self, webhook, body):
                    raise Refused(status, "Conflict" if status == 409 else "Bad Request")
                super().store(webhook, body)
                self.sent.append(body)
                self.latest = webhook.id
                self.urls.add(body.get("url"))

        return deviation(
            f"{form}-{status}",
            f"Answers {status} to {what}",
            "R-308 R-101 R-221 R-222 R-223 R-224 R-225 R-226",
            Refusing,
            *examples,
        )

    full, other = update(url=_A, secrets=list(SECRETS)), update(url=_B, secrets=list(SECRETS))
    for status in (400, 409, 422, 500):
        for form, what, is_refused, *examples in (
            (
                "same",
                "the same update again",
                lambda server, _, body: server.sent[-1:] == [body],
                Example(full, (full,)),
            ),
            (
                "same-ever",
                "an update that came before",
                lambda server, _, body: body in server.sent,
                Example(full, (full,)),
            ),
            (
                "same-url",
                "the url that is stored",
                lambda _, webhook, body: body.get("url") == webhook.url,
                Example(_STORED, (_STORED,)),
            ),
            (
                "url-ever",
                "a url that was stored before",
                lambda server, _, body: "url" in body and body["url"] in server.urls,
                Example(_STORED, (_STORED, update(url=_B))),
            ),
            (
                "same-events",
                "the events that are stored",
                lambda server, webhook, body: bool(server.sent) and body["events"] == webhook.events,
                Example(READ, (READ,)),
            ),
            (
                "same-secrets",
                "the secrets that are stored",
                lambda _, webhook, body: bool(body.get("secrets")) and body["secrets"] == webhook.secrets,
                Example(other, (full,)),
            ),
            (
                "a-kept-secret",
                "a secret that is stored beside a new one",
                lambda _, webhook, body: (
                    len(body.get("secrets") or ()) == 2 and sum(one in webhook.secrets for one in body["secrets"]) == 1
                ),
                Example(update(secrets=list(SECRETS)), (update(secrets=[SECRETS[1]]),)),
            ),
            (
                "fewer-secrets",
                "one secret after two",
                lambda _, webhook, body: len(body.get("secrets") or ()) == 1 and len(webhook.secrets) == 2,
                Example(update(secrets=[SECRETS[0]]), (full,)),
            ),
            (
                "no-secrets-after-some",
                "no secrets after some that were sent",
                lambda server, _, body: (
                    bool(server.sent) and server.sent[-1].get("secrets") and not body.get("secrets")
                ),
                Example(READ, (full,)),
            ),
            (
                "no-url-after-one",
                "no url after one that was sent",
                lambda server, _, body: bool(server.sent) and "url" in server.sent[-1] and "url" not in body,
                Example(READ, (_STORED,)),
            ),
            (
                "fewer-events",
                "fewer events than are stored",
                lambda server, webhook, body: bool(server.sent) and len(body["events"]) < len(webhook.events),
                Example(READ, (patch({"events": list(literals.EVENTS)}),)),
            ),
            (
                "two-in-a-row",
                "a second update of one webhook in a row",
                lambda server, webhook, _: server.latest == webhook.id,
                Example(READ, (READ,)),
            ),
        ):
            yield refusing(form, what, status, is_refused, *examples)

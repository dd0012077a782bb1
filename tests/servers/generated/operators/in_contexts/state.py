"""What is stored wrongly, everywhere or in one context only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servers.faulty import literals
from servers.faulty.sequences import Patch, patch
from servers.generated.deviation import READ, SECRETS, Deviation, Example, deviation, object_of, operator, update
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.asgi import Request, Response
    from servers.faulty.server import Refused, Webhook

_URL, _STRING, _MINIMUM, _ARRAY, _VALUES, _MAXIMUM, _LIST = literals.MESSAGES
_A, _B = "https://hooks.example.com/a", "https://hooks.example.org/b"
_THREE = [*SECRETS, SECRETS[0][::-1]]
_STORED = update(url=_A)
_FULL = update(url=_B, secrets=list(SECRETS))
_NOBODY, _STRANGER = Patch(READ.body, authorization=None), Patch(READ.body, authorization="Bearer forbidden-token")
_NONSENSE = Patch(READ.body, authorization="Bearer nonsense")
_UNKNOWN = patch({"events": ["all"]}, "00000000-0000-4000-8000-000000000000")
_NO_URL, _NO_EVENT = update(url="http://a.example"), patch({"events": ["nope"]})
_NO_SECRETS = update(secrets=_THREE)


@operator("store-wrong", in_contexts=True)
def wrongly_stored() -> Iterator[Deviation]:
    """Store something else than what was sent, or than what was there."""

    class Old(Reference):
        name = ""

        def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
            old = getattr(webhook, self.name)
            super().store(webhook, body)
            setattr(webhook, self.name, old)

    for name, row in (("url", "R-106"), ("secrets", "R-107 R-302"), ("events", "R-105")):
        old = type("Old", (Old,), {"name": name})
        other = Example(_FULL, (patch({"events": ["facility.creation.accepted"], "url": _A}),))
        yield deviation(f"old-{name}", f"Keeps the old {name}", row, old, other)
    for form, what, row, change, example in (
        (
            "no-url",
            "Loses the url if it is left out",
            "R-301 R-103",
            lambda webhook, body: setattr(
                webhook, "url", webhook.url if "url" in body else "https://example.com/webhook"
            ),
            Example(READ, (_STORED,)),
        ),
        (
            "null-url",
            "Clears the url if it is left out",
            "R-301 R-103",
            lambda webhook, body: setattr(webhook, "url", webhook.url if "url" in body else None),
            Example(READ, (_STORED,)),
        ),
        (
            "one-secret",
            "Keeps the first secret only",
            "R-107",
            lambda webhook, _: setattr(webhook, "secrets", webhook.secrets[:1]),
            Example(_FULL),
        ),
        (
            "no-secret",
            "Generates no secret",
            "R-302",
            lambda webhook, body: setattr(webhook, "secrets", webhook.secrets if body.get("secrets") else []),
            Example(READ),
        ),
        (
            "reversed-secrets",
            "Stores the secrets the other way round",
            "R-107",
            lambda webhook, _: setattr(webhook, "secrets", webhook.secrets[::-1]),
            Example(_FULL),
        ),
        (
            "one-event",
            "Keeps the first event only",
            "R-105",
            lambda webhook, _: setattr(webhook, "events", webhook.events[:1]),
            Example(patch({"events": list(literals.EVENTS[1:3])})),
        ),
        (
            "lower-url",
            "Stores the url in small letters",
            "R-106",
            lambda webhook, _: setattr(webhook, "url", str(webhook.url).lower()),
            Example(update(url=f"{_A}/Path")),
        ),
    ):

        class Changing(Reference):
            def store(
                self, webhook: Webhook, body: dict[str, Any], change: Callable[[Webhook, Any], None] = change
            ) -> None:
                super().store(webhook, body)
                change(webhook, body)

        yield deviation(form, what, row, Changing, example)


@operator("other-webhook-written", in_contexts=True)
def written_elsewhere() -> Iterator[Deviation]:
    """Store an update in the other webhook, too."""
    second = patch({"events": ["all"]}, literals.SECOND_ID)

    class Everywhere(Reference):
        def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
            super().store(webhook, body)
            for other in self.webhooks.values():
                other.url = webhook.url

    yield deviation(
        "url", "Stores the url in all webhooks", "R-307 R-301", Everywhere, Example(_STORED, (second,), (second, READ))
    )


@operator("refusal-written", in_contexts=True)
def written() -> Iterator[Deviation]:
    """Store the url of a request that is refused."""
    url_too = {"url": _B, "events": ["nope"]}
    for form, status, row, request in (
        ("400", 400, "R-304 R-301", patch(url_too)),
        ("401", 401, "R-305 R-301", Patch(update(url=_B).body, authorization=None)),
        ("403", 403, "R-306 R-301", Patch(update(url=_B).body, authorization="Bearer forbidden-token")),
    ):

        class Writing(Reference):
            def refuse(self, refused: Refused, status: int = status) -> Response:
                if refused.status == status and self.wanted[0] in self.webhooks:
                    self.webhooks[self.wanted[0]].url = self.wanted[1]
                return super().refuse(refused)

            def answer(self, request: Request) -> Response:
                url = object_of(request.body).get("url")
                is_url = isinstance(url, str) and url.startswith("https://")
                self.wanted = (request.webhook_id if is_url else "", url)
                return super().answer(request)

        yield deviation(
            form, f"Stores the url of a request that gets {form}", row, Writing, Example(request, (_STORED,), (READ,))
        )

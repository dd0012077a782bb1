"""Callers and ids that are not looked at, everywhere or in one context only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servers.faulty import literals
from servers.faulty.sequences import Patch, patch
from servers.faulty.server import Webhook
from servers.generated.deviation import READ, SECRETS, Deviation, deviation, operator, update
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.asgi import Request

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


@operator("caller-unchecked", in_contexts=True)
def unchecked() -> Iterator[Deviation]:
    """Ask for no token, or not for the right one."""
    for form, what, is_admitted, requirements, *examples in (
        ("anybody", "anybody", lambda *_: True, "R-401 R-402 R-403 R-404", _NOBODY, _NONSENSE, _STRANGER),
        ("nobody", "who sends no header", lambda header, _: not header, "R-401 R-405", _NOBODY),
        ("any-token", "any token", lambda header, _: header.startswith("Bearer "), "R-402 R-404 R-405", _NONSENSE),
        ("stranger", "a token without the scope", lambda _, role: role == "stranger", "R-404", _STRANGER),
    ):

        class Admitting(Reference):
            def role(self, request: Request, admitted: Callable[[str, Any], bool] = is_admitted) -> str | None:
                role = super().role(request)
                return "member" if admitted(request.authorization, role) else role

        yield deviation(form, f"Admits {what}", requirements, Admitting, *examples)


@operator("webhook-unchecked", in_contexts=True)
def unchecked_webhooks() -> Iterator[Deviation]:
    """Carry out an update of a webhook that does not exist."""

    class Creating(Reference):
        def look_up(self, webhook_id: str) -> Webhook:
            return self.webhooks.get(webhook_id) or Webhook(webhook_id, _A, ["all"], "client", [])

    class Finding(Reference):
        def look_up(self, webhook_id: str) -> Webhook:
            return self.webhooks.get(webhook_id) or next(iter(self.webhooks.values()))

    yield deviation("created", "Creates a webhook for an unknown id", "R-501", Creating, _UNKNOWN)
    yield deviation("found", "Finds another webhook for an unknown id", "R-501", Finding, _UNKNOWN)

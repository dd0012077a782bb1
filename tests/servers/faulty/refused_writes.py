"""Faults of requests that are refused and leave something behind."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from . import literals
from .fault import declare, fault
from .server import Refused, Server, Webhook

if TYPE_CHECKING:
    from collections.abc import Callable

    from .asgi import Request, Response


def writing_when_refused(status: int, write: Callable[[Webhook, dict[str, Any]], None]) -> type[Server]:
    """Return a server that writes though it answers with an error."""

    class WritingWhenRefused(Server):
        def update(self, request: Request) -> Response:
            try:
                return super().update(request)
            except Refused as refused:
                webhook = self.webhooks.get(request.webhook_id)
                body = self.read_leniently(request)
                if refused.status == status and webhook is not None and isinstance(body, dict):
                    write(webhook, body)
                raise

        def read_leniently(self, request: Request) -> Any:
            try:
                return self.read_body(request)
            except Refused:
                return None

    return WritingWhenRefused


def _write_url(webhook: Webhook, body: dict[str, Any]) -> None:
    if isinstance(body.get("url"), str) and body["url"].startswith("https://"):
        webhook.url = body["url"]


def _write_any_url(webhook: Webhook, body: dict[str, Any]) -> None:
    webhook.url = body.get("url", webhook.url)


def _write_secrets(webhook: Webhook, body: dict[str, Any]) -> None:
    if isinstance(body.get("secrets"), list):
        webhook.secrets = body["secrets"][:2]


def _write_url_with_wrong_events(webhook: Webhook, body: dict[str, Any]) -> None:
    if not isinstance(body.get("events"), list) or any(item not in literals.EVENTS for item in body["events"]):
        _write_url(webhook, body)


def _write_url_with_wrong_secrets(webhook: Webhook, body: dict[str, Any]) -> None:
    if body.get("secrets") is not None and (not isinstance(body["secrets"], list) or len(body["secrets"]) > 2):
        _write_url(webhook, body)


def _write_url_with_three_secrets(webhook: Webhook, body: dict[str, Any]) -> None:
    if isinstance(body.get("secrets"), list) and len(body["secrets"]) > 2:
        _write_url(webhook, body)


def _forget_url(webhook: Webhook, body: dict[str, Any]) -> None:  # noqa: ARG001
    webhook.url = "https://example.com/webhook"


def _clear_url(webhook: Webhook, body: dict[str, Any]) -> None:  # noqa: ARG001
    webhook.url = ""


_WRITES: dict[str, tuple[int, str, str, Callable[[Webhook, dict[str, Any]], None]]] = {
    "writes-the-url-when-refused": (400, "R-304", "Stores the url of a request that it refuses", _write_url),
    "writes-a-wrong-url-when-refused": (400, "R-304", "Stores a url that it refuses", _write_any_url),
    "writes-the-url-before-it-checks-events": (
        400,
        "R-304",
        "Stores the url before events are checked",
        _write_url_with_wrong_events,
    ),
    "writes-the-url-before-it-checks-secrets": (
        400,
        "R-304",
        "Stores the url before secrets are checked",
        _write_url_with_wrong_secrets,
    ),
    "writes-the-url-before-it-counts-secrets": (
        400,
        "R-304",
        "Stores the url before secrets are counted",
        _write_url_with_three_secrets,
    ),
    "resets-the-url-when-refused": (400, "R-304", "Puts the first url back after a refused request", _forget_url),
    "clears-the-url-when-refused": (400, "R-304", "Clears the url after a refused request", _clear_url),
    "writes-the-url-when-unauthorised": (401, "R-305", "Stores the url of a request that gets 401", _write_url),
    "clears-the-url-when-unauthorised": (401, "R-305", "Clears the url after a 401", _clear_url),
    "writes-the-url-when-forbidden": (403, "R-306", "Stores the url of a request that gets 403", _write_url),
    "clears-the-url-when-forbidden": (403, "R-306", "Clears the url after a 403", _clear_url),
}

for _name, (_status, _requirement, _sentence, _write) in _WRITES.items():
    declare(_name, _requirement, f"{_sentence}.", writing_when_refused(_status, _write))


for _status, _requirement in {400: "R-304", 401: "R-305", 403: "R-306"}.items():
    declare(
        f"writes-secrets-at-{_status}",
        _requirement,
        f"Stores the secrets of a request that gets {_status}, and keeps them where they are left out.",
        partial(writing_when_refused(_status, _write_secrets), omitted_secrets="keep"),
    )


@fault("R-304")
class ForgetsTheWebhookWhenRefused(Server):
    """Answers 404 for a webhook once an update of it was refused."""

    def update(self, request: Request) -> Response:
        try:
            return super().update(request)
        except Refused as refused:
            if refused.status == 400:
                self.webhooks.pop(request.webhook_id, None)
            raise

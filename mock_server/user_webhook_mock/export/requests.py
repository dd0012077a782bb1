"""A request for each documented answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from user_webhook_api.bundle import PATH, operation

EVERY_RULE_BROKEN: Final = {"url": 7, "events": "nope", "secrets": "nope"}
PLAIN: Final = {"events": ["all"]}
UNKNOWN_ID: Final = "no-webhook"
BY_ITSELF: Final[dict[tuple[str, str], dict[str, Any]]] = {
    ("400", "request-validation"): {"content": EVERY_RULE_BROKEN},
    ("401", "schema"): {"token": ""},
    ("403", "schema"): {"token": "forbiddenToken"},
    ("404", "not-found"): {"webhook_id": UNKNOWN_ID},
}
"""What brings an example about; the mock shows the others if it is asked to, by Prefer."""


@dataclass(frozen=True)
class DocumentedRequest:
    """A request and the status of its answer. ``token`` and ``webhook_id`` are names of variables, or stand as they are."""

    name: str
    status: str
    content: Any
    token: str = "token"  # noqa: S105  a variable's name
    webhook_id: str = ""
    prefer: str = ""
    method: str = "PATCH"

    @property
    def body(self) -> str:
        """The body as it is sent."""
        return json.dumps(self.content, indent=2, ensure_ascii=False)

    def url(self, start: str, end: str) -> str:
        """Return the url, with its variables between *start* and *end*."""
        return f"{start}baseUrl{end}" + PATH.replace("{webhookId}", self.webhook_id or f"{start}webhookId{end}")

    def shown(self, start: str, end: str) -> dict[str, str]:
        """Return the headers, with their variables between *start* and *end*."""
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {start}{self.token}{end}"
        if self.prefer:
            headers["Prefer"] = self.prefer
        return headers


def documented_requests() -> list[DocumentedRequest]:
    """Return a request for each example of the document, in its order."""
    stated = operation()
    updates = stated["requestBody"]["content"]["application/json"]["examples"]
    found = [DocumentedRequest(example["summary"], "201", example["value"]) for example in updates.values()]
    for status, response in stated["responses"].items():
        for name, example in response["content"]["application/json"]["examples"].items():
            given = BY_ITSELF.get((status, name), {"prefer": f"code={status}, example={name}"})
            if status != "201":
                found.append(DocumentedRequest(example["summary"], status, **{"content": PLAIN, **given}))
    return found

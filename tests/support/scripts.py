"""A scripted target: each step is a request and the answer to it, judged as in a run."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from user_webhook_contract.checks.history import History
from user_webhook_contract.checks.response import check
from user_webhook_contract.http.request import Credential, Request
from user_webhook_contract.http.response import Response
from user_webhook_contract.judge.judge import judge

if TYPE_CHECKING:
    from user_webhook_contract.checks.finding import Finding

FIRST = "cf3832dd-ba9b-4187-9ab2-c6cadafe875b"
SECOND = "dd6189c9-4aae-4ca3-b855-654c607824da"
KNOWN = frozenset({FIRST, SECOND})
ALL = {"events": ["all"]}
A, B, C = (f"https://hooks.example.com/{name}" for name in "abc")

ERRORS: dict[int, dict[str, Any]] = {
    400: {"message": ["events must contain at least 1 elements"], "error": "Bad Request", "statusCode": 400},
    401: {"message": "Unauthorized", "statusCode": 401},
    403: {"message": "Forbidden Resource", "error": "Forbidden", "statusCode": 403},
    404: {"message": "Webhook not found", "error": "Not Found", "statusCode": 404},
}
SHAPE = "{data: {id, url, events, clientId, secrets}}, strings and arrays of strings"
CALLERS = {401: Credential.ABSENT, 403: Credential.FORBIDDEN}


@dataclass
class Script:
    """What a scripted target has answered so far.

    ``stored`` is what it says of a webhook unless told otherwise; ``findings`` are those of the last answer.
    """

    history: History = field(default_factory=History)
    stored: dict[str, dict[str, Any]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def kept(self) -> set[str]:
        """The requirements that the last answer keeps."""
        return {finding.requirement for finding in self.findings if finding.is_kept}

    @property
    def told(self) -> list[tuple[str, str, str]]:
        """The requirements that the last answer breaks, each with what was received and what is documented."""
        return [(one.requirement, one.received, one.documented) for one in self.findings if not one.is_kept]

    def update(self, body: dict[str, Any], webhook_id: str = FIRST, **answered: Any) -> set[str]:
        """Send a valid update, answered with 201 and what is stored but for *answered*; return what that breaks."""
        known = self.stored.setdefault(
            webhook_id,
            {
                "id": webhook_id,
                "url": "https://example.com/seed",
                "clientId": "client",
                "secrets": [f"seed-{webhook_id[::-1]}"],
            },
        )
        sent = {name: value for name, value in body.items() if value is not None and name in {"url", "secrets"}}
        known.update({**sent, "events": body.get("events", ["all"]), **answered})
        response = {name: value for name, value in known.items() if value is not Ellipsis}
        return self.response(Request(webhook_id, json.dumps(body).encode()), 201, {"data": response})

    def refuse(self, status: int, body: dict[str, Any], webhook_id: str = FIRST) -> set[str]:
        """Send an update that is refused with *status*; return what that breaks."""
        wrong = {**body, "events": []} if status == 400 else {"events": ["all"], **body}
        request = Request(webhook_id, json.dumps(wrong).encode(), CALLERS.get(status, Credential.VALID))
        return self.response(request, status, ERRORS[status])

    def response(self, request: Request, status: int, body: Any, media_type: str = "application/json") -> set[str]:
        """Let *request* be answered; return the requirements that are broken."""
        judgement = judge(request, KNOWN)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        response = Response(status, {"content-type": media_type}, content)
        self.findings = check(request, response, judgement, self.history)
        self.history.learn(judgement, response)
        return {finding.requirement for finding in self.findings if not finding.is_kept}

    def silence(self, body: dict[str, Any], webhook_id: str = FIRST) -> None:
        """Send an update that gets no answer."""
        request = Request(webhook_id, json.dumps(body).encode())
        self.history.learn(judge(request, KNOWN), None)


def opened() -> Script:
    """Return a script with both webhooks opened and a url of its own stored in each."""
    script = Script()
    for webhook_id, url in ((FIRST, A), (SECOND, B)):
        assert script.update(ALL, webhook_id) == set()
        assert script.update({**ALL, "url": url, "secrets": [f"own-secret-of-{url}"]}, webhook_id) == set()
    return script

"""The checks of the webhook in a 201."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import jsonschema_rs

from user_webhook_api.bundle import operation
from user_webhook_contract.checks.finding import Finding, broken, compare, kept, show
from user_webhook_contract.checks.history import data_of
from user_webhook_contract.checks.stored import HAS_A_SECRET, check_secrets, check_url
from user_webhook_contract.http.request import JSON_MEDIA_TYPE
from user_webhook_contract.judge.json_text import without_surrogates
from user_webhook_contract.judge.judge import is_uuid

if TYPE_CHECKING:
    from user_webhook_contract.checks.history import History
    from user_webhook_contract.http.request import Request
    from user_webhook_contract.http.response import Response
    from user_webhook_contract.judge.judgement import Judgement

WHOLE_WEBHOOK: Final = "R-103"
ID_OF_THE_PATH: Final = "R-104"
SENT_EVENTS: Final = "R-105"
SAME_CLIENT: Final = "R-108"
SECRETS_ARE_STRINGS: Final = "R-109"

_MAX_DEPTH: Final = 3
"""Levels below the body at which the schema of a webhook only asks for a type."""

_MAX_MESSAGE: Final = 2_000


def check_webhook(request: Request, response: Response, judgement: Judgement, history: History) -> list[Finding]:
    """Return what the body of a 201 keeps and breaks."""
    webhook = history.webhook(judgement.webhook_id)
    # What was sent replaces what the documents leave open, whatever else they leave open of this request.
    open_parts = webhook.open_parts - {name for name, value in (judgement.body or {}).items() if value}
    schema_error = _schema_error(response, judgement, open_parts)
    if schema_error:
        return [
            broken(
                WHOLE_WEBHOOK,
                schema_error,
                "{data: {id, url, events, clientId, secrets}}, strings and arrays of strings",
            )
        ]
    data = data_of(response)
    findings = [kept(WHOLE_WEBHOOK), _check_id(data["id"], request, judgement)]
    if webhook.client_id is not None:
        findings.append(compare(SAME_CLIENT, data["clientId"], webhook.client_id))
    if judgement.body is None:
        return findings
    if "secret_items" in judgement.open_points:
        is_odd = _repeats_odd_secrets(response, judgement)
        secrets = show(data["secrets"])
        findings.append(broken(SECRETS_ARE_STRINGS, secrets, "strings") if is_odd else kept(SECRETS_ARE_STRINGS))
    findings.append(_check_events(data["events"], judgement))
    if "url" not in open_parts:
        findings.extend(check_url(data["url"], judgement, history))
    if "secrets" not in open_parts:
        findings.extend(check_secrets(data["secrets"], judgement, history))
    elif "secrets" not in judgement.body and not data["secrets"]:
        # Whatever an earlier request left in the webhook, it needs a secret now.
        findings.append(broken(HAS_A_SECRET, "[]", "at least one secret that is not empty"))
    return findings


@cache
def _webhook_schema() -> jsonschema_rs.Draft4Validator:
    return jsonschema_rs.Draft4Validator(operation()["responses"]["201"]["content"][JSON_MEDIA_TYPE]["schema"])


def _schema_error(response: Response, judgement: Judgement, open_parts: set[str]) -> str:
    """Return how a 201 body differs from its schema, or nothing; elements of secrets may be forgiven.

    They are if they are just what was sent, or may be stored since an earlier request on which the documents are silent.
    """
    is_forgiven = judgement.body is None or "secrets" in open_parts or _repeats_odd_secrets(response, judgement)
    for error in _webhook_schema().iter_errors(without_surrogates(_pruned(response.json))):
        place = [str(step) for step in error.instance_path]
        if is_forgiven and place[:2] == ["data", "secrets"] and len(place) > len(["data", "secrets"]):
            continue
        # A message quotes the value, however large; half of one could hold half of a secret.
        message = error.message if len(error.message) <= _MAX_MESSAGE else "a large value is not as documented"
        return f"{'.'.join(place) or 'the body'}: {message}"
    return ""


def _repeats_odd_secrets(response: Response, judgement: Judgement) -> bool:
    """Return whether a 201 shows secrets that are not strings just as they were sent."""
    sent = (judgement.body or {}).get("secrets")
    return "secret_items" in judgement.open_points and data_of(response).get("secrets") == sent


def _check_id(received: str, request: Request, judgement: Judgement) -> Finding:
    sent = request.webhook_id
    if "uuid_forms" in judgement.open_points and received == judgement.webhook_id:
        return kept(ID_OF_THE_PATH)
    if received == sent.lower() and is_uuid(sent):
        # A column of UUIDs shows its own form of an id that its owner writes in capitals.
        return kept(ID_OF_THE_PATH)
    return compare(ID_OF_THE_PATH, received, sent)


def _pruned(value: object, depth: int = 0) -> object:
    """Return *value* without what is deeper than the schema looks: the validator stops at 255 levels, a body may not."""
    if isinstance(value, dict):
        return {name: _pruned(one, depth + 1) for name, one in value.items()} if depth < _MAX_DEPTH else {}
    if isinstance(value, list):
        return [_pruned(one, depth + 1) for one in value] if depth < _MAX_DEPTH else []
    return value


def _check_events(events: list[str], judgement: Judgement) -> Finding:
    sent = (judgement.body or {})["events"]
    if "duplicate_events" in judgement.open_points:
        return compare(SENT_EVENTS, sorted(set(events)), sorted(set(sent)))
    if sorted(events) == sorted(sent):
        return kept(SENT_EVENTS)
    return broken(SENT_EVENTS, show(events), show(sent))

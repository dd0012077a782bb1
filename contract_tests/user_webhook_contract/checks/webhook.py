"""The checks of the webhook that a 201 carries, against what was sent and what is known."""

from __future__ import annotations

import os.path
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs

from user_webhook_api.bundle import operation
from user_webhook_contract.checks.finding import Finding, broken, compare, kept, show, show_apart
from user_webhook_contract.checks.history import CREATED, History, Origin, Webhook, data_of
from user_webhook_contract.checks.secret_strength import weakness
from user_webhook_contract.http.request import JSON_MEDIA_TYPE, Request
from user_webhook_contract.http.response import ABSENT, Response
from user_webhook_contract.judge.json_text import without_surrogates
from user_webhook_contract.judge.judge import BAD_REQUEST, FORBIDDEN, NOT_FOUND, UNAUTHORIZED, Judgement
from user_webhook_contract.judge.url import is_same

if TYPE_CHECKING:
    from collections.abc import Iterable

_MAX_DEPTH: Final = 3
"""Levels below the body at which the schema of a webhook asks for no more than a type."""

_MAX_MESSAGE: Final = 2_000

_REFUSAL_ROWS: Final = {BAD_REQUEST: "R-304", UNAUTHORIZED: "R-305", FORBIDDEN: "R-306", NOT_FOUND: "R-307"}


def check_webhook(request: Request, response: Response, judgement: Judgement, history: History) -> list[Finding]:
    """Return what the body of a 201 keeps and breaks."""
    webhook = history.webhook(judgement.webhook_id)
    open_parts = webhook.open_parts - set(judgement.body or () if judgement.must_accept else ())
    schema_error = _schema_error(response, judgement, open_parts)
    if schema_error:
        return [
            broken("R-103", schema_error, "{data: {id, url, events, clientId, secrets}}, strings and arrays of strings")
        ]
    data = data_of(response)
    findings = [kept("R-103"), _check_id(data["id"], request, judgement)]
    if webhook.client_id is not None:
        findings.append(compare("R-108", data["clientId"], webhook.client_id))
    if judgement.body is None:
        return findings
    if "secret_items" in judgement.open_points:
        is_odd = _repeats_odd_secrets(response, judgement)
        findings.append(broken("R-109", show(data["secrets"]), "strings") if is_odd else kept("R-109"))
    findings.append(_check_events(data["events"], judgement))
    if "url" not in open_parts:
        findings.extend(_check_url(data["url"], judgement, history))
    if "secrets" not in open_parts:
        findings.extend(_check_secrets(data["secrets"], judgement, history))
    return findings


@cache
def _webhook_schema() -> jsonschema_rs.Draft4Validator:
    return jsonschema_rs.Draft4Validator(operation()["responses"]["201"]["content"][JSON_MEDIA_TYPE]["schema"])


def _schema_error(response: Response, judgement: Judgement, open_parts: set[str]) -> str:
    """Return how a 201 body differs from its schema, or nothing; elements of secrets may be forgiven.

    They are where they are just what was sent, or may be what is stored of an earlier request that was silent on them.
    """
    if response.json is ABSENT:
        return "no JSON"
    is_forgiven = judgement.body is None or "secrets" in open_parts or _repeats_odd_secrets(response, judgement)
    for error in _webhook_schema().iter_errors(without_surrogates(_pruned(response.json))):
        place = [str(step) for step in error.instance_path]
        if is_forgiven and place[:2] == ["data", "secrets"] and len(place) > len(["data", "secrets"]):
            continue
        # A message names the value, however large; half of one could hold half of a secret.
        message = error.message if len(error.message) <= _MAX_MESSAGE else "a large value is not as documented"
        return f"{'.'.join(place) or 'the body'}: {message}"
    return ""


def _repeats_odd_secrets(response: Response, judgement: Judgement) -> bool:
    """Return whether a 201 shows secrets that are not strings just as they were sent."""
    sent = (judgement.body or {}).get("secrets")
    return "secret_items" in judgement.open_points and data_of(response).get("secrets") == sent


def _check_id(received: str, request: Request, judgement: Judgement) -> Finding:
    if "uuid_forms" in judgement.open_points and received == judgement.webhook_id:
        return kept("R-104")
    return compare("R-104", received, request.webhook_id)


def _pruned(value: object, depth: int = 0) -> object:
    """Return *value* without what lies deeper than the schema looks: the validator goes 255 deep, a body may go on."""
    if isinstance(value, dict):
        return {name: _pruned(one, depth + 1) for name, one in value.items()} if depth < _MAX_DEPTH else {}
    if isinstance(value, list):
        return [_pruned(one, depth + 1) for one in value] if depth < _MAX_DEPTH else []
    return value


def _check_events(events: list[str], judgement: Judgement) -> Finding:
    sent = (judgement.body or {})["events"]
    if "duplicate_events" in judgement.open_points:
        return compare("R-105", sorted(set(events)), sorted(set(sent)))
    if sorted(events) == sorted(sent):
        return kept("R-105")
    return broken("R-105", show(events), show(sent))


def _check_url(url: str, judgement: Judgement, history: History) -> list[Finding]:
    sent = (judgement.body or {}).get("url")
    if {"url_form", "null_url"} & set(judgement.open_points):
        return []
    if isinstance(sent, str):
        return [kept("R-106") if is_same(url, sent) else broken("R-106", *show_apart(url, sent))]
    webhook = history.webhook(judgement.webhook_id)
    if webhook.urls is None:
        return []
    if any(is_same(url, one) for one in webhook.urls):
        return [kept(row) for row in ("R-301", *_refusals_seen(judgement.webhook_id, history))]
    origin = history.urls.get(url)
    if origin is not None and origin.is_accused:
        return []
    row = _attribute(origin, judgement.webhook_id, "R-301")
    if origin is None and webhook.keeps_url:
        # Left alone, the url stays, and no request sent this one: the one thing that came in between changed it.
        causes = _causes(webhook)
        row = causes[0] if len(causes) == 1 else row
    received, documented = show_apart(url, min(webhook.urls))
    if len(webhook.urls) > 1:
        received, documented = show(url), " or ".join(map(show, sorted(webhook.urls)))
    return [broken(row, received, documented)]


def _causes(webhook: Webhook) -> list[str]:
    """Return the requirements that forbid what came between two answers of *webhook*."""
    rows = {_REFUSAL_ROWS[status] for status in webhook.refusals if status in _REFUSAL_ROWS}
    return sorted(rows | ({"R-307"} if webhook.other_webhook_changed else set()))


def _refusals_seen(webhook_id: str, history: History) -> set[str]:
    """Return what a kept url proves: that no refused request and no other webhook's update has changed it."""
    rows = set()
    for origin in history.urls.values():
        if origin.webhook_id == webhook_id and origin.status in {BAD_REQUEST, UNAUTHORIZED, FORBIDDEN}:
            rows.add(_REFUSAL_ROWS[origin.status])
        elif origin.webhook_id != webhook_id and origin.status == CREATED:
            rows.add("R-307")
    return rows


def _attribute(origin: Origin | None, webhook_id: str, otherwise: str) -> str:
    """Return the requirement that is broken where something of *origin* turns up in the webhook."""
    if origin is None:
        return otherwise
    if origin.webhook_id != webhook_id:
        return "R-307"
    if origin.status is not None and origin.status != CREATED:
        return _REFUSAL_ROWS.get(origin.status, "R-304")
    return otherwise


def _check_secrets(secrets: list[Any], judgement: Judgement, history: History) -> list[Finding]:
    sent = (judgement.body or {}).get("secrets")
    if sent:
        # Whether it is accepted may be open; what is accepted comes back as it was sent, or no receiver can verify with it.
        if {"secret_items", "surrogates"} & set(judgement.open_points):
            return []
        is_merged = "duplicate_secrets" in judgement.open_points and len(set(sent)) == 1 and secrets == sent[:1]
        if secrets == sent or is_merged:
            return [kept("R-107")]
        return [broken("R-107", f"{show(secrets)}, {_difference(secrets, sent)}", show(sent))]
    if sent == [] or "null_secrets" in judgement.open_points:
        return []
    if not secrets or not all(isinstance(secret, str) and secret.strip() for secret in secrets):
        return [broken("R-302", show(secrets), "at least one secret that is not empty")]
    return _check_omitted_secrets(judgement, secrets, history)


def _difference(received: list[Any], sent: list[str]) -> str:
    """Return how secrets differ from those that were sent, without showing any: a report shows no more of them."""
    if len(received) != len(sent):
        return f"{len(received)} in place of {len(sent)}"
    if sorted(map(str, received)) == sorted(sent):
        return "in another order"
    place, one, other = next(
        (place, str(one), other)
        for place, (one, other) in enumerate(zip(received, sent, strict=True), 1)
        if one != other
    )
    if one.lower() == other.lower():
        return f"secret {place} in another case"
    if one == other.strip():
        return f"secret {place} without the blanks around it"
    return f"secret {place} differs from character {len(os.path.commonprefix([one, other])) + 1} on"


def _check_omitted_secrets(judgement: Judgement, secrets: list[str], history: History) -> list[Finding]:
    webhook = history.webhook(judgement.webhook_id)
    known = {secret: history.secrets[secret] for secret in secrets if secret in history.secrets}
    if webhook.secrets is not None and tuple(secrets) == webhook.secrets:
        if history.keeps_secrets is False and all(origin.is_generated for origin in known.values()):
            return [broken("R-303", "the same secret generated twice", "a new secret each time")]
        return [kept("R-302")]
    for origin in known.values():
        if origin.is_accused:
            return []
        if origin.is_generated:
            whose = "this webhook" if origin.webhook_id == judgement.webhook_id else "another webhook"
            return [broken("R-303", f"a secret that was generated before, for {whose}", "a new secret")]
        is_own = origin.webhook_id == judgement.webhook_id and origin.status in {None, CREATED}
        if webhook.secrets is None and is_own:
            # After a request without an answer, any of the webhook's own secrets may be stored.
            return [kept("R-302")]
        row = _attribute(origin, judgement.webhook_id, "R-302")
        return [broken(row, show(secrets), "a new secret, or all those stored before")]
    if webhook.written == 0:
        return [kept("R-302")]
    if history.keeps_secrets and webhook.secrets is not None and webhook.refusals:
        # A target that keeps secrets has replaced them since, and nothing but refused requests came in between.
        causes = _causes(webhook)
        received = f"{show(secrets)}, after requests refused with {_listed(webhook.refusals)}"
        return [broken(row, received, "the secrets stored before") for row in causes[:1]]
    for secret in secrets:
        reason = weakness(secret, history.generated, judgement.webhook_id)
        if reason:
            return [broken("R-303", f"a generated secret that can be guessed: {reason}", "a random secret")]
    return [kept("R-302"), *([kept("R-303")] if history.generated else [])]


def _listed(numbers: Iterable[int]) -> str:
    return " and ".join(map(str, sorted(numbers)))

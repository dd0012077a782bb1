"""The checks of an answer: status, envelope, webhook, state."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema_rs

from contract_tests.answer import ABSENT, Answer
from contract_tests.finding import Finding, broken, compare, kept, show
from contract_tests.history import CREATED, History, Origin, data_of
from contract_tests.judge import BAD_REQUEST, FORBIDDEN, NOT_FOUND, UNAUTHORIZED, Judgement
from contract_tests.messages import check_messages
from contract_tests.request import JSON_MEDIA_TYPE, Credential, Request
from contract_tests.secrecy import weakness
from contract_tests.url import is_same
from openapi.bundle import operation

ACCEPTED = "R-101"
SERVER_ERROR = 500

_MEDIA_TYPE_ROWS = {
    CREATED: "R-102",
    BAD_REQUEST: "R-601",
    UNAUTHORIZED: "R-603",
    FORBIDDEN: "R-605",
    NOT_FOUND: "R-607",
}
_BODY_ROWS = {BAD_REQUEST: "R-602", UNAUTHORIZED: "R-604", FORBIDDEN: "R-606", NOT_FOUND: "R-608"}
_REFUSAL_ROWS = {BAD_REQUEST: "R-304", UNAUTHORIZED: "R-305", FORBIDDEN: "R-306", NOT_FOUND: "R-307"}


def check(request: Request, answer: Answer, judgement: Judgement, history: History) -> list[Finding]:
    """Return what *answer* keeps and breaks; *history* is what came before it."""
    findings = _check_status(request, answer, judgement)
    if answer.status not in judgement.statuses or answer.status not in _MEDIA_TYPE_ROWS:
        return findings
    findings.append(_check_media_type(answer))
    if answer.status == CREATED:
        findings.extend(_check_webhook(request, answer, judgement, history))
    else:
        findings.extend(_check_error(answer, judgement, history))
    return findings


def _check_status(request: Request, answer: Answer, judgement: Judgement) -> list[Finding]:
    status, right = answer.status, judgement.statuses
    documented = "status " + " or ".join(str(one) for one in sorted(right))
    received = f"status {status}"
    robust = "R-702" if "odd_id" in judgement.doubts else "R-701"
    is_odd = bool(judgement.doubts) or judgement.has_free_message
    if status in right:
        rows = [fault.requirement for fault in judgement.faults if fault.status == status]
        rows += [ACCEPTED] if judgement.must_accept else []
        rows += [robust] if is_odd else []
        rows += ["R-405"] if _is_smuggled(request, judgement) else []
        return [kept(row) for row in dict.fromkeys(rows)]
    rows = [fault.requirement for fault in judgement.faults]
    if judgement.must_accept:
        rows = [ACCEPTED]
    elif not judgement.faults or (status >= SERVER_ERROR and is_odd):
        rows.append(robust)
    if _is_smuggled(request, judgement):
        # Which fault is met first is open; that the request was carried out is not.
        rows = ["R-405"]
    return [broken(row, received, documented) for row in dict.fromkeys(rows)]


def _is_smuggled(request: Request, judgement: Judgement) -> bool:
    """Tell whether a token is missing from a request that has more wrong with it."""
    is_unauthorised = request.credential not in {Credential.VALID}
    return is_unauthorised and (len(judgement.faults) > 1 or bool(judgement.doubts))


def _check_media_type(answer: Answer) -> Finding:
    return compare(_MEDIA_TYPE_ROWS[answer.status], answer.media_type, JSON_MEDIA_TYPE)


def _check_error(answer: Answer, judgement: Judgement, history: History) -> list[Finding]:
    row = _BODY_ROWS[answer.status]
    body = answer.json
    if not isinstance(body, dict):
        received = "no JSON" if body is ABSENT else show(body)
        return [broken(row, received, "a JSON object with message and statusCode")]
    wrong = _wrong_members(answer.status, body)
    if wrong:
        return [broken(row, received, documented) for received, documented in wrong]
    if answer.status != BAD_REQUEST:
        return [kept(row)]
    return _check_bad_request(body["message"], judgement, history)


def _wrong_members(status: int, body: dict[str, Any]) -> list[tuple[str, str]]:
    """Return received and documented of each member that differs from the examples."""
    found = []
    for name in ("message", "error", "statusCode"):
        wanted = [example[name] for example in _examples(status) if name in example]
        value = body.get(name, ABSENT)
        if not wanted:
            is_right = value is ABSENT
        elif status == BAD_REQUEST and name == "message":
            is_right = _is_message(value)
            wanted = ["an array of sentences"]
        else:
            is_right = any(value == one and type(value) is type(one) for one in wanted)
        if not is_right:
            received = f"no {name}" if value is ABSENT else f"{name} {show(value)}"
            documented = f"{name} {' or '.join(show(one) for one in wanted)}" if wanted else f"no {name}"
            found.append((received, documented))
    return found


def _is_message(value: object) -> bool:
    if isinstance(value, str):
        return bool(value)
    return isinstance(value, list) and bool(value) and all(isinstance(text, str) and text for text in value)


@cache
def _examples(status: int) -> tuple[dict[str, Any], ...]:
    content = operation()["responses"][str(status)]["content"][JSON_MEDIA_TYPE]
    return tuple(example["value"] for example in content["examples"].values())


def _check_bad_request(message: str | list[str], judgement: Judgement, history: History) -> list[Finding]:
    row = _BODY_ROWS[BAD_REQUEST]
    has_rules = bool(judgement.broken) and not judgement.has_free_message
    if not has_rules:
        return [kept(row)]
    if isinstance(message, str):
        if judgement.doubts:
            return [kept(row)]
        return [broken(row, f"message {show(message)}", "message an array of sentences")]
    return [kept(row), *check_messages(message, judgement, history)]


def _check_webhook(request: Request, answer: Answer, judgement: Judgement, history: History) -> list[Finding]:
    misfit = _misfit(answer, judgement)
    if misfit:
        return [broken("R-103", misfit, "{data: {id, url, events, clientId, secrets}}, strings and arrays of strings")]
    data = data_of(answer)
    findings = [kept("R-103"), compare("R-104", data["id"], request.webhook_id)]
    known = history.webhook(request.webhook_id).client_id
    if known is not None:
        findings.append(compare("R-108", data["clientId"], known))
    if judgement.body is None:
        return findings
    findings.append(_check_events(data["events"], judgement))
    findings.extend(_check_url(request, data["url"], judgement, history))
    findings.extend(_check_secrets(request, data["secrets"], judgement, history))
    return findings


@cache
def _webhook_schema() -> jsonschema_rs.Draft4Validator:
    return jsonschema_rs.Draft4Validator(operation()["responses"]["201"]["content"][JSON_MEDIA_TYPE]["schema"])


def _misfit(answer: Answer, judgement: Judgement) -> str:
    """Return how a 201 body differs from its schema, or nothing."""
    if answer.json is ABSENT:
        return "no JSON"
    # What an implementation makes of a value that it need not accept is its own affair.
    open_parts = {"secret_items": "secrets", "null_optional": "url", "duplicate_events": "events"}
    forgiven = {open_parts[doubt] for doubt in judgement.doubts if doubt in open_parts}
    for error in _webhook_schema().iter_errors(answer.json):
        place = [str(step) for step in error.instance_path]
        if place[1:2] and place[1] in forgiven:
            continue
        return f"{'.'.join(place) or 'the body'}: {error.message}"
    return ""


def _check_events(events: list[str], judgement: Judgement) -> Finding:
    sent = (judgement.body or {})["events"]
    if "duplicate_events" in judgement.doubts:
        return compare("R-105", sorted(set(events)), sorted(set(sent)))
    if sorted(events) == sorted(sent):
        return kept("R-105")
    return broken("R-105", show(events), show(sent))


def _check_url(request: Request, url: str, judgement: Judgement, history: History) -> list[Finding]:
    sent = (judgement.body or {}).get("url")
    if "url_form" in judgement.doubts or ("null_optional" in judgement.doubts and sent is None):
        return []
    if isinstance(sent, str):
        return [kept("R-106") if is_same(url, sent) else broken("R-106", show(url), show(sent))]
    stored = history.webhook(request.webhook_id).urls
    if stored is None:
        return []
    if any(is_same(url, one) for one in stored):
        return [kept(row) for row in ("R-301", *_refusals_seen(request.webhook_id, history))]
    origin = history.urls.get(url)
    return [broken(_blame(origin, request.webhook_id, "R-301"), show(url), " or ".join(map(show, sorted(stored))))]


def _refusals_seen(webhook_id: str, history: History) -> set[str]:
    """Return what a kept url proves: that no refused request and no other webhook's update has changed it."""
    rows = set()
    for origin in history.urls.values():
        if origin.webhook_id == webhook_id and origin.status in {BAD_REQUEST, UNAUTHORIZED, FORBIDDEN}:
            rows.add(_REFUSAL_ROWS[origin.status])
        elif origin.webhook_id != webhook_id and origin.status == CREATED:
            rows.add("R-307")
    return rows


def _blame(origin: Origin | None, webhook_id: str, otherwise: str) -> str:
    """Return the requirement that is broken where something of *origin* turns up in the webhook."""
    if origin is None:
        return otherwise
    if origin.webhook_id != webhook_id:
        return "R-307"
    if origin.status is not None and origin.status != CREATED:
        return _REFUSAL_ROWS.get(origin.status, "R-304")
    return otherwise


def _check_secrets(request: Request, secrets: list[Any], judgement: Judgement, history: History) -> list[Finding]:
    sent = (judgement.body or {}).get("secrets")
    if sent:
        open_secrets = {"secret_items", "secret_length", "secret_characters", "duplicate_secrets"}
        if open_secrets & set(judgement.doubts):
            return []
        return [kept("R-107") if secrets == sent else broken("R-107", show(secrets), show(sent))]
    if sent == []:
        return []
    if not secrets or not all(isinstance(secret, str) and secret.strip() for secret in secrets):
        return [broken("R-302", show(secrets), "at least one secret that is not empty")]
    return _check_omitted_secrets(request, secrets, history)


def _check_omitted_secrets(request: Request, secrets: list[str], history: History) -> list[Finding]:
    webhook = history.webhook(request.webhook_id)
    known = {secret: history.secrets[secret] for secret in secrets if secret in history.secrets}
    if webhook.secrets is not None and tuple(secrets) == webhook.secrets:
        if history.keeps_secrets is False and all(origin.is_generated for origin in known.values()):
            return [broken("R-303", "the same secret generated twice", "a new secret each time")]
        return [kept("R-302")]
    for origin in known.values():
        if origin.is_generated:
            whose = "this webhook" if origin.webhook_id == request.webhook_id else "another webhook"
            return [broken("R-303", f"a secret that was generated before, for {whose}", "a new secret")]
        row = _blame(origin, request.webhook_id, "R-302")
        return [broken(row, show(secrets), "a new secret, or all those stored before")]
    if webhook.written == 0:
        return [kept("R-302")]
    for secret in secrets:
        reason = weakness(secret, history.generated, request.webhook_id)
        if reason:
            return [broken("R-303", f"a generated secret that can be guessed: {reason}", "a random secret")]
    return [kept("R-302"), *([kept("R-303")] if history.generated else [])]


def dumps(value: object) -> str:
    """Return *value* as compact JSON."""
    return json.dumps(value, separators=(",", ":"))

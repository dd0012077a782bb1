"""evidence.jsonl: every exchange of a run, one a line, so that others can judge it again."""

from __future__ import annotations

import base64
import hashlib
import json
from codecs import BOM_UTF8
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.http.response import NoResponse, Response
from user_webhook_contract.report.evidence import MAX_HEADER, MAX_HEADERS, is_strict, sent_body
from user_webhook_contract.results.exchange_log import digest
from user_webhook_contract.results.redaction import NumberingRedactor
from user_webhook_contract.results.retention import NEEDED_HEADERS, cost_of, secrets_in, secrets_sent, url_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from user_webhook_contract.results.exchange_log import Digest, Logged
    from user_webhook_contract.results.redaction import Redactor
    from user_webhook_contract.results.run import Run

EVIDENCE: Final = "evidence.jsonl"
"""The name of the file, beside conformance.json."""

MAX_SECRETS: Final = 10_000_000
"""What it may cost to remember the secrets of the target; of responses after that, length and hash are written."""

PUTTING_BACK: Final = "putting the webhook back"
"""The title of what is sent after the plan; it is not judged."""


def evidence_file(run: Run) -> str:
    """Return the file: what the suite made up in clear, tokens hidden, secrets of the target as numbered classes.

    The same secret has the same number everywhere, so that what depends on equality can be judged again.
    """
    if not run.evidence:
        run.evidence = "".join(f"{json.dumps(line, separators=(',', ':'))}\n" for line in _lines(run))
    return run.evidence


def evidence_summary(run: Run) -> dict[str, Any]:
    """Return what conformance.json says of the file: its hash and how many exchanges it holds."""
    text = evidence_file(run)
    return {"sha256": hashlib.sha256(text.encode()).hexdigest(), "exchanges": text.count("\n")}


def _lines(run: Run) -> Iterator[dict[str, Any]]:
    titles = {point.number: point.title for point in run.timeline}
    found: set[str] = set()
    cost = 0
    unshown: set[int] = set()
    # A long run forgets what it sent long ago; whatever it sent to be judged, it made up.
    made_up: set[str] = set()
    urls: set[str] = set()
    for exchange in (logged.exchange for logged in run.exchanges):
        new = secrets_in(exchange) - found
        cost += cost_of(new)
        if cost > MAX_SECRETS:
            new = secrets_sent(exchange)
            unshown.add(exchange.number)
        found |= new
        if exchange.number in titles:
            made_up |= secrets_sent(exchange)
            urls.add(url_in(exchange))
    redactor = NumberingRedactor(run.settings, run.history, sorted(found), frozenset(made_up), frozenset(urls))
    del found
    ends = run.sent_before_restoration or run.requests_sent
    for logged in run.exchanges:
        number = logged.exchange.number
        title = titles.get(number, "") if number <= ends else PUTTING_BACK
        shown = _without_answer(logged) if number in unshown else logged
        yield _line(shown, redactor, title, is_judged=number in titles)


def _without_answer(logged: Logged) -> Logged:
    """Return *logged* with no more of the response than its status, what a verdict needs of its headers, and a hash."""
    response = logged.exchange.response
    if isinstance(response, NoResponse):
        return logged
    headers = {name: value for name, value in response.headers.items() if name in NEEDED_HEADERS}
    bare = replace(logged.exchange, response=replace(response, headers=headers))
    return replace(logged, exchange=bare, received=logged.received or digest(response.body))


def _line(logged: Logged, redactor: Redactor, title: str, *, is_judged: bool) -> dict[str, Any]:
    exchange, request = logged.exchange, logged.exchange.request
    # What was sent to put a webhook back may hold the target's own secrets.
    content = _digested(logged.sent) or sent_body(request.body, redactor, is_own=is_judged)
    return {
        "number": exchange.number,
        "title": title,
        "is_judged": is_judged,
        "started": round(exchange.started, 3),
        "way": exchange.way.name,
        "failed_attempts": [one.name for one in exchange.failed_attempts],
        **({"was_closed": True} if exchange.was_closed else {}),
        "request": {
            "webhook_id": redactor.own(request.webhook_id),
            "credential": request.credential.name.lower(),
            "media_type": request.media_type,
            "is_chunked": request.is_chunked,
            "shares_connection": request.shares_connection,
            "body": content,
        },
        "answer": _answer(logged, redactor),
    }


def _answer(logged: Logged, redactor: Redactor) -> dict[str, Any]:
    response = logged.exchange.response
    if isinstance(response, NoResponse):
        return {"status": None, "silence": response.name}
    names = sorted(response.headers)
    kept = dict.fromkeys([*(one for one in NEEDED_HEADERS if one in response.headers), *names[:MAX_HEADERS]])
    found: dict[str, Any] = {
        "status": response.status,
        "milliseconds": round(response.seconds * 1000, 1),
        "headers": {
            redactor.beginning(name, MAX_HEADER): redactor.beginning(response.headers[name], MAX_HEADER)
            for name in sorted(kept)
        },
        "body": _digested(logged.received) or _received(response, redactor),
    }
    if response.length is not None:
        found["length"] = response.length
    flags = ("has_surplus", "has_false_coding")
    return {**found, **{name: True for name in flags if getattr(response, name)}}


def _received(response: Response, redactor: Redactor) -> dict[str, Any]:
    """Return the body so that it is read as the original was: ``kind`` is none, json, text or base64."""
    body = response.body
    if not body:
        return {"kind": "none"}
    mark = {"has_mark": True} if body.startswith(BOM_UTF8) else {}
    try:
        value = json.loads(body.removeprefix(BOM_UTF8).decode())
        if is_strict(value):
            return {"kind": "json", "value": redactor.value(value), **mark}
    except (ValueError, RecursionError):
        pass
    try:
        return {"kind": "text", "value": redactor.text(body.decode())}
    except UnicodeDecodeError:
        content = redactor.text(body.decode("latin-1")).encode("latin-1", errors="replace")
        return {"kind": "base64", "value": base64.b64encode(content).decode()}


def _digested(body: Digest | None) -> dict[str, Any]:
    return {"kind": "digest", "length": body.length, "sha256": body.sha256} if body else {}

"""What the documents say of a request, and whether they tell two answers to it apart.

Written from the documents alone: the suite that is measured by it has a judge of its own.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from servers.faulty.literals import EVENTS, FIRST_ID, FORBIDDEN_TOKEN, SECOND_ID, VALID_TOKEN

from .url_forms import ILLEGAL, LEGAL, canonical, url_form

if TYPE_CHECKING:
    from servers.faulty.probe import Answer
    from servers.faulty.sequences import Patch

_KNOWN = frozenset({FIRST_ID, SECOND_ID})
_NAMES = ("url", "events", "secrets")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_JSON = re.compile(r"application/json\s*(?:;\s*charset\s*=\s*\"?utf-?8\"?\s*)?", re.IGNORECASE)
_LONE_SURROGATE = re.compile(r"(?i)(?<!\\ud[89ab]..)\\ud[c-f]..|\\ud[89ab]..(?!\\ud[c-f])")
_RELAXED = (
    (re.compile(r"/\*.*?\*/|//[^\n]*|#[^\n]*", re.DOTALL), " "),
    (re.compile(r"'([^'\"]*)'"), r'"\1"'),
    (re.compile(r"([{,]\s*)([A-Za-z_]\w*)(\s*:)"), r'\1"\2"\3'),
    (re.compile(r",(\s*[}\]])"), r"\1"),
)
_MAX_BODY, _MAX_DEPTH, _MAX_DIGITS = 8_000, 50, 300


@dataclass(frozen=True)
class Expectation:
    """The statuses that are right, and the parts of an answer that are left open."""

    statuses: frozenset[int]
    open_parts: frozenset[str] = frozenset()


@lru_cache(maxsize=10_000)
def expect(request: Patch) -> Expectation:
    """Return what the documents say of *request*, if the two webhooks of the servers exist."""
    parts = [_caller(request.authorization), _identifier(request.webhook_id), _content(request)]
    refusals = frozenset().union(*(part.statuses - {201} for part in parts))
    must_refuse = any(201 not in part.statuses for part in parts)
    return Expectation(
        refusals if must_refuse else refusals | {201}, frozenset().union(*(part.open_parts for part in parts))
    )


def _caller(authorization: str | None) -> Expectation:
    words = (authorization or "").split(" ")
    found = re.fullmatch(r"(?i)bearer +(\S+)( .*)?", authorization or "")
    if found and found[1] in {VALID_TOKEN, FORBIDDEN_TOKEN}:
        status = 201 if found[1] == VALID_TOKEN else 403
        is_plain = words == ["Bearer", found[1]]
        return Expectation(frozenset({status} if is_plain else {status, 401}))
    return Expectation(frozenset({401}))


def _identifier(identifier: str) -> Expectation:
    if identifier in _KNOWN:
        return Expectation(frozenset({201}))
    bare = re.sub(r"[-{}]", "", identifier).lower()
    if bare in {one.replace("-", "") for one in _KNOWN}:
        return Expectation(frozenset({201, 400, 404}), frozenset({"id"}))
    return Expectation(frozenset({404} if _UUID.fullmatch(identifier) else {400, 404}))


def _content(request: Patch) -> Expectation:
    if not request.body:
        return _REFUSED
    if request.content_type is None or not _JSON.fullmatch(request.content_type.strip()):
        return Expectation(frozenset({201, 400, 415}), _ALL)
    if len(request.body) > _MAX_BODY:
        return Expectation(frozenset({201, 400, 413}), _ALL)
    try:
        text = request.body.decode()
    except UnicodeDecodeError:
        return _OPEN
    if b"\0" in request.body[:4] or text.startswith("\ufeff") or _LONE_SURROGATE.search(text):
        return _OPEN
    try:
        value = json.loads(
            text, parse_int=_number, parse_float=_number, parse_constant=_number, object_pairs_hook=_pairs
        )
    except (_OpenError, RecursionError):
        return _OPEN
    except ValueError:
        return _OPEN if _is_dialect(text) else _REFUSED
    if not isinstance(value, dict):
        return _REFUSED
    return _OPEN if _depth(value) > _MAX_DEPTH else _update(value)


class _OpenError(Exception):
    """Readers of JSON disagree on it."""


def _number(text: str) -> float | int:
    value = float(text)
    if value in {float("inf"), float("-inf")} or value != value or len(text) > _MAX_DIGITS:  # noqa: PLR0124  NaN
        raise _OpenError
    return int(text) if text.lstrip("-").isdigit() else value


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _OpenError
    return found


def _is_dialect(text: str) -> bool:
    """Return whether *text* is no more than what parsers accept beyond the grammar (RFC 8259, section 9)."""
    for pattern, replacement in _RELAXED:
        text = pattern.sub(replacement, text)
    try:
        json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return False
    return True


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inner), default=0)


def _update(body: dict[str, Any]) -> Expectation:
    if any(name.lower() in _NAMES for name in body if name not in _NAMES):
        return _OPEN
    parts = [_url(body), _events(body), _secrets(body)]
    if set(body) - set(_NAMES):
        parts.append(Expectation(frozenset({201, 400}), frozenset({"message"})))
    must_refuse = any(201 not in part.statuses for part in parts)
    statuses = frozenset({400}) if must_refuse else frozenset().union(*(part.statuses for part in parts))
    return Expectation(statuses, frozenset().union(*(part.open_parts for part in parts)))


_ALL = frozenset({"url", "events", "secrets", "message"})
_REFUSED = Expectation(frozenset({400}), frozenset({"message", "error"}))
_OPEN = Expectation(frozenset({201, 400}), _ALL)
_RIGHT, _WRONG = Expectation(frozenset({201})), Expectation(frozenset({400}))


def _open(*parts: str) -> Expectation:
    return Expectation(frozenset({201, 400}), frozenset({"message", *parts}))


def _url(body: dict[str, Any]) -> Expectation:
    url = body.get("url")
    if url is None:
        return _open("url") if "url" in body else _RIGHT
    form = url_form(url) if isinstance(url, str) else ILLEGAL
    return _RIGHT if form == LEGAL else _WRONG if form == ILLEGAL else _open("url")


def _events(body: dict[str, Any]) -> Expectation:
    events = body.get("events")
    if isinstance(events, str) and events in EVENTS:
        return Expectation(frozenset({400}), frozenset({"message"}))
    if (
        not isinstance(events, list)
        or not events
        or any(not isinstance(one, str) or one not in EVENTS for one in events)
    ):
        return _WRONG
    return _RIGHT if len(set(events)) == len(events) else _open("events")


def _secrets(body: dict[str, Any]) -> Expectation:
    secrets = body.get("secrets")
    if secrets is None:
        return _open("secrets") if "secrets" in body else _RIGHT
    if not isinstance(secrets, list) or len(secrets) > 2:
        return _WRONG
    if not secrets or not all(isinstance(one, str) for one in secrets) or len(set(secrets)) != len(secrets):
        return _open("secrets")
    is_plain = all(
        8 <= len(one) <= 128 and one.isascii() and one.isprintable() and one == one.strip() for one in secrets
    )
    # What need not be accepted comes back as it was sent where it is accepted.
    return _RIGHT if is_plain else _open()


def is_wrong(request: Patch, right: Answer, wrong: Answer) -> bool:
    """Return whether the documents find *wrong* if *right* is the reference's answer to *request*."""
    expectation = expect(request)
    if wrong.status not in expectation.statuses:
        return True
    if wrong.status in {413, 415}:
        return False
    view = _view(wrong, expectation.open_parts)
    if view is None:
        return True
    return wrong.status == right.status and view != _view(right, expectation.open_parts)


def _view(answer: Answer, open_parts: frozenset[str]) -> str | None:
    """Return what the documents say of an answer, as text; None if it has not the documented form."""
    headers = {name.lower(): value for name, value in answer.headers}
    if headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        return None
    if headers.get("content-encoding", "identity") != "identity":
        return None
    try:
        body = json.loads(answer.body.decode(), parse_constant=_number)
    except (ValueError, _OpenError):
        return None
    seen = _webhook(body, open_parts) if answer.status == 201 else _error(body, open_parts)
    return None if seen is None else json.dumps(seen, sort_keys=True)


def _webhook(body: Any, open_parts: frozenset[str]) -> dict[str, Any] | None:
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, dict) or not {"id", "url", "events", "clientId", "secrets"} <= set(data):
        return None
    if not open_parts & {"url"} and not isinstance(data["url"], str):
        return None
    seen = {name: data[name] for name in ("id", "url", "events", "clientId", "secrets") if name not in open_parts}
    if isinstance(seen.get("events"), list):
        seen["events"] = sorted(seen["events"], key=str)
    return {**seen, "url": canonical(seen.get("url"))}


def _error(body: Any, open_parts: frozenset[str]) -> dict[str, Any] | None:
    if not isinstance(body, dict) or "message" not in body or "statusCode" not in body:
        return None
    message = body["message"]
    texts = message if isinstance(message, list) and message else [message]
    if not all(isinstance(text, str) for text in texts):
        return None
    seen: dict[str, Any] = {name: body[name] for name in ("error", "statusCode", "message") if name in body}
    if "message" in open_parts:
        del seen["message"]
    if "error" in open_parts and "error" not in seen:
        seen["error"] = "Bad Request"
    return seen

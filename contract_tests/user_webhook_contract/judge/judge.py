"""The judge: what the documents say of a request, without any I/O."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from user_webhook_api.requirements import requirements
from user_webhook_api.rules import Property, Rule, body_properties
from user_webhook_contract.http.request import JSON_MEDIA_TYPE, Json, Request
from user_webhook_contract.judge.json_text import DISPUTED_JSON, parse
from user_webhook_contract.judge.url import UrlVerdict, classify

if TYPE_CHECKING:
    from collections.abc import Iterable

UNAUTHORIZED: Final = 401
FORBIDDEN: Final = 403
NOT_FOUND: Final = 404
BAD_REQUEST: Final = 400
LENGTH_REQUIRED: Final = 411
PAYLOAD_TOO_LARGE: Final = 413
URI_TOO_LONG: Final = 414
UNSUPPORTED_MEDIA_TYPE: Final = 415

CHUNKED: Final = "chunked"
"""The open point of a request whose server may be unable to read its body."""

MAX_BODY: Final = 8_000
"""Bytes that every implementation takes."""

MAX_SECRET: Final = 128
MIN_SECRET: Final = 8
"""Lengths between which a secret is surely legal."""

_UUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_UTF_8: Final = re.compile(r"\s*application/json\s*(?:;\s*charset\s*=\s*\"?utf-?8\"?\s*)?", re.IGNORECASE)


@dataclass(frozen=True)
class ExpectedError:
    """Something in a request that the documents refuse, with the status and the requirement that says so."""

    status: int
    requirement: str


@dataclass(frozen=True)
class Judgement:
    """What the documents say of a request.

    ``expected_errors``: each is answered with its status; which comes first is open. ``open_points``: what the documents leave
    open; with any, the request may be refused, too. ``violated``: the rules that the body breaks for certain;
    ``possible``: those that it breaks on some readings. ``has_free_message``: no rule says how a 400 is worded.
    ``body``: the JSON object that was sent, where every reader finds the same one. ``is_unreadable``: some reader finds
    no JSON in what was sent. ``webhook_id``: the webhook that the request is about, as its owner writes it.
    """

    expected_errors: tuple[ExpectedError, ...] = ()
    open_points: tuple[str, ...] = ()
    violated: tuple[Rule, ...] = ()
    possible: tuple[Rule, ...] = ()
    has_free_message: bool = False
    body: dict[str, Any] | None = field(default=None, repr=False)
    is_unreadable: bool = False
    webhook_id: str = ""

    @property
    def must_accept(self) -> bool:
        """Only a 201 is right."""
        return not self.expected_errors and not self.open_points

    @property
    def must_refuse(self) -> bool:
        """A 201 is wrong."""
        return bool(self.expected_errors)

    @property
    def is_of_unknown_webhook(self) -> bool:
        """No webhook has the id of the request."""
        return any(error.status == NOT_FOUND for error in self.expected_errors)

    @property
    def statuses(self) -> frozenset[int]:
        """Every status that is right."""
        if not self.expected_errors:
            return frozenset({201, *self._open_statuses()})
        return frozenset({error.status for error in self.expected_errors} | self._open_statuses())

    def _open_statuses(self) -> set[int]:
        found = set()
        for open_point in self.open_points:
            found |= _OPEN_STATUSES.get(open_point, {BAD_REQUEST})
        return found


_OPEN_STATUSES: Final = {
    "media_type": {BAD_REQUEST, UNSUPPORTED_MEDIA_TYPE},
    "charset": {BAD_REQUEST, UNSUPPORTED_MEDIA_TYPE},
    "body_limit": {BAD_REQUEST, PAYLOAD_TOO_LARGE},
    "odd_id": {BAD_REQUEST, NOT_FOUND, URI_TOO_LONG},
    "uuid_forms": {BAD_REQUEST, NOT_FOUND},
    "token_words": {UNAUTHORIZED},
    "scheme_case": {UNAUTHORIZED},
    CHUNKED: {BAD_REQUEST, LENGTH_REQUIRED},
}


def judge(request: Request, known: frozenset[str]) -> Judgement:
    """Return what the documents say of *request*, where the webhooks with the ids *known* exist."""
    content = _judge_content(request)
    expected_errors = []
    open_points = list(content.open_points)
    webhook_id = request.webhook_id
    if request.credential.name in _OPEN_CREDENTIALS:
        open_points.append(_OPEN_CREDENTIALS[request.credential.name])
    elif request.credential.status is not None:
        expected_errors.append(
            ExpectedError(request.credential.status, _CREDENTIALS.get(request.credential.name, "R-402"))
        )
    expected_errors.extend(content.expected_errors)
    if request.is_chunked:
        open_points.append(CHUNKED)
    same = next((one for one in known if _is_same_uuid(webhook_id, one)), "")
    if webhook_id not in known and same:
        open_points.append("uuid_forms")
        webhook_id = same
    elif webhook_id not in known:
        is_kin = any(_is_near(webhook_id, one) for one in known)
        expected_errors.append(ExpectedError(NOT_FOUND, "R-502" if is_kin else "R-501"))
        if not _UUID.fullmatch(webhook_id) or is_kin:
            open_points.append("odd_id")
    return replace(
        content,
        expected_errors=tuple(expected_errors),
        open_points=tuple(open_points),
        webhook_id=webhook_id,
        # A 400 may be about the id, or about the body that was not read, and not about its rules.
        has_free_message=content.has_free_message or not {CHUNKED, "uuid_forms", "odd_id"}.isdisjoint(open_points),
    )


def _is_near(identifier: str, known: str) -> bool:
    """Return whether a careless comparison takes *identifier* for *known*."""
    return (
        identifier.lower() in known.lower()
        or known in identifier
        or identifier.replace("-", "").lower() == known.replace("-", "").lower()
    )


def _is_same_uuid(identifier: str, known: str) -> bool:
    """Return whether a column of UUIDs finds the row of *known* by *identifier*: case, hyphens and braces are open."""
    if not _UUID.fullmatch(known):
        return False
    is_braced = identifier.startswith("{") and identifier.endswith("}")
    plain = identifier[1:-1] if is_braced else identifier
    return plain.replace("-", "").lower() == known.replace("-", "").lower()


_OPEN_CREDENTIALS: Final = {"DOUBLED": "token_words", "LOWER_SCHEME": "scheme_case"}
"""What the usual readers of a bearer token let pass: words behind the token, and the scheme in another case."""

_CREDENTIALS: Final = {
    "ABSENT": "R-401",
    "NO_TOKEN": "R-401",
    "BLANK_TOKEN": "R-401",
    "BASIC_SCHEME": "R-403",
    "TOKEN_SCHEME": "R-403",
    "LONGER_SCHEME": "R-403",
    "NO_SCHEME": "R-403",
    "FORBIDDEN": "R-404",
}


def _judge_content(request: Request) -> Judgement:
    open_points = _open_media_type(request.media_type)
    body = request.body
    if not body:
        error = ExpectedError(BAD_REQUEST, "R-209")
        return Judgement((error,), tuple(open_points), has_free_message=True, is_unreadable=True)
    if len(body) > MAX_BODY:
        open_points.append("body_limit")
    parsed = parse(body)
    open_points.extend(parsed.open_points)
    value = parsed.value
    if {"media_type", "wide", "unread"} & set(open_points):
        # What a reader makes of another media type or another encoding is its own affair, and so is a long text.
        return Judgement((), tuple(open_points), has_free_message=True, is_unreadable=True)
    if not parsed.is_json:
        error = ExpectedError(BAD_REQUEST, "R-210")
        return Judgement((error,), tuple(open_points), has_free_message=True, is_unreadable=True)
    is_unreadable = not DISPUTED_JSON.isdisjoint(open_points)
    if not isinstance(value, dict):
        error = ExpectedError(BAD_REQUEST, "R-209")
        return Judgement((error,), tuple(open_points), has_free_message=True, is_unreadable=is_unreadable)
    if _has_key_in_another_case(value):
        open_points.append("key_case")
    if {"duplicate_keys", "nesting", "deep_nesting", "key_case"} & set(open_points):
        return Judgement((), tuple(open_points), has_free_message=True, is_unreadable=is_unreadable)
    return _judge_object(value, open_points, is_unreadable=is_unreadable)


def _has_key_in_another_case(body: dict[str, Any]) -> bool:
    known = {one.name for one in body_properties()}
    return any(name not in known and name.lower() in known for name in body)


def _open_media_type(media_type: str | None) -> list[str]:
    if media_type is None:
        return ["media_type"]
    if _UTF_8.fullmatch(media_type):
        return []
    name = media_type.split(";")[0].strip().lower()
    return ["charset"] if name == JSON_MEDIA_TYPE else ["media_type"]


def _judge_object(body: dict[str, Any], open_points: list[str], *, is_unreadable: bool) -> Judgement:
    properties = {known.name: known for known in body_properties()}
    violated: list[Rule] = []
    possible: list[Rule] = []
    if set(body) - set(properties):
        open_points.append("unknown_properties")
    for name, known in properties.items():
        value = body.get(name)
        if value is None and not known.is_required:
            if name in body:
                open_points.append(f"null_{name}")
                possible.extend(known.rules)
            continue
        # A lone event is one of the five and no array: whether that breaks the rule of the values is a matter of reading.
        possible.extend(rule for rule in known.rules if rule.keyword == "items.enum" and isinstance(value, str))
        violated.extend(rule for rule in known.rules if _violates(rule, value))
        open_point = _open_point(name, value)
        if open_point:
            possible.extend(rule for rule in known.rules if rule.keyword == "pattern")
            open_points.append(open_point)
    errors = tuple(ExpectedError(BAD_REQUEST, name) for name in _one_per_property(violated, body, properties))
    read = None if is_unreadable else body
    return Judgement(errors, tuple(open_points), tuple(violated), tuple(possible), is_unreadable, read, is_unreadable)


def _one_per_property(violated: list[Rule], body: dict[str, Any], properties: dict[str, Property]) -> list[str]:
    subjects = {rule.subject for rule in violated}
    return [requirement_by_value(name, violated, body) for name in properties if name in subjects]


def requirement_by_value(name: str, violated: Iterable[Rule], body: dict[str, Any]) -> str:
    """Return the requirement that the value of the property *name* breaks: one for each, that of its type first."""
    if body.get(name) is None:
        return "R-208"
    mine = [rule for rule in violated if rule.subject == name]
    typed = [rule for rule in mine if rule.keyword == "type"]
    return requirement_of((typed or mine)[0])


def _violates(rule: Rule, value: Json) -> bool:
    match rule.keyword:
        case "type":
            return not isinstance(value, _TYPES[rule.value])
        case "pattern":
            return not isinstance(value, str) or classify(value) is UrlVerdict.ILLEGAL
        case "minItems":
            return not isinstance(value, list) or len(value) < rule.value
        case "maxItems":
            return not isinstance(value, list) or len(value) > rule.value
        case "items.enum":
            items = value if isinstance(value, list) else [value]
            # By type, too: 1 == True and 1 == 1.0 in Python, not in JSON.
            return any(not isinstance(item, str) or item not in rule.value for item in items)
    raise KeyError(rule.keyword)


_TYPES: Final[dict[str, type]] = {"string": str, "array": list}


def _open_point(name: str, value: Json) -> str:
    """Return what the documents leave open on *value*, or nothing."""
    if name == "url" and isinstance(value, str) and classify(value) is UrlVerdict.OPEN:
        return "url_form"
    if name == "events" and isinstance(value, list) and len({json.dumps(item) for item in value}) != len(value):
        return "duplicate_events"
    if name == "secrets" and isinstance(value, list):
        return _open_point_of_secrets(value)
    return ""


def _open_point_of_secrets(value: list[Any]) -> str:
    if not value:
        return "empty_secrets"
    if any(not isinstance(item, str) for item in value):
        return "secret_items"
    if any(not MIN_SECRET <= len(item) <= MAX_SECRET for item in value):
        return "secret_length"
    if any(not (item.isascii() and item.isprintable()) or item != item.strip() for item in value):
        return "secret_characters"
    return "duplicate_secrets" if len(set(value)) != len(value) else ""


@cache
def _rule_requirements() -> dict[str, str]:
    return {row.rule: row.id for row in requirements() if row.rule}


def requirement_of(rule: Rule) -> str:
    """Return the id of the requirement that is about *rule*."""
    return _rule_requirements()[rule.name]

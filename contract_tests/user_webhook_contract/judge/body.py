"""What the documents say of a request's body: its form, and the rules that it violates."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from user_webhook_api.requirements import requirements
from user_webhook_api.rules import Property, Rule, body_properties
from user_webhook_contract.http.request import JSON_MEDIA_TYPE
from user_webhook_contract.http.status import BAD_REQUEST
from user_webhook_contract.judge.json_text import DISPUTED_JSON, parse
from user_webhook_contract.judge.judgement import ExpectedError, Judgement
from user_webhook_contract.judge.url import UrlVerdict, classify

if TYPE_CHECKING:
    from collections.abc import Iterable

    from user_webhook_contract.http.request import Json, Request

MAX_BODY: Final = 8_000
"""Bytes that every implementation accepts."""

MIN_SECRET: Final = 8
MAX_SECRET: Final = 128
"""Characters between which a secret is certainly legal."""

EVENTS_ARE_REQUIRED: Final = "R-208"
BODY_IS_AN_OBJECT: Final = "R-209"
BODY_IS_JSON: Final = "R-210"

_UTF_8: Final = re.compile(r"\s*application/json\s*(?:;\s*charset\s*=\s*\"?utf-?8\"?\s*)?", re.IGNORECASE)
_TYPES: Final[dict[str, type]] = {"string": str, "array": list}


def judge_body(request: Request) -> Judgement:
    """Return what the documents say of the body of *request* and its media type."""
    open_points = _open_media_type(request.media_type)
    body = request.body
    if not body:
        return _no_update(BODY_IS_AN_OBJECT, open_points, is_unreadable=True)
    if len(body) > MAX_BODY:
        open_points.append("body_limit")
    parsed = parse(body)
    open_points.extend(parsed.open_points)
    value = parsed.value
    possible = value if isinstance(value, dict) else None
    if {"media_type", "wide", "unread"} & set(open_points):
        # What a reader makes of another media type or another encoding is its own affair, and so is a long text.
        return Judgement((), tuple(open_points), has_free_message=True, is_unreadable=True, possible_body=possible)
    if not parsed.is_json:
        return _no_update(BODY_IS_JSON, open_points, is_unreadable=True)
    is_unreadable = not DISPUTED_JSON.isdisjoint(open_points)
    if not isinstance(value, dict):
        # Readers by RFC 4627, and strict ones since, find JSON in objects and arrays only.
        is_unreadable |= not isinstance(value, list)
        return _no_update(BODY_IS_AN_OBJECT, open_points, is_unreadable=is_unreadable)
    if _has_key_in_another_case(value):
        open_points.append("key_case")
    if {"duplicate_keys", "nesting", "deep_nesting", "key_case"} & set(open_points):
        return Judgement(
            (), tuple(open_points), has_free_message=True, is_unreadable=is_unreadable, possible_body=possible
        )
    return _judge_object(value, open_points, is_unreadable=is_unreadable)


def _no_update(requirement: str, open_points: list[str], *, is_unreadable: bool) -> Judgement:
    """Return that a body which holds no update must be refused, in whatever words."""
    errors = (ExpectedError(BAD_REQUEST, requirement),)
    return Judgement(errors, tuple(open_points), has_free_message=True, is_unreadable=is_unreadable)


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
        # A lone event instead of a list: readers disagree whether that violates the rule of the values.
        possible.extend(rule for rule in known.rules if rule.keyword == "items.enum" and isinstance(value, str))
        violated.extend(rule for rule in known.rules if _violates(rule, value))
        open_point = _open_point(name, value)
        if open_point:
            possible.extend(rule for rule in known.rules if rule.keyword == "pattern")
            open_points.append(open_point)
    errors = tuple(ExpectedError(BAD_REQUEST, name) for name in _one_per_property(violated, body, properties))
    return Judgement(
        errors,
        tuple(open_points),
        tuple(violated),
        tuple(possible),
        has_free_message=is_unreadable,
        body=None if is_unreadable else body,
        is_unreadable=is_unreadable,
        possible_body=body if is_unreadable else None,
    )


def _one_per_property(violated: list[Rule], body: dict[str, Any], properties: dict[str, Property]) -> list[str]:
    subjects = {rule.subject for rule in violated}
    return [requirement_by_value(name, violated, body) for name in properties if name in subjects]


def requirement_by_value(name: str, violated: Iterable[Rule], body: dict[str, Any]) -> str:
    """Return the requirement that the value of the property *name* breaks: a single one, that of its type first."""
    if body.get(name) is None:
        return EVENTS_ARE_REQUIRED
    mine = [rule for rule in violated if rule.subject == name]
    typed = [rule for rule in mine if rule.keyword == "type"]
    return _requirement_of((typed or mine)[0])


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


def _open_point(name: str, value: Json) -> str:
    """Return what the documents leave open about *value*; empty if nothing."""
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


def _requirement_of(rule: Rule) -> str:
    return _rule_requirements()[rule.name]

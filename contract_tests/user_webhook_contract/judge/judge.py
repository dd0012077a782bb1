"""The judge: what the documents say of a request, without any I/O."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from user_webhook_api.requirements import requirements
from user_webhook_api.rules import Property, Rule, body_properties
from user_webhook_contract.http.request import JSON_MEDIA_TYPE, Request
from user_webhook_contract.judge.json_text import READINGS, read
from user_webhook_contract.judge.url import Standing, standing

UNAUTHORIZED, FORBIDDEN, NOT_FOUND, BAD_REQUEST = 401, 403, 404, 400
PAYLOAD_TOO_LARGE, URI_TOO_LONG, UNSUPPORTED_MEDIA_TYPE = 413, 414, 415

LARGEST = 8_000
"""Bytes that every implementation takes."""

LONGEST_SECRET, SHORTEST_SECRET = 128, 8
"""Lengths between which a secret is surely legal."""

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_UTF_8 = re.compile(r"\s*application/json\s*(?:;\s*charset\s*=\s*\"?utf-?8\"?\s*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Fault:
    """Something in a request that the documents refuse, with the status and the requirement that says so."""

    status: int
    requirement: str


@dataclass(frozen=True)
class Judgement:
    """What the documents say of a request.

    ``faults``: each is answered with its status; which comes first is open. ``doubts``: what the documents leave
    open; with any, the request may be refused, too. ``broken``: the rules that the body breaks for certain;
    ``perhaps``: those that it breaks on some readings. ``has_free_message``: no rule says how a 400 is worded.
    ``body``: the JSON object that was sent, where every reader finds the same one.
    """

    faults: tuple[Fault, ...] = ()
    doubts: tuple[str, ...] = ()
    broken: tuple[Rule, ...] = ()
    perhaps: tuple[Rule, ...] = ()
    has_free_message: bool = False
    body: dict[str, Any] | None = field(default=None, repr=False)

    @property
    def must_accept(self) -> bool:
        """Only a 201 is right."""
        return not self.faults and not self.doubts

    @property
    def must_refuse(self) -> bool:
        """A 201 is wrong."""
        return bool(self.faults)

    @property
    def statuses(self) -> frozenset[int]:
        """Every status that is right."""
        if not self.faults:
            return frozenset({201, *self._refusals()})
        return frozenset({fault.status for fault in self.faults} | self._refusals())

    def _refusals(self) -> set[int]:
        found = set()
        for doubt in self.doubts:
            found |= _REFUSALS.get(doubt, {BAD_REQUEST})
        return found


_REFUSALS = {
    "media_type": {BAD_REQUEST, UNSUPPORTED_MEDIA_TYPE},
    "charset": {BAD_REQUEST, UNSUPPORTED_MEDIA_TYPE},
    "body_limit": {BAD_REQUEST, PAYLOAD_TOO_LARGE},
    "odd_id": {BAD_REQUEST, NOT_FOUND, URI_TOO_LONG},
}


def judge(request: Request, known: frozenset[str]) -> Judgement:
    """Return what the documents say of *request*, where the webhooks with the ids *known* exist."""
    content = _judge_content(request)
    faults = []
    if request.credential.status is not None:
        faults.append(Fault(request.credential.status, _CREDENTIALS.get(request.credential.name, "R-402")))
    faults.extend(content.faults)
    doubts = list(content.doubts)
    if request.webhook_id not in known:
        is_kin = any(_is_near(request.webhook_id, one) for one in known)
        faults.append(Fault(NOT_FOUND, "R-502" if is_kin else "R-501"))
        if not _UUID.fullmatch(request.webhook_id) or is_kin:
            doubts.append("odd_id")
    return Judgement(
        tuple(faults), tuple(doubts), content.broken, content.perhaps, content.has_free_message, content.body
    )


def _is_near(identifier: str, known: str) -> bool:
    """Tell whether a careless comparison takes *identifier* for *known*."""
    return (
        identifier.lower() in known.lower()
        or known in identifier
        or identifier.replace("-", "").lower() == known.replace("-", "").lower()
    )


_CREDENTIALS = {
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
    doubts = _media_doubts(request.media_type)
    body = request.body
    if not body:
        return Judgement((Fault(BAD_REQUEST, "R-209"),), tuple(doubts), has_free_message=True)
    if len(body) > LARGEST:
        doubts.append("body_limit")
    reading = read(body)
    doubts.extend(reading.doubts)
    value = reading.value
    if "media_type" in doubts or "wide" in doubts:
        # What a reader makes of another media type or another encoding is its own affair.
        return Judgement((), tuple(doubts), has_free_message=True)
    if not reading.is_json:
        return Judgement((Fault(BAD_REQUEST, "R-210"),), tuple(doubts), has_free_message=True)
    if not isinstance(value, dict):
        return Judgement((Fault(BAD_REQUEST, "R-209"),), tuple(doubts), has_free_message=True)
    if {"duplicate_keys", "nesting"} & set(doubts):
        return Judgement((), tuple(doubts), has_free_message=True)
    return _judge_object(value, doubts, has_free_message=not READINGS.isdisjoint(doubts))


def _media_doubts(media_type: str | None) -> list[str]:
    if media_type is None:
        return ["media_type"]
    if _UTF_8.fullmatch(media_type):
        return []
    name = media_type.split(";")[0].strip().lower()
    return ["charset"] if name == JSON_MEDIA_TYPE else ["media_type"]


def _judge_object(body: dict[str, Any], doubts: list[str], *, has_free_message: bool) -> Judgement:
    properties = {known.name: known for known in body_properties()}
    broken: list[Rule] = []
    perhaps: list[Rule] = []
    if set(body) - set(properties):
        doubts.append("unknown_properties")
    for name, known in properties.items():
        value = body.get(name)
        if value is None and not known.is_required:
            if name in body:
                doubts.append("null_optional")
                perhaps.extend(known.rules)
            continue
        # A lone event is one of the five and no array: whether that breaks the rule of the values is a matter of reading.
        perhaps.extend(rule for rule in known.rules if rule.keyword == "items.enum" and isinstance(value, str))
        broken.extend(rule for rule in known.rules if _is_broken(rule, value))
        opinion = _doubt_of(name, value)
        if opinion:
            perhaps.extend(rule for rule in known.rules if rule.keyword == "pattern")
            doubts.append(opinion)
    faults = tuple(Fault(BAD_REQUEST, name) for name in _primaries(broken, body, properties))
    read = None if has_free_message else body
    return Judgement(faults, tuple(doubts), tuple(broken), tuple(perhaps), has_free_message, read)


def _primaries(broken: list[Rule], body: dict[str, Any], properties: dict[str, Property]) -> list[str]:
    """Return one requirement for each property that breaks rules: that of its type where it is of a wrong one."""
    found = []
    for name in properties:
        mine = [rule for rule in broken if rule.subject == name]
        if not mine:
            continue
        if body.get(name) is None:
            found.append("R-208")
            continue
        typed = [rule for rule in mine if rule.keyword == "type"]
        found.append(requirement_of((typed or mine)[0]))
    return found


def _is_broken(rule: Rule, value: Any) -> bool:  # noqa: ANN401 - any JSON
    match rule.keyword:
        case "type":
            return not isinstance(value, _TYPES[rule.value])
        case "pattern":
            return not isinstance(value, str) or standing(value) is Standing.ILLEGAL
        case "minItems":
            return not isinstance(value, list) or len(value) < rule.value
        case "maxItems":
            return not isinstance(value, list) or len(value) > rule.value
        case "items.enum":
            items = value if isinstance(value, list) else [value]
            # By type, too: 1 == True and 1 == 1.0 in Python, not in JSON.
            return any(not isinstance(item, str) or item not in rule.value for item in items)
    raise KeyError(rule.keyword)


_TYPES: dict[str, type] = {"string": str, "array": list}


def _doubt_of(name: str, value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return what the documents leave open on *value*, or nothing."""
    if name == "url" and isinstance(value, str) and standing(value) is Standing.OPEN:
        return "url_form"
    if name == "events" and isinstance(value, list) and len({json.dumps(item) for item in value}) != len(value):
        return "duplicate_events"
    if name == "secrets" and isinstance(value, list):
        return _doubt_of_secrets(value)
    return ""


def _doubt_of_secrets(value: list[Any]) -> str:
    if not value:
        return "empty_secrets"
    if any(not isinstance(item, str) for item in value):
        return "secret_items"
    if any(not SHORTEST_SECRET <= len(item) <= LONGEST_SECRET for item in value):
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

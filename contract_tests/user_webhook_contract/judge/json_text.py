"""Parses a body as JSON, and finds what readers of JSON disagree on."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from user_webhook_contract.http.request import Json

MAX_DEPTH: Final = 50
"""Levels of nesting that every parser accepts."""

_MAX_DIGITS: Final = 300
"""Digits that every parser accepts."""

DISPUTED_JSON: Final = {"numbers", "encoding", "surrogates", "byte_order_mark", "dialect", "charset"}
"""Open points about whether the body is JSON at all: a reader may treat it as any other text."""

_LONE_SURROGATE: Final = re.compile(r"(?i)(?<!\\ud[89ab]..)\\ud[c-f]..|\\ud[89ab]..(?!\\ud[c-f])")

_NO_BRACKETS: Final = re.compile(r'"(?:[^"\\]|\\.)*"?|[^][{}]', re.DOTALL)


@dataclass
class ParsedBody:
    """What a body holds.

    Attributes:
        value: Its JSON.
        is_json: Whether it can be read as JSON.
        open_points: What readers of JSON disagree on.
    """

    value: Any = field(default=None, repr=False)
    is_json: bool = True
    open_points: list[str] = field(default_factory=list)


def parse(body: bytes) -> ParsedBody:
    """Parse *body* as the strictest and the most lenient reader would; if they differ, there is an open point."""
    parsed = ParsedBody()
    text = _decode(body, parsed)
    if _is_deep(text):
        parsed.open_points.append("nesting")
        parsed.value = {} if text.lstrip().startswith("{") else []
        return parsed
    numbers = _Numbers(parsed)
    try:
        parsed.value = json.loads(
            text,
            parse_int=numbers.whole,
            parse_float=numbers.fraction,
            parse_constant=numbers.constant,
            object_pairs_hook=numbers.members,
        )
    except ValueError:
        parsed.is_json = False
    return parsed


def _decode(body: bytes, parsed: ParsedBody) -> str:
    # Some readers detect UTF-16 and UTF-32: JSON begins with a character of ASCII.
    if b"\x00" in body[:4]:
        parsed.open_points.append("wide")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        parsed.open_points.append("encoding")
        text = body.decode(errors="replace")
    if text.startswith("\ufeff"):
        parsed.open_points.append("byte_order_mark")
        text = text[1:]
    if "\\" in text and _LONE_SURROGATE.search(text):
        parsed.open_points.append("surrogates")
    return text


@dataclass
class _Numbers:
    """The hooks of the parser: each notes what readers disagree on."""

    parsed: ParsedBody

    def whole(self, digits: str) -> int:
        if len(digits) > _MAX_DIGITS:
            self.parsed.open_points.append("numbers")
            return 0
        return int(digits)

    def fraction(self, digits: str) -> float:
        value = float(digits)
        if math.isinf(value) or len(digits) > _MAX_DIGITS:
            self.parsed.open_points.append("numbers")
        return value

    def constant(self, _: str) -> None:
        self.parsed.open_points.append("dialect")

    def members(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            self.parsed.open_points.append("duplicate_keys")
        return found


def _is_deep(text: str) -> bool:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return False
    brackets = _NO_BRACKETS.sub("", text)
    return max(accumulate(1 if bracket in "[{" else -1 for bracket in brackets), default=0) > MAX_DEPTH


def without_surrogates(value: Json) -> Json:
    """Return *value* with lone surrogates replaced, which JSON may hold and validators do not accept."""
    return json.loads(json.dumps(value, ensure_ascii=False).encode(errors="replace"))

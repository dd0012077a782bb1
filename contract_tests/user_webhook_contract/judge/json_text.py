"""Parses a body as JSON, and finds what readers of JSON disagree on."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from user_webhook_contract.http.request import Json

MAX_DEPTH: Final = 50
"""Levels of nesting that every parser accepts."""

MAX_ORDINARY_DEPTH: Final = 200
"""Levels of nesting that an API must survive; beyond, ordinary parsers give up."""

_MAX_DIGITS: Final = 300
"""Digits that every parser accepts."""

DISPUTED_JSON: Final = {
    "numbers",
    "encoding",
    "surrogates",
    "byte_order_mark",
    "dialect",
    "charset",
    "prototype",
    "duplicate_keys",
    "nesting",
    "deep_nesting",
}
"""Doubts whether the body is JSON at all: readers that say no answer as to any other text that is none."""

MAX_LENIENT: Final = 2_000
"""Characters up to which a body that is not JSON is read once more: the lenient reader is slow."""

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
    depth = _depth(text)
    if depth > MAX_DEPTH:
        parsed.open_points.append("deep_nesting" if depth > MAX_ORDINARY_DEPTH else "nesting")
        parsed.value = {} if text.lstrip().startswith("{") else []
        return parsed
    hooks = _Hooks(parsed.open_points)
    try:
        parsed.value = json.loads(text, parse_int=hooks.whole, parse_float=hooks.fraction, **hooks.common)
    except ValueError:
        parsed.is_json, parsed.value, doubts = _parse_leniently(text)
        parsed.open_points.extend(doubts)
    return parsed


@lru_cache(maxsize=64)
def _parse_leniently(text: str) -> tuple[bool, Json, tuple[str, ...]]:
    """Read *text* as parsers do that take more than JSON, as RFC 8259, section 9, lets them.

    They take control characters in strings, comments, commas before a closing bracket, single quotes and keys without
    quotes. Returned are whether one can read it, the value, and the doubts about it.
    """
    doubts = ["dialect"]
    hooks = _Hooks(doubts)
    try:
        return True, json.loads(text, strict=False, **hooks.common), tuple(doubts)
    except ValueError:
        pass
    if len(text) > MAX_LENIENT:
        return True, None, (*doubts, "unread")
    import json5  # noqa: PLC0415  few bodies need it

    try:
        return True, json5.loads(text, **hooks.common), tuple(dict.fromkeys(doubts))
    except ValueError:
        return False, None, ()


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
class _Hooks:
    """The hooks of a parser: each notes what readers disagree on."""

    open_points: list[str]

    @property
    def common(self) -> dict[str, Any]:
        """Those that every parser has."""
        return {"parse_constant": self.constant, "object_pairs_hook": self.members}

    def whole(self, digits: str) -> int:
        if len(digits) > _MAX_DIGITS:
            self.open_points.append("numbers")
            return 0
        return int(digits)

    def fraction(self, digits: str) -> float:
        value = float(digits)
        if math.isinf(value) or len(digits) > _MAX_DIGITS:
            self.open_points.append("numbers")
        return value

    def constant(self, _: str) -> None:
        self.open_points.append("dialect")

    def members(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            self.open_points.append("duplicate_keys")
        if _reaches_prototype(found):
            self.open_points.append("prototype")
        return found


def _reaches_prototype(members: dict[str, Any]) -> bool:
    """Return whether careful parsers of one ecosystem refuse an object with *members*: it could reach every object."""
    constructor = members.get("constructor")
    return "__proto__" in members or (isinstance(constructor, dict) and "prototype" in constructor)


def _depth(text: str) -> int:
    """Return how many levels deep *text* is nested; 0 where it cannot be more than every parser takes."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return 0
    brackets = _NO_BRACKETS.sub("", text)
    return max(accumulate(1 if bracket in "[{" else -1 for bracket in brackets), default=0)


def without_surrogates(value: Json) -> Json:
    """Return *value* with lone surrogates replaced, which JSON may hold and validators do not accept."""
    return json.loads(json.dumps(value, ensure_ascii=False).encode(errors="replace"))

"""What a body says as JSON, and what readers of JSON disagree on."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

DEEPEST = 50
"""Levels of nesting that every parser takes."""

_LONGEST_NUMBER = 300
"""Digits that every parser takes."""

READINGS = {"numbers", "encoding", "surrogates", "byte_order_mark", "dialect", "charset"}
"""Doubts whether the body is JSON at all: readers that say no answer as to any other text that is none."""

_LONE_SURROGATE = re.compile(r"(?i)(?<!\\ud[89ab]..)\\ud[c-f]..|\\ud[89ab]..(?!\\ud[c-f])")

_NO_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"?|[^][{}]', re.DOTALL)


@dataclass
class Reading:
    """The value of a body, whether it is JSON at all, and the doubts about it."""

    value: Any = field(default=None, repr=False)
    is_json: bool = True
    doubts: list[str] = field(default_factory=list)


def read(body: bytes) -> Reading:
    """Read *body* as the strictest and the most lenient reader would; where they differ, there is a doubt."""
    reading = Reading()
    text = _decode(body, reading)
    if _is_deep(text):
        reading.doubts.append("nesting")
        reading.value = {} if text.lstrip().startswith("{") else []
        return reading
    numbers = _Numbers(reading)
    try:
        reading.value = json.loads(
            text,
            parse_int=numbers.whole,
            parse_float=numbers.fraction,
            parse_constant=numbers.constant,
            object_pairs_hook=numbers.members,
        )
    except ValueError:
        reading.is_json = False
    return reading


def _decode(body: bytes, reading: Reading) -> str:
    # Some readers detect UTF-16 and UTF-32: JSON begins with a character of ASCII.
    if b"\x00" in body[:4]:
        reading.doubts.append("wide")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        reading.doubts.append("encoding")
        text = body.decode(errors="replace")
    if text.startswith("\ufeff"):
        reading.doubts.append("byte_order_mark")
        text = text[1:]
    if "\\" in text and _LONE_SURROGATE.search(text):
        reading.doubts.append("surrogates")
    return text


@dataclass
class _Numbers:
    """The hooks of the parser: each notes what readers disagree on."""

    reading: Reading

    def whole(self, digits: str) -> int:
        if len(digits) > _LONGEST_NUMBER:
            self.reading.doubts.append("numbers")
            return 0
        return int(digits)

    def fraction(self, digits: str) -> float:
        value = float(digits)
        if math.isinf(value) or len(digits) > _LONGEST_NUMBER:
            self.reading.doubts.append("numbers")
        return value

    def constant(self, _: str) -> None:
        self.reading.doubts.append("dialect")

    def members(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            self.reading.doubts.append("duplicate_keys")
        return found


def _is_deep(text: str) -> bool:
    if text.count("[") + text.count("{") <= DEEPEST:
        return False
    brackets = _NO_BRACKETS.sub("", text)
    return max(accumulate(1 if bracket in "[{" else -1 for bracket in brackets), default=0) > DEEPEST


def without_surrogates(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return *value* as validators of JSON Schema take it: a lone surrogate, which JSON may hold, is a question mark."""
    return json.loads(json.dumps(value, ensure_ascii=False).encode(errors="replace"))

"""One reading of text in any spelling: escapes of urls, JSON and HTML undone, in lower case, each place remembered."""

from __future__ import annotations

import re
import string
from html.entities import html5
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LAYERS: Final = 4
"""Spellings inside each other that are undone: JSON in a text of JSON in a url is three."""

_LOWER: Final = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_DROPPED: Final = re.compile("[\0\\r\\n\\t\u00ad\u200b\u2060\ufeff]")
_ESCAPES: Final = re.compile(
    r"(?P<url>(?:%[0-9a-fA-F]{2})+)|%u(?P<old>[0-9a-fA-F]{4})|(?P<units>(?:\\u[0-9a-fA-F]{4})+)"
    r"|\\u\{(?P<point>[0-9a-fA-F]{1,6})\}|\\x(?P<byte>[0-9a-fA-F]{2})|\\(?P<octal>[0-7]{3})|\\(?P<sign>[^\w\s])|\\[bfnrt]"
    r"|&#0{0,9}(?P<decimal>[0-9]{1,7});?|&#[xX]0{0,9}(?P<hex>[0-9a-fA-F]{1,6});?|&(?P<name>[A-Za-z][A-Za-z0-9]{1,30};)"
)
_MAX_POINT: Final = 0x10FFFF


class Reading(NamedTuple):
    """A text without its spelling.

    Attributes:
        text: What it says.
        starts: Where each character of it begins in the text that was read; None if that is the same place.
        ends: Where it ends there.
    """

    text: str
    starts: Sequence[int] | None = None
    ends: Sequence[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where the characters from *start* to before *end* stand in the text that was read."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def read(text: str) -> Reading:
    """Return the one reading of *text*."""
    reading = Reading(text)
    for _ in range(LAYERS):
        if not _ESCAPES.search(reading.text):
            break
        reading = _changed(reading, _ESCAPES)
    if _DROPPED.search(reading.text):
        reading = _changed(reading, _DROPPED)
    lower = reading.text.translate(_LOWER)
    return reading if lower == reading.text else reading._replace(text=lower)


def _changed(reading: Reading, pattern: re.Pattern[str]) -> Reading:
    text = reading.text
    old_starts = range(len(text)) if reading.starts is None else reading.starts
    old_ends = range(1, len(text) + 1) if reading.ends is None else reading.ends
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    place = 0

    def copy(until: int) -> None:
        parts.append(text[place:until])
        starts.extend(old_starts[place:until])
        ends.extend(old_ends[place:until])

    for found in pattern.finditer(text):
        copy(found.start())
        for character, start, end in _meant(found):
            parts.append(character)
            starts.append(old_starts[start])
            ends.append(old_ends[end - 1])
        place = found.end()
    copy(len(text))
    return Reading("".join(parts), starts, ends)


def _meant(found: re.Match[str]) -> Iterator[tuple[str, int, int]]:
    """Yield the characters that an escape stands for, each with where it begins and ends."""
    start, end = found.span()
    match found.lastgroup:
        case None:
            return
        case "url":
            yield from _shared(bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "replace"), start, end)
        case "units":
            units = bytes.fromhex(found[0].replace("\\u", "")).decode("utf-16-be", "surrogatepass")
            yield from _shared(units, start, end)
        case "sign":
            yield found["sign"], start, end
        case "name":
            yield from _shared(html5.get(found["name"], found[0]), start, end)
        case group:
            base = {"decimal": 10, "octal": 8}.get(group, 16)
            point = int(found[group], base)
            yield (chr(point) if point <= _MAX_POINT else "\ufffd"), start, end


def _shared(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Yield the characters of *text*, which share the place from *start* to *end* evenly, or each have all of it."""
    width, rest = divmod(end - start, len(text)) if text else (0, 0)
    for number, character in enumerate(text):
        if rest:
            yield character, start, end
        else:
            yield character, start + number * width, start + (number + 1) * width

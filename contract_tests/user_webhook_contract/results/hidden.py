"""Looks many values up in a text, in any spelling and in linear time."""

from __future__ import annotations

import base64
import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from user_webhook_contract.results.spelling import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MIN_LENGTH: Final = 6
"""Characters of the shortest value that is hidden wherever it stands: a shorter one may be an ordinary word."""

MAX_LENGTHS: Final = 16
"""Lengths of values with one beginning that are told apart; where there are more, whole words are hidden."""

_REST: Final = re.compile(r"[^\s\"',\[\]{}]*")

TOKEN: Final = "<token>"  # noqa: S105  what stands in place of one


class Hidden:
    """Knows values, and replaces them wherever they stand."""

    def __init__(self) -> None:
        """Know no value yet."""
        self._shown: dict[str, str] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        self._in_order: list[str] = []
        self._short: list[tuple[re.Pattern[str], str]] = []

    def add(self, value: str, shown: str) -> None:
        """Let *shown* stand in place of *value*; of a short one, only where it is all that is quoted."""
        plain = read(value).text
        if len(plain) >= MIN_LENGTH:
            self._shown[plain] = shown
            self._in_order = []
            known = self._lengths.get(plain[:MIN_LENGTH], ())
            if len(plain) not in known:
                # Of too many, the shortest are enough: whole words are hidden then.
                lengths = sorted({*known, len(plain)}, reverse=True)[-MAX_LENGTHS - 1 :]
                self._lengths[plain[:MIN_LENGTH]] = tuple(lengths)
        elif value:
            word = re.escape(value)
            pattern = rf"(?<=bearer ){word}(?!\w)|(?<=[\"'=:]){word}(?=[\"'&])|\A{word}\Z"
            self._short.append((re.compile(pattern, re.IGNORECASE), shown))

    def add_token(self, token: str) -> None:
        """Hide *token*, most of it, as near misses send it, and each of both in hexadecimal and in Base64."""
        parts = {token, token[: len(token) * 3 // 4]} if len(token) > MIN_LENGTH else {token}
        for part in filter(None, parts):
            self.add(part, TOKEN)
            for code in _codes(part):
                self.add(code, TOKEN)

    def replaced(self, text: str, *, is_cut: bool = False) -> str:
        """Return *text* without the values; without the beginning of one, too, if *text* may be cut at its end."""
        text = self._long_replaced(text, is_cut=is_cut)
        # A short one may be a part of a long one that is hidden as a whole.
        for pattern, shown in self._short:
            text = pattern.sub(shown, text)
        return text

    def _long_replaced(self, text: str, *, is_cut: bool) -> str:
        if not self._shown or len(text) < MIN_LENGTH:
            return text
        reading = read(text)
        parts, place = [], 0
        for start, end, shown in self._found(reading.text, is_cut=is_cut):
            first, last = reading.span(start, end)
            if first >= place:
                parts += [text[place:first], shown]
                place = last
            else:
                place = max(place, last)
        return "".join([*parts, text[place:]])

    def _found(self, text: str, *, is_cut: bool) -> Iterator[tuple[int, int, str]]:
        place, last = 0, len(text) - MIN_LENGTH
        while place <= last:
            lengths = self._lengths.get(text[place : place + MIN_LENGTH])
            found = self._longest(text, place, lengths) if lengths else None
            if found is None and lengths and is_cut and self._begins_as(text[place:]):
                found = len(text), "<beginning of a secret>"
            if found is None:
                place += 1
                continue
            end, shown = found
            yield place, end, shown
            place = end

    def _longest(self, text: str, place: int, lengths: tuple[int, ...]) -> tuple[int, str] | None:
        if len(lengths) > MAX_LENGTHS:
            return self._crowded(text, place, lengths[-1])
        for length in lengths:
            part = text[place : place + length]
            if len(part) == length and part in self._shown:
                return place + length, self._shown[part]
        return None

    def _crowded(self, text: str, place: int, shortest: int) -> tuple[int, str] | None:
        """Return the end of the word at *place*, if a value begins as it does: to try every length takes too long."""
        end = place + shortest
        value = self._begins_as(text[place:end]) if end <= len(text) else ""
        return (_end_of_word(text, end), self._shown[value]) if value else None

    def _begins_as(self, beginning: str) -> str:
        """Return a value that begins with *beginning*; empty if there is none."""
        if not self._in_order:
            self._in_order = sorted(self._shown)
        place = bisect_left(self._in_order, beginning)
        value = self._in_order[place] if place < len(self._in_order) else ""
        return value if value.startswith(beginning) else ""


def _end_of_word(text: str, place: int) -> int:
    found = _REST.match(text, place)
    return found.end() if found else place


def _codes(token: str) -> Iterable[str]:
    """Return *token* in hexadecimal and in Base64, at each offset in a group of three bytes."""
    raw = token.encode()
    found = {raw.hex()}
    for before in range(3):
        # the first and the last character may hold bits of the bytes beside the token
        inner = base64.b64encode(b"\0" * before + raw).decode().rstrip("=")[-(-8 * before // 6) : -1]
        found |= {inner, inner.replace("+", "-").replace("/", "_")}
    return {form for form in found if len(form) >= MIN_LENGTH}

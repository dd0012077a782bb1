"""Looks many values up in a text, in any spelling and in linear time."""

from __future__ import annotations

import base64
import re
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
        self._beginnings: dict[str, dict[int, dict[str, str]]] = {}
        self._crowds: dict[str, dict[str, str]] = {}
        self._short: list[tuple[re.Pattern[str], str]] = []

    def add(self, value: str, shown: str) -> None:
        """Let *shown* stand in place of *value*; of a short one, only where it is all that is quoted."""
        plain = read(value).text
        if len(plain) >= MIN_LENGTH:
            lengths = self._beginnings.setdefault(plain[:MIN_LENGTH], {})
            lengths.setdefault(len(plain), {})[plain] = shown
            self._crowds.pop(plain[:MIN_LENGTH], None)
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
        for pattern, shown in self._short:
            text = pattern.sub(shown, text)
        if not self._beginnings or len(text) < MIN_LENGTH:
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
            lengths = self._beginnings.get(text[place : place + MIN_LENGTH])
            found = self._longest(text, place, lengths) if lengths else None
            if found is None and lengths and is_cut:
                found = _beginning(text, place, lengths)
            if found is None:
                place += 1
                continue
            end, shown = found
            yield place, end, shown
            place = end

    def _longest(self, text: str, place: int, lengths: dict[int, dict[str, str]]) -> tuple[int, str] | None:
        if len(lengths) > MAX_LENGTHS:
            return self._crowded(text, place, lengths)
        for length in sorted(lengths, reverse=True):
            shown = lengths[length].get(text[place : place + length])
            if shown is not None:
                return place + length, shown
        return None

    def _crowded(self, text: str, place: int, lengths: dict[int, dict[str, str]]) -> tuple[int, str] | None:
        """Return the end of the word at *place*, if a value begins as it does: to try every length takes too long."""
        shortest = min(lengths)
        key = text[place : place + MIN_LENGTH]
        if key not in self._crowds:
            known = {value[:shortest]: shown for values in lengths.values() for value, shown in values.items()}
            self._crowds[key] = known
        shown = self._crowds[key].get(text[place : place + shortest])
        return None if shown is None else (_end_of_word(text, place + shortest), shown)


def _end_of_word(text: str, place: int) -> int:
    found = _REST.match(text, place)
    return found.end() if found else place


def _beginning(text: str, place: int, lengths: dict[int, dict[str, str]]) -> tuple[int, str] | None:
    """Return what stands in place of the rest of *text*, if a value begins with it."""
    rest = text[place:]
    for length, values in lengths.items():
        if length > len(rest) and any(value.startswith(rest) for value in values):
            return len(text), "<beginning of a secret>"
    return None


def _codes(token: str) -> Iterable[str]:
    """Return *token* in hexadecimal and in Base64, at each offset in a group of three bytes."""
    raw = token.encode()
    found = {raw.hex()}
    for before in range(3):
        # the first and the last character may hold bits of the bytes beside the token
        inner = base64.b64encode(b"\0" * before + raw).decode().rstrip("=")[-(-8 * before // 6) : -1]
        found |= {inner, inner.replace("+", "-").replace("/", "_")}
    return {form for form in found if len(form) >= MIN_LENGTH}

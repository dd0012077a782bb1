"""The Prefer header of RFC 7240."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# ++, *+ and ?+ give nothing back: else blanks could be shared out in so many ways that a short header takes years
_TOKEN: Final = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]++"  # noqa: S105  the word of the grammar, not a password
_WORD: Final = rf'(?:{_TOKEN}|"(?:[^"\\]|\\.)*+")'
_VALUE: Final = rf"[ \t]*+=[ \t]*+({_WORD})?+"
_PREFERENCE: Final = re.compile(
    rf"[ \t]*+(?P<name>{_TOKEN})(?:{_VALUE})?+(?:[ \t]*+;[ \t]*+(?:{_TOKEN}(?:{_VALUE})?+)?+)*+[ \t]*+(?:,|$)"
)
_EMPTY: Final = re.compile(r"[ \t]*(?:,|$)")


def preferences(values: Iterable[str]) -> dict[str, str] | None:
    """Return the preferences of all Prefer headers by name in lower case, of two with the same name the first.

    Parameters are read and ignored. None: a header is not a list of preferences.
    """
    found: dict[str, str] = {}
    text = ",".join(values)
    position = 0
    while position < len(text):
        match = _PREFERENCE.match(text, position)
        if match:
            found.setdefault(match["name"].lower(), _unquoted(match[2] or ""))
        else:
            match = _EMPTY.match(text, position)
            if match is None:
                return None
        position = match.end()
    return found


def quoted(text: str) -> str:
    """Return *text* as a word of the header: a token if it is one, else in quotes."""
    if re.fullmatch(_TOKEN, text):
        return text
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _unquoted(word: str) -> str:
    return re.sub(r"\\(.)", r"\1", word[1:-1]) if word.startswith('"') else word

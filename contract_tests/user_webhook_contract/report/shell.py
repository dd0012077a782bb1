"""Bytes as words and commands that sh, bash and zsh read alike."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

MIN_RUN: Final = 120
"""Bytes of a repetition from which it is shorter to let awk write it."""

# Not every awk writes NUL.
_RUN: Final = re.compile(rb"([^\0]{1,60}?)\1{7,}", re.DOTALL)
_PLAIN: Final = re.compile(rb"(?!@)[ -~]*")


def is_plain(content: bytes) -> bool:
    """Return whether *content* can be an argument of curl as it stands: visible ASCII, without ``@`` in front."""
    return _PLAIN.fullmatch(content) is not None


def word(text: str) -> str:
    """Return *text* as one word."""
    return shlex.quote(text)


def printing(content: bytes) -> str:
    """Return a command that prints *content*, byte for byte; awk writes what is repeated."""
    commands = [
        f"printf '{_format(unit)}'" if count == 1 else f"awk 'BEGIN{{for(;n++<{count};)printf \"{_string(unit)}\"}}'"
        for unit, count in _pieces(content)
    ]
    return commands[0] if len(commands) == 1 else f"{{ {'; '.join(commands)}; }}"


def _pieces(content: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield the parts of *content*, each with the number of its repetitions."""
    end = 0
    for found in _RUN.finditer(content):
        if len(found[0]) >= MIN_RUN:
            if found.start() > end:
                yield content[end : found.start()], 1
            yield found[1], len(found[0]) // len(found[1])
            end = found.end()
    if end < len(content) or not content:
        yield content[end:], 1


def _string(content: bytes) -> str:
    return _format(content).replace('"', '\\"')


def _format(content: bytes) -> str:
    """Return *content* as a format of printf, within single quotes: POSIX has octal escapes, and dash no others."""
    text = "".join(map(_escaped, content))
    # A format with a hyphen in front is an option.
    return f"\\055{text[1:]}" if text.startswith("-") else text


def _escaped(byte: int) -> str:
    character = chr(byte)
    if character in "%\\":
        return 2 * character
    return character if " " <= character <= "~" and character != "'" else f"\\{byte:03o}"

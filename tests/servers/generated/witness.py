"""Looks for a request whose answer shows that a server is wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from servers.faulty.probe import Answer, send

from .expectation import is_wrong
from .reference import Reference

if TYPE_CHECKING:
    from servers.faulty.sequences import Patch

    from .deviation import Example

_GENERATED = re.compile(rb"\b[A-Za-z0-9]{32}\b")


def is_shown_by(example: Example, server: Reference) -> bool:
    """Return whether some answer to the sequence of *example* is one that the documents find wrong."""
    server.reset()
    right = _right(example.sequence, tuple(sorted(server.choices.items())))
    return any(map(is_wrong, example.sequence, right, _play(server, example.sequence)))


@cache
def _right(sequence: tuple[Patch, ...], choices: tuple[tuple[str, str], ...]) -> list[Answer]:
    return _play(Reference(**dict(choices)), sequence)


def _play(server: Reference, sequence: tuple[Patch, ...]) -> list[Answer]:
    """Return the answers to *sequence*, each good secret that was generated replaced by its number."""
    sent = b"".join(request.body for request in sequence)
    numbers: dict[bytes, bytes] = {}

    def number(found: re.Match[bytes]) -> bytes:
        text = found[0]
        if text in sent or len(set(text)) < 8 or any(_are_alike(text, known) for known in numbers):
            return text
        return numbers.setdefault(text, b"<%d>" % len(numbers))

    answers = [send(server, request) for request in sequence]
    return [replace(answer, body=_GENERATED.sub(number, answer.body)) for answer in answers]


def _are_alike(first: bytes, second: bytes) -> bool:
    """Return whether one secret follows from another: it shares characters or places with it."""
    return first != second and (sum(map(int.__eq__, first, second)) > 12 or sorted(first) == sorted(second))

"""Operators that write an answer in another encoding or under another media type."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

from servers.faulty.asgi import Request, Response
from servers.faulty.sequences import Patch, patch
from servers.generated.deviation import READ, Deviation, deviation, operator, slug
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NOBODY = patch({"events": ["all"]}, authorization=None)
_STRANGER = patch({"events": ["all"]}, authorization="Bearer forbidden-token")
_UNKNOWN = patch({"events": ["all"]}, "00000000-0000-4000-8000-000000000000")

# Which answers, what they are called, the requirements, and a request for one.
_CASES: tuple[tuple[str, frozenset[int], str, Patch], ...] = (
    ("201", frozenset({201}), "R-102 R-103", READ),
    ("400", frozenset({400}), "R-601 R-602", patch({"events": []})),
    ("401", frozenset({401}), "R-603 R-604", _NOBODY),
    ("403", frozenset({403}), "R-605 R-606", _STRANGER),
    ("404", frozenset({404}), "R-607 R-608", _UNKNOWN),
    ("error", frozenset({400, 401, 403, 404}), "R-601 R-602 R-603 R-604 R-605 R-606 R-607 R-608", _NOBODY),
)


def _writing(statuses: frozenset[int], change: Callable[[Response], Response]) -> type[Reference]:
    class Writing(Reference):
        def answer(self, request: Request) -> Response:
            response = super().answer(request)
            return change(response) if response.status in statuses else response

    return Writing


def _deviations(forms: tuple[tuple[str, str, Callable[[Response], Response]], ...]) -> Iterator[Deviation]:
    for name, statuses, requirements, request in _CASES:
        for form, how, change in forms:
            title = f"Writes each {name} {how}"
            yield deviation(f"{name}-{form}", title, f"{requirements} R-703", _writing(statuses, change), request)


def _as(content_type: str | None) -> Callable[[Response], Response]:
    return lambda response: Response(response.status, response.body, content_type)


@operator("media-type")
def media_types() -> Iterator[Deviation]:
    """Name another media type."""
    types = (
        *("text/plain", "text/html", "text/json", "application/javascript", "application/problem+json"),
        *("application/vnd.api+json", "application/octet-stream", "application/xml", "application/x-json", "*/*"),
    )
    named = tuple((slug(one.replace("*", "any")), f"as {one}", _as(one)) for one in types)
    yield from _deviations((("none", "without a media type", _as(None)), *named))


def _body(change: Callable[[bytes], bytes], *headers: tuple[bytes, bytes]) -> Callable[[Response], Response]:
    return lambda response: Response(response.status, change(response.body), response.content_type, headers)


def _member(text: str) -> Callable[[Response], Response]:
    """Return what puts a member in front of all others."""
    return _body(lambda body: b"{" + text.encode() + b", " + body[1:])


@operator("answer-number")
def numbers() -> Iterator[Deviation]:
    """Write what is not a number in JSON."""
    yield from _deviations(
        tuple(
            (form, f"with {value} in it", _member(f'"extra": {value}'))
            for form, value in (
                ("nan", "NaN"),
                ("infinity", "-Infinity"),
                ("undefined", "undefined"),
                ("leading-zero", "01"),
            )
        )
    )


@operator("answer-syntax")
def syntaxes() -> Iterator[Deviation]:
    """Write what is not JSON."""
    yield from _deviations(
        (
            ("trailing-comma", "with a comma at its end", _body(lambda body: body[:-1] + b",}")),
            ("single-quotes", "in single quotes", _body(lambda body: body.replace(b'"', b"'"))),
            ("comment", "with a comment", _body(lambda body: b"/* answer */" + body)),
            ("truncated", "without its end", _body(lambda body: body[:-1])),
            ("half", "by half", _body(lambda body: body[: len(body) // 2])),
            ("empty", "without a body", _body(lambda _: b"")),
            ("twice", "twice", _body(lambda body: body * 2)),
            ("trailing-text", "with text behind it", _body(lambda body: body + b"<!-- -->")),
            ("leading-text", "with text before it", _body(lambda body: b"Warning: deprecated\n" + body)),
            ("raw-line-break", "with a line break in a text", _member('"extra": "a\nb"')),
            ("trailing-nul", "with a NUL behind it", _body(lambda body: body + b"\0")),
            ("python", "as Python does", _body(lambda body: repr(json.loads(body)).encode())),
        )
    )


@operator("answer-encoding")
def encodings() -> Iterator[Deviation]:
    """Write an answer in another encoding."""
    accented = _body(lambda body: b'{"extra": "caf\xe9", ' + body[1:])
    yield from _deviations(
        (
            ("utf-16", "in UTF-16", _body(lambda body: body.decode().encode("utf-16"))),
            ("utf-16-le", "in UTF-16 without a mark", _body(lambda body: body.decode().encode("utf-16-le"))),
            ("utf-32", "in UTF-32", _body(lambda body: body.decode().encode("utf-32"))),
            ("latin-1", "in Latin-1", accented),
            ("gzip-unsaid", "packed, without saying so", _body(gzip.compress)),
            (
                "gzip-untrue",
                "saying that it is packed, though it is not",
                _body(lambda body: body, (b"content-encoding", b"gzip")),
            ),
            (
                "deflate-untrue",
                "saying that it is deflated, though it is not",
                _body(lambda body: body, (b"content-encoding", b"deflate")),
            ),
            ("surrogates", "with half a character", _body(lambda body: b'{"extra": "\xed\xa0\x80", ' + body[1:])),
            ("overlong", "with bytes that are not text", _body(lambda body: b'{"extra": "\xff\xfe", ' + body[1:])),
        )
    )


@operator("answer-mark")
def marks() -> Iterator[Deviation]:
    """Put a byte order mark before an answer: readers may pass over it, so that it is no more than a `should`."""
    yield from _deviations((("utf-8", "with a byte order mark", _body(lambda body: b"\xef\xbb\xbf" + body)),))

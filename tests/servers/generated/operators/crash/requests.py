"""Operators that fall over a body that is not an update, a media type, a credential or an id."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from servers.faulty.literals import FIRST_ID, SECOND_ID
from servers.faulty.sequences import Patch
from servers.generated.deviation import Deviation, content_of, deviation, operator, raw, slug, update

from .falling import ENDS, crashing, falling_at_header

if TYPE_CHECKING:
    from collections.abc import Iterator


_KNOWN = frozenset({FIRST_ID, SECOND_ID})
_EVENTS = b'{"events": ["all"]'

# What the bodies have in common, a pattern for them, and examples.
_BODIES: tuple[tuple[str, bytes, tuple[bytes, ...]], ...] = (
    ("no body", rb"", (b"",)),
    ("a blank body", rb"\s*", (b" ", b"")),
    ("null as body", rb"null", (b"null",)),
    ("true or false as body", rb"true|false", (b"true",)),
    ("a number as body", rb"-?\d+", (b"7",)),
    ("a text as body", rb'"(?:[^"\\]|\\.)*"', (b'"all"',)),
    ("an empty list as body", rb"\s*\[\s*\]\s*", (b"[]",)),
    ("a list as body", rb"\s*\[.*\]\s*", (b'["all"]', b"[]")),
    ("an empty object", rb"\s*\{\s*\}\s*", (b"{}",)),
    ("a brace alone", rb"[{}]", (b"{",)),
    ("words", rb"[a-z ]+", (b"nonsense", b"not json at all")),
    ("what does not begin like JSON", rb"[^\s{\[\"\dntf-].*", (b"x", b"leading {}")),
    ("an object that breaks off", rb"\{.*[^}\s]", (b'{"events": [', _EVENTS, b'{"events": ["al')),
    ("a text that breaks off", rb'(?:[^"]*"[^"]*")*[^"]*"[^"]*', (b'{"events": ["al',)),
    ("text behind an object", rb"\{.*\}\s*[^\s}\]].*", (_EVENTS + b"} trailing", _EVENTS + b"}{}")),
    ("a form", rb"\w+=.*", (b"events=all",)),
    ("markup", rb"<.*", (b"<events/>",)),
    ("an unknown escape", rb'.*\\[^"\\/bfnrtu].*', (b'{"events": ["\\x61ll"]}',)),
    ("a value that is left out", rb".*:\s*[}\],].*", (b'{"events": }',)),
    ("a NUL in the body", rb".*\0.*", (b"\0",)),
    ("a byte order mark", rb"\xef\xbb\xbf.*", (b"\xef\xbb\xbf" + _EVENTS + b"}",)),
    ("UTF-16", rb"(\xff\xfe|\xfe\xff).*", ('{"events": ["all"]}'.encode("utf-16"),)),
    ("what is not UTF-8", rb".*[\xf8-\xff].*", (_EVENTS + b', "secrets": ["\xff\xff-no-text-000000001"]}',)),
    ("NaN or Infinity", rb".*(NaN|Infinity).*", (_EVENTS + b', "a": NaN}', _EVENTS + b', "a": -Infinity}')),
    ("a number beyond all floats", rb".*\de\+?[4-9]\d\d.*", (_EVENTS + b', "a": 1e999}',)),
    ("a number of 400 digits", rb".*\d{400}.*", (_EVENTS + b', "a": ' + b"9" * 400 + b"}",)),
    ("a number of 4,300 digits", rb".*\d{4301}.*", (_EVENTS + b', "a": ' + b"9" * 5000 + b"}",)),
    ("a property twice", rb'.*("[a-z]+")\s*:.*\1\s*:.*', (_EVENTS + b', "events": ["all"]}', _EVENTS + b', "a": 1, "a": 2}')),
    ("events twice", rb'.*"events"\s*:.*"events"\s*:.*', (_EVENTS + b', "events": ["all"]}',)),
    ("a comment", rb".*/\*.*", (_EVENTS + b" /* all */}",)),
    ("a comma at the end", rb".*,\s*[}\]].*", (_EVENTS + b",}",)),
)  # fmt: skip


@operator("crash-on-body")
def bodies() -> Iterator[Deviation]:
    """Fall over a body that is not an update, or one that is written in an odd way."""
    for name, pattern, examples in _BODIES:
        is_fatal = lambda request, c=re.compile(pattern, re.DOTALL): c.fullmatch(request.body)  # noqa: E731
        yield crashing(slug(name), name, is_fatal, *map(raw, examples))
    is_no_json = lambda request: content_of(request.body) is None and request.body != b"null"  # noqa: E731
    yield crashing("not-json", "what is not JSON", is_no_json, raw("{"))
    is_no_object = lambda request: not isinstance(content_of(request.body), dict)  # noqa: E731
    yield crashing("not-an-object", "what is not an object", is_no_object, raw("[]"))


@operator("crash-on-media-type")
def media_types() -> Iterator[Deviation]:
    """Fall over a media type."""
    for name, pattern, *examples in (
        ("no media type", r"", None),
        ("a media type without a slash", r"[^/]*", "nonsense", None),
        ("text", r"text/.*", "text/plain"),
        ("a form", r"application/x-www-form-urlencoded.*", "application/x-www-form-urlencoded"),
        ("a multipart form", r"multipart/.*", "multipart/form-data"),
        ("a multipart form without a boundary", r"multipart/[^;]*", "multipart/form-data"),
        ("anything but JSON", r"(?!application/json).*", "application/xml"),
        ("another kind of JSON", r"application/.*\+json.*", "application/vnd.api+json"),
        ("an unknown charset", r".*charset=(?!\"?utf).*", "application/json; charset=klingon"),
        ("a charset but UTF-8", r".*charset=(?!\"?utf-?8).*", "application/json; charset=utf-16"),
        ("an empty charset", r".*charset=\s*", "application/json; charset="),
        ("another parameter", r"[^;]*;(?!.*charset).*", "application/json; profile=x"),
    ):
        is_fatal = lambda request, c=re.compile(pattern, re.IGNORECASE): c.fullmatch(request.content_type)  # noqa: E731
        requests = [Patch(update().body, content_type=one) for one in examples]
        yield crashing(slug(name), name, is_fatal, *requests)


@operator("crash-on-credential")
def credentials() -> Iterator[Deviation]:
    """Fall over an Authorization header."""
    for name, pattern, header in (
        ("no header", r"", None),
        ("a header without a space", r"\S+", "Bearer"),
        ("a scheme without a token", r"\w+ *", "Bearer"),
        ("a blank token", r"Bearer +", "Bearer "),
        ("another scheme", r"(?!Bearer)\S+ .*", "Token valid-token"),
        ("Basic without Base64", r"Basic .*-.*", "Basic valid-token"),
        ("a header of three words", r"\S+ \S+ \S+", "Bearer x valid-token"),
        ("a token of three parts", r"Bearer [^. ]*\.[^. ]*\.[^. ]*", "Bearer a.b.c"),
        ("a token with a wrong end", r"Bearer valid(?!-token$).*", "Bearer valid-tokem"),
        ("a short token", r"Bearer \S{1,8}", "Bearer x"),
        ("a long token", r"Bearer \S{500,}", "Bearer " + "t" * 1000),
        ("an unknown token", r"Bearer (?!(valid|forbidden)-token$)\S+", "Bearer an-unknown-token"),
    ):
        verb, fall = ENDS[zlib.crc32(name.encode()) % len(ENDS)]
        example = Patch(update().body, authorization=header)
        yield deviation(
            slug(name), f"{verb} {name}", "R-401 R-402 R-403 R-703", falling_at_header(pattern, fall), example
        )


@operator("crash-on-id")
def identifiers() -> Iterator[Deviation]:
    """Fall over an id."""
    for name, pattern, *examples in (
        ("quotes", r".*['\"].*", "it's"),
        ("percent signs", r".*%.*", "a%b"),
        ("a broken escape", r".*%(?![0-9a-fA-F]{2}).*", "a%zz"),
        ("characters outside ASCII", r".*[^\x00-\x7f].*", "é"),
        ("characters of four bytes", r".*[\U00010000-\U0010ffff].*", "🔑"),
        ("blanks", r".*\s.*", "a b"),
        ("reserved characters", r".*[:;@&=+$,?#\[\]!*()].*", "a;b", "a?b"),
        ("brackets or braces", r".*[\[\]{}<>].*", "a[b]"),
        ("signs of databases", r".*[$;'%].*", "$where"),
        ("numbers", r"-?\d+", "1"),
        ("large numbers", r"\d{20,}", "9" * 30),
        ("words of nothing", r"null|undefined|None|nil", "null"),
        ("the members of objects", r"__proto__|constructor|toString|hasOwnProperty", "constructor"),
        ("anything but a UUID", r"(?![0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$).*", "abc"),
        ("unknown UUIDs", r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "00000000-0000-4000-8000-000000000000"),
        ("short ids", r".{1,7}", "abc"),
        ("ids over 36 characters", r".{37,}", "a" * 37),
        ("ids over 100 characters", r".{101,}", "a" * 101),
        ("ids over 255 characters", r".{256,}", "a" * 256),
    ):  # fmt: skip
        check = re.compile(pattern, re.DOTALL)
        is_fatal = lambda request, c=check: request.webhook_id not in _KNOWN and c.fullmatch(request.webhook_id)  # noqa: E731
        requests = [Patch(update().body, one) for one in examples]
        yield crashing(slug(name), f"{name} as id", is_fatal, *requests, requirement="R-702 R-501 R-502")

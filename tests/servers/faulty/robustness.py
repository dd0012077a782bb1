"""Faults that show on odd bodies and odd ids: crashes, pages, dropped connections and silence."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from .asgi import Crash, Drop, Hang, Request, Response
from .fault import declare, fault
from .server import Refused, Server

Trait = Callable[[Request], object]


def failing(has_trait: Trait, failure: type[Exception]) -> type[Server]:
    """Return a server that fails on the requests of admitted callers that have a trait."""

    class Failing(Server):
        def perform(self, request: Request) -> Response:
            if has_trait(request):
                raise failure
            return super().perform(request)

    return Failing


def _load(request: Request) -> Any:
    return Server().parse(request.body)


def _is_malformed(request: Request) -> bool:
    if not request.body or not request.content_type.startswith("application/json"):
        return False
    try:
        _load(request)
    except Refused:
        return True
    return False


def _body_is(is_trait: Callable[[Any], object]) -> Trait:
    def has_trait(request: Request) -> object:
        if not request.body or _is_malformed(request):
            return False
        return is_trait(_load(request)) if request.content_type.startswith("application/json") else False

    return has_trait


def _property_is(name: str, is_trait: Callable[[Any], object]) -> Trait:
    return _body_is(lambda body: isinstance(body, dict) and name in body and is_trait(body[name]))


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for key, item in value.items() for text in (key, *_texts(item))]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


def _some_text(pattern: str) -> Trait:
    return _body_is(lambda body: any(re.search(pattern, text) for text in _texts(body)))


def _has_bytes(pattern: bytes) -> Trait:
    return lambda request: re.search(pattern, request.body)


def _is_not_utf8(request: Request) -> bool:
    try:
        request.body.decode()
    except UnicodeDecodeError:
        return True
    return False


def _has_duplicate_keys(request: Request) -> bool:
    found: list[bool] = []

    def note(pairs: list[tuple[str, Any]]) -> None:
        found.append(len({key for key, _ in pairs}) < len(pairs))

    try:
        json.loads(request.body, object_pairs_hook=note)
    except (ValueError, RecursionError):
        return False
    return any(found)


def _has_wrong_events(events: Any) -> bool:
    return isinstance(events, list) and any(isinstance(item, list | dict) for item in events)


_KNOWN = {"url", "events", "secrets"}

_CRASHES: dict[str, tuple[str, Trait]] = {
    "malformed-json": ("a body that is not JSON", _is_malformed),
    "truncated-json": (
        "a body that breaks off",
        lambda r: _is_malformed(r) and r.body.lstrip().startswith(b"{") and not r.body.rstrip().endswith(b"}"),
    ),
    "an-empty-body": ("an empty body", lambda request: not request.body),
    "a-null-body": ("null as body", _body_is(lambda body: body is None)),
    "an-array-body": ("an array as body", _body_is(lambda body: isinstance(body, list))),
    "an-empty-array-body": ("an empty array as body", _body_is(lambda body: body == [])),
    "a-string-body": ("a string as body", _body_is(lambda body: isinstance(body, str))),
    "a-number-body": (
        "a number as body",
        _body_is(lambda body: isinstance(body, int | float) and not isinstance(body, bool)),
    ),
    "a-boolean-body": ("true or false as body", _body_is(lambda body: isinstance(body, bool))),
    "any-scalar-body": (
        "a body that is neither object nor array",
        _body_is(lambda body: not isinstance(body, dict | list)),
    ),
    "an-empty-object": ("an empty object", _body_is(lambda body: body == {})),
    "nul-in-text": ("U+0000 in a string", _some_text("\x00")),
    "nul-in-secrets": ("U+0000 in a secret", _property_is("secrets", lambda value: "\x00" in "".join(_texts(value)))),
    "a-lone-surrogate": ("an escaped lone surrogate", _some_text("[\ud800-\udfff]")),
    "emoji": ("a character beyond U+FFFF", _some_text("[\U00010000-\U0010ffff]")),
    "letters-outside-ascii": ("a character beyond ASCII", _some_text("[^\x00-\x7f]")),
    "invalid-utf-8": ("a body that is not UTF-8", _is_not_utf8),
    "big-numbers": ("a number beyond 64 bits", _has_bytes(rb"[^\"\w.][0-9]{20,}")),
    "numbers-of-thousands-of-digits": ("a number of thousands of digits", _has_bytes(rb"[0-9]{4301,}")),
    "exponents": ("a number with a huge exponent", _has_bytes(rb"[0-9][eE]\+?[0-9]{3,}")),
    "deep-nesting": ("brackets nested thousands deep", _has_bytes(rb"[\[{]{1000,}|(\[|\{\"\w*\":){1000,}")),
    "nesting-over-100": ("brackets nested a hundred deep", _has_bytes(rb"(\[|\{\"\w*\":){100,}")),
    "duplicate-keys": ("a key that is there twice", _has_duplicate_keys),
    "an-odd-media-type": ("another media type", lambda r: r.body and r.content_type and "json" not in r.content_type),
    "xml": ("the media type application/xml", lambda request: "xml" in request.content_type),
    "a-form": ("a form", lambda request: "form" in request.content_type),
    "plain-text": ("the media type text/plain", lambda request: request.content_type.startswith("text/plain")),
    "a-missing-media-type": ("a body without a media type", lambda request: request.body and not request.content_type),
    "an-unknown-charset": (
        "an unknown charset",
        lambda r: re.search(r"charset=(?!\"?utf-8)", r.content_type, re.IGNORECASE),
    ),
    "an-unknown-property": (
        "a property that is not documented",
        _body_is(lambda b: isinstance(b, dict) and set(b) - _KNOWN),
    ),
    "a-prototype-property": (
        "a property named __proto__",
        _body_is(lambda body: isinstance(body, dict) and "__proto__" in body),
    ),
    "an-object-in-url": ("an object in url", _property_is("url", lambda value: isinstance(value, dict))),
    "a-list-in-url": ("a list in url", _property_is("url", lambda value: isinstance(value, list))),
    "a-number-in-url": (
        "a number in url",
        _property_is("url", lambda v: isinstance(v, int | float) and not isinstance(v, bool)),
    ),
    "a-boolean-in-url": ("true or false in url", _property_is("url", lambda value: isinstance(value, bool))),
    "a-null-url": ("null in url", _property_is("url", lambda value: value is None)),
    "an-empty-url": ("an empty url", _property_is("url", lambda value: value == "")),
    "a-url-with-a-bad-port": (
        "a url whose port is no number",
        _property_is("url", lambda v: isinstance(v, str) and re.match(r"https://[^/]*:[^0-9/]", v)),
    ),
    "a-url-with-an-open-bracket": (
        "a url with [ in its host",
        _property_is("url", lambda v: isinstance(v, str) and re.match(r"https://[^/]*\[", v)),
    ),
    "a-text-in-events": ("a string in events", _property_is("events", lambda value: isinstance(value, str))),
    "a-number-in-events": (
        "a number in events",
        _property_is("events", lambda v: isinstance(v, int | float) and not isinstance(v, bool)),
    ),
    "an-object-in-events": ("an object in events", _property_is("events", lambda value: isinstance(value, dict))),
    "nested-values-in-events": ("an object or a list among the events", _property_is("events", _has_wrong_events)),
    "null-events": ("null in events", _property_is("events", lambda value: value is None)),
    "missing-events": ("a body without events", _body_is(lambda body: isinstance(body, dict) and "events" not in body)),
    "a-null-event": (
        "null among the events",
        _property_is("events", lambda value: isinstance(value, list) and None in value),
    ),
    "a-number-among-events": (
        "a number among the events",
        _property_is("events", lambda v: isinstance(v, list) and any(type(i) is int for i in v)),
    ),
    "hundreds-of-events": (
        "hundreds of events",
        _property_is("events", lambda v: isinstance(v, list) and len(v) > 200),
    ),
    "an-object-in-secrets": ("an object in secrets", _property_is("secrets", lambda value: isinstance(value, dict))),
    "a-text-in-secrets": ("a string in secrets", _property_is("secrets", lambda value: isinstance(value, str))),
    "a-number-in-secrets": (
        "a number in secrets",
        _property_is("secrets", lambda v: isinstance(v, int | float) and not isinstance(v, bool)),
    ),
    "null-secrets": ("null in secrets", _property_is("secrets", lambda value: value is None)),
    "an-empty-list-of-secrets": ("an empty list of secrets", _property_is("secrets", lambda value: value == [])),
    "an-object-among-secrets": (
        "an object among the secrets",
        _property_is("secrets", lambda v: isinstance(v, list) and any(isinstance(i, dict) for i in v)),
    ),
    "a-null-secret": (
        "null among the secrets",
        _property_is("secrets", lambda value: isinstance(value, list) and None in value),
    ),
    "a-number-among-secrets": (
        "a number among the secrets",
        _property_is("secrets", lambda v: isinstance(v, list) and any(type(i) is int for i in v)),
    ),
    "a-long-url": (
        "a url of more than 1,900 characters",
        _property_is("url", lambda v: isinstance(v, str) and len(v) > 1900),
    ),
    "a-huge-url": (
        "a url of more than 5,000 characters",
        _property_is("url", lambda v: isinstance(v, str) and len(v) > 5000),
    ),
    "a-long-secret": (
        "a secret of more than 5,000 characters",
        _property_is("secrets", lambda v: any(len(text) > 5000 for text in _texts(v))),
    ),
    "a-large-body": ("a body of more than 60,000 bytes", lambda request: len(request.body) > 60_000),
}

for _name, (_what, _has_trait) in _CRASHES.items():
    _row = "R-704" if _name == "deep-nesting" else "R-701"
    declare(f"crashes-on-{_name}", _row, f"Answers {_what} with 500.", failing(_has_trait, Crash))


_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

_IDS: dict[str, tuple[str, Trait]] = {
    "an-id-that-is-no-uuid": ("an id that is no UUID", lambda request: not _UUID.fullmatch(request.webhook_id)),
    "a-long-id": ("an id of more than 100 characters", lambda request: len(request.webhook_id) > 100),
    "a-very-long-id": ("an id of more than 1,000 characters", lambda request: len(request.webhook_id) > 1000),
    "an-encoded-slash-in-the-id": ("an id with an encoded slash", lambda request: "/" in request.webhook_id),
    "an-id-outside-ascii": ("an id beyond ASCII", lambda request: not request.webhook_id.isascii()),
    "a-quote-in-the-id": ("an id with a quote", lambda request: "'" in request.webhook_id),
    "a-percent-sign-in-the-id": ("an id with an encoded percent sign", lambda request: "%" in request.webhook_id),
    "nul-in-the-id": ("an id with U+0000", lambda request: "\x00" in request.webhook_id),
    "a-numeric-id": ("an id of digits", lambda request: request.webhook_id.isdigit()),
    "an-id-named-null": ("the id null or undefined", lambda request: request.webhook_id in {"null", "undefined"}),
    "an-unknown-uuid": (
        "a UUID that no webhook has",
        lambda r: _UUID.fullmatch(r.webhook_id) and r.webhook_id.lower() not in Server().webhooks,
    ),
    "dots-as-id": ("an id with two dots", lambda request: ".." in request.webhook_id),
}

for _name, (_what, _has_trait) in _IDS.items():
    declare(f"crashes-on-{_name}", "R-702", f"Answers {_what} with 500.", failing(_has_trait, Crash))

_SILENCES: dict[str, tuple[str, Trait]] = {
    "malformed-json": ("a body that is not JSON", _is_malformed),
    "an-array-body": ("an array as body", _body_is(lambda body: isinstance(body, list))),
    "a-null-body": ("null as body", _body_is(lambda body: body is None)),
    "an-empty-body": ("an empty body", lambda request: not request.body),
    "an-odd-media-type": ("another media type", lambda r: r.body and r.content_type and "json" not in r.content_type),
    "an-object-in-url": ("an object in url", _property_is("url", lambda value: isinstance(value, dict))),
    "deep-nesting": ("brackets nested thousands deep", _has_bytes(rb"[\[{]{1000,}|(\[|\{\"\w*\":){1000,}")),
    "missing-events": ("a body without events", _body_is(lambda body: isinstance(body, dict) and "events" not in body)),
}

for _name, (_what, _has_trait) in _SILENCES.items():
    _row = "R-704" if _name == "deep-nesting" else "R-703"
    declare(f"drops-the-connection-on-{_name}", _row, f"Drops the connection on {_what}.", failing(_has_trait, Drop))
    declare(f"never-answers-{_name}", _row, f"Never answers a request with {_what}.", failing(_has_trait, Hang))


def _is_chunked(request: Request) -> bool:
    return request.headers.get("transfer-encoding", "") == "chunked"


@fault("R-228")
class ReadsNoChunkedBodies(Server):
    """Takes a chunked body for an empty one."""

    def read_body(self, request: Request) -> Any:
        return {} if _is_chunked(request) else super().read_body(request)


declare("crashes-on-a-chunked-body", "R-228", "Answers a chunked body with 500.", failing(_is_chunked, Crash))

_UNAUTHORISED: dict[str, tuple[str, str, type[Exception], Callable[[Server, Request], bool]]] = {
    "drops-the-connection-without-a-token": (
        "R-703",
        "Drops the connection where the token is missing",
        Drop,
        lambda _, r: not r.authorization,
    ),
    "drops-the-connection-on-unknown-tokens": (
        "R-703",
        "Drops the connection on an unknown token",
        Drop,
        lambda s, r: s.role(r) is None,
    ),
    "never-answers-unknown-tokens": ("R-703", "Never answers an unknown token", Hang, lambda s, r: s.role(r) is None),
    "crashes-on-an-unknown-scheme": (
        "R-403",
        "Answers another scheme than Bearer with 500",
        Crash,
        lambda s, r: " " in r.authorization and s.token(r.authorization) is None,
    ),
    "crashes-on-a-bearer-without-token": (
        "R-401",
        "Answers Bearer without a token with 500",
        Crash,
        lambda _, r: r.authorization.strip().lower() == "bearer",
    ),
    "crashes-without-a-token": (
        "R-401",
        "Answers a request without Authorization with 500",
        Crash,
        lambda _, r: not r.authorization,
    ),
}


def failing_before_the_token(has_trait: Callable[[Server, Request], bool], failure: type[Exception]) -> type[Server]:
    class FailingBeforeTheToken(Server):
        def admit(self, request: Request) -> None:
            if has_trait(self, request):
                raise failure
            super().admit(request)

    return FailingBeforeTheToken


for _name, (_requirement, _sentence, _failure, _has) in _UNAUTHORISED.items():
    declare(_name, _requirement, f"{_sentence}.", failing_before_the_token(_has, _failure))


def answering_malformed(status: int, body: bytes, content_type: str) -> type[Server]:
    """Return a server with an answer of its own to a body that is not JSON."""

    class AnsweringMalformed(Server):
        def perform(self, request: Request) -> Response:
            return Response(status, body, content_type) if _is_malformed(request) else super().perform(request)

    return AnsweringMalformed


_PAGE = b"<!DOCTYPE html><html><body><pre>SyntaxError: Unexpected token</pre></body></html>"
_PROBLEM = b'{"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "Request body is not valid JSON"}'
_JSON = "application/json; charset=utf-8"

declare(
    "answers-malformed-json-with-a-page",
    "R-601",
    "Answers a body that is not JSON with an HTML page.",
    answering_malformed(400, _PAGE, "text/html"),
)
declare(
    "answers-malformed-json-with-words",
    "R-601",
    "Answers a body that is not JSON with plain text.",
    answering_malformed(400, b"Bad Request", "text/plain"),
)
declare(
    "answers-malformed-json-with-a-problem",
    "R-601",
    "Answers a body that is not JSON with problem+json.",
    answering_malformed(400, _PROBLEM, "application/problem+json"),
)
declare(
    "answers-malformed-json-with-a-problem-body",
    "R-602",
    "Answers a body that is not JSON with a problem's body.",
    answering_malformed(400, _PROBLEM, _JSON),
)
declare(
    "answers-malformed-json-with-nothing",
    "R-602",
    "Answers a body that is not JSON with an empty body.",
    answering_malformed(400, b"", _JSON),
)
declare(
    "answers-malformed-json-with-a-detail",
    "R-602",
    "Answers a body that is not JSON with `detail`.",
    answering_malformed(400, b'{"detail": "JSON parse error"}', _JSON),
)
declare(
    "answers-malformed-json-with-success",
    "R-210",
    "Answers a body that is not JSON with 200 and an error.",
    answering_malformed(200, b'{"error": "invalid JSON"}', _JSON),
)


def failing_from_then_on(failure: type[Exception], has_trait: Trait) -> type[Server]:
    """Return a server that fails on every request once one with the trait came."""

    class FailingFromThenOn(Server):
        def reset(self) -> None:
            super().reset()
            self.is_broken = False

        def perform(self, request: Request) -> Response:
            if self.is_broken:
                raise failure
            self.is_broken = bool(has_trait(request))
            return super().perform(request)

    return FailingFromThenOn


declare(
    "crashes-from-malformed-json-on",
    "R-101",
    "Answers everything with 500 after a body that is not JSON.",
    failing_from_then_on(Crash, _is_malformed),
)


@fault("R-701")
class CrashesOnThreeBrokenProperties(Server):
    """Answers three broken properties at once with 500."""

    def select(self, groups: list[list[str]]) -> list[str]:
        if len(groups) > 2:
            raise Crash
        return super().select(groups)

"""Operators on body parsers, and on values and keys that code falls over."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from servers.faulty.sequences import Patch, patch
from servers.faulty.server import Refused
from servers.generated.deviation import READ, URL, Deviation, content_of, deviation, operator, raw, update
from servers.generated.operators.held_back.frameworks.handling import crashing, crashing_early
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.asgi import Request
    from servers.faulty.server import Webhook


def _first_value(text: str) -> Any:
    return json.JSONDecoder().raw_decode(text)[0]


def _of_yaml(text: str) -> Any:
    found = re.fullmatch(r"\s*events:\s*(?:\[\s*([\w.-]+)\s*\]|\n\s*- ([\w.-]+))\s*", text)
    return {"events": [found[1] or found[2]]} if found else None


def _of_gson(text: str) -> Any:
    return json.loads(re.sub(r"\s*=>?\s*(?=[\[\"])", ": ", text))


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _repairing(repair: Callable[[str], Any]) -> type[Reference]:
    class Repairing(Reference):
        def parse(self, body: bytes) -> Any:
            try:
                return super().parse(body)
            except Refused:
                with suppress(ValueError, KeyError, RecursionError):
                    if isinstance(value := repair(body.decode()), dict):
                        return value
                raise

    return Repairing


def _unwrapping(unwrap: Callable[[Any], Any]) -> type[Reference]:
    class Unwrapping(Reference):
        def parse(self, body: bytes) -> Any:
            return unwrap(super().parse(body))

    return Unwrapping


def _in_text(value: Any) -> Any:
    return content_of(value.encode()) if isinstance(value, str) else value


def _of_sequence(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return {name: one for name, one in zip(("url", "events", "secrets"), value, strict=False) if one is not None}


def _within(*names: str) -> Callable[[Any], Any]:
    def unwrap(value: Any) -> Any:
        inner = value
        for name in names:
            inner = _object(inner).get(name)
        return inner if isinstance(inner, dict) and "events" not in value else value

    return unwrap


class _Lax(Reference):
    def check(self, body: Any) -> None:
        if body:
            super().check(body)

    def next_events(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        return super().next_events(webhook, body) if body else webhook.events


class _ExactType(Reference):
    def is_json(self, content_type: str) -> bool:
        return content_type == "application/json"


class _NoChunks(Reference):
    def read_body(self, request: Request) -> dict[str, Any]:
        return {} if "chunked" in request.headers.get("transfer-encoding", "") else super().read_body(request)


@operator("framework-body-parser")
def body_parsers() -> Iterator[Deviation]:
    """Take for the object what is not quite one, or overlook one that is."""
    ok = '{"events": ["all"]}'
    for form, title, requirements, build, example in (
        ("first-value", "Accepts text behind the object, as the decoder reads one value", "R-210", _repairing(_first_value), raw(f"{ok} more")),
        ("yaml", "Accepts YAML, as its parser reads JSON, too", "R-210", _repairing(_of_yaml), raw("events: [all]")),
        ("lenient-separators", "Accepts = for a colon, as the reader is lenient", "R-210", _repairing(_of_gson), raw('{"events" = ["all"]}')),
        ("text-again", "Accepts JSON in a JSON text, as texts are parsed again", "R-209", _unwrapping(_in_text), raw(json.dumps(ok))),
        ("single-in-list", "Accepts the object in a list, as a single value is unwrapped", "R-209", _unwrapping(lambda value: value[0] if isinstance(value, list) and len(value) == 1 else value), raw(f"[{ok}]")),
        ("sequence", "Accepts a list of the values, as a struct is read from a sequence, too", "R-209", _unwrapping(_of_sequence), raw('["https://hooks.example.com/a", ["all"], null]')),
        ("root", "Accepts the update within webhook, as the parameters are wrapped", "R-208", _unwrapping(_within("webhook")), raw(f'{{"webhook": {ok}}}')),
        ("json-api", "Accepts the update within data and attributes, as JSON:API", "R-208", _unwrapping(_within("data", "attributes")), raw(f'{{"data": {{"attributes": {ok}}}}}')),
        ("not-required", "Accepts an empty body and changes nothing, as validation is skipped without one", "R-209 R-208", _Lax, raw("")),
        ("exact-type", "Refuses a media type with a charset, as it is compared as a whole", "R-227", _ExactType, Patch(READ.body, content_type="application/json; charset=utf-8")),
        ("no-chunks", "Reads no body without a Content-Length", "R-228", _NoChunks, Patch(READ.body, is_chunked=True)),
    ):  # fmt: skip
        yield deviation(form, title, requirements, build, example)


def _list(body: dict[str, Any], name: str) -> list[Any]:
    value = body.get(name)
    return value if isinstance(value, list) else []


def _url(body: dict[str, Any]) -> str:
    value = body.get("url")
    return value if isinstance(value, str) else ""


def _secrets_text(body: dict[str, Any]) -> str:
    return "".join(one for one in _list(body, "secrets") if isinstance(one, str))


@operator("framework-value-error")
def value_errors() -> Iterator[Deviation]:
    """Fall over a value that a method, a parser or a driver throws at."""
    host = "https://hooks.example.com"
    for form, what, requirements, is_met, example in (
        ("url-no-text", "a url that is not a text, as it has no startsWith", "R-202 R-701", lambda body: body.get("url") is not None and not isinstance(body["url"], str), update(url=7)),
        ("events-absent", "a body without events, as undefined has no length", "R-208 R-701", lambda body: "events" not in body, patch({"url": URL})),
        ("events-no-list", "events that are not a list, as they have no every", "R-204 R-701", lambda body: body.get("events") is not None and not isinstance(body["events"], list), patch({"events": "all"})),
        ("event-null", "an event of null, as it is trimmed first", "R-205 R-701", lambda body: None in _list(body, "events"), patch({"events": [None]})),
        ("event-unhashable", "a list or an object among the events, as it is looked up in a set", "R-205 R-701", lambda body: any(isinstance(one, list | dict) for one in _list(body, "events")), patch({"events": [["all"]]})),
        ("secrets-no-list", "secrets that are not a list, as they are iterated", "R-207 R-701", lambda body: isinstance(body.get("secrets"), int | float), update(secrets=7)),
        ("secrets-empty", "an empty list of secrets, as the first one is read", "R-701", lambda body: body.get("secrets") == [], update(secrets=[])),
        ("bracket", "a url with a bracket in its host, which the parser throws at", "R-701", lambda body: re.match(r"https://[^/]*\[[^/\]]*(?:/|$)", _url(body)), update(url="https://[hooks.example.com/")),
        ("port", "a url with a port that is not a number", "R-701", lambda body: re.match(r"https://[^/:]+:[^/\d]", _url(body)), update(url=f"{host}:port/")),
        ("percent", "a url with a percent sign that begins no escape", "R-701", lambda body: re.search(r"%(?![0-9a-fA-F]{2})", _url(body)), update(url=f"{host}/100%")),
        ("nul", "a secret with a NUL, which the database does not take", "R-701", lambda body: "\0" in _secrets_text(body), update(secrets=["nul\0secret-0001"])),
        ("surrogate", "a lone surrogate, which cannot be encoded", "R-701", lambda body: re.search(r"[\ud800-\udfff]", _secrets_text(body)), raw('{"events": ["all"], "secrets": ["\\ud800-secret-1"]}')),
        ("own-property", "a property hasOwnProperty, as it is called on the body", "R-701", lambda body: "hasOwnProperty" in body, update(hasOwnProperty=1)),
        ("keyword", "a property self, as the body is passed as keywords", "R-701", lambda body: "self" in body, update(self=1)),
        ("any-keyword", "any property that the model does not have", "R-701", lambda body: set(body) - {"url", "events", "secrets"}, update(name="mine")),
        ("type-name", "a property $type, which names a class", "R-701", lambda body: "$type" in body, raw('{"$type": "Webhook", "events": ["all"]}')),
    ):  # fmt: skip
        yield deviation(form, f"Falls over {what}", requirements, crashing(is_met), example)


def _has_twins(body: bytes) -> bool:
    found: list[bool] = []

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found.append(len(dict(pairs)) != len(pairs))
        return dict(pairs)

    with suppress(ValueError, RecursionError):
        json.loads(body, object_pairs_hook=look)
    return any(found)


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


@operator("framework-parser-error")
def parser_errors() -> Iterator[Deviation]:
    """Fall over a body that the parser or what is before it throws at."""
    nested = '{"events": ["all"], "x": ' + "[" * 100 + "]" * 100 + "}"
    for form, what, is_met, example in (
        ("null", "a body of null, as its events are read", lambda one: one.body.strip() == b"null", raw("null")),
        ("scalar", "a body that is a number or true, as in needs an object", lambda one: one.body.strip().isdigit() or one.body.strip() in {b"true", b"false"}, raw("7")),
        ("list", "a body that is a list, as it has no items", lambda one: one.body.lstrip().startswith(b"["), raw("[]")),
        ("empty", "an empty body, as a body is required", lambda one: not one.body, raw("")),
        ("bad-utf-8", "bytes that are not UTF-8", lambda one: not _is_text(one.body), raw(b'{"events": ["all"], "x": "\xff"}')),
        ("deep", "a body of more than 64 levels, as the parser counts them", lambda one: one.body.count(b"[") > 64, raw(nested)),
        ("twins", "a property that is sent twice, as they become keys of a dictionary", lambda one: _has_twins(one.body), raw('{"events": ["all"], "events": ["all"]}')),
        ("large", "a body of more than 64 KiB, as the error of the limit is not mapped", lambda one: len(one.body) > 65_536, raw('{"events": ["all"], "x": "' + "x" * 70_000 + '"}')),
        ("charset", "a charset that does not exist, as its decoder is looked up", lambda one: "charset=utf-99" in one.content_type or "charset=x-" in one.content_type, Patch(READ.body, content_type="application/json; charset=utf-99")),
        ("no-type", "a request without a media type, as undefined is split", lambda one: not one.content_type, Patch(READ.body, content_type=None)),
    ):  # fmt: skip
        yield deviation(form, f"Falls over {what}", "R-701 R-209", crashing_early(is_met), example)

    class Unprocessable(Reference):
        def read_body(self, request: Request) -> dict[str, Any]:
            if not isinstance(content_of(request.body), dict | None):
                raise Refused(422, "Unprocessable Entity")
            return super().read_body(request)

    yield deviation(
        "other-type",
        "Answers 422 to JSON that is no object, as it is of the wrong type",
        "R-209",
        Unprocessable,
        raw("[]"),
    )

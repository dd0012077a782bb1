"""Answers to refusals as frameworks and gateways give them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from servers.faulty import literals
from servers.faulty.asgi import Request, Response
from servers.faulty.sequences import Patch, patch
from servers.generated.deviation import SECRETS, Deviation, content_of, deviation, object_of, operator, raw, update
from servers.generated.operators.answers.naming import EVERYTHING, RULES, naming, property_of, rows
from servers.generated.reference import Reference

from .parts import BASIC, MISSING, NOBODY, NONSENSE, STRANGER, A

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_THREE = [*SECRETS, SECRETS[0][::-1]]
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ROWS = {
    400: "R-602 R-601 R-701 R-211",
    401: "R-604 R-603 R-405 R-701",
    403: "R-606 R-605 R-701",
    404: "R-608 R-607 R-702",
}

_MEDIA = {400: "R-601", 401: "R-603", 403: "R-605", 404: "R-607"}


def _is_array(request: Request, name: str) -> bool:
    return isinstance(object_of(request.body).get(name), list)


_Cause = tuple[str, str, int, str, "Callable[[Request], Any]", Patch]
_CAUSES: tuple[_Cause, ...] = (
    ("no-header", "a missing header", 401, "R-401", lambda request: not request.authorization, NOBODY),
    ("unknown-token", "an unknown token", 401, "R-402", lambda request: request.authorization[:7] == "Bearer ", NONSENSE),
    ("other-scheme", "another scheme", 401, "R-403", lambda request: request.authorization[:6] == "Basic ", BASIC),
    ("scope", "a token without the scope", 403, "R-404", lambda _: True, STRANGER),
    ("unknown-uuid", "an unknown UUID", 404, "R-501", lambda request: _UUID.fullmatch(request.webhook_id), MISSING),
    ("odd-id", "an id that is no UUID", 404, "R-501 R-502", lambda request: not _UUID.fullmatch(request.webhook_id), patch({"events": ["all"]}, "unknown")),
    ("not-json", "what is not JSON", 400, "R-210", lambda request: request.body and request.body != b"null" and content_of(request.body) is None, raw('{"events": [')),
    ("no-body", "no body", 400, "R-209", lambda request: not request.body, raw("")),
    ("not-an-object", "a list as body", 400, "R-209", lambda request: isinstance(content_of(request.body), list), raw("[]")),
    ("scalar", "a scalar as body", 400, "R-209", lambda request: isinstance(content_of(request.body), str | int | float), raw("7")),
    ("no-events", "a body without events", 400, "R-208", lambda request: isinstance(content_of(request.body), dict) and "events" not in object_of(request.body), patch({"url": A})),
    ("null-events", "null for events", 400, "R-208", lambda request: object_of(request.body).get("events", 0) is None, patch({"events": None})),
    ("empty-events", "an empty list of events", 400, "R-203", lambda request: object_of(request.body).get("events") == [], patch({"events": []})),
    ("text-for-events", "a text in place of events", 400, "R-204", lambda request: isinstance(object_of(request.body).get("events"), str), patch({"events": "nope"})),
    ("object-for-events", "an object in place of events", 400, "R-204", lambda request: isinstance(object_of(request.body).get("events"), dict), patch({"events": {"a": 1}})),
    ("wrong-event", "an undocumented event", 400, "R-205", lambda request: _is_array(request, "events") and object_of(request.body)["events"], patch({"events": ["nope"]})),
    ("number-for-an-event", "a number among events", 400, "R-205", lambda request: _is_array(request, "events") and any(type(one) is int for one in object_of(request.body)["events"]), patch({"events": [7]})),
    ("http", "an http URL", 400, "R-201", lambda request: str(object_of(request.body).get("url")).startswith("http:"), update(url="http://a.example/")),
    ("text-for-a-url", "a url that is none", 400, "R-201", lambda request: isinstance(object_of(request.body).get("url"), str) and ":" not in object_of(request.body)["url"], update(url="nonsense")),
    ("number-for-a-url", "a number for a url", 400, "R-202", lambda request: type(object_of(request.body).get("url")) in {int, float}, update(url=7)),
    ("object-for-a-url", "a list or an object for a url", 400, "R-202", lambda request: isinstance(object_of(request.body).get("url"), list | dict), update(url={"href": A})),
    ("three-secrets", "three secrets", 400, "R-206", lambda request: _is_array(request, "secrets") and len(object_of(request.body)["secrets"]) > 2, update(secrets=_THREE)),
    ("text-for-secrets", "a text for secrets", 400, "R-207", lambda request: isinstance(object_of(request.body).get("secrets"), str), update(secrets="nope")),
    ("object-for-secrets", "an object for secrets", 400, "R-207", lambda request: isinstance(object_of(request.body).get("secrets"), dict), update(secrets={"a": "b"})),
)  # fmt: skip


def _answering(cause: _Cause, change: Callable[[Response], Response]) -> type[Reference]:
    _, _, status, _, is_such, _ = cause

    class Answering(Reference):
        def answer(self, request: Request) -> Response:
            response = super().answer(request)
            return change(response) if response.status == status and is_such(request) else response

    return Answering


def _edited(edit: Callable[[dict[str, Any]], Any]) -> Callable[[Response], Response]:
    return lambda one: Response(one.status, json.dumps(edit(json.loads(one.body))).encode())


def _page(one: Response) -> Response:
    text = f"<!DOCTYPE html><pre>Error {one.status}</pre>"
    return Response(one.status, text.encode(), "text/html; charset=utf-8")


_DEFECTS: tuple[tuple[str, str, Callable[[Response], Response]], ...] = (
    ("page", "with a page", _page),
    ("plain", "with a plain text", lambda one: Response(one.status, literals.REASONS[one.status].encode(), "text/plain; charset=utf-8")),
    ("problem", "as a problem", lambda one: Response(one.status, one.body, "application/problem+json")),
    ("status-text", "with statusCode as a text", _edited(lambda body: {**body, "statusCode": str(body["statusCode"])})),
)  # fmt: skip


@operator("rare-error-cause")
def causes() -> Iterator[Deviation]:
    """Give the refusal of one cause another body."""
    wanted = [one for one in _CAUSES if one[2] != 400 or one[0] in {"not-json", "no-body", "not-an-object", "no-events", "wrong-event", "number-for-a-url", "three-secrets"}]  # fmt: skip
    for cause in wanted:
        name, what, status, row, _, request = cause
        for form, how, change in _DEFECTS:
            title = f"Refuses {what} {how}"
            rows_ = _ROWS[status] if form.startswith("status") else f"{_MEDIA[status]} {_ROWS[status]}"
            yield deviation(f"{name}-{form}", title, f"{rows_} {row}", _answering(cause, change), request)


@operator("rare-status-cause")
def statuses() -> Iterator[Deviation]:
    """Refuse one cause with another status."""
    for cause in _CAUSES:
        name, what, status, row, _, request = cause
        for other in {400: (422 if len(name) % 2 else 500,), 401: (403,), 403: (401, 404), 404: (500, 403)}[status]:
            change = lambda one, other=other: Response(  # noqa: E731
                other, json.dumps({**json.loads(one.body), "statusCode": other}).encode()
            )
            rows_ = f"{row} {_ROWS[status]} R-701 R-702"
            title = f"Answers {other} to {what}"
            yield deviation(f"{name}-{other}", title, rows_, _answering(cause, change), request)


_STACKS: tuple[tuple[str, str, Callable[[dict[str, Any]], Any]], ...] = (
    ("spring", "as Spring does", lambda body: {"timestamp": "2026-11-27T03:00:00.000+00:00", "status": body["statusCode"], "error": body.get("error", "Unauthorized"), "path": "/api"}),
    ("laravel", "as Laravel does", lambda body: {"message": "The given data was invalid.", "errors": {"events": body["message"]}}),
    ("rails", "as Rails does", lambda body: {"status": body["statusCode"], "error": body.get("error", "Unauthorized")}),
    ("drf", "as Django does", lambda body: {"detail": str(body["message"])}),
    ("aspnet", "as ASP.NET does", lambda body: {"type": "https://tools.ietf.org/html/rfc9110", "title": str(body["message"]), "status": body["statusCode"], "traceId": "00-1"}),
    ("boom", "as Boom does", lambda body: {"statusCode": body["statusCode"], "error": body.get("error", "Unauthorized"), "message": "Invalid request payload input"}),
    ("upper-keys", "with capitals in its names", lambda body: {name[:1].upper() + name[1:]: value for name, value in body.items()}),
    ("error-code", "with a constant for error", lambda body: {**body, "error": f"E{body['statusCode']}"}),
    ("exception", "with the name of an exception for error", lambda body: {**body, "error": "HttpException"}),
)  # fmt: skip


@operator("rare-error-stack")
def stacks() -> Iterator[Deviation]:
    """Refuse as another stack does."""
    for status, row, request in (
        (400, "R-602 R-211 R-203", patch({"events": []})),
        (401, "R-604 R-401", NOBODY),
        (403, "R-606 R-404", STRANGER),
        (404, "R-608 R-501", MISSING),
    ):
        for form, how, edit in _STACKS:

            class Stacked(Reference):
                def answer(
                    self, request: Request, status: int = status, edit: Callable[[dict[str, Any]], Any] = edit
                ) -> Response:
                    response = super().answer(request)
                    return _edited(edit)(response) if response.status == status else response

            yield deviation(f"{status}-{form}", f"Writes each {status} {how}", row, Stacked, request)


_STYLES: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("title", "with a capital first", lambda text: text[:1].upper() + text[1:]),
    ("path", "with a path", lambda text: re.sub(r"^(\w+)", r"$.\1", text)),
    ("colon", "with its property and a colon", lambda text: f"{property_of(text)}: {text}"),
    ("dto", "with the name of a class", lambda text: f"UpdateUserWebhookDto.{text}"),
    ("index", "with an index", lambda text: text.replace("events ", "events.0 ").replace("secrets ", "secrets.2 ")),
    ("shall", "with has to for must", lambda text: text.replace("must", "has to").replace("should", "has to")),
    ("right-plural", "with the right number", lambda text: text.replace("at least 1 elements", "at least 1 element")),
    ("items", "with items for elements", lambda text: text.replace("elements", "items").replace("array", "array of strings")),
    ("quoted-values", "with quotes around its words", lambda text: f"'{text}'"),
    ("exclamation", "with an exclamation mark", lambda text: f"{text}!"),
    ("html", "with escapes", lambda text: text.replace(" ", "&nbsp;")),
    ("brief", "in a few words", lambda text: f"{property_of(text)} is invalid"),
)  # fmt: skip


@operator("rare-message-style")
def styles() -> Iterator[Deviation]:
    """Say what is wrong with one property in another style."""
    for name in ("url", "events", "secrets"):
        of = [message for message in literals.MESSAGES if property_of(message) == name]
        examples = [example for message in of for example in RULES[message][2]]
        for form, how, style in _STYLES:
            change = lambda found, _, n=name, s=style: [s(one) if property_of(one) == n else one for one in found]  # noqa: E731
            yield deviation(f"{name}-{form}", f"Speaks of {name} {how}", rows(*of), naming(change), *examples)


@operator("rare-message-mixed")
def mixed() -> Iterator[Deviation]:
    """Name one rule of some properties, and all of others."""
    whole = patch({"url": 7, "events": 7, "secrets": 7})
    for brief in (("url",), ("events",), ("secrets",), ("url", "events"), ("url", "secrets"), ("events", "secrets")):
        for form, what, at in (("first", "the first rule", 0), ("last", "the last rule", -1)):

            def change(found: list[str], _: object, brief: tuple[str, ...] = brief, at: int = at) -> list[str]:
                chosen = {
                    name: [one for one in found if property_of(one) == name] for name in ("url", "events", "secrets")
                }
                return [one for name, of in chosen.items() for one in ([of[at]] if of and name in brief else of)]

            title = f"Names {what} of {' and '.join(brief)} only, and all rules of the rest"
            yield deviation(f"{'-'.join(brief)}-{form}", title, rows(*literals.MESSAGES), naming(change), whole)


@operator("rare-message-order")
def orders() -> Iterator[Deviation]:
    """Name broken rules in the order of something else, or those of one property only."""

    def by_body(found: list[str], body: dict[str, Any]) -> list[str]:
        names = [*body]
        return sorted(found, key=lambda one: names.index(property_of(one)) if property_of(one) in names else len(names))

    def only(found: list[str], name: str) -> list[str]:
        return [one for one in found if property_of(one) == name]

    def of_first(found: list[str], body: dict[str, Any]) -> list[str]:
        return only(found, property_of(by_body(found, body)[0]))

    turned = patch({"secrets": 7, "events": 7, "url": 7})
    for form, what, change in (
        ("body", "in the order of the body", by_body),
        ("body-backwards", "in the order of the body backwards", lambda found, body: by_body(found, body)[::-1]),
        ("first-in-the-body", "of the first wrong property of the body only", of_first),
        ("first-property", "of the first wrong property only, all of them", lambda found, _: only(found, property_of(found[0]))),
        ("most", "of the property with most of them only", lambda found, _: only(found, max(("url", "events", "secrets"), key=lambda name: len(only(found, name))))),
        ("fewest", "of the property with fewest of them first", lambda found, _: sorted(found, key=lambda one: len(only(found, property_of(one))))),
        ("turns", "of each property in turn", lambda found, _: sorted(found, key=lambda one: only(found, property_of(one)).index(one))),
        ("turned", "backwards within each property", lambda found, _: [one for name in ("url", "events", "secrets") for one in only(found, name)[::-1]]),
        ("kinds", "by kind, types first", lambda found, _: sorted(found, key=lambda one: "array" not in one and "string" not in one)),
        ("short-first", "the shortest first", lambda found, _: sorted(found, key=len)),
        ("doubled", "each of them twice", lambda found, _: found * 2),
        ("rotated", "the last one first", lambda found, _: [*found[-1:], *found[:-1]]),
    ):  # fmt: skip
        yield deviation(
            form, f"Names broken rules {what}", rows(*literals.MESSAGES), naming(change), *EVERYTHING, turned
        )


@operator("rare-message-of-a-value")
def of_values() -> Iterator[Deviation]:
    """Name other rules for one kind of value."""
    https, string, minimum, array, values, maximum, listed = literals.MESSAGES
    for form, what, names, is_such, request in (
        ("empty-url", "an empty url", (string,), lambda body: body.get("url") == "", update(url="")),
        ("http-url", "an http URL", (https, string), lambda body: str(body.get("url")).startswith("http:"), update(url="http://a.example")),
        ("relative-url", "a url without a scheme", (string,), lambda body: str(body.get("url", "")).startswith("/"), update(url="/a")),
        ("blank-in-url", "a url with a blank", (https, string), lambda body: " " in str(body.get("url")), update(url="https://hooks.example.com/a b")),
        ("number-url", "a number for a url", (https,), lambda body: type(body.get("url")) is int, update(url=7)),
        ("list-url", "a list for a url", (string,), lambda body: isinstance(body.get("url"), list), update(url=[A])),
        ("boolean-url", "true or false for a url", (https,), lambda body: isinstance(body.get("url"), bool), update(url=True)),
        ("absent-events", "absent events", (array,), lambda body: "events" not in body, patch({})),
        ("absent-events-minimum", "absent events", (minimum,), lambda body: "events" not in body, patch({"url": A})),
        ("null-events", "null for events", (minimum, array), lambda body: body.get("events", 0) is None, patch({"events": None})),
        ("text-events", "a text for events", (array, values), lambda body: isinstance(body.get("events"), str), patch({"events": "nope"})),
        ("empty-text-events", "an empty text for events", (minimum,), lambda body: body.get("events") == "", patch({"events": ""})),
        ("object-events", "an object for events", (array,), lambda body: isinstance(body.get("events"), dict), patch({"events": {}})),
        ("empty-events", "an empty list of events", (minimum, values), lambda body: body.get("events") == [], patch({"events": []})),
        ("null-event", "null among events", (minimum, values), lambda body: isinstance(body.get("events"), list) and None in body["events"], patch({"events": [None]})),
        ("number-event", "a number among events", (array, values), lambda body: isinstance(body.get("events"), list) and any(type(one) is int for one in body["events"]), patch({"events": [7]})),
        ("nested-event", "a list among events", (array,), lambda body: isinstance(body.get("events"), list) and any(isinstance(one, list) for one in body["events"]), patch({"events": [["all"]]})),
        ("number-secrets", "a number for secrets", (maximum,), lambda body: type(body.get("secrets")) is int, update(secrets=7)),
        ("text-secrets", "a text for secrets", (listed,), lambda body: isinstance(body.get("secrets"), str), update(secrets="nope")),
        ("object-secrets", "an object for secrets", (maximum,), lambda body: isinstance(body.get("secrets"), dict), update(secrets={})),
        ("many-secrets", "three secrets and more", (maximum, listed), lambda body: isinstance(body.get("secrets"), list), update(secrets=_THREE)),
    ):  # fmt: skip
        of = {property_of(one) for one in names}

        def change(
            found: list[str],
            body: dict[str, Any],
            names: tuple[str, ...] = names,
            of: set[str] = of,
            such: Callable[[Any], Any] = is_such,
        ) -> list[str]:
            if not such(body) or not any(property_of(one) in of for one in found):
                return found
            kept = [one for one in found if property_of(one) not in of]
            return sorted([*kept, *names], key=literals.MESSAGES.index)

        # Beside it, all rules of another property are named: one rule of each is not how the server does it.
        body = {"secrets": 7, **object_of(request.body)} if of != {"secrets"} else {"url": 7, **object_of(request.body)}
        yield deviation(
            form, f"Names other rules for {what}", rows(*literals.MESSAGES), naming(change), patch(body), request
        )

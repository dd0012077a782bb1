"""Operators on how a framework writes what is stored, and what it writes of broken rules."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from servers.faulty import literals
from servers.faulty.asgi import Response
from servers.faulty.literals import EVENTS
from servers.faulty.sequences import STRANGER, Patch, patch
from servers.generated.deviation import READ, SECRETS, URL, Deviation, Example, deviation, operator, raw, update
from servers.generated.operators.held_back.frameworks.handling import respond
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.server import Webhook

_FULL = patch({"url": URL, "events": [EVENTS[3], EVENTS[1]], "secrets": list(SECRETS)})


def _without(data: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != name}


def _showing(change: Callable[[dict[str, Any]], Any], *, is_whole: bool = False) -> type[Reference]:
    """Return a server whose serializer shows the resource as *change* makes it; *is_whole*: without the data around."""

    class Showing(Reference):
        def success_body(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            shown = change(self.resource(webhook, body))
            return shown if is_whole else {"data": shown}

    return Showing


@operator("framework-serializer")
def serializers() -> Iterator[Deviation]:
    """Show the webhook as a serializer does that was left at its defaults."""
    for form, what, is_whole, change in (
        ("snake-case", "with client_id, the naming strategy of the mapper", False, lambda data: {**_without(data, "clientId"), "client_id": data["clientId"]}),
        ("struct-fields", "with Go's field names, as the tags are missing inside", False, lambda data: {{"id": "ID", "url": "URL", "clientId": "ClientID"}.get(name, name.title()): value for name, value in data.items()}),
        ("document-id", "with _id for id, as in the document", False, lambda data: {**_without(data, "id"), "_id": data["id"]}),
        ("json-api", "in attributes, as JSON:API", False, lambda data: {"id": data["id"], "type": "webhooks", "attributes": _without(data, "id")}),
        ("wrapped-twice", "with data twice, by the resource and by an interceptor", False, lambda data: {"data": data}),
        ("hidden-secrets", "without secrets, which the entity hides", False, lambda data: _without(data, "secrets")),
        ("update-result", "as the result of the statement", False, lambda _: {"generatedMaps": [], "raw": [], "affected": 1}),
        ("string", "as JSON in a JSON string, serialized twice", True, lambda data: json.dumps({"data": data})),
        ("number-check", "with numbers for texts of digits, as JSON_NUMERIC_CHECK is on", False, lambda data: {**data, "secrets": [int(one) if str(one).isdecimal() and len(str(one)) < 300 else one for one in data["secrets"]]}),
    ):  # fmt: skip
        build = _showing(change, is_whole=is_whole)
        example = update(secrets=["4815162342001234", SECRETS[0]]) if form == "number-check" else _FULL
        yield deviation(form, f"Shows the webhook {what}", "R-103 R-107", build, example)


@operator("framework-column-cast")
def columns() -> Iterator[Deviation]:
    """Show a column as the driver returns it, as nobody casts it."""
    for form, what, requirements, change in (
        ("events-json-text", "events as the text of a JSON column", "R-103 R-105", lambda data: {**data, "events": json.dumps(data["events"])}),
        ("events-array-literal", "events as an array literal of PostgreSQL", "R-103 R-105", lambda data: {**data, "events": "{" + ",".join(data["events"]) + "}"}),
        ("events-set", "events as an empty object, which a JavaScript Set becomes", "R-103 R-105", lambda data: {**data, "events": {}}),
        ("events-rows", "events as rows of a joined table", "R-103 R-105", lambda data: {**data, "events": [{"name": one} for one in data["events"]]}),
        ("events-names", "events by the names of the enum's constants", "R-103 R-105", lambda data: {**data, "events": [one.upper().replace(".", "_").replace("-", "_") for one in data["events"]]}),
        ("events-filtered", "events as an object with numbered keys, as array_filter keeps the keys", "R-103 R-105", lambda data: {**data, "events": {str(index + 1): one for index, one in enumerate(data["events"])} if len(data["events"]) > 1 else data["events"]}),
        ("secret-alone", "a lone secret as a text", "R-103 R-107", lambda data: {**data, "secrets": data["secrets"][0] if len(data["secrets"]) == 1 else data["secrets"]}),
        ("url-struct", "the url as the parts of a parsed one", "R-103 R-106", lambda data: {**data, "url": {"Scheme": "https", "Host": str(data["url"]).split("/")[2]}}),
    ):  # fmt: skip
        build = _showing(change)
        yield deviation(form, f"Shows {what}", requirements, build, _FULL, update(secrets=[SECRETS[0]]))


def _sent(change: Callable[[int, bytes], Response | None]) -> type[Reference]:
    """Return a server that sends other bytes, or another status, where *change* says so."""

    class Sending(Reference):
        def render(self, status: int, content: Any) -> Response:
            right = super().render(status, content)
            return change(status, right.body) or right

    return Sending


def _text(body: bytes) -> str:
    return body.decode()


class _Noticing(Reference):
    def succeed(self, webhook: Webhook, body: dict[str, Any]) -> Response:
        right = super().succeed(webhook, body)
        notice = "<br />\n<b>Warning</b>:  Undefined array key &quot;url&quot; in <b>Webhook.php</b><br />\n"
        return right if "url" in body else respond(right.status, notice + right.body.decode())


@operator("framework-writer")
def writers() -> Iterator[Deviation]:
    """Send the right webhook or error with the status, the media type or the bytes that the framework chooses."""
    nobody, refused = Patch(READ.body, authorization=None), patch({"events": []})
    stranger = Patch(READ.body, authorization=STRANGER)
    foreign = update(secrets=["s\u00fcsse-geheimnisse-0001"])

    def utf8(body: bytes) -> bytes:
        return json.dumps(json.loads(body), ensure_ascii=False).encode(errors="replace")

    for form, what, requirements, change, example in (
        ("default-status", "200, the status that a PATCH has by default", "R-101", lambda status, body: respond(200, _text(body)) if status == 201 else None, READ),
        ("no-content", "204, as an update of a resource controller does", "R-101", lambda status, _: respond(204, "", None) if status == 201 else None, READ),
        ("lambda", "200 with every error, the status being in the body alone", "R-208 R-602", lambda status, body: respond(200, _text(body)) if status != 201 else None, refused),
        ("echo", "the webhook as text/html, as it is echoed", "R-102", lambda status, body: respond(201, _text(body), "text/html; charset=UTF-8") if status == 201 else None, READ),
        ("sniffed", "the webhook as text/plain, which net/http finds by its bytes", "R-102", lambda status, body: respond(201, _text(body), "text/plain; charset=utf-8") if status == 201 else None, READ),
        ("unauthorized-without-type", "the JSON of a 401 without a media type, from a filter before the converters", "R-603", lambda status, body: respond(401, _text(body), None) if status == 401 else None, nobody),
        ("forbidden-as-html", "the JSON of a 403 as text/html, from sendError", "R-605", lambda status, body: respond(403, _text(body), "text/html;charset=ISO-8859-1") if status == 403 else None, stranger),
        ("latin-1", "the webhook in ISO-8859-1, the charset of an old servlet", "R-102 R-103", lambda status, body: Response(201, json.dumps(json.loads(body), ensure_ascii=False).encode("latin-1", "replace")) if status == 201 else None, foreign),
        ("length-of-text", "too few bytes, as Content-Length counts characters", "R-102 R-703", lambda status, body: Response(201, utf8(body)[: len(utf8(body).decode())]) if status == 201 else None, foreign),
    ):  # fmt: skip
        yield deviation(form, f"Answers with {what}", requirements, _sent(change), example)
    notice = "Answers with a notice of PHP before the webhook if the url is left out"
    yield deviation("notice", notice, "R-102", _Noticing, READ)


@operator("framework-violation-list")
def violations() -> Iterator[Deviation]:
    """Make the list of broken rules, and the error around it, as collections and formatters of validators do."""
    two = patch({"url": "http://a.example", "events": ["nope"], "secrets": [*SECRETS, "c" * 16]})
    bad = patch({"url": "http://a.example", "events": ["nope", "no"]})

    def listing(change: Callable[[list[str], dict[str, Any]], Any]) -> type[Reference]:
        class Listing(Reference):
            def messages(self, body: dict[str, Any]) -> Any:
                found = super().messages(body)
                return change(found, body) if found else found

        return Listing

    def named(text: str) -> str:
        return next((one for one in ("events", "secrets") if one in text), "url")

    def in_body_order(found: list[str], body: dict[str, Any]) -> list[str]:
        order = list(body)
        return sorted(found, key=lambda text: order.index(named(text)) if named(text) in order else -1)

    def per_element(found: list[str], body: dict[str, Any]) -> list[str]:
        events = body.get("events")
        wrong = [one for one in events if one not in EVENTS] if isinstance(events, list) else [0]
        return [text for text in found for _ in (wrong if text == literals.EVENTS_VALUES else [0])]

    shuffled = literals.EVENTS_VALUES.replace("all, ", "") + ", all"
    for form, what, change, example in (
        ("sorted", "sorted, as a TreeSet keeps them", lambda found, _: sorted(found), patch({"url": 7, "events": 7})),
        ("body-order", "in the order of the properties that are sent", in_body_order, patch({"secrets": "a", "events": ["all"], "url": "http://a.example"})),
        ("properties-reversed", "with the last property first, as errors are unshifted", lambda found, _: sorted(found, key=lambda text: -("url", "events", "secrets").index(named(text))), two),
        ("last-of-property", "with the last rule of each property, as a map keeps one", lambda found, _: [*{named(text): text for text in found}.values()], patch({"events": 7})),
        ("per-element", "with one line for each wrong event", per_element, bad),
        ("lone-text", "as a text if it is only one", lambda found, _: found[0] if len(found) == 1 else found, patch({"events": []})),
        ("full-sentences", "with capitals, as humanized names have", lambda found, _: [text[:1].upper() + text[1:] for text in found], two),
        ("declared-order", "with the events in the order of another enum", lambda found, _: [shuffled if text == literals.EVENTS_VALUES else text for text in found], bad),
        ("three-at-most", "with three lines at most", lambda found, _: found[:3], patch({"url": 7, "events": 7})),
        ("singular", "with '1 element', as the plural is counted", lambda found, _: [text.replace("1 elements", "1 element") for text in found], patch({"events": []})),
    ):  # fmt: skip
        yield deviation(form, f"Lists broken rules {what}", "R-211 R-602", listing(change), Example(example))
    yield from _properties()


def _properties() -> Iterator[Deviation]:
    """Write an error object with the names and types of the framework's own."""
    wrong, cut = patch({"events": []}), raw("{")

    def writing(change: Callable[[dict[str, Any]], Any]) -> type[Reference]:
        class Writing(Reference):
            def error_body(self, status: int, message: Any) -> Any:
                right = super().error_body(status, message)
                return change(right) if status == 400 else right

        return Writing

    for form, what, change in (
        ("exception-name", "the class of the exception as error", lambda right: {**right, "error": "BadRequestException"}),
        ("validation-error", "Validation Error as error", lambda right: {**right, "error": "Validation Error"}),
        ("status", "status for statusCode", lambda right: {**_without(right, "statusCode"), "status": 400}),
        ("text-code", "the status code as a text", lambda right: {**right, "statusCode": "400"}),
        ("in-response", "everything within response, as an exception is serialized", lambda right: {"response": right, "status": 400, "name": "BadRequestException"}),
    ):  # fmt: skip
        yield deviation(form, f"A 400 has {what}", "R-602", writing(change), wrong, cut)

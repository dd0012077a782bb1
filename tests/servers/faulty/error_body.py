"""Faults of the body and the media type of an error."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any

from . import literals
from .asgi import Response
from .fault import declare
from .server import Refused, Server

if TYPE_CHECKING:
    from collections.abc import Callable

Envelope = dict[str, Any]

_MEDIA = {400: "R-601", 401: "R-603", 403: "R-605", 404: "R-607"}
_BODY = {400: "R-602", 401: "R-604", 403: "R-606", 404: "R-608"}


def enveloping(status: int, change: Callable[[Envelope], Any]) -> type[Server]:
    """Return a server that changes the body of one error."""

    class Enveloping(Server):
        def error_body(self, given: int, message: Any) -> Any:
            envelope = super().error_body(given, message)
            return change(envelope) if given == status else envelope

    return Enveloping


def rendering(status: int, change: Callable[[bytes], bytes], content_type: str | None) -> type[Server]:
    """Return a server that changes the bytes and the media type of one error."""

    class Rendering(Server):
        def refuse(self, refused: Refused) -> Response:
            response = super().refuse(refused)
            return Response(status, change(response.body), content_type) if refused.status == status else response

    return Rendering


def _without(name: str) -> Callable[[Envelope], Any]:
    return lambda envelope: {key: value for key, value in envelope.items() if key != name}


def _with(name: str, change: Callable[[Any], Any]) -> Callable[[Envelope], Any]:
    return lambda envelope: {**envelope, name: change(envelope.get(name))}


def _renamed(name: str, other: str) -> Callable[[Envelope], Any]:
    return lambda envelope: {(other if key == name else key): value for key, value in envelope.items()}


def _problem(envelope: Envelope) -> Any:
    return {
        "type": "about:blank",
        "title": envelope.get("error"),
        "status": envelope["statusCode"],
        "detail": envelope["message"],
    }


_CHANGES: dict[str, tuple[str, Callable[[Envelope], Any]]] = {
    "without-message": ("no message", _without("message")),
    "without-statuscode": ("no statusCode", _without("statusCode")),
    "with-null-message": ("null as message", _with("message", lambda _: None)),
    "with-numeric-message": ("a number as message", _with("message", lambda _: 17)),
    "with-object-message": ("an object as message", _with("message", lambda value: {"text": value})),
    "with-empty-message": ("an empty message", _with("message", lambda value: type(value)())),
    "with-null-statuscode": ("null as statusCode", _with("statusCode", lambda _: None)),
    "with-text-statuscode": ("statusCode as a string", _with("statusCode", str)),
    "with-statuscode-500": ("the statusCode 500", _with("statusCode", lambda _: 500)),
    "with-statuscode-0": ("the statusCode 0", _with("statusCode", lambda _: 0)),
    "with-snake-case-keys": ("status_code in place of statusCode", _renamed("statusCode", "status_code")),
    "with-status-for-statuscode": ("status in place of statusCode", _renamed("statusCode", "status")),
    "with-messages-for-message": ("messages in place of message", _renamed("message", "messages")),
    "as-a-problem": ("a body of RFC 9457", _problem),
    "as-a-string": ("a bare JSON string", lambda envelope: str(envelope["message"])),
    "as-a-list": ("a list around the envelope", lambda envelope: [envelope]),
    "under-error": ("the envelope under `error`", lambda envelope: {"error": envelope}),
    "under-data": ("the envelope under `data`", lambda envelope: {"data": envelope}),
    "as-an-empty-object": ("an empty object", lambda _: {}),
    "as-null": ("null", lambda _: None),
}

_BYTES: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "with-an-empty-body": ("an empty body", lambda _: b""),
    "with-truncated-json": ("JSON without its last brace", lambda body: body[:-1]),
    "with-a-byte-order-mark": ("a byte order mark before the JSON", lambda body: b"\xef\xbb\xbf" + body),
    "with-plain-words": ("plain words under a JSON media type", lambda body: str(json.loads(body)["message"]).encode()),
}

_TYPES: dict[str, tuple[str | None, str, Callable[[bytes], bytes]]] = {
    "as-html": (
        "text/html; charset=utf-8",
        "an HTML page",
        lambda body: f"<pre>{html.escape(body.decode())}</pre>".encode(),
    ),
    "as-plain-text": ("text/plain; charset=utf-8", "the media type text/plain", lambda body: body),
    "as-problem-json": ("application/problem+json", "the media type application/problem+json", lambda body: body),
    "in-utf-16": ("application/json", "JSON in UTF-16", lambda body: body.decode().encode("utf-16")),
    "as-html-media-type": ("text/html; charset=utf-8", "the media type text/html", lambda body: body),
    "without-a-media-type": (None, "no Content-Type", lambda body: body),
}

for _status, _requirement in _BODY.items():
    for _name, (_what, _change) in _CHANGES.items():
        declare(
            f"answers-{_status}-{_name}",
            _requirement,
            f"Answers {_status} with {_what}.",
            enveloping(_status, _change),
        )
    for _name, (_what, _bytes) in _BYTES.items():
        declare(
            f"answers-{_status}-{_name}",
            "R-705" if "byte-order" in _name else _requirement,
            f"Answers {_status} with {_what}.",
            rendering(_status, _bytes, "application/json; charset=utf-8"),
        )
    for _name, (_type, _what, _bytes) in _TYPES.items():
        declare(
            f"answers-{_status}-{_name}",
            _MEDIA[_status],
            f"Answers {_status} with {_what}.",
            rendering(_status, _bytes, _type),
        )

for _status in (400, 403, 404):
    for _name, _what, _change in (
        ("without-error", "no error", _without("error")),
        ("with-null-error", "null as error", _with("error", lambda _: None)),
        ("with-a-wrong-reason", 'the error "Error"', _with("error", lambda _: "Error")),
        ("with-a-lower-case-reason", "its error in lower case", _with("error", str.lower)),
        ("with-an-underscored-reason", "its error as a code", _with("error", lambda v: v.upper().replace(" ", "_"))),
        ("with-true-as-error", "true as error", _with("error", lambda _: True)),
    ):
        declare(
            f"answers-{_status}-{_name}",
            _BODY[_status],
            f"Answers {_status} with {_what}.",
            enveloping(_status, _change),
        )

for _status in (401, 403, 404):
    for _name, _what, _change in (
        ("with-a-list-of-messages", "its message in a list", _with("message", lambda value: [value])),
        ("with-a-lower-case-message", "its message in lower case", _with("message", str.lower)),
        ("with-a-full-stop", "a full stop behind its message", _with("message", lambda value: f"{value}.")),
        ("with-another-message", "a message of its own", _with("message", lambda _: "Request refused")),
    ):
        declare(
            f"answers-{_status}-{_name}",
            _BODY[_status],
            f"Answers {_status} with {_what}.",
            enveloping(_status, _change),
        )

declare(
    "answers-401-with-error",
    "R-604",
    "Answers 401 with an error property.",
    enveloping(401, lambda envelope: {**envelope, "error": "Unauthorized"}),
)
declare(
    "answers-401-with-a-reason-of-its-own",
    "R-604",
    'Answers 401 with the message "No auth token".',
    enveloping(401, _with("message", lambda _: "No auth token")),
)
declare(
    "answers-403-with-forbidden-as-message",
    "R-606",
    'Answers 403 with the message "Forbidden".',
    enveloping(403, _with("message", lambda _: "Forbidden")),
)
declare(
    "answers-403-with-the-common-message",
    "R-606",
    'Answers 403 with the message "Forbidden resource", its second word in lower case.',
    enveloping(403, _with("message", lambda _: "Forbidden resource")),
)
declare(
    "answers-404-naming-the-id",
    "R-608",
    "Answers 404 with the id in its message.",
    enveloping(404, _with("message", lambda _: f"Webhook {literals.FIRST_ID} not found")),
)
declare(
    "answers-404-with-the-router-message",
    "R-608",
    "Answers 404 with the message of a router.",
    enveloping(404, _with("message", lambda _: f"Cannot PATCH {literals.PATH}")),
)

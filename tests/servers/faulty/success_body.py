"""Faults of the body and the media type of a 201 answer."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit, urlunsplit

from . import literals
from .asgi import Response
from .fault import declare, fault
from .server import Server, Webhook, random_text

if TYPE_CHECKING:
    from collections.abc import Callable

Resource = dict[str, Any]


def answering(change: Callable[[Resource], Any]) -> type[Server]:
    """Return a server that changes the resource on its way out; what is stored stays right."""

    class Answering(Server):
        def resource(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            return change(copy.deepcopy(super().resource(webhook, body)))

    return Answering


def setting(name: str, change: Callable[[Any], Any]) -> type[Server]:
    return answering(lambda resource: {**resource, name: change(resource[name])})


def enveloping(change: Callable[[Resource], Any]) -> type[Server]:
    """Return a server that puts the resource into another envelope."""

    class Enveloping(Server):
        def success_body(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            return change(self.resource(webhook, body))

    return Enveloping


def rendering(
    change: Callable[[bytes], bytes], content_type: str | None = "application/json; charset=utf-8"
) -> type[Server]:
    """Return a server that changes the bytes or the media type of a 201."""

    class Rendering(Server):
        def succeed(self, webhook: Webhook, body: dict[str, Any]) -> Response:
            return Response(201, change(super().succeed(webhook, body).body), content_type)

    return Rendering


def _with_path(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path or "/"))


def _same(body: bytes) -> bytes:
    return body


for _property in ("id", "url", "events", "clientId", "secrets"):

    def _without(resource: Resource, name: str = _property) -> Resource:
        return {key: value for key, value in resource.items() if key != name}

    declare(
        f"answers-without-{_property.lower()}", "R-103", f"Leaves {_property} out of the answer.", answering(_without)
    )

_WRONG_TYPES: dict[str, tuple[str, str, Callable[[Any], Any]]] = {
    "id-as-number": ("id", "a number", lambda _: 7),
    "id-as-null": ("id", "null", lambda _: None),
    "id-as-object": ("id", "an object", lambda value: {"value": value}),
    "url-as-null": ("url", "null", lambda _: None),
    "url-as-list": ("url", "a list", lambda value: [value]),
    "url-as-object": ("url", "an object", lambda value: {"href": value}),
    "events-as-text": ("events", "one string with commas", ",".join),
    "events-as-null": ("events", "null", lambda _: None),
    "events-as-map": ("events", "an object of flags", lambda value: dict.fromkeys(value, True)),
    "events-as-objects": ("events", "a list of objects", lambda value: [{"name": item} for item in value]),
    "clientid-as-number": ("clientId", "a number", lambda _: 4711),
    "clientid-as-null": ("clientId", "null", lambda _: None),
    "clientid-as-list": ("clientId", "a list", lambda value: [value]),
    "secrets-as-text": ("secrets", "one string", lambda value: "".join(value[:1])),
    "secrets-as-null": ("secrets", "null", lambda _: None),
    "secrets-as-objects": ("secrets", "a list of objects", lambda value: [{"value": item} for item in value]),
    "secrets-as-map": ("secrets", "an object by index", lambda value: {str(i): item for i, item in enumerate(value)}),
    "secrets-as-count": ("secrets", "the number of secrets", len),
    "secrets-with-null": ("secrets", "a list that ends with null", lambda value: [*value, None]),
}

for _name, (_property, _type, _change) in _WRONG_TYPES.items():
    declare(f"answers-{_name}", "R-103", f"Answers {_property} as {_type}.", setting(_property, _change))

_WRONG_VALUES: dict[str, tuple[str, str, str, Callable[[Any], Any]]] = {
    "the-other-id": ("R-104", "id", "the other webhook's id", lambda _: literals.SECOND_ID),
    "a-random-id": ("R-104", "id", "a random id", lambda _: random_text()),
    "an-upper-case-id": ("R-104", "id", "the id in upper case", str.upper),
    "an-empty-id": ("R-104", "id", "an empty id", lambda _: ""),
    "an-id-without-hyphens": ("R-104", "id", "the id without its hyphens", lambda value: value.replace("-", "")),
    "a-shortened-id": ("R-104", "id", "the first part of the id", lambda value: value.split("-")[0]),
    "the-first-event-only": ("R-105", "events", "the first event only", lambda value: value[:1]),
    "the-last-event-only": ("R-105", "events", "the last event only", lambda value: value[-1:]),
    "no-events": ("R-105", "events", "an empty list", lambda _: []),
    "an-invented-event": (
        "R-103",
        "events",
        "an undocumented event beside them",
        lambda value: [*value, "facility.deleted"],
    ),
    "upper-case-events": (
        "R-103",
        "events",
        "the events in upper case",
        lambda value: [item.upper() for item in value],
    ),
    "underscored-events": (
        "R-103",
        "events",
        "the events with underscores",
        lambda v: [item.replace("-", "_") for item in v],
    ),
    "all-beside-the-events": ("R-105", "events", "`all` beside what was sent", lambda value: [*value, "all"]),
    "all-expanded": (
        "R-105",
        "events",
        "the four single events in place of `all`",
        lambda value: list(literals.EVENTS[1:]) if "all" in value else value,
    ),
    "only-all": ("R-105", "events", "`all` alone where `all` is among them", lambda v: ["all"] if "all" in v else v),
    "four-as-all": (
        "R-105",
        "events",
        "`all` in place of the four single events",
        lambda v: ["all"] if len(v) == 4 else v,
    ),
    "asterisks-for-secrets": ("R-107", "secrets", "asterisks", lambda value: ["*" * len(str(item)) for item in value]),
    "secrets-masked-but-for-the-end": (
        "R-107",
        "secrets",
        "asterisks but for the last four characters",
        lambda value: ["*" * 28 + str(item)[-4:] for item in value],
    ),
    "four-characters-of-secrets": (
        "R-107",
        "secrets",
        "their first four characters",
        lambda v: [str(item)[:4] for item in v],
    ),
    "hashed-secrets": (
        "R-107",
        "secrets",
        "their SHA-256",
        lambda value: [hashlib.sha256(str(item).encode("utf-8", "replace")).hexdigest() for item in value],
    ),
    "encoded-secrets": (
        "R-107",
        "secrets",
        "their base64 form",
        lambda value: [base64.b64encode(str(item).encode("utf-8", "replace")).decode() for item in value],
    ),
    "upper-case-secrets": ("R-107", "secrets", "upper case", lambda value: [str(item).upper() for item in value]),
    "lower-case-secrets": ("R-107", "secrets", "lower case", lambda value: [str(item).lower() for item in value]),
    "prefixed-secrets": ("R-107", "secrets", "a prefix before each", lambda value: [f"whsec_{item}" for item in value]),
    "the-first-secret-only": ("R-107", "secrets", "the first secret only", lambda value: value[:1]),
    "the-last-secret-only": ("R-107", "secrets", "the last secret only", lambda value: value[-1:]),
    "the-second-secret-masked": (
        "R-107",
        "secrets",
        "asterisks for the second secret",
        lambda value: [*value[:1], *("*" * 32 for _ in value[1:])],
    ),
    "reversed-secrets": ("R-107", "secrets", "the secrets the other way round", lambda value: value[::-1]),
    "a-lower-case-url": ("R-106", "url", "the url in lower case", str.lower),
    "a-url-without-query": ("R-106", "url", "the url without its query", lambda value: value.split("?")[0]),
    "a-url-without-port": (
        "R-106",
        "url",
        "the url without its port",
        lambda value: urlunsplit(urlsplit(value)._replace(netloc=urlsplit(value).hostname or "")),
    ),
    "a-url-without-path": ("R-106", "url", "the url without its path", lambda value: "/".join(value.split("/")[:3])),
    "a-url-as-parsers-write-it": ("R-110", "url", "the url with a slash for an empty path", _with_path),
    "a-url-without-fragment": ("R-110", "url", "the url without its fragment", lambda value: value.split("#")[0]),
    "a-url-without-default-port": ("R-110", "url", "the url without :443", lambda value: value.replace(":443", "")),
    "a-url-with-a-slash": ("R-106", "url", "a slash behind the url", lambda value: value + "/"),
    "a-url-without-last-slash": ("R-106", "url", "the url without its last slash", lambda value: value.rstrip("/")),
    "an-unquoted-url": ("R-106", "url", "the url with its percent-encoding undone", unquote),
    "a-url-of-255-characters": ("R-106", "url", "the first 255 characters of the url", lambda value: value[:255]),
    "a-url-of-1000-characters": ("R-106", "url", "the first 1,000 characters of the url", lambda value: value[:1000]),
    "an-http-url": ("R-106", "url", "the url with the scheme http", lambda value: value.replace("https:", "http:")),
    "a-url-without-scheme": ("R-106", "url", "the url without its scheme", lambda value: value.split("://")[-1]),
    "a-url-escaped-for-html": ("R-106", "url", "the url with & as &amp;", lambda value: value.replace("&", "&amp;")),
    "a-random-clientid": ("R-108", "clientId", "another client every time", lambda _: random_text()),
}

for _name, (_requirement, _property, _value, _change) in _WRONG_VALUES.items():
    declare(
        f"answers-{_name}",
        _requirement,
        f"Answers {_value} in {_property}; what is stored is right.",
        setting(_property, _change),
    )

_ENVELOPES: dict[str, tuple[str, Callable[[Resource], Any]]] = {
    "the-bare-resource": ("the webhook without data around it", lambda resource: resource),
    "data-as-list": ("data as a list of one webhook", lambda resource: {"data": [resource]}),
    "data-as-null": ("null in data", lambda _: {"data": None}),
    "data-as-text": ("data as a string of JSON", lambda resource: {"data": json.dumps(resource)}),
    "data-as-id": ("the id alone in data", lambda resource: {"data": resource["id"]}),
    "empty-data": ("an empty object in data", lambda _: {"data": {}}),
    "an-empty-object": ("an empty object", lambda _: {}),
    "the-resource-wrapped-twice": ("data within data", lambda resource: {"data": {"data": resource}}),
    "the-resource-under-result": ("the webhook under `result`", lambda resource: {"result": resource}),
    "the-resource-under-webhook": (
        "the webhook under `data.webhook`",
        lambda resource: {"data": {"webhook": resource}},
    ),
    "a-list": ("a list around the envelope", lambda resource: [{"data": resource}]),
    "a-message": ("a message in place of the webhook", lambda _: {"message": "Webhook updated"}),
    "null": ("null", lambda _: None),
    "snake-case-keys": (
        "client_id in place of clientId",
        lambda resource: {
            "data": {("client_id" if key == "clientId" else key): value for key, value in resource.items()}
        },
    ),
    "capital-keys": (
        "its keys with capitals",
        lambda resource: {"data": {key[0].upper() + key[1:]: value for key, value in resource.items()}},
    ),
    "an-underscored-id": (
        "_id in place of id",
        lambda resource: {"data": {("_id" if key == "id" else key): value for key, value in resource.items()}},
    ),
}

for _name, (_what, _change) in _ENVELOPES.items():
    declare(f"answers-{_name}", "R-103", f"Answers an update with {_what}.", enveloping(_change))

for _name, _media_type in {
    "plain-text": "text/plain; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "problem-json": "application/problem+json",
    "vendor-json": "application/vnd.api+json",
    "text-json": "text/json",
    "octets": "application/octet-stream",
    "json-lines": "application/jsonl",
}.items():
    declare(
        f"answers-updates-as-{_name}",
        "R-102",
        f"Answers an update with the media type {_media_type}.",
        rendering(_same, _media_type),
    )

declare(
    "answers-updates-without-a-media-type", "R-102", "Answers an update without a Content-Type.", rendering(_same, None)
)

_BYTES: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "nothing": ("an empty body", lambda _: b""),
    "truncated-json": ("JSON without its last brace", lambda body: body[:-1]),
    "single-quotes": ("single quotes in place of double ones", lambda body: body.replace(b'"', b"'")),
    "two-documents": ("the JSON document twice", lambda body: body + body),
    "json-in-a-string": ("its JSON in a JSON string", lambda body: json.dumps(body.decode()).encode()),
    "guarded-json": (")]}' before the JSON", lambda body: b")]}',\n" + body),
    "a-page": ("an HTML page", lambda _: b"<html><body>Updated</body></html>"),
    "latin-bytes": ("a byte that is not UTF-8", lambda body: body[:-2] + b', "note": "\xe9"}}'),
    "ok": ("OK", lambda _: b"OK"),
}

for _name, (_what, _bytes) in _BYTES.items():
    _requirement = "R-103" if _name == "json-in-a-string" else "R-102"
    declare(f"answers-updates-with-{_name}", _requirement, f"Answers an update with {_what}.", rendering(_bytes))


_STRICT: dict[str, tuple[str, str, Callable[[bytes], bytes]]] = {
    "nan": ("R-102", "NaN in a property of its own", lambda body: body[:-2] + b', "score": NaN}}'),
    "infinity": ("R-102", "Infinity beside the webhook", lambda body: body[:-1] + b', "limit": Infinity}'),
    "utf-16": ("R-102", "JSON in UTF-16", lambda body: body.decode().encode("utf-16")),
    "a-byte-order-mark": ("R-705", "a byte order mark before the JSON", lambda body: b"\xef\xbb\xbf" + body),
}

for _name, (_row, _what, _bytes) in _STRICT.items():
    declare(f"answers-updates-with-{_name}", _row, f"Answers an update with {_what}.", rendering(_bytes))


@fault("R-102")
class SaysThatUpdatesAreGzipped(Server):
    """Names gzip as the coding of an answer that is not in it."""

    def succeed(self, webhook: Webhook, body: dict[str, Any]) -> Response:
        answer = super().succeed(webhook, body)
        return Response(answer.status, answer.body, answer.content_type, ((b"content-encoding", b"gzip"),))


@fault("R-109")
class AnswersSecretsThatAreNotStrings(Server):
    """Accepts secrets of any type and answers with them as they are."""

    def secrets_messages(self, body: dict[str, Any]) -> list[str]:
        return [message for message in super().secrets_messages(body) if message != literals.SECRETS_STRINGS]


@fault("R-103")
class ShowsNullForANullUrl(Server):
    """Clears the url where it is null, and answers with null."""

    def next_url(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        return None if "url" in body and body["url"] is None else super().next_url(webhook, body)


def echoing_the_former(name: str) -> type[Server]:
    """Return a server that stores *name* rightly and answers with what was stored before."""

    class Stale(Server):
        def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
            self.before = copy.deepcopy(webhook)
            super().store(webhook, body)

        def resource(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            return {**super().resource(webhook, body), name: getattr(self.before, name)}

    return Stale


for _property, _requirement in {"url": "R-106", "events": "R-105", "secrets": "R-107"}.items():
    declare(
        f"answers-the-former-{_property}",
        _requirement,
        f"Stores {_property} and answers with the value before.",
        echoing_the_former(_property),
    )


@fault("R-107")
class AnswersNewSecretsForGivenOnes(Server):
    """Stores the given secrets and answers with random ones."""

    def resource(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        secrets = [random_text() for _ in webhook.secrets] if body.get("secrets") else webhook.secrets
        return {**super().resource(webhook, body), "secrets": secrets}


@fault("R-302")
class HidesGeneratedSecrets(Server):
    """Generates a secret and answers with an empty list."""

    def resource(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        resource: Resource = super().resource(webhook, body)
        return resource if body.get("secrets") else {**resource, "secrets": []}


@fault("R-103")
class AnswersOnlyWhatWasSent(Server):
    """Answers with the sent properties and the id, not with the whole webhook."""

    def resource(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        resource: Resource = super().resource(webhook, body)
        return {key: value for key, value in resource.items() if key in {"id", "clientId"} or key in body}


@fault("R-301")
class AnswersWithoutAnOmittedUrl(Server):
    """Answers an empty url where the update has none; what is stored is right."""

    def resource(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        resource: Resource = super().resource(webhook, body)
        return resource if body.get("url") else {**resource, "url": ""}

"""Operators that ask some callers for no token."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from servers.faulty.literals import VALID_TOKEN
from servers.faulty.sequences import Patch
from servers.generated.deviation import (
    SECRETS,
    Deviation,
    Example,
    content_of,
    deviation,
    object_of,
    operator,
    update,
)
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.asgi import Request

_MEMBER, _STRANGER, _NOBODY = "member", "stranger", None


def _by_request(
    form: str,
    what: str,
    requirements: str,
    is_admitted: Callable[[Reference, Request], Any],
    *examples: Patch | Example,
) -> Deviation:
    class Admitting(Reference):
        def role(self, request: Request) -> str | None:
            role = super().role(request)
            return _MEMBER if role != _MEMBER and is_admitted(self, request) else role

    return deviation(form, f"Admits {what}", requirements, Admitting, *examples)


@operator("token-unneeded-by-a-body")
def by_body() -> Iterator[Deviation]:
    """Ask nobody for a token whose body is odd."""
    for form, what, is_such, body in (
        ("empty", "no body", lambda request: not request.body, b""),
        (
            "not-json",
            "a body that is not JSON",
            lambda request: content_of(request.body) is None and request.body not in {b"", b"null"},
            b"{",
        ),
        ("null", "null as body", lambda request: request.body == b"null", b"null"),
        ("list", "a list as body", lambda request: isinstance(content_of(request.body), list), b"[]"),
        (
            "large",
            "a body over 4,000 bytes",
            lambda request: len(request.body) > 4000,
            b'{"events": ["all"], "note": "' + b"n" * 4500 + b'"}',
        ),
        (
            "unknown-property",
            "an unknown property",
            lambda request: set(object_of(request.body)) - {"url", "events", "secrets"},
            b'{"events": ["all"], "note": 1}',
        ),
        (
            "token-in-it",
            "a token in the body",
            lambda request: object_of(request.body).get("access_token") == VALID_TOKEN,
            json.dumps({"events": ["all"], "access_token": VALID_TOKEN}).encode(),
        ),
    ):

        class Open(Reference):
            def admit(self, request: Request, such: Callable[[Request], Any] = is_such) -> None:
                if not such(request):
                    super().admit(request)

            def read_body(self, request: Request, such: Callable[[Request], Any] = is_such) -> Any:
                is_odd = such(request) and not isinstance(content_of(request.body), dict)
                return {"events": ["all"]} if is_odd and self.role(request) is None else super().read_body(request)

        yield deviation(
            form,
            f"Asks nobody for a token who sends {what}",
            "R-405 R-401 R-402",
            Open,
            Patch(body, authorization=None),
            Patch(body, authorization="Bearer nonsense"),
        )


@operator("token-unneeded-by-a-media-type")
def by_media_type() -> Iterator[Deviation]:
    """Ask nobody for a token whose media type is odd, and carry the request out."""
    for form, content_type in (
        ("none", None),
        ("text", "text/plain"),
        ("form", "application/x-www-form-urlencoded"),
        ("multipart", "multipart/form-data"),
        ("bytes", "application/octet-stream"),
        ("charset", "application/json; charset=utf-8"),
        ("vendor", "application/vnd.api+json"),
        ("xml", "application/xml"),
    ):

        class Open(Reference):
            def admit(self, request: Request, wanted: str = content_type or "") -> None:
                if request.content_type != wanted:
                    super().admit(request)

            def is_json(self, content_type: str, wanted: str = content_type or "") -> bool:
                return super().is_json(content_type) or content_type == wanted

        body = update(url="https://hooks.example.com/a").body
        yield deviation(
            form,
            f"Asks nobody for a token who sends the media type {content_type}",
            "R-405 R-401 R-402",
            Open,
            Patch(body, authorization=None, content_type=content_type),
        )


@operator("token-unneeded-by-an-update")
def by_update() -> Iterator[Deviation]:
    """Ask nobody for a token who sends an update of some kind."""
    for form, what, is_such, content in (
        ("events-alone", "events alone", lambda body: set(body) == {"events"}, {"events": ["all"]}),
        (
            "url-alone",
            "a url without secrets",
            lambda body: "url" in body and "secrets" not in body,
            {"events": ["all"], "url": "https://hooks.example.com/a"},
        ),
        ("secrets", "secrets", lambda body: "secrets" in body, {"events": ["all"], "secrets": [SECRETS[0]]}),
        (
            "everything",
            "everything",
            lambda body: len(body) == 3,
            {"events": ["all"], "url": "https://hooks.example.com/a", "secrets": [SECRETS[0]]},
        ),
        (
            "several-events",
            "several events",
            lambda body: isinstance(body.get("events"), list) and len(body["events"]) > 1,
            {"events": ["all", "facility.creation.accepted"]},
        ),
        ("all", "all among events", lambda body: "all" in (body.get("events") or []), {"events": ["all"]}),
    ):
        admits = lambda _, request, s=is_such: bool(object_of(request.body)) and s(object_of(request.body))  # noqa: E731
        yield _by_request(
            form,
            f"anybody who sends {what}",
            "R-401 R-402 R-403 R-404",
            admits,
            Patch(json.dumps(content).encode(), authorization=None),
        )

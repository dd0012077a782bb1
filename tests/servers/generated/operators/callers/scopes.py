"""Operators that take a token without the scope for another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servers.faulty.literals import FORBIDDEN_TOKEN, SECOND_ID, VALID_TOKEN
from servers.faulty.sequences import Patch, patch
from servers.generated.deviation import (
    READ,
    SECRETS,
    Deviation,
    Example,
    deviation,
    object_of,
    operator,
)
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.asgi import Request

_HEADER = f"Bearer {FORBIDDEN_TOKEN}"
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


@operator("scope-unchecked")
def unchecked_scope() -> Iterator[Deviation]:
    """Admit a token without the scope."""
    for form, what, is_such, *examples in (
        ("anything", "anything", lambda _: True, patch({"events": ["all"]}, authorization=_HEADER)),
        (
            "second",
            "updates of one webhook",
            lambda request: request.webhook_id == SECOND_ID,
            patch({"events": ["all"]}, SECOND_ID, _HEADER),
        ),
        (
            "events-alone",
            "updates of events alone",
            lambda request: set(object_of(request.body)) == {"events"},
            patch({"events": ["all"]}, authorization=_HEADER),
        ),
        (
            "url",
            "updates with a url",
            lambda request: "url" in object_of(request.body),
            patch({"events": ["all"], "url": "https://hooks.example.com/a"}, authorization=_HEADER),
        ),
        (
            "secrets",
            "updates with secrets",
            lambda request: "secrets" in object_of(request.body),
            patch({"events": ["all"], "secrets": [SECRETS[0]]}, authorization=_HEADER),
        ),
        (
            "one-event",
            "updates with a lone event",
            lambda request: len(object_of(request.body).get("events") or ()) == 1,
            patch({"events": ["facility.creation.accepted"]}, authorization=_HEADER),
        ),
        (
            "charset",
            "requests with a charset",
            lambda request: "charset" in request.content_type,
            patch({"events": ["all"]}, authorization=_HEADER, content_type="application/json; charset=utf-8"),
        ),
    ):
        admits = lambda _, request, s=is_such: request.authorization == _HEADER and s(request)  # noqa: E731
        yield _by_request(form, f"a token without the scope for {what}", "R-404 R-306", admits, *examples)


@operator("scope-before-token")
def confused() -> Iterator[Deviation]:
    """Take one caller for another."""
    for form, what, requirement, read in (
        (
            "unknown-as-stranger",
            "an unknown token for one without the scope",
            "R-402",
            lambda header, role: (
                _STRANGER if role is None and header.startswith("Bearer ") and header[7:].strip() else role
            ),
        ),
        (
            "missing-as-stranger",
            "a missing token for one without the scope",
            "R-401",
            lambda header, role: _STRANGER if not header else role,
        ),
        (
            "scheme-as-stranger",
            "another scheme for a token without the scope",
            "R-403",
            lambda header, role: _STRANGER if role is None and header and not header.startswith("Bearer") else role,
        ),
        (
            "stranger-as-nobody",
            "a token without the scope for an unknown one",
            "R-404",
            lambda _, role: _NOBODY if role == _STRANGER else role,
        ),
        (
            "longer-stranger",
            "a longer token without the scope for that token",
            "R-402",
            lambda header, role: _STRANGER if header.startswith(f"Bearer {FORBIDDEN_TOKEN}") else role,
        ),
        (
            "near-as-stranger",
            "a token near the valid one for one without the scope",
            "R-402",
            lambda header, role: _STRANGER if role is None and header.startswith("Bearer valid") else role,
        ),
    ):

        class Confusing(Reference):
            def role(self, request: Request, read: Callable[[str, str | None], str | None] = read) -> str | None:
                return read(request.authorization, super().role(request))

        headers = (
            None,
            "Bearer nonsense",
            "Basic valid-token",
            f"Bearer {FORBIDDEN_TOKEN}",
            f"Bearer {FORBIDDEN_TOKEN}x",
            f"Bearer {VALID_TOKEN}x",
        )
        yield deviation(
            form,
            f"Takes {what}",
            requirement,
            Confusing,
            *(Patch(READ.body, authorization=header) for header in headers),
        )

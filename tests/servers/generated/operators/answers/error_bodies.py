"""Operators that give a refusal another body."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from servers.faulty.sequences import Patch, patch
from servers.generated.deviation import Deviation, deviation, operator, raw
from servers.generated.reference import Reference

from .naming import property_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.asgi import Response
    from servers.faulty.server import Refused

_CASES: dict[str, tuple[str, str, Callable[[Refused], bool], Patch]] = {
    "rule": ("R-602", "a 400 for a rule", lambda one: one.status == 400 and isinstance(one.message, list), patch({"events": []})),
    "json": ("R-602", "a 400 for what is not JSON", lambda one: one.status == 400 and isinstance(one.message, str), raw("{")),
    "401": ("R-604", "a 401", lambda one: one.status == 401, patch({"events": ["all"]}, authorization=None)),
    "403": ("R-606", "a 403", lambda one: one.status == 403, patch({"events": ["all"]}, authorization="Bearer forbidden-token")),
    "404": ("R-608", "a 404", lambda one: one.status == 404, patch({"events": ["all"]}, "00000000-0000-4000-8000-000000000000")),
}  # fmt: skip


def _answering(is_meant: Callable[[Refused], bool], change: Callable[[dict[str, Any]], Any]) -> type[Reference]:
    class Answering(Reference):
        def refuse(self, refused: Refused) -> Response:
            if not is_meant(refused):
                return super().refuse(refused)
            return self.render(refused.status, change(self.error_body(refused.status, refused.message)))

    return Answering


def _with(name: str, value: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda body: {**body, name: value(body[name]) if callable(value) else value} if name in body else body


def _deviations(changes: tuple[tuple[str, str, Callable[[dict[str, Any]], Any]], ...]) -> Iterator[Deviation]:
    for case, (row, what, is_meant, request) in _CASES.items():
        for form, how, change in changes:
            yield deviation(
                f"{case}-{form}", f"Gives {what} {how}", f"{row} R-211", _answering(is_meant, change), request
            )


@operator("error-member")
def members() -> Iterator[Deviation]:
    """Leave a member out, or give it another value."""

    def without(name: str) -> Callable[[dict[str, Any]], Any]:
        return lambda body: {key: value for key, value in body.items() if key != name}

    yield from _deviations(
        (
            ("no-status", "without statusCode", without("statusCode")),
            ("status-as-text", "with statusCode as a text", _with("statusCode", str)),
            ("other-status", "with the statusCode 500", _with("statusCode", 500)),
            ("next-status", "with the next statusCode", _with("statusCode", lambda status: status + 1)),
            ("status-0", "with the statusCode 0", _with("statusCode", 0)),
            ("null-status", "with null in statusCode", _with("statusCode", None)),
            ("status-in-a-list", "with statusCode in a list", _with("statusCode", lambda status: [status])),
            ("true-status", "with true in statusCode", _with("statusCode", lambda _: True)),
            ("no-error", "without error", without("error")),
            ("lower-error", "with error in small letters", _with("error", str.lower)),
            ("upper-error", "with error in capitals", _with("error", str.upper)),
            ("joined-error", "with error in one word", _with("error", lambda error: error.replace(" ", ""))),
            (
                "underscored-error",
                "with error as a constant",
                _with("error", lambda error: error.upper().replace(" ", "_")),
            ),
            ("other-error", "with another error", _with("error", "Error")),
            ("empty-error", "with an empty error", _with("error", "")),
            ("null-error", "with null in error", _with("error", None)),
            ("true-error", "with true in error", _with("error", lambda _: True)),
            ("object-error", "with an object in error", _with("error", lambda error: {"title": error})),
            ("no-message", "without message", without("message")),
            ("null-message", "with null in message", _with("message", None)),
            ("number-message", "with a number in message", _with("message", 1)),
            ("object-message", "with an object in message", _with("message", lambda message: {"text": message})),
            (
                "renamed-message",
                "with msg for message",
                lambda body: {"msg" if name == "message" else name: value for name, value in body.items()},
            ),
            (
                "renamed-status",
                "with status for statusCode",
                lambda body: {"status" if name == "statusCode" else name: value for name, value in body.items()},
            ),
            (
                "snake-status",
                "with status_code for statusCode",
                lambda body: {"status_code" if name == "statusCode" else name: value for name, value in body.items()},
            ),
        )
    )


@operator("error-text")
def texts() -> Iterator[Deviation]:
    """Give a fixed message another text."""
    changes = (
        ("lower", "with its message in small letters", str.lower),
        ("upper", "with its message in capitals", str.upper),
        ("full-stop", "with a full stop behind its message", lambda text: f"{text}."),
        ("longer", "with more behind its message", lambda text: f"{text}: it is so"),
        ("empty", "with an empty message", lambda _: ""),
        ("other", "with another message", lambda _: "An error has occurred"),
        ("in-a-list", "with its message in a list", lambda text: [text]),
        ("first-word", "with the first word of its message", lambda text: text.split()[0][:8]),
    )
    for case in ("401", "403", "404"):
        row, what, is_meant, request = _CASES[case]
        for form, how, change in changes:
            yield deviation(
                f"{case}-{form}", f"Gives {what} {how}", row, _answering(is_meant, _with("message", change)), request
            )
    for case, form, how, body in (
        ("401", "reason", "with its error", lambda body: {**body, "error": "Unauthorized"}),
        ("401", "invalid", "with Invalid token as message", _with("message", "Invalid token")),
        ("401", "missing", "with No auth token as message", _with("message", "No auth token")),
        ("401", "expired", "with jwt expired as message", _with("message", "jwt expired")),
        ("403", "forbidden", "with Forbidden as message", _with("message", "Forbidden")),
        ("403", "resource", "with Forbidden resource as message", _with("message", "Forbidden resource")),
        ("403", "scope", "with Insufficient scope as message", _with("message", "Insufficient scope")),
        ("404", "id", "with the id in its message", _with("message", lambda text: f"{text} 00000000")),
        (
            "404",
            "cannot",
            "with Cannot PATCH as message",
            _with("message", "Cannot PATCH /api/v2/public/webhooks/user"),
        ),
        ("404", "capitals", "with Webhook Not Found as message", _with("message", "Webhook Not Found")),
        ("404", "user", "with User webhook not found as message", _with("message", "User webhook not found")),
    ):
        row, what, is_meant, request = _CASES[case]
        yield deviation(f"{case}-{form}", f"Gives {what} {how}", row, _answering(is_meant, body), request)


@operator("error-envelope")
def envelopes() -> Iterator[Deviation]:
    """Put the body into another one, or use another form of error."""
    yield from _deviations(
        (
            ("in-a-list", "in a list", lambda body: [body]),
            ("in-error", "in error", lambda body: {"error": body}),
            ("in-errors", "in errors", lambda body: {"errors": [body]}),
            ("in-data", "in data", lambda body: {"data": body}),
            ("in-detail", "as detail", lambda body: {"detail": body["message"]}),
            ("as-text", "as a text", lambda body: str(body["message"])),
            ("as-json-text", "as JSON in a text", json.dumps),
            ("as-null", "as null", lambda _: None),
            ("as-true", "as false", lambda _: False),
            ("as-a-number", "as a number", lambda body: body["statusCode"]),
            ("as-messages", "as its messages alone", lambda body: [body["message"]]),
            ("as-an-empty-object", "as an empty object", lambda _: {}),
            ("as-an-empty-list", "as an empty list", lambda _: []),
            (
                "as-problem",
                "as problem details",
                lambda body: {"type": "about:blank", "title": body["message"], "status": body["statusCode"]},
            ),
            (
                "as-oauth",
                "as OAuth has it",
                lambda body: {"error": "invalid_request", "error_description": body["message"]},
            ),
            (
                "as-jsonapi",
                "as JSON:API has it",
                lambda body: {"errors": [{"status": str(body["statusCode"]), "title": body["message"]}]},
            ),
            ("as-graphql", "as GraphQL has it", lambda body: {"data": None, "errors": [{"message": body["message"]}]}),
            (
                "as-pydantic",
                "as pydantic has it",
                lambda body: {"detail": [{"loc": ["body"], "msg": body["message"], "type": "value_error"}]},
            ),
        )
    )


@operator("error-of-a-property")
def of_properties() -> Iterator[Deviation]:
    """Give the refusal of one property another body."""
    for property_, wrong in (
        ("url", {"url": "http://a.example"}),
        ("events", {"events": []}),
        ("secrets", {"secrets": "nope"}),
    ):
        for form, how, change in (
            ("no-status", "without statusCode", lambda body: {"message": body["message"], "error": body["error"]}),
            ("no-error", "without error", lambda body: {"message": body["message"], "statusCode": 400}),
            ("status-as-text", "with statusCode as a text", lambda body: {**body, "statusCode": "400"}),
            ("message-as-text", "with its message as a text", lambda body: {**body, "message": body["message"][0]}),
            ("other-error", "with another error", lambda body: {**body, "error": "ValidationError"}),
            ("field", "with its property by name", lambda body: {**body, "message": {"field": body["message"]}}),
        ):
            request = patch({"events": ["all"], **wrong})
            yield deviation(
                f"{property_}-{form}",
                f"Refuses {property_} {how}",
                "R-602 R-211 R-201 R-203 R-207",
                _answering(_about(property_), change),
                request,
            )


def _about(property_: str) -> Callable[[Refused], bool]:
    return lambda refused: isinstance(refused.message, list) and property_ in map(property_of, refused.message)

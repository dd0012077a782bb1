"""Operators that answer with another status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servers.faulty import literals
from servers.faulty.asgi import Response
from servers.faulty.sequences import Patch, patch
from servers.faulty.server import Refused, Webhook
from servers.generated.deviation import READ, Deviation, deviation, operator, raw, update
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TEXTS = {
    **literals.REASONS,
    300: "Multiple Choices",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    418: "I'm a teapot",
    498: "Invalid Token",
}


def _refusing_with(status: int, is_meant: Callable[[Refused], bool], *, says_old: bool = False) -> type[Reference]:
    """Return a server that gives some refusals another status; with *says_old* their body has the right one."""

    class Refusing(Reference):
        def refuse(self, refused: Refused) -> Response:
            response = super().refuse(refused)
            if not is_meant(refused):
                return response
            if says_old or status < 300:
                return Response(status, response.body, response.content_type)
            body = {"message": refused.message, "error": _TEXTS.get(status, "Error"), "statusCode": status}
            return self.render(status, body)

    return Refusing


def _has(message: str) -> Callable[[Refused], bool]:
    return lambda refused: refused.status == 400 and isinstance(refused.message, list) and message in refused.message


_RULES: tuple[tuple[str, str, str, tuple[Patch, ...]], ...] = (
    ("a wrong url", literals.URL_HTTPS, "R-201 R-202", (update(url="http://a.example"), update(url=7))),
    ("a url that is not a string", literals.URL_STRING, "R-202", (update(url=7),)),
    ("an empty list of events", literals.EVENTS_MINIMUM, "R-203 R-204 R-208", (patch({"events": []}), patch({}))),
    ("events that are not a list", literals.EVENTS_ARRAY, "R-204 R-208", (patch({"events": 7}), patch({}))),
    ("a wrong event", literals.EVENTS_VALUES, "R-205 R-204 R-208", (patch({"events": ["nope"]}),)),
    ("three secrets", literals.SECRETS_MAXIMUM, "R-206 R-207", (update(secrets=["a-secret-of-some-length"] * 3),)),
    ("secrets that are not a list", literals.SECRETS_ARRAY, "R-207", (update(secrets="nope"),)),
)  # fmt: skip
_FOR_400 = (200, 204, 202, 401, 403, 404, 405, 406, 409, 412, 413, 415, 418, 422, 500, 501)


def _of_rules(rules: tuple[tuple[str, str, str, tuple[Patch, ...]], ...]) -> Iterator[Deviation]:
    for what, message, requirements, examples in rules:
        for status in _FOR_400:
            form = f"{what.replace(' ', '-')}-{status}"
            server = _refusing_with(status, _has(message))
            yield deviation(form, f"Answers {status} to {what}", f"{requirements} R-701", server, *examples)


@operator("status-of-url")
def of_url() -> Iterator[Deviation]:
    """Refuse a url with another status."""
    yield from _of_rules(_RULES[:2])


@operator("status-of-events")
def of_events() -> Iterator[Deviation]:
    """Refuse events with another status."""
    yield from _of_rules(_RULES[2:5])


@operator("status-of-secrets")
def of_secrets() -> Iterator[Deviation]:
    """Refuse secrets with another status."""
    yield from _of_rules(_RULES[5:])


@operator("status-of-body")
def of_body() -> Iterator[Deviation]:
    """Refuse what is not JSON with another status."""
    is_free = lambda refused: refused.status == 400 and isinstance(refused.message, str)  # noqa: E731
    for status in (200, 401, 403, 404, 405, 406, 409, 411, 413, 415, 422, 500):
        examples = (raw("{"), raw('{"events": ["all"]} trailing'))
        yield deviation(
            f"{status}",
            f"Answers {status} to what is not JSON",
            "R-210 R-701",
            _refusing_with(status, is_free),
            *examples,
        )


@operator("status-of-caller")
def of_caller() -> Iterator[Deviation]:
    """Refuse a caller with another status."""
    nobody, unknown = (
        patch({"events": ["all"]}, authorization=None),
        patch({"events": ["all"]}, authorization="Bearer nonsense"),
    )
    scheme, stranger = (
        patch({"events": ["all"]}, authorization="Basic valid-token"),
        patch({"events": ["all"]}, authorization="Bearer forbidden-token"),
    )
    for status in (200, 202, 204, 302, 400, 403, 404, 405, 407, 409, 422, 498, 500):
        yield deviation(
            f"401-{status}",
            f"Answers {status} in place of 401",
            "R-401 R-402 R-403",
            _refusing_with(status, lambda refused: refused.status == 401),
            nobody,
            unknown,
        )
    for status in (200, 202, 204, 302, 400, 401, 404, 405, 409, 422, 451, 500):
        yield deviation(
            f"403-{status}",
            f"Answers {status} in place of 403",
            "R-404",
            _refusing_with(status, lambda refused: refused.status == 403),
            stranger,
        )

    def only(what: str, form: str, request: Patch, requirements: str, status: int) -> Deviation:
        wanted = request.authorization or ""

        class Refusing(Reference):
            def update(self, request: Any) -> Response:
                kind = (request.authorization.partition(" ")[0], bool(request.authorization.partition(" ")[2]))
                if self.role(request) is None and kind == (wanted.partition(" ")[0], bool(wanted.partition(" ")[2])):
                    raise Refused(status, "Refused")
                return super().update(request)

        return deviation(f"{form}-{status}", f"Answers {status} to {what}", requirements, Refusing, request)

    for status in (400, 403, 404, 500):
        yield only("a missing token", "nobody", nobody, "R-401", status)
        yield only("an unknown token", "unknown", unknown, "R-402", status)
        yield only("another scheme", "scheme", scheme, "R-403", status)


@operator("status-of-unknown-webhook")
def of_unknown_webhook() -> Iterator[Deviation]:
    """Answer an unknown webhook with another status."""
    unknown = patch({"events": ["all"]}, "00000000-0000-4000-8000-000000000000")
    near = patch({"events": ["all"]}, f"{literals.FIRST_ID}0")
    for status in (200, 202, 204, 400, 401, 403, 405, 409, 410, 422, 500, 501):
        yield deviation(
            f"{status}",
            f"Answers {status} in place of 404",
            "R-501 R-502 R-702",
            _refusing_with(status, lambda refused: refused.status == 404),
            unknown,
            near,
        )
    for status in (500, 422, 410):
        server = _refusing_with(status, lambda refused: refused.status == 404, says_old=True)
        yield deviation(
            f"{status}-with-404-in-it", f"Answers {status} with a body of 404", "R-501 R-502 R-702", server, unknown
        )


@operator("status-of-success")
def of_success() -> Iterator[Deviation]:
    """Answer a valid update with another status."""
    full = update(url="https://hooks.example.com/a", secrets=["a-secret-of-some-length"])
    for form, what, is_meant, *examples in (
        ("updates", "updates", lambda _: True, READ),
        ("with-url", "updates with a url", lambda body: "url" in body, full),
        ("without-url", "updates without a url", lambda body: "url" not in body, READ),
        ("with-secrets", "updates with secrets", lambda body: bool(body.get("secrets")), full),
        ("without-secrets", "updates without secrets", lambda body: not body.get("secrets"), READ),
        (
            "several-events",
            "updates with several events",
            lambda body: len(body["events"]) > 1,
            patch({"events": list(literals.EVENTS[1:3])}),
        ),
    ):
        for status in (200, 202, 203, 204, 205, 206, 207, 226):

            class Succeeding(Reference):
                def succeed(
                    self,
                    webhook: Webhook,
                    body: dict[str, Any],
                    status: int = status,
                    meant: Callable[[Any], bool] = is_meant,
                ) -> Response:
                    response = super().succeed(webhook, body)
                    return Response(
                        status if meant(body) else 201, b"" if status in {204, 205} and meant(body) else response.body
                    )

            yield deviation(
                f"{form}-{status}",
                f"Answers {status} to {what}",
                "R-101 R-221 R-223 R-224 R-225 R-226",
                Succeeding,
                *examples,
            )

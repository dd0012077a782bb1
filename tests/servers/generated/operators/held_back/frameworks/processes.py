"""Operators on what a process keeps from one request to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servers.faulty.asgi import Crash, Hang
from servers.faulty.literals import EVENTS, SECOND_ID
from servers.faulty.sequences import STRANGER, Patch, patch
from servers.generated.deviation import READ, SECRETS, URL, Deviation, Example, deviation, operator, update
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servers.faulty.asgi import Request, Response
    from servers.faulty.server import Webhook

_OTHER_URL = "https://hooks.example.org/other"
_NOBODY = Patch(READ.body, authorization=None)
_STRANGER = Patch(READ.body, authorization=STRANGER)
_UNKNOWN = patch({"events": ["all"]}, SECOND_ID[:-1] + "b")
_INVALID = patch({"events": ["nope"]})
_READ_SECOND = patch({"events": ["all"]}, SECOND_ID)


def _pooled_requests() -> Iterator[Deviation]:
    """Read a body into an object that still holds the one before."""

    def pooling(names: tuple[str, ...], *, is_cleared: bool) -> type[Reference]:
        class Pooling(Reference):
            def reset(self) -> None:
                super().reset()
                self.pooled: dict[str, Any] = {}

            def read_body(self, request: Request) -> dict[str, Any]:
                body = super().read_body(request)
                whole = {**self.pooled, **body}
                self.pooled = {name: value for name, value in whole.items() if name in names}
                return whole

            def succeed(self, webhook: Webhook, body: dict[str, Any]) -> Response:
                if is_cleared:
                    self.pooled = {}
                return super().succeed(webhook, body)

        return Pooling

    invalid = patch({"url": _OTHER_URL, "events": ["nope"]})
    invalid_too = patch({"events": ["nope"], "secrets": list(SECRETS)})
    for form, what, requirements, names, is_cleared, example in (
        ("pooled-url", "A url that is left out is that of the request before, as the pooled object is not reset", "R-301 R-307", ("url",), False, Example(_READ_SECOND, before=(update(url=URL),))),
        ("pooled-secrets", "Secrets that are left out are those of the request before, as the pooled object is not reset", "R-303 R-307", ("secrets",), False, Example(_READ_SECOND, before=(update(secrets=list(SECRETS)),))),
        ("pooled-events", "Events that are left out are those of the request before, as the bean is a singleton", "R-208", ("events",), False, Example(patch({"url": URL}), before=(READ,))),
        ("pooled-refused-url", "A url that is left out is that of the refused request before, as only success resets the object", "R-304", ("url",), True, Example(READ, before=(invalid,))),
        ("pooled-refused-secrets", "Secrets that are left out are those of the refused request before, as only success resets the object", "R-304", ("secrets",), True, Example(READ, before=(invalid_too,))),
    ):  # fmt: skip
        yield deviation(form, what, requirements, pooling(names, is_cleared=is_cleared), example)


class _Sticky:
    """A pattern with the flag g: it goes on behind the last match, and so every second test of a right text fails."""

    def __init__(self) -> None:
        self.is_behind = False

    def test(self, *, is_right: bool) -> bool:
        self.is_behind = is_right and not self.is_behind
        return self.is_behind


@operator("framework-sticky-pattern")
def sticky_patterns() -> Iterator[Deviation]:
    """Test with one pattern for all requests, which has the flag g."""

    class Sticking(Reference):
        def reset(self) -> None:
            super().reset()
            self.pattern = _Sticky()

    class OfUrls(Sticking):
        def is_https_url(self, value: object) -> bool:
            return self.pattern.test(is_right=super().is_https_url(value))

    class OfEvents(Sticking):
        def is_event(self, value: object) -> bool:
            return self.pattern.test(is_right=super().is_event(value))

    class OfTokens(Sticking):
        def role(self, request: Request) -> str | None:
            role = super().role(request)
            return role if self.pattern.test(is_right=role is not None) else None

    class OfIds(Sticking):
        def look_up(self, webhook_id: str) -> Webhook:
            is_right = self.pattern.test(is_right=webhook_id in self.webhooks)
            return super().look_up(webhook_id if is_right else "")

    one = update(url=URL)
    for form, what, requirements, build, example in (
        ("url", "every second url", "R-226", OfUrls, Example(one, before=(one,))),
        ("events", "every second event", "R-223 R-222", OfEvents, Example(patch({"events": [EVENTS[1], EVENTS[2]]}))),
        ("token", "every second token", "R-101", OfTokens, Example(READ, before=(READ,))),
        ("id", "every second id", "R-101", OfIds, Example(READ, before=(READ,))),
    ):  # fmt: skip
        yield deviation(form, f"Refuses {what}", requirements, build, example)


def _aborted(status: int) -> type[Reference]:
    class Aborted(Reference):
        def reset(self) -> None:
            super().reset()
            self.last = 0

        def answer(self, request: Request) -> Response:
            last, self.last = self.last, 0
            if last == status:
                raise Crash
            response = super().answer(request)
            self.last = response.status
            return response

    return Aborted


def _exhausted(status: int, size: int, fall: type[Exception]) -> type[Reference]:
    class Exhausted(Reference):
        def reset(self) -> None:
            super().reset()
            self.taken = 0

        def answer(self, request: Request) -> Response:
            if self.taken >= size:
                raise fall
            response = super().answer(request)
            self.taken += response.status == status
            return response

    return Exhausted


class _SharedList(Reference):
    def reset(self) -> None:
        super().reset()
        self.found: list[str] = []

    def messages(self, body: dict[str, Any]) -> list[str]:
        self.found += super().messages(body)
        return list(self.found)


class _SharedUntilTold(_SharedList):
    def messages(self, body: dict[str, Any]) -> list[str]:
        right = Reference.messages(self, body)
        told = [*self.found, *right] if right else []
        self.found = told
        return told


def _cached(*, with_caller: bool, with_webhook: bool) -> type[Reference]:
    class Cached(Reference):
        def reset(self) -> None:
            super().reset()
            self.answers: dict[tuple[str, ...], Response] = {}

        def answer(self, request: Request) -> Response:
            caller = request.authorization if with_caller else ""
            key = (caller, request.webhook_id if with_webhook else "", request.body.decode("latin-1"))
            if key not in self.answers:
                response = super().answer(request)
                if response.status != 201:
                    return response
                self.answers[key] = response
            return self.answers[key]

    return Cached


@operator("framework-left-behind")
def left_behind() -> Iterator[Deviation]:
    """Leave a body, a transaction, a connection, a list or a cached answer behind a request."""
    yield from _pooled_requests()
    one = update(url=URL, secrets=list(SECRETS))
    for form, title, requirements, build, example in (
        ("aborted-404", "Falls over the request after a 404, as the transaction stays aborted", "R-101 R-701", _aborted(404), Example(READ, before=(_UNKNOWN,))),
        ("aborted-400", "Falls over the request after a 400, as the transaction stays aborted", "R-101 R-701", _aborted(400), Example(READ, before=(_INVALID,))),
        ("pool-404", "Falls over everything after ten 404s, as each keeps its connection", "R-101 R-701", _exhausted(404, 10, Crash), Example(READ, before=(_UNKNOWN,) * 10)),
        ("pool-400", "Never answers after ten 400s, as each keeps its connection", "R-703", _exhausted(400, 10, Hang), Example(READ, before=(_INVALID,) * 10)),
        ("default-list", "Adds the messages of all requests to one list, the default of a parameter", "R-101 R-211", _SharedList, Example(READ, before=(_INVALID,))),
        ("default-list-cleared", "Tells the messages of the refused requests before, as only a right one clears the list", "R-211", _SharedUntilTold, Example(patch({"events": []}), before=(_INVALID,))),
        ("cached-for-all", "Gives the answer to the same request before, whoever asks", "R-401 R-402", _cached(with_caller=False, with_webhook=True), Example(_NOBODY, before=(READ,))),
        ("cached-for-each-webhook", "Gives the answer to the same body before, whatever webhook it is for", "R-104", _cached(with_caller=True, with_webhook=False), Example(Patch(one.body, SECOND_ID), before=(one,))),
        ("cached-forever", "Gives the answer to the same request before, though the url has changed since", "R-301", _cached(with_caller=True, with_webhook=True), Example(READ, before=(READ, update(url=_OTHER_URL)))),
    ):  # fmt: skip
        yield deviation(form, title, requirements, build, example)

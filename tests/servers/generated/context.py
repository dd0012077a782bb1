"""When a fault shows: what else is in the request, which webhook it is for, what came before."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from servers.faulty.literals import EVENTS, SECOND_ID
from servers.faulty.sequences import Patch, patch

from .deviation import READ, SECRETS, Example, object_of
from .reference import Reference, Switched
from .url_forms import LEGAL, url_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from servers.faulty.asgi import Request

Past = list[tuple["Request", int]]


@dataclass(frozen=True)
class Context:
    """A circumstance: `applies` says whether a request is in it, `stage` puts an example into it."""

    name: str
    title: str
    applies: Callable[[Request, Past], bool]
    stage: Callable[[Example], Example | None]

    def switch(self, wrong: Reference) -> Switched:
        """Return a server that is wrong in this context only."""
        applies = self.applies

        class InContext(Switched):
            def is_in_context(self, request: Request) -> bool:
                return applies(request, self.past)

        return InContext(wrong)


def _with(**properties: Any) -> Callable[[Example], Example | None]:
    """Return what gives the trigger other properties; None leaves one out."""

    def stage(example: Example) -> Example | None:
        body = object_of(example.trigger.body)
        if not body:
            return None
        body = {name: value for name, value in (body | properties).items() if value is not None}
        return replace(example, trigger=replace(example.trigger, body=json.dumps(body).encode()))

    return stage


def _part(name: str, is_so: Callable[[Any], bool]) -> Callable[[Request, Past], bool]:
    return lambda request, _: name in (body := object_of(request.body)) and is_so(body[name])


def _left_out(name: str) -> Callable[[Request, Past], bool]:
    return lambda request, _: bool(body := object_of(request.body)) and name not in body


def _is_wrong_url(url: Any) -> bool:
    return url is not None and not (isinstance(url, str) and url_form(url) == LEGAL)


def _are_wrong_events(events: Any) -> bool:
    return not isinstance(events, list) or not events or any(one not in EVENTS for one in events)


def _reversed(example: Example) -> Example | None:
    body = object_of(example.trigger.body)
    if len(body) < 2:
        return None
    ordered = {name: body[name] for name in sorted(body, reverse=True)}
    return replace(example, trigger=replace(example.trigger, body=json.dumps(ordered).encode()))


def _is_reversed(request: Request, _: Past) -> bool:
    names = list(object_of(request.body))
    return len(names) > 1 and names == sorted(names, reverse=True)


def _after(*before: Patch) -> Callable[[Example], Example]:
    return lambda example: replace(
        example, before=(*example.before, *(replace(one, webhook_id=example.trigger.webhook_id) for one in before))
    )


def _on_second(example: Example) -> Example:
    def moved(one: Patch) -> Patch:
        return replace(one, webhook_id=SECOND_ID)

    return Example(moved(example.trigger), tuple(map(moved, example.before)), tuple(map(moved, example.after)))


def _at(number: int) -> Callable[[Example], Example]:
    return lambda example: replace(
        example, before=(*(READ,) * ((number - 1 - len(example.before)) % number), *example.before)
    )


def _status_before(*statuses: int) -> Callable[[Request, Past], bool]:
    return lambda _, past: bool(past) and past[-1][1] in statuses


def _is_repeated(request: Request, past: Past) -> bool:
    return bool(past) and (past[-1][0].body, past[-1][0].webhook_id) == (request.body, request.webhook_id)


_NOBODY = patch({"events": ["all"]}, authorization=None)
_WRONG_SECRETS = [*SECRETS, SECRETS[0][::-1]]

CONTEXTS = (
    Context("without-url", "if url is left out", _left_out("url"), _with(url=None)),
    Context(
        "beside-a-url",
        "if a legal url is sent",
        _part("url", lambda url: not _is_wrong_url(url)),
        _with(url="https://hooks.example.org/beside"),
    ),
    Context("beside-a-wrong-url", "if url is wrong, too", _part("url", _is_wrong_url), _with(url="http://a.example")),
    Context(
        "beside-one-event",
        "if one event is sent",
        _part("events", lambda events: isinstance(events, list) and len(events) == 1),
        _with(events=[EVENTS[2]]),
    ),
    Context(
        "beside-several-events",
        "if several events are sent",
        _part("events", lambda events: isinstance(events, list) and len(events) > 1),
        _with(events=[EVENTS[3], EVENTS[1]]),
    ),
    Context(
        "beside-wrong-events", "if events are wrong, too", _part("events", _are_wrong_events), _with(events=["nope"])
    ),
    Context("without-secrets", "if secrets are left out", _left_out("secrets"), _with(secrets=None)),
    Context(
        "beside-one-secret",
        "if one secret is sent",
        _part("secrets", lambda secrets: isinstance(secrets, list) and len(secrets) == 1),
        _with(secrets=[SECRETS[0]]),
    ),
    Context(
        "beside-two-secrets",
        "if two secrets are sent",
        _part("secrets", lambda secrets: isinstance(secrets, list) and len(secrets) == 2),
        _with(secrets=list(SECRETS)),
    ),
    Context(
        "beside-wrong-secrets",
        "if secrets are wrong, too",
        _part("secrets", lambda secrets: not isinstance(secrets, list) or len(secrets) > 2),
        _with(secrets=_WRONG_SECRETS),
    ),
    Context("in-reversed-order", "if the properties are in reversed order", _is_reversed, _reversed),
    Context(
        "with-a-charset",
        "if the media type has a charset",
        lambda request, _: "charset" in request.content_type,
        lambda example: replace(
            example, trigger=replace(example.trigger, content_type="application/json; charset=utf-8")
        ),
    ),
    Context(
        "on-the-second-webhook",
        "for one of the webhooks",
        lambda request, _: request.webhook_id == SECOND_ID,
        _on_second,
    ),
    Context(
        "when-repeated",
        "when the same request is sent again",
        _is_repeated,
        lambda example: replace(example, before=(*example.before, example.trigger)),
    ),
    Context("after-an-update", "right after an accepted update", _status_before(201), _after(READ)),
    Context("after-a-refusal", "right after a 400", _status_before(400), _after(patch({"events": []}))),
    Context("after-a-stranger", "right after a 401", _status_before(401), _after(_NOBODY)),
    Context("every-third-time", "in every third request", lambda _, past: len(past) % 3 == 2, _at(3)),
    Context("from-the-tenth-on", "from the tenth request on", lambda _, past: len(past) >= 9, _at(10)),
)

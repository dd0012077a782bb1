"""Deviations that are met everywhere or in one context only."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from servers.faulty import literals
from servers.faulty.asgi import Hang, Request, Response
from servers.faulty.literals import FORBIDDEN_TOKEN, VALID_TOKEN
from servers.faulty.sequences import Patch, patch
from servers.generated.deviation import READ, SECRETS, Deviation, Example, deviation, operator, update
from servers.generated.reference import Reference

from .parts import BASIC, MISSING, NOBODY, NONSENSE, STRANGER, A, B, accepting, refusing, storing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.server import Webhook

_EVENT = literals.EVENTS[3]


@operator("rare-lenient", in_contexts=True)
def lenient() -> Iterator[Deviation]:
    """Read a wrong value as a right one."""
    yield accepting(
        "url",
        "url-trimmed",
        "a url with blanks around",
        "R-201",
        lambda url: url.strip() if isinstance(url, str) else url,
        f" {A}",
        f"{A}\n",
    )
    yield accepting(
        "events",
        "events-in-any-case",
        "events in any case",
        "R-205",
        lambda events: [str(one).lower() for one in events] if isinstance(events, list) else events,
        [_EVENT.upper()],
        ["ALL", _EVENT],
    )
    yield accepting(
        "events",
        "a-lone-event",
        "a lone event without a list",
        "R-204",
        lambda events: [events] if isinstance(events, str) else events,
        "all",
    )
    yield accepting(
        "secrets",
        "three-secrets-cut",
        "three secrets and keeps two",
        "R-206",
        lambda secrets: secrets[:2] if isinstance(secrets, list) else secrets,
        [*SECRETS, SECRETS[0][::-1]],
    )


@operator("rare-strict", in_contexts=True)
def strict() -> Iterator[Deviation]:
    """Refuse a right value."""
    yield refusing(
        "url",
        "url-with-a-port",
        "a url with a port",
        "R-226",
        re.compile(r"//[^/]*:\d").search,
        "https://hooks.example.com:8443/a",
    )
    yield refusing(
        "events",
        "all-beside-others",
        "all beside others",
        "R-223",
        lambda events: "all" in events and len(events) > 1,
        ["all", _EVENT],
    )
    yield refusing("secrets", "secrets-with-a-dash", "secrets with a dash", "R-225", lambda secrets: any("-" in one for one in secrets), ["a-secret-of-some-length"])  # fmt: skip


@operator("rare-stored", in_contexts=True)
def stored() -> Iterator[Deviation]:
    """Store something else than what was sent."""
    yield storing(
        "url",
        "url-without-a-query",
        "a url without its query",
        "R-106 R-301",
        lambda sent, _: str(sent).partition("?")[0],
        update(url=f"{A}?b=1"),
    )
    yield storing(
        "secrets",
        "secrets-in-small-letters",
        "secrets in small letters",
        "R-107",
        lambda sent, _: [str(one).lower() for one in sent],
        update(secrets=[SECRETS[0]]),
    )
    yield storing("events", "events-added", "the events beside the old ones", "R-105", lambda sent, old: [*dict.fromkeys([*old, *sent])], Example(patch({"events": [_EVENT]}), (READ,)))  # fmt: skip


@operator("rare-ignored", in_contexts=True)
def ignored() -> Iterator[Deviation]:
    """Answer 201 and change nothing."""

    class Ignoring(Reference):
        def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
            if not webhook.secrets:
                super().store(webhook, body)

    full = update(url=B, secrets=[SECRETS[0]], events=[_EVENT])
    yield deviation("update", "Answers 201 and changes nothing", "R-106 R-105 R-107 R-301", Ignoring, Example(full, (READ,)), Example(patch({"events": [_EVENT]}), (READ,)))  # fmt: skip


@operator("rare-credentials", in_contexts=True)
def credentials() -> Iterator[Deviation]:
    """Take a credential for another one."""
    rows: tuple[tuple[str, str, str, Callable[[str], Any], tuple[Patch, ...]], ...] = (
        ("any-scheme", "a token under any scheme", "R-403 R-405", lambda header: header.endswith(f" {VALID_TOKEN}"), (BASIC,)),
        ("unscoped", "a token without the scope", "R-404 R-306", lambda header: header == f"Bearer {FORBIDDEN_TOKEN}", (STRANGER,)),
    )  # fmt: skip
    for form, what, requirements, is_admitted, examples in rows:

        class Admitting(Reference):
            def role(self, request: Request, admitted: Callable[[str], Any] = is_admitted) -> str | None:
                return "member" if admitted(request.authorization) else super().role(request)

        yield deviation(form, f"Admits {what}", requirements, Admitting, *examples)


@operator("rare-written", in_contexts=True)
def written() -> Iterator[Deviation]:
    """Write an answer in another form."""
    rows: tuple[tuple[str, str, str, int, Callable[[dict[str, Any]], Any], Patch], ...] = (
        ("401-with-error", "each 401 with its error", "R-604", 401, lambda body: {**body, "error": "Unauthorized"}, NONSENSE),
        ("403-resource", "each 403 with another message", "R-606", 403, lambda body: {**body, "message": "Forbidden resource"}, STRANGER),
        ("201-client", "each 201 without clientId", "R-103 R-108", 201, lambda body: {"data": {name: one for name, one in body["data"].items() if name != "clientId"}}, READ),
    )  # fmt: skip
    for form, what, requirements, status, edit, request in rows:

        class Writing(Reference):
            def answer(
                self, request: Request, status: int = status, edit: Callable[[dict[str, Any]], Any] = edit
            ) -> Response:
                response = super().answer(request)
                if response.status != status:
                    return response
                return Response(status, json.dumps(edit(json.loads(response.body))).encode())

        yield deviation(form, f"Writes {what}", requirements, Writing, request)


@operator("rare-silence")
def silence() -> Iterator[Deviation]:
    """Never answer."""
    for form, what, status, requirements, request in (
        ("for-201", "updates", 201, "R-703 R-101", READ),
        ("for-400", "wrong updates", 400, "R-703 R-205 R-701", patch({"events": ["nope"]})),
        ("for-401", "callers without a token", 401, "R-703 R-401", NOBODY),
        ("for-403", "callers without the scope", 403, "R-703 R-404", STRANGER),
        ("for-404", "unknown webhooks", 404, "R-703 R-702 R-501", MISSING),
    ):

        class Hanging(Reference):
            def answer(self, request: Request, status: int = status) -> Response:
                response = super().answer(request)
                if response.status == status:
                    raise Hang
                return response

        yield deviation(form, f"Never answers {what}", requirements, Hanging, request)

"""Operators that look a webhook up in a way that is nearly right."""

from __future__ import annotations

import re
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from servers.faulty.asgi import Crash, Response
from servers.faulty.literals import FIRST_ID, SECOND_ID
from servers.faulty.server import Webhook
from servers.generated.deviation import READ, Deviation, Example, deviation, operator
from servers.generated.reference import Reference

from .parts import made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.asgi import Request
    from servers.faulty.sequences import Patch

_NOWHERE = "00000000-0000-4000-8000-000000000000"
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


def _of(webhook_id: str, request: Patch = READ) -> Patch:
    return replace(request, webhook_id=webhook_id)


@operator("hurried-ids")
def ids() -> Iterator[Deviation]:  # noqa: C901  small servers, one after the other
    """Find a webhook by an id that is not its own, or fall over an id."""

    def finding(form: str, what: str, is_meant: Callable[[str, str], Any], *ids: str) -> Deviation:
        def look_up(self: Reference, webhook_id: str) -> Webhook:
            for known, webhook in self.webhooks.items():
                if webhook_id not in self.webhooks and is_meant(webhook_id, known):
                    return webhook
            return Reference.look_up(self, webhook_id)

        return deviation(form, f"Finds a webhook by {what}", "R-502 R-501", made(look_up=look_up), *map(_of, ids))

    for form, what, is_meant, *given in (
        ("beginning", "the beginning of its id", lambda given, known: len(given) > 3 and known.startswith(given), FIRST_ID[:-1], FIRST_ID[:13]),
        ("something-behind", "an id with something behind it, as its pattern has no end", lambda given, known: given.startswith(known), f"{FIRST_ID}x", f"{FIRST_ID}-1"),
        ("suffix", "an id with .json behind it, which the router cuts off", lambda given, known: given == f"{known}.json", f"{FIRST_ID}.json"),
        ("blanks", "an id with blanks around it", lambda given, known: given.strip() == known, f" {FIRST_ID}", f"{FIRST_ID} "),
        ("wildcards", "a pattern, as it looks up with LIKE", lambda given, known: "%" in given and fnmatchcase(known, given.replace("%", "*")), "%", f"{FIRST_ID[:8]}%"),
        ("cut-at-36", "the first 36 characters of an id, the size of its column", lambda given, known: given[:36] == known, f"{FIRST_ID}0000"),
    ):  # fmt: skip
        yield finding(form, what, is_meant, *given)

    def created(self: Reference, webhook_id: str) -> Webhook:
        if webhook_id not in self.webhooks and _UUID.fullmatch(webhook_id):
            self.webhooks[webhook_id] = Webhook(webhook_id, "https://example.com/new", ["all"], "client-one", [])
        return Reference.look_up(self, webhook_id)

    yield deviation("created", "Creates a webhook that does not exist, as it updates or inserts", "R-501", made(look_up=created), _of(_NOWHERE))  # fmt: skip

    def created_with_url(self: Reference, request: Request) -> Response:
        response = None
        try:
            return Reference.perform(self, request)
        finally:
            if response is None and request.webhook_id not in self.webhooks and _UUID.fullmatch(request.webhook_id):
                self.webhooks[request.webhook_id] = Webhook(request.webhook_id, "https://example.com/new", ["all"], "client-one", [])  # fmt: skip

    again = Example(_of(_NOWHERE), (_of(_NOWHERE),))
    yield deviation("created-though-404", "Creates a webhook that does not exist, and answers 404 the first time", "R-501", made(perform=created_with_url), again)  # fmt: skip

    class Last(Reference):
        def reset(self) -> None:
            super().reset()
            self.last: Webhook | None = None

        def look_up(self, webhook_id: str) -> Webhook:
            if webhook_id in self.webhooks or self.last is None:
                self.last = super().look_up(webhook_id)
            return self.last

    yield deviation("last-one", "Goes on with the webhook before if it finds none", "R-501 R-104", Last, Example(_of(_NOWHERE), (_of(SECOND_ID),)))  # fmt: skip
    yield from _falls_over()


def _falls_over() -> Iterator[Deviation]:
    """Fall over an id that was not thought of."""

    def falling(form: str, what: str, falls: Callable[[str], Any], *ids: str) -> Deviation:
        def perform(self: Reference, request: Request) -> Response:
            if falls(request.webhook_id):
                raise Crash
            return Reference.perform(self, request)

        return deviation(form, f"Falls over {what}", "R-702", made(perform=perform), *map(_of, ids))

    for form, what, falls, *ids in (
        ("no-uuid", "an id that is not a UUID, as its database refuses to compare it", lambda given: not _UUID.fullmatch(given), "x", "123"),
        ("long", "an id of more than 255 characters", lambda given: len(given) > 255, "a" * 300),
        ("percent", "an id with a percent sign, as it is decoded twice", lambda given: re.search("%(?![0-9a-f]{2})", given, re.IGNORECASE), "a%b"),
        ("unknown", "an id that does not exist, as it takes the webhook for found", lambda given: given not in {FIRST_ID, SECOND_ID} and _UUID.fullmatch(given), _NOWHERE),
    ):  # fmt: skip
        yield falling(form, what, falls, *ids)

"""The planned cases, those that show most first; what comes next depends on what the responses have shown."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, cycle, islice
from typing import TYPE_CHECKING, Final

from user_webhook_contract.cases.circumstances import (
    accepted_rows,
    broken_alone,
    followed,
    unknown_webhooks,
    wrong_callers,
)
from user_webhook_contract.cases.kinds import BYPASS_BODY, NEAR_CREDENTIAL, CaseKinds
from user_webhook_contract.cases.operators.value import ABSENT
from user_webhook_contract.cases.order import Slot, slots
from user_webhook_contract.http.request import Credential
from user_webhook_contract.http.status import FORBIDDEN, UNAUTHORIZED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from user_webhook_contract.cases.factory import Case, CaseFactory
    from user_webhook_contract.checks.history import History

TO_RESTORE: Final = 2
"""Requests that put a webhook back: one does it, and the response to the other shows whether it is stored."""

BUDGET_FOR_TWO: Final = 16
"""Requests from which a second webhook is worth its first case and its restoration."""

MAX_UNVERIFIED: Final = 8
"""Refused requests after which the url is read back: a change is then attributed to the right one, and early."""

MAX_DISAMBIGUATIONS: Final = 3
"""Wrong credentials with an odd body that are followed up if they are not refused; later ones come without the body."""

CALLER_STATUSES: Final = frozenset({UNAUTHORIZED, FORBIDDEN})

MAX_WALKED: Final = 1500
"""Planned cases; what is left of the walks then comes by chance, between requests that no walk has."""

FOLLOW_UP: Final = "one part of a refused update alone"

LATER: Final = {
    "refuse": ("url_forms", "event_values", "secret_types", "secret_counts"),
    "types": ("url_types", "event_types"),
    "accept": ("legal_urls", "legal_secrets", "open_secrets", "several_events", "spellings"),
    "state": ("states",),
    "caller": ("credentials",),
    "id": ("ids",),
    "malformed": ("malformed",),
    "non-object": ("non_objects",),
    "odd": ("odd_bodies",),
    "media": ("media_types",),
    "bypass": ("bypasses",),
    "open-url": ("open_urls",),
}
"""The kinds that go on behind the slots of the file, while one of their walks has new values."""

LATER_TURNS: Final = {"refuse": 3, "caller": 2, "id": 2}
"""Requests of a kind in its turn, by how long its walks are; of any other it is one."""


class Plan:
    """Yields cases; the caller sends each, feeds ``history`` and then asks for the next."""

    def __init__(self, factory: CaseFactory, history: History) -> None:
        """Plan cases that *factory* makes; *history* is read before each."""
        settings = factory.settings
        self._factory = factory
        self._history = history
        self._unverified: dict[str, int] = {}
        self._disambiguations = 0
        self.has_second = bool(settings.second_webhook_id) and settings.budget >= BUDGET_FOR_TWO
        self._kinds = CaseKinds(factory, history, settings.second_webhook_id if self.has_second else "")

    @property
    def reserved(self) -> int:
        """How many requests are kept to put the webhooks back."""
        return TO_RESTORE * (2 if self.has_second else 1)

    def first_cases(self) -> Iterator[Case]:
        """Yield the first case of each webhook: it shows the stored url and changes as little as an update can."""
        body, second = {"events": ["all"]}, self._factory.settings.second_webhook_id
        yield self._factory.case("what is stored in the webhook", body)
        if self.has_second:
            yield self._factory.case("what is stored in the second webhook", body, webhook_id=second)

    def learns_refusal(self, case: Case) -> None:
        """Note that *case*, which is legal, was refused: what is only worth sending if it is accepted is left out."""
        self._kinds.refuses(case)

    def isolate(self, refused: Case, suspects: dict[str, str]) -> Iterator[Case]:
        """Yield updates that each share one part with *refused*: url, events or secrets."""
        make, body = self._factory, refused.judgement.body or {}
        for part in ("url", "events", "secrets"):
            changes = {part: body.get(part, ABSENT)}
            if part == "url" and part in body:
                changes[part] = make.distinct(body[part])
            case = make.case(FOLLOW_UP, make.full_body(**changes), webhook_id=refused.request.webhook_id)
            if suspects.keys() & case.traits.keys():
                yield case

    def cases(self) -> Iterator[Case]:
        """Yield everything that is planned after the first cases, and read the url back after a few refusals."""
        for case in islice(self._planned_cases(), MAX_WALKED):
            judgement = case.judgement
            webhook_id = judgement.webhook_id
            webhook = self._history.webhook(webhook_id)
            is_known = webhook_id in self._factory.known_ids
            unverified = self._unverified.get(webhook_id, 0)
            names_url = "url" in (judgement.body or {})
            if unverified and is_known and (unverified >= MAX_UNVERIFIED or (names_url and not judgement.must_refuse)):
                yield self._read_back(webhook_id)
            written = webhook.written
            yield case
            if case.title.startswith(BYPASS_BODY) and self._history.latest not in CALLER_STATUSES:
                yield from self._disambiguate(case)
            if is_known and judgement.must_refuse and _carries_mark(case):
                self._unverified[webhook_id] = self._unverified.get(webhook_id, 0) + 1
            elif webhook.written > written and not names_url:
                self._unverified[webhook_id] = 0
            if webhook.written > written and webhook.urls is None:
                # Null may have cleared the url, which breaks nothing: store one again.
                body = self._factory.full_body()
                yield self._factory.case("a url once more", body, webhook_id=case.request.webhook_id)
        for webhook_id, unverified in self._unverified.items():
            if unverified:
                yield self._read_back(webhook_id)

    def repeated(self) -> Iterator[Case]:
        """Yield the planned cases from the first on, with new values, to be sent on one connection."""
        second = self._factory.settings.second_webhook_id if self.has_second else ""
        kinds = CaseKinds(self._factory, self._history, second)
        for slot in slots():
            yield from kinds.cases(replace(slot, shares_connection=True))

    def pipelined(self) -> list[Case]:
        """Return the cases that are sent before a response is read: right, without a token, and of the other webhook."""
        make, second = self._factory, self._factory.settings.second_webhook_id
        other = second if self.has_second else make.settings.webhook_id
        return [
            make.case("an update, the first of three at once", {"events": ["all"]}),
            make.case("no token, the second of three at once", make.full_body(), credential=Credential.ABSENT),
            make.case("an update, the last of three at once", make.full_body(), webhook_id=other),
        ]

    def _read_back(self, webhook_id: str) -> Case:
        self._unverified[webhook_id] = 0
        return self._kinds.read_back(webhook_id)

    def _planned_cases(self) -> Iterator[Case]:
        """Yield the cases of the slots, then what is left of every walk and of the circumstances, in turn."""
        planned = slots()
        for slot in planned:
            yield from self._kinds.cases(slot)
        yield from self._kinds.rare_cases()
        circumstances: dict[str, Iterator[Slot]] = {
            kind: cycle([one for one in planned if one.kind == kind] or [Slot(kind)]) for kind in LATER
        }
        circumstances["types"] = cycle(
            [Slot("refuse", "type", "type", "wrong", is_second=one) for one in (False, True)]
        )
        circumstances["id"] = unknown_webhooks()
        circumstances |= {kind: cycle([Slot(kind, "plain"), Slot(kind)]) for kind in ("malformed", "non-object")}
        circumstances["accept"] = chain(accepted_rows(), followed(circumstances["accept"], 3))
        rules, callers = broken_alone(), wrong_callers()
        while kinds := [kind for kind, walks in LATER.items() if self._has_new(walks)]:
            for kind in kinds:
                for slot in islice(circumstances[kind], LATER_TURNS.get(kind, 1)):
                    yield from self._kinds.cases(self._filled(slot))
                # Broken rules and wrong callers come behind what was accepted, behind what was refused, and behind each other.
                if kind in {"accept", "caller", "id"}:
                    for slot in islice(rules, 1):
                        yield from self._kinds.cases(slot)
            for slot in islice(callers, 1):
                yield from self._kinds.cases(slot)

    def _filled(self, slot: Slot) -> Slot:
        """Return *slot* with room for as many new values as one request can show."""
        if slot.kind == "refuse":
            rest = "plain" if slot.is_second else "absent"
            url = self._wrong_part(slot.url, {"type": "url_types", "form": "url_forms"}, rest)
            events = self._wrong_part(slot.events, {"type": "event_types", "value": "event_values"}, slot.events)
            return replace(slot, url=url, events=events)
        if slot.kind == "accept":
            return replace(slot, caller="spelt" if self._has_new(("spellings",)) else slot.caller)
        return slot

    def _wrong_part(self, wanted: str, walks: dict[str, str], rest: str) -> str:
        """Return how a part of a refusal is wrong: as *wanted* or otherwise, by the walk that has new values, or *rest*."""
        left = [part for part, walk in walks.items() if self._has_new((walk,))]
        return wanted if wanted in left else left[-1] if left else rest

    def _has_new(self, walks: tuple[str, ...]) -> bool:
        return any(self._kinds.queues[walk].is_new for walk in walks)

    def _disambiguate(self, case: Case) -> Iterator[Case]:
        """Yield what shows whether it was the credential of *case* that passed, its body, or neither."""
        if self._disambiguations >= MAX_DISAMBIGUATIONS:
            return
        self._disambiguations += 1
        self._kinds.shares_bypass_bodies = self._disambiguations < MAX_DISAMBIGUATIONS
        is_right = self._history.latest in case.judgement.statuses
        body = self._factory.full_body()
        yield self._factory.case(NEAR_CREDENTIAL, body, credential=case.request.credential)
        if self._history.latest in CALLER_STATUSES and not is_right:
            yield self._factory.case_of(case.title, replace(case.request, credential=Credential.ABSENT))


def _carries_mark(case: Case) -> bool:
    """Return whether *case* has a url of its own, which a target that stores in spite of its error would keep."""
    return b"/Run-" in (case.request.body or b"")

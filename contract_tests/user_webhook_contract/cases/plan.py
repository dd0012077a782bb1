"""The planned cases, those that show most first; what comes next depends on what the responses have shown."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from user_webhook_contract.cases.kinds import BYPASS_BODY, NEAR_CREDENTIAL, READ_BACK, CaseKinds, interleaved
from user_webhook_contract.cases.values import ABSENT
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

CORE: Final = {"refusals": 17, "callers": 17, "bodies": 21, "acceptances": 9}
"""How many of each kind are sent within the usual budget, before the choices are looked at."""

CORE_PER_PROPERTY: Final = {**CORE, "refusals": 16}
"""The same for a target that names one rule of each property: the basics then take a request more."""

CORE_ONE_BY_ONE: Final = {"refusals": 29, "callers": 11, "bodies": 11, "acceptances": 9}
"""The same for a target that names the first violated rule only: each near miss then takes a request of its own."""

MAX_DISAMBIGUATIONS: Final = 3
"""Wrong credentials with an odd body that are followed up if they are not refused; later ones come without the body."""

FOLLOW_UP: Final = "one part of a refused update alone"
CALLER_STATUSES: Final = frozenset({UNAUTHORIZED, FORBIDDEN})


class Plan:
    """Yields cases; the caller sends each, feeds ``history`` and then asks for the next."""

    def __init__(self, factory: CaseFactory, history: History) -> None:
        """Plan cases that *factory* makes; *history* is read before each."""
        settings = factory.settings
        self._factory = factory
        self._history = history
        self._unverified = 0
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

    def isolate(self, refused: Case, suspects: dict[str, str]) -> Iterator[Case]:
        """Yield updates that each share one part with *refused*: url, events or secrets."""
        make, body = self._factory, refused.judgement.body or {}
        for part in ("url", "events", "secrets"):
            changes = {part: body.get(part, ABSENT)}
            if part == "url" and part in body:
                changes[part] = make.distinct(body[part])
            if part == "secrets" and part in body:
                changes[part] = make.secrets(len(body[part]))
            case = make.case(FOLLOW_UP, make.full_body(**changes), webhook_id=refused.request.webhook_id)
            if suspects.keys() & case.traits.keys():
                yield case

    def cases(self) -> Iterator[Case]:
        """Yield everything that is planned after the first cases, and read the url back after a few refusals."""
        for case in self._planned_cases():
            judgement = case.judgement
            webhook = self._history.webhook(case.request.webhook_id)
            is_first = case.request.webhook_id == self._factory.settings.webhook_id
            names_url = "url" in (judgement.body or {})
            if case.title == READ_BACK:
                self._unverified = 0
            is_due = self._unverified >= MAX_UNVERIFIED or (is_first and names_url and not judgement.must_refuse)
            if self._unverified and is_due:
                yield self._read_back()
            written = webhook.written
            yield case
            if case.title == BYPASS_BODY and self._history.latest not in CALLER_STATUSES:
                yield from self._disambiguate(case)
            if is_first and judgement.must_refuse and _carries_mark(case):
                self._unverified += 1
            elif is_first and webhook.written > written and not names_url:
                self._unverified = 0
            if webhook.written > written and webhook.urls is None:
                # Null may have cleared the url, which breaks nothing: store one again.
                body = self._factory.full_body()
                yield self._factory.case("a url once more", body, webhook_id=case.request.webhook_id)
        if self._unverified:
            yield self._read_back()

    def repeated(self) -> Iterator[Case]:
        """Yield cases of every kind once more, to be sent on one connection."""
        second = self._factory.settings.second_webhook_id if self.has_second else ""
        kinds = CaseKinds(self._factory, self._history, second)
        sources = (kinds.basics(), kinds.acceptances(), kinds.refusals(), kinds.bodies(), kinds.callers())
        for case in interleaved((sources[0], 4), *((source, 1) for source in sources[1:])):
            yield replace(case, request=replace(case.request, shares_connection=True))

    def pipelined(self) -> list[Case]:
        """Return the cases that are sent before a response is read: right, without a token, and of the other webhook."""
        make, second = self._factory, self._factory.settings.second_webhook_id
        other = second if self.has_second else make.settings.webhook_id
        return [
            make.case("an update, the first of three at once", {"events": ["all"]}),
            make.case("no token, the second of three at once", make.full_body(), credential=Credential.ABSENT),
            make.case("an update, the last of three at once", make.full_body(), webhook_id=other),
        ]

    def _read_back(self) -> Case:
        self._unverified = 0
        return self._kinds.read_back()

    def _planned_cases(self) -> Iterator[Case]:
        """Yield the basics, then the core of each kind, then what shows choices, then the rest of each kind."""
        kinds = self._kinds
        yield from kinds.basics()
        refusals, callers, bodies, acceptances = (
            kinds.refusals(),
            kinds.callers(),
            kinds.bodies(),
            kinds.acceptances(),
        )
        core = CORE if self._history.names_all else CORE_PER_PROPERTY
        core = CORE_ONE_BY_ONE if self._history.names_first_only else core
        yield from interleaved(
            (islice(acceptances, core["acceptances"]), 2),
            (islice(refusals, core["refusals"]), 4),
            (islice(bodies, core["bodies"]), 3),
            (islice(callers, core["callers"]), 2),
        )
        yield from kinds.choices()
        yield from interleaved((acceptances, 1), (bodies, 2), (callers, 2), (refusals, 2), (kinds.rare_cases(), 1))

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
    """Return whether *case* has a legal url, which a target that stores in spite of its error would keep."""
    return b"/Run-" in (case.request.body or b"")

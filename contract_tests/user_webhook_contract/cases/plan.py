"""The planned requests, the most telling first; what comes next depends on what the answers have shown."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.cases.factory import Case, CaseFactory
from user_webhook_contract.cases.values import (
    ABSENT,
    BAD_EVENTS,
    BAD_SECRETS,
    BAD_URLS,
    BYPASS_BODIES,
    EVENTS,
    GOOD_EVENTS,
    GOOD_URLS,
    HOSTILE,
    MALFORMED,
    MEDIA_TYPES,
    NEAR_CREDENTIALS,
    NON_OBJECTS,
    ODD_ID,
    OPEN_URLS,
)
from user_webhook_contract.http.request import Credential, Json, Request
from user_webhook_contract.judge.judge import FORBIDDEN, UNAUTHORIZED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from user_webhook_contract.checks.history import History
    from user_webhook_contract.judge.judge import Judgement
    from user_webhook_contract.settings import Settings

BUDGET_FOR_TWO: Final = 16
"""Requests from which a second webhook is worth its opening and its restoration."""

MAX_UNVERIFIED: Final = 6
"""Refused requests after which a webhook is read: a change is then laid at the right door, and early."""

CORE: Final = {"refusals": 22, "callers": 17, "bodies": 21, "acceptances": 9}
"""How many of each kind are sent within the usual budget, before the choices are looked at."""

CORE_ONE_BY_ONE: Final = {"refusals": 33, "callers": 11, "bodies": 11, "acceptances": 9}
"""The same for a target that names the first broken rule only: each near-miss then takes a request of its own."""

NEAR_CREDENTIAL: Final = "a credential that just misses"
BYPASS_BODY: Final = "a credential that just misses, and an odd body"
CALLER_STATUSES: Final = frozenset({UNAUTHORIZED, FORBIDDEN})

FOLLOW_UP: Final = "one part of a refused update alone"

MAX_DISAMBIGUATIONS: Final = 3
"""Wrong credentials with an odd body that were not refused as such, and told apart; after that, each comes alone."""


class Plan:
    """Yields cases; the caller sends each, feeds ``history`` and then asks for the next."""

    def __init__(self, settings: Settings, history: History) -> None:
        """Plan for *settings*; *history* is read before each case."""
        self.factory = CaseFactory(settings)
        self._settings = settings
        self._history = history
        self._unverified = 0
        self._good_events = cycle(GOOD_EVENTS)
        self._bypass_bodies = list(BYPASS_BODIES)
        self._disambiguations = 0
        self.has_second = bool(settings.second_webhook_id) and settings.budget >= BUDGET_FOR_TWO

    def first_cases(self) -> Iterator[Case]:
        """Yield the first request of each webhook: it shows the stored url and changes as little as an update can."""
        yield self.factory.case("what is stored in the webhook", {"events": ["all"]})
        if self.has_second:
            yield self.factory.case(
                "what is stored in the second webhook", {"events": ["all"]}, webhook_id=self._settings.second_webhook_id
            )

    def full_request(self, webhook_id: str) -> Request:
        """Return a plain valid update with everything in it."""
        return self.factory.case("a full update", self._full(), webhook_id=webhook_id).request

    def isolate(self, refused: Case, suspects: dict[str, str]) -> Iterator[Case]:
        """Yield updates that each share one part with *refused*: url, events, secrets or media type."""
        body = self.factory.judge(refused.request).body or {}
        for part in ("url", "events", "secrets"):
            changes = {part: body.get(part, ABSENT)}
            if part == "url" and part in body:
                changes[part] = self.factory.distinct(body[part])
            if part == "secrets" and part in body:
                changes[part] = self.factory.secrets(len(body[part]))
            case = self.factory.case(FOLLOW_UP, self._full(**changes), webhook_id=refused.request.webhook_id)
            if suspects.keys() & case.traits.keys():
                yield case

    def cases(self) -> Iterator[Case]:
        """Yield everything that is planned after the openings, with a reading wherever refusals piled up."""
        for case in self._planned_cases():
            found = self.factory.judge(case.request)
            webhook = self._history.webhook(case.request.webhook_id)
            is_first = case.request.webhook_id == self._settings.webhook_id
            names_url = "url" in (found.body or {})
            if self._unverified and (
                self._unverified >= MAX_UNVERIFIED or (is_first and names_url and not found.must_refuse)
            ):
                yield self._read_back()
            written = webhook.written
            yield case
            is_past = case.title == BYPASS_BODY and self._history.latest not in CALLER_STATUSES
            if is_past and self._disambiguations < MAX_DISAMBIGUATIONS:
                self._disambiguations += 1
                yield from self._disambiguate(case, found)
            if is_first and found.must_refuse and self._carries_mark(case):
                self._unverified += 1
            elif is_first and webhook.written > written and not names_url:
                self._unverified = 0
            if webhook.written > written and webhook.urls is None:
                # Null may have cleared the url, which is nobody's fault: store one again.
                yield self.factory.case("a url once more", self._full(), webhook_id=case.request.webhook_id)
        if self._unverified:
            yield self._read_back()

    def _carries_mark(self, case: Case) -> bool:
        """Return whether *case* has a legal url, which a target that writes in spite of a refusal would store."""
        return b"/Run-" in (case.request.body or b"")

    def _read_back(self) -> Case:
        self._unverified = 0
        events = list(next(self._good_events))
        return self.factory.case("an update of the events alone", {"events": events})

    def _planned_cases(self) -> Iterator[Case]:
        """Yield the basics, then the most telling of each kind, then what shows choices, then the rest of each kind."""
        yield from self._basics()
        refusals, callers, bodies, acceptances = self._refusals(), self._callers(), self._bodies(), self._acceptances()
        core = CORE_ONE_BY_ONE if self._history.names_first_only else CORE
        yield from _interleaved(
            (islice(acceptances, core["acceptances"]), 2),
            (islice(refusals, core["refusals"]), 4),
            (islice(bodies, core["bodies"]), 3),
            (islice(callers, core["callers"]), 2),
        )
        yield from self._choices()
        yield from _interleaved((acceptances, 1), (bodies, 2), (callers, 2), (refusals, 2), (self._rare_cases(), 1))

    def _full(self, **changes: Json) -> dict[str, Json]:
        """Return a valid body with everything in it, but for *changes*."""
        body: dict[str, Any] = {
            "url": self.factory.url(),
            "events": [EVENTS[4], EVENTS[1]],
            "secrets": self.factory.secrets(1),
            **changes,
        }
        return {name: value for name, value in body.items() if value is not ABSENT}

    def _basics(self) -> Iterator[Case]:
        make = self.factory
        second = self._settings.second_webhook_id
        first = make.case("a new url, two events, two secrets", self._full(secrets=make.secrets(2)))
        yield first
        yield Case("the same update again", first.request, {**first.traits, "the same update again": "R-308"})
        yield self._read_back()
        yield make.case("every rule broken", {"url": 7, "events": "nope", "secrets": "nope"})
        yield make.case("no token", self._full(), credential=Credential.ABSENT)
        if self._settings.forbidden_token:
            yield make.case("a token without the scope", self._full(), credential=Credential.FORBIDDEN)
        yield make.case("no events, among them", self._full(events=[]))
        yield self._read_back()
        yield make.case("a webhook that does not exist", self._full(), webhook_id=make.unknown_id)
        if self.has_second:
            yield make.case("a new url for the second webhook", self._full(), webhook_id=second)
        if self._history.names_all:
            # The url is legal, and must not be stored all the same.
            body = self._full(events=BAD_EVENTS[2], secrets=make.secrets(3))
            yield make.case("an undocumented event, three secrets", body)
        else:
            yield make.case("three secrets", self._full(secrets=make.secrets(3)))
            yield make.case("an http url", {"url": BAD_URLS[0], "events": ["all"], "secrets": make.secrets(1)})
        yield make.case("an unknown token", self._full(), credential=Credential.UNKNOWN)
        yield make.case("a body that is not JSON", MALFORMED[0])
        yield make.case("no update in JSON", NON_OBJECTS[0])
        yield make.case("only the new secret", {"events": [EVENTS[2]], "secrets": make.secrets(1)})
        yield self._read_back()
        if self.has_second:
            yield make.case("the second webhook, events alone", {"events": [EVENTS[3]]}, webhook_id=second)

    def _refusals(self) -> Iterator[Case]:
        """Yield near-misses of every rule: three at a time, but one at a time where only the first is named."""
        is_full = self._history.names_all
        urls, events, secrets = list(BAD_URLS[not is_full :]), list(BAD_EVENTS[1:]), list(BAD_SECRETS[1:])
        while urls or events or secrets:
            url = urls.pop(0) if urls else ABSENT
            events_value = events.pop(0) if events else ["all"]
            secrets_value = self.factory.bad_secrets(secrets.pop(0)) if secrets else ABSENT
            if not self._history.names_first_only:
                yield self._refusal(url, events_value, secrets_value)
                continue
            yield self._refusal(ABSENT, events_value, ABSENT)
            if url is not ABSENT:
                yield self._refusal(url, ["all"], ABSENT)
            if secrets_value is not ABSENT:
                yield self._refusal(ABSENT, ["all"], secrets_value)

    def _refusal(self, url: Json, events: Json, secrets: Json) -> Case:
        body = {"url": url, "events": events, "secrets": secrets}
        kept = {name: value for name, value in body.items() if value is not ABSENT}
        if "url" not in kept:
            # A url that is written in spite of the refusal is seen by the next reading.
            kept["url"] = self.factory.url()
        return self.factory.case("near-misses of the rules", kept)

    def _acceptances(self) -> Iterator[Case]:
        """Yield odd but legal updates, of the second webhook where there is one, so that the first keeps its url."""
        make = self.factory
        webhook_id = self._settings.second_webhook_id if self.has_second else self._settings.webhook_id
        for number, url in enumerate(GOOD_URLS):
            body: dict[str, Any] = {"url": make.distinct(url), "events": list(next(self._good_events))}
            if number % 2 == 0:
                # In ascending order here, as those of the basics are in descending order.
                body["secrets"] = make.secrets(1 if number % 4 else 2, length=48)[::-1]
            yield make.case("an odd but legal update", body, webhook_id=webhook_id)
            if number == 2:  # noqa: PLR2004  any early place
                charset = "application/json; charset=utf-8"
                yield make.case("a charset parameter", self._full(), webhook_id=webhook_id, media_type=charset)

    def _disambiguate(self, case: Case, found: Judgement) -> Iterator[Case]:
        """Yield what tells whether it was the credential of *case* that passed, its body, or neither."""
        is_legal = self._history.latest in found.statuses
        yield self.factory.case(NEAR_CREDENTIAL, self._full(), credential=case.request.credential)
        if self._history.latest in CALLER_STATUSES and not is_legal:
            yield replace(case, request=replace(case.request, credential=Credential.ABSENT))

    def _callers(self) -> Iterator[Case]:
        """Yield wrong credentials and wrong ids; an odd body must not let a wrong credential pass."""
        yield from _interleaved((self._credentials(), 3), (self._ids(), 2))
        for media_type, body in self._bypass_bodies:
            yield self._bypass_body(Credential.ABSENT, media_type, body)

    def _credentials(self) -> Iterator[Case]:
        make = self.factory
        if self._settings.forbidden_token and self.has_second:
            second = self._settings.second_webhook_id
            body = {"events": [EVENTS[1]]}
            title = "a token without the scope, the second webhook"
            yield make.case(title, body, credential=Credential.FORBIDDEN, webhook_id=second)
        for credential in NEAR_CREDENTIALS:
            if self._bypass_bodies and self._disambiguations < MAX_DISAMBIGUATIONS:
                yield self._bypass_body(credential, *self._bypass_bodies.pop(0))
            else:
                yield make.case(NEAR_CREDENTIAL, self._full(), credential=credential)

    def _bypass_body(self, credential: Credential, media_type: str | None, body: bytes | None) -> Case:
        content = self._full() if body is None else body
        return self.factory.case(BYPASS_BODY, content, credential=credential, media_type=media_type)

    def _ids(self) -> Iterator[Case]:
        make = self.factory
        first = self._settings.webhook_id
        last = "0" if first[-1:] != "0" else "1"
        near = (first[:-1], _other_case(first), first + last, first.replace("-", ""), f" {first} ", last + first)
        surely_nobodys = (ODD_ID + "1" * 300, "null", make.unknown_id)
        # What comes near to a short or a counted id is the id of another webhook.
        ids = (surely_nobodys[0], *near[:2], make.unknown_id, *near[2:], "null", first[:-1] + last, first[:8])
        for webhook_id in ids if make.has_long_ids else surely_nobodys:
            if webhook_id not in make.known_ids:
                yield make.case("an id that just misses", self._full(), webhook_id=webhook_id)

    def _bodies(self) -> Iterator[Case]:
        """Yield bodies that are no update or leave something open, the hostile ones more often than the others."""
        make = self.factory
        event = EVENTS[1].encode()
        # Where they are accepted, they show that the url which the second webhook was given last is stored.
        webhook_id = self._settings.second_webhook_id if self.has_second else ""
        hostile = (
            make.case(title, body.replace(b"{event}", event), webhook_id=webhook_id) for title, body in HOSTILE.items()
        )
        no_objects = (make.case("no update in JSON", body) for body in NON_OBJECTS[1:])
        malformed = (make.case("a body that is not JSON", body) for body in MALFORMED[1:])
        yield from _interleaved((hostile, 3), (no_objects, 2), (malformed, 1))

    def _choices(self) -> Iterator[Case]:
        """Yield what shows the choices that nothing else shows."""
        make = self.factory
        event = {"events": [EVENTS[3]]}
        yield make.case("another media type", event, media_type="text/plain")
        yield make.case("another media type", event, media_type="application/x-www-form-urlencoded")
        yield make.case("a broken rule and an unknown webhook", {"events": []}, webhook_id=make.unknown_id)
        yield make.case("one event twice", {"events": [EVENTS[1], EVENTS[1]]})
        for url in OPEN_URLS[:3]:
            yield make.case("a url of another form", {**event, "url": make.distinct(url)})
        yield make.case("a body of 150 kB", {**event, "padding": "p" * 150_000})

    def _rare_cases(self) -> Iterator[Case]:
        """Yield what seldom tells anything."""
        make = self.factory
        event = {"events": [EVENTS[3]]}
        for media_type in MEDIA_TYPES:
            yield make.case("another media type", event, media_type=media_type)
        for url in OPEN_URLS[3:]:
            yield make.case("a url of another form", {**event, "url": make.distinct(url)})
        yield make.case("a chunked body", self._full(url=ABSENT), is_chunked=True)


def _interleaved(*turns: tuple[Iterator[Case], int]) -> Iterator[Case]:
    """Yield from each source in turn, as many at a time as its number says."""
    left = list(turns)
    while left:
        for turn in list(left):
            count = 0
            for case in islice(turn[0], turn[1]):
                count += 1
                yield case
            if count < turn[1]:
                left.remove(turn)


def _other_case(identifier: str) -> str:
    swapped = identifier.swapcase()
    return swapped if swapped != identifier else identifier + "A"

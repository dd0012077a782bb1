"""The planned requests, the most telling first; what comes next depends on what the answers have shown."""

from __future__ import annotations

import random
import string
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from contract_tests.features import features
from contract_tests.history import FIRST, History
from contract_tests.judge import Judgement, judge
from contract_tests.near_misses import (
    ABSENT,
    BAD_EVENTS,
    BAD_SECRETS,
    BAD_URLS,
    EVENTS,
    GOOD_EVENTS,
    GOOD_URLS,
    HOSTILE,
    MALFORMED,
    MEDIA_TYPES,
    NO_OBJECTS,
)
from contract_tests.request import JSON_MEDIA_TYPE, Credential, Request, encode
from contract_tests.settings import Settings

BUDGET_FOR_TWO = 16
"""Requests from which a second webhook is worth its opening and its restoration."""

LONGEST_GAP = 4
"""Refused requests after which a webhook is read: a change is then laid at the right door, and early."""

FOLLOW_UP = "one part of a refused update alone"

_SECRET_CHARACTERS = string.ascii_letters + string.digits
_SECRET_LENGTH = 32


@dataclass(frozen=True)
class Case:
    """A planned request: why it is sent, and what it is about."""

    title: str
    request: Request
    features: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass
class Material:
    """Makes requests that are told apart by what they carry: every url and every secret is sent once only.

    The seed decides all of it.
    """

    settings: Settings
    dice: random.Random = field(init=False)
    count: int = 0

    def __post_init__(self) -> None:
        """Start from the seed."""
        self.dice = random.Random(self.settings.seed)  # noqa: S311 - to be repeated, not to be secret
        self.unknown_id = str(uuid.UUID(int=self.dice.getrandbits(128), version=4))
        self.name = f"{self.dice.getrandbits(32):08x}"

    @property
    def known_ids(self) -> frozenset[str]:
        """The webhooks that exist."""
        return frozenset(filter(None, (self.settings.webhook_id, self.settings.second_webhook_id)))

    def url(self) -> str:
        """Return a plain legal url that no other request has; its path has capitals, so that case is seen to be kept."""
        self.count += 1
        return f"https://hooks.example.com/Run-{self.name}/{self.count}"

    def distinct(self, url: str) -> str:
        """Return *url* with a segment or a query of its own, of the same features."""
        self.count += 1
        head, mark, fragment = url.partition("#")
        if "?" in head:
            return f"{head}&run={self.name}{self.count}{mark}{fragment}"
        if head.count("/") > len("//"):
            return f"{head}-{self.name}{self.count}{mark}{fragment}"
        return url

    def secret(self) -> str:
        """Return a secret that no other request has."""
        return "".join(self.dice.choices(_SECRET_CHARACTERS, k=_SECRET_LENGTH))

    def secrets(self, count: int) -> list[str]:
        """Return *count* secrets in descending order, so that a sorted or reversed list is told apart."""
        return sorted((self.secret() for _ in range(count)), reverse=True)

    def bad_secrets(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        """Return what an entry of ``BAD_SECRETS`` stands for."""
        if value == "same":
            return [self.secret()] * 3
        return self.secrets(value) if type(value) is int else value

    def case(
        self,
        title: str,
        body: bytes | dict[str, Any] | None,
        *,
        webhook_id: str = "",
        **rest: Any,  # noqa: ANN401 - the fields of Request
    ) -> Case:
        """Return a case of the webhook *webhook_id*, by default the first."""
        content = encode(body) if isinstance(body, dict) else body
        request = Request(webhook_id or self.settings.webhook_id, content, **rest)
        found = self.judge(request)
        special = features(request, found.body) if found.must_accept and found.body is not None else {}
        return Case(title, request, special)

    def judge(self, request: Request) -> Judgement:
        """Return what the documents say of *request*."""
        return judge(request, self.known_ids)


class Plan:
    """Yields cases; the caller sends each, feeds ``history`` and then asks for the next."""

    def __init__(self, settings: Settings, history: History) -> None:
        """Plan for *settings*; *history* is read before each case."""
        self.material = Material(settings)
        self._settings = settings
        self._history = history
        self._unread = 0
        self._good_events = cycle(GOOD_EVENTS)
        self.has_second = bool(settings.second_webhook_id) and settings.budget >= BUDGET_FOR_TWO

    def openings(self) -> Iterator[Case]:
        """Yield the first request of each webhook: it shows the stored url and changes as little as an update can."""
        yield self.material.case("what is stored in the webhook", {"events": ["all"]})
        if self.has_second:
            yield self.material.case(
                "what is stored in the second webhook", {"events": ["all"]}, webhook_id=self._settings.second_webhook_id
            )

    def full_request(self, webhook_id: str) -> Request:
        """Return a plain valid update with everything in it."""
        return self.material.case("a full update", self._full(), webhook_id=webhook_id).request

    def apart(self, refused: Case, suspects: dict[str, str]) -> Iterator[Case]:
        """Yield updates that each share one part with *refused*: url, events, secrets or media type."""
        body = self.material.judge(refused.request).body or {}
        for part in ("url", "events", "secrets"):
            changes = {part: body.get(part, ABSENT)}
            if part == "url" and part in body:
                changes[part] = self.material.distinct(body[part])
            if part == "secrets" and part in body:
                changes[part] = self.material.secrets(len(body[part]))
            case = self.material.case(FOLLOW_UP, self._full(**changes), webhook_id=refused.request.webhook_id)
            if suspects.keys() & case.features.keys():
                yield case

    def cases(self) -> Iterator[Case]:
        """Yield everything that is planned after the openings, with a reading wherever refusals piled up."""
        for case in self._unread_cases():
            found = self.material.judge(case.request)
            is_first = case.request.webhook_id == self._settings.webhook_id
            overwrites = is_first and not found.must_refuse and "url" in (found.body or {})
            if self._unread and (overwrites or self._unread >= LONGEST_GAP):
                yield self._reading()
            if is_first and found.must_refuse:
                self._unread += 1
            elif is_first and found.must_accept and "url" not in (found.body or {}):
                self._unread = 0
            yield case
        if self._unread:
            yield self._reading()

    def _reading(self) -> Case:
        self._unread = 0
        events = list(next(self._good_events))
        return self.material.case("an update of the events alone", {"events": events})

    def _unread_cases(self) -> Iterator[Case]:
        yield from self._basics()
        yield from self._interleaved(self._refusals(), self._acceptances(), self._callers(), self._bodies())
        yield from self._choices()

    @staticmethod
    def _interleaved(*sources: Iterator[Case]) -> Iterator[Case]:
        """Yield from each source in turn, two of the first for one of the others."""
        turns = list(sources)
        while turns:
            for source in list(turns):
                for _ in range(2 if source is sources[0] else 1):
                    case = next(source, None)
                    if case is None:
                        turns.remove(source)
                        break
                    yield case

    def _full(self, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
        """Return a valid body with everything in it, but for *changes*."""
        body: dict[str, Any] = {
            "url": self.material.url(),
            "events": [EVENTS[4], EVENTS[1]],
            "secrets": self.material.secrets(1),
            **changes,
        }
        return {name: value for name, value in body.items() if value is not ABSENT}

    def _basics(self) -> Iterator[Case]:
        make = self.material
        second = self._settings.second_webhook_id
        yield make.case("a new url, two events, two secrets", self._full(secrets=make.secrets(2)))
        yield make.case("every rule broken", {"url": 7, "events": "nope", "secrets": "nope"})
        yield make.case("no token", self._full(), credential=Credential.ABSENT)
        if self._settings.forbidden_token:
            yield make.case("a token without the scope", self._full(), credential=Credential.FORBIDDEN)
        yield make.case("no events, among them", self._full(events=[]))
        yield self._reading()
        yield make.case("a webhook that does not exist", self._full(), webhook_id=make.unknown_id)
        if self.has_second:
            yield make.case("a new url for the second webhook", self._full(), webhook_id=second)
        yield make.case("three secrets", self._full(secrets=make.secrets(3)))
        yield make.case("an unknown token", self._full(), credential=Credential.UNKNOWN)
        yield make.case("an http url", {"url": BAD_URLS[0], "events": ["all"], "secrets": make.secrets(1)})
        yield make.case("a body that is not JSON", MALFORMED[0])
        yield make.case("only the new secret", {"events": [EVENTS[2]], "secrets": make.secrets(1)})
        yield self._reading()
        if self.has_second:
            yield make.case("the second webhook, events alone", {"events": [EVENTS[3]]}, webhook_id=second)

    def _refusals(self) -> Iterator[Case]:
        """Yield near-misses of every rule: three at a time, but one at a time where only the first is named."""
        urls, events, secrets = list(BAD_URLS[1:]), list(BAD_EVENTS[1:]), list(BAD_SECRETS[1:])
        while urls or events or secrets:
            url = urls.pop(0) if urls else ABSENT
            events_value = events.pop(0) if events else ["all"]
            secrets_value = self.material.bad_secrets(secrets.pop(0)) if secrets else ABSENT
            if self._history.modes != {FIRST}:
                yield self._refusal(url, events_value, secrets_value)
                continue
            yield self._refusal(ABSENT, events_value, ABSENT)
            if url is not ABSENT:
                yield self._refusal(url, ["all"], ABSENT)
            if secrets_value is not ABSENT:
                yield self._refusal(ABSENT, ["all"], secrets_value)

    def _refusal(self, url: Any, events: Any, secrets: Any) -> Case:  # noqa: ANN401 - any JSON
        body = {"url": url, "events": events, "secrets": secrets}
        kept = {name: value for name, value in body.items() if value is not ABSENT}
        if "url" not in kept:
            # A url that is written in spite of the refusal is seen by the next reading.
            kept["url"] = self.material.url()
        return self.material.case("near-misses of the rules", kept)

    def _acceptances(self) -> Iterator[Case]:
        """Yield odd but legal updates, of the second webhook where there is one, so that the first keeps its url."""
        make = self.material
        webhook_id = self._settings.second_webhook_id if self.has_second else self._settings.webhook_id
        again: Case | None = None
        for number, url in enumerate(GOOD_URLS):
            body: dict[str, Any] = {"url": make.distinct(url), "events": list(next(self._good_events))}
            if number % 3:
                body["secrets"] = make.secrets(2 if number % 3 == 1 else 1)
            case = make.case("an odd but legal update", body, webhook_id=webhook_id)
            yield case
            if number == 1:
                again = Case("the same update again", case.request, {**case.features, "the same update again": "R-308"})
                yield again
            if number == 4:  # noqa: PLR2004 - any early place
                yield make.case(
                    "a charset parameter",
                    self._full(),
                    webhook_id=webhook_id,
                    media_type="application/json; charset=utf-8",
                )
            if number % 6 == 5:  # noqa: PLR2004 - now and then
                yield make.case("events alone", {"events": [EVENTS[2]]}, webhook_id=webhook_id)

    def _callers(self) -> Iterator[Case]:
        make = self.material
        first = self._settings.webhook_id
        for credential in (
            Credential.BASIC_SCHEME,
            Credential.LENGTHENED,
            Credential.NO_TOKEN,
            Credential.NO_SCHEME,
            Credential.SHORTENED,
        ):
            yield make.case("a credential that just misses", self._full(), credential=credential)
        yield make.case("another webhook's id, cut short", self._full(), webhook_id=first[:-1])
        yield make.case("another webhook's id, in another case", self._full(), webhook_id=_other_case(first))
        yield make.case(
            "no token and another media type", self._full(), credential=Credential.ABSENT, media_type="text/plain"
        )
        yield make.case("the same webhook that does not exist", self._full(), webhook_id=make.unknown_id)
        yield make.case("an odd id", self._full(), webhook_id="it's-no-uuid\x00%")
        yield make.case("an unknown token and an invalid body", {"url": 7}, credential=Credential.UNKNOWN)
        for credential in (
            Credential.TOKEN_SCHEME,
            Credential.OTHER_CASE,
            Credential.SURROUNDED,
            Credential.BLANK_TOKEN,
            Credential.LONGER_SCHEME,
        ):
            yield make.case("a credential that just misses", self._full(), credential=credential)
        yield make.case("another webhook's id and more", self._full(), webhook_id=first + "0")
        yield make.case("a very long id", self._full(), webhook_id="1" * 400)
        if self._settings.forbidden_token:
            yield make.case("a token without the scope, no body", b"", credential=Credential.FORBIDDEN)
        yield make.case("the beginning of an id", self._full(), webhook_id=first[:8])

    def _bodies(self) -> Iterator[Case]:
        make = self.material
        hostile = iter(HOSTILE.items())
        for no_object in (*NO_OBJECTS[:3], MALFORMED[1], *NO_OBJECTS[3:5], MALFORMED[2], NO_OBJECTS[5], MALFORMED[3]):
            yield make.case("no JSON object", no_object)
            yield from self._hostile(*next(hostile))
        for title, template in hostile:
            yield from self._hostile(title, template)
        for media_type in MEDIA_TYPES[1:3]:
            yield make.case("another media type", self._full(url=ABSENT), media_type=media_type)
        yield make.case("a chunked body", self._full(url=ABSENT), is_chunked=True)

    def _hostile(self, title: str, template: bytes) -> Iterator[Case]:
        body = template.replace(b"{event}", EVENTS[1].encode())
        yield self.material.case(title, body)

    def _choices(self) -> Iterator[Case]:
        """Yield what shows the target's choices, the url last: null may clear it."""
        make = self.material
        event = {"events": [EVENTS[3]]}
        yield make.case("an empty list of secrets", {**event, "secrets": []})
        yield make.case("another id and client in the body", {**event, "id": make.unknown_id, "clientId": "another"})
        yield make.case("a broken rule and an unknown webhook", {"events": []}, webhook_id=make.unknown_id)
        yield make.case("one event twice", {"events": [EVENTS[1], EVENTS[1]]})
        yield make.case("another media type", event, media_type=MEDIA_TYPES[0])
        yield make.case("secrets that are no strings", {**event, "secrets": [1234567890123456]})
        yield make.case("a body of 150 kB", {**event, "padding": "p" * 150_000})
        for url in (
            "https://localhost/hooks",
            "https://192.0.2.1/hooks",
            "https://user:password@hooks.example.com/hooks",
        ):
            yield make.case("a host of another form", {**event, "url": make.distinct(url)})
        yield make.case(
            "a url of 5,000 characters", {**event, "url": make.distinct("https://hooks.example.com/" + "u" * 5000)}
        )
        yield make.case("null for what is optional", {**event, "url": None, "secrets": None})


def _other_case(identifier: str) -> str:
    swapped = identifier.swapcase()
    return swapped if swapped != identifier else identifier + "A"

"""The kinds of planned cases; in each, those that show most come first."""

from __future__ import annotations

import string
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.cases.factory import RESERVED_HOST, again
from user_webhook_contract.cases.values import (
    ABSENT,
    BAD_EVENTS,
    BAD_SECRETS,
    BAD_URLS,
    BYPASS_BODIES,
    DEPTHS,
    EVENTS,
    GOOD_EVENTS,
    GOOD_URLS,
    HOSTILE,
    MALFORMED,
    MEDIA_TYPES,
    NEAR_CREDENTIALS,
    NON_OBJECTS,
    OBJECT_MEMBERS,
    ODD_ID,
    OPEN_CREDENTIALS,
    OPEN_URLS,
)
from user_webhook_contract.http.request import Credential

if TYPE_CHECKING:
    from collections.abc import Iterator

    from user_webhook_contract.cases.factory import Case, CaseFactory
    from user_webhook_contract.checks.history import History
    from user_webhook_contract.http.request import Json

READ_BACK: Final = "an update of the events alone"
NEAR_CREDENTIAL: Final = "a near-miss credential"
BYPASS_BODY: Final = "a near-miss credential and an odd body"

SECRET_CHARACTERS: Final = {2: string.punctuation, 6: string.digits}
"""The updates, by their place among the odd but legal ones, whose secret has characters that some targets change."""


class CaseKinds:
    """Yields the cases of each kind; what they are depends on what *history* knows when they are asked for.

    Attributes:
        shares_bypass_bodies: Whether wrong credentials and odd bodies still share a request.
    """

    def __init__(self, factory: CaseFactory, history: History, second_id: str) -> None:
        """Yield what *factory* makes; *second_id* is the second webhook, if the run uses one."""
        self._factory = factory
        self._history = history
        self._second_id = second_id
        self._good_events = cycle(GOOD_EVENTS)
        self._bypass_bodies = list(BYPASS_BODIES)
        self.shares_bypass_bodies = True

    def read_back(self, *, shares_connection: bool = False) -> Case:
        """Return the case whose response shows the stored url."""
        body = {"events": list(next(self._good_events))}
        return self._factory.case(READ_BACK, body, shares_connection=shares_connection)

    def on_one_connection(self) -> Iterator[Case]:
        """Yield up to four cases that share a connection: whoever gets in by it, or gets another webhook, shows."""
        make = self._factory
        yield self.read_back(shares_connection=True)
        for title, credential in (("no token", Credential.ABSENT), ("an unknown token", Credential.UNKNOWN)):
            body = make.full_body()
            title_of_both = f"{title}, on the connection of an update"
            yield make.case(title_of_both, body, credential=credential, shares_connection=True)
        if self._second_id:
            title, body = "a new url for the second webhook", make.full_body()
            yield make.case(title, body, webhook_id=self._second_id, shares_connection=True)

    def basics(self) -> Iterator[Case]:
        """Yield what every run sends first: one case for each of the main requirements."""
        make = self._factory
        first = make.case("a new url, two events, two secrets", self._factory.full_body(secrets=make.secrets(2)))
        yield first
        yield again(first)
        yield self.read_back()
        yield make.case("every rule broken", {"url": 7, "events": "nope", "secrets": "nope"})
        yield make.case("no token", self._factory.full_body(), credential=Credential.ABSENT)
        if make.can_send(Credential.FORBIDDEN):
            yield make.case("a token without the scope", self._factory.full_body(), credential=Credential.FORBIDDEN)
        yield make.case("an empty list of events", self._factory.full_body(events=[]))
        yield from self.on_one_connection()
        yield make.case("a webhook that does not exist", self._factory.full_body(), webhook_id=make.unknown_id)
        if self._history.names_all:
            # The url is legal, and must not be stored all the same.
            body = self._factory.full_body(events=BAD_EVENTS[2], secrets=make.secrets(3))
            yield make.case("an undocumented event, three secrets", body)
        else:
            yield make.case("three secrets", self._factory.full_body(secrets=make.secrets(3)))
            yield make.case("an http url", {"url": BAD_URLS[0], "events": ["all"], "secrets": make.secrets(1)})
        yield make.case("a body that is not JSON", MALFORMED[0])
        yield make.case("JSON that is not an update", NON_OBJECTS[0])
        yield make.case("only the new secret", {"events": [EVENTS[2]], "secrets": make.secrets(1)})
        yield self.read_back()
        if self._second_id:
            yield make.case("the second webhook, events alone", {"events": [EVENTS[3]]}, webhook_id=self._second_id)

    def refusals(self) -> Iterator[Case]:
        """Yield near-misses of every rule: three at a time, but one at a time where only the first is named."""
        is_full = self._history.names_all
        urls, events, secrets = list(BAD_URLS[not is_full :]), list(BAD_EVENTS[1:]), list(BAD_SECRETS[1:])
        while urls or events or secrets:
            url = urls.pop(0) if urls else ABSENT
            events_value = events.pop(0) if events else ["all"]
            secrets_value = self._factory.bad_secrets(secrets.pop(0)) if secrets else ABSENT
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
            # A url that is stored in spite of the error is seen when it is read back.
            kept["url"] = self._factory.url()
        return self._factory.case("near misses of the rules", kept)

    def acceptances(self) -> Iterator[Case]:
        """Yield odd but legal updates, of the second webhook if there is one, so that the first keeps its url."""
        make = self._factory
        webhook_id = self._second_id or self._factory.settings.webhook_id
        for number, url in enumerate(GOOD_URLS):
            body: dict[str, Any] = {"url": make.distinct(make.hosted(url)), "events": list(next(self._good_events))}
            if number % 2 == 0:
                # In ascending order here, as those of the basics are in descending order.
                body["secrets"] = make.secrets(1 if number % 4 else 2, length=48)[::-1]
            if number in SECRET_CHARACTERS:
                body["secrets"] = [make.secret(40, SECRET_CHARACTERS[number])]
            yield make.case("an odd but legal update", body, webhook_id=webhook_id)
            if number == 2:  # noqa: PLR2004  any early place
                charset = "application/json; charset=utf-8"
                yield make.case(
                    "a charset parameter", self._factory.full_body(), webhook_id=webhook_id, media_type=charset
                )

    def callers(self) -> Iterator[Case]:
        """Yield wrong credentials and wrong ids; an odd body must not let a wrong credential pass."""
        yield from interleaved((self._credentials(), 3), (self._ids(), 2))
        for media_type, body in self._bypass_bodies:
            yield self._bypass_body(Credential.ABSENT, media_type, body)

    def _credentials(self) -> Iterator[Case]:
        make = self._factory
        if make.can_send(Credential.FORBIDDEN) and self._second_id:
            body = {"events": [EVENTS[1]]}
            title = "a token without the scope, the second webhook"
            yield make.case(title, body, credential=Credential.FORBIDDEN, webhook_id=self._second_id)
        for credential in filter(make.can_send, NEAR_CREDENTIALS):
            if self._bypass_bodies and self.shares_bypass_bodies:
                yield self._bypass_body(credential, *self._bypass_bodies.pop(0))
            else:
                yield make.case(NEAR_CREDENTIAL, self._factory.full_body(), credential=credential)

    def _bypass_body(self, credential: Credential, media_type: str | None, body: bytes | None) -> Case:
        content = self._factory.full_body() if body is None else body
        return self._factory.case(BYPASS_BODY, content, credential=credential, media_type=media_type)

    def _ids(self) -> Iterator[Case]:
        make = self._factory
        first = self._factory.settings.webhook_id
        last = "0" if first[-1:] != "0" else "1"
        odd = ODD_ID + "1" * 300
        near = (first[:-1], first + last, f" {first} ", last + first, first[:-1] + last, first[:8], f"urn:uuid:{first}")
        ids = (odd, near[0], OBJECT_MEMBERS[0], make.unknown_id, *near[1:4], "null", *OBJECT_MEMBERS[1:], *near[4:])
        # What comes near to a short or a counted id is the id of another webhook.
        surely_nobodys = (odd, "null", make.unknown_id, *OBJECT_MEMBERS)
        for webhook_id in ids if make.has_long_ids else surely_nobodys:
            if webhook_id not in make.known_ids:
                yield make.case("a near-miss id", self._factory.full_body(), webhook_id=webhook_id)

    def _forms_of_the_id(self) -> list[str]:
        """Return other forms of the first id, in which a column of UUIDs finds it, or near misses if it is none."""
        first = self._factory.settings.webhook_id
        forms = (_other_case(first), first.replace("-", ""), f"{{{first}}}")
        is_plain = self._factory.has_long_ids
        return [one for one in forms if is_plain and one not in self._factory.known_ids]

    def bodies(self) -> Iterator[Case]:
        """Yield bodies that are not an update or leave something open, the hostile ones more often than the others."""
        make = self._factory
        event = EVENTS[1].encode()
        # If they are accepted, they show whether the last url of the second webhook is stored.
        webhook_id = self._second_id
        hostile = (
            make.case(title, body.replace(b"{event}", event), webhook_id=webhook_id) for title, body in HOSTILE.items()
        )
        no_objects = (make.case("JSON that is not an update", body) for body in NON_OBJECTS[1:])
        malformed = (make.case("a body that is not JSON", body) for body in MALFORMED[1:])
        yield from interleaved((hostile, 3), (no_objects, 2), (malformed, 1))

    def choices(self) -> Iterator[Case]:
        """Yield what shows the choices that nothing else shows."""
        make = self._factory
        event = {"events": [EVENTS[3]]}
        yield make.case("a chunked body", self._factory.full_body(url=ABSENT), is_chunked=True)
        yield self._nested(DEPTHS[0])
        yield make.case("another media type", event, media_type="text/plain")
        yield make.case("a broken rule and an unknown webhook", {"events": []}, webhook_id=make.unknown_id)
        yield make.case("one event twice", {"events": [EVENTS[1], EVENTS[1]]})
        for url in OPEN_URLS[:3]:
            yield self._open_url(event, url)
        for credential in filter(make.can_send, OPEN_CREDENTIALS):
            yield make.case("another form of the credential", self._factory.full_body(), credential=credential)
        for webhook_id in self._forms_of_the_id()[:1]:
            yield make.case("another form of the id", self._factory.full_body(), webhook_id=webhook_id)
        yield make.case("a body of 150 kB", {**event, "padding": "p" * 150_000})

    def _nested(self, depth: int) -> Case:
        body = b'{"events": ["all"], "deep": %b}' % (b"[" * depth + b"]" * depth)
        return self._factory.case(f"nesting {depth:,} deep", body)

    def _open_url(self, body: dict[str, Json], url: str) -> Case:
        # An address or a name without a dot stays what it is; whether a user name is accepted must not depend on the host.
        own = self._factory.hosted(url) if RESERVED_HOST in url else url
        return self._factory.case("a url of another form", {**body, "url": self._factory.distinct(own)})

    def rare_cases(self) -> Iterator[Case]:
        """Yield what seldom shows anything."""
        make = self._factory
        event = {"events": [EVENTS[3]]}
        for media_type in ("application/x-www-form-urlencoded", *MEDIA_TYPES):
            yield make.case("another media type", event, media_type=media_type)
        for url in OPEN_URLS[3:]:
            yield self._open_url(event, url)
        for depth in DEPTHS[1:]:
            yield self._nested(depth)
        for webhook_id in self._forms_of_the_id()[1:]:
            yield make.case("another form of the id", self._factory.full_body(), webhook_id=webhook_id)


def interleaved(*turns: tuple[Iterator[Case], int]) -> Iterator[Case]:
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

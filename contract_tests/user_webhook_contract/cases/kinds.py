"""The kinds of planned cases: each makes the next request of its kind, in the circumstances of a slot."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import cycle, permutations
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.cases import walks
from user_webhook_contract.cases.factory import RESERVED_HOST, again
from user_webhook_contract.cases.operators import credentials, media_types
from user_webhook_contract.cases.operators.bodies import FIRST_ID
from user_webhook_contract.cases.operators.states import Sent
from user_webhook_contract.cases.operators.value import ABSENT, EVENTS, Value
from user_webhook_contract.cases.order import Slot
from user_webhook_contract.http.request import JSON_MEDIA_TYPE, Credential, encode
from user_webhook_contract.http.status import CREATED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from user_webhook_contract.cases.factory import Case, CaseFactory
    from user_webhook_contract.checks.history import History

READ_BACK: Final = "an update of the events alone"
NEAR_CREDENTIAL: Final = "a near-miss credential"
BYPASS_BODY: Final = "a near-miss credential and an odd body"
IN_A_ROW: Final = 4
"""How often a request is repeated to see whether who counts tries lets the last one in."""

DEPTHS: Final = (1_100, 5_000)
"""Levels of nesting at which ordinary parsers give up, and not all of them gracefully."""

_CHOICES: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "duplicates": ("one event twice", {"events": [EVENTS[1], EVENTS[1]]}),
    "null-url": ("null for the url", {"url": None}),
    "null-secrets": ("null for the secrets", {"secrets": None}),
    "empty-secrets": ("an empty list of secrets", {"secrets": []}),
    "unknown-properties": (
        "another id and client, unknown properties",
        {
            "id": "00000000-0000-4000-8000-000000000000",
            "clientId": "another",
            "nickname": {"a": [1, {"b": None}], "c": "\U0001f511"},
        },
    ),
}
"""What shows a choice of the target: the title and the properties that do."""

_WRONG: Final = {
    "url": {"type", "form"},
    "events": {"none", "empty", "type", "value"},
    "secrets": {"wrong", "many"},
}
"""The states of a slot's properties that break a rule."""


class CaseKinds:
    """Makes the cases of slots; what they are depends on what *history* knows when they are asked for.

    Attributes:
        shares_bypass_bodies: Whether wrong credentials and odd bodies still share a request.
    """

    def __init__(self, factory: CaseFactory, history: History, second_id: str) -> None:
        """Make cases by *factory*; *second_id* is the second webhook, if the run uses one."""
        self._factory = factory
        self._history = history
        self._second_id = second_id
        self._makers: dict[str, Callable[[Slot], Iterator[Case]]] = {
            "refuse": self._refusals,
            "alone": self._refusals,
            "accept": self._acceptances,
            "again": self._repeated,
            "row": self._row,
            "twice": self._twice,
            "state": self._state,
            "caller": self._caller,
            "astray": self._astray,
            "id": self._id,
            "malformed": self._malformed,
            "non-object": self._non_object,
            "odd": self._odd,
            "media": self._media,
            "bypass": self._bypass,
            "check-order": self._check_order,
            "duplicates": self._choice,
            "null-url": self._choice,
            "null-secrets": self._choice,
            "empty-secrets": self._choice,
            "unknown-properties": self._choice,
            "open-url": self._open_url,
            "open-caller": self._open_caller,
            "open-id": self._open_id,
            "large": self._large,
            "nested": self._deep,
            "chunked": self._chunked,
        }
        self._previous: Case | None = None
        self._reads = 0
        self._turn = 0
        self.shares_bypass_bodies = True
        self._one_event = cycle([one.value for one in walks.legal_events() if len(one.value) == 1])
        self._orders = cycle(list(permutations(("url", "events", "secrets")))[::-1])
        self._sent: dict[str, Sent] = {}
        self._met: Counter[tuple[str, ...]] = Counter()
        self._charsets = cycle(media_types.CHARSETS)
        self._media_type = JSON_MEDIA_TYPE
        self._is_accepted: dict[str, bool] = {}
        self.queues = walks.queues(factory)

    def take(self, walk: str) -> Value:
        """Return the next value of *walk*."""
        return self.queues[walk].take()

    def _legal(self, slot: Slot, walk: str) -> Value:
        """Return a legal value of *walk*; it is only used up by a request that must be accepted."""
        queue = self.queues[walk]
        return queue.take() if slot.uses_legal_values_up else queue.lend()

    def _wrong(self, slot: Slot, walk: str) -> Value:
        """Return a wrong value of *walk*: the next, or a leading one that this company has not met."""
        if slot.kind != "alone":
            return self.take(walk)
        company = (walk, slot.url, slot.events, slot.secrets)
        self._met[company] += 1
        leading = self.queues[walk].leading
        return leading[self._met[company] % len(leading)]

    def read_back(self, webhook_id: str = "") -> Case:
        """Return the case whose response shows the stored url; every other one stores secrets."""
        self._reads += 1
        self._media_type = JSON_MEDIA_TYPE
        slot = Slot("accept", "absent", ("one", "several")[self._reads % 2], ("absent", "odd")[self._reads // 2 % 2])
        return self._acceptance(replace(slot, is_second=bool(webhook_id) and webhook_id == self._second_id))

    def cases(self, slot: Slot) -> Iterator[Case]:
        """Yield the cases of *slot*: one, or several if the target names the first violated rule only."""
        if slot.is_second and not self._second_id:
            slot = replace(slot, is_second=False)
        slot = self._with_media_type(slot)
        for case in self._makers[slot.kind](slot):
            self._previous = case
            yield case
            if case.judgement.body and self._history.latest == CREATED:
                self._sent.setdefault(case.judgement.webhook_id, Sent()).add(case.judgement.body)
            if case.judgement.must_accept and case.request.media_type in media_types.CHARSETS:
                self._is_accepted.setdefault(case.request.media_type, True)

    def refuses(self, case: Case) -> None:
        """Note that *case* is legal and was refused: its media type may be the reason, and does not come again."""
        self._is_accepted[case.request.media_type or ""] = False

    def _with_media_type(self, slot: Slot) -> Slot:
        """Choose the media type for *slot*; one with a charset comes alone at first, and then only if it was accepted."""
        self._media_type = JSON_MEDIA_TYPE
        if not slot.has_charset:
            return slot
        media_type = next(self._charsets)
        if self._is_accepted.get(media_type):
            self._media_type = media_type
        elif slot.kind == "accept" and media_type not in self._is_accepted:
            self._media_type = media_type
            return Slot("accept", is_second=slot.is_second, shares_connection=slot.shares_connection)
        return slot

    def _malformed(self, slot: Slot) -> Iterator[Case]:
        value = self.take("malformed")
        yield self._case(slot, f"a body that is not JSON: {value.name}", self._with_url(slot, value.value))

    def _non_object(self, slot: Slot) -> Iterator[Case]:
        value = self.take("non_objects")
        yield self._case(slot, f"JSON that is not an update: {value.name}", self._with_url(slot, value.value))

    def _with_url(self, slot: Slot, body: bytes) -> bytes:
        """Return *body* with a url before its events, if it has such and *slot* a url: a later response shows whether it was stored."""
        if slot.url != "plain":
            return body
        return body.replace(b'"events": [', b'"url": "%b", "events": [' % self._factory.url().encode(), 1)

    def _odd(self, slot: Slot) -> Iterator[Case]:
        value = self.take("odd_bodies")
        body = value.value
        if isinstance(body, dict):
            fill = {"url": self._factory.filled_url, "secrets": self._factory.filled_secrets}
            filled = {name: fill[name](one) if name in fill else one for name, one in body.items()}
            first = self._factory.settings.webhook_id
            filled = {name: first if one == FIRST_ID else one for name, one in filled.items()}
            body = {"events": next(self._one_event)} | filled
        # If it is accepted, it shows whether the last url of the second webhook is stored.
        yield self._case(replace(slot, is_second=bool(self._second_id)), value.name, body)

    def _media(self, slot: Slot) -> Iterator[Case]:
        value = self.take("media_types")
        body = {"events": next(self._one_event)}
        yield self._case(slot, f"another media type: {value.name}", body, media_type=value.value)

    def _check_order(self, slot: Slot) -> Iterator[Case]:
        title = "a broken rule and an unknown webhook"
        yield self._case(slot, title, {"events": []}, webhook_id=self._factory.unknown_id)

    def _choice(self, slot: Slot) -> Iterator[Case]:
        """Yield an update on which the documents leave one thing open; the rest of it is legal and odd."""
        title, changes = _CHOICES[slot.kind]
        parts = {name: part.value for name, part in self._parts(slot).items()}
        case = self._case(slot, title, parts | changes)
        yield case
        if self._history.webhook(case.judgement.webhook_id).secrets == ():
            # An update without secrets shows whether the webhook stays without any.
            yield self._acceptance(Slot("accept", is_second=slot.is_second))

    def _open_caller(self, slot: Slot) -> Iterator[Case]:
        for credential in filter(self._factory.can_send, credentials.OPEN):
            body = self._factory.full_body()
            yield self._case(slot, "another form of the credential", body, credential=credential)

    def _open_id(self, slot: Slot) -> Iterator[Case]:
        for webhook_id in self._forms_of_the_id()[:1]:
            yield self._case(slot, "another form of the id", self._factory.full_body(), webhook_id=webhook_id)

    def _large(self, slot: Slot) -> Iterator[Case]:
        yield self._case(slot, "a body of 150 kB", {"events": [EVENTS[3]], "padding": "p" * 150_000})

    def _deep(self, slot: Slot) -> Iterator[Case]:
        yield self._case(slot, *_nested(DEPTHS[0]))

    def _chunked(self, slot: Slot) -> Iterator[Case]:
        yield self._case(slot, "a chunked body", self._factory.full_body(url=ABSENT), is_chunked=True)

    def _case(self, slot: Slot, title: str, body: bytes | dict[str, Any], **rest: Any) -> Case:  # noqa: ANN401  the fields of Request
        """Return a case of the webhook and the media type of *slot*."""
        webhook_id = self._second_id if slot.is_second else ""
        if isinstance(body, dict):
            names = sorted(body, reverse=True) if slot.is_reversed else list(body)
            body = encode({name: body[name] for name in names if body[name] is not ABSENT})
        usual = {"webhook_id": webhook_id, "media_type": self._media_type, "shares_connection": slot.shares_connection}
        return self._factory.case(title, body, **{**usual, **rest})

    def _parts(self, slot: Slot) -> dict[str, Value]:
        return {"url": self._url(slot), "events": self._events(slot), "secrets": self._secrets(slot)}

    def _url(self, slot: Slot) -> Value:
        make = self._factory
        match slot.url:
            case "plain":
                return Value("", make.url())
            case "odd":
                value = self._legal(slot, "legal_urls")
                return Value(f"url: {value.name}", make.legal_url(value.value))
            case "type" | "form":
                value = self._wrong(slot, f"url_{slot.url}s")
                return Value(f"url: {value.name}", make.filled_url(value.value))
        return Value("", ABSENT)

    def _events(self, slot: Slot) -> Value:
        match slot.events:
            case "none":
                return Value("no events", ABSENT)
            case "empty":
                return Value("an empty list of events", [])
            case "type":
                return self._wrong(slot, "event_types")
            case "value":
                value = self._wrong(slot, "event_values")
                return Value(f"events: {value.name}", value.value)
            case "several":
                return Value("", self._legal(slot, "several_events").value)
        return Value("", next(self._one_event))

    def _secrets(self, slot: Slot) -> Value:
        make = self._factory
        match slot.secrets:
            case "one" | "two":
                return Value("", make.secrets(1 if slot.secrets == "one" else 2))
            case "rotated":
                return Value("a new secret beside the last one", [make.secret(), *self._last_secrets(slot)[:1]])
            case "kept":
                return Value("one of the last secrets", self._last_secrets(slot)[:1] or make.secrets(1))
            case "odd" | "open":
                value = self._legal(slot, "legal_secrets") if slot.secrets == "odd" else self.take("open_secrets")
            case "wrong":
                value = self._wrong(slot, "secret_types")
            case "many":
                value = self._wrong(slot, "secret_counts")
            case _:
                return Value("", ABSENT)
        return Value(f"secrets: {value.name}", make.filled_secrets(value.value))

    def _last_secrets(self, slot: Slot) -> list[str]:
        """Return the secrets of the webhook that the run sent itself; those that a target made are never sent back."""
        sent = self._sent.get(self._second_id if slot.is_second else self._factory.settings.webhook_id)
        return list(sent.secrets[-1]) if sent and sent.secrets else []

    def _refusals(self, slot: Slot) -> Iterator[Case]:
        """Yield a case that breaks the rules of all properties that are wrong, or of one if only the first is named."""
        good = {"url": "absent", "events": "one", "secrets": "absent"}
        wrong = [name for name, states in _WRONG.items() if getattr(slot, name) in states]
        if self._history.names_first_only and len(wrong) > 1:
            self._turn += 1
            left = wrong[self._turn % len(wrong)]
            changes: dict[str, Any] = {name: good[name] for name in wrong if name != left}
            slot = replace(slot, **changes)
        yield self._refusal(slot, self._parts(slot))

    def _refusal(self, slot: Slot, parts: dict[str, Value]) -> Case:
        titles = "; ".join(part.name for part in parts.values() if part.name)
        return self._case(slot, f"near misses: {titles}", {name: part.value for name, part in parts.items()})

    def _acceptances(self, slot: Slot) -> Iterator[Case]:
        yield self._acceptance(slot)

    def _acceptance(self, slot: Slot) -> Case:
        parts = self._parts(slot)
        odd = "; ".join(part.name for part in parts.values() if part.name)
        title = f"an odd but legal update: {odd}" if odd else READ_BACK if slot.url == "absent" else "an update"
        body = {name: part.value for name, part in parts.items() if part.value is not ABSENT}
        if slot.is_reversed:
            body = {name: body[name] for name in next(self._orders) if name in body}
        content = self._legal(slot, "spellings").value(body).encode() if slot.caller == "spelt" else encode(body)
        return self._case(slot, title, content)

    def _state(self, slot: Slot) -> Iterator[Case]:
        """Yield an update that shares something with what is stored, was stored, or is stored elsewhere."""
        first, second = self._factory.settings.webhook_id, self._second_id
        mine, others = (second, first) if slot.is_second else (first, second)
        if not self._has_just_stored_all(mine):
            yield self._acceptance(replace(slot, kind="accept", url="plain", events="several", secrets="two"))
        name, make = self.take("states")
        body = make(self._sent.get(mine, Sent()), self._sent.get(others, Sent()))
        body.setdefault("events", next(self._one_event))
        if all(body.values()):
            yield self._case(slot, f"an odd but legal update: {name}", body)

    def _has_just_stored_all(self, webhook_id: str) -> bool:
        """Return whether the request before gave the webhook a url and two secrets."""
        judgement = self._previous.judgement if self._previous else None
        if judgement is None or not judgement.must_accept or judgement.webhook_id != webhook_id:
            return False
        body = judgement.body or {}
        return "url" in body and len(body.get("secrets", ())) > 1

    def _repeated(self, slot: Slot) -> Iterator[Case]:
        """Yield the request before once more, by the caller of *slot*."""
        if self._previous is None:
            return
        if slot.caller == "valid" and self._previous.judgement.must_accept:
            yield again(self._previous)
            return
        request = self._previous.request
        credential = request.credential if slot.caller == "valid" else Credential[slot.caller.upper()]
        if self._factory.can_send(credential):
            title = f"{self._previous.title}, once more"
            yield self._factory.case_of(title, replace(request, credential=credential))

    def _caller(self, slot: Slot) -> Iterator[Case]:
        """Yield an update by a wrong caller."""
        make = self._factory
        body = {name: part.value for name, part in self._parts(slot).items()}
        if slot.caller == "near":
            yield self._near_credential(slot, body)
        elif make.can_send(credential := Credential[slot.caller.upper()]):
            title = {"absent": "no token", "forbidden": "a token without the scope", "unknown": "an unknown token"}
            yield self._case(slot, title[slot.caller], body, credential=credential)

    def _astray(self, slot: Slot) -> Iterator[Case]:
        """Yield an update of a webhook that does not exist, by a wrong caller."""
        for case in self._caller(slot):
            request = replace(case.request, webhook_id=self._factory.unknown_id)
            yield self._factory.case_of(f"{case.title} and an unknown webhook", request)

    def _twice(self, slot: Slot) -> Iterator[Case]:
        """Yield an update that must be accepted, and then the same by the caller of *slot*."""
        yield from self._acceptances(replace(slot, kind="accept", caller="valid"))
        yield from self._repeated(slot)

    def _row(self, slot: Slot) -> Iterator[Case]:
        """Yield an update several times in a row: one that must be refused, or one that must be accepted."""
        if slot.caller == "valid":
            for case in self._acceptances(replace(slot, kind="accept")):
                yield from (case, *[again(case)] * IN_A_ROW)
            return
        for case in self._id(slot) if slot.caller == "stranger" else self._caller(slot):
            yield from (case, *[self._factory.case_of(f"{case.title}, once more", case.request)] * IN_A_ROW)

    def _near_credential(self, slot: Slot, body: dict[str, Any]) -> Case:
        """Return a request with a near miss; it shares its request with a body that must not let anybody pass."""
        value = self.take("credentials")
        name = value.name.lower().replace("_", " ")
        if not self.shares_bypass_bodies or not self.queues["bypasses"].is_new:
            return self._case(slot, f"{NEAR_CREDENTIAL}: {name}", body, credential=value.value)
        what, content, media_type = self._bypassing()
        title = f"{BYPASS_BODY}: {name}, {what}"
        return self._case(slot, title, content, credential=value.value, media_type=media_type)

    def _bypass(self, slot: Slot) -> Iterator[Case]:
        """Yield an update without a token and with another media type, or a body that is not an update."""
        what, content, media_type = self._bypassing()
        yield self._case(slot, f"no token, {what}", content, credential=Credential.ABSENT, media_type=media_type)

    def _bypassing(self) -> tuple[str, bytes | dict[str, Any], str | None]:
        """Return the name, the body and the media type of what must not let anybody pass."""
        name, value = self.take("bypasses")
        update = {"url": self._factory.url(), "events": next(self._one_event)}
        if isinstance(value.value, bytes):
            return name, value.value, JSON_MEDIA_TYPE
        if isinstance(value.value, dict):
            return name, update | value.value, JSON_MEDIA_TYPE
        return name, update, value.value

    def _id(self, slot: Slot) -> Iterator[Case]:
        make = self._factory
        body = {name: part.value for name, part in self._parts(slot).items()}
        if slot.caller == "unknown":
            yield self._case(slot, "a webhook that does not exist", body, webhook_id=make.unknown_id)
            return
        if slot.caller == "stranger":
            yield self._case(slot, "another webhook that does not exist", body, webhook_id=make.new_id())
            return
        value = self.take("ids")
        yield self._case(slot, f"a near-miss id: {value.name}", body, webhook_id=value.value)

    def _forms_of_the_id(self) -> list[str]:
        """Return other forms of the first id, in which a column of UUIDs finds it, or near misses if it is none."""
        first = self._factory.settings.webhook_id
        forms = (_other_case(first), first.replace("-", ""), f"{{{first}}}")
        is_plain = self._factory.has_long_ids
        return [one for one in forms if is_plain and one not in self._factory.known_ids]

    def _open_url(self, slot: Slot) -> Iterator[Case]:
        value = self.take("open_urls")
        # An address or a name without a dot stays what it is; whether a user name is accepted must not depend on the host.
        own = self._factory.filled_url(value.value)
        own = self._factory.hosted(own) if RESERVED_HOST in own else own
        body = {"url": own, "events": [EVENTS[3]], "secrets": self._secrets(slot).value}
        yield self._case(slot, f"a url of another form: {value.name}", body)

    def rare_cases(self) -> Iterator[Case]:
        """Yield what seldom shows anything."""
        make = self._factory
        for depth in DEPTHS[1:]:
            yield make.case(*_nested(depth))
        for webhook_id in self._forms_of_the_id()[1:]:
            yield make.case("another form of the id", make.full_body(), webhook_id=webhook_id)


def _nested(depth: int) -> tuple[str, bytes]:
    """Return the title and the body of a request with *depth* levels."""
    return f"nesting {depth:,} deep", b'{"events": ["all"], "deep": %b}' % (b"[" * depth + b"]" * depth)


def _other_case(identifier: str) -> str:
    swapped = identifier.swapcase()
    return swapped if swapped != identifier else identifier + "A"

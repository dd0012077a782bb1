"""Circumstances in which a rule may be forgotten: what else an update carries, and for which webhook it is."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle, product
from typing import TYPE_CHECKING, Final

from user_webhook_contract.cases.order import Slot
from user_webhook_contract.cases.walks import LEADING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_URLS: Final = ("absent", "plain")
_EVENTS: Final = ("one", "several")
_SECRETS: Final = ("absent", "one", "two")

# For the second webhook, with a charset, with its properties reversed: seven, so that they meet every company in turn.
_FLAGS: Final = (
    (False, False, False),
    (True, False, True),
    (False, True, True),
    (True, True, False),
    (True, False, False),
    (False, False, True),
    (True, True, True),
)


def broken_alone() -> Iterator[Slot]:
    """Yield refusals that each break the rules of one property, in every company of the others, some of them twice."""
    slots = [
        *(Slot("alone", url, wrong, secrets) for secrets, url, wrong in product(_SECRETS, _URLS, _BAD_EVENTS)),
        *(Slot("alone", wrong, events, secrets) for secrets, events, wrong in product(_SECRETS, _EVENTS, _BAD_URLS)),
        *(Slot("alone", url, events, wrong) for events, url, wrong in product(_EVENTS, _URLS, _BAD_SECRETS)),
    ]
    # What has no values of its own needs no second round.
    rounds = [slots, *[[one for one in slots if one.events not in {"empty", "none"}]] * (LEADING - 1)]
    yield from repeating(_flagged([slot for one in rounds for slot in _spread(one)]), 5)


_CALLERS: Final = ("absent", "unknown", "forbidden")


def wrong_callers() -> Iterator[Slot]:
    """Yield updates, right and wrong, by those who may not make them, some of them twice, some of an unknown webhook."""
    bodies = [
        *product(_URLS, _EVENTS, _SECRETS),
        ("plain", "empty", "absent"),
        ("form", "one", "one"),
        ("plain", "none", "many"),
    ]
    slots = [Slot("caller", *body, caller) for body in bodies for caller in _CALLERS]
    yield from (Slot("astray", url, "one", "absent", caller) for url, caller in product(_URLS, _CALLERS))
    # Who counts tries may let the last one in.
    yield from (Slot("row", "plain", "one", "one", caller) for caller in _CALLERS)
    yield from repeating(_flagged(_spread(slots)), 4)


def accepted_rows() -> Iterator[Slot]:
    """Yield updates that must be accepted however often they come."""
    yield Slot("row", "plain", "several", "two", "valid")
    yield Slot("row", "absent", "one", "absent", "valid", is_second=True)


def unknown_webhooks() -> Iterator[Slot]:
    """Yield updates of webhooks that do not exist, without an end: near misses, and one of them several times."""
    slots = [Slot("id", *body, "near") for body in product(_URLS, _EVENTS, _SECRETS)]
    yield from repeating(cycle([*slots[:5], Slot("row", "plain", "one", "one", "stranger"), *slots[5:]]), 7)


_BAD_EVENTS: Final = ("empty", "none", "type", "value")
_BAD_URLS: Final = ("form", "type")
_BAD_SECRETS: Final = ("many", "wrong")


def _spread(slots: list[Slot]) -> list[Slot]:
    """Return *slots* in an order in which neighbours differ."""
    return [slot for start in range(len(_FLAGS)) for slot in slots[start :: len(_FLAGS)]]


def _flagged(slots: list[Slot]) -> list[Slot]:
    """Return *slots*, each for a webhook, with a media type and in an order of its own."""
    return [
        replace(slot, is_second=second, has_charset=charset, is_reversed=is_reversed)
        for slot, (second, charset, is_reversed) in zip(slots, cycle(_FLAGS), strict=False)
    ]


def followed(slots: Iterable[Slot], every: int) -> Iterator[Slot]:
    """Yield *slots*; one of that number is sent a second time right away, by each caller in turn."""
    callers = cycle(("valid", "forbidden", "absent", "unknown"))
    for number, slot in enumerate(slots, 1):
        yield slot if number % every else replace(slot, kind="twice", caller=next(callers))


def repeating(slots: Iterable[Slot], every: int) -> Iterator[Slot]:
    """Yield *slots*, and behind each of that number the same request again."""
    for number, slot in enumerate(slots, 1):
        yield slot
        if number % every == 0:
            yield Slot("again")

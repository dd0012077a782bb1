"""The walks that a plan takes its values from, each in the order of the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from user_webhook_contract.cases.operators import bodies, credentials, events, ids, media_types, secrets, states, urls
from user_webhook_contract.cases.operators.value import Value, in_turn
from user_webhook_contract.cases.order import ordered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from user_webhook_contract.cases.factory import CaseFactory


LEADING: Final = 4
"""How many values of a walk meet every circumstance."""


class Queue:
    """Values in the order of the plan, each of them once, and then from the first on again.

    Attributes:
        leading: The first ones as the operators make them: one of each family.
    """

    def __init__(self, walk: str, values: Iterable[Value]) -> None:
        """Hold *values*, which are those of *walk*."""
        made = list(values)
        self.leading = made[:LEADING]
        self.values = ordered(walk, made)
        self.taken = 0
        self._lent = 0

    @property
    def is_new(self) -> bool:
        """Some value was not taken yet."""
        return self.taken < len(self.values)

    def skip(self, count: int) -> None:
        """Go on behind the next *count* values."""
        self.taken += count

    def take(self) -> Value:
        """Return the next value."""
        value = self.values[self.taken % len(self.values)]
        self.taken += 1
        return value

    def lend(self) -> Value:
        """Return a value, another one each time, for a request whose response shows little of it."""
        value = self.values[self._lent % len(self.values)]
        self._lent += 1
        return value


def legal_events() -> list[Value]:
    """Return the selections of events that must be accepted."""
    return ordered("legal_events", events.legal())


def queues(factory: CaseFactory) -> dict[str, Queue]:
    """Return the values of each walk, of which none was taken yet."""
    first = factory.settings.webhook_id
    near = in_turn(ids.near_misses(first), ids.NOBODYS, ids.SHORT) if factory.has_long_ids else ids.NOBODYS
    return {
        "several_events": Queue("legal_events", [one for one in legal_events() if len(one.value) > 1]),
        "states": Queue("states", states.STATES),
        "url_types": Queue("url_types", urls.TYPES),
        "url_forms": Queue("url_forms", urls.near_misses()),
        "legal_urls": Queue("legal_urls", urls.LEGAL),
        "open_urls": Queue("open_urls", urls.open_forms()),
        "event_types": Queue("event_types", events.types()),
        "event_values": Queue("event_values", events.near_misses()[1:]),
        "secret_types": Queue("secret_types", secrets.types()),
        "secret_counts": Queue("secret_counts", secrets.near_misses()),
        "legal_secrets": Queue("legal_secrets", secrets.legal()),
        "open_secrets": Queue("open_secrets", secrets.open_forms()),
        "malformed": Queue("malformed", bodies.malformed()),
        "non_objects": Queue("non_objects", bodies.non_objects()),
        "odd_bodies": Queue("odd_bodies", in_turn(bodies.odd(), bodies.identities())),
        "spellings": Queue("spellings", [Value(name, write) for name, write in bodies.SPELLINGS.items()]),
        "media_types": Queue("media_types", media_types.OTHERS),
        "bypasses": Queue(
            "bypasses",
            [
                *(Value(f"media type {one.name}", one) for one in media_types.OTHERS),
                *(Value(f"body {one.name}", one) for one in bodies.bypasses()),
            ],
        ),
        "credentials": Queue(
            "credentials",
            [Value(one.name, one) for one in credentials.NEAR_MISSES if factory.can_send(one)],
        ),
        "ids": Queue("ids", [one for one in near if one.value not in factory.known_ids]),
    }

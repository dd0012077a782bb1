"""What happens at the provider: events and their data."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from user_webhook_mock.core.usage_error import UsageError, suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

EVERY_EVENT: Final = "all"
ALPHABET: Final = string.ascii_letters + string.digits
USER_ID_LENGTH: Final = 28
MAX_BODY: Final = 64 * 1024


class EventError(UsageError):
    """An event cannot be fired."""


@dataclass(frozen=True)
class Event:
    """An event.

    Attributes:
        body: Exactly what is sent and signed.
    """

    type: str
    data: Mapping[str, Any]
    body: bytes

    def concerns(self, events: list[str]) -> bool:
        """Return whether a webhook that listens to *events* is called."""
        return self.type in events or EVERY_EVENT in events


def new_event(event_type: str, data: Mapping[str, Any] | None = None) -> Event:
    """Return an event of this type with invented data in the provider's form, in which *data* replaces members.

    Raises:
        UsageError: The type is unknown, or *data* is too long, or nested too deeply for JSON.

    Source: provider's public reference, "Webhooks events".
    """
    if event_type not in DATA:
        raise _unknown(event_type)
    merged = {name: make() for name, make in DATA[event_type].items()} | dict(data or {})
    try:
        body = orjson.dumps({"data": merged, "eventType": event_type})
    except orjson.JSONEncodeError:  # orjson writes less depth than it reads
        raise EventError("data cannot be sent as JSON", remedy="nest it less deeply.") from None
    if len(body) > MAX_BODY:
        rule = f"A delivery has at most {MAX_BODY} bytes."
        raise EventError("data is too long", value=len(body), rule=rule, remedy="send less of it.")
    return Event(event_type, merged, body)


def _unknown(event_type: str) -> EventError:
    rule = f"The events are {', '.join(DATA)}."
    if event_type == EVERY_EVENT:
        what = f"'{EVERY_EVENT}' is not an event but subscribes to every one"
        return EventError(what, value=event_type, rule=rule, remedy="fire one of them.")
    return EventError(f"Unknown event {event_type!r}", value=event_type, rule=rule, remedy=suggestion(event_type, DATA))


def _facility_id() -> str:
    return f"NUR-{secrets.randbelow(900_000) + 100_000}"


def _facility_name() -> str:
    return f"Example Hospital {secrets.randbelow(900) + 100}"


def _user_id() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(USER_ID_LENGTH))


DATA: Final[Mapping[str, Mapping[str, Callable[[], str]]]] = {
    "facility.user-connection.accepted": {"facilityId": _facility_id, "userId": _user_id},
    "facility.user-connection.rejected": {"facilityId": _facility_id, "userId": _user_id},
    "facility.creation.accepted": {"facilityId": _facility_id},
    "facility.creation.rejected": {"facilityName": _facility_name},
}

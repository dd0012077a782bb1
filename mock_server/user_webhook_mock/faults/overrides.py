"""What the headers of one request ask of the mock."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.faults.examples import documented_response
from user_webhook_mock.faults.kinds import Fault, read_fault
from user_webhook_mock.faults.latency import Latency, read_latency
from user_webhook_mock.faults.prefer import preferences
from user_webhook_mock.http.errors import ApiError, documented
from user_webhook_mock.http.path import webhook_id

if TYPE_CHECKING:
    from starlette.types import Scope

    from user_webhook_mock.http.response import Response

FAULT: Final = b"x-mock-fault"
LATENCY: Final = b"x-mock-latency"
PREFER: Final = b"prefer"
HEADERS: Final = frozenset({FAULT, LATENCY, PREFER})
_NAME: Final = itemgetter(0)


class BadOverride(ApiError):
    """The request asks for something that does not exist."""

    leaves_body = True

    def __init__(self, error: UsageError) -> None:
        reason = "override: invalid Prefer or X-Mock-Fault"
        super().__init__({**documented("unreadable"), "message": str(error)}, reason)


@dataclass(frozen=True)
class Overrides:
    """What a request asks for.

    Attributes:
        forced: The name of a documented response, and the response itself.
        fault: A fault for this request.
        latency: A latency for this request.
    """

    forced: tuple[str, Response] | None = None
    fault: Fault | None = None
    latency: Latency | None = None

    @property
    def has_own_response(self) -> bool:
        """Whether the request names its response: then it skips the global faults."""
        return self.forced is not None or self.fault is not None


NO_OVERRIDES: Final = Overrides()


def read_overrides(scope: Scope) -> Overrides:
    """Return what the headers of a request ask for.

    Raises:
        BadOverride: It does not exist.
    """
    if HEADERS.isdisjoint(map(_NAME, scope["headers"])):
        return NO_OVERRIDES
    values = {
        wanted: [value.decode("latin-1") for name, value in scope["headers"] if name == wanted] for wanted in HEADERS
    }
    is_update = scope["method"] == "PATCH" and webhook_id(scope["path"]) is not None
    try:
        return Overrides(
            _forced(values[PREFER]) if is_update else None,
            read_fault(values[FAULT][0]) if values[FAULT] else None,
            read_latency(values[LATENCY][0]) if values[LATENCY] else None,
        )
    except UsageError as error:
        raise BadOverride(error) from None


def _forced(headers: list[str]) -> tuple[str, Response] | None:
    wanted = preferences(headers)
    if wanted is None:
        rule = "The form is that of RFC 7240."
        remedy = "write it like code=404, example=not-found."
        raise UsageError("Prefer is not a list of preferences", rule=rule, remedy=remedy)
    code, example = wanted.get("code"), wanted.get("example")
    return None if code is None and example is None else documented_response(code, example)

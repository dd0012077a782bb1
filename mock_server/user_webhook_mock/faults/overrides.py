"""What one request asks of the mock for itself."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from user_webhook_api.bundle import PATH
from user_webhook_mock.core.duration import Latency, read_latency
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.faults.examples import documented_response
from user_webhook_mock.faults.kinds import Fault, read_fault
from user_webhook_mock.faults.prefer import preferences
from user_webhook_mock.http.errors import ApiError, documented

if TYPE_CHECKING:
    from starlette.types import Scope

    from user_webhook_mock.http.response import Response

FAULT: Final = b"x-mock-fault"
LATENCY: Final = b"x-mock-latency"
PREFER: Final = b"prefer"
HEADERS: Final = frozenset({FAULT, LATENCY, PREFER})
_NAME: Final = itemgetter(0)
_USER: Final = PATH.partition("{")[0]


class BadOverride(ApiError):
    """The request asks for something that does not exist."""

    leaves_body = True

    def __init__(self, error: UsageError) -> None:
        super().__init__({**documented("400"), "message": str(error)}, "overrides: not legal")


@dataclass(frozen=True)
class Overrides:
    """``forced`` is the name of a documented answer and the answer itself."""

    forced: tuple[str, Response] | None = None
    fault: Fault | None = None
    latency: Latency | None = None

    @property
    def has_own_response(self) -> bool:
        """Whether the request says how it is to be answered: then no fault that is meant for all is."""
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
    try:
        return Overrides(
            _forced(values[PREFER]) if _is_update(scope) else None,
            read_fault(values[FAULT][0]) if values[FAULT] else None,
            read_latency(values[LATENCY][0]) if values[LATENCY] else None,
        )
    except UsageError as error:
        raise BadOverride(error) from None


def _forced(headers: list[str]) -> tuple[str, Response] | None:
    wanted = preferences(headers)
    if wanted is None:
        rule = "The form is that of RFC 7240."
        raise UsageError(
            "Prefer is no list of preferences", rule=rule, remedy="write it as in code=404, example=not-found."
        )
    code, example = wanted.get("code"), wanted.get("example")
    return None if code is None and example is None else documented_response(code, example)


def _is_update(scope: Scope) -> bool:
    path: str = scope["path"]
    return scope["method"] == "PATCH" and path.startswith(_USER) and "/" not in path[len(_USER) :] != ""

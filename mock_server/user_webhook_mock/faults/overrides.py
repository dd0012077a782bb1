"""What one request asks of the mock for itself."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from user_webhook_api.bundle import PATH
from user_webhook_mock.core.duration import Latency, read_latency
from user_webhook_mock.core.usage_error import Rejection
from user_webhook_mock.faults.examples import force
from user_webhook_mock.faults.kinds import Fault, read_fault
from user_webhook_mock.faults.prefer import preferences
from user_webhook_mock.http.errors import Refusal, documented

if TYPE_CHECKING:
    from starlette.types import Scope

    from user_webhook_mock.http.response import Answer

FAULT: Final = b"x-mock-fault"
LATENCY: Final = b"x-mock-latency"
PREFER: Final = b"prefer"
HEADERS: Final = frozenset({FAULT, LATENCY, PREFER})
_NAME: Final = itemgetter(0)
_USER: Final = PATH.partition("{")[0]


class BadWish(Refusal):
    """The request asks for something that does not exist."""

    leaves_body = True

    def __init__(self, rejection: Rejection) -> None:
        super().__init__({**documented("400"), "message": str(rejection)}, "wish: not legal")


@dataclass(frozen=True)
class Wish:
    """``forced`` is the name of a documented answer and the answer itself."""

    forced: tuple[str, Answer] | None = None
    fault: Fault | None = None
    latency: Latency | None = None

    @property
    def is_own_answer(self) -> bool:
        """Whether the request says how it is to be answered: then no fault that is meant for all is."""
        return self.forced is not None or self.fault is not None


NOTHING: Final = Wish()


def read_wish(scope: Scope) -> Wish:
    """Return what the headers of a request ask for.

    Raises:
        BadWish: It does not exist.
    """
    if HEADERS.isdisjoint(map(_NAME, scope["headers"])):
        return NOTHING
    values = {
        wanted: [value.decode("latin-1") for name, value in scope["headers"] if name == wanted] for wanted in HEADERS
    }
    try:
        return Wish(
            _forced(values[PREFER]) if _is_update(scope) else None,
            read_fault(values[FAULT][0]) if values[FAULT] else None,
            read_latency(values[LATENCY][0]) if values[LATENCY] else None,
        )
    except Rejection as rejection:
        raise BadWish(rejection) from None


def _forced(headers: list[str]) -> tuple[str, Answer] | None:
    wanted = preferences(headers)
    if wanted is None:
        rule = "The form is that of RFC 7240."
        raise Rejection(
            "Prefer is no list of preferences", rule=rule, remedy="write it as in code=404, example=not-found."
        )
    code, example = wanted.get("code"), wanted.get("example")
    return None if code is None and example is None else force(code, example)


def _is_update(scope: Scope) -> bool:
    path: str = scope["path"]
    return scope["method"] == "PATCH" and path.startswith(_USER) and "/" not in path[len(_USER) :] != ""

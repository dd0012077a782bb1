"""What can go wrong with an answer."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import orjson

from user_webhook_api.cache import per_edition
from user_webhook_mock.core.usage_error import UsageError, nearest
from user_webhook_mock.faults.examples import examples
from user_webhook_mock.http.errors import Unauthorized, undocumented
from user_webhook_mock.http.response import Headers, Response

STATUSES: Final = {str(status.value): status for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST}

REPLACING: Final = ("drop", "hang")
"""ActiveFaults that leave no answer; the request is not carried out."""

CORRUPTING: Final = ("cut", "slow", "malformed")
"""ActiveFaults of the answer's way back; the request is carried out."""

RULE: Final = f"A fault is {', '.join(REPLACING + CORRUPTING)}, a status of 400 to 511, or a documented answer such as 404 not-found."
TOO_MANY: Final = Response(
    429,
    b"<html>\n<head><title>429</title></head>\n<body><h1>429</h1></body>\n</html>\n",
    b"text/html",
)
"""The provider's answer over its limit: not in the API's envelope, and without a word on when to come back."""

_SCRIPTED: Final = re.compile(r"([^:]*)(?::([1-9][0-9]{0,8}))?")


@dataclass(frozen=True)
class Fault:
    """One fault by its name: a status, a documented answer as status and example, or what happens on the wire."""

    name: str

    @property
    def is_corrupting(self) -> bool:
        """Whether the request is carried out and its answer damaged."""
        return self.name in CORRUPTING

    def response(self) -> Response:
        """Return the answer of a fault that is no event on the wire."""
        if self.name == "429":
            return TOO_MANY
        code, _, example = self.name.partition(" ")
        documented = examples().get(code)
        if documented:
            headers: Headers = Unauthorized.headers if code == "401" else ()
            return Response(int(code), documented[example or next(iter(documented))], headers=headers)
        status = STATUSES[code]
        return Response(status, orjson.dumps(undocumented(status, status.phrase)))


@dataclass(frozen=True)
class Repeated:
    """A fault of the next *count* responses, of all where it is None."""

    fault: Fault
    count: int | None = None

    @property
    def text(self) -> str:
        """The notation: ``503:2``, or ``503`` where it does not end."""
        return self.fault.name if self.count is None else f"{self.fault.name}:{self.count}"


def read_fault(text: str) -> Fault:
    """Return the fault with the name *text*; an example that stands under one status needs no status.

    Raises:
        UsageError: There is none.
    """
    responses = _documented_responses()
    names = [*REPLACING, *CORRUPTING, *STATUSES, *responses]
    if text not in names:
        near = nearest(text, names)
        raise UsageError(f"{text!r} is no fault", value=text, rule=RULE, remedy=f"did you mean {near!r}?")
    return Fault(responses.get(text, text))


def read_repeated(text: str) -> Repeated:
    """Return ``NAME`` or ``NAME:COUNT`` as a scripted fault.

    Raises:
        UsageError: The name or the count is not legal.
    """
    found = _SCRIPTED.fullmatch(text)
    if not found:
        rule = "Behind a fault's name and a colon stands how many responses it is for, 1 or more."
        raise UsageError(f"{text!r} has no legal count", value=text, rule=rule, remedy="write it as in 503:2.")
    return Repeated(read_fault(found[1]), int(found[2]) if found[2] else None)


@per_edition
def _documented_responses() -> dict[str, str]:
    """Return status and example by each name that means them and nothing else."""
    known = examples()
    everywhere = Counter(name for names in known.values() for name in names)
    full = [(code, name) for code, names in known.items() for name in names]
    return (
        {f"{code} {name}": f"{code} {name}" for code, name in full}
        | {name: f"{code} {name}" for code, name in full if everywhere[name] == 1}
        | {code: f"{code} {next(iter(names))}" for code, names in known.items() if code not in STATUSES}
    )

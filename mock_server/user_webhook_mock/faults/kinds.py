"""The kinds of faults."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import orjson

from user_webhook_api.cache import per_edition
from user_webhook_mock.core.usage_error import UsageError, suggestion
from user_webhook_mock.faults.examples import examples
from user_webhook_mock.http.errors import Unauthorized, undocumented
from user_webhook_mock.http.response import Headers, Response


@dataclass(frozen=True)
class Kind:
    """A fault on the wire.

    Attributes:
        name: As it is asked for.
        effect: What a client sees of it; for the help and the pages.
        is_corrupting: Whether the request is carried out and its response corrupted; else nothing is sent.
    """

    name: str
    effect: str
    is_corrupting: bool = False


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind("drop", "closes the connection without a response"),
        Kind("hang", "sends nothing until the client gives up, at most 5 minutes"),
        Kind("cut", "closes the connection in the middle of the response's body", is_corrupting=True),
        Kind("slow", "sends the response's body byte by byte", is_corrupting=True),
        Kind("malformed", "sends a body that is not valid JSON", is_corrupting=True),
    )
}
STATUSES: Final = {str(status.value): status for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST}
RULE: Final = (
    f"A fault is {', '.join(KINDS)}, a status from 400 to 511, or a documented response such as '404 not-found'."
)
TOO_MANY: Final = Response(
    429,
    b"<html>\n<head><title>429</title></head>\n<body><h1>429</h1></body>\n</html>\n",
    b"text/html",
)
"""The provider's response over its limit: not in the API's envelope, and without a word on when to come back."""

_REPEATED: Final = re.compile(r"([^:]*)(?::([1-9][0-9]{0,8}))?")


@dataclass(frozen=True)
class Fault:
    """A fault by its name: one of `KINDS`, a status, or a documented response as status and example."""

    name: str

    def response(self) -> Response:
        """Return the response of a fault that is not one of `KINDS`."""
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
    """A fault of the next *count* requests; of all if it is None."""

    fault: Fault
    count: int | None = None

    @property
    def text(self) -> str:
        """The notation: ``503:2``, or ``503`` if it does not end."""
        return self.fault.name if self.count is None else f"{self.fault.name}:{self.count}"


def read_fault(text: str) -> Fault:
    """Return the fault with the name *text*; an example that only one status has needs no status.

    Raises:
        UsageError: There is none.
    """
    responses = _documented_responses()
    names = [*KINDS, *STATUSES, *responses]
    if text not in names:
        raise UsageError(f"Unknown fault {text!r}", value=text, rule=RULE, remedy=suggestion(text, names))
    return Fault(responses.get(text, text))


def read_repeated(text: str) -> Repeated:
    """Return ``NAME`` or ``NAME:COUNT`` as a fault with its count.

    Raises:
        UsageError: The name or the count is not valid.
    """
    match = _REPEATED.fullmatch(text)
    if not match:
        rule = "A fault's name may be followed by a colon and the number of requests that get it, 1 or more."
        raise UsageError(f"{text!r} does not have a valid count", value=text, rule=rule, remedy="write it like 503:2.")
    return Repeated(read_fault(match[1]), int(match[2]) if match[2] else None)


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

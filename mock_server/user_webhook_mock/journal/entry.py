"""One request as the journal keeps it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson

from user_webhook_mock.core.clock import timestamp
from user_webhook_mock.http.path import webhook_id

if TYPE_CHECKING:
    from user_webhook_mock.core.json import Json
    from user_webhook_mock.http.credentials import Caller, Tokens
    from user_webhook_mock.http.violation import Violation

MAX_BODY: Final = 16 * 1024
HIDDEN: Final = re.compile(
    r"cookie|authorization|token|secret|password|session|csrf|xsrf|api-?key|signature|credential"
)
"""What is in the name of a header whose value is not shown."""

_OVERHEAD: Final = 1024  # of an entry without its texts


@dataclass(slots=True)
class Entry:
    """The raw parts of a request and its response; they are rendered when somebody reads them.

    Attributes:
        number: Counted from the start of the mock.
        at: In the mock's time, as Unix time.
        raw_headers: Names and values in turn, one a line: a journal of many small objects slows each request down.
        content: The beginning of the request's body.
        size: Bytes of the whole body of the request.
        status: 0 if the client did not wait for the response.
        response_body: The beginning of the response's body.
        reason: Why the update was not carried out, and why a browser keeps the response from its page; empty if neither is so.
        forced: The documented response that Prefer asked for.
        fault: The fault that the request met.
        caller: Who sent it, by its token at that time.
        weight: About how many bytes of memory the entry takes.
    """

    number: int
    at: float
    method: str
    path: str
    raw_headers: bytes = field(repr=False)
    content: bytes = field(repr=False)
    size: int
    status: int
    response_body: bytes = field(repr=False)
    seconds: float
    reason: str
    violations: tuple[Violation, ...]
    forced: str
    fault: str
    caller: Caller
    weight: int = field(init=False)

    def __post_init__(self) -> None:
        self.weight = _OVERHEAD + len(self.path) + len(self.raw_headers) + len(self.content) + len(self.response_body)

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """The headers of the request as they came."""
        parts = self.raw_headers.split(b"\n") if self.raw_headers else []
        return list(zip(parts[::2], parts[1::2], strict=True))

    @property
    def webhook_id(self) -> str | None:
        """The id in the path; None if it is another path."""
        return webhook_id(self.path)

    @property
    def body(self) -> Json:
        """What was sent: a JSON value, or text if it is not JSON, or None if there was no body."""
        try:
            return orjson.loads(self.content) if self.content else None
        except orjson.JSONDecodeError:
            return self.content.decode(errors="replace")

    @property
    def is_cut(self) -> bool:
        """Whether the body was longer than what is kept of it."""
        return self.size > len(self.content)

    def render(self, tokens: Tokens) -> dict[str, Any]:
        """Return the entry as JSON has it, with the caller's name in place of its token."""
        return {
            "number": self.number,
            "time": timestamp(self.at),
            "method": self.method,
            "path": tokens.hide(self.path),
            "webhookId": tokens.hide(self.webhook_id) if self.webhook_id else None,
            "caller": self.caller,
            "headers": self._headers(tokens),
            "body": _shown(self.content, tokens),
            "body_bytes": self.size,
            "body_is_cut": self.is_cut,
            "status": self.status or None,
            "answer": _shown(self.response_body, tokens),
            "reason": tokens.hide(self.reason),
            "broken_rules": self.violations,
            "milliseconds": round(self.seconds * 1000, 3),
            "forced": self.forced or None,
            "fault": self.fault or None,
        }

    def _headers(self, tokens: Tokens) -> dict[str, str]:
        shown: dict[str, str] = {}
        for raw_name, raw_value in self.headers:
            name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
            if name == "authorization":
                value = self.caller
            elif HIDDEN.search(name):
                value = "[hidden]"
            else:
                value = tokens.hide(value)
            shown[name] = f"{shown[name]}, {value}" if name in shown else value
        return shown


def _shown(content: bytes, tokens: Tokens) -> orjson.Fragment | str | None:
    """Return *content* for orjson, unread if it is JSON, which may be nested deeper than orjson writes."""
    if not content:
        return None
    content = tokens.hide(content.decode(errors="surrogateescape")).encode(errors="surrogateescape")
    try:
        orjson.loads(content)
    except orjson.JSONDecodeError:
        return content.decode(errors="replace")
    return orjson.Fragment(content)

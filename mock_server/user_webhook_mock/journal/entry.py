"""One request as the journal keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson

from user_webhook_api.bundle import PATH
from user_webhook_mock.core.clock import timestamp

if TYPE_CHECKING:
    from user_webhook_mock.http.credentials import Tokens
    from user_webhook_mock.http.violation import Step

MAX_BODY: Final = 16 * 1024
HIDDEN: Final = frozenset({"cookie", "proxy-authorization"})
_OVERHEAD: Final = 1024  # of an entry without its texts
_USER: Final = PATH.partition("{")[0]


@dataclass(slots=True)
class Entry:
    """The raw parts of a request and its answer; they are rendered when somebody reads them.

    ``raw_headers`` holds names and values of the headers in turn, one a line: a journal of many small objects slows each request.
    ``at`` is in the mock's time, ``status`` 0 where the client did not wait for the answer. ``size`` is that of the whole
    body of the request, of which ``content`` is the beginning; ``weight`` is about the memory that the entry takes.
    """

    number: int
    at: float
    method: str
    path: str
    raw_headers: bytes = field(repr=False)
    content: bytes = field(repr=False)
    size: int
    status: int
    answer: bytes = field(repr=False)
    seconds: float
    reason: str
    broken: tuple[Step, ...]
    forced: str
    fault: str
    weight: int = field(init=False)

    def __post_init__(self) -> None:
        self.weight = _OVERHEAD + len(self.path) + len(self.raw_headers) + len(self.content) + len(self.answer)

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """The headers of the request as they came."""
        parts = self.raw_headers.split(b"\n") if self.raw_headers else []
        return list(zip(parts[::2], parts[1::2], strict=True))

    @property
    def webhook_id(self) -> str | None:
        """The id in the path; None where the path is another one."""
        identifier = self.path.removeprefix(_USER)
        return identifier if identifier != self.path and identifier and "/" not in identifier else None

    @property
    def body(self) -> Any:  # noqa: ANN401  any JSON value may stand in a body
        """What was sent: a JSON value, or the text where it is none, or None where nothing was sent."""
        try:
            return orjson.loads(self.content) if self.content else None
        except orjson.JSONDecodeError:
            return self.content.decode(errors="replace")

    @property
    def is_cut(self) -> bool:
        """Whether the body was longer than what is kept of it."""
        return self.size > len(self.content)

    def render(self, tokens: Tokens) -> dict[str, Any]:
        """Return the entry as JSON has it, with the caller's name in the place of its token."""
        caller = tokens.identify(self.headers)
        return {
            "number": self.number,
            "time": timestamp(self.at),
            "method": self.method,
            "path": tokens.hide(self.path),
            "webhookId": tokens.hide(self.webhook_id) if self.webhook_id else None,
            "caller": caller,
            "headers": self._headers(tokens, caller),
            "body": _shown(self.content, tokens),
            "body_bytes": self.size,
            "body_is_cut": self.is_cut,
            "status": self.status or None,
            "answer": _shown(self.answer, tokens),
            "reason": self.reason,
            "broken_rules": [
                {"property": step.property, "keyword": step.keyword, "message": step.message} for step in self.broken
            ],
            "milliseconds": round(self.seconds * 1000, 3),
            "forced": self.forced or None,
            "fault": self.fault or None,
        }

    def _headers(self, tokens: Tokens, caller: str) -> dict[str, str]:
        shown: dict[str, str] = {}
        for raw_name, raw_value in self.headers:
            name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
            if name == "authorization":
                value = caller
            elif name in HIDDEN:
                value = "[hidden]"
            else:
                value = tokens.hide(value)
            shown[name] = f"{shown[name]}, {value}" if name in shown else value
        return shown


def _shown(content: bytes, tokens: Tokens) -> orjson.Fragment | str | None:
    """Return *content* for orjson: as it is where it is JSON, which may be nested deeper than orjson writes."""
    if not content:
        return None
    content = tokens.hide(content.decode(errors="surrogateescape")).encode(errors="surrogateescape")
    try:
        orjson.loads(content)
    except orjson.JSONDecodeError:
        return content.decode(errors="replace")
    return orjson.Fragment(content)

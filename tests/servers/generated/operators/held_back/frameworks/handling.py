"""How an exception handler answers: servers that give some refusals another answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from servers.faulty import literals
from servers.faulty.asgi import Crash, Response
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable

    from servers.faulty.asgi import Request
    from servers.faulty.server import Refused

JSON = "application/json; charset=utf-8"
PROBLEM = "application/problem+json"
HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"


def respond(status: int, content: Any, content_type: str | None = JSON) -> Response:
    """Return an answer; a text is sent as it is, anything else as JSON."""
    text = content if isinstance(content, str) else json.dumps(content)
    return Response(status, text.encode(), content_type)


def is_unreadable(refused: Refused) -> bool:
    """Return whether the parser refused the body."""
    return refused.message in (literals.UNPARSEABLE, [literals.UNPARSEABLE])


def is_invalid(refused: Refused) -> bool:
    """Return whether the body broke rules."""
    return refused.status == 400 and not is_unreadable(refused)


def has_status(status: int) -> Callable[[Refused], bool]:
    """Return what tells refusals with *status*."""
    return lambda refused: refused.status == status


def always(status: int, content: Any, content_type: str | None) -> Callable[[Refused], Response]:
    """Return what gives each refusal the same answer."""
    return lambda _: respond(status, content, content_type)


def telling(status: int, describe: Callable[[Refused], Any], content_type: str) -> Callable[[Refused], Response]:
    """Return what answers a refusal with what *describe* makes of it."""
    return lambda refused: respond(status, describe(refused), content_type)


def handler(is_meant: Callable[[Refused], bool], make: Callable[[Refused], Response]) -> type[Reference]:
    """Return a server whose exception handler answers some refusals with what *make* returns."""

    class Handler(Reference):
        def refuse(self, refused: Refused) -> Response:
            return make(refused) if is_meant(refused) else super().refuse(refused)

    return Handler


def crashing(is_met: Callable[[dict[str, Any]], Any]) -> type[Reference]:
    """Return a server that falls over bodies of a kind, before it looks at the rules."""

    class Crashing(Reference):
        def messages(self, body: dict[str, Any]) -> list[str]:
            if is_met(body):
                raise Crash
            return super().messages(body)

    return Crashing


def crashing_early(is_met: Callable[[Request], Any]) -> type[Reference]:
    """Return a server that falls over requests of a kind, before it reads the body."""

    class Crashing(Reference):
        def read_body(self, request: Request) -> dict[str, Any]:
            if is_met(request):
                raise Crash
            return super().read_body(request)

    return Crashing

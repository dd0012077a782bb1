"""Servers that fall over a form of the request, each in one of five ways."""

from __future__ import annotations

import re
import zlib
from functools import partial
from typing import TYPE_CHECKING, Any

from servers.faulty.asgi import Crash, Drop, Hang, Request, Response
from servers.generated.deviation import Deviation, deviation
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable

    from servers.faulty.sequences import Patch


def _raise(kind: type[Exception], _: Reference) -> Response:
    raise kind


def _page(_: Reference) -> Response:
    return Response(500, b"<h1>Server Error (500)</h1>", "text/html; charset=utf-8")


def _not_implemented(server: Reference) -> Response:
    return server.render(501, server.error_body(501, "Not Implemented"))


ENDS: tuple[tuple[str, Callable[[Reference], Response]], ...] = (
    ("Answers 500 to", partial(_raise, Crash)),
    ("Answers a page of 500 to", _page),
    ("Drops the connection at", partial(_raise, Drop)),
    ("Answers 501 to", _not_implemented),
    ("Never answers", partial(_raise, Hang)),
)


def crashing(
    form: str, what: str, is_fatal: Callable[[Request], Any], *examples: Patch, requirement: str = "R-701"
) -> Deviation:
    """Return a server that falls over once the caller is known; how it falls differs from form to form."""
    verb, fall = ENDS[zlib.crc32(form.encode()) % len(ENDS)]

    class Crashing(Reference):
        def perform(self, request: Request) -> Response:
            return fall(self) if is_fatal(request) else super().perform(request)

    return deviation(form, f"{verb} {what}", f"{requirement} R-703", Crashing, *examples)


def falling_at_header(pattern: str, fall: Callable[[Reference], Response]) -> type[Reference]:
    """Return a server that falls over an Authorization header like *pattern*, before the caller is known."""
    check = re.compile(pattern)

    class Falling(Reference):
        def update(self, request: Request) -> Response:
            return fall(self) if check.fullmatch(request.authorization) else super().update(request)

    return Falling


def texts_in(body: Any, place: str) -> list[str]:
    """Return the texts at *place* of a body."""
    if not isinstance(body, dict):
        return []
    if place == "a-name":
        return list(body)
    if place == "another-property":
        return [one for name, one in body.items() if name not in {"url", "events", "secrets"} and isinstance(one, str)]
    value = body.get(place)
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]

"""Which pages of other origins may read the mock's responses, and what their browsers are told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from user_webhook_mock.core.hosts import hostname, is_loopback, without_credentials
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.http.cors import is_preflight
from user_webhook_mock.http.response import ALLOW_ANY, Headers, Response

if TYPE_CHECKING:
    from starlette.types import Scope

ORIGIN: Final = re.compile(
    r"([a-z][a-z0-9+.-]{0,30}://(?:\[[0-9a-f:.]+\]|[a-z0-9_][a-z0-9_.-]{0,252}))(?::([0-9]{1,5}))?"
)
DEFAULT_PORTS: Final = {"http": "80", "https": "443"}

ALLOWED_METHODS: Final = "PATCH"
SIMPLE_METHODS: Final = frozenset({"GET", "HEAD", "POST"})
"""Methods that a browser sends whatever the response to its preflight allows. Source: Fetch, CORS-safelisted method."""

USUAL_HEADERS: Final = b"Authorization, Content-Type, Prefer, X-Mock-Fault, X-Mock-Latency, X-Mock-Space"
MAX_AGE: Final = (b"access-control-max-age", b"600")
VARY: Final = (b"vary", b"Origin")
ALLOW_CREDENTIALS: Final = (b"access-control-allow-credentials", b"true")
EXPOSED: Final = (b"access-control-expose-headers", b"Allow, Preference-Applied, WWW-Authenticate")
"""The headers of the mock that a page can read only if they are named."""


class CorsPolicy:
    """Which origins may read responses: any, or these alone.

    Credentials are for pages of this machine and for origins that are named: a browser sends them for every page of the
    web that asks for it.
    """

    def __init__(self, origins: frozenset[str] | None = None) -> None:
        """*origins* are as a browser writes them; None stands for any, an empty set for none."""
        self._origins = origins
        self.is_off = origins is not None and not origins
        self._without_origin: Headers = () if self.is_off else (VARY,) if origins else (ALLOW_ANY, VARY)
        self._of_update = tuple(header for header in self._without_origin if header != VARY)

    def __str__(self) -> str:
        return "any" if self._origins is None else ",".join(sorted(self._origins)) or "off"

    def decide(self, scope: Scope) -> tuple[Headers, str]:
        """Return the headers of the response to a request, and why a browser refuses it; empty if it does not."""
        for name, value in scope["headers"]:
            if name == b"origin":
                return self._decide(value.decode("latin-1"), scope)
        # no cache keeps the response to an update, and each header costs time
        return self._of_update if scope["method"] == "PATCH" else self._without_origin, ""

    def preflight(self, scope: Scope) -> Response:
        """Return the response to a preflight, without the headers of `decide`."""
        return preflight(dict(reversed(scope["headers"])), ALLOWED_METHODS)

    def _decide(self, origin: str, scope: Scope) -> tuple[Headers, str]:
        headers = dict(reversed(scope["headers"]))
        if self.is_off:
            return (), "" if _is_same_origin(origin, headers) else f"{_refused(origin)}: --cors off allows none."
        is_named = self._origins is not None and origin in self._origins
        if self._origins is not None and not is_named:
            if _is_same_origin(origin, headers):
                return (VARY,), ""
            return (VARY,), f"{_refused(origin)}: start the mock with --cors any, or with its origin in --cors."
        if is_preflight(scope):
            refusal = _refused_method(headers[b"access-control-request-method"].decode("latin-1"))
        else:
            refusal = ""
        if is_named or is_local(origin):
            return (*allow(origin), VARY, EXPOSED), refusal
        if b"cookie" in headers:
            refusal = (
                f"{_refused(origin)}, as it has cookies: send it without credentials, or name the origin in --cors."
            )
        return (ALLOW_ANY, VARY, EXPOSED), refusal


ANY_ORIGIN: Final = CorsPolicy()


def read_cors(text: str) -> CorsPolicy:
    """Return the policy ``any``, ``off`` or ``ORIGIN,...``.

    Raises:
        UsageError: It is none of them.
    """
    if text in {"any", "off"}:
        return ANY_ORIGIN if text == "any" else CorsPolicy(frozenset())
    return CorsPolicy(frozenset(read_origin("--cors", part, " (or any, or off, alone)") for part in text.split(",")))


def read_origin(flag: str, text: str, others: str = "") -> str:
    """Return an origin as a browser writes it. *flag* is for the error, and *others* says what is valid beside it.

    Raises:
        UsageError: It is not one.
    """
    match = ORIGIN.fullmatch(text.strip().lower())
    if not match:
        rule = "use scheme, host and port alone, such as http://localhost:5173"
        raise UsageError(f"{flag}: {without_credentials(text)!r} is not a valid origin: {rule}{others}.")
    start, port = match.groups()
    return start if port in {None, DEFAULT_PORTS.get(start.partition(":")[0])} else f"{start}:{port}"


def is_local(origin: str) -> bool:
    """Return whether pages of *origin* come from this machine."""
    return is_loopback(hostname(origin.partition("://")[2]))


def shown_origin(origin: str) -> str:
    """Return *origin* for the log: anybody can send anything in its place."""
    return origin if origin == "null" or ORIGIN.fullmatch(origin) else "its origin"


def allow(origin: str) -> Headers:
    """Return what lets pages of *origin* read a response, with credentials."""
    return (b"access-control-allow-origin", origin.encode("latin-1")), ALLOW_CREDENTIALS


def preflight(headers: dict[bytes, bytes], methods: str) -> Response:
    """Return the response to a preflight with *headers*; it allows every header that is asked for."""
    allowed: Headers = (
        (b"access-control-allow-methods", methods.encode()),
        (b"access-control-allow-headers", headers.get(b"access-control-request-headers") or USUAL_HEADERS),
        MAX_AGE,
        (b"vary", b"Access-Control-Request-Headers, Access-Control-Request-Private-Network"),
    )
    if headers.get(b"access-control-request-private-network") == b"true":
        allowed += ((b"access-control-allow-private-network", b"true"),)
    return Response(204, headers=allowed)


def _refused(origin: str) -> str:
    return f"CORS: a browser refuses this response to pages of {shown_origin(origin)}"


def _refused_method(method: str) -> str:
    if method in SIMPLE_METHODS or method == ALLOWED_METHODS:
        return ""
    remedy = f"write {ALLOWED_METHODS} in capitals" if method.upper() == ALLOWED_METHODS else "the API has PATCH alone"
    shown = method if method.isascii() and method.isalpha() else "this method"
    return f"CORS: a browser does not send {shown[:20]}: {remedy}."


def _is_same_origin(origin: str, headers: dict[bytes, bytes]) -> bool:
    """Return whether no CORS is involved: a proxy may have changed Host, but not what a browser says of the page."""
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site in {b"same-origin", b"none"}
    return origin.partition("://")[2] == headers.get(b"host", b"").decode("latin-1").lower()

"""Who may use the control API."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final

from user_webhook_api.signature import HEADER
from user_webhook_mock.config.cors import VARY, allow, preflight, shown_origin
from user_webhook_mock.control.response import error_response
from user_webhook_mock.core.hosts import hostname, is_loopback
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.http.cors import is_preflight
from user_webhook_mock.http.scope import CONTROL_REFUSAL

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from user_webhook_mock.config.settings import Settings

PUBLIC_PATHS: Final = frozenset({"/__mock__/docs", "/__mock__/openapi.json"})
"""Pages that show nothing of the mock's state, and need no token."""

SAME_SITE: Final = frozenset({b"same-origin", b"none"})
"""What a browser says of requests of the mock's own pages, and of those that a person typed."""

SIGNATURE: Final = HEADER.lower().encode()
GUARDS: Final = ((b"x-content-type-options", b"nosniff"), (b"cross-origin-resource-policy", b"same-origin"))
METHODS: Final = "GET, PUT, POST, PATCH, DELETE"
OWN_PAGES: Final = "Only pages of the mock itself, and of origins that --control-origin names, may use the control API."


class Access:
    """Lets in whoever has the token; if there is none, whoever names this machine as the host.

    A page of another origin is not let in unless its origin is named: a page that a browser shows must not control what a
    developer runs. Nor is a delivery: whoever can store a url must not control the mock, either.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._token = settings.control_token.encode()
        self._origins = frozenset(settings.control_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may come in."""
        headers = dict(reversed(scope["headers"]))
        origin = headers.get(b"origin", b"").decode("latin-1").lower()
        is_named = origin in self._origins
        asks = is_named and is_preflight(scope)
        guards = (*GUARDS, *allow(origin), VARY) if is_named else GUARDS
        response = None if is_named else self._check_page(scope, headers, origin)
        response = response or self._check_caller(scope["path"], headers, asks=asks)

        async def guard(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *guards]
            await send(message)

        if asks and response is None:
            await preflight(headers, METHODS).send(guard)
        else:
            await (response or self._app)(scope, receive, guard)

    def _check_page(self, scope: Scope, headers: dict[bytes, bytes], origin: str) -> Response | None:
        """Return the error for a page that is neither the mock's own nor of an origin that is named."""
        if origin and origin.partition("://")[2] != headers.get(b"host", b"").decode("latin-1").lower():
            shown = shown_origin(origin)
            scope[CONTROL_REFUSAL] = (
                f"control API: pages of {shown} may not use it: name the origin in --control-origin."
            )
            remedy = f"start the mock with --control-origin {origin}, or call it from the test's own process."
            return error_response(UsageError("Wrong Origin", value=origin, rule=OWN_PAGES, remedy=remedy), 403)
        site = headers.get(b"sec-fetch-site", b"none")
        if site not in SAME_SITE and scope["path"] not in PUBLIC_PATHS:
            scope[CONTROL_REFUSAL] = "control API: a page of another site may not embed it."
            remedy = "open it in a window of its own, not from a page."
            error = UsageError(
                "The page is of another site", value=site.decode("latin-1"), rule=OWN_PAGES, remedy=remedy
            )
            return error_response(error, 403)
        return None

    def _check_caller(self, path: str, headers: dict[bytes, bytes], *, asks: bool) -> Response | None:
        """Return the error for who may not come in. A browser that *asks*, by a preflight, does not send the token yet."""
        if SIGNATURE in headers:
            rule = "The control API does not accept deliveries."
            return error_response(
                UsageError("The request is a delivery", rule=rule, remedy="store the url of a receiver."), 403
            )
        if not self._token:
            host = headers.get(b"host", b"").decode("latin-1").lower()
            if is_loopback(hostname(host)):
                return None
            rule = "Without --control-token, Host must name this machine: an attacker's name may lead here, too."
            return error_response(UsageError("Wrong Host", value=host, rule=rule, remedy="use 127.0.0.1."), 403)
        scheme, _, token = headers.get(b"authorization", b"").partition(b" ")
        if (
            asks
            or path in PUBLIC_PATHS
            or (scheme.lower() == b"bearer" and hmac.compare_digest(token.strip(), self._token))
        ):
            return None
        rule = "The control API asks for the token that was given as --control-token."
        remedy = "send it as Authorization: Bearer TOKEN."
        error = UsageError("The token is missing or wrong", rule=rule, remedy=remedy)
        return error_response(error, 401, {"www-authenticate": "Bearer"})

"""The mock's ASGI application: the outermost layer, which gives every request a response."""

from __future__ import annotations

from http import HTTPStatus
from operator import itemgetter
from typing import TYPE_CHECKING, Final

import orjson
from starlette.exceptions import HTTPException

from user_webhook_mock.core.internal_error import print_traceback
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.http.body import Disconnected
from user_webhook_mock.http.cors import is_preflight
from user_webhook_mock.http.errors import ApiError, MethodNotAllowed, NotFound, undocumented
from user_webhook_mock.http.response import Response
from user_webhook_mock.http.scope import CONTROL_REFUSAL, STATE
from user_webhook_mock.journal.exchange import Exchange
from user_webhook_mock.state.spaces import HEADER, SpaceUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

    from user_webhook_api.choices import Value
    from user_webhook_mock.api.recorder import Recorder
    from user_webhook_mock.faults.injection import FaultInjector
    from user_webhook_mock.state import MockState

CONTROL: Final = "/__mock__/"
CONSOLE: Final = "/"
READS: Final = frozenset({"GET", "HEAD"})
SPACE: Final = frozenset({HEADER})
_NAME: Final = itemgetter(0)
INTERNAL_ERROR: Final = Response(500, orjson.dumps(undocumented(500, "Internal Server Error")))


class BadSpace(ApiError):
    """The request names a space that cannot be used."""

    leaves_body = True

    def __init__(self, error: UsageError) -> None:
        is_full = isinstance(error, SpaceUnavailable)
        status = HTTPStatus.SERVICE_UNAVAILABLE if is_full else HTTPStatus.BAD_REQUEST
        reason = "space: unavailable" if is_full else "space: invalid X-Mock-Space"
        super().__init__(undocumented(status, status.phrase, str(error)), reason)


class MockApplication:
    """Serves pages and preflights, passes all else on, and sends the response to whatever is raised behind it."""

    def __init__(  # noqa: PLR0913  the parts that app.py puts together
        self,
        api: ASGIApp,
        faults: FaultInjector,
        state: MockState,
        recorder: Recorder,
        *,
        pages: Mapping[str, Response],
        control: ASGIApp | None,
    ) -> None:
        self._api = api
        self._faults = faults
        self._state = state
        self._recorder = recorder
        self._pages = pages
        self._control = control
        self._cors = state.settings.cors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request, or the lifespan."""
        if scope["type"] != "http":
            await self._api(scope, receive, send)
            return
        path = scope["path"]
        if self._control is not None and path.startswith(CONTROL):
            await self._control(scope, receive, send)
            if CONTROL_REFUSAL in scope:
                self._log_refusal(scope, receive, send)
            return
        headers, refusal = self._cors.decide(scope)
        asks = is_preflight(scope) and not self._cors.is_off
        is_page = asks or (path in self._pages and _is_page(scope))
        # a preflight that is in vain is why an update never comes: the journal has it, too
        write = self._recorder.write_page if is_page and not (asks and refusal) else self._recorder.write_update
        scope[STATE] = self._state
        exchange = Exchange(scope, receive, send, write)
        exchange.cors, exchange.refusal = headers, refusal
        try:
            if asks:
                await self._cors.preflight(scope).send(exchange.send)
            else:
                await (self._serve_page(exchange) if is_page else self._serve_api(exchange))
        except ApiError as error:
            await _send_error(exchange, error)
        except HTTPException as error:  # the router's: the path is served, the method is not
            await _send_error(exchange, _other_method(error, scope[STATE].choices))
        except Disconnected:
            exchange.reason = exchange.reason or "client: left"
            exchange.record()
        except Exception as error:  # noqa: BLE001  an internal error: the caller still gets a response
            print_traceback(error)
            exchange.reason = "mock: internal error"
            await INTERNAL_ERROR.send(exchange.send)

    def _serve_api(self, exchange: Exchange) -> Awaitable[None]:
        scope = exchange.scope
        if not SPACE.isdisjoint(map(_NAME, scope["headers"])):
            names = [value.decode("latin-1") for name, value in scope["headers"] if name == HEADER]
            try:
                scope[STATE] = self._state.spaces.named(names)
            except UsageError as error:
                raise BadSpace(error) from None
        return self._faults(exchange)

    async def _serve_page(self, exchange: Exchange) -> None:
        scope = exchange.scope
        if scope["method"] in READS:
            await self._pages[scope["path"]].send(exchange.send)
        else:
            raise MethodNotAllowed(b"GET, HEAD")

    def _log_refusal(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[STATE] = self._state
        exchange = Exchange(scope, receive, send, self._recorder.write_page)
        exchange.status, exchange.reason = 403, scope[CONTROL_REFUSAL]
        exchange.record()


def _is_page(scope: Scope) -> bool:
    # an update that is sent to the console's path has lost the rest of its own: it is an unknown path of the API
    return scope["path"] != CONSOLE or scope["method"] in READS


def _other_method(error: HTTPException, choices: Mapping[str, Value]) -> ApiError:
    if choices["other_methods"] == 404:  # noqa: PLR2004  a status code is clearest as a number
        return NotFound("method: not allowed")
    return MethodNotAllowed(error.headers["Allow"].encode() if error.headers else b"")


async def _send_error(exchange: Exchange, error: ApiError) -> None:
    exchange.reason, exchange.violations = error.reason, error.violations
    response = error.response()
    await (exchange.send_early(response) if error.leaves_body else response.send(exchange.send))

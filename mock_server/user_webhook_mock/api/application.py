"""The outermost layer: pages, preflights, refusals, the journal and the log around Connexion."""

from __future__ import annotations

from itertools import chain
from time import perf_counter
from typing import TYPE_CHECKING, Final

import orjson
from starlette.exceptions import HTTPException

from user_webhook_mock.core.internal_error import print_traceback
from user_webhook_mock.faults.injection import FaultInjector, ResponseWithheld
from user_webhook_mock.http.body import Disconnected, drain
from user_webhook_mock.http.cors import PREFLIGHT, is_preflight
from user_webhook_mock.http.errors import ApiError, MethodNotAllowed, NotFound, undocumented
from user_webhook_mock.http.response import Response, end
from user_webhook_mock.journal.entry import MAX_BODY, Entry
from user_webhook_mock.journal.exchange import Exchange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

    from user_webhook_mock.api.log import RequestLog
    from user_webhook_mock.state import MockState

CONTROL: Final = "/__mock__/"
FILES: Final = ("/console/", "/docs/")
"""What pages are made of: the log tells of the page that was asked for, and not of each of its files."""

CONSOLE: Final = "/"
READS: Final = frozenset({"GET", "HEAD"})
INTERNAL_ERROR: Final = Response(500, orjson.dumps(undocumented(500, "Internal Server Error")))


class MockApplication:
    """Gives every request its answer, whatever is raised behind it."""

    def __init__(
        self,
        app: ASGIApp,
        state: MockState,
        *,
        pages: Mapping[str, Response],
        control: ASGIApp | None = None,
        log: RequestLog | None = None,
    ) -> None:
        self._app = app
        self._state = state
        self._interference = FaultInjector(app, state.faults)
        self._pages = pages
        self._control = control
        self._log = log
        state.watch("choices", self._apply)
        self._apply()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to one request, and write it down; where its body was left unread, read the rest of it before the end."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        if self._control is not None and path.startswith(CONTROL):
            await self._control(scope, receive, send)
            return
        is_page = (path in self._pages and self._is_page(scope)) or is_preflight(scope)
        exchange = Exchange(scope, receive, send, self._write_page if is_page else self._write_down)
        try:
            answer = await (self._serve_page(exchange) if is_page else self._interference(exchange))
        except ApiError as error:
            is_open = await self._refuse(exchange, error)
        except HTTPException as error:  # the router's: the path is served, the method is not
            allowed = error.headers["Allow"].encode() if error.headers else b""
            is_open = await self._refuse(exchange, self._other_method(allowed))
        except (Disconnected, ResponseWithheld):
            exchange.reason = exchange.reason or "client: left"
            exchange.write()
            return
        except Exception as error:  # noqa: BLE001  a defect of the mock: the caller still gets an answer, the user the place
            print_traceback(error)
            exchange.reason = "mock: defect"
            await INTERNAL_ERROR.send(exchange.send)
            return
        else:
            is_open = answer is not None
            if answer is not None:
                await answer.send(exchange.send, is_last=False)
        if is_open:
            await self._end(exchange)

    async def _refuse(self, exchange: Exchange, error: ApiError) -> bool:
        """Send the answer to a error, and say whether the exchange is still to be ended."""
        exchange.reason, exchange.broken = error.reason, error.broken
        await error.response().send(exchange.send, is_last=not error.leaves_body)
        return error.leaves_body

    async def _end(self, exchange: Exchange) -> None:
        """Read what the client still sends, and end the exchange."""
        await drain(exchange.receive)
        if exchange.entry is not None:
            self._state.journal.complete(exchange.entry, exchange.content, exchange.size)
        await end(exchange.send)

    def _is_page(self, scope: Scope) -> bool:
        # an update that is sent to the console's path has lost the rest of its own: it is an unknown path of the API
        return scope["path"] != CONSOLE or scope["method"] in READS

    async def _serve_page(self, exchange: Exchange) -> None:
        scope = exchange.scope
        if is_preflight(scope):
            await PREFLIGHT.send(exchange.send)
        elif scope["method"] in READS:
            await self._pages[scope["path"]].send(exchange.send)
        else:
            raise MethodNotAllowed(b"GET, HEAD")

    def _write_down(self, exchange: Exchange) -> None:
        state = self._state
        if state.journal.limit:
            scope = exchange.scope
            exchange.entry = Entry(
                state.journal.next_number(),
                state.clock.now(),
                scope["method"],
                scope["path"],
                b"\n".join(chain.from_iterable(scope["headers"])),
                exchange.content,
                exchange.size,
                exchange.status,
                exchange.answer[:MAX_BODY],
                perf_counter() - exchange.started,
                exchange.reason,
                exchange.broken,
                exchange.forced,
                exchange.fault,
            )
            state.record(exchange.entry)
        if self._log is not None:
            self._write_line(exchange)

    def _write_page(self, exchange: Exchange) -> None:
        if not exchange.scope["path"].startswith(FILES):
            self._write_line(exchange)

    def _write_line(self, exchange: Exchange) -> None:
        if self._log is not None:
            self._log.write(exchange)

    def _apply(self) -> None:
        self._hides_methods = self._state.choices["other_methods"] == 404  # noqa: PLR2004  a status code is clearest as a number

    def _other_method(self, allowed: bytes) -> ApiError:
        return NotFound("method: not allowed") if self._hides_methods else MethodNotAllowed(allowed)

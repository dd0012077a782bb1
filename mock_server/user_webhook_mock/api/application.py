"""The outermost layer: pages, preflights, refusals, the journal and the log around Connexion."""

from __future__ import annotations

from itertools import chain
from time import perf_counter
from typing import TYPE_CHECKING, Final

import orjson
from starlette.exceptions import HTTPException

from user_webhook_mock.core.internal_error import trace
from user_webhook_mock.faults.injection import Interference, Vanished
from user_webhook_mock.http.body import Disconnected, drain
from user_webhook_mock.http.cors import PREFLIGHT, is_preflight
from user_webhook_mock.http.errors import MethodNotAllowed, Refusal, UnknownPath, undocumented
from user_webhook_mock.http.response import Answer, end
from user_webhook_mock.journal.entry import LONGEST_BODY, Entry
from user_webhook_mock.journal.exchange import Exchange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

    from user_webhook_mock.api.log import RequestLog
    from user_webhook_mock.state import Backstage

CONTROL: Final = "/__mock__/"
FILES: Final = ("/console/", "/docs/")
"""What pages are made of: the log tells of the page that was asked for, and not of each of its files."""

CONSOLE: Final = "/"
READS: Final = frozenset({"GET", "HEAD"})
DEFECT: Final = Answer(500, orjson.dumps(undocumented(500, "Internal Server Error")))


class Gateway:
    """Gives every request its answer, whatever is raised behind it."""

    def __init__(
        self,
        app: ASGIApp,
        backstage: Backstage,
        *,
        pages: Mapping[str, Answer],
        control: ASGIApp | None = None,
        log: RequestLog | None = None,
    ) -> None:
        self._app = app
        self._backstage = backstage
        self._interference = Interference(app, backstage.faults)
        self._pages = pages
        self._control = control
        self._log = log
        backstage.watch("choices", self._play)
        self._play()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and write it down; where its body was left unread, read the rest of it before the end."""
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
        except Refusal as refusal:
            is_open = await self._refuse(exchange, refusal)
        except HTTPException as error:  # the router's: the path is served, the method is not
            allowed = error.headers["Allow"].encode() if error.headers else b""
            is_open = await self._refuse(exchange, self._other_method(allowed))
        except (Disconnected, Vanished):
            exchange.reason = exchange.reason or "client: left"
            exchange.write()
            return
        except Exception as error:  # noqa: BLE001  a defect of the mock: the caller still gets an answer, the user the place
            trace(error)
            exchange.reason = "mock: defect"
            await DEFECT.send(exchange.send)
            return
        else:
            is_open = answer is not None
            if answer is not None:
                await answer.send(exchange.send, is_last=False)
        if is_open:
            await self._end(exchange)

    async def _refuse(self, exchange: Exchange, refusal: Refusal) -> bool:
        """Send the answer to a refusal, and say whether the exchange is still to be ended."""
        exchange.reason, exchange.broken = refusal.reason, refusal.broken
        await refusal.answer().send(exchange.send, is_last=not refusal.leaves_body)
        return refusal.leaves_body

    async def _end(self, exchange: Exchange) -> None:
        """Read what the client still sends, and end the exchange."""
        await drain(exchange.receive)
        if exchange.entry is not None:
            self._backstage.journal.complete(exchange.entry, exchange.content, exchange.size)
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
        backstage = self._backstage
        if backstage.journal.limit:
            scope = exchange.scope
            exchange.entry = Entry(
                backstage.journal.next_number(),
                backstage.clock.now(),
                scope["method"],
                scope["path"],
                b"\n".join(chain.from_iterable(scope["headers"])),
                exchange.content,
                exchange.size,
                exchange.status,
                exchange.answer[:LONGEST_BODY],
                perf_counter() - exchange.started,
                exchange.reason,
                exchange.broken,
                exchange.forced,
                exchange.fault,
            )
            backstage.record(exchange.entry)
        if self._log is not None:
            self._write_line(exchange)

    def _write_page(self, exchange: Exchange) -> None:
        if not exchange.scope["path"].startswith(FILES):
            self._write_line(exchange)

    def _write_line(self, exchange: Exchange) -> None:
        if self._log is not None:
            self._log.write(exchange)

    def _play(self) -> None:
        self._hides_methods = self._backstage.choices["other_methods"] == 404  # noqa: PLR2004  a status code is clearest as a number

    def _other_method(self, allowed: bytes) -> Refusal:
        return UnknownPath("method: not allowed") if self._hides_methods else MethodNotAllowed(allowed)

"""The outermost layer: pages, preflights, refusals and the log around Connexion."""

from __future__ import annotations

import sys
import traceback
from time import perf_counter
from typing import TYPE_CHECKING

import orjson
from starlette.exceptions import HTTPException

from mock_server.answers import Answer, end
from mock_server.body import Disconnected, drain
from mock_server.cors import PREFLIGHT, is_preflight
from mock_server.errors import MethodNotAllowed, Refusal, UnknownPath, undocumented

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from mock_server.log import RequestLog
    from openapi.choices import Value


class Gateway:
    """Gives every request its answer, whatever is raised behind it."""

    def __init__(
        self, app: ASGIApp, *, pages: Mapping[str, Answer], choices: Mapping[str, Value], log: RequestLog | None
    ) -> None:
        self._app = app
        self._pages = pages
        self._hides_methods = choices["other_methods"] == 404  # noqa: PLR2004  a status code is clearest as a number
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and write it down where there is a log."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        status = 0

        async def observe(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        reason, is_open = await self._serve(scope, receive, send if self._log is None else observe)
        if self._log is not None:
            self._log.write(scope["method"], scope["path"], status, perf_counter() - started, reason)
        if is_open:
            await drain(receive)
            await end(send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> tuple[str, bool]:
        """Answer the request; return why it was refused, or nothing, and whether the exchange is still to be ended."""
        try:
            await self._hand_on(scope, receive, send)
        except Refusal as refusal:
            await refusal.answer().send(send, is_last=not refusal.leaves_body)
            return refusal.reason, refusal.leaves_body
        except Disconnected:
            return "client: left", False
        except Exception:  # noqa: BLE001  a defect of the mock: the caller still gets an answer, the user the traceback
            traceback.print_exc(file=sys.stderr)
            await Answer(500, orjson.dumps(undocumented(500, "Internal Server Error"))).send(send)
            return "mock: defect", False
        return "", False

    async def _hand_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_preflight(scope):
            await PREFLIGHT.send(send)
            return
        page = self._pages.get(scope["path"])
        if page is None:
            try:
                await self._app(scope, receive, send)
            except HTTPException as error:  # the router's: the path is served, the method is not
                raise self._other_method(error.headers["Allow"].encode() if error.headers else b"") from None
        elif scope["method"] in {"GET", "HEAD"}:
            await page.send(send)
        else:
            raise MethodNotAllowed(b"GET, HEAD")

    def _other_method(self, allowed: bytes) -> Refusal:
        return UnknownPath("method: not allowed") if self._hides_methods else MethodNotAllowed(allowed)

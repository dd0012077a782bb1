"""What comes between a request and the API: delays, faults and forced answers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from user_webhook_mock.faults.kinds import REPLACING
from user_webhook_mock.faults.overrides import NO_OVERRIDES, Overrides, read_overrides
from user_webhook_mock.faults.wire import ResponseCorruptor, withhold

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from starlette.types import ASGIApp

    from user_webhook_mock.faults.plan import ActiveFaults
    from user_webhook_mock.http.response import Response
    from user_webhook_mock.journal.exchange import Exchange


class ResponseWithheld(Exception):
    """The request has no answer, as a fault has it."""


class FaultInjector:
    """Stands before the API; a request that asks for nothing passes it at once where there is no trouble."""

    def __init__(self, app: ASGIApp, faults: ActiveFaults) -> None:
        self._app = app
        self._faults = faults

    def __call__(self, exchange: Exchange) -> Awaitable[Response | None]:
        """Hand a request on, or return the answer that it gets in place of the API's.

        Raises:
            BadOverride: The request asks for something that does not exist.
            ResponseWithheld: The request got no answer.
        """
        overrides = read_overrides(exchange.scope)
        if overrides is NO_OVERRIDES and self._faults.is_empty:
            return self._app(exchange.scope, exchange.receive, exchange.send)
        return self._inject(exchange, overrides)

    async def _inject(self, exchange: Exchange, overrides: Overrides) -> Response | None:
        fault = overrides.fault if overrides.has_own_response else self._faults.next_fault()
        delay = overrides.latency.draw() if overrides.latency else self._faults.delay()
        if delay:
            exchange.delay = delay
            await asyncio.sleep(delay)
        if fault is not None:
            exchange.fault = fault.name
            if fault.name in REPLACING:
                exchange.reason = f"fault: {fault.name}"
                await withhold(fault, exchange)
                raise ResponseWithheld
            if not fault.is_corrupting:
                exchange.reason = f"fault: {fault.name}"
                return fault.response()
            exchange.onward = ResponseCorruptor(fault, exchange.onward).send
        if overrides.forced:
            exchange.forced, response = overrides.forced
            exchange.reason = f"forced: {exchange.forced}"
            return response
        await self._app(exchange.scope, exchange.receive, exchange.send)
        return None

"""The layer before the API that injects delays, faults and documented responses."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from user_webhook_mock.faults.kinds import KINDS
from user_webhook_mock.faults.overrides import NO_OVERRIDES, read_overrides
from user_webhook_mock.faults.wire import ResponseCorruptor, withhold_response
from user_webhook_mock.http.scope import STATE

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from starlette.types import ASGIApp

    from user_webhook_mock.faults.overrides import Overrides
    from user_webhook_mock.faults.plan import ActiveFaults
    from user_webhook_mock.journal.exchange import Exchange


class FaultInjector:
    """Passes a request on at once if it asks for nothing and there are no global faults."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def __call__(self, exchange: Exchange) -> Awaitable[None]:
        """Pass a request on, or send what it gets in place of the API's response.

        Raises:
            BadOverride: The request asks for something that does not exist.
            TooManyHeld: It is to hang, and too many do already.
        """
        faults: ActiveFaults = exchange.scope[STATE].faults
        overrides = read_overrides(exchange.scope)
        if overrides is NO_OVERRIDES and faults.is_empty:
            return self._app(exchange.scope, exchange.receive, exchange.send)
        return self._inject(exchange, overrides, faults)

    async def _inject(self, exchange: Exchange, overrides: Overrides, faults: ActiveFaults) -> None:
        fault = overrides.fault if overrides.has_own_response else faults.next_fault()
        exchange.delay = overrides.latency.draw() if overrides.latency else faults.delay()
        if exchange.delay:
            await asyncio.sleep(exchange.delay)
        if fault is not None:
            exchange.fault = fault.name
            kind = KINDS.get(fault.name)
            if kind is None or not kind.is_corrupting:
                exchange.reason = f"fault: {fault.name}"
                await (exchange.send_early(fault.response()) if kind is None else withhold_response(kind, exchange))
                return
            exchange.forward = ResponseCorruptor(kind, exchange.forward).send
        if overrides.forced:
            exchange.forced, response = overrides.forced
            exchange.reason = f"forced: {exchange.forced}"
            await exchange.send_early(response)
            return
        await self._app(exchange.scope, exchange.receive, exchange.send)

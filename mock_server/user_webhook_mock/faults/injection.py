"""What comes between a request and the API: delays, faults and forced answers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from user_webhook_mock.faults.kinds import INSTEAD
from user_webhook_mock.faults.overrides import NOTHING, Wish, read_wish
from user_webhook_mock.faults.wire import Damage, vanish

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from starlette.types import ASGIApp

    from user_webhook_mock.faults.plan import Faults
    from user_webhook_mock.http.response import Answer
    from user_webhook_mock.journal.exchange import Exchange


class Vanished(Exception):  # noqa: N818  exceptions say what happened
    """The request has no answer, as a fault has it."""


class Interference:
    """Stands before the API; a request that asks for nothing passes it at once where there is no trouble."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    def __call__(self, exchange: Exchange) -> Awaitable[Answer | None]:
        """Hand a request on, or return the answer that it gets in place of the API's.

        Raises:
            BadWish: The request asks for something that does not exist.
            Vanished: The request got no answer.
        """
        wish = read_wish(exchange.scope)
        if wish is NOTHING and self._faults.is_idle:
            return self._app(exchange.scope, exchange.receive, exchange.send)
        return self._interfere(exchange, wish)

    async def _interfere(self, exchange: Exchange, wish: Wish) -> Answer | None:
        fault = wish.fault if wish.is_own_answer else self._faults.next()
        delay = wish.latency.draw() if wish.latency else self._faults.delay()
        if delay:
            exchange.delay = delay
            await asyncio.sleep(delay)
        if fault is not None:
            exchange.fault = fault.name
            if fault.name in INSTEAD:
                exchange.reason = f"fault: {fault.name}"
                await vanish(fault, exchange)
                raise Vanished
            if not fault.is_damage:
                exchange.reason = f"fault: {fault.name}"
                return fault.answer()
            exchange.onward = Damage(fault, exchange.onward).send
        if wish.forced:
            exchange.forced, answer = wish.forced
            exchange.reason = f"forced: {exchange.forced}"
            return answer
        await self._app(exchange.scope, exchange.receive, exchange.send)
        return None

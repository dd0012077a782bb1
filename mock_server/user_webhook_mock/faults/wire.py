"""How a fault shows on the wire."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from user_webhook_mock.faults.holding import HOLDING
from user_webhook_mock.http.drain import drain
from user_webhook_mock.http.scope import TRANSPORT

if TYPE_CHECKING:
    from starlette.types import Message, Send

    from user_webhook_mock.faults.kinds import Kind
    from user_webhook_mock.journal.exchange import Exchange

MAX_HANG: Final = 300.0
"""Seconds after which a ``hang`` ends: longer than clients wait, and not for ever."""

PAUSE: Final = 0.01
"""Seconds between two bytes of a slow response."""


class ResponseCorruptor:
    """Sends a response on as the fault ``cut``, ``slow`` or ``malformed`` makes it."""

    def __init__(self, kind: Kind, send: Send) -> None:
        self._name = kind.name
        self._send = send
        self._start: Message = {}
        self._is_over = False

    async def send(self, message: Message) -> None:
        """Take the response: its start, then its whole body in one message, then perhaps an empty end."""
        if message["type"] == "http.response.start":
            self._start = message
        elif not self._start:
            if not self._is_over:
                await self._send(message)
        else:
            start, self._start = self._start, {}
            await self._corrupt(start, message["body"], has_more=message["more_body"])

    async def _corrupt(self, start: Message, body: bytes, *, has_more: bool) -> None:
        if self._name == "malformed":
            body = body[:-1]
            length = (b"content-length", b"%d" % len(body))
            start["headers"] = [length if name == length[0] else (name, value) for name, value in start["headers"]]
        await self._send(start)
        if self._name == "cut":
            # the rest of the announced length never comes, so the server closes the connection
            self._is_over = True
            await self._send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
            return
        if self._name == "slow":
            for index in range(len(body) - 1):
                await self._send({"type": "http.response.body", "body": body[index : index + 1], "more_body": True})
                await asyncio.sleep(PAUSE)
            body = body[-1:]
        await self._send({"type": "http.response.body", "body": body, "more_body": has_more})


async def withhold_response(kind: Kind, exchange: Exchange) -> None:
    """Read the request and leave it without a response until its connection is closed.

    ``drop`` closes the connection, ``hang`` waits for the client to do it, and closes it after `MAX_HANG`.

    Raises:
        TooManyHeld: Too many requests hang already.
    """
    if kind.name == "hang":
        with HOLDING.one():
            await drain(exchange.receive)
            with suppress(TimeoutError):
                async with asyncio.timeout(MAX_HANG):
                    await _disconnected(exchange)
    else:
        await drain(exchange.receive)
    transport = exchange.scope.get(TRANSPORT)
    if transport is not None:
        transport.close()
    await _disconnected(exchange)
    exchange.record()


async def _disconnected(exchange: Exchange) -> None:
    while (await exchange.receive())["type"] != "http.disconnect":
        pass

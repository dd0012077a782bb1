"""A client that sends hostile bytes and judges what comes back."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

from stress.hostile_requests import Answered, Generator, Hostile, fault, read_answers

if TYPE_CHECKING:
    from collections.abc import Callable

QUIET = 0.2
"""Seconds without a byte after which a request is taken for one that the mock still waits for."""

CONNECTIONS = 24
REPORTED = 20


class Client:
    """Sends what a generator makes to *port*, some connections at a time, and counts the answers."""

    def __init__(self, host: str, port: int) -> None:
        self._address = host, port
        self.statuses: Counter[str] = Counter()
        self.faults: list[str] = []
        self.sent = 0

    async def send_all(self, generator: Generator, count: int, tell: Callable[[int], None] = lambda _: None) -> None:
        """Send *count* requests; *tell* is told now and then how many were sent."""
        goal = self.sent + count

        async def work() -> None:
            while self.sent < goal and len(self.faults) < REPORTED:
                self.sent += 1
                tell(self.sent)
                await self.send(generator.next())

        await asyncio.gather(*(work() for _ in range(CONNECTIONS)))

    async def send(self, hostile: Hostile) -> None:
        """Send one, and judge what comes back until the connection closes or nothing more comes."""
        reader, writer = await asyncio.open_connection(*self._address)
        received, is_closed = b"", False
        answers: list[Answered] = []
        try:
            writer.write(hostile.raw)
            while not is_closed and not (answers and answers[-1].is_last):
                async with asyncio.timeout(QUIET if not hostile.statuses else 20):
                    part = await reader.read(65536)
                is_closed = not part
                received += part
                answers, rest = read_answers(received)
        except TimeoutError:
            pass
        except ConnectionError:
            is_closed = True
        finally:
            writer.transport.abort()
            with suppress(ConnectionError):
                await writer.wait_closed()
        answers, rest = read_answers(received)
        self.statuses.update([str(answer.status) for answer in answers] or ["closed" if is_closed else "left waiting"])
        if trouble := fault(hostile, answers, rest, is_closed=is_closed):
            shown = hostile.raw if len(hostile.raw) < 1000 else hostile.raw[:1000] + b"..."
            self.faults.append(f"{trouble}\n    sent {shown!r}")

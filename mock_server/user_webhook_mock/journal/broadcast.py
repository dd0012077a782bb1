"""What happens in the mock, pushed to whoever listens."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import TYPE_CHECKING, Final

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from user_webhook_mock.core.json import Json

MAX_WAITING: Final = 100
"""Events that wait for one listener; a slower one misses the oldest, and gets their number."""

IN_ONE_LINE: Final = bytes.maketrans(b"\r\n", b"  ")
"""An entry quotes bodies as they were sent, and between the tokens of JSON a line break is a space."""


class Event:
    """Something that happened. It is rendered once, and only if somebody listens."""

    def __init__(self, kind: str, render: Callable[[], Json]) -> None:
        self.kind = kind
        self._render = render

    @cached_property
    def text(self) -> bytes:
        """The event in the form of server-sent events."""
        data = orjson.dumps(self._render()).translate(IN_ONE_LINE)
        return b"event: %s\ndata: %s\n\n" % (self.kind.encode(), data)


class Listener:
    """Somebody who listens, in the event loop in which it was made; a stream is one that a client reads."""

    def __init__(self, *, is_stream: bool = False) -> None:
        self.is_stream = is_stream
        self._waiting: deque[Event] = deque(maxlen=MAX_WAITING)
        self._missed = 0
        self._ready = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self.is_closed = False

    async def wait(self, seconds: float) -> list[Event]:
        """Return what happened since the last call, or nothing after *seconds* or once `is_closed`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ready.wait()
        self._ready.clear()
        events = [self._waiting.popleft() for _ in range(len(self._waiting))]
        if self._missed:
            missed, self._missed = self._missed, 0
            events.insert(0, Event("missed", lambda: {"count": missed}))
        return events

    def push(self, event: Event) -> None:
        """Queue *event*. May be called from any thread."""
        self._missed += len(self._waiting) == MAX_WAITING
        self._waiting.append(event)
        self._wake()

    def close(self) -> None:
        """Let the listener end. May be called from any thread."""
        self.is_closed = True
        self._wake()

    def _wake(self) -> None:
        if threading.get_ident() == self._thread:
            self._ready.set()
        else:
            with suppress(RuntimeError):  # its loop has ended
                self._loop.call_soon_threadsafe(self._ready.set)


class Broadcast:
    """All listeners."""

    def __init__(self) -> None:
        self._listeners: tuple[Listener, ...] = ()
        self._lock = threading.Lock()
        self._is_closed = False

    def __len__(self) -> int:
        return len(self._listeners)

    @property
    def streams(self) -> int:
        """How many of the listeners are streams."""
        return sum(listener.is_stream for listener in self._listeners)

    def publish(self, kind: str, render: Callable[[], Json]) -> None:
        """Push an event to every listener; *render* returns it as JSON has it."""
        if self._listeners:
            event = Event(kind, render)
            for listener in self._listeners:
                listener.push(event)

    @contextmanager
    def listen(self, *, is_stream: bool = False) -> Iterator[Listener]:
        """Yield a listener to everything that happens while the block runs."""
        listener = Listener(is_stream=is_stream)
        with self._lock:
            self._listeners += (listener,)
            listener.is_closed = self._is_closed
        try:
            yield listener
        finally:
            with self._lock:
                self._listeners = tuple(other for other in self._listeners if other is not listener)

    def close(self) -> None:
        """Let all listeners end, and those who come later."""
        with self._lock:
            self._is_closed = True
        for listener in self._listeners:
            listener.close()

"""Everything about a running mock that can change, in one place."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from mock_server.broadcast import Broadcast
from mock_server.callers import Callers
from mock_server.clock import Clock
from mock_server.deliveries.dispatcher import Dispatcher
from mock_server.deliveries.route import open_route
from mock_server.faults import Faults
from mock_server.journal import Journal
from mock_server.memory import Memory
from mock_server.seeds import seeds
from mock_server.settings import carry, choose
from mock_server.state_file import StateFile
from mock_server.store import Store
from openapi.choices import defaults
from openapi.edition import new_edition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mock_server.entry import Entry
    from mock_server.settings import Settings
    from mock_server.store import Webhook, Webhooks
    from openapi.choices import Value

PARTS: Final = ("webhooks", "choices", "faults", "journal", "clock", "deliveries")


class Backstage:
    """What the control API, the start options and the fixtures of tests act upon, while the mock serves.

    ``store``, ``faults``, ``journal``, ``clock`` and ``deliveries`` are changed by their own methods, the choices by `choose`. Whoever
    has to know of a change watches the part; a watcher is called in the thread that made the change.

    Raises:
        Rejection: The state file or the Redis cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.choices: Mapping[str, Value] = settings.choices
        self.callers = Callers(settings)
        self.broadcast = Broadcast()
        self._watchers: dict[str, list[Callable[[], None]]] = {part: [] for part in PARTS}
        self.clock = Clock(partial(self._changed, "clock"))
        webhooks = seeds(settings)
        self.store = Store(_keep(settings, webhooks), webhooks, settings.choices, partial(self._changed, "webhooks"))
        self.faults = Faults(settings.faults, self.clock, partial(self._changed, "faults"))
        self.journal = Journal(settings.journal, partial(self._changed, "journal"))
        self._route = open_route(settings.deliver_to, for_real=settings.deliver_for_real)
        self.deliveries = Dispatcher(
            self.store,
            self._route,
            time_scale=settings.time_scale,
            now=self.clock.now,
            publish=self.broadcast.publish,
        )
        self.watch("clock", self.deliveries.wake)
        self.watch("choices", lambda: self.store.play(self.choices))
        self._own = {part: tuple(watchers) for part, watchers in self._watchers.items()}

    def watch(self, part: str, watcher: Callable[[], None]) -> None:
        """Call *watcher* after each change of *part*, one of `PARTS`; an update over the API is none."""
        self._watchers[part].append(watcher)

    def choose(self, pairs: Iterable[tuple[str, object]], *, keeps_others: bool = True) -> None:
        """Play other choices from the next request on; without *keeps_others* those not named become the defaults.

        Raises:
            SettingsError: A name or a value is not in the table of choices. Nothing is changed.
        """
        self.choices = choose(pairs, self.choices if keeps_others else None)
        self._changed("choices")

    @contextmanager
    def new_application(self) -> Iterator[None]:
        """Let the block put another application together, from the files of the contract as they are now.

        The choices stay, and those who watched for the former application are forgotten. Where the block fails, all is
        as it was before it.
        """
        before = self.settings, self.choices, self._watchers
        former = defaults()
        try:
            with new_edition():
                self.settings = replace(self.settings, choices=carry(self.settings.choices, former))
                self.choices = carry(self.choices, former)
                self._watchers = {part: list(watchers) for part, watchers in self._own.items()}
                yield
                self._changed("choices")
        except BaseException:
            self.settings, self.choices, self._watchers = before
            self._changed("choices")
            raise

    def record(self, entry: Entry) -> None:
        """Write a request down, and tell it to those who listen."""
        self.journal.add(entry)
        if self.broadcast:
            self.broadcast.publish("request", partial(entry.render, self.callers))

    def reset(self, parts: Iterable[str] = PARTS) -> None:
        """Bring *parts* back to what they were at the start."""
        for part in parts:
            match part:
                case "webhooks":
                    self.store.reset()
                case "choices":
                    self.choices = self.settings.choices
                    self._changed("choices")
                case "faults":
                    self.faults.set(self.settings.faults)
                case "journal":
                    self.journal.clear()
                case "clock":
                    self.clock.reset()
                case "deliveries":
                    self.deliveries.clear()
                    self.deliveries.route = self._route
                    self._changed("deliveries")

    def close(self) -> None:
        """Let all listeners end, and send nothing any more: the server stops."""
        self.broadcast.close()
        self.deliveries.close()

    def _changed(self, part: str) -> None:
        for watcher in self._watchers[part]:
            watcher()
        self.broadcast.publish("change", lambda: {"part": part})


def _keep(settings: Settings, webhooks: Iterable[Webhook]) -> Webhooks:
    if settings.store:
        from mock_server.redis_store import RedisStore  # noqa: PLC0415  redis takes long to import, and few need it

        return RedisStore(settings.store, webhooks)
    return StateFile(settings.state, webhooks) if settings.state else Memory(webhooks)

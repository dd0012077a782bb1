"""Everything about a running mock that can change, in one place."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from user_webhook_api.cache import new_edition
from user_webhook_api.choices import defaults
from user_webhook_mock.config.choices import carry, choose
from user_webhook_mock.core.clock import Clock
from user_webhook_mock.deliveries.dispatcher import Dispatcher
from user_webhook_mock.deliveries.policy import delivery_policy
from user_webhook_mock.faults.plan import ActiveFaults
from user_webhook_mock.http.credentials import Tokens
from user_webhook_mock.journal.broadcast import Broadcast
from user_webhook_mock.journal.journal import Journal
from user_webhook_mock.store.memory import MemoryStore
from user_webhook_mock.store.sqlite import SqliteStore
from user_webhook_mock.store.store import Webhook, Webhooks, new_secret
from user_webhook_mock.store.webhook_json import CLIENT_ID, URL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from user_webhook_api.choices import Value
    from user_webhook_mock.config.settings import Settings
    from user_webhook_mock.journal.entry import Entry
    from user_webhook_mock.store.store import Store

PARTS: Final = ("webhooks", "choices", "faults", "journal", "clock", "deliveries")


class MockState:
    """What the control API, the start options and the fixtures of tests act upon, while the mock serves.

    ``store``, ``faults``, ``journal``, ``clock`` and ``deliveries`` are changed by their own methods, the choices by `choose`. Whoever
    has to know of a change watches the part; a watcher is called in the thread that made the change.

    Raises:
        UsageError: The state file or the Redis cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.choices: Mapping[str, Value] = settings.choices
        self.tokens = Tokens(
            settings.token,
            settings.forbidden_token,
            settings.control_token,
            settings.choices,
            accepts_any=settings.auth == "any",
        )
        self.broadcast = Broadcast()
        self._watchers: dict[str, list[Callable[[], None]]] = {part: [] for part in PARTS}
        self.clock = Clock(partial(self._changed, "clock"))
        webhooks = _seeds(settings)
        self.webhooks = Webhooks(
            _store(settings, webhooks), webhooks, settings.choices, partial(self._changed, "webhooks")
        )
        self.faults = ActiveFaults(settings.faults, self.clock, partial(self._changed, "faults"))
        self.journal = Journal(settings.journal, partial(self._changed, "journal"))
        self._policy = delivery_policy(settings.deliver_to, for_real=settings.deliver_for_real)
        self.deliveries = Dispatcher(
            self.webhooks,
            self._policy,
            time_scale=settings.time_scale,
            now=self.clock.now,
            publish=self.broadcast.publish,
        )
        self.watch("clock", self.deliveries.wake)
        self.watch("choices", lambda: self.webhooks.apply(self.choices))
        self.watch("choices", lambda: self.tokens.apply(self.choices))
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
            self.broadcast.publish("request", partial(entry.render, self.tokens))

    def reset(self, parts: Iterable[str] = PARTS) -> None:
        """Bring *parts* back to what they were at the start."""
        for part in parts:
            match part:
                case "webhooks":
                    self.webhooks.reset()
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
                    self.deliveries.policy = self._policy
                    self._changed("deliveries")

    def close(self) -> None:
        """Let all listeners end, and send nothing any more: the server stops."""
        self.broadcast.close()
        self.deliveries.close()

    def _changed(self, part: str) -> None:
        for watcher in self._watchers[part]:
            watcher()
        self.broadcast.publish("change", lambda: {"part": part})


def _seeds(settings: Settings) -> tuple[Webhook, ...]:
    """Return the webhooks of *settings*: those of the seed file, or one for each of the two ids."""
    return settings.seeds or tuple(
        Webhook(identifier, URL, ["all"], CLIENT_ID, [new_secret()])
        for identifier in (settings.webhook_id, settings.second_webhook_id)
    )


def _store(settings: Settings, webhooks: Iterable[Webhook]) -> Store:
    if settings.store:
        from user_webhook_mock.store.redis import RedisStore  # noqa: PLC0415  redis takes long to import, and few need it

        return RedisStore(settings.store, webhooks)
    return SqliteStore(settings.state, webhooks) if settings.state else MemoryStore(webhooks)

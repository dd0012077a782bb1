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
from user_webhook_mock.store.webhook_json import new_webhook
from user_webhook_mock.store.webhooks import Webhooks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from user_webhook_api.choices import Value
    from user_webhook_mock.config.settings import Settings
    from user_webhook_mock.journal.entry import Entry

PARTS: Final = ("webhooks", "choices", "faults", "journal", "clock", "deliveries")


class MockState:
    """The state that the control API and the fixtures of tests change while the mock serves.

    Whoever needs to know of a change watches the part; a watcher is called in the thread that made the change.

    Attributes:
        settings: As the mock was started.
        choices: The choices in force; changed by `choose`.
        tokens: The tokens that the mock knows.
        webhooks, faults, journal, clock, deliveries: The other parts; changed by their own methods.
        broadcast: What happens, for those who listen.

    Raises:
        UnusableStore: The store cannot be opened.
        MissingPackageError: Redis is asked for, and its client is not installed.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.choices: Mapping[str, Value] = settings.choices
        self.broadcast = Broadcast()
        self._watchers: dict[str, list[Callable[[], None]]] = {part: [] for part in PARTS}
        self.clock = Clock(partial(self._changed, "clock"))
        self.tokens = Tokens(
            settings.token,
            settings.forbidden_token,
            settings.control_token,
            accepts_any=settings.auth == "any",
            expired=settings.expired_token,
            lifetime=settings.token_lifetime,
            now=self.clock.now,
        )
        seeds = settings.seeds or tuple(map(new_webhook, (settings.webhook_id, settings.second_webhook_id)))
        self.webhooks = Webhooks(
            settings.store.open(seeds), seeds, settings.choices, partial(self._changed, "webhooks")
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
        self._own = {part: tuple(watchers) for part, watchers in self._watchers.items()}

    def watch(self, part: str, watcher: Callable[[], None]) -> None:
        """Call *watcher* after each change of *part*, one of `PARTS`. An update over the API is not such a change."""
        self._watchers[part].append(watcher)

    def choose(self, pairs: Iterable[tuple[str, object]], *, keeps_others: bool = True) -> None:
        """Follow other choices from the next request on; without *keeps_others*, all others get their defaults.

        Raises:
            UsageError: A name or a value is not in the table of choices. Nothing is changed.
        """
        self.choices = choose(pairs, self.choices if keeps_others else None)
        self._changed("choices")

    @contextmanager
    def new_application(self) -> Iterator[None]:
        """Let the block put another application together, from the files of the contract as they are now.

        The choices stay, and the watchers of the former application are removed. If the block fails, nothing changes.
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

    def deliver_to(self, url: str) -> None:
        """Send deliveries to this receiver, until the reset; with an empty *url*, to what else the options say.

        Raises:
            UsageError: It leads nowhere, or to another machine without --deliver-for-real.
        """
        self.deliveries.policy = delivery_policy(url, for_real=self.settings.deliver_for_real)
        self._changed("deliveries")

    def record(self, entry: Entry) -> None:
        """Add a request to the journal, and push it to those who listen."""
        self.journal.add(entry)
        if self.broadcast:
            self.broadcast.publish("request", partial(entry.render, self.tokens))

    def reset(self, parts: Iterable[str] = PARTS) -> None:
        """Reset *parts* to what they were at the start; with the clock, the token of the start is issued again."""
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
                    self.tokens.renew()
                case "deliveries":
                    self.deliveries.clear()
                    self.deliveries.policy = self._policy
                    self._changed("deliveries")

    def close(self) -> None:
        """End all listeners and all deliveries: the server stops."""
        self.broadcast.close()
        self.deliveries.close()

    def _changed(self, part: str) -> None:
        for watcher in self._watchers[part]:
            watcher()
        self.broadcast.publish("change", lambda: {"part": part})

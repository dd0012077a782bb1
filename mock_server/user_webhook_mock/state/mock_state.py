"""Everything about a space of a running mock that can change, in one place."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from user_webhook_api.cache import new_edition
from user_webhook_api.choices import defaults
from user_webhook_api.extras import needing
from user_webhook_mock.config.choices import carry, choose
from user_webhook_mock.core.clock import Clock
from user_webhook_mock.deliveries.dispatcher import Dispatcher
from user_webhook_mock.deliveries.policy import delivery_policy
from user_webhook_mock.faults.plan import ActiveFaults
from user_webhook_mock.http.credentials import Tokens
from user_webhook_mock.journal.broadcast import Broadcast
from user_webhook_mock.journal.journal import MAX_BYTES, Journal
from user_webhook_mock.state.spaces import DEFAULT, Spaces
from user_webhook_mock.store.location import MEMORY
from user_webhook_mock.store.webhook_json import new_webhook
from user_webhook_mock.store.webhooks import Webhooks

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

    from user_webhook_api.choices import Value
    from user_webhook_mock.config.settings import Settings
    from user_webhook_mock.deliveries.policy import DeliveryPolicy
    from user_webhook_mock.journal.entry import Entry
    from user_webhook_mock.state.metrics import Metrics

PARTS: Final = ("webhooks", "choices", "faults", "journal", "clock", "deliveries")
MAX_BYTES_OF_SPACE: Final = 1024 * 1024
"""Bytes of the journal of each space but the default one: about 500 requests of usual size."""


class MockState:
    """The state that the control API and the fixtures of tests change while the mock serves.

    A mock has one for each space; that of the default space is made first and makes the others.
    Whoever needs to know of a change watches the part; a watcher is called in the thread that made the change.

    Attributes:
        settings: As the mock was started.
        name: The name of the space.
        spaces: All states of the mock by the names of their spaces.
        choices: The choices in force; changed by `choose`.
        compiled: What the application has made of the choices, by whoever made it; empty after each change of them.
        tokens: The tokens that the mock knows.
        webhooks, faults, journal, clock, deliveries: The other parts; changed by their own methods.
        broadcast: What happens, for those who listen.
        metrics: What is counted of all spaces, if that was asked for.

    Raises:
        UnusableStore: The store cannot be opened.
        MissingPackageError: Redis or metrics are asked for, and their package is not installed.
    """

    def __init__(
        self,
        settings: Settings,
        name: str = DEFAULT,
        spaces: Spaces | None = None,
        policy: DeliveryPolicy | None = None,
    ) -> None:
        """*spaces* and *policy* are those of the default space, for the state of another one."""
        self.settings = settings
        self.name = name
        self.spaces = Spaces(self, settings.max_spaces, self._new_space) if spaces is None else spaces
        self.metrics = _metrics(self.spaces) if settings.has_metrics and spaces is None else None
        self.choices: Mapping[str, Value] = settings.choices
        self.compiled: dict[Hashable, Any] = {}
        self.broadcast = Broadcast()
        self._watchers: dict[str, list[Callable[[], None]]] = {part: [] for part in PARTS}
        self.clock = Clock(partial(self.changed, "clock"))
        self.tokens = Tokens(
            settings.token,
            settings.forbidden_token,
            settings.control_token,
            settings.choices,
            accepts_any=settings.auth == "any",
            expired=settings.expired_token,
            lifetime=settings.token_lifetime,
            now=self.clock.now,
        )
        self._seeds = settings.seeds or tuple(map(new_webhook, (settings.webhook_id, settings.second_webhook_id)))
        self.webhooks = Webhooks(
            settings.store.open(self._seeds), self._seeds, settings.choices, partial(self.changed, "webhooks")
        )
        self.faults = ActiveFaults(settings.faults, self.clock, partial(self.changed, "faults"))
        max_bytes = MAX_BYTES if name == DEFAULT else MAX_BYTES_OF_SPACE
        self.journal = Journal(settings.journal, partial(self.changed, "journal"), max_bytes)
        self._policy = policy or delivery_policy(settings.deliver_to, for_real=settings.deliver_for_real)
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

    def watch(self, part: str, watcher: Callable[[], None]) -> None:
        """Call *watcher* after each change of *part*, one of `PARTS`. An update over the API is not such a change."""
        self._watchers[part].append(watcher)

    def choose(self, pairs: Iterable[tuple[str, object]], *, keeps_others: bool = True) -> None:
        """Follow other choices from the next request on; without *keeps_others*, all others get their defaults.

        Raises:
            UsageError: A name or a value is not in the table of choices. Nothing is changed.
        """
        self.choices = choose(pairs, self.choices if keeps_others else None)
        self.changed("choices")

    @contextmanager
    def new_application(self) -> Iterator[None]:
        """Let the block put another application together, from the files of the contract as they are now.

        The choices of all spaces stay. If the block fails, nothing changes.
        """
        states = self.spaces.all()
        before = [(state, state.settings, state.choices) for state in states]
        former = defaults()
        try:
            with new_edition():
                for state in states:
                    state.settings = replace(state.settings, choices=carry(state.settings.choices, former))
                    state.choices = carry(state.choices, former)
                yield
                for state in states:
                    state.changed("choices")
        except BaseException:
            for state, state.settings, state.choices in before:
                state.changed("choices")
            raise

    def deliver_to(self, url: str) -> None:
        """Send deliveries to this receiver, until the reset; with an empty *url*, to what else the options say.

        Raises:
            UsageError: It leads nowhere, or to another machine without --deliver-for-real.
        """
        self.deliveries.policy = delivery_policy(url, for_real=self.settings.deliver_for_real)
        self.changed("deliveries")

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
                    self.changed("choices")
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
                    self.changed("deliveries")

    def close(self) -> None:
        """End all listeners and all deliveries: the space is deleted, or, for the default one, the server stops."""
        if self.name == DEFAULT:
            self.spaces.clear()
        self.broadcast.close()
        self.deliveries.close()

    def _new_space(self, name: str) -> MockState:
        """Return the state of another space: it starts from the same seeds, and ends with the process."""
        settings = replace(self.settings, seeds=self._seeds, store=MEMORY)
        return MockState(settings, name, self.spaces, self._policy)

    def changed(self, part: str) -> None:
        """Call the watchers of *part*, and publish that it has changed."""
        if part == "choices":
            self.compiled.clear()
        for watcher in self._watchers[part]:
            watcher()
        self.broadcast.publish("change", lambda: {"part": part})


def _metrics(spaces: Spaces) -> Metrics:
    with needing("--metrics", "user-webhook-mock[metrics]"):
        from user_webhook_mock.state.metrics import Metrics  # noqa: PLC0415  few need Prometheus's client
    return Metrics(spaces)

"""A running mock as a test sees it."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

import orjson

from user_webhook_mock.config.choices import choose
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.control.verification import check
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.deliveries.event import new_event
from user_webhook_mock.deliveries.policy import delivery_policy
from user_webhook_mock.faults.kinds import Repeated, read_fault
from user_webhook_mock.faults.plan import read_fault_plan
from user_webhook_mock.server.background import serving
from user_webhook_mock.state import MockState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from user_webhook_mock.store.store import Webhook

DEADLINE: Final = 10.0
T = TypeVar("T")


class UserWebhookMock:
    """A mock in a thread of the test's process.

    Each method acts in the thread that serves, so nothing changes in the middle of a request; what a test has received
    the answer to is in ``journal``. ``state`` has the rest: ``state.clock.advance(300)`` brings up a retry.
    Whatever is not legal raises a `UsageError` of one line.
    """

    def __init__(self, state: MockState, url: str, loop: asyncio.AbstractEventLoop) -> None:
        settings = state.settings
        self.state = state
        self.url = url
        self.token = settings.token
        self.forbidden_token = settings.forbidden_token
        self.webhook_id = settings.webhook_id
        self.second_webhook_id = settings.second_webhook_id
        self._loop = loop

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url}>"

    @property
    def webhooks(self) -> dict[str, Webhook]:
        """The webhooks of now, by id."""
        return self._act(lambda: {webhook.id: webhook for webhook in self.state.webhooks.all()})

    @property
    def journal(self) -> list[dict[str, Any]]:
        """The requests and their answers, the oldest first, as ``/__mock__/journal`` shows them."""
        tokens, journal = self.state.tokens, self.state.journal
        entries: list[dict[str, Any]] = orjson.loads(
            self._act(lambda: orjson.dumps([entry.render(tokens) for entry in journal.entries()]))
        )
        return entries

    @property
    def deliveries(self) -> list[dict[str, Any]]:
        """The deliveries, the oldest first, as ``/__mock__/deliveries`` shows them."""
        return self.state.deliveries.deliveries()

    def reset(self) -> None:
        """Bring everything back to what it was at the last `begin`, which each test begins with."""
        self._act(self.state.reset)

    def configure(self, choices: Mapping[str, object] | None = None, faults: Mapping[str, Any] | None = None) -> None:
        """Begin anew with these choices, and with this trouble in the notation of ``/__mock__/faults``."""
        settings = replace(
            self.state.settings, choices=choose((choices or {}).items()), faults=read_fault_plan(faults or {})
        )

        def start() -> None:
            self.state.settings = settings
            self.state.reset()

        self._act(start)

    def force(self, what: int | str, times: int = 1) -> None:
        """Give the next *times* requests this answer, after those that are forced already.

        Args:
            what: A status (``429``), an example of the document (``"not-found"``, ``"400 schema"``), or a fault (``"drop"``).
            times: How many requests.
        """
        __tracebackhide__ = True
        if times < 1:
            raise UsageError(f"times={times} is no number of requests", value=times, remedy="use 1 or more.")
        scripted = Repeated(read_fault(str(what)), times)
        faults = self.state.faults
        self._act(lambda: faults.set(replace(faults.plan, script=(*faults.plan.script, scripted))))

    def deliver_to(self, url: str) -> None:
        """Send deliveries to a receiver on this machine, in place of the stored urls, until the reset."""
        __tracebackhide__ = True
        self.state.deliveries.policy = delivery_policy(url, for_real=False)

    def fire(
        self, event_type: str, data: Mapping[str, Any] | None = None, webhook_id: str | None = None
    ) -> list[dict[str, Any]]:
        """Let an event happen, and return the deliveries that it causes; they are under way by then, not yet there.

        Without *webhook_id* every webhook that listens to the event is called.
        """
        __tracebackhide__ = True
        event = new_event(event_type, data)
        if webhook_id is not None and webhook_id not in self.webhooks:
            rule = f"The webhooks are {', '.join(self.webhooks)}."
            raise UsageError("no webhook has this id", value=webhook_id, rule=rule, remedy="use one of them.")
        return self._act(lambda: self.state.deliveries.fire(event, webhook_id))

    def wait_for_deliveries(self, seconds: float = DEADLINE) -> list[dict[str, Any]]:
        """Wait until each delivery was tried once, and return the deliveries.

        A receiver in the event loop of the test waits in vain meanwhile: call this by `asyncio.to_thread` there.

        Raises:
            TimeoutError: One was not tried within *seconds*.
        """
        __tracebackhide__ = True
        if not self.state.deliveries.wait_until_tried(seconds):
            raise TimeoutError(f"A delivery has no answer within {seconds:g} seconds: see what the receiver does.")
        return self.deliveries

    def verify(self, **expected: Any) -> None:  # noqa: ANN401  any JSON value may be expected
        """Pass where as many updates came as expected, else fail with the nearest request and what differs.

        Args:
            expected: Any of ``webhook_id``, ``url``, ``events``, ``secrets`` and ``status``, each to be equal, and of
                ``exactly``, ``at_least`` and ``at_most``; without them, at least one is expected.

        Raises:
            AssertionError: They did not come.
        """
        __tracebackhide__ = True
        given = {"webhookId" if name == "webhook_id" else name: value for name, value in expected.items()}
        result = self._act(lambda: check(self.state.journal, given))
        if not result["verified"]:
            raise AssertionError(self.state.tokens.hide(explain(result)))

    def _act(self, action: Callable[[], T]) -> T:
        """Return what *action* returns in the thread that serves."""
        __tracebackhide__ = True

        async def act() -> T:
            return action()

        return asyncio.run_coroutine_threadsafe(act(), self._loop).result(DEADLINE)


@contextmanager
def running() -> Iterator[UserWebhookMock]:
    """Run a mock on a free port of this machine while the block runs."""
    state = MockState(Settings(port=0, is_quiet=True))
    with serving(state) as (url, loop):
        yield UserWebhookMock(state, url, loop)


def explain(result: Mapping[str, Any]) -> str:
    """Return in one line why a verification failed; of secrets it says no more than how many there are."""
    low, high = result["expected_count"]["at_least"], result["expected_count"]["at_most"]
    bounds = [f"at least {low}"] * (high is None or 0 < low < high) + [f"at most {high}"] * (high is not None)
    wanted = f"exactly {low}" if low == high else " and ".join(bounds)
    text = f"{result['count']} updates are as expected, and {wanted} were to be"
    nearest = result["nearest"]
    if nearest is None:
        return f"{text}: see the journal for what came."
    found = [
        f"{name} is {_shown(name, one['received'])} in place of {_shown(name, one['expected'])}"
        for name, one in nearest["differences"].items()
    ]
    return f"{text}. Nearest is request {nearest['number']}: {'; '.join(found)}."


def _shown(name: str, value: Any) -> str:  # noqa: ANN401  any JSON value
    if name == "secrets" and value is not None:
        return f"a list of {len(value)}" if isinstance(value, list) else "something else"
    return orjson.dumps(value).decode()

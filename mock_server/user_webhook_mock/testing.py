"""A running mock as a test sees it."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

import orjson

from user_webhook_mock import create_app
from user_webhook_mock.config.choices import choose
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.control.verification import verified_requests
from user_webhook_mock.control.waiting import MAX_TIMEOUT
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.deliveries.event import new_event
from user_webhook_mock.deliveries.policy import delivery_policy
from user_webhook_mock.faults.kinds import Repeated, read_fault
from user_webhook_mock.faults.plan import read_fault_plan
from user_webhook_mock.server.background import serving
from user_webhook_mock.server.server import address, listen
from user_webhook_mock.state import MockState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from user_webhook_mock.core.json import Json
    from user_webhook_mock.store.webhooks import Webhook

DEADLINE: Final = 10.0
T = TypeVar("T")


class UserWebhookMock:
    """A mock in a thread of the test's process.

    Each method acts in the thread that serves, so nothing changes in the middle of a request, and a request whose
    response a test has received is in ``journal``. Whatever is not valid raises a `UsageError` of one line.

    Attributes:
        state: All the rest; ``state.clock.advance(300)`` triggers a retry.
        url: The address of the mock.
        token, forbidden_token, expired_token, webhook_id, second_webhook_id: As in `Settings`.
    """

    def __init__(self, state: MockState, url: str, loop: asyncio.AbstractEventLoop) -> None:
        settings = state.settings
        self.state = state
        self.url = url
        self.token = settings.token
        self.forbidden_token = settings.forbidden_token
        self.expired_token = settings.expired_token
        self.webhook_id = settings.webhook_id
        self.second_webhook_id = settings.second_webhook_id
        self._loop = loop

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url}>"

    @property
    def webhooks(self) -> dict[str, Webhook]:
        """The current webhooks by id."""
        return self._act(lambda: {webhook.id: webhook for webhook in self.state.webhooks.all()})

    @property
    def journal(self) -> list[dict[str, Any]]:
        """The requests and their responses, the oldest first, as ``/__mock__/journal`` shows them."""
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
        """Reset everything to what it was at the start of the test."""
        self._act(self.state.reset)

    def configure(self, choices: Mapping[str, object] | None = None, faults: Mapping[str, Any] | None = None) -> None:
        """Start over with these choices and with these faults, in the notation of ``/__mock__/faults``."""
        settings = replace(
            self.state.settings, choices=choose((choices or {}).items()), faults=read_fault_plan(faults or {})
        )

        def start_over() -> None:
            self.state.settings = settings
            self.state.reset()
            self.state.spaces.clear()

        self._act(start_over)

    def force(self, what: int | str, times: int = 1) -> None:
        """Give the next *times* requests this response, after those that are forced already.

        Args:
            what: A status (``429``), an example of the document (``"not-found"``, ``"400 schema"``), or a fault (``"drop"``).
            times: How many requests.
        """
        __tracebackhide__ = True
        if times < 1:
            raise UsageError(f"times={times} is not a number of requests", value=times, remedy="use 1 or more.")
        repeated = Repeated(read_fault(str(what)), times)
        faults = self.state.faults
        self._act(lambda: faults.set(replace(faults.plan, script=(*faults.plan.script, repeated))))

    def deliver_to(self, url: str) -> None:
        """Send deliveries to a receiver on this machine instead of the stored urls, until the reset."""
        __tracebackhide__ = True
        self.state.deliveries.policy = delivery_policy(url, for_real=False)

    def fire(
        self, event_type: str, data: Mapping[str, Any] | None = None, webhook_id: str | None = None
    ) -> list[dict[str, Any]]:
        """Fire an event, and return the deliveries that it causes; they are under way by then, not yet received.

        Without *webhook_id* every webhook that listens to the event is called.
        """
        __tracebackhide__ = True
        event = new_event(event_type, data)
        if webhook_id is not None and webhook_id not in self.webhooks:
            rule = f"The webhooks are {', '.join(self.webhooks)}."
            raise UsageError("Unknown webhook id", value=webhook_id, rule=rule, remedy="use one of them.")
        return self._act(lambda: self.state.deliveries.fire(event, webhook_id))

    def wait_for_deliveries(self, seconds: float = DEADLINE) -> list[dict[str, Any]]:
        """Wait for the first attempt of each delivery, and return the deliveries.

        If the receiver is in the event loop of the test, call this with `asyncio.to_thread`, or it blocks the receiver.

        Raises:
            TimeoutError: One was not tried within *seconds*.
        """
        __tracebackhide__ = True
        if not self.state.deliveries.wait_until_tried(seconds):
            raise TimeoutError(f"A delivery got no response within {seconds:g} seconds: check the receiver.")
        return self.deliveries

    def verify(self, **expected: Json) -> None:
        """Pass if as many updates came as expected, else fail with the nearest request and what differs.

        Args:
            expected: Any of ``webhook_id``, ``url``, ``events``, ``secrets`` and ``status``, each to be equal, and of
                ``exactly``, ``at_least`` and ``at_most``; without them, at least one is expected. ``timeout``, in
                milliseconds, waits for it.

        Raises:
            AssertionError: They did not come.
        """
        __tracebackhide__ = True
        given = {"webhookId" if name == "webhook_id" else name: value for name, value in expected.items()}
        verifying = asyncio.run_coroutine_threadsafe(verified_requests(self.state, given), self._loop)
        result = verifying.result(DEADLINE + MAX_TIMEOUT / 1000)
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
    with listen(state.settings) as listener, serving(create_app(state=state), listener, state.close) as loop:
        yield UserWebhookMock(state, address(listener), loop)


def explain(result: Mapping[str, Any]) -> str:
    """Return in one line why a verification failed; of secrets only how many there are."""
    low, high = result["expected_count"]["at_least"], result["expected_count"]["at_most"]
    bounds = [f"at least {low}"] * (high is None or 0 < low < high) + [f"at most {high}"] * (high is not None)
    wanted = f"exactly {low}" if low == high else " and ".join(bounds)
    text = f"Expected {wanted} matching update{'' if wanted.endswith(' 1') else 's'}, got {result['count']}"
    nearest = result["nearest"]
    if nearest is None:
        return f"{text}: see the requests in the journal."
    differences = [
        f"{name} is {_shown(name, one['received'])} instead of {_shown(name, one['expected'])}"
        for name, one in nearest["differences"].items()
    ]
    return f"{text}. Nearest is request {nearest['number']}: {'; '.join(differences)}."


def _shown(name: str, value: Json) -> str:
    if name == "secrets" and value is not None:
        return f"a list of {len(value)}" if isinstance(value, list) else "something else"
    return orjson.dumps(value).decode()

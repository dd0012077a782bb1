"""The dispatcher: a few threads that send what is due without blocking the server."""

from __future__ import annotations

import heapq
import threading
import time
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from user_webhook_api.signature import HEADER, sign
from user_webhook_mock.core.hosts import without_credentials
from user_webhook_mock.core.internal_error import print_traceback
from user_webhook_mock.deliveries.delivery import Attempt, Delivery, State
from user_webhook_mock.deliveries.destination import DestinationError
from user_webhook_mock.deliveries.policy import NOT_ENABLED
from user_webhook_mock.deliveries.sender import Outcome, post
from user_webhook_mock.http.errors import UnknownWebhook

if TYPE_CHECKING:
    from collections.abc import Callable

    from user_webhook_mock.core.json import Json
    from user_webhook_mock.deliveries.event import Event
    from user_webhook_mock.deliveries.policy import DeliveryPolicy
    from user_webhook_mock.store.webhooks import Webhook, Webhooks

THREADS: Final = 4
THREAD_NAME: Final = "deliveries"
MAX_KEPT: Final = 500
MAX_PENDING: Final = 500
MAX_SLEEP: Final = 3600.0

Due = list[tuple[float, int, Delivery]]


class Dispatcher:
    """Sends events to the webhooks that listen to them, and keeps the latest deliveries.

    Subscriptions are read when an event is fired, urls and secrets at each attempt. Each attempt has a new signature,
    with the machine's time: a receiver measures its age.
    """

    def __init__(
        self,
        webhooks: Webhooks,
        policy: DeliveryPolicy,
        *,
        time_scale: float = 1.0,
        now: Callable[[], float] = time.time,
        publish: Callable[[str, Callable[[], Json]], None] = lambda _kind, _render: None,
    ) -> None:
        """*publish* gets what renders a delivery that has changed; it must not block."""
        self._webhooks = webhooks
        self.policy = policy
        self._time_scale = time_scale
        self._now = now
        self._publish = publish
        self._changed = threading.Condition()
        self._due: Due = []
        self._kept: deque[Delivery] = deque(maxlen=MAX_KEPT)
        self._fired = 0
        self._threads: list[threading.Thread] = []
        self._is_closed = False

    def fire(self, event: Event, webhook_id: str | None = None) -> list[dict[str, Any]]:
        """Send *event* to each webhook that listens to it, or to this one alone; return the new deliveries.

        Raises:
            UnknownWebhook: No webhook has this id.
        """
        webhooks = self._webhooks.all() if webhook_id is None else [self._webhooks.find(webhook_id)]
        with self._changed:
            fired = [self._take(event, webhook) for webhook in webhooks if event.concerns(webhook.events)]
            self._changed.notify_all()
            return [self._publish_state(delivery) for delivery in fired]

    def deliveries(self) -> list[dict[str, Any]]:
        """Return the latest deliveries, the oldest first."""
        with self._changed:
            return [delivery.render() for delivery in self._kept]

    def wait_until_tried(self, seconds: float) -> bool:
        """Wait for the first attempt of each delivery, and return whether all were made within *seconds*."""
        with self._changed:
            return self._changed.wait_for(lambda: all(one.is_tried for one in self._kept), seconds)

    def wake(self) -> None:
        """Look at the clock again: it was set."""
        with self._changed:
            self._changed.notify_all()

    def clear(self) -> None:
        """Drop every delivery; none of them is tried again."""
        with self._changed:
            # a delivery that is under way returns to the list that it came from
            self._due = []
            self._kept.clear()

    def close(self) -> None:
        """Stop sending. Nobody waits for what is under way."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _take(self, event: Event, webhook: Webhook) -> Delivery:
        self._fired += 1
        delivery = Delivery(self._fired, webhook.id, without_credentials(webhook.url), event)
        self._kept.append(delivery)
        if not self.policy.is_open:
            delivery.end(State.NOT_SENT, NOT_ENABLED)
        elif len(self._due) >= MAX_PENDING:
            delivery.end(State.NOT_SENT, f"{MAX_PENDING} deliveries are already queued: try again later.")
        else:
            self._schedule(self._due, delivery, self._now())
            self._start()
        return delivery

    def _schedule(self, due: Due, delivery: Delivery, at: float) -> None:
        delivery.next_at = at
        heapq.heappush(due, (at, delivery.number, delivery))

    def _start(self) -> None:
        if self._threads:
            return
        self._threads = [threading.Thread(target=self._work, name=THREAD_NAME, daemon=True) for _ in range(THREADS)]
        for thread in self._threads:
            thread.start()

    def _work(self) -> None:
        while (taken := self._next()) is not None:
            due, delivery = taken
            try:
                self._attempt(due, delivery)
            except Exception as error:  # noqa: BLE001  an internal error: the next delivery is sent all the same
                print_traceback(error)
                self._end(delivery, State.FAILED, "Internal error in the mock: see its standard error.")

    def _next(self) -> tuple[Due, Delivery] | None:
        with self._changed:
            while not self._is_closed:
                wait = MAX_SLEEP
                if self._due:
                    wait = min(self._due[0][0] - self._now(), MAX_SLEEP)
                    if wait <= 0:
                        return self._due, heapq.heappop(self._due)[2]
                self._changed.wait(wait)
        return None

    def _attempt(self, due: Due, delivery: Delivery) -> None:
        at = self._now()
        try:
            webhook = self._webhooks.find(delivery.webhook_id)
        except UnknownWebhook:
            self._end(delivery, State.FAILED, "The webhook was deleted.")
            return
        signature = sign(delivery.event.body, webhook.secrets, int(time.time()))
        try:
            destination = self.policy.destination(webhook.url)
        except DestinationError as error:
            attempt = Attempt(at, without_credentials(webhook.url), signature, Outcome(None, "", str(error), 0.0))
        else:
            headers = {"Content-Type": "application/json", "User-Agent": "user-webhook-mock", HEADER: signature}
            outcome = post(destination, delivery.event.body, headers, timeout=self.policy.timeout)
            attempt = Attempt(at, destination.url, signature, outcome)
        with self._changed:
            delivery.note(attempt, self._time_scale, self._now())
            if delivery.next_at is not None:
                self._schedule(due, delivery, delivery.next_at)
                self._changed.notify_all()
            self._publish_state(delivery)

    def _end(self, delivery: Delivery, state: State, reason: str) -> None:
        with self._changed:
            delivery.end(state, reason)
            self._publish_state(delivery)

    def _publish_state(self, delivery: Delivery) -> dict[str, Any]:
        rendered = delivery.render()
        self._changed.notify_all()
        self._publish("delivery", partial(dict, rendered))
        return rendered

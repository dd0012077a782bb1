from __future__ import annotations

import re
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from support.receiver import DEADLINE, receiving, silent_port
from user_webhook_mock.deliveries.dispatcher import MAX_KEPT, MAX_PENDING, THREAD_NAME, THREADS, Dispatcher
from user_webhook_mock.deliveries.event import new_event
from user_webhook_mock.deliveries.policy import NOT_ENABLED, DeliveryPolicy, delivery_policy
from user_webhook_mock.http.errors import UnknownWebhook
from user_webhook_mock.store.webhooks import Webhook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EVENT = "facility.creation.accepted"
URL = "https://hooks.example.com/user"
FAST = 1_000_000.0


@dataclass
class Bench:
    """A dispatcher without a server around it, its webhooks and its clock."""

    policy: DeliveryPolicy
    time_scale: float = FAST
    webhooks_by_id: dict[str, Webhook] = field(default_factory=dict)
    offset: float = 0.0
    told: threading.Condition = field(default_factory=threading.Condition)
    heard: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dispatcher = Dispatcher(self, self.policy, time_scale=self.time_scale, now=self.now, publish=self.hear)

    def now(self) -> float:
        return time.time() + self.offset

    def find(self, identifier: str) -> Webhook:
        try:
            return self.webhooks_by_id[identifier]
        except KeyError:
            raise UnknownWebhook("webhook") from None

    def all(self) -> list[Webhook]:
        return list(self.webhooks_by_id.values())

    def put(self, identifier: str = "w", *events: str, url: str = URL, secrets: tuple[str, ...] = ("s",)) -> None:
        self.webhooks_by_id[identifier] = Webhook(identifier, url, list(events or ["all"]), "client", list(secrets))

    def hear(self, kind: str, render: Callable[[], Any]) -> None:
        with self.told:
            self.heard.append({"kind": kind, **render()})
            self.told.notify_all()

    def fire(self, **options: Any) -> list[dict[str, Any]]:
        return self.dispatcher.fire(new_event(EVENT), **options)

    def settled(self, condition: Callable[[dict[str, Any]], bool] = lambda one: one["due"] is None) -> Any:
        """Wait until each delivery meets *condition* by what is told of it, and return the last one."""
        with self.told:
            assert self.told.wait_for(lambda: all(map(condition, self.latest())), DEADLINE)
            return self.latest()[-1]

    def forget(self) -> None:
        self.dispatcher.clear()
        self.heard.clear()

    def latest(self) -> list[dict[str, Any]]:
        return list({one["number"]: one for one in self.heard}.values())


def has_attempts(count: int, delivery: dict[str, Any]) -> bool:
    return len(delivery["attempts"]) == count


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@contextmanager
def bench(url: str = "", time_scale: float = FAST, timeout: float = 10.0) -> Iterator[Bench]:
    receiver = delivery_policy(url, for_real=False).receiver
    found = Bench(DeliveryPolicy(receiver, timeout=timeout), time_scale)
    found.put()
    try:
        yield found
    finally:
        found.dispatcher.close()


def test_nothing_is_sent_unless_told() -> None:
    with bench() as kit:
        [delivery] = kit.fire()

    assert delivery["attempts"] == []
    assert (delivery["state"], delivery["reason"]) == ("not-sent", NOT_ENABLED)
    assert [one["number"] for one in kit.dispatcher.deliveries()] == [1]


def test_a_delivery_is_a_signed_post_of_the_event() -> None:
    with receiving() as receiver, bench(receiver.url) as kit:
        [fired] = kit.fire()
        got = receiver.next()
        delivery = kit.settled()

    assert (got.method, got.path, got.body.decode()) == ("POST", "/hook", fired["body"])
    assert (got.headers["content-type"], got.headers["host"]) == ("application/json", receiver.url[7:-5])
    assert got.is_signed_with("s")
    assert got.headers["nursa-signature"] == delivery["attempts"][0]["signature"]
    assert (delivery["state"], delivery["attempts"][0]["status"], delivery["url"]) == ("delivered", 200, URL)
    assert (delivery["attempts"][0]["answer"], delivery["attempts"][0]["receiver"]) == ("answer 200", receiver.url)


def test_each_subscriber_gets_the_event_and_nobody_else_does() -> None:
    with receiving() as receiver, bench(receiver.url) as kit:
        kit.put("subscriber", EVENT, "facility.creation.rejected")
        kit.put("other", "facility.creation.rejected")
        fired = kit.fire()
        kit.settled()

    assert [delivery["webhookId"] for delivery in fired] == ["w", "subscriber"]
    assert receiver.received.qsize() == 2


def test_an_event_for_one_webhook_reaches_this_one_only_and_only_where_it_listens() -> None:
    with bench() as kit:
        kit.put("other", "facility.creation.rejected")

        assert [delivery["webhookId"] for delivery in kit.fire(webhook_id="w")] == ["w"]
        assert kit.fire(webhook_id="other") == []
        with pytest.raises(UnknownWebhook):
            kit.fire(webhook_id="none")


def test_a_rotation_reaches_receivers_of_the_old_and_of_the_new_secret() -> None:
    with receiving() as receiver, bench(receiver.url) as kit:
        found = []
        for secrets in (("old",), ("old", "new"), ("new",)):
            kit.put(secrets=secrets)
            kit.fire()
            got = receiver.next()
            kit.settled()
            found.append(
                (got.is_signed_with("old"), got.is_signed_with("new"), got.headers["nursa-signature"].count("v1="))
            )

    assert found == [(True, False, 1), (True, True, 2), (False, True, 1)]


def test_a_failure_is_tried_again_until_it_succeeds() -> None:
    with receiving([500, 400, 404]) as receiver, bench(receiver.url) as kit:
        kit.fire()
        delivery = kit.settled()
        got = [receiver.next() for _ in range(4)]

    assert [attempt["status"] for attempt in delivery["attempts"]] == [500, 400, 404, 200]
    assert (delivery["state"], delivery["reason"]) == ("delivered", None)
    assert len({request.body for request in got}) == 1
    assert all(request.is_signed_with("s") for request in got)


def test_a_delivery_is_given_up_after_three_retries() -> None:
    with receiving([500] * 9) as receiver, bench(receiver.url) as kit:
        kit.fire()
        delivery = kit.settled()

    assert [attempt["status"] for attempt in delivery["attempts"]] == [500] * 4
    assert (delivery["state"], receiver.received.qsize()) == ("failed", 4)
    assert delivery["reason"] == "Failed after 4 attempts, the provider's number."


def test_the_retries_are_due_after_5_30_and_60_minutes_of_the_mocks_clock() -> None:
    with receiving([500] * 9) as receiver, bench(receiver.url, time_scale=1) as kit:
        kit.fire()
        waits = []
        for attempts in (1, 2, 3):
            delivery = kit.settled(partial(has_attempts, attempts))
            waits.append(round((seconds(delivery["due"]) - kit.now()) / 60))
            kit.offset += waits[-1] * 60 + 1
            kit.dispatcher.wake()
        delivery = kit.settled()

    assert waits == [5, 30, 60]
    assert (delivery["state"], receiver.received.qsize()) == ("failed", 4)


def test_time_scale_makes_the_retries_come_sooner() -> None:
    with receiving([500]) as receiver, bench(receiver.url, time_scale=3000) as kit:
        kit.fire()
        delivery = kit.settled()

    first, second = (seconds(attempt["time"]) for attempt in delivery["attempts"])
    assert 0.1 <= second - first < 5


def test_a_retry_is_signed_with_the_secrets_and_sent_by_the_url_of_its_moment() -> None:
    with receiving([500]) as receiver, bench(receiver.url, time_scale=1) as kit:
        kit.fire()
        kit.settled(partial(has_attempts, 1))
        kit.put(secrets=("new",))
        kit.offset += 301
        kit.dispatcher.wake()
        kit.settled()
        first, second = receiver.next(), receiver.next()

    assert (first.is_signed_with("s"), first.is_signed_with("new")) == (True, False)
    assert (second.is_signed_with("s"), second.is_signed_with("new")) == (False, True)


def test_a_webhook_that_is_gone_is_not_tried_again() -> None:
    with receiving([500]) as receiver, bench(receiver.url, time_scale=1) as kit:
        kit.fire()
        kit.settled(partial(has_attempts, 1))
        kit.webhooks_by_id.clear()
        kit.offset += 301
        kit.dispatcher.wake()
        delivery = kit.settled()

    assert (delivery["state"], delivery["reason"]) == ("failed", "The webhook was deleted.")
    assert (len(delivery["attempts"]), receiver.received.qsize()) == (1, 1)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    with receiving() as other, receiving([status], other.url) as receiver, bench(receiver.url) as kit:
        kit.fire()
        delivery = kit.settled()

    assert (receiver.received.qsize(), other.received.qsize()) == (1, 0)
    assert delivery["state"] == "redirected"
    assert delivery["reason"] == f"Status {status}: redirects are not followed, and only 400 and above is retried."


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param("drop", "the connection ended before a response", id="drop"),
        pytest.param("noise", "the response is not HTTP", id="noise"),
        pytest.param("hang", "no response within 0.2 seconds", id="hang"),
        pytest.param("drip", "no response within 0.2 seconds", id="drip"),
    ],
)
def test_a_receiver_without_an_answer_is_tried_again(answer: str, error: str) -> None:
    with receiving([answer]) as receiver, bench(receiver.url, timeout=0.2) as kit:
        kit.fire()
        delivery = kit.settled()

    assert [(one["status"], one["error"]) for one in delivery["attempts"]] == [(None, error), (200, None)]
    assert delivery["state"] == "delivered"
    assert delivery["attempts"][0]["milliseconds"] < 2000


def test_a_receiver_that_does_not_listen_is_tried_again() -> None:
    with silent_port() as url, bench(url) as kit:
        kit.fire()
        delivery = kit.settled()

    assert [attempt["error"] for attempt in delivery["attempts"]] == ["the connection was refused"] * 4
    assert delivery["state"] == "failed"


def test_receivers_that_hang_do_not_hold_up_the_others() -> None:
    with receiving(["hang"] * (THREADS - 1)) as receiver, bench(receiver.url) as kit:
        for _ in range(THREADS):
            kit.fire()
        with kit.told:
            assert kit.told.wait_for(lambda: any(one["state"] == "delivered" for one in kit.heard), DEADLINE)

    assert receiver.received.qsize() == THREADS
    assert sum(one["state"] == "pending" for one in kit.latest()) == THREADS - 1


def test_more_receivers_hang_than_there_are_threads_and_all_are_called() -> None:
    with receiving(["hang"] * THREADS) as receiver, bench(receiver.url, timeout=0.3) as kit:
        for _ in range(THREADS + 1):
            kit.fire()
        kit.settled()

    assert [one["state"] for one in kit.latest()] == ["delivered"] * (THREADS + 1)
    assert receiver.received.qsize() == 2 * THREADS + 1


def test_a_stop_waits_for_nobody_and_ends_what_waits() -> None:
    with receiving([500]) as receiver, bench(receiver.url, time_scale=1) as kit:
        former = {thread for thread in threading.enumerate() if thread.name == THREAD_NAME}
        kit.fire()
        kit.settled(partial(has_attempts, 1))
        kit.dispatcher.close()
        for thread in {thread for thread in threading.enumerate() if thread.name == THREAD_NAME} - former:
            thread.join(DEADLINE)
            assert not thread.is_alive()

    assert kit.fire()[0]["attempts"] == []
    assert receiver.received.qsize() == 1


def test_a_stop_does_not_wait_for_a_receiver_that_hangs() -> None:
    with receiving(["hang"]) as receiver, bench(receiver.url) as kit:
        kit.fire()
        receiver.next()
        started = time.monotonic()
        kit.dispatcher.close()

        assert time.monotonic() - started < 1


def test_what_is_forgotten_is_not_tried_again() -> None:
    with receiving([500, 200, 500]) as receiver, bench(receiver.url, time_scale=1) as kit:
        kit.fire()
        kit.settled(partial(has_attempts, 1))
        kit.forget()
        kit.offset += 301
        kit.fire()
        kit.settled()

    assert [one["number"] for one in kit.dispatcher.deliveries()] == [2]
    assert receiver.received.qsize() == 2


def test_what_is_forgotten_while_it_is_under_way_is_not_tried_again() -> None:
    with receiving(["hang"]) as receiver, bench(receiver.url, timeout=0.2) as kit:
        kit.fire()
        receiver.next()
        kit.forget()
        with kit.told:
            assert kit.told.wait_for(lambda: kit.heard, DEADLINE)
        kit.heard.clear()
        kit.fire()
        delivery = kit.settled()

    assert (delivery["number"], delivery["state"]) == (2, "delivered")
    assert len(kit.dispatcher.deliveries()) == 1
    assert receiver.received.qsize() == 1


def test_each_change_of_a_delivery_is_told() -> None:
    with receiving([500]) as receiver, bench(receiver.url) as kit:
        kit.fire()
        kit.settled()

    assert [(one["kind"], one["state"], len(one["attempts"])) for one in kit.heard] == [
        ("delivery", "pending", 0),
        ("delivery", "pending", 1),
        ("delivery", "delivered", 2),
    ]


def test_the_last_deliveries_are_kept_and_no_more() -> None:
    with bench() as kit:
        for _ in range(MAX_KEPT + 3):
            kit.fire()
        kept = kit.dispatcher.deliveries()

    assert (len(kept), kept[0]["number"], kept[-1]["number"]) == (MAX_KEPT, 4, MAX_KEPT + 3)


def test_no_more_than_a_bounded_number_of_deliveries_waits() -> None:
    with silent_port() as url, bench(url, time_scale=1e-3) as kit:
        fired = [kit.fire()[0] for _ in range(MAX_PENDING + THREADS + 1)]

    assert fired[-1]["state"] == "not-sent"
    assert fired[-1]["reason"] == f"{MAX_PENDING} deliveries are already queued: try again later."


def test_a_delivery_shows_neither_secret_nor_password() -> None:
    with receiving() as receiver, bench(receiver.url) as kit:
        kit.put(url="https://user:password@hooks.example.com/", secrets=("topsecret",))
        kit.fire()
        delivery = kit.settled()

    assert delivery["url"] == "https://hooks.example.com/"
    assert re.search("password|topsecret", repr(delivery)) is None

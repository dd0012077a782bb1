from __future__ import annotations

import json
import signal
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from support.mock_process import DEADLINE, FIRST, SECOND, Mock, announced, command, finish, mock_of
from support.receiver import receiving
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.control.deliveries import MEMBERS
from user_webhook_mock.deliveries.delivery import State
from user_webhook_mock.deliveries.dispatcher import THREAD_NAME, THREADS
from user_webhook_mock.deliveries.event import DATA
from user_webhook_mock.deliveries.policy import NOT_ENABLED

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.mock_process import Reply

EVENT = "facility.creation.accepted"
JSON = {"Content-Type": "application/json"}


def settings(deliver_to: str = "", time_scale: float = 1.0) -> Settings:
    return Settings(port=0, is_quiet=True, deliver_to=deliver_to, time_scale=time_scale)


def fire(mock: Mock, event_type: Any = EVENT, **others: Any) -> Reply:
    return mock.request("POST", "/__mock__/events", json.dumps({"eventType": event_type, **others}), JSON)


def deliveries(mock: Mock) -> Any:
    return mock.request("GET", "/__mock__/deliveries").body["deliveries"]


def wait_for(mock: Mock, condition: Callable[[Any], bool]) -> Any:
    """Read the deliveries until *condition* holds of all of them."""
    end = time.monotonic() + DEADLINE
    while not all(map(condition, found := deliveries(mock))):
        assert time.monotonic() < end, found
    return found


def has_attempts(count: int, delivery: Any) -> bool:
    return len(delivery["attempts"]) == count


def is_settled(delivery: Any) -> bool:
    return bool(delivery["state"] != "pending")


def test_a_receiver_verifies_deliveries_through_a_rotation_of_the_secret() -> None:
    found = []
    with receiving() as receiver, mock_of(settings(receiver.url)) as (mock, _):
        for secrets in (["old"], ["old", "new"], ["new"]):
            assert mock.patch({"events": ["all"], "secrets": secrets}).status == 201
            assert fire(mock, webhookId=FIRST).status == 202
            got = receiver.next()
            found.append((got.is_signed_with("old"), got.is_signed_with("new"), got.is_signed_with("old", "new")))

    assert found == [(True, False, True), (True, True, True), (False, True, True)]


def test_an_event_goes_to_the_webhooks_that_listen_to_it_by_their_last_update() -> None:
    with receiving() as receiver, mock_of(settings(receiver.url)) as (mock, _):
        mock.patch({"events": ["facility.creation.rejected"]})
        mock.patch({"events": [EVENT, "facility.user-connection.accepted"]}, SECOND)
        fired = [[one["webhookId"] for one in fire(mock, event).body["deliveries"]] for event in DATA]
        wait_for(mock, is_settled)

    assert fired == [[SECOND], [], [SECOND], [FIRST]]
    assert receiver.received.qsize() == 3


def test_the_answer_to_an_event_shows_its_deliveries_and_the_list_what_became_of_them() -> None:
    with receiving() as receiver, mock_of(settings(receiver.url)) as (mock, _):
        reply = fire(mock, data={"facilityId": "NUR-000007"}, webhookId=SECOND)
        [delivery] = wait_for(mock, is_settled)
        body = receiver.next().body

    assert body == b'{"data":{"facilityId":"NUR-000007"},"eventType":"facility.creation.accepted"}'
    [fired] = reply.body["deliveries"]
    assert (fired["number"], fired["webhookId"], fired["eventType"], fired["state"]) == (1, SECOND, EVENT, "pending")
    assert (delivery["state"], delivery["attempts"][0]["status"]) == ("delivered", 200)
    assert delivery["url"] == "https://hooks.example.com/user"


def test_an_event_is_written_down_as_not_sent_where_nobody_said_whom_to_call() -> None:
    with mock_of(settings()) as (mock, _):
        fire(mock, webhookId=FIRST)
        [delivery] = deliveries(mock)

    assert (delivery["state"], delivery["reason"], delivery["attempts"]) == ("not-sent", NOT_ENABLED, [])


def test_a_receiver_that_fails_gets_the_retry_when_the_clock_of_the_mock_is_advanced() -> None:
    with receiving([500, 503]) as receiver, mock_of(settings(receiver.url)) as (mock, state):
        fire(mock, webhookId=FIRST)
        for attempts, minutes in ((1, 5), (2, 30)):
            wait_for(mock, partial(has_attempts, attempts))
            state.clock.advance(minutes * 60)
        [delivery] = wait_for(mock, is_settled)

    assert [attempt["status"] for attempt in delivery["attempts"]] == [500, 503, 200]
    assert receiver.received.qsize() == 3


def test_deliveries_are_forgotten_on_demand_and_by_a_reset() -> None:
    with mock_of(settings()) as (mock, state):
        fire(mock)
        assert len(deliveries(mock)) == 2
        reply = mock.request("DELETE", "/__mock__/deliveries")
        assert (reply.status, deliveries(mock)) == (204, [])
        fire(mock)
        state.reset()

        assert deliveries(mock) == []


@pytest.mark.parametrize(
    ("body", "what"),
    [
        pytest.param({"eventType": "all"}, "'all' is not an event but subscribes to every one", id="all"),
        pytest.param({"eventType": "facility"}, "Unknown event 'facility'", id="unknown"),
        pytest.param({"eventType": 7}, "eventType is not a string", id="number"),
        pytest.param({}, "eventType is missing", id="missing"),
        pytest.param({"eventType": EVENT, "data": []}, "data is not an object", id="data"),
        pytest.param({"eventType": EVENT, "webhookId": 7}, "webhookId is not a string", id="id"),
        pytest.param({"eventType": EVENT, "webhook": FIRST}, "Unknown member 'webhook'", id="name"),
        pytest.param([], "The body is not a JSON object", id="array"),
    ],
)
def test_an_event_that_cannot_be_fired_is_refused_with_what_to_do(body: Any, what: str) -> None:
    with mock_of(settings()) as (mock, _):
        reply = mock.request("POST", "/__mock__/events", json.dumps(body), JSON)

        assert (reply.status, reply.body["what"]) == (400, what)
        assert reply.body["remedy"]
        assert deliveries(mock) == []


def test_an_event_for_an_unknown_webhook_is_refused() -> None:
    with mock_of(settings()) as (mock, _):
        reply = fire(mock, webhookId="none")

    assert (reply.status, reply.body["what"]) == (404, "Unknown webhook id")


def test_the_control_document_describes_events_and_deliveries_as_they_are() -> None:
    with receiving() as receiver, mock_of(settings(receiver.url)) as (mock, _):
        fire(mock, webhookId=FIRST)
        [delivery] = wait_for(mock, is_settled)
        document = mock.request("GET", "/__mock__/openapi.json").body

    described = document["components"]["schemas"]["Delivery"]["properties"]
    event = document["paths"]["/events"]["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"]
    assert list(described) == list(delivery)
    assert list(described["attempts"]["items"]["properties"]) == list(delivery["attempts"][0])
    assert described["state"]["enum"] == list(State)
    assert (event["eventType"]["enum"], list(event)) == (list(DATA), list(MEMBERS))


def test_listeners_hear_of_each_change_of_a_delivery() -> None:
    with receiving([500]) as receiver, mock_of(settings(receiver.url, 1e6)) as (mock, _), mock.connect() as stream:
        stream.sendall(b"GET /__mock__/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        lines = stream.makefile("rb")
        while b"the mock's events" not in lines.readline():
            pass
        fire(mock, webhookId=FIRST)
        heard = [json.loads(next(line for line in lines if line.startswith(b"data:"))[5:]) for _ in range(3)]

    assert [(one["state"], len(one["attempts"])) for one in heard] == [("pending", 0), ("pending", 1), ("delivered", 2)]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "off: --deliver-to names a receiver"),
        (["--deliver-to", "http://user:password@127.0.0.1:9/in"], "to http://127.0.0.1:9/in"),
        (["--deliver-for-real"], "to the stored urls, for real"),
        (["--deliver-for-real", "--deliver-to", "http://192.0.2.1/"], "to http://192.0.2.1/"),
    ],
    ids=["none", "local", "real", "other machine"],
)
def test_the_banner_says_where_deliveries_go(arguments: list[str], line: str) -> None:
    process = command("--port", "0", *arguments)
    _, banner = announced(process)
    process.terminate()
    finish(process)

    assert f"\n  deliveries       {line}\n" in banner


def test_the_stop_of_the_server_ends_the_threads() -> None:
    former = {thread for thread in threading.enumerate() if thread.name == THREAD_NAME}
    with receiving([500] * 2) as receiver, mock_of(settings(receiver.url)) as (mock, _):
        fire(mock)
        wait_for(mock, partial(has_attempts, 1))
        threads = {thread for thread in threading.enumerate() if thread.name == THREAD_NAME} - former
    for thread in threads:
        thread.join(DEADLINE)

    assert len(threads) == THREADS
    assert [thread for thread in threads if thread.is_alive()] == []


def test_a_pending_retry_does_not_hold_up_a_stop() -> None:
    with receiving(["hang", 500]) as receiver:
        process = command("--port", "0", "--deliver-to", receiver.url)
        mock, _ = announced(process)
        fire(mock)
        receiver.next(), receiver.next()
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        status, _, errors = finish(process)

    assert (status, "Traceback" in errors) == (0, False)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--deliver-to", "http://192.0.2.1/"], "--deliver-to: '192.0.2.1' is 192.0.2.1, which is not this machine"),
        (["--deliver-to", "http://2130706433/"], "--deliver-to: '2130706433' is an address in an unusual form"),
        (["--deliver-to", "localhost:9000"], "--deliver-to: 'localhost:9000' is not an http or https url"),
        (["--time-scale", "0"], "--time-scale=0.0 is not a valid factor: use a number above 0, such as 60."),
        (["--time-scale", "nan"], "--time-scale='nan' is not a valid factor"),
        (["--time-scale", "fast"], "--time-scale='fast' is not a valid factor"),
    ],
)
def test_a_wrong_option_of_deliveries_is_one_line(arguments: list[str], words: str) -> None:
    status, output, errors = finish(command("--port", "0", *arguments))

    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert errors.startswith(f"user-webhook-mock: {words}")

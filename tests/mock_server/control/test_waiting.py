from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from support.mock_process import FIRST, SECOND, Mock, Reply, mock_of, until
from support.receiver import receiving
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.control import waiting
from user_webhook_mock.control.waiting import MAX_TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from user_webhook_mock.state import MockState

ALL = {"events": ["all"]}
EVENT = "facility.creation.accepted"
LONG = {"timeout": MAX_TIMEOUT}
"""Far longer than a client of these tests waits."""


@pytest.fixture
def served() -> Iterator[tuple[Mock, MockState]]:
    with mock_of(Settings(port=0, is_quiet=True)) as served:
        yield served


@contextmanager
def verifying(mock: Mock, state: MockState, expected: dict[str, Any], path: str = "/verify") -> Iterator[Future[Reply]]:
    """Verify in another thread, and go on once the mock waits for it to be true."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(mock.control, "POST", path, expected)
        until(lambda: len(state.broadcast) == 1)
        yield future


def test_a_verification_is_answered_as_soon_as_it_is_true(served: tuple[Mock, MockState]) -> None:
    mock, state = served
    with verifying(mock, state, {"webhookId": SECOND, "exactly": 2, **LONG}) as answer:
        for webhook in (FIRST, SECOND, SECOND):
            assert mock.patch(ALL, webhook).status == 201
        reply = answer.result()

    assert (reply.status, reply.body["verified"], reply.body["numbers"]) == (200, True, [2, 3])
    until(lambda: len(state.broadcast) == 0)


def test_what_is_true_already_does_not_wait(served: tuple[Mock, MockState]) -> None:
    mock, _ = served
    mock.patch(ALL)

    assert mock.control("POST", "/verify", {**ALL, **LONG}).status == 200
    assert mock.control("POST", "/verify", {"status": 400, "exactly": 0, **LONG}).status == 200


def test_at_the_deadline_the_nearest_request_is_shown(served: tuple[Mock, MockState]) -> None:
    mock, state = served
    with verifying(mock, state, {"url": "https://a.example/", "status": 201, "timeout": 1000}) as answer:
        mock.patch({**ALL, "url": "https://b.example/"})
        reply = answer.result()

    differences = {"url": {"expected": "https://a.example/", "received": "https://b.example/"}}
    assert (reply.status, reply.body["nearest"]) == (409, {"number": 1, "differences": differences})


def test_a_verification_waits_for_its_space(served: tuple[Mock, MockState]) -> None:
    mock, state = served
    space = state.spaces.named(["a"])
    with verifying(mock, space, {**ALL, **LONG}, "/verify?space=a") as answer:
        mock.patch({**ALL, "url": "https://default.example/"})
        mock.patch({**ALL, "url": "https://a.example/"}, x_mock_space="a")
        reply = answer.result()

    assert (reply.status, reply.body["count"]) == (200, 1)


def test_a_delivery_is_verified_once_it_is_delivered() -> None:
    with receiving([500]) as receiver:
        settings = Settings(port=0, is_quiet=True, deliver_to=receiver.url)
        with mock_of(settings) as (mock, state):
            expected = {
                "eventType": EVENT,
                "webhookId": FIRST,
                "state": "delivered",
                "attempts": 2,
                "status": 200,
                **LONG,
            }
            with verifying(mock, state, expected, "/deliveries/verify") as answer:
                mock.control("POST", "/events", {"eventType": EVENT, "webhookId": FIRST})
                receiver.next()
                until(lambda: len(mock.control("GET", "/deliveries").body["deliveries"][0]["attempts"]) == 1)
                mock.control("POST", "/clock/advance", {"by": "5m"})
                reply = answer.result()

    assert (reply.status, reply.body["numbers"]) == (200, [1])


def test_the_nearest_delivery_is_shown_with_what_differs(served: tuple[Mock, MockState]) -> None:
    mock, _ = served
    mock.control("POST", "/events", {"eventType": EVENT})
    expected = {"webhookId": SECOND, "state": "delivered", "status": None, "attempts": 0, "timeout": 50}
    reply = mock.control("POST", "/deliveries/verify", expected)

    differences = {"state": {"expected": "delivered", "received": "not-sent"}}
    assert (reply.status, reply.body) == (
        409,
        {
            "verified": False,
            "count": 0,
            "expected_count": {"at_least": 1, "at_most": None},
            "numbers": [],
            "nearest": {"number": 2, "differences": differences},
        },
    )


@pytest.mark.parametrize(
    ("path", "given", "what"),
    [
        ("/verify", {"timeout": -1}, "timeout is not valid"),
        ("/verify", {"timeout": MAX_TIMEOUT + 1}, "timeout is not valid"),
        ("/verify", {"timeout": "2s"}, "timeout is not valid"),
        ("/verify", {"timeout": True}, "timeout is not valid"),
        ("/deliveries/verify", {"timeout": None}, "timeout is not valid"),
        ("/deliveries/verify", {"url": "https://a.example/"}, "Unknown member 'url'"),
        ("/deliveries/verify", {"state": "sent"}, "Unknown state 'sent'"),
        ("/deliveries/verify", {"eventType": "all"}, "Unknown eventType 'all'"),
    ],
    ids=str,
)
def test_an_expectation_that_is_not_valid_is_refused(
    path: str, given: dict[str, Any], what: str, served: tuple[Mock, MockState]
) -> None:
    reply = served[0].control("POST", path, given)

    assert (reply.status, reply.body["what"]) == (400, what)


def test_no_more_than_so_many_wait_and_they_take_no_place_of_a_stream(
    served: tuple[Mock, MockState], monkeypatch: pytest.MonkeyPatch
) -> None:
    mock, state = served
    monkeypatch.setattr(waiting, "MAX_WAITING", 1)
    with verifying(mock, state, {**ALL, **LONG}) as answer:
        refused = mock.control("POST", "/verify", {**ALL, **LONG})
        at_once = mock.control("POST", "/verify", ALL)
        streams = state.broadcast.streams
        mock.patch(ALL)
        reply = answer.result()

    assert (refused.status, refused.body["what"]) == (503, "Too many verifications wait already")
    assert (at_once.status, streams, reply.status) == (409, 0, 200)


def test_a_stop_of_the_mock_ends_what_waits(served: tuple[Mock, MockState]) -> None:
    mock, state = served
    with verifying(mock, state, {**ALL, **LONG}) as answer:
        state.close()
        reply = answer.result()

    assert (reply.status, reply.body["verified"]) == (409, False)

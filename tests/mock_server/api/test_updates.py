from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from support.mock_process import FIRST, SECOND, Mock, running

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENTS = [
    "all",
    "facility.user-connection.accepted",
    "facility.user-connection.rejected",
    "facility.creation.accepted",
    "facility.creation.rejected",
]
GENERATED = re.compile("[A-Za-z0-9]{32}")


@pytest.fixture
def mock() -> Iterator[Mock]:
    with running() as mock:
        yield mock


def test_an_update_of_everything_is_answered_with_the_whole_webhook(mock: Mock) -> None:
    sent = {"url": "https://a.example.com/x", "events": EVENTS[3:], "secrets": ["new", "old"]}

    reply = mock.patch(sent)

    assert reply.status == 201
    assert reply.headers["content-type"] == "application/json"
    assert list(reply.data) == ["id", "url", "events", "clientId", "secrets"]
    assert reply.data == {"id": FIRST, "clientId": reply.data["clientId"], **sent}


@pytest.mark.parametrize("rest", [{}, {"url": None}], ids=["absent", "null"])
def test_a_url_that_is_not_sent_stays(mock: Mock, rest: dict[str, Any]) -> None:
    mock.patch({"url": "https://kept.example.com", "events": ["all"]})

    reply = mock.patch({"events": ["all"], **rest})

    assert (reply.status, reply.data["url"]) == (201, "https://kept.example.com")


@pytest.mark.parametrize("event", EVENTS)
def test_each_event_is_accepted_alone(mock: Mock, event: str) -> None:
    reply = mock.patch({"events": [event]})

    assert (reply.status, reply.data["events"]) == (201, [event])


def test_events_are_replaced_in_the_order_sent(mock: Mock) -> None:
    mock.patch({"events": EVENTS})

    reply = mock.patch({"events": EVENTS[:0:-1]})

    assert (reply.status, reply.data["events"]) == (201, EVENTS[:0:-1])


@pytest.mark.parametrize("rest", [{}, {"secrets": None}, {"secrets": []}], ids=["absent", "null", "empty"])
def test_a_secret_is_generated_where_none_is_sent(mock: Mock, rest: dict[str, Any]) -> None:
    replies = [mock.patch({"events": ["all"], **rest}) for _ in range(5)]

    secrets = [secret for reply in replies for secret in reply.data["secrets"]]
    assert [reply.status for reply in replies] == [201] * 5
    assert len(set(secrets)) == 5
    assert all(GENERATED.fullmatch(secret) for secret in secrets)


def test_what_the_body_does_not_define_is_ignored(mock: Mock) -> None:
    client = mock.patch({"events": ["all"]}).data["clientId"]

    reply = mock.patch({"events": ["all"], "id": "other", "clientId": "other", "nickname": {"a": [1]}})

    assert (reply.status, reply.data["id"], reply.data["clientId"]) == (201, FIRST, client)
    assert "nickname" not in reply.data


def test_an_update_changes_its_own_webhook_only(mock: Mock) -> None:
    mock.patch({"url": "https://second.example.com", "events": ["all"]}, SECOND)

    mock.patch({"url": "https://first.example.com", "events": ["all"]}, FIRST)

    reply = mock.patch({"events": ["all"]}, SECOND)
    assert (reply.data["id"], reply.data["url"]) == (SECOND, "https://second.example.com")


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        ({"url": "https://new.example.com", "events": []}, {}, 400),
        ({"url": "https://new.example.com", "events": ["all"]}, {"authorization": None}, 401),
        ({"url": "https://new.example.com", "events": ["all"]}, {"authorization": "Bearer forbidden-token"}, 403),
    ],
    ids=["400", "401", "403"],
)
def test_a_refused_request_changes_nothing(mock: Mock, content: object, headers: dict[str, str], status: int) -> None:
    mock.patch({"url": "https://old.example.com", "events": ["all"]})

    refused = mock.patch(content, **headers)

    reply = mock.patch({"events": ["all"]})
    assert (refused.status, reply.data["url"]) == (status, "https://old.example.com")


def test_updates_at_the_same_time_leave_one_of_them_whole(mock: Mock) -> None:
    def update(number: int) -> Any:
        url = f"https://{number}.example.com"
        return mock.patch({"url": url, "events": ["all"], "secrets": [f"a{number}", f"b{number}"]}).data

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(update, range(200)))

    for number, data in enumerate(answers):
        assert (data["url"], data["secrets"]) == (f"https://{number}.example.com", [f"a{number}", f"b{number}"])
    assert mock.patch({"events": ["all"]}).data["url"] in {data["url"] for data in answers}


def test_pipelined_updates_are_answered_in_order(mock: Mock) -> None:
    content = b'{"events":["all"],"secrets":["s%d"]}'
    head = b"PATCH /api/v2/public/webhooks/user/%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer valid-token\r\n"
    rest = b"Content-Type: application/json\r\nContent-Length: %d\r\n%s\r\n%s"
    updates = [content % number for number in range(3)]
    raw = b"".join(
        head % FIRST.encode() + rest % (len(update), b"Connection: close\r\n" if update is updates[-1] else b"", update)
        for update in updates
    )

    assert re.findall(rb'"secrets":\["(s\d)"\]', mock.exchange(raw)) == [b"s0", b"s1", b"s2"]

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.mock_process import FIRST, SECOND, USER, Mock, mock_of, until
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.journal.entry import MAX_BODY
from user_webhook_mock.journal.journal import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from user_webhook_mock.state import MockState

ALL = {"events": ["all"]}
DEEP = b"[" * 300 + b"]" * 300


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Mock, MockState]]:
    with mock_of(Settings(port=0, is_quiet=True)) as served:
        yield served


@pytest.fixture
def mock(served: tuple[Mock, MockState]) -> Mock:
    mock, state = served
    state.reset()
    return mock


def journal(mock: Mock, query: str = "") -> Any:
    reply = mock.control("GET", f"/journal{query}")
    assert reply.status == 200, reply.body
    return reply.body["entries"]


def test_an_update_is_written_down_whole(mock: Mock) -> None:
    reply = mock.patch({"events": ["all"], "secrets": ["s"]}, user_agent="a-test", cookie="c=1")
    [entry] = journal(mock)

    assert (entry["method"], entry["path"], entry["webhookId"]) == ("PATCH", USER + FIRST, FIRST)
    assert (entry["body"], entry["body_bytes"]) == ({"events": ["all"], "secrets": ["s"]}, 37)
    assert (entry["status"], entry["answer"], entry["reason"]) == (201, reply.body, "")
    assert (entry["broken_rules"], entry["forced"], entry["fault"]) == ([], None, None)
    assert (entry["caller"], entry["headers"]["authorization"]) == ("valid", "valid")
    assert (entry["headers"]["user-agent"], entry["headers"]["cookie"]) == ("a-test", "[hidden]")
    assert 0 < entry["milliseconds"] < 5000


def test_a_refusal_is_written_down_with_its_rules(mock: Mock) -> None:
    mock.patch({"url": 1, "events": ["all"]})
    [entry] = journal(mock)

    assert (entry["status"], entry["reason"]) == (400, "url: pattern, type")
    assert entry["broken_rules"] == [
        {"property": "url", "keyword": "pattern", "message": "should be a secure URL with HTTPS"},
        {"property": "url", "keyword": "type", "message": "url must be a string"},
    ]


@pytest.mark.parametrize(
    ("content_type", "shown"),
    [
        ("text/plain;charset=UTF-8", "text/plain"),
        ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded"),
        ("TEXT/JSON", "text/json"),
        (None, "missing"),
        ("a secret", "not valid"),
        ("valid-token/x", "[token]/x"),
    ],
)
def test_a_body_that_is_not_read_is_the_reason(mock: Mock, content_type: str | None, shown: str) -> None:
    reply = mock.patch(ALL, content_type=content_type)
    [entry] = journal(mock)

    assert entry["reason"] == f"body not read: Content-Type is {shown}, not application/json"
    assert [rule["message"] for rule in entry["broken_rules"]] == reply.body["message"]
    assert entry["body"] == ALL


def test_no_body_is_not_a_body_that_is_not_read(mock: Mock) -> None:
    mock.patch(None, content_type="text/plain")

    assert journal(mock)[0]["reason"] == "events: minItems, type, items.enum"


def test_headers_that_may_hold_credentials_are_hidden(mock: Mock) -> None:
    names = ["x_api_key", "api_key", "x_auth_token", "x_session_id", "proxy_authorization", "x_csrf", "x_my_secret"]
    mock.patch(ALL, traceparent="00-1", **dict.fromkeys(names, "hide-me"))
    [entry] = journal(mock)

    assert {entry["headers"][name.replace("_", "-")] for name in names} == {"[hidden]"}
    assert entry["headers"]["traceparent"] == "00-1"


@pytest.mark.parametrize(
    ("authorization", "caller", "reason"),
    [
        (None, "none", "token: missing"),
        ("Bearer forbidden-token", "forbidden", "token: lacks the scope"),
        ("Bearer another-token", "unknown", "token: unknown"),
        ("Basic dXNlcjpwYXNz", "malformed", "token: malformed"),
    ],
)
def test_a_caller_is_named_and_no_token_is_shown(
    mock: Mock, authorization: str | None, caller: str, reason: str
) -> None:
    mock.patch(ALL, "valid-token", authorization=authorization, x_copy="valid-token")
    reply = mock.control("GET", "/journal")
    [entry] = reply.body["entries"]

    assert (entry["caller"], entry["reason"], entry["body"]) == (caller, reason, ALL)
    assert (entry["path"], entry["webhookId"], entry["headers"]["x-copy"]) == (USER + "[token]", "[token]", "[token]")
    for token in (b"valid-token", b"forbidden-token", b"another-token", b"dXNlcjpwYXNz"):
        assert token not in reply.content


@pytest.mark.parametrize(
    ("content", "body"),
    [
        (b"", None),
        (b"{", "{"),
        (b"\xff\x00", "\ufffd\x00"),
        (b"[1]", [1]),
        (DEEP, json.loads(DEEP)),
        (b'"\\ud800"', '"\\ud800"'),
    ],
    ids=lambda value: repr(value)[:12],
)
def test_a_body_is_shown_as_json_or_as_text(mock: Mock, content: bytes, body: Any) -> None:
    mock.patch(content)
    reply = mock.control("GET", "/journal")

    assert reply.status == 200
    [entry] = reply.body["entries"]
    assert (entry["body_bytes"], entry["body"]) == (len(content), body)


def test_a_forced_answer_and_a_fault_are_marked(mock: Mock) -> None:
    mock.patch(ALL, prefer="code=404, example=not-found")
    mock.patch(ALL, x_mock_fault="503")
    mock.patch(ALL, x_mock_fault="malformed")
    entries = journal(mock)

    assert [(entry["forced"], entry["fault"], entry["status"], entry["reason"]) for entry in entries] == [
        ("404 not-found", None, 404, "forced: 404 not-found"),
        (None, "503", 503, "fault: 503"),
        (None, "malformed", 201, ""),
    ]
    assert [entry["body"] for entry in entries] == [ALL] * 3


def test_entries_are_filtered(mock: Mock) -> None:
    first = mock.patch(ALL)
    mock.patch({}, SECOND)
    mock.control("POST", "/clock/advance", {"by": "1h"})
    middle = mock.control("GET", "/clock").body["now"]
    mock.patch(ALL, SECOND)
    mock.request("GET", USER + FIRST)
    everything = journal(mock)

    def numbers(query: str) -> list[int]:
        start = everything[0]["number"]
        return [entry["number"] - start for entry in journal(mock, query)]

    assert first.status == 201
    assert numbers("") == [0, 1, 2, 3]
    assert numbers(f"?webhookId={SECOND}") == [1, 2]
    assert numbers("?status=201") == [0, 2]
    assert numbers("?method=GET") == [3]
    assert numbers(f"?since={middle}") == [2, 3]
    assert numbers(f"?after={everything[1]['number']}") == [2, 3]
    assert numbers("?limit=1") == [3]
    assert numbers("?limit=0") == []
    assert numbers(f"?status=201&webhookId={SECOND}&limit=5") == [2]


@pytest.mark.parametrize(
    ("query", "what", "remedy"),
    [
        ("?stats=1", "Unknown filter 'stats'", "did you mean 'status'?"),
        ("?status=x", "status is not valid", "write 0 or more."),
        ("?limit=-1", "limit is not valid", "write 0 or more."),
        ("?since=x", "since is not a valid time", "write it like 2026-01-31T12:00:00Z."),
    ],
)
def test_a_filter_that_is_not_legal_is_refused(mock: Mock, query: str, what: str, remedy: str) -> None:
    reply = mock.control("GET", f"/journal{query}")

    assert (reply.status, reply.body["what"], reply.body["remedy"]) == (400, what, remedy)


def test_the_journal_is_emptied(mock: Mock) -> None:
    mock.patch(ALL)
    reply = mock.control("DELETE", "/journal")

    assert (reply.status, journal(mock)) == (204, [])


def test_the_latest_entries_are_kept() -> None:
    with mock_of(Settings(port=0, is_quiet=True, journal=3)) as (mock, _):
        for _ in range(5):
            mock.patch(ALL)
        shown = mock.control("GET", "/journal").body

    assert [entry["number"] for entry in shown["entries"]] == [3, 4, 5]
    assert (shown["limit"], shown["forgotten"]) == (3, 2)


def test_a_journal_of_none_keeps_nothing() -> None:
    with mock_of(Settings(port=0, is_quiet=True, journal=0)) as (mock, _):
        status = mock.patch(ALL).status
        shown = mock.control("GET", "/journal").body
        verified = mock.control("POST", "/verify", {})

    assert (status, shown) == (201, {"entries": [], "limit": 0, "forgotten": 0})
    assert (verified.status, verified.body["what"]) == (503, "The journal is off")


def test_long_bodies_are_cut(mock: Mock) -> None:
    mock.patch(b'{"events":["all"],"x":"' + b"x" * 20_000 + b'"}')
    mock.patch(b" " * 200_000)
    until(lambda: journal(mock)[1]["body_bytes"])  # what a refusal leaves is read behind its answer
    whole, refused = journal(mock)

    assert (whole["status"], whole["body_bytes"], whole["body_is_cut"]) == (201, 20_025, True)
    assert len(whole["body"]) == MAX_BODY
    assert (refused["status"], refused["body_is_cut"]) == (413, True)


def test_the_memory_of_the_journal_is_bounded() -> None:
    with mock_of(Settings(port=0, is_quiet=True, journal=1_000_000)) as (mock, state):
        mock.patch(b'{"events":["all"],"x":"' + b"x" * 20_000 + b'"}')
        [entry] = state.journal.entries()
        for _ in range(MAX_BYTES // MAX_BODY + 10):
            state.journal.add(entry)
        kept = state.journal.entries()

    assert sum(one.weight for one in kept) <= MAX_BYTES < sum(one.weight for one in kept) + entry.weight
    assert state.journal.forgotten > 10


def test_expected_updates_are_verified(mock: Mock) -> None:
    mock.patch({"url": "https://a.example.com", "events": ["all"]})
    mock.patch({"url": "https://a.example.com", "events": ["all"]})
    mock.patch(ALL, SECOND)

    def verify(**expected: Any) -> tuple[int, bool, int]:
        reply = mock.control("POST", "/verify", expected)
        return reply.status, reply.body["verified"], reply.body["count"]

    assert verify() == (200, True, 3)
    assert verify(webhookId=SECOND, events=["all"], status=201, exactly=1) == (200, True, 1)
    assert verify(url="https://a.example.com", exactly=2) == (200, True, 2)
    assert verify(url="https://a.example.com", at_least=3) == (409, False, 2)
    assert verify(url="https://a.example.com", at_most=1) == (409, False, 2)
    assert verify(url="https://a.example.com", at_least=1, at_most=2) == (200, True, 2)
    assert verify(url=None, webhookId=SECOND) == (200, True, 1)
    assert verify(status=400, exactly=0) == (200, True, 0)


def test_a_miss_shows_the_nearest_request_and_what_differs(mock: Mock) -> None:
    mock.patch(ALL, SECOND)
    mock.patch({"url": "https://b.example.com", "events": ["all"]})
    mock.patch({})
    expected = {"webhookId": FIRST, "url": "https://a.example.com", "events": ["all"], "status": 201}
    reply = mock.control("POST", "/verify", expected)
    number = journal(mock)[1]["number"]

    assert (reply.status, reply.body["verified"], reply.body["numbers"]) == (409, False, [])
    assert reply.body["nearest"] == {
        "number": number,
        "differences": {"url": {"expected": "https://a.example.com", "received": "https://b.example.com"}},
    }


def test_a_miss_shows_no_body_that_cannot_be_written(mock: Mock) -> None:
    mock.patch(b'{"events":' + b"[" * 900 + b"]" * 900 + b"}")
    reply = mock.control("POST", "/verify", {"events": ["all"]})

    shown = reply.body["nearest"]["differences"]["events"]
    assert (reply.status, shown) == (409, {"expected": ["all"], "received": "(nested too deeply)"})


def test_a_miss_without_any_update_has_no_nearest(mock: Mock) -> None:
    reply = mock.control("POST", "/verify", {"events": ["all"]})

    assert (reply.status, reply.body) == (
        409,
        {
            "verified": False,
            "count": 0,
            "expected_count": {"at_least": 1, "at_most": None},
            "numbers": [],
            "forgotten": 0,
            "nearest": None,
        },
    )


@pytest.mark.parametrize(
    ("expected", "what"),
    [
        ({"evnts": []}, "Unknown member 'evnts'"),
        ({"exactly": -1}, "exactly is not valid"),
        ({"at_least": "1"}, "at_least is not valid"),
        ({"exactly": 1, "at_most": 2}, "There are too many counts"),
    ],
    ids=str,
)
def test_an_expectation_that_is_not_legal_is_refused(mock: Mock, expected: Any, what: str) -> None:
    reply = mock.control("POST", "/verify", expected)

    assert (reply.status, reply.body["what"]) == (400, what)

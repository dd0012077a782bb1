from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from support.mock_process import FIRST, USER, Mock, announced, command, finish, mock_of, running, until
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.core.clock import Clock
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.faults.kinds import KINDS
from user_webhook_mock.faults.plan import ActiveFaults, read_fault_plan
from user_webhook_mock.faults.rate_limit import Window, read_rate_limit

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL = {"events": ["all"]}
LIMITED = b"<html>\n<head><title>429</title></head>\n<body><h1>429</h1></body>\n</html>\n"


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with running() as mock:
        yield mock


def settings(**trouble: Any) -> Settings:
    return Settings(port=0, is_quiet=True, faults=read_fault_plan(trouble))


def raw(fault: str, content: bytes = b'{"events":["all"]}') -> bytes:
    head = f"PATCH {USER}{FIRST} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer valid-token\r\nConnection: close\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\nX-Mock-Fault: {fault}\r\n\r\n"
    return head.encode() + content


def split(answer: bytes) -> tuple[int, bytes]:
    """Return the Content-Length and the body of a raw answer."""
    head, _, body = answer.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return int(lengths[0].partition(b":")[2]), body


@pytest.mark.parametrize(
    ("fault", "phrase"),
    [
        ("500", "Internal Server Error"),
        ("502", "Bad Gateway"),
        ("503", "Service Unavailable"),
        ("504", "Gateway Timeout"),
        ("409", "Conflict"),
    ],
)
def test_a_status_is_answered_in_the_envelope(mock: Mock, fault: str, phrase: str) -> None:
    reply = mock.patch(ALL, x_mock_fault=fault)

    assert (reply.status, reply.body) == (int(fault), {"message": phrase, "error": phrase, "statusCode": int(fault)})
    assert reply.headers["access-control-allow-origin"] == "*"


def test_a_documented_status_has_the_documented_body(mock: Mock) -> None:
    reply = mock.patch(ALL, x_mock_fault="401")

    assert (reply.status, reply.body) == (401, {"message": "Unauthorized", "statusCode": 401})


def test_429_is_answered_as_the_provider_does(mock: Mock) -> None:
    reply = mock.patch(ALL, x_mock_fault="429")

    assert (reply.status, reply.headers["content-type"], reply.content) == (429, "text/html", LIMITED)
    assert [name for name in reply.headers if "retry" in name.lower() or "limit" in name.lower()] == []


def test_drop_closes_the_connection_without_a_byte(mock: Mock) -> None:
    assert mock.exchange(raw("drop")) == b""


def test_cut_closes_the_connection_in_the_middle_of_the_body(mock: Mock) -> None:
    length, body = split(mock.exchange(raw("cut")))

    assert len(body) == length // 2
    assert body.startswith(b'{"data":{"id":"cf3832dd')


def test_a_refusal_can_be_cut_too(mock: Mock) -> None:
    length, body = split(mock.exchange(raw("cut").replace(b"valid-token", b"unknown")))

    assert (length, body) == (43, b'{"message":"Unauthori')


def test_malformed_is_whole_http_and_no_json(mock: Mock) -> None:
    length, body = split(mock.exchange(raw("malformed")))

    assert len(body) == length
    assert (body[:9], body[-3:]) == (b'{"data":{', b'"]}')


def test_slow_sends_byte_after_byte(mock: Mock) -> None:
    with mock.connect() as connection:
        connection.sendall(raw("slow", b"{}"))
        parts = []
        while part := connection.recv(65536):
            parts.append(part)

    length, body = split(b"".join(parts))
    assert (len(body), body[-17:]) == (length, b',"statusCode":400}'[1:])
    assert len(parts) > length / 2


def test_hang_answers_nothing_until_the_client_leaves() -> None:
    with mock_of(Settings(port=0, is_quiet=True)) as (mock, state):
        with mock.connect() as connection:
            connection.sendall(raw("hang"))
            connection.settimeout(0.3)
            with pytest.raises(TimeoutError):
                connection.recv(1)
        until(state.journal.entries)
        [entry] = state.journal.entries()

    assert (entry.status, entry.fault, entry.body) == (0, "hang", {"events": ["all"]})


def test_hang_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("user_webhook_mock.faults.wire.MAX_HANG", 0.1)
    with mock_of(Settings(port=0, is_quiet=True)) as (mock, state):
        answer = mock.exchange(raw("hang"))
        until(state.journal.entries)

    assert (answer, [entry.fault for entry in state.journal.entries()]) == (b"", ["hang"])


def test_a_request_too_many_that_is_to_hang_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("user_webhook_mock.faults.holding.max_held", lambda: 1)
    with mock_of(Settings(port=0, is_quiet=True)) as (mock, state), mock.connect() as one:
        one.sendall(raw("hang"))
        until(lambda: mock.exchange(raw("hang")))
        refused = mock.patch(ALL, x_mock_fault="hang")
        one.close()
        until(lambda: len([entry for entry in state.journal.entries() if entry.status == 0]) == 1)
        with mock.connect() as other:
            other.sendall(raw("hang"))
            other.settimeout(0.3)
            with pytest.raises(TimeoutError):
                other.recv(1)

    assert (refused.status, refused.headers["connection"]) == (503, "close")
    assert refused.body["message"].startswith("1 requests hang already, a quarter of the files that the mock may open")


@pytest.mark.parametrize("fault", ["drop", "503"])
def test_a_fault_in_the_place_of_the_answer_changes_nothing(fault: str) -> None:
    with mock_of(Settings(port=0, is_quiet=True)) as (mock, state):
        before = state.webhooks.all()
        mock.exchange(raw(fault))

        assert state.webhooks.all() == before


@pytest.mark.parametrize("fault", ["cut", "malformed"])
def test_an_update_whose_answer_is_damaged_is_carried_out(fault: str) -> None:
    with mock_of(Settings(port=0, is_quiet=True)) as (mock, state):
        mock.exchange(raw(fault, b'{"events":["all"],"secrets":["new"]}'))

        assert state.webhooks.find(FIRST).secrets == ["new"]


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        (
            {"x_mock_fault": "dorp"},
            f"Unknown fault 'dorp': did you mean 'drop'? A fault is {', '.join(KINDS)}, a status from 400 to 511, or a documented response such as '404 not-found'.",
        ),
        (
            {"x_mock_latency": "200"},
            "latency='200' is not a valid latency: write it like 200ms, 1s or 150ms..400ms. A latency is one duration, or a range of two with the shorter one first, of at most 60s.",
        ),
    ],
)
def test_a_wish_that_does_not_exist_is_refused(mock: Mock, headers: dict[str, str], message: str) -> None:
    reply = mock.patch(ALL, **headers)

    assert (reply.status, reply.body) == (400, {"message": message, "error": "Bad Request", "statusCode": 400})


def test_an_answer_is_held_back_for_the_latency(mock: Mock) -> None:
    started = time.monotonic()
    reply = mock.patch(ALL, x_mock_latency="150ms..160ms")
    seconds = time.monotonic() - started

    assert (reply.status, seconds >= 0.15) == (201, True)


def test_a_latency_for_all_holds_each_answer_back() -> None:
    with mock_of(settings(latency="120ms")) as (mock, _):
        started = time.monotonic()
        statuses = [mock.patch(ALL).status, mock.patch(ALL, x_mock_latency="0s").status]
        seconds = time.monotonic() - started
        health = mock.request("GET", "/health")

    assert (statuses, health.status) == ([201, 201], 200)
    assert seconds >= 0.12


def test_a_script_is_played_once_and_then_ends() -> None:
    with mock_of(settings(script=["503:2", "404:1"])) as (mock, state):
        statuses = [mock.patch(ALL).status for _ in range(4)]

        assert statuses == [503, 503, 404, 201]
        assert (state.faults.plan.script, state.faults.is_empty) == ((), True)


def test_a_fault_without_a_count_does_not_end() -> None:
    with mock_of(settings(script=["502"])) as (mock, _):
        assert [mock.patch(ALL).status for _ in range(3)] == [502, 502, 502]


def test_a_request_with_a_wish_of_its_own_uses_up_no_fault() -> None:
    with mock_of(settings(script=["503:1"])) as (mock, _):
        statuses = [mock.patch(ALL, prefer="code=403").status, mock.patch(ALL, x_mock_fault="409").status]
        statuses += [mock.patch(ALL).status, mock.patch(ALL).status]

    assert statuses == [403, 409, 503, 201]


def test_pages_and_preflights_have_no_faults() -> None:
    asked = {"Origin": "https://app.example.com", "Access-Control-Request-Method": "PATCH"}
    with mock_of(settings(script=["500"])) as (mock, _):
        statuses = [
            mock.request("GET", path).status for path in ("/health", "/docs", "/openapi.json", "/__mock__/clock")
        ]
        preflight = mock.request("OPTIONS", USER + FIRST, headers=asked)

    assert (statuses, preflight.status) == ([200] * 4, 204)


def test_a_fail_rate_of_one_fails_every_call() -> None:
    with mock_of(settings(fail_rate=1)) as (mock, _):
        replies = [mock.patch(ALL) for _ in range(3)]

    assert [reply.status for reply in replies] == [500] * 3
    assert replies[0].body["message"] == "Internal Server Error"


def failures(seed: int | None) -> list[bool]:
    faults = ActiveFaults(read_fault_plan({"fail_rate": 0.3, "fault_seed": seed}), Clock(lambda: None), lambda: None)
    return [faults.next_fault() is not None for _ in range(500)]


def test_the_same_seed_fails_the_same_requests() -> None:
    assert failures(7) == failures(7) != failures(8)
    assert 100 < sum(failures(7)) < 200
    assert failures(None) != failures(None)


def test_a_rate_limit_lets_so_many_requests_through_in_any_minute() -> None:
    with mock_of(settings(rate_limit="2/m")) as (mock, state):
        replies = [mock.patch(ALL) for _ in range(3)]
        state.clock.advance(59)
        replies.append(mock.patch(ALL))
        state.clock.advance(2)
        replies.append(mock.patch(ALL))

    assert [reply.status for reply in replies] == [201, 201, 429, 429, 201]
    assert replies[2].content == LIMITED


def test_a_window_slides() -> None:
    window = Window(read_rate_limit("2/s"))

    assert [window.admits(at) for at in (0.0, 0.9, 0.95, 1.1, 1.2, 1.95)] == [True, True, False, True, False, True]


def test_a_window_does_not_wait_for_a_clock_that_was_set_back() -> None:
    window = Window(read_rate_limit("1/h"))

    assert [window.admits(at) for at in (5000.0, 10.0, 11.0)] == [True, True, False]


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ({"latency": "2..1"}, "latency='2..1' is not a valid latency"),
        ({"latency": "2s..1s"}, "with the shorter one first"),
        ({"latency": "61s"}, "at most 60s"),
        ({"fail_rate": 1.5}, "fail_rate=1.5 is not a number from 0 to 1: write it like 0.1."),
        ({"fail_rate": "nan"}, "fail_rate='nan' is not a number from 0 to 1"),
        ({"fail_rate": True}, "fail_rate=True is not a number from 0 to 1"),
        ({"fault_seed": "x"}, "fault_seed='x' is not valid"),
        ({"rate_limit": "100"}, "rate_limit='100' is not a valid rate limit: write it like 100/m."),
        ({"rate_limit": "0/m"}, "rate_limit='0/m' is not a valid rate limit"),
        ({"script": "503"}, 'script is not a list of faults: write it like ["503:2", "drop"].'),
        ({"script": ["503:0"]}, "'503:0' does not have a valid count: write it like 503:2."),
        ({"script": ["200"]}, "Unknown fault '200'"),
        ({"latencies": "1s"}, "Unknown fault setting 'latencies'"),
    ],
    ids=str,
)
def test_trouble_that_is_not_legal_is_refused(trouble: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_fault_plan(trouble)

    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_command_line_sets_the_trouble() -> None:
    options = ("--fault", "503:1", "--fault", "404:1", "--fail-rate", "1", "--fault-seed", "3", "--rate-limit", "4/h")
    process = command("--port", "0", "--latency", "1ms", *options)
    mock, _ = announced(process)
    statuses = [mock.patch(ALL).status for _ in range(5)]
    trouble = mock.control("GET", "/faults").body
    process.terminate()
    finish(process)

    assert statuses == [503, 404, 500, 500, 429]
    assert trouble == {"latency": "1ms", "fail_rate": 1.0, "fault_seed": 3, "rate_limit": "4/h", "script": []}


@pytest.mark.parametrize("name", [name for name in KINDS if name != "hang"])
def test_each_kind_of_fault_changes_the_response(mock: Mock, name: str) -> None:
    update = raw(name, b'{"events":["all"],"secrets":["the same"]}')
    sent = (update, update.replace(b"X-Mock-Fault: %s\r\n" % name.encode(), b""))
    answers = [re.sub(rb"date: [^\r]*", b"", mock.exchange(one)) for one in sent]

    assert answers[0] != answers[1] or name == "slow"

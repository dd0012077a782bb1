from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from stress.hostile_requests import BODY, LAST, TARGET, Answered, head, read_answers, request
from support.mock_process import Mock, mock_of, running, until
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.server import connection

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

CHUNKED = head(
    b"PATCH",
    TARGET,
    b"HTTP/1.1",
    [
        b"Host: x",
        b"Authorization: Bearer valid-token",
        b"Content-Type: application/json",
        b"Transfer-Encoding: chunked",
    ],
)
WHOLE = b"12\r\n" + BODY + b"\r\n0\r\n\r\n"
HALF = request(headers=[b"X: y"])[:-5]
PAGE = b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with running() as mock:
        yield mock


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mock]:
    """Serve a mock that waits for a moment only."""
    for name in ("IDLE_SECONDS", "HEAD_SECONDS", "BODY_SECONDS", "READER_SECONDS", "TURN_SECONDS"):
        monkeypatch.setattr(connection, name, 0.1)
    with running() as mock:
        yield mock


def answers(mock: Mock, *parts: bytes, count: int = 1) -> list[Answered]:
    """Send *parts*, most likely in a packet each, and return the first *count* answers."""
    with mock.connect() as client:
        for part in parts:
            client.sendall(part)
            time.sleep(0.02 * (len(parts) > 1))
        received = b""
        while len(read_answers(received)[0]) < count and (more := client.recv(65536)):
            received += more
        return read_answers(received)[0]


def statuses(mock: Mock, *parts: bytes, count: int = 1) -> list[int]:
    return [answer.status for answer in answers(mock, *parts, count=count)]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        pytest.param(b"\x16\x03\x01\x02\x00\x01", "Invalid method encountered", id="TLS"),
        pytest.param(b"GET /\r\n\r\n", "its version is neither 1.1 nor 1.0", id="HTTP/0.9"),
        pytest.param(request(version=b"HTTP/2.0"), "its version is neither 1.1 nor 1.0", id="HTTP/2.0"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "Pause on PRI/Upgrade", id="preface"),
        pytest.param(request(method=b"CONNECT", target=b"a.example:443"), "CONNECT is not supported", id="CONNECT"),
        pytest.param(request(target=b"http://a.example"), "its target is not valid", id="no path"),
        pytest.param(request(target=b"/\x01"), "Invalid char in url path", id="control character"),
        pytest.param(LAST.replace(b"Host: x\r\n", b""), "it does not have exactly one Host header", id="no Host"),
        pytest.param(request(headers=[b"Host: y"]), "it does not have exactly one Host header", id="two Hosts"),
        pytest.param(request(headers=[b"Content-Length: 3"]), "Duplicate Content-Length", id="two lengths"),
        pytest.param(
            request(headers=[b"Transfer-Encoding: chunked"]),
            "Content-Length can't be present with Transfer-Encoding",
            id="length and coding",
        ),
        pytest.param(
            CHUNKED.replace(b"chunked", b"gzip, chunked") + WHOLE, "its transfer coding is not only chunked", id="gzip"
        ),
        pytest.param(
            CHUNKED.replace(b"chunked", b"gzip\r\nTransfer-Encoding: chunked") + WHOLE,
            "its transfer coding is not only chunked",
            id="two codings",
        ),
        pytest.param(
            CHUNKED.replace(b"HTTP/1.1", b"HTTP/1.0") + WHOLE,
            "its transfer coding is not only chunked",
            id="chunks in 1.0",
        ),
        pytest.param(CHUNKED + b"zz\r\n", "Invalid character in chunk size", id="chunk"),
        pytest.param(request(headers=[b"X: a\r\n b"]), "Unexpected whitespace after header value", id="folded"),
        pytest.param(request(headers=[b"X: a\0b"]), "Invalid header value char", id="NUL"),
    ],
)
def test_what_is_not_http_is_refused_in_the_envelope(mock: Mock, raw: bytes, reason: str) -> None:
    [answer] = answers(mock, raw)

    assert (answer.status, answer.is_last, answer.headers[b"content-type"]) == (400, True, b"application/json")
    assert answer.content.decode() == (
        f'{{"message":"request is not HTTP: {reason}","error":"Bad Request","statusCode":400}}'
    )


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        pytest.param(request(target=b"/" + b"a" * 16_383), 404, id="the longest target"),
        pytest.param(request(target=b"/" + b"a" * 16_384), 414, id="a longer one"),
        pytest.param(request(headers=[b"X: y"] * 196), 201, id="the most headers"),
        pytest.param(request(headers=[b"X: y"] * 197), 431, id="one more"),
        pytest.param(request(headers=[b"X: " + b"a" * 65_000]), 201, id="large headers"),
        pytest.param(request(headers=[b"X: " + b"a" * 65_500]), 431, id="larger ones"),
        pytest.param(b"GET / HTTP/1.1\r\nX: " + b"a" * 400_000, 431, id="a header without end"),
        pytest.param(b"GET /" + b"a" * 400_000, 414, id="a target without end"),
    ],
)
def test_the_head_of_a_request_has_limits(mock: Mock, raw: bytes, status: int) -> None:
    assert statuses(mock, raw) == [status]


def test_a_body_weighs_so_much_on_the_wire_and_no_more(mock: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MAX_REQUEST", 300_000)

    assert statuses(mock, CHUNKED + b"12;", b"x" * 500_000) == [413]


def test_a_refusal_waits_for_the_answers_before_it(mock: Mock) -> None:
    late = request(headers=[b"X-Mock-Latency: 50ms"])

    assert statuses(mock, late + request(body=b"{") + b"\0\r\n\r\n", count=4) == [201, 400, 400]


def test_a_hundred_requests_may_wait_for_their_answers(mock: Mock) -> None:
    late = request(headers=[b"X-Mock-Latency: 50ms"])

    assert statuses(mock, late + request() * 100 + LAST, count=200) == [201] * 101 + [400]


def test_nothing_is_answered_behind_the_last_request(mock: Mock) -> None:
    assert statuses(mock, request(headers=[b"Connection: close"]) + request() + b"\0", count=3) == [201]


def test_a_trailer_is_no_header(mock: Mock) -> None:
    anonymous = CHUNKED.replace(b"Authorization: Bearer valid-token\r\n", b"")
    raw = anonymous + WHOLE[:-2] + b"Authorization: Bearer valid-token\r\n\r\n"

    assert statuses(mock, raw + LAST, count=2) == [401, 200]


def test_an_upgrade_is_not_made_and_the_body_is_read(mock: Mock) -> None:
    asked = [b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABk"]

    assert statuses(mock, request(headers=asked) * 2 + LAST, count=3) == [201, 201, 200]


def test_the_body_behind_an_upgrade_is_no_request(mock: Mock) -> None:
    smuggling = request(headers=[b"Connection: Upgrade", b"Upgrade: h2c"], body=request())

    assert statuses(mock, smuggling[:-300], smuggling[-300:] + LAST, count=2) == [400, 200]


def test_a_client_of_1_0_is_not_told_to_go_on(mock: Mock) -> None:
    assert statuses(mock, request(version=b"HTTP/1.0", headers=[b"Expect: 100-continue"])) == [201]


@pytest.mark.parametrize(
    ("line", "form"),
    [(b"PATCH " + TARGET, b'"error":"Bad Request"'), (b"POST /__mock__/verify", b'"what":"The body is not complete"')],
    ids=["update", "control"],
)
def test_a_body_that_breaks_off_is_no_body(mock: Mock, line: bytes, form: bytes) -> None:
    raw = CHUNKED.replace(b"PATCH " + TARGET, line).replace(b"Host: x", b"Host: 127.0.0.1")

    [answer] = answers(mock, raw + b"2\r\n{}\r\n", b"zz\r\n")

    assert (answer.status, form in answer.content, b"chunk size" in answer.content) == (400, True, True)


def test_a_body_that_breaks_off_behind_its_answer_ends_the_connection(mock: Mock) -> None:
    anonymous = CHUNKED.replace(b"valid-token", b"unknown")

    assert statuses(mock, anonymous + b"2\r\n{}\r\n", b"zz\r\n", count=2) == [401]


@pytest.mark.parametrize("raw", [b"PATCH /", b"GET /\r\n", HALF, CHUNKED, CHUNKED + b"12;x"], ids=repr)
def test_a_request_that_is_not_whole_in_time_is_refused(hasty: Mock, raw: bytes) -> None:
    [answer] = answers(hasty, raw)

    assert (answer.status, answer.is_last) == (408, True)
    assert answer.content == b'{"message":"Request Timeout","error":"Request Timeout","statusCode":408}'


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n"], ids=["nothing", "empty lines"])
def test_a_connection_without_a_request_is_closed_without_a_word(hasty: Mock, raw: bytes) -> None:
    assert hasty.exchange(raw) == b""


def test_a_connection_is_closed_behind_its_last_answer(hasty: Mock) -> None:
    assert statuses(hasty, request(), count=2) == [201]


def test_a_body_that_nobody_reads_does_not_keep_the_connection_open(hasty: Mock) -> None:
    assert statuses(hasty, HALF.replace(b"valid-token", b"unknown"), count=2) == [401]


def test_an_answer_that_nobody_reads_is_given_up(hasty: Mock) -> None:
    with hasty.connect() as client:
        client.sendall(PAGE * 50)

        until(lambda: is_reset(client))


@pytest.mark.parametrize("pause", [0, 0.2], ids=["at once", "later"])
def test_a_client_that_leaves_two_requests_behind_is_forgotten(monkeypatch: pytest.MonkeyPatch, pause: float) -> None:
    monkeypatch.setattr(connection, "TURN_SECONDS", 0.1)
    with mock_of(Settings(port=0, is_quiet=True)) as (mock, state):
        with mock.connect() as client:
            client.sendall(request(headers=[b"X-Mock-Fault: hang"]))
            time.sleep(pause)  # the mock reads on differently where the second request comes while the first one hangs
            client.sendall(request())
        until(state.journal.entries)
        [entry] = state.journal.entries()

    assert (entry.fault, entry.status) == ("hang", 0)


def test_a_hanging_request_is_not_ended_by_the_mock(hasty: Mock) -> None:
    with hasty.connect() as client:
        client.sendall(request(headers=[b"X-Mock-Fault: hang"]))
        assert statuses(hasty, b"PATCH /") == [408]
        client.settimeout(0.1)

        with pytest.raises(TimeoutError):
            client.recv(1)


def is_reset(client: socket.socket) -> bool:
    try:
        client.send(b"\r\n")
    except ConnectionError:
        return True
    return False

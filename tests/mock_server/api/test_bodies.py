from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from support.mock_process import FIRST, USER, Mock, running

if TYPE_CHECKING:
    from collections.abc import Iterator

TOO_LARGE = {"message": "Payload Too Large", "error": "Payload Too Large", "statusCode": 413}
HEAD = f"PATCH {USER}{FIRST} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer valid-token\r\nContent-Type: application/json\r\n"
VALID = b'{"events":["all"]}'


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with running() as mock:
        yield mock


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"{", id="cut off"),
        pytest.param(b"   ", id="blank"),
        pytest.param(b"{'events':['all']}", id="single quotes"),
        pytest.param(b'{"events":["all"]} x', id="something behind"),
        pytest.param(b'{"events":["all"],}', id="a trailing comma"),
        pytest.param(b'{"events":["\xff"]}', id="not UTF-8"),
        pytest.param(b'{"events":["all"],"url":"\\ud800"}', id="a lone surrogate"),
        pytest.param(b'{"events":["all"],"url":"\xed\xa0\x80"}', id="a lone surrogate in bytes"),
        pytest.param(b'{"events":["all"],"url":"\x00"}', id="NUL"),
        pytest.param(b'{"events":["all"],"x":NaN}', id="NaN"),
        pytest.param(b'{"events":["all"],"x":' + b"9" * 5000 + b"}", id="a number of 5,000 digits"),
        pytest.param(b"[" * 20_000 + b"]" * 20_000, id="20,000 arrays"),
        pytest.param(b'{"a":' * 15_000 + b"1" + b"}" * 15_000, id="15,000 objects"),
        pytest.param(b"[" * 20_000, id="20,000 arrays left open"),
        pytest.param(b'{"events":["all"],"secrets":[' + b"[" * 500 + b"]" * 500 + b"]}", id="a secret of 500 arrays"),
        pytest.param(b"\x00\x01\x02\xfe\xff", id="random bytes"),
    ],
)
def test_a_body_that_is_not_json_is_refused_with_a_string(mock: Mock, content: bytes) -> None:
    reply = mock.patch(content)

    assert reply.status == 400
    assert isinstance(reply.body["message"], str)
    assert reply.body == {"message": reply.body["message"], "error": "Bad Request", "statusCode": 400}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b'{"events":["nope"],"events":["all"]}', id="a key twice"),
        pytest.param(b'{"events":["all"],"x":' + b"9" * 100 + b"}", id="a number of 100 digits"),
        pytest.param(b'{"events":["all"],"x":' + b"[" * 900 + b"]" * 900 + b"}", id="900 arrays"),
        pytest.param(b' \r\n\t{"events":["\\u0061ll"]} \n', id="blanks and escapes"),
        pytest.param(b'{"events":["all"],"secrets":["\\u0000"]}', id="an escaped NUL in a secret"),
    ],
)
def test_a_body_that_is_odd_but_json_is_read(mock: Mock, content: bytes) -> None:
    reply = mock.patch(content)

    assert (reply.status, reply.data["events"]) == (201, ["all"])


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json;charset=utf-8",
        "application/json ; charset=utf-8",
        'application/json; charset="UTF-8"',
        "APPLICATION/JSON; CHARSET=UTF8",
        "application/json; version=1; charset=utf-8",
        "application/json;",
    ],
)
def test_a_media_type_is_read_with_its_parameters(mock: Mock, content_type: str) -> None:
    reply = mock.patch(VALID, content_type=content_type)

    assert (reply.status, reply.data["events"]) == (201, ["all"])


@pytest.mark.parametrize(
    "charset", ["klingon", "utf-16", "", '"', "\u00e9"], ids=["unknown", "utf-16", "none", "quote", "e"]
)
def test_a_charset_other_than_utf_8_is_refused(mock: Mock, charset: str) -> None:
    reply = mock.patch(VALID, content_type=f"application/json; charset={charset}")

    assert (reply.status, reply.body["message"]) == (400, "charset is not supported, use utf-8")


def test_a_compressed_body_is_refused(mock: Mock) -> None:
    reply = mock.patch(gzip.compress(VALID), content_encoding="gzip")

    assert (reply.status, reply.body["message"]) == (400, "content encoding is not supported")


def test_a_chunked_body_is_read(mock: Mock) -> None:
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in VALID)

    answer = mock.exchange(
        HEAD.encode() + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
    )

    assert answer.startswith(b"HTTP/1.1 201 ")
    assert b'"events":["all"]' in answer


def test_a_chunked_body_without_content_has_no_events(mock: Mock) -> None:
    answer = mock.exchange(HEAD.encode() + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b'"message":["events must contain at least 1 elements"' in answer


def test_a_body_of_exactly_the_limit_is_read(mock: Mock) -> None:
    reply = mock.patch(VALID.ljust(102_400))

    assert (reply.status, reply.data["events"]) == (201, ["all"])


def test_a_body_over_the_limit_is_refused(mock: Mock) -> None:
    reply = mock.patch(VALID.ljust(102_401))

    assert (reply.status, reply.body) == (413, TOO_LARGE)
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["connection"] == "close"


def test_a_large_body_is_refused_by_its_length_alone(mock: Mock) -> None:
    answer = mock.exchange(HEAD.encode() + b"Content-Length: 10000000\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert answer.endswith(b'{"message":"Payload Too Large","error":"Payload Too Large","statusCode":413}')


def test_a_length_with_any_number_of_zeros_is_read(mock: Mock) -> None:
    zeros = b"0" * 5000
    answers = [
        mock.exchange(HEAD.encode() + b"Connection: close\r\nContent-Length: " + length + b"\r\n\r\n" + VALID)
        for length in (zeros + b"18", zeros + b"10000000")
    ]

    assert [answer[:13] for answer in answers] == [b"HTTP/1.1 201 ", b"HTTP/1.1 413 "]


def test_a_chunked_body_is_refused_at_the_limit(mock: Mock) -> None:
    chunk = b"2800\r\n" + b" " * 10_240 + b"\r\n"

    answer = mock.exchange(HEAD.encode() + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 11)

    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_body_that_is_announced_and_expected_is_asked_for_only_where_it_is_read(mock: Mock) -> None:
    refused = mock.exchange(HEAD.encode() + b"Expect: 100-continue\r\nContent-Length: 10000000\r\n\r\n")

    assert b"100 Continue" not in refused


def test_the_mock_answers_others_while_a_body_is_on_its_way(mock: Mock) -> None:
    with mock.connect() as slow:
        slow.sendall(HEAD.encode() + b"Content-Length: 18\r\nConnection: close\r\n\r\n" + VALID[:5])
        others = [mock.patch(VALID).status for _ in range(3)]
        slow.sendall(VALID[5:])

        assert others == [201, 201, 201]
        assert slow.recv(65536).startswith(b"HTTP/1.1 201 ")


def test_a_client_that_leaves_in_the_middle_harms_nobody(mock: Mock) -> None:
    with mock.connect() as leaving:
        leaving.sendall(HEAD.encode() + b"Content-Length: 18\r\n\r\n" + VALID[:5])

    assert mock.patch(VALID).status == 201

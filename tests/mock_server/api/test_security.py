from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.mock_process import FIRST, USER, Mock, mock_of, running
from user_webhook_mock.config.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

UNAUTHORIZED = {"message": "Unauthorized", "statusCode": 401}
FORBIDDEN = {"message": "Forbidden Resource", "error": "Forbidden", "statusCode": 403}
HEAD = f"PATCH {USER}{FIRST} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n".encode()


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with running() as mock:
        yield mock


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "valid-token",
        "Bearervalid-token",
        "Bearer\tvalid-token",
        "Bearer:valid-token",
        "Basic valid-token",
        "Basic dmFsaWQtdG9rZW46",
        "Token valid-token",
        "Bearer unknown",
        "Bearer VALID-TOKEN",
        "Bearer valid-toke",
        "Bearer valid-token2",
        "Bearer valid-token trailing",
        "Bearer valid-token, Bearer valid-token",
        'Bearer "valid-token"',
        "Bearer Bearer valid-token",
        "Bearer valid-token\u00e9",
        "Bearer " + "x" * 20_000,
    ],
)
def test_a_request_without_the_valid_token_is_unauthorized(mock: Mock, authorization: str | None) -> None:
    reply = mock.patch({"events": ["all"]}, authorization=authorization)

    assert (reply.status, reply.body) == (401, UNAUTHORIZED)
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("authorization", ["Bearer valid-token", "bearer valid-token", "BEARER  valid-token"])
def test_the_scheme_is_read_in_any_case(mock: Mock, authorization: str) -> None:
    reply = mock.patch({"events": ["all"]}, authorization=authorization)

    assert (reply.status, reply.data["id"]) == (201, FIRST)


def test_a_token_without_the_scope_is_forbidden(mock: Mock) -> None:
    reply = mock.patch({"events": ["all"]}, authorization="Bearer forbidden-token")

    assert (reply.status, reply.body) == (403, FORBIDDEN)
    assert reply.headers["content-type"] == "application/json"


def test_two_authorization_headers_are_unauthorized(mock: Mock) -> None:
    header = b"Authorization: Bearer valid-token\r\n"

    answer = mock.exchange(HEAD + header * 2 + b"Content-Length: 0\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize(
    "content", [b"{", b"[" * 20_000, b" " * 200_000, b'{"events":[]}'], ids=["cut", "deep", "large", "rule"]
)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", None])
@pytest.mark.parametrize(
    ("authorization", "body"),
    [(None, UNAUTHORIZED), ("Bearer forbidden-token", FORBIDDEN)],
    ids=["no token", "no scope"],
)
def test_the_caller_is_judged_before_the_body(
    mock: Mock, content: bytes, content_type: str | None, authorization: str | None, body: dict[str, object]
) -> None:
    reply = mock.patch(content, "unknown", content_type=content_type, authorization=authorization)

    assert (reply.status, reply.body) == (body["statusCode"], body)


def test_the_size_of_a_body_is_judged_before_the_rules_and_the_id(mock: Mock) -> None:
    reply = mock.patch(b"{".ljust(200_000), "unknown")

    assert (reply.status, reply.body["message"]) == (413, "Payload Too Large")


def test_the_rules_are_judged_before_the_id(mock: Mock) -> None:
    reply = mock.patch({"events": []}, "unknown")

    assert (reply.status, reply.body["message"]) == (400, ["events must contain at least 1 elements"])


@pytest.mark.parametrize("repetition", range(5))
def test_a_caller_who_is_refused_gets_the_answer_after_a_large_body_too(mock: Mock, repetition: int) -> None:
    answer = mock.exchange(HEAD + b"Content-Length: 3000000\r\n\r\n" + b"%d" % repetition * 3_000_000)

    assert answer.startswith(b"HTTP/1.1 401 ")
    assert answer.endswith(b'{"message":"Unauthorized","statusCode":401}')


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        ("Bearer valid-token", 201),
        ("Bearer any-other", 201),
        ("bearer eyJhbGciOiJIUzI1NiJ9.e30.x", 201),
        ("Bearer forbidden-token", 403),
        ("Bearer", 401),
        ("Bearer ", 401),
        ("Basic dXNlcjpwYXNz", 401),
        (None, 401),
    ],
)
def test_any_token_is_accepted_where_the_mock_is_told_so(authorization: str | None, status: int) -> None:
    with mock_of(Settings(port=0, is_quiet=True, auth="any")) as (mock, _):
        reply = mock.patch({"events": ["all"]}, authorization=authorization)
        entry = mock.control("GET", "/journal").content

    assert (reply.status, "message" in reply.body) == (status, status != 201)
    assert b"any-other" not in entry

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from support.mock_process import Mock, announced, command, finish, mock_of
from user_webhook_api.choices import defaults
from user_webhook_mock.cli.arguments import read_arguments
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.http.credentials import MAX_ISSUED, Caller, Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL = {"events": ["all"]}


@contextmanager
def serving(*options: str) -> Iterator[Mock]:
    with mock_of(read_arguments([*options, "--port", "0", "--quiet"], {}).settings) as (mock, _):
        yield mock


def statuses(mock: Mock, *tokens: str) -> list[int]:
    return [mock.patch(ALL, authorization=f"Bearer {token}").status for token in tokens]


def advance(mock: Mock, by: str) -> None:
    assert mock.control("POST", "/clock/advance", {"by": by}).status == 200


@pytest.mark.parametrize("auth", ["token", "any"])
def test_the_expired_token_is_always_refused_as_documented(auth: str) -> None:
    with serving("--auth", auth) as mock:
        reply = mock.patch(ALL, authorization="Bearer expired-token")
        unknown = mock.patch(ALL, authorization=None)
        [entry, _] = mock.control("GET", "/journal").body["entries"]

    assert (reply.status, reply.body, reply.headers["www-authenticate"]) == (401, unknown.body, "Bearer")
    assert (entry["caller"], entry["reason"], entry["headers"]["authorization"]) == (
        "expired",
        "token: expired",
        "expired",
    )


def test_the_token_expires_when_its_lifetime_has_passed() -> None:
    with serving("--token-lifetime", "1h") as mock:
        fresh = statuses(mock, "valid-token")
        advance(mock, "3590s")
        old = statuses(mock, "valid-token")
        advance(mock, "10s")
        expired = statuses(mock, "valid-token", "forbidden-token")
        callers = [entry["caller"] for entry in mock.control("GET", "/journal").body["entries"]]

    assert (fresh, old, expired) == ([201], [201], [401, 403])
    assert callers == ["valid", "valid", "expired", "forbidden"]


def test_a_token_without_a_lifetime_does_not_expire() -> None:
    with serving() as mock:
        advance(mock, "9999h")

        assert statuses(mock, "valid-token") == [201]


@pytest.mark.parametrize("given", [{}, {"token": "second-token"}])
def test_a_refresh_goes_on_with_a_token_that_is_issued(given: dict[str, str]) -> None:
    with serving("--token-lifetime", "1h") as mock:
        mock.control("PUT", "/clock", {"now": "2030-01-31T12:00:00Z"})
        issued = mock.control("POST", "/tokens", given)
        token = issued.body["token"]
        before = statuses(mock, "valid-token", token)
        advance(mock, "1h")
        after = statuses(mock, token)

    assert (issued.status, issued.body["expires"][:17]) == (201, "2030-01-31T13:00:")
    assert given.items() <= {"token": token}.items()
    assert (before, after) == ([401, 201], [401])


def test_a_token_that_is_issued_is_shown_nowhere() -> None:
    with serving() as mock:
        issued = mock.control("POST", "/tokens", {"token": "a-new-token"})
        mock.patch(ALL, "a-new-token", authorization="Bearer a-new-token", x_other="a-new-token")
        shown = mock.control("GET", "/journal").content

    assert (issued.status, issued.body["expires"]) == (201, None)
    assert b"a-new-token" not in shown


@pytest.mark.parametrize(("method", "path"), [("POST", "/reset"), ("DELETE", "/clock")])
def test_a_reset_of_the_clock_issues_the_token_again(method: str, path: str) -> None:
    with serving("--token-lifetime", "1h") as mock:
        mock.control("POST", "/tokens", {"token": "second-token"})
        advance(mock, "2h")
        expired = statuses(mock, "valid-token")
        mock.control(method, path)

        assert (expired, statuses(mock, "valid-token", "second-token")) == ([401], [201, 401])


def test_any_token_expires_by_its_first_use() -> None:
    with serving("--auth", "any", "--token-lifetime", "30m") as mock:
        first = statuses(mock, "one", "one")
        advance(mock, "20m")
        second = statuses(mock, "one", "two")
        advance(mock, "20m")

        assert (first, second, statuses(mock, "one", "two", "three")) == ([201, 201], [201, 201], [401, 201, 201])


@pytest.mark.parametrize(
    "given", [{"token": "two words"}, {"token": ""}, {"token": 7}, {"token": "é"}, {"token": "x" * 9000}]
)
def test_what_cannot_be_sent_in_a_header_is_not_issued(given: Any) -> None:
    with serving() as mock:
        reply = mock.control("POST", "/tokens", given)

    assert (reply.status, reply.body["what"], reply.body["value"]) == (400, "token is not valid", None)


@pytest.mark.parametrize("token", ["valid-token", "forbidden-token", "expired-token", "control"])
def test_a_token_of_the_start_is_not_issued(token: str) -> None:
    with serving("--control-token", "control") as mock:
        reply = mock.control("POST", "/tokens", {"token": token}, authorization="Bearer control")

    assert (reply.status, reply.body["what"], token in reply.content.decode()) == (400, "token cannot be issued", False)


def test_no_more_tokens_are_remembered_than_the_limit() -> None:
    tokens = Tokens("valid", "forbidden", "", defaults(), accepts_any=False)
    for number in range(MAX_ISSUED + 1):
        tokens.issue(f"token-{number}")
    found = [tokens.identify([(b"authorization", b"Bearer token-%d" % number)]) for number in (0, 1, MAX_ISSUED)]

    assert found == [Caller.UNKNOWN, Caller.VALID, Caller.VALID]


def test_a_question_about_other_choices_is_no_use_of_a_token() -> None:
    now = [0.0]
    choices = defaults()
    tokens = Tokens("valid", "forbidden", "", choices, accepts_any=True, lifetime=60, now=lambda: now[0])
    headers = [(b"authorization", b"Bearer another")]
    asked = tokens.identify(headers, choices)
    now[0] = 60
    first = tokens.identify(headers)
    now[0] = 120

    assert (asked, first, tokens.identify(headers)) == (Caller.VALID, Caller.VALID, Caller.EXPIRED)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--token-lifetime", "soon"], "'soon' is not a valid duration: write it like 200ms, 1s, 5m or 1h."),
        (["--token-lifetime", "0s"], "--token-lifetime=0.0 is not valid: use a time above 0, such as 1h."),
        (["--expired-token", "a b"], "--expired-token cannot be sent in a header"),
        (["--expired-token", "valid-token"], "--expired-token is one of the other tokens"),
        (["--token-lifetime", "1h", "--workers", "2"], "--token-lifetime needs one process that gets every request"),
    ],
)
def test_a_lifetime_or_a_token_that_is_not_valid_is_refused(options: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_arguments(options, {})

    assert str(caught.value).startswith(message)


def test_a_lifetime_begins_again_with_the_next_start(tmp_path: Any) -> None:
    options = ["--token-lifetime", "1h", "--state", str(tmp_path / "state")]
    with serving(*options) as mock:
        advance(mock, "1h")
        assert statuses(mock, "valid-token") == [401]

    with serving(*options) as mock:
        assert statuses(mock, "valid-token") == [201]


def test_the_log_and_the_banner_tell_of_expiry() -> None:
    process = command("--port", "0", "--token-lifetime", "90m", EXPIRED_TOKEN="my-expired-token")
    mock, banner = announced(process)
    mock.patch(ALL, authorization="Bearer my-expired-token")
    process.terminate()
    printed = finish(process)[2]

    assert "  token            valid-token, for 5400 s\n" in banner
    assert "  expired token    as given (EXPIRED_TOKEN)\n" in banner
    assert printed.endswith("  token: expired\n")


def test_a_command_of_run_finds_the_expired_token() -> None:
    process = command("--port", "0", "--quiet", "--run", "sh", "-c", "echo $EXPIRED_TOKEN")

    assert finish(process) == (0, "expired-token\n", "")

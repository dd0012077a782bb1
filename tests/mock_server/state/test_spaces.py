from __future__ import annotations

from contextlib import ExitStack
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

import pytest

from support.mock_process import DEADLINE, FIRST, SECOND, Mock, announced, call, command, finish, mock_of, until
from support.receiver import receiving
from user_webhook_mock import create_app
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.state import PARTS
from user_webhook_mock.state.mock_state import MAX_BYTES_OF_SPACE
from user_webhook_mock.store.location import in_file, read_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from user_webhook_mock.state import MockState

ALL = {"events": ["all"]}
EVENT = "facility.creation.accepted"
TOKENS = ("valid-token", "second-token")
NAMES = "A name has 1 to 64 letters, digits, dots, hyphens and underscores, and begins with a letter or a digit."
OFF = "One process keeps them, so --workers and Redis switch them off, as --spaces 0 does."


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Mock, MockState]]:
    with mock_of(Settings(port=0, is_quiet=True)) as served:
        yield served


@pytest.fixture
def mock(shared: tuple[Mock, MockState]) -> Mock:
    mock, _ = shared
    assert mock.control("DELETE", "/spaces").status == mock.control("POST", "/reset").status == 204
    return mock


def names(mock: Mock) -> list[str]:
    """Return the names of the spaces of *mock*."""
    return [space["name"] for space in mock.control("GET", "/spaces").body["spaces"]]


CHANGES: dict[str, tuple[str, str, Any]] = {
    "webhooks": ("DELETE", f"/webhooks/{SECOND}", None),
    "choices": ("PATCH", "/choices", {"messages": "first"}),
    "faults": ("PUT", "/faults", {"script": ["503:1"]}),
    "journal": ("POST", "/verify", ALL),
    "clock": ("POST", "/clock/advance", {"by": "1h"}),
    "deliveries": ("POST", "/events", {"eventType": EVENT}),
}


def shown(mock: Mock, part: str, **headers: str) -> Any:
    """Return what the control API shows of *part*; of the clock only by how much it is ahead."""
    body = mock.control("GET", f"/{part}", **headers).body
    return body["ahead_seconds"] if part == "clock" else body


def test_every_part_has_its_change() -> None:
    assert list(CHANGES) == list(PARTS)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_a_space_is_its_own(part: str, mock: Mock) -> None:
    before = shown(mock, part)
    same = shown(mock, part, x_mock_space="a")
    mock.patch(ALL, x_mock_space="a")
    mock.control(*CHANGES[part], x_mock_space="a")

    assert same == before
    assert shown(mock, part, x_mock_space="a") != before
    assert shown(mock, part) == shown(mock, part, x_mock_space="b") == before


def test_an_update_of_a_space_is_stored_in_it_alone(mock: Mock) -> None:
    reply = mock.patch({**ALL, "url": "https://a.example/"}, x_mock_space="a")
    urls = [mock.control("GET", f"/webhooks/{FIRST}?space={name}").body["url"] for name in ("a", "b", "default")]

    assert (reply.status, reply.data["url"]) == (201, "https://a.example/")
    assert urls == ["https://a.example/", "https://hooks.example.com/user", "https://hooks.example.com/user"]


def test_choices_and_faults_of_a_space_are_met_by_its_requests_alone(mock: Mock) -> None:
    mock.control("PATCH", "/choices", {"messages": "first", "other_methods": 404}, x_mock_space="a")
    mock.control("PUT", "/faults", {"script": ["503:1"]}, x_mock_space="a")
    statuses = [mock.patch(ALL).status, mock.patch(ALL, x_mock_space="a").status]
    wrong = [mock.patch({"events": 1}, **headers).body["message"] for headers in ({}, {"x_mock_space": "a"})]
    path = f"/api/v2/public/webhooks/user/{FIRST}"
    others = [mock.request("GET", path, headers=headers).status for headers in ({}, {"X-Mock-Space": "a"})]

    assert statuses == [201, 503]
    assert [len(messages) for messages in wrong] == [3, 1]
    assert others == [405, 404]


def test_the_clock_of_a_space_is_that_of_its_rate_limit(mock: Mock) -> None:
    statuses = []
    for space in ("a", "b"):
        mock.control("PUT", "/faults", {"rate_limit": "1/m"}, x_mock_space=space)
        statuses.append(mock.patch(ALL, x_mock_space=space).status)
    mock.control("POST", "/clock/advance", {"by": "1m"}, x_mock_space="a")
    statuses += [mock.patch(ALL, x_mock_space=space).status for space in ("a", "b")]

    assert statuses == [201, 201, 201, 429]


def test_header_and_query_name_the_same_space_and_default_is_that_of_all_others(mock: Mock) -> None:
    mock.patch(ALL, x_mock_space="a")
    mock.patch(ALL, x_mock_space="default")
    by_query = mock.control("GET", "/journal?space=a&limit=5").body["entries"]

    assert by_query == mock.control("GET", "/journal", x_mock_space="a").body["entries"]
    assert [entry["headers"]["x-mock-space"] for entry in by_query] == ["a"]
    assert len(mock.control("GET", "/journal").body["entries"]) == 1
    assert names(mock) == ["default", "a"]


@pytest.mark.parametrize("name", ["", "-a", "a b", "a/b", "\u00e9", "x" * 65], ids=["empty", *"-_/e", "long"])
def test_a_name_that_is_not_valid_is_refused(name: str, mock: Mock) -> None:
    header = name.encode("latin-1").decode("latin-1")
    reply = mock.patch(ALL, x_mock_space=header)
    control = mock.control("GET", "/webhooks", x_mock_space=header)
    message = f"{name!r} is not a valid name of a space: write it like worker-1. {NAMES}"

    assert (reply.status, reply.body) == (400, {"message": message, "error": "Bad Request", "statusCode": 400})
    assert (control.status, control.body["value"], control.body["rule"]) == (400, name, NAMES)
    assert names(mock) == ["default"]


def test_a_request_names_one_space(mock: Mock) -> None:
    same = mock.control("GET", "/webhooks?space=a", x_mock_space="a")
    other = mock.control("GET", "/webhooks?space=b", x_mock_space="a")

    assert same.status == 200
    assert (other.status, other.body["what"], other.body["remedy"]) == (
        400,
        "The request names several spaces",
        "name one.",
    )
    assert names(mock) == ["default", "a"]


def test_spaces_are_listed_reset_and_deleted_alone(mock: Mock) -> None:
    for space in ("a", "b"):
        mock.patch(ALL, x_mock_space=space)
    listed = mock.control("GET", "/spaces").body
    reset = mock.control("POST", "/reset?space=a").status
    requests = {space["name"]: space["requests"] for space in mock.control("GET", "/spaces").body["spaces"]}
    deleted = mock.control("DELETE", "/spaces/b").status

    assert listed["limit"] == 100
    assert listed["spaces"][1] == {"name": "a", "requests": 1, "deliveries": 0}
    assert (reset, requests) == (204, {"default": 0, "a": 0, "b": 1})
    assert (deleted, names(mock)) == (204, ["default", "a"])


def test_a_space_that_is_not_there_is_deleted_and_the_default_one_is_not(mock: Mock) -> None:
    mock.patch(ALL)
    unknown, default = mock.control("DELETE", "/spaces/a"), mock.control("DELETE", "/spaces/default")

    assert unknown.status == 204
    assert (default.status, default.body["remedy"]) == (400, "reset it.")
    assert mock.control("GET", "/spaces").body["spaces"] == [{"name": "default", "requests": 1, "deliveries": 0}]


def test_the_list_of_spaces_makes_none(mock: Mock) -> None:
    for path in ("/spaces", "/settings", "/docs", "/openapi.json"):
        assert mock.control("GET", f"{path}?space=a", x_mock_space="a").status == 200

    assert names(mock) == ["default"]


def test_a_space_more_than_the_limit_is_refused_until_one_is_deleted() -> None:
    with mock_of(Settings(port=0, is_quiet=True, spaces=1)) as (mock, _):
        statuses = [mock.patch(ALL, x_mock_space=space).status for space in ("a", "a", "default")]
        reply = mock.patch(ALL, x_mock_space="b")
        control = mock.control("GET", "/journal", x_mock_space="b")
        mock.control("DELETE", "/spaces/a", x_mock_space="b")
        after = mock.patch(ALL, x_mock_space="b").status

    rule = "There are 1 spaces, as many as --spaces allows."
    assert (statuses, after) == ([201, 201, 201], 201)
    assert (reply.status, reply.body["error"], rule in reply.body["message"]) == (503, "Service Unavailable", True)
    assert "DELETE /__mock__/spaces" in reply.body["message"]
    assert (control.status, control.body["value"], control.body["rule"]) == (503, "b", rule)


@pytest.mark.parametrize(
    "settings", [{"spaces": 0}, {"workers": 2}, {"store": read_store("redis://127.0.0.1:1/0")}], ids=str
)
def test_where_there_are_no_spaces_a_request_that_names_one_is_refused(settings: dict[str, Any]) -> None:
    assert Settings(**settings).max_spaces == 0
    with mock_of(Settings(port=0, is_quiet=True, spaces=0)) as (mock, _):
        reply, control = mock.patch(ALL, x_mock_space="a"), mock.control("GET", "/webhooks?space=a")
        plain = [mock.patch(ALL).status, mock.patch(ALL, x_mock_space="default").status]

    assert (reply.status, reply.body["message"]) == (
        503,
        f"This mock has no spaces: leave X-Mock-Space out, or start the mock without these. {OFF}",
    )
    assert (control.status, control.body["rule"], plain) == (503, OFF, [201, 201])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--spaces", "5", "--workers", "2"],
            "--spaces needs one process that gets every request, and --workers 2 starts several: leave one of the two out.",
        ),
        (
            ["--spaces", "5", "--store", "redis://127.0.0.1:6379/0"],
            "--spaces needs one process that gets every request, and mocks share redis://127.0.0.1:6379/0: leave one of the two out.",
        ),
        (["--spaces", "many"], "--spaces='many' is not a valid number of spaces: use 0 (none) to 1000."),
        (["--spaces", "1001"], "--spaces=1001 is not a valid number of spaces: use 0 (none) to 1000."),
    ],
    ids=["workers", "redis", "a word", "too many"],
)
def test_what_does_not_go_with_spaces_is_refused_at_the_start(options: list[str], message: str) -> None:
    assert call("--port", "0", *options) == (2, "", f"user-webhook-mock: {message}\n")


def test_a_state_file_keeps_the_default_space_and_no_other(tmp_path: Path) -> None:
    settings = Settings(port=0, is_quiet=True, store=in_file(tmp_path / "webhooks.db"))
    update = {**ALL, "url": "https://a.example/"}
    with mock_of(settings) as (mock, state):
        for headers in ({}, {"x_mock_space": "a"}):
            assert mock.patch(update, **headers).status == 201
        state.webhooks.close()
    with mock_of(settings) as (mock, state):
        urls = [mock.control("GET", f"/webhooks/{FIRST}?space={name}").body["url"] for name in ("default", "a")]
        state.webhooks.close()

    assert urls == ["https://a.example/", "https://hooks.example.com/user"]


def test_a_listener_hears_of_its_own_space_and_of_which_there_are(mock: Mock) -> None:
    connection = HTTPConnection(mock.host, mock.port, timeout=DEADLINE)
    connection.request("GET", "/__mock__/live?space=a")
    response = connection.getresponse()
    assert response.readline() == b": the mock's events\n"
    mock.patch(ALL, x_mock_space="b")
    mock.patch(ALL)
    mock.patch({**ALL, "url": "https://a.example/"}, x_mock_space="a")
    heard = b""
    while b"event: request\n" not in heard:
        heard += response.readline()
    entry = response.readline()
    mock.control("DELETE", "/spaces/a")
    rest = response.read()
    connection.close()

    assert b'event: change\ndata: {"part":"spaces"}\n' in heard
    assert b"https://a.example/" in entry
    assert b"event: request" not in rest


def test_a_delivery_of_a_space_is_signed_with_its_secret() -> None:
    with receiving() as receiver, mock_of(Settings(port=0, is_quiet=True, deliver_to=receiver.url)) as (mock, _):
        mock.patch({**ALL, "secrets": ["of-a"]}, x_mock_space="a")
        fired = mock.control("POST", "/events?space=a", {"eventType": EVENT, "webhookId": FIRST}).body["deliveries"]
        received = receiver.next()
        until(lambda: mock.control("GET", "/deliveries?space=a").body["deliveries"][0]["state"] == "delivered")
        others = mock.control("GET", "/deliveries").body["deliveries"]

    assert (len(fired), received.is_signed_with("of-a"), others) == (1, True, [])


def test_a_token_is_issued_and_expires_in_its_space_alone() -> None:
    with mock_of(Settings(port=0, is_quiet=True, token_lifetime=3600.0)) as (mock, _):
        mock.control("POST", "/tokens", {"token": "second-token"}, x_mock_space="a")
        issued = [mock.patch(ALL, authorization="Bearer second-token", x_mock_space=name).status for name in "ab"]
        mock.control("POST", "/clock/advance", {"by": "1h"}, x_mock_space="a")
        expired = [mock.patch(ALL, x_mock_space=name).status for name in "ab"]
        mock.control("POST", "/reset", x_mock_space="a")
        again = [mock.patch(ALL, authorization=f"Bearer {one}", x_mock_space="a").status for one in TOKENS]

    assert (issued, expired, again) == ([201, 401], [401, 201], [201, 401])


def test_a_receiver_is_named_for_its_space_alone() -> None:
    with receiving() as receiver, mock_of(Settings(port=0, is_quiet=True)) as (mock, _):
        mock.control("PUT", "/receiver", {"url": receiver.url}, x_mock_space="a")
        urls = [mock.control("GET", f"/receiver?space={name}").body["url"] for name in ("a", "b", "default")]

    assert urls == [receiver.url, None, None]


def test_the_journal_of_a_space_is_bounded_in_bytes(shared: tuple[Mock, MockState], mock: Mock) -> None:
    _, state = shared
    content = b'{"x":"%s"}' % (b"x" * 15_000)
    for _ in range(80):
        mock.patch(content, x_mock_space="a")
    journal = state.spaces.named(["a"]).journal

    assert 0 < sum(entry.weight for entry in journal.entries()) <= MAX_BYTES_OF_SPACE
    assert journal.forgotten == 80 - len(journal.entries()) > 0


def test_another_application_and_its_choices_are_those_of_every_space() -> None:
    with mock_of(Settings(port=0, is_quiet=True)) as (mock, state):
        mock.control("PATCH", "/choices", {"messages": "first"}, x_mock_space="a")
        with state.new_application():
            create_app(state=state)
        messages = [mock.patch({"events": 1}, x_mock_space=space).body["message"] for space in ("a", "b")]
        with pytest.raises(KeyError), state.new_application():
            raise KeyError
        again = mock.patch({"events": 1}, x_mock_space="a").body["message"]

    assert [len(one) for one in messages] == [1, 3]
    assert again == messages[0]


def test_the_log_names_the_space_and_explains_by_its_choices() -> None:
    process = command("--port", "0", "--verbose")
    mock, _ = announced(process)
    with ExitStack() as stack:
        stack.callback(process.kill)
        mock.control("PATCH", "/choices", {"messages": "first"}, x_mock_space="a")
        mock.patch({"events": 1}, x_mock_space="a")
        mock.patch(ALL, x_mock_space="a b")
        mock.patch(ALL)
        process.terminate()
        _, _, errors = finish(process)
    first, second, third = errors.splitlines()

    assert "events: minItems  space a  [caller valid | rules R-203 | choices messages=first]" in first
    assert "400" in second
    assert "space: invalid X-Mock-Space  [caller valid" in second
    assert "  space " not in third


def test_the_log_shows_no_token_that_was_issued_in_a_space() -> None:
    process = command("--port", "0")
    mock, _ = announced(process)
    mock.control("POST", "/tokens", {"token": "second-token"}, x_mock_space="a")
    mock.patch(ALL, "second-token", x_mock_space="a")
    process.terminate()
    _, _, errors = finish(process)

    assert ("/[token] 404" in errors, "second-token" in errors) == (True, False)

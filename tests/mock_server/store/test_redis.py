from __future__ import annotations

import signal
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from support.concurrent_clients import KEEPS, run_clients, widen_pipe
from support.mock_process import FIRST, SECOND, Mock, announced, command, finish, mock_of
from support.redis_process import PASSWORD, Redis, redis_server
from user_webhook_mock.cli.arguments import read_arguments
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.store.location import read_store
from user_webhook_mock.store.redis import WEBHOOKS
from user_webhook_mock.store.redis_url import read_redis_url
from user_webhook_mock.store.store import UnusableStore
from user_webhook_mock.store.webhooks import Webhook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ERROR = {"message": "Internal Server Error", "error": "Internal Server Error", "statusCode": 500}
UPDATE = {"url": "https://e.example/1", "events": ["all"], "secrets": ["s"]}
HANGS = 3.0
"""Seconds: far above the half that Redis is given to answer, and far below what a client waits."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Redis]:
    with redis_server(tmp_path) as running:
        yield running


@contextmanager
def replica(server: Redis, *arguments: str) -> Iterator[tuple[Mock, list[str]]]:
    """Serve a mock with its webhooks in *server*; give its log, which is complete at the end, too."""
    process = command("--port", "0", *arguments, STORE=server.store)
    widen_pipe(process)
    lines: list[str] = []
    try:
        yield announced(process)[0], lines
    finally:
        process.terminate()
        lines += finish(process)[2].splitlines()


@contextmanager
def beside(server: Redis, **settings: Any) -> Iterator[Mock]:
    """Serve a mock with its webhooks in *server* in a thread."""
    with mock_of(Settings(port=0, store=read_store(server.store), **settings)) as (mock, state):
        try:
            yield mock
        finally:
            state.webhooks.close()


def state(mock: Mock, webhook_id: str = FIRST) -> Any:
    return mock.control("GET", f"/webhooks/{webhook_id}").body


def reasons(lines: list[str]) -> list[str]:
    return [line.partition(" ms  ")[2] for line in lines if line.startswith("PATCH")]


@pytest.mark.redis
def test_eight_clients_of_two_replicas_lose_no_update(server: Redis) -> None:
    with replica(server, *KEEPS) as (one, _), replica(server, *KEEPS) as (other, _):
        assert run_clients([one, other]) == []


@pytest.mark.redis
def test_replicas_share_webhooks_and_nothing_else(server: Redis) -> None:
    with beside(server) as one, beside(server, second_webhook_id="new") as other:
        seeded = state(one, SECOND)
        updated = other.patch(UPDATE).data
        put = other.control("PUT", "/webhooks/mine", {"secrets": ["s"]}).body
        removed = one.control("DELETE", "/webhooks/new").status
        again = one.control("DELETE", "/webhooks/new").status
        one.control("PATCH", "/choices", {"not_found_message": "generic"})
        missing = [mock.patch(UPDATE, "new").body["message"] for mock in (one, other)]
        lists = [mock.control("GET", "/webhooks").body["webhooks"] for mock in (one, other)]
        one.control("POST", "/reset", {"only": ["webhooks"]})
        ids = [webhook["id"] for webhook in other.control("GET", "/webhooks").body["webhooks"]]

    assert (lists, removed, again) == ([[updated, seeded, put]] * 2, 204, 404)
    assert (missing, ids) == (["Not Found", "Webhook not found"], [FIRST, SECOND])


@pytest.mark.redis
def test_webhooks_outlive_the_mock_and_one_that_was_removed_stays_removed(server: Redis) -> None:
    with beside(server) as mock:
        updated = mock.patch(UPDATE).data
        mock.control("DELETE", f"/webhooks/{SECOND}")
    with replica(server, "--workers", "2") as (mock, _):
        found = [mock.patch({"events": ["all"], "secrets": ["s"]}).data for _ in range(6)]
        gone = mock.patch(UPDATE, SECOND).status

    assert (found, gone) == ([updated] * 6, 404)


@pytest.mark.redis
def test_a_redis_that_goes_away_is_told_and_one_that_comes_back_is_used(server: Redis) -> None:
    with replica(server) as (mock, lines):
        updated = mock.patch(UPDATE).data
        server.end()
        refused, read = mock.patch(UPDATE), mock.control("GET", "/webhooks")
        server.start()
        found = state(mock)
        after = mock.patch(UPDATE)
        server.client.flushall()
        emptied = mock.patch(UPDATE)

    assert (refused.status, refused.body, read.status) == (500, ERROR, 500)
    assert (found, after.status, emptied.status, emptied.data) == (updated, 201, 201, updated)
    assert reasons(lines) == ["", f"state: Error 111 connecting to 127.0.0.1:{server.port}. Connection refused", "", ""]
    assert not any(PASSWORD in line or "secret%40" in line for line in lines)


@pytest.mark.redis
def test_a_refusal_that_does_not_need_redis_is_explained_without_it(server: Redis) -> None:
    with replica(server, "--verbose") as (mock, lines):
        server.end()
        refused = mock.patch({"events": []})
        server.start()

    assert (refused.status, refused.body["message"]) == (400, ["events must contain at least 1 elements"])
    assert lines[0].endswith("[caller valid | rules R-203 | choices unknown, as the store does not respond]")


@pytest.mark.redis
def test_a_redis_that_hangs_holds_nobody_up(server: Redis, capsys: pytest.CaptureFixture[str]) -> None:
    with beside(server) as mock:
        mock.patch(UPDATE)
        server.process.send_signal(signal.SIGSTOP)
        started = time.monotonic()
        refused = [mock.patch(UPDATE) for _ in range(20)]
        elapsed = time.monotonic() - started
        server.process.send_signal(signal.SIGCONT)
        while (after := mock.patch(UPDATE)).status == 500:
            assert time.monotonic() < started + 20

    assert [(reply.status, reply.body) for reply in refused] == [(500, ERROR)] * 20
    assert (after.status, elapsed < HANGS) == (201, True)
    assert reasons(capsys.readouterr().err.splitlines())[1:3] == [
        "state: Timeout reading from socket",
        "state: Redis did not respond, and is tried again in a second",
    ]


@pytest.mark.redis
def test_an_update_that_redis_does_not_take_is_refused_and_changes_nothing(
    server: Redis, capsys: pytest.CaptureFixture[str]
) -> None:
    with beside(server) as mock:
        former = mock.patch(UPDATE).data
        server.client.config_set("maxmemory", 1)
        refused, unchanged = mock.patch({**UPDATE, "url": "https://e.example/2"}), state(mock)
        server.client.config_set("maxmemory", 0)
        server.client.hset(WEBHOOKS, FIRST, "[]")
        damaged = mock.patch(UPDATE)

    assert (refused.status, refused.body, unchanged) == (500, ERROR, former)
    assert (damaged.status, damaged.body) == (500, ERROR)
    assert reasons(capsys.readouterr().err.splitlines()) == [
        "",
        "state: command not allowed when used memory > 'maxmemory'",
        f"state: {WEBHOOKS} in Redis holds something that is not a webhook",
    ]


@pytest.mark.redis
def test_a_redis_that_drops_any_of_its_keys_has_the_webhooks_of_the_start_again(server: Redis) -> None:
    found = []
    with beside(server, is_quiet=True) as mock:
        mock.control("PUT", "/webhooks/mine", {"secrets": ["s"]})
        for key in list(server.client.scan_iter()):
            mock.control("POST", "/reset", {"only": ["webhooks"]})
            mock.patch(UPDATE)
            server.client.delete(key)
            after, shown = mock.patch({"events": ["all"]}), mock.control("GET", "/webhooks").body["webhooks"]
            found.append((after.status, after.data["url"], [webhook["id"] for webhook in shown]))

    assert found == [(201, "https://hooks.example.com/user", [FIRST, SECOND])]


@pytest.mark.redis
def test_a_webhook_keeps_its_place_when_it_is_replaced_and_is_last_when_it_is_new(server: Redis) -> None:
    with beside(server, is_quiet=True) as mock:
        for identifier in ("mine", *(f"more-{number}" for number in range(600)), FIRST):
            mock.control("PUT", f"/webhooks/{identifier}", {"secrets": ["s"]})
        mock.control("DELETE", "/webhooks/more-7")
        mock.control("PUT", "/webhooks/more-7", {"secrets": ["s"]})
        ids = [webhook["id"] for webhook in mock.control("GET", "/webhooks").body["webhooks"]]

    assert ids == [FIRST, SECOND, "mine", *(f"more-{number}" for number in range(600))]


@pytest.mark.redis
def test_a_redis_that_cannot_be_used_stops_the_start_in_one_line(server: Redis) -> None:
    server.client.set(WEBHOOKS, "text")
    found = [refusal(server.store), refusal(server.store.replace("secret", "wrong"))]
    server.end()
    found.append(refusal(server.store))
    command_line = finish(command("--port", "0", "--workers", "2", "--store", server.store))
    server.start()

    reasons = [
        "WRONGTYPE Operation against a key holding the wrong kind of value",
        "invalid username-password pair or user is disabled",
        f"Error 111 connecting to 127.0.0.1:{server.port}. Connection refused",
    ]
    remedy = "check that a Redis runs there and accepts writes, or name another store."
    assert found == [f"The store {server.address} cannot be used ({reason}): {remedy}" for reason in reasons]
    assert command_line == (2, "", f"user-webhook-mock: {found[2]}\n")


def refusal(store: str) -> str:
    with pytest.raises(UnusableStore) as caught:
        read_store(store).open([Webhook(FIRST, "https://e.example/", ["all"], "c", ["s"])])
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "shown", "credentials"),
    [
        ("redis://h", "redis://h:6379/0", (None, None)),
        ("rediss://me:p%40ss@h:1/2", "rediss://h:1/2", ("me", "p@ss")),
        ("redis://:p@[::1]/", "redis://[::1]:6379/0", (None, "p")),
    ],
)
def test_a_url_is_shown_without_its_credentials(text: str, shown: str, credentials: tuple[str, str]) -> None:
    address = read_redis_url(text)

    assert (str(address), address.username, address.password) == (shown, *credentials)
    assert "p@ss" not in repr(address)


@pytest.mark.parametrize(
    "text",
    [
        "redis://:pass@",
        "redis://:pass@h:x",
        "redis://:pass@h/one",
        "redis://:pa?ss@h",
        f"redis://:pass@h/{'1' * 5000}",
        "redis://:pass@h/\u0661",
    ],
)
def test_an_invalid_redis_url_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_arguments(["--store", text], {})

    assert str(caught.value) == (
        "--store is not a valid Redis URL: write it like redis://127.0.0.1:6379/0. "
        "It is redis://HOST:PORT/DATABASE, or rediss:// for TLS, and may have USER:PASSWORD@ before the host."
    )


def test_a_file_and_a_store_are_refused_together() -> None:
    with pytest.raises(UsageError) as caught:
        read_arguments(["--store", "redis://:pass@h"], {"STATE": "file"})

    assert str(caught.value) == "--store and --state set the same: give one of them."

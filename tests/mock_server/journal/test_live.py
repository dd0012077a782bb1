from __future__ import annotations

import asyncio
import json
import threading
import time
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

import pytest

from support.mock_process import DEADLINE, FIRST, Mock, announced, command, finish, mock_of, until
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.control.live import MAX_LISTENERS
from user_webhook_mock.journal.broadcast import MAX_WAITING, Broadcast

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.client import HTTPResponse

    from user_webhook_mock.state import MockState

ALL = {"events": ["all"]}


@pytest.fixture
def served() -> Iterator[tuple[Mock, MockState]]:
    with mock_of(Settings(port=0, is_quiet=True)) as served:
        yield served


@contextmanager
def listening(mock: Mock) -> Iterator[HTTPResponse]:
    """Listen to what happens from now on."""
    connection = HTTPConnection(mock.host, mock.port, timeout=DEADLINE)
    connection.request("GET", "/__mock__/live")
    response = connection.getresponse()
    try:
        if response.status == 200:
            assert response.readline() == b": the mock's events\n"
            assert response.readline() == b"\n"
        yield response
    finally:
        response.close()
        connection.close()


def event(response: HTTPResponse) -> tuple[str, Any]:
    """Return the next event."""
    kind = response.readline().decode().removeprefix("event: ").strip()
    data = json.loads(response.readline().decode().removeprefix("data: "))
    assert response.readline() == b"\n"
    return kind, data


def test_a_request_is_told_as_the_journal_has_it(served: tuple[Mock, MockState]) -> None:
    mock, _ = served
    with listening(mock) as response:
        mock.patch(ALL)
        told = event(response)
        [entry] = mock.control("GET", "/journal").body["entries"]

    assert (response.status, response.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert told == ("request", entry)
    assert entry["webhookId"] == FIRST


def test_a_body_of_several_lines_is_told_in_one_line(served: tuple[Mock, MockState]) -> None:
    mock, _ = served
    with listening(mock) as response:
        mock.patch(b'{\r\n\n  "events": ["all"]\n}')
        kind, entry = event(response)

    assert (kind, entry["status"], entry["body"]) == ("request", 201, ALL)


def test_each_change_is_told_by_its_part(served: tuple[Mock, MockState]) -> None:
    mock, _ = served
    with listening(mock) as response:
        mock.control("PATCH", "/choices", {"messages": "first"})
        mock.control("PUT", "/webhooks/new", {})
        mock.control("PATCH", "/faults", {"script": ["503:1"]})
        mock.patch(ALL)
        mock.control("POST", "/clock/advance", {"by": "1s"})
        mock.control("DELETE", "/journal")
        told = [event(response) for _ in range(7)]

    parts = [data["part"] for kind, data in told if kind == "change"]
    assert parts == ["choices", "webhooks", "faults", "faults", "clock", "journal"]
    assert [data["fault"] for kind, data in told if kind == "request"] == ["503"]


def test_a_listener_that_leaves_is_forgotten(served: tuple[Mock, MockState]) -> None:
    mock, state = served
    with listening(mock):
        until(lambda: len(state.broadcast) == 1)
    until(lambda: len(state.broadcast) == 0)

    assert mock.patch(ALL).status == 201


def test_no_more_than_so_many_listen(served: tuple[Mock, MockState]) -> None:
    mock, state = served
    with ExitStack() as stack:
        for _ in range(MAX_LISTENERS):
            stack.enter_context(listening(mock))
        until(lambda: len(state.broadcast) == MAX_LISTENERS)
        reply = mock.control("GET", "/live")

    assert (reply.status, reply.body["what"]) == (503, "Too many clients listen already")


def test_a_listener_that_does_not_read_slows_nobody_down(served: tuple[Mock, MockState]) -> None:
    mock, state = served
    with ExitStack() as stack:
        for _ in range(5):
            stack.enter_context(listening(mock))
        until(lambda: len(state.broadcast) == 5)
        content = json.dumps({**ALL, "x": "x" * 15_000}).encode()
        statuses = {mock.patch(content).status for _ in range(600)}
        waiting = [len(listener._waiting) for listener in state.broadcast._listeners]  # noqa: SLF001  memory has no face

    assert statuses == {201}
    assert max(waiting) <= MAX_WAITING


def test_a_slow_listener_is_told_how_much_it_missed() -> None:
    async def listen() -> list[tuple[str, Any]]:
        broadcast = Broadcast()
        with broadcast.listen() as listener:
            for number in range(MAX_WAITING + 7):
                broadcast.publish("request", lambda number=number: {"number": number})  # type: ignore[misc]  # mypy has no type for a default
            found = await listener.wait(1)
        return [(one.kind, json.loads(one.text.decode().split("data: ")[1])) for one in found]

    found = asyncio.run(listen())

    assert found[:2] == [("missed", {"count": 7}), ("request", {"number": 7})]
    assert len(found) == MAX_WAITING + 1


def test_a_listener_hears_of_a_change_in_another_thread() -> None:
    async def listen() -> list[str]:
        broadcast = Broadcast()
        with broadcast.listen() as listener:
            threading.Timer(0.01, lambda: broadcast.publish("change", dict)).start()
            return [one.kind for one in await listener.wait(DEADLINE)]

    assert asyncio.run(listen()) == ["change"]


def test_a_stop_of_the_server_ends_the_streams() -> None:
    process = command("--port", "0")
    mock, _ = announced(process)
    with listening(mock) as response:
        started = time.monotonic()
        process.terminate()
        rest = response.read()
    status, _, errors = finish(process)

    assert (status, errors, rest.replace(b": no event\n\n", b"")) == (0, "", b"")
    assert time.monotonic() - started < 1.9, "the limit of a graceful stop is 2 seconds"

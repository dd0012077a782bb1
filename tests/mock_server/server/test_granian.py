from __future__ import annotations

import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest

from support.mock_process import DEADLINE, ROOT, Mock, running

if TYPE_CHECKING:
    from collections.abc import Iterator

UPDATE = {"url": "https://hooks.example.com/a", "events": ["all"], "secrets": ["one", "two"]}
REQUESTS: dict[str, dict[str, Any]] = {
    "valid": {"content": UPDATE},
    "without url": {"content": {"events": ["all"], "secrets": ["one"]}},
    "three broken rules": {"content": {"url": "http://hooks.example.com", "events": [], "secrets": [1, 2, 3]}},
    "no JSON": {"content": b"{"},
    "no body": {"content": b""},
    "too large": {"content": b" " * 200_000},
    "no token": {"content": UPDATE, "authorization": None},
    "no scope": {"content": UPDATE, "authorization": "Bearer forbidden-token"},
    "text": {"content": UPDATE, "content_type": "text/plain"},
    "unknown webhook": {"content": UPDATE, "webhook_id": "unknown"},
    "unknown path": {"content": UPDATE, "path": "/elsewhere"},
    "forced": {"content": UPDATE, "prefer": "code=404, example=not-found"},
    "fault": {"content": UPDATE, "x_mock_fault": "503"},
    "damage": {"content": UPDATE, "x_mock_fault": "malformed"},
}


@contextmanager
def under_granian() -> Iterator[Mock]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    arguments = ["--interface", "asgi", "--factory", "--port", str(port), "--no-ws", "user_webhook_mock:create_app"]
    process = subprocess.Popen([sys.executable, "-m", "granian", *arguments], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + DEADLINE
        while time.monotonic() < deadline:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port)).close()
                break
            time.sleep(0.05)
        yield Mock("127.0.0.1", port)
    finally:
        process.terminate()
        process.wait(DEADLINE)


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Mock, Mock]]:
    with running() as uvicorn, under_granian() as granian:
        yield uvicorn, granian


def answer(mock: Mock, request: dict[str, Any]) -> tuple[int, str | None, bytes]:
    reply = mock.patch(**request)
    return reply.status, reply.headers["content-type"], reply.content


@pytest.mark.parametrize("name", REQUESTS)
def test_an_answer_under_granian_is_that_under_uvicorn(servers: tuple[Mock, Mock], name: str) -> None:
    uvicorn, granian = (answer(mock, REQUESTS[name]) for mock in servers)

    assert granian == uvicorn


def test_the_journal_under_granian_has_the_answer_that_was_sent(servers: tuple[Mock, Mock]) -> None:
    reply = servers[1].patch(UPDATE)
    entry = servers[1].control("GET", "/journal?limit=1").body["entries"][0]

    assert (reply.status, entry["status"], entry["body"], entry["answer"]) == (201, 201, UPDATE, reply.body)

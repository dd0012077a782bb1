"""The mock on a real port, for the tests of the mock."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from support.paths import ROOT
from user_webhook_mock import create_app
from user_webhook_mock.__main__ import main
from user_webhook_mock.config.choices import choose
from user_webhook_mock.config.options import OPTIONS
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.core.stop_signals import STOP
from user_webhook_mock.server.background import serving as in_background
from user_webhook_mock.server.server import listen
from user_webhook_mock.state import MockState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from starlette.types import ASGIApp

FIRST = "cf3832dd-ba9b-4187-9ab2-c6cadafe875b"
SECOND = "dd6189c9-4aae-4ca3-b855-654c607824da"
USER = "/api/v2/public/webhooks/user/"
DEADLINE = 20


@dataclass(frozen=True)
class Reply:
    """An answer as it came over the wire."""

    status: int
    headers: HTTPMessage
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content) if self.content else None

    @property
    def data(self) -> Any:
        return self.body["data"]


@dataclass(frozen=True)
class Mock:
    """A mock that listens."""

    host: str
    port: int

    def request(
        self, method: str, path: str, content: Any = None, headers: Mapping[str, str | bytes] | None = None
    ) -> Reply:
        connection = HTTPConnection(self.host, self.port, timeout=DEADLINE)
        try:
            connection.request(method, path, content, dict(headers or {}))
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read())
        finally:
            connection.close()

    def patch(self, content: Any, webhook_id: str = FIRST, *, path: str = "", **headers: str | None) -> Reply:
        """Send an update; *content* is sent as it is where it is bytes, else as JSON. A header that is None is left out."""
        sent = {"authorization": "Bearer valid-token", "content_type": "application/json", **headers}
        return self.request(
            "PATCH",
            path or USER + webhook_id,
            content if isinstance(content, bytes) or content is None else json.dumps(content).encode(),
            {name.replace("_", "-"): value for name, value in sent.items() if value is not None},
        )

    def control(self, method: str, path: str, content: Any = None, **headers: str) -> Reply:
        """Send a request to the control API; *content* is sent as it is where it is bytes, else as JSON."""
        raw = content if isinstance(content, bytes) or content is None else json.dumps(content).encode()
        return self.request(method, "/__mock__" + path, raw, {k.replace("_", "-"): v for k, v in headers.items()})

    def connect(self) -> socket.socket:
        return socket.create_connection((self.host, self.port), timeout=DEADLINE)

    def exchange(self, raw: bytes) -> bytes:
        """Send *raw* and return everything that comes back until the server closes the connection."""
        with self.connect() as connection:
            connection.sendall(raw)
            answer = b""
            while part := connection.recv(65536):
                answer += part
            return answer


@contextmanager
def running(**choices: object) -> Iterator[Mock]:
    """Serve a mock that follows *choices*, with a state of its own, in a thread."""
    with mock_of(Settings(port=0, is_quiet=True, choices=choose(choices.items()))) as (mock, _):
        yield mock


@contextmanager
def mock_of(settings: Settings) -> Iterator[tuple[Mock, MockState]]:
    """Serve a mock with *settings* in a thread; give what can be changed while it serves, too."""
    state = MockState(settings)
    with serving(create_app(state=state), settings, state.close) as mock:
        yield mock, state


@contextmanager
def serving(app: ASGIApp, settings: Settings, on_stop: Callable[[], None] = lambda: None) -> Iterator[Mock]:
    """Serve *app* in a thread."""
    with listen(settings) as listener, in_background(app, listener, on_stop):
        yield Mock(*listener.getsockname()[:2])


def until(condition: Callable[[], object]) -> None:
    """Wait until *condition* holds."""
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.005)


def command(*arguments: str, folder: Path = ROOT, **environment: str) -> subprocess.Popen[str]:
    """Start ``python -m user_webhook_mock`` away from the terminal, with *environment* and none of the kit's own variables.

    A package of the kit in *folder* takes the place of the kit's own.
    """
    ours = {*(option.variable for option in OPTIONS), "PYTHONWARNINGS"}
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.Popen(
        [sys.executable, "-m", "user_webhook_mock", *arguments],
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(folder / "openapi") if folder != ROOT else "", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Return exit status, standard output and standard error of *process* at its end."""
    try:
        output, errors = process.communicate(timeout=DEADLINE)
    finally:
        process.kill()
    return process.returncode, output, errors


def call(*arguments: str, **environment: str) -> tuple[int, str, str]:
    """Do what ``command`` does in this process, without its start; for arguments with which no mock is served."""
    output, errors = io.StringIO(), io.StringIO()
    handlers = {number: signal.getsignal(number) for number in STOP}
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(output), redirect_stderr(errors):
        for option in OPTIONS:
            patch.delenv(option.variable, raising=False)
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.setattr("user_webhook_mock.cli.serve.serve", _refuse)
        try:
            status = main(arguments)
        except SystemExit as end:
            status = int(end.code or 0)
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
    return status, output.getvalue(), errors.getvalue()


def _refuse(*_: object) -> NoReturn:
    raise AssertionError("this serves a mock, in a process of its own: use `command`")


def announced(process: subprocess.Popen[str]) -> tuple[Mock, str]:
    """Return the mock that *process* runs and its banner, once it accepts connections."""
    assert process.stdout is not None
    lines: list[str] = []
    while not lines or "curl" not in lines[-1]:
        line = process.stdout.readline()
        assert line, f"the mock ended: {process.communicate()}"
        lines.append(line)
    host, _, port = lines[0].rpartition("://")[2].strip().rpartition(":")
    return Mock(host, int(port)), "".join(lines)

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from support.node import DEADLINE, EXAMPLE, chromium, environment, modules, project
from support.paths import ROOT
from support.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.node

PAGES = sorted((ROOT / "docs" / "frontend").glob("*.md"))
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NAME = re.compile(r"(?://|<!--) ([\w./-]+\.\w+)(?: -->)?\n")
SERVERS = {"user-webhook-mock": "8000", "npx vite --port": "5173", "node receiver.ts": "9000"}
"""Commands that run until they are stopped, and the port of each on the pages."""


@dataclass
class Reader:
    """Somebody who does what a page says, in a folder of their own and on free ports."""

    folder: Path
    stack: ExitStack
    variables: dict[str, str]
    ports: dict[str, str] = field(default_factory=lambda: {port: str(free_port()) for port in SERVERS.values()})
    printed: str = ""

    def follow(self, language: str, content: str) -> str:
        """Do what a block says; return whether it was a file, a command, or what a command prints."""
        content = re.sub(r"\b(8000|5173|9000)\b", lambda port: self.ports[port[0]], content)
        if language == "sh":
            for command in content.splitlines():
                self._run(command)
            return "command"
        if language in {"text", "json"}:
            assert self.printed.strip() == content.strip()
            return "output"
        name = NAME.match(content)
        assert name, f"a block of {language} has no name of a file"
        file = self.folder / name[1]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content[name.end() :], encoding="utf-8")
        return "file"

    def _run(self, command: str) -> None:
        server = next((one for one in SERVERS if command.startswith(one) and "--run" not in command), None)
        if command.startswith("npm install "):
            names = [word for word in command.split()[2:] if not word.startswith("--")]
            assert [name for name in names if not (modules(EXAMPLE) / name).exists()] == []
        elif server and not command.startswith("user-webhook-mock export"):
            self.stack.enter_context(self._server(command, int(self.ports[SERVERS[server]])))
        else:
            self.printed = self._output(command)

    def _start(self, command: str, output: int) -> subprocess.Popen[str]:
        variables = {"NO_COLOR": "1", "PORT": self.ports["8000"], **self.variables}
        return subprocess.Popen(
            ["/bin/bash", "-euc", f"exec {command}"],
            cwd=self.folder,
            env=environment(variables),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def _output(self, command: str) -> str:
        process = self._start(command, subprocess.PIPE)
        try:
            printed, _ = process.communicate(timeout=DEADLINE)
        finally:
            _end(process)
        assert process.returncode == 0, f"{command}\n{printed}"
        return printed

    @contextmanager
    def _server(self, command: str, port: int) -> Iterator[None]:
        process = self._start(command, subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + DEADLINE
            while not _listens(port):
                assert process.poll() is None, f"{command} ended with {process.returncode}"
                assert time.monotonic() < deadline, f"{command} does not listen on {port}"
                time.sleep(0.05)
            yield
        finally:
            _end(process)


def _listens(port: int) -> bool:
    for address in ("127.0.0.1", "::1"):
        try:
            socket.create_connection((address, port), timeout=1).close()
        except OSError:
            continue
        return True
    return False


def _end(process: subprocess.Popen[str]) -> None:
    """End *process* and all that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(DEADLINE)


def test_there_are_eight_pages() -> None:
    names = ["cors", "errors", "msw", "parallel", "playwright", "quickstart", "receiver", "vite", "vitest"]

    assert [page.stem for page in PAGES] == names


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_every_block_of_a_page_is_run(page: Path, tmp_path: Path) -> None:
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    variables = chromium() if any("CHROMIUM" in content for _, content in blocks) else {}
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    (tmp_path / "src").mkdir()
    project(tmp_path)

    with ExitStack() as stack:
        reader = Reader(tmp_path, stack, variables)
        done = [reader.follow(language, content) for language, content in blocks]

    assert "command" in done
    assert len(done) == page.read_text(encoding="utf-8").count("\n```") / 2


def test_the_client_of_the_page_is_that_of_the_example() -> None:
    page = (ROOT / "docs" / "frontend" / "errors.md").read_text(encoding="utf-8")
    [shown] = [content for _, content in BLOCK.findall(page) if content.startswith("// src/client.ts\n")]

    assert shown.partition("\n")[2] == (EXAMPLE / "src" / "client.ts").read_text(encoding="utf-8")

"""Runs the blocks of a page, from its first to its last, in one folder.

A block of `sh` runs to its end. One of `json` or `text` is what the block of `sh` before it printed; ``"..."`` stands for
any JSON, and a line of ``...`` for lines that are left out. One of `python` or `yaml` is a file, whose name is the comment
in its first line; tests that no other block runs are run at the end of the page.

A comment anywhere in a page says where it runs:

- ``<!-- page: clone -->``: in a copy of the repository; otherwise in an empty folder.
- ``<!-- page: mock -->``: beside a mock on port 8000.
- ``<!-- page: target NAME -->``: beside the faulty server NAME on port 8080.
- ``<!-- page: elsewhere FILE -->``: not here; the tests in FILE run its blocks.

A comment above a block says how it runs:

- ``<!-- run: serve PORT -->``: until the page ends, or another block serves that port.
- ``<!-- run: status N -->``: it ends with that status.
- ``<!-- run: slow -->``: in `make selftest` only.
- ``<!-- run: default -->``: with the default budget, which its output shows; other runs have the budget for other hosts.
- ``<!-- run: git -->``: in a repository.
- ``<!-- file: NAME -->``: it is a file of that name.
- ``<!-- output: A, B to C -->``: it shows the lines of the output that begin with A, and from B to C.
- ``<!-- elsewhere: FILE -->``: not here; the tests in FILE run it.
- ``<!-- log -->``: it shows lines that the servers of the page print.
- ``<!-- schema: NAME -->``: a file of a CI that follows this schema; ``steps`` after the name says that it is a part of a job.

Ports of a page are replaced by free ones. `make outputs` runs the pages, and writes the outputs that they show again.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from markdown_it import MarkdownIt

from support.clones import borrow_environment
from support.paths import ROOT
from support.ports import free_port
from user_webhook_contract.settings import DEFAULT_BUDGET

if TYPE_CHECKING:
    from collections.abc import Iterator

DEADLINE: Final = 300
PATIENCE: Final = 5
PORTS: Final = ("8000", "8080", "9000")
FILES: Final = {"python": "#", "yaml": "#"}
OUTPUTS: Final = ("json", "text")
FAULTY: Final = ROOT / "tests" / "servers" / "faulty" / "serve.py"
LEFT_OUT: Final = (".git", ".venv", ".*cache*", "__pycache__", "build", "dist", "mutants", "node_modules", "reports")
OURS: Final = re.compile(
    r"^(HOST|PORT|TARGET|.*TOKEN|.*WEBHOOK_ID|CHOICES|STATE|STORE|WORKERS|DELIVER_TO|TIME_SCALE|BUDGET|SEED|RATE"
    r"|REPORT_DIR|TIMEOUT|MAX_TIME|WAIVERS|VENDOR|PRODUCT.*|MAKE.*|MFLAGS|PYTEST_.*|VIRTUAL_ENV|GITHUB_.*)$"
)
VARYING: Final = re.compile(r"\b\d+(?:\.\d+)? ?(?:ms|s)\b|(?<=Run-)[0-9a-f]{8}")
"""What differs from run to run: durations, and the mark of a run."""

ERROR: Final = {"what", "value", "rule", "remedy"}
"""The members of an error of the control API."""


@dataclass
class Block:
    """A block of a page. ``first`` and ``last`` are the numbers of its lines, without the fences."""

    page: Path
    first: int
    last: int
    language: str
    text: str
    directives: dict[str, str]

    @property
    def place(self) -> str:
        """Page and line."""
        page = self.page.relative_to(ROOT) if self.page.is_relative_to(ROOT) else self.page
        return f"{page}, line {self.first}"

    @property
    def words(self) -> list[str]:
        """The words of ``run:``."""
        return self.directives.get("run", "").split()

    @property
    def is_slow(self) -> bool:
        """Whether `make test` leaves it to `make selftest`."""
        return "slow" in self.words

    @property
    def file(self) -> str:
        """The name of the file that the block is, or nothing."""
        if "file" in self.directives:
            return self.directives["file"]
        named = re.match(rf"{FILES.get(self.language, '(?!)')} (\S+\.\w+)\n", self.text)
        return named[1] if named else ""


def pages() -> list[Path]:
    """Return every page that people read."""
    packages = [ROOT / name / "README.md" for name in ("openapi", "mock_server", "contract_tests")]
    return [*sorted(ROOT.glob("*.md")), *packages, *sorted((ROOT / "docs").rglob("*.md"))]


def elsewhere(page: Path) -> str:
    """Return the file of the tests that run the blocks of *page*, or nothing if they are run here."""
    place, _, file = directives(page.read_text(encoding="utf-8")).get("page", "").partition(" ")
    return file if place == "elsewhere" else ""


def directives(text: str) -> dict[str, str]:
    """Return the directives in the comments of *text*, by name."""
    return {
        name: value.strip()
        for name, value in re.findall(r"<!-- (page|run|file|output|log|schema|elsewhere):?(.*?) -->", text)
    }


def blocks(page: Path) -> list[Block]:
    """Return the blocks of *page*, each with the directives right above it."""
    found, above = [], ""
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        if token.type == "html_block":
            above += token.content
        elif token.type == "fence":
            start, end = token.map or (0, 0)
            found.append(Block(page, start + 2, end - 1, token.info.strip(), token.content, directives(above)))
            above = ""
        elif token.type == "inline":
            above = ""
    return found


@dataclass
class Process:
    """A server of a page, and the file that it prints into."""

    program: subprocess.Popen[bytes]
    printed: Path

    def end(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            if self.program.poll() is None:
                os.killpg(self.program.pid, number)
                with suppress(subprocess.TimeoutExpired):
                    self.program.wait(PATIENCE)


@dataclass
class Session:
    """The run of one page."""

    page: Path
    folder: Path = field(default_factory=Path)
    output: str = ""
    servers: dict[str, Process] = field(default_factory=dict)
    logs: list[Path] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._temporary = tempfile.TemporaryDirectory(prefix="page-")
        self._away = Path(self._temporary.name)
        self.folder = self._away / "folder"
        self._ports = {port: str(free_port()) for port in PORTS}
        try:
            self._prepare(directives(self.page.read_text(encoding="utf-8")).get("page", "").split())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for server in self.servers.values():
            server.end()
        self._temporary.cleanup()

    def _prepare(self, words: list[str]) -> None:
        if "clone" in words:
            clone(self.folder)
        else:
            self.folder.mkdir()
        if "mock" in words:
            self.serve("user-webhook-mock", "8000")
        if "target" in words:
            name = words[words.index("target") + 1]
            self.serve(f"{shlex.quote(sys.executable)} {shlex.quote(str(FAULTY))} {name} --port 8080", "8080")

    def run(self, block: Block) -> str | None:
        """Run *block*; return what it is to show, if it shows what was printed.

        Raises:
            AssertionError: It does not do what the page says.
        """
        if block.language == "sh":
            self._run_script(block)
        elif "log" in block.directives:
            return self._logged(block)
        elif "elsewhere" in block.directives:
            return None
        elif block.file:
            (self.folder / block.file).write_text(self._mapped(block.text), encoding="utf-8")
        elif block.language in OUTPUTS and "schema" not in block.directives:
            return self._shown(block)
        else:
            assert "schema" in block.directives, f"{block.place}: there is no way to run {block.language!r}"
        return None

    def run_tests(self, found: list[Block]) -> None:
        """Run the files of tests among the blocks that are *found* on the page, if none of them does."""
        files = [block.file for block in found if block.language == "python" and block.file.startswith("test_")]
        if files and not any("pytest" in block.text for block in found if block.language == "sh"):
            self._run_script(Block(self.page, 0, 0, "sh", f"python -m pytest {' '.join(files)}", {}))

    def serve(self, script: str, port: str) -> None:
        """Start *script*, which serves *port*, and wait until it does."""
        if port in self.servers:
            self.servers.pop(port).end()
        printed = self._away / f"{len(self.logs)}.log"
        self.logs.append(printed)
        with printed.open("wb") as output:
            program = self._start(script, output)
        self.servers[port] = Process(program, printed)
        self._until(lambda: program.poll() is not None or _accepts(self._ports[port]), printed)
        assert program.poll() is None, f"{script} ended: {self._text(printed)}"

    def _run_script(self, block: Block) -> None:
        if "serve" in block.words:
            self.serve(block.text, block.words[block.words.index("serve") + 1])
            return
        expected = int(block.words[block.words.index("status") + 1]) if "status" in block.words else 0
        prepared = "git init --quiet\n" if "git" in block.words else ""
        budget = "" if {"default", "slow"} & {*block.words} else f"export BUDGET={DEFAULT_BUDGET}\n"
        program = self._start(budget + prepared + block.text, subprocess.PIPE, subprocess.PIPE)
        try:
            output, errors = program.communicate(timeout=DEADLINE)
        finally:
            if program.poll() is None:
                os.killpg(program.pid, signal.SIGKILL)
        self.output = self._canonical(output.decode())
        told = f"{block.place}: status {program.returncode}\n{self.output}\n{errors.decode()}"
        assert program.returncode == expected, told
        assert not any(_members(line) >= ERROR for line in self.output.splitlines()), told

    def _start(self, script: str, output: Any, errors: Any = subprocess.STDOUT) -> subprocess.Popen[bytes]:
        environment = {name: value for name, value in os.environ.items() if not OURS.match(name)}
        return subprocess.Popen(
            ["/bin/bash", "-euo", "pipefail", "-c", self._mapped(script)],
            cwd=self.folder,
            env={
                **environment,
                "PATH": f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}",
                "PORT": self._ports["8000"],
                "COLUMNS": "100",
                "NO_COLOR": "1",
                "PYTHONUNBUFFERED": "1",
            },
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            start_new_session=True,
        )

    def _shown(self, block: Block) -> str:
        if block.language == "json":
            return _filled(block.text, self.output)
        lines = [line.rstrip() for line in self.output.splitlines()]
        return "".join(f"{line}\n" for line in _selected(lines, block.directives.get("output", "")))

    def _logged(self, block: Block) -> str:
        """Return the lines of the servers that begin as those of *block* do, once there is one for each."""
        beginnings = [" ".join(VARYING.split(line)[0].split()[:3]) for line in block.text.splitlines()]
        found: list[str] = []

        def all_are_there() -> bool:
            lines = [line.rstrip() for log in self.logs for line in self._text(log).splitlines()]
            found[:] = [line for line in lines if any(line.startswith(one) for one in beginnings)]
            return len(found) >= len(beginnings)

        self._until(all_are_there, *self.logs)
        return "".join(f"{line}\n" for line in found[: len(beginnings)])

    def _until(self, condition: Any, *logs: Path) -> None:
        deadline = time.monotonic() + DEADLINE
        while not condition():
            assert time.monotonic() < deadline, [self._text(log) for log in logs]
            time.sleep(0.01)

    def _text(self, log: Path) -> str:
        return self._canonical(log.read_text(encoding="utf-8"))

    def _mapped(self, text: str) -> str:
        return re.sub(rf"(?<![\w.])({'|'.join(PORTS)})(?!\w)", lambda found: self._ports[found[1]], text)

    def _canonical(self, text: str) -> str:
        for port, free in self._ports.items():
            text = text.replace(free, port)
        return text


def is_same(block: Block, shown: str) -> bool:
    """Tell whether *block* shows what was printed, but for what differs from run to run."""
    if block.language == "json":
        return bool(json.loads(block.text) == json.loads(shown))
    return VARYING.sub("N s", block.text) == VARYING.sub("N s", shown)


def clone(folder: Path) -> None:
    """Copy the repository to *folder*, set up with the environment that runs the tests."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
    borrow_environment(folder)


def _accepts(port: str) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", int(port))) == 0


def _members(line: str) -> set[str]:
    try:
        parsed = json.loads(line)
    except ValueError:
        return set()
    return set(parsed) if isinstance(parsed, dict) else set()


def _selected(lines: list[str], wanted: str) -> Iterator[str]:
    """Yield the *lines* that begin with what is *wanted*, and a line of dots for those between them."""
    last = 0
    for part in [part.strip() for part in wanted.split(",")] if wanted else []:
        beginning, _, end = part.partition(" to ")
        first = _numbered(lines, beginning, last)
        if last and first > last + 1:
            yield "..."
        last = _numbered(lines, end, first) if end else first
        yield from lines[first - 1 : last]
    if not wanted:
        yield from lines


def _numbered(lines: list[str], beginning: str, after: int) -> int:
    """Return the number of the first line behind line *after* that begins like this."""
    for number, line in enumerate(lines, 1):
        if number > after and line.strip().startswith(beginning):
            return number
    raise AssertionError(f"no line of the output begins with {beginning!r}: {lines}")


def _filled(text: str, output: str) -> str:
    """Return *output* as JSON, with dots where *text* has them."""
    actual = json.loads(output if _members(output) else output.splitlines()[-1])
    filled = _dotted(json.loads(text), actual)
    style: dict[str, Any] = {"indent": 2} if text.count("\n") > 1 else {"separators": (",", ":")}
    return json.dumps(filled, ensure_ascii=False, **style) + "\n"


def _dotted(expected: Any, actual: Any) -> Any:
    if expected == "...":
        return expected
    if isinstance(expected, dict) and isinstance(actual, dict):
        return {name: _dotted(expected.get(name), value) for name, value in actual.items()}
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        return [_dotted(*pair) for pair in zip(expected, actual, strict=True)]
    return actual


def rewrite(page: Path) -> None:
    """Write the outputs that *page* shows again."""
    lines = page.read_text(encoding="utf-8").splitlines(keepends=True)
    changes: list[tuple[Block, str]] = []
    with Session(page) as session:
        for block in blocks(page):
            shown = None if block.is_slow else session.run(block)
            if shown is not None and not is_same(block, shown):
                changes.append((block, shown))
    for block, shown in reversed(changes):
        indent = re.match(r" *", lines[block.first - 2])[0]  # type: ignore[index]  it matches nothing, too
        lines[block.first - 1 : block.last] = [f"{indent}{line}".rstrip() + "\n" for line in shown.splitlines()]
        sys.stdout.write(f"{block.place}\n")
    page.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    for one in [Path(name).resolve() for name in sys.argv[1:]] or pages():
        if not elsewhere(one) and any(block.language in OUTPUTS for block in blocks(one)):
            rewrite(one)

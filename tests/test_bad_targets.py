"""The suite against targets that do anything but answer: one table of what a run says of each."""

from __future__ import annotations

import json
import socket
import ssl
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from bad_targets import (
    BLOCK,
    CHUNKED,
    END,
    HEAD,
    PAUSE,
    BadTarget,
    answer,
    authority,
    bomb,
    full_backlog,
    hang,
    repeats,
    reset,
    reset_afterwards,
    says,
    secured,
)

from contract_tests.report.conformance import conformance
from contract_tests.report.files import HTML, write_files
from contract_tests.runner import Runner
from contract_tests.settings import Settings, UsageError
from contract_tests.verification import read_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TIMEOUT = 0.4
LONGEST = 15
"""Seconds for everything that a run of one of these targets may take, on a machine that is busy with others."""

BODY = {"data": {"id": "x", "url": "https://example.com", "events": ["all"], "clientId": "c", "secrets": ["s" * 32]}}
GOOD = answer(201, BODY)
CLOSED, GARBLED, LATE = "closed before an answer", "breaks off or is no HTTP", "no answer within the time limit"

OPENED_BADLY: dict[str, tuple[Callable[[BadTarget, socket.socket], None], int, str]] = {
    "reset before the request": (reset, 2, CLOSED),
    "reset after the request": (reset_afterwards, 2, CLOSED),
    "closed": (says(), 2, CLOSED),
    "black hole": (hang, 2, LATE),
    "headers byte by byte": (repeats(b"HTTP/1.1 201 Created\r\nX: ", b"x", PAUSE), 2, LATE),
    "body byte by byte": (repeats(HEAD + END, b" ", PAUSE), 2, LATE),
    "counted body byte by byte": (repeats(HEAD + b"\r\nContent-Length: 9999" + END, b" ", PAUSE), 2, LATE),
    "chunks byte by byte": (repeats(CHUNKED, b"1\r\n \r\n", PAUSE), 2, LATE),
    "one endless chunk size": (repeats(CHUNKED, b"0", PAUSE), 2, LATE),
    "endless trailers": (repeats(CHUNKED + b"0\r\n", b"a: b\r\n", PAUSE), 2, LATE),
    "endless headers": (repeats(b"HTTP/1.1 201 Created\r\n", b"a: b\r\n" * 1000), 2, GARBLED),
    "an endless header": (repeats(b"HTTP/1.1 201 Created\r\nX: ", BLOCK), 2, GARBLED),
    "an endless status line": (repeats(b"HTTP/1.1 201 ", BLOCK), 2, GARBLED),
    "100,000 headers": (says(HEAD, b"\r\na: b" * 100_000, END, b"{}"), 2, GARBLED),
    "endless 100": (repeats(b"", b"HTTP/1.1 100 Continue" + END), 2, LATE),
    "endless 103": (repeats(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </>" + END), 2, LATE),
    "endless 100, slowly": (repeats(b"", b"HTTP/1.1 100 Continue" + END, PAUSE), 2, LATE),
    "100 and no more": (says(b"HTTP/1.1 100 Continue" + END), 2, GARBLED),
    "101": (says(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade" + END), 1, "status 101"),
    "garbage": (says(bytes(range(256)) * 40), 2, GARBLED),
    "endless garbage": (repeats(b"", BLOCK), 2, GARBLED),
    "HTTP/0.9": (says(b'{"data": {}}'), 2, GARBLED),
    "HTTP/2": (says(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + b"\x00" * 18), 2, GARBLED),
    "a status that is no number": (says(b"HTTP/1.1 2x1 Created" + END), 2, GARBLED),
    "a status of two digits": (says(b"HTTP/1.1 20 Created" + END), 2, GARBLED),
    "status 999": (says(b"HTTP/1.1 999 Beyond\r\nContent-Length: 0" + END), 1, "status 999"),
    "a negative length": (says(HEAD + b"\r\nContent-Length: -1" + END + b"{}"), 2, GARBLED),
    "a length that is no number": (says(HEAD + b"\r\nContent-Length: 1e3" + END + b"{}"), 2, GARBLED),
    "two lengths": (says(HEAD + b"\r\nContent-Length: 2\r\nContent-Length: 3" + END + b"{} "), 2, GARBLED),
    "a short body": (says(HEAD + b"\r\nContent-Length: 100" + END + b"{}"), 2, GARBLED),
    "a chunk size that is none": (says(CHUNKED + b"zz\r\n{}\r\n0" + END), 2, GARBLED),
    "chunks that break off": (says(CHUNKED + b"5\r\n{}"), 2, GARBLED),
    "a header without a colon": (says(HEAD + b"\r\nnonsense\r\nContent-Length: 2" + END + b"{}"), 2, GARBLED),
    "an endless body": (repeats(HEAD + END, BLOCK), 1, "no JSON"),
    "an endless counted body": (repeats(HEAD + b"\r\nContent-Length: 99999999999" + END, BLOCK), 1, "no JSON"),
    "endless chunks": (repeats(CHUNKED, b"10000\r\n" + BLOCK + b"\r\n"), 1, "no JSON"),
    "what is no gzip": (says(HEAD + b"\r\nContent-Encoding: gzip\r\nContent-Length: 2" + END + b"{}"), 1, "no JSON"),
    "br": (says(HEAD + b"\r\nContent-Encoding: br\r\nContent-Length: 2" + END + b"\x0b\x00"), 1, "no JSON"),
    "a gateway's page": (says(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6" + END + b"<html>"), 2, "a gateway"),
    "plain HTTP refused by TLS": (
        says(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 37" + END + b"plain HTTP request sent to HTTPS port"),
        2,
        "use https://",
    ),
}


def judged(target: str, **settings: Any) -> tuple[dict[str, Any], float]:
    """Return the report of a run, as the command makes it, and how long the run took."""
    started = time.monotonic()
    chosen = {"timeout": TIMEOUT, "budget": 14, "rate": 0, **settings}
    runner = Runner(Settings(target, **chosen))
    try:
        runner()
    except UsageError as error:
        assert str(error) == runner.run.stopped  # noqa: PT017  what is told is told in the report, too
    report = conformance(runner.run)
    return report, time.monotonic() - started


def told(report: dict[str, Any]) -> str:
    """Return what a person reads first: why it ended, or else what was received."""
    failures = [one["received"] for row in report["requirements"] for one in row["failures"]]
    return " ".join([report["stopped"], *failures])


def assert_whole(report: dict[str, Any], folder: Path) -> None:
    """See that *report* keeps its schema, that each file of it can be written, and that no token is in them."""
    paths, trouble = write_files(report, folder)
    assert (len(paths), trouble) == (7, "")
    assert read_report(folder / "conformance.json")["verdict"] == report["verdict"]
    assert all("valid-token" not in (folder / name).read_text() for name in (HTML, "conformance.json", "summary.md"))


@pytest.mark.parametrize("name", OPENED_BADLY)
def test_a_bad_target_gets_its_verdict_in_time(name: str, tmp_path: Path) -> None:
    act, status, words = OPENED_BADLY[name]
    with BadTarget(act) as target:
        report, seconds = judged(target.url)

    assert (report["exit_status"], words in told(report)) == (status, True), told(report)
    assert seconds < LONGEST
    assert_whole(report, tmp_path)

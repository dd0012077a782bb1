"""The suite against targets that do anything but answer: one table of what a run says of each."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from support.bad_targets import (
    BLOCK,
    CHUNKED,
    END,
    HEAD,
    PAUSE,
    BadTarget,
    bomb,
    full_backlog,
    hang,
    repeats,
    reset,
    reset_afterwards,
    response,
    says,
    secured,
)
from support.relay import Relay
from support.suite_runs import FIRST
from user_webhook_contract.commands.report_file import read_report
from user_webhook_contract.forms.writer import FORMS, write_files
from user_webhook_contract.http.client import MAX_BODY
from user_webhook_contract.report.conformance import conformance
from user_webhook_contract.runner.runner import Runner
from user_webhook_contract.settings import Settings

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

TIMEOUT = 0.4
LONGEST = 15
"""Seconds for everything that a run of one of these targets may take, on a machine that is busy with others."""

BODY = {"data": {"id": "x", "url": "https://example.com", "events": ["all"], "clientId": "c", "secrets": ["s" * 32]}}
GOOD = response(201, BODY)
CLOSED, GARBLED, LATE = "closed before a response", "cut off or is not HTTP", "no response within the time limit"

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
    "101": (
        says(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade" + END),
        1,
        "status 101",
    ),
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
    "an endless body": (repeats(HEAD + END, BLOCK), 1, "cannot be read as JSON"),
    "an endless counted body": (
        repeats(HEAD + b"\r\nContent-Length: 99999999999" + END, BLOCK),
        1,
        "cannot be read as JSON",
    ),
    "endless chunks": (repeats(CHUNKED, b"10000\r\n" + BLOCK + b"\r\n"), 1, "cannot be read as JSON"),
    "what is no gzip": (
        says(HEAD + b"\r\nContent-Encoding: gzip\r\nContent-Length: 2" + END + b"{}"),
        1,
        "not in its Content-Encoding",
    ),
    "br": (
        says(HEAD + b"\r\nContent-Encoding: br\r\nContent-Length: 2" + END + b"\x0b\x00"),
        1,
        "cannot be read as JSON",
    ),
    "a gateway's page": (says(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6" + END + b"<html>"), 2, "a gateway"),
    "plain HTTP refused by TLS": (
        says(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 37" + END + b"plain HTTP request sent to HTTPS port"),
        2,
        "use https://",
    ),
}


def trust(issuer: trustme.CA, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let TLS trust *issuer*."""
    file = folder / "authority.pem"
    issuer.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))


def judged(target: str, **settings: Any) -> tuple[dict[str, Any], float]:
    """Return the report of a run, as the command makes it, and how long the run took."""
    started = time.monotonic()
    chosen = {"timeout": TIMEOUT, "budget": 14, "rate": 0, **settings}
    found = Runner(Settings(target, **chosen))()
    assert found.setup_error in {"", found.stopped}
    return conformance(found), time.monotonic() - started


def told(report: dict[str, Any]) -> str:
    """Return what a person reads first: why it ended, or else what was received."""
    failures = [one["received"] for row in report["requirements"] for one in row["failures"]]
    return " ".join([report["stopped"], *failures])


def assert_whole(report: dict[str, Any], folder: Path) -> None:
    """See that *report* keeps its schema, that each file of it can be written, and that no token is in them."""
    paths, trouble = write_files(report, folder)
    assert (len(paths), trouble) == (len(FORMS), "")
    assert read_report(folder / "conformance.json")["verdict"] == report["verdict"]
    assert all(
        "valid-token" not in (folder / name).read_text().replace("${TOKEN:-valid-token}", "")
        for name in ("report.html", "conformance.json", "summary.md")
    )


@pytest.mark.parametrize("name", OPENED_BADLY)
def test_a_bad_target_gets_its_verdict_in_time(name: str, tmp_path: Path) -> None:
    act, status, words = OPENED_BADLY[name]
    with BadTarget(act) as target:
        report, seconds = judged(target.url)

    assert (report["exit_status"], words in told(report)) == (status, True), told(report)
    assert seconds < LONGEST
    assert_whole(report, tmp_path)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "gzip, gzip"])
def test_a_bomb_is_not_unpacked_further_than_an_answer_is_read(encoding: str, tmp_path: Path) -> None:
    with BadTarget(says(bomb(encoding))) as target:
        report, seconds = judged(target.url, timeout=5.0)

    assert (report["exit_status"], "cannot be read as JSON" in told(report)) == (1, True), told(report)
    assert seconds < LONGEST
    assert {one["answer"]["body"]["length"] for one in report["exchanges"]} == {MAX_BODY}
    assert_whole(report, tmp_path)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("place", ["/", "//{}/", "http://{}/"], ids=["itself", "another without scheme", "another"])
def test_a_redirect_is_told_and_never_followed(status: int, place: str) -> None:
    with BadTarget(says(GOOD)) as other:
        location = place.format(f"127.0.0.1:{other.port}")
        page = f"HTTP/1.1 {status} X\r\nLocation: {location}\r\nContent-Length: 0".encode() + END
        with BadTarget(says(page)) as target:
            report, _ = judged(target.url)

    assert report["stopped"] == f"--target={target.url!r} redirects to {location!r}: give the address that it leads to."
    assert (report["exit_status"], other.connections) == (2, 0)


@pytest.mark.parametrize(
    ("certificate", "is_trusted", "words"),
    [
        ({"name": "other.example"}, True, "certificate is not valid for '127.0.0.1'). Give the name"),
        ({"is_expired": True}, True, "(certificate has expired). Renew it."),
        ({}, False, "Name the file of its authority in SSL_CERT_FILE"),
    ],
    ids=["wrong name", "expired", "unknown authority"],
)
def test_a_certificate_that_is_not_accepted_is_told(
    certificate: dict[str, Any], words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, is_trusted: bool
) -> None:
    issuer = trustme.CA()
    if is_trusted:
        trust(issuer, monkeypatch, tmp_path)
    with BadTarget(says(GOOD), secured(issuer, **certificate)) as target:
        report, _ = judged(target.url)

    assert (report["exit_status"], words in report["stopped"]) == (2, True), report["stopped"]
    assert_whole(report, tmp_path)


def test_a_certificate_of_a_trusted_authority_is_accepted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    issuer = trustme.CA()
    trust(issuer, monkeypatch, tmp_path)
    with BadTarget(says(GOOD), secured(issuer)) as target:
        report, _ = judged(target.url)

    assert (report["exit_status"], report["stopped"], report["requests_sent"]) == (1, "", 14)


# Python leaves a socket open that was reset before the handshake began (ssl.SSLSocket._create).
@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
@pytest.mark.parametrize(
    ("act", "words"),
    [(says(GOOD), "Use http://"), (hang, "within the time limit"), (reset, CLOSED)],
    ids=["plain HTTP", "black hole", "reset"],
)
def test_a_target_without_tls_is_told(act: Callable[[BadTarget, socket.socket], None], words: str) -> None:
    with BadTarget(act) as target:
        report, _ = judged(target.url.replace("http:", "https:"))

    assert (report["exit_status"], words in report["stopped"]) == (2, True), report["stopped"]


def test_a_port_of_tls_that_gets_plain_http_is_told() -> None:
    with BadTarget(says(GOOD), secured(trustme.CA())) as target:
        report, _ = judged(target.url.replace("https:", "http:"))

    assert (report["exit_status"], "a TLS port needs https://" in report["stopped"]) == (2, True), report["stopped"]


def test_a_listener_that_accepts_nobody_is_told() -> None:
    with full_backlog() as url:
        report, seconds = judged(url)

    assert (report["exit_status"], "nothing responded within the time limit" in report["stopped"]) == (2, True)
    assert seconds < LONGEST


@pytest.mark.parametrize("interim", [b"HTTP/1.1 103 Early Hints\r\nLink: </>" + END, b"HTTP/1.1 100 Continue" + END])
def test_an_interim_answer_is_no_answer(correct: str, interim: bytes) -> None:
    with Relay(correct, alter=lambda raw: interim + raw) as relay:
        report, _ = judged(relay.url, budget=100)

    assert (report["exit_status"], told(report)) == (0, "")


@pytest.mark.parametrize(
    "surplus",
    [lambda raw: raw + raw, lambda raw: raw + GOOD, lambda raw: raw + b"junk"],
    ids=["twice", "other", "junk"],
)
def test_what_stands_behind_an_answer_is_told_and_taken_for_no_other(
    correct: str, surplus: Callable[[bytes], bytes]
) -> None:
    with Relay(correct, alter=surplus) as relay:
        report, _ = judged(relay.url, budget=100)
    failing = [row["id"] for row in report["requirements"] if row["verdict"] == "fail"]

    assert (report["exit_status"], failing) == (1, ["R-703"]), told(report)
    assert "a response with more bytes behind it" in told(report)


def test_a_blank_line_behind_an_answer_is_nothing(correct: str) -> None:
    with Relay(correct, alter=lambda raw: raw + b"\r\n") as relay:
        report, _ = judged(relay.url, budget=100)

    assert (report["exit_status"], told(report)) == (0, "")


def test_answers_that_are_shifted_by_one_are_the_targets_own(correct: str) -> None:
    before = [GOOD]

    def shifted(raw: bytes) -> bytes:
        before.append(raw)
        return before.pop(0)

    with Relay(correct, alter=shifted) as relay:
        report, _ = judged(relay.url)

    assert report["exit_status"] == 1
    shared = sum(one["request"]["is_on_kept_connection"] for one in report["exchanges"])
    assert len(relay.seen) == report["requests_sent"] == relay.connections + shared
    assert shared <= 3


@pytest.mark.parametrize(
    ("host", "path"), [("::1", ""), ("::1", "/"), ("127.0.0.1", "/base/"), ("127.0.0.1", "/b%20a")]
)
def test_a_target_is_asked_at_its_address(host: str, path: str) -> None:
    with BadTarget(says(GOOD), host=host) as target:
        judged(target.url + path)

    line, _, rest = target.seen[0].partition(b"\r\n")
    assert line == f"PATCH {path.rstrip('/')}/api/v2/public/webhooks/user/{FIRST} HTTP/1.1".encode()
    assert f"\r\nHost: {target.url.partition('//')[2]}\r\n".encode() in b"\r\n" + rest

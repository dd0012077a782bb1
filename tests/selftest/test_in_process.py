"""A server that is judged in this process gets the verdict that it gets over a socket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from selftest.generated import Course, choose, judge_fault
from selftest.in_process import judge
from servers.faulty import FaultyServers
from servers.faulty.serve import build
from servers.generated import by_name
from support.suite_runs import failed, run

if TYPE_CHECKING:
    from servers.faulty.asgi import Receive, Scope, Send


@pytest.mark.parametrize(
    "name",
    [
        "correct",
        "accepts-http-as-url",
        "drops-the-connection-on-malformed-json",
        "never-answers-malformed-json",
        "stores-given-secrets-in-lower-case",
        "trusts-the-half-of-a-token",
    ],
)
def test_gives_the_verdict_of_a_socket(name: str) -> None:
    with FaultyServers() as servers:
        over_a_socket = run(servers.url(name), timeout=0.5)

    in_process = judge(build(name))

    assert (in_process.verdict, failed(in_process)) == (over_a_socket.verdict, failed(over_a_socket))
    assert in_process.requests_sent == over_a_socket.requests_sent


def test_reads_chunked_bodies() -> None:
    server, chunked = by_name()["refuses-url-scheme.capitals"].build(), []

    async def watched(scope: Scope, receive: Receive, send: Send) -> None:
        chunked.append((b"transfer-encoding", b"chunked") in scope["headers"])
        await server(scope, receive, send)

    found = judge(watched, budget=200)

    assert any(chunked)
    assert failed(found) == {"R-226"}


@pytest.mark.parametrize("name", ["url-scheme.http", "url-blanks-around.spaces-behind-a-url", "crash-on-body.words"])
def test_finds_the_same_whether_it_ends_early_or_not(name: str) -> None:
    whole, early = (judge_fault(name, Course(100, 0, is_whole=is_whole)) for is_whole in (True, False))

    assert (whole.is_found, whole.request) == (early.is_found, early.request)


def test_names_what_a_fault_breaks() -> None:
    found = judge_fault("url-scheme.http", Course(100, 0, is_whole=True))

    assert (found.is_found, found.is_attributed, "R-201" in found.failed) == (True, True, True)


def test_takes_a_sample_of_each_operator_in_turn() -> None:
    chosen = choose("untuned", 30, 0)

    assert chosen == choose("untuned", 30, 0) != choose("untuned", 30, 1)
    assert len({fault.operator for fault in chosen}) == 30
    assert {fault.half for fault in chosen} == {"untuned"}

"""A token that stops working in the middle of a run, and targets that answer 401 for reasons of their own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from servers.faulty import FaultyServers
from support.relay import PASS, Relay, Reply, Sent
from support.suite_runs import failed, run, told
from user_webhook_contract.runner.token_watch import MAX_CONTROLS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

UNAUTHORIZED = Reply(401, json.dumps({"message": "Unauthorized", "statusCode": 401}).encode())
VALID = "Bearer valid-token"


@pytest.fixture(scope="module")
def servers() -> Iterator[FaultyServers]:
    with FaultyServers() as running:
        yield running


def expiring(after: int) -> Callable[[int, Sent], object]:
    """Return a relay's script that refuses the valid token behind the *after*th request."""
    return lambda number, sent: UNAUTHORIZED if number > after and sent.headers.get("authorization") == VALID else PASS


@pytest.mark.parametrize("after", [5, 30, 60, 90], ids=str)
def test_a_token_that_stops_working_ends_the_run_and_accuses_nobody(servers: FaultyServers, after: int) -> None:
    servers.reset("correct")
    with Relay(servers.url("correct"), expiring(after)) as relay:
        found = run(relay.url)

    assert (failed(found), found.verdict.value) == (set(), "inconclusive"), told(found)
    assert "got 401 with a token that was accepted before" in found.stopped
    assert found.requests_sent <= 100


def test_what_was_proven_before_the_token_stopped_working_stands(servers: FaultyServers) -> None:
    servers.reset("answers-401-with-error")
    with Relay(servers.url("answers-401-with-error"), expiring(60)) as relay:
        found = run(relay.url)

    assert (failed(found), found.verdict.value) == ({"R-604"}, "non-conformant"), told(found)
    assert "the token has expired or was revoked" in found.stopped


def test_a_401_to_one_body_alone_is_that_requests_failure(servers: FaultyServers) -> None:
    servers.reset("correct")

    def script(_: int, sent: Sent) -> object:
        return (
            UNAUTHORIZED
            if b"facility.creation.rejected" in sent.body and sent.headers.get("authorization") == VALID
            else PASS
        )

    with Relay(servers.url("correct"), script) as relay:
        found = run(relay.url)

    assert (found.stopped, found.verdict.value) == ("", "non-conformant")
    assert failed(found) & {"R-101", "R-222", "R-223"}
    assert not failed(found) & {"R-401", "R-402"}


def test_the_control_requests_of_a_run_have_an_end(servers: FaultyServers) -> None:
    servers.reset("correct")
    controls = []
    least = b'{"events":["all"]}'
    with Relay(servers.url("correct")) as relay:
        run(relay.url)
    usual = sum(sent.body == least for sent in relay.seen)

    def script(_: int, sent: Sent) -> object:
        is_control = sent.body == least
        controls.append(is_control)
        return PASS if is_control or sent.headers.get("authorization") != VALID else UNAUTHORIZED

    with Relay(servers.url("correct"), script) as relay:
        found = run(relay.url)

    assert found.verdict.value == "non-conformant"
    assert sum(controls) <= MAX_CONTROLS + usual

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.relay import PASS, Relay, Sent
from support.suite_runs import command, failed, run, told
from user_webhook_contract.runner.kept_connections import CLOSED, SAME_ON_A_KEPT_CONNECTION

if TYPE_CHECKING:
    from pathlib import Path

    from servers.faulty import FaultyServers


def kept(relay: Relay) -> list[Sent]:
    return [sent for sent in relay.seen if sent.headers["connection"] == "keep-alive"]


def test_four_requests_of_a_run_share_a_connection(correct: str) -> None:
    with Relay(correct) as relay:
        found = run(relay.url)

    assert [sent.headers.get("authorization", "none") for sent in kept(relay)] == [
        "Bearer valid-token",
        "none",
        "Bearer an-unknown-token",
        "Bearer valid-token",
    ]
    assert relay.connections == len(relay.seen) - 3
    assert found.ledger.entries[SAME_ON_A_KEPT_CONNECTION].proofs == 3
    assert failed(found) == set(), told(found)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("asks-for-a-token-once-a-connection", "R-401"),
        ("reads-the-token-once-a-connection", "R-402"),
        ("updates-the-first-webhook-of-a-connection", "R-307"),
        ("crashes-on-the-second-request-of-a-connection", "R-706"),
    ],
)
def test_what_a_shared_connection_changes_is_found(servers: FaultyServers, name: str, row: str) -> None:
    servers.reset(name)
    found = run(servers.url(name))

    assert failed(found) == {row}, told(found)
    assert found.verdict.value == ("conformant" if row == "R-706" else "non-conformant")


def test_a_target_that_is_wrong_on_every_connection_is_not_accused_of_sharing_them(servers: FaultyServers) -> None:
    found = run(servers.url("answers-500-for-401"), reuses_connections=True)

    assert "R-401" in failed(found)
    assert SAME_ON_A_KEPT_CONNECTION not in failed(found)


def test_a_target_that_closes_its_connections_gets_a_remark_alone(correct: str) -> None:
    def closing(answer: bytes) -> bytes:
        return answer.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)

    with Relay(correct, alter=closing) as relay:
        found = run(relay.url, is_strict=True)

    assert relay.connections == len(relay.seen)
    assert found.notes == [CLOSED]
    assert found.verdict.value == "conformant", told(found)


def test_a_kept_connection_that_is_cut_says_nothing_of_the_target(correct: str) -> None:
    def cut(number: int, sent: Sent) -> str:
        is_second = sent.headers["connection"] == "keep-alive" and not sent.headers.get("authorization")
        return "drop" if is_second and number < 20 and not seen.append(number) and len(seen) == 1 else PASS

    seen: list[int] = []
    with Relay(correct, cut) as relay:
        found = run(relay.url)

    assert len(seen) == 2
    assert failed(found) == set(), told(found)


def test_a_quarter_of_the_requests_shares_a_connection_where_that_is_asked_for(correct: str) -> None:
    with Relay(correct) as relay:
        found = run(relay.url, reuses_connections=True, budget=200, is_strict=True)

    shared = [sent.headers.get("authorization") for sent in kept(relay)]
    assert len(shared) == 50 + 4
    assert shared[47:50] == ["Bearer valid-token", None, "Bearer valid-token"]
    assert found.requests_sent <= 200
    assert found.verdict.value == "conformant", told(found)
    assert found.ledger.entries[SAME_ON_A_KEPT_CONNECTION].proofs > 20


def test_responses_in_another_order_than_the_requests_are_a_warning(correct: str) -> None:
    answers: list[bytes] = []

    def swapped(answer: bytes) -> bytes:
        answers.append(answer)
        if len(answers) == 25:
            return b""
        return answer + answers[24] if len(answers) == 26 else answer

    with Relay(correct, alter=swapped) as relay:
        found = run(relay.url, reuses_connections=True)

    assert failed(found) == {SAME_ON_A_KEPT_CONNECTION}, told(found)
    assert found.verdict.value == "conformant"


def test_a_replay_sends_an_update_on_the_connection_first(servers: FaultyServers, tmp_path: Path) -> None:
    name = "asks-for-a-token-once-a-connection"
    servers.reset(name)
    command(["--target", servers.url(name), "--budget", 60], tmp_path)
    status, output, _ = command(["replay", "reports/conformance.json", "--target", servers.url(name)], tmp_path)

    assert status == 1
    assert output.startswith("R-401 (must) A request without a token is refused with 401: still fails.")

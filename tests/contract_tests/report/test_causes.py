from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.relay import Relay
from support.report_runs import report_of
from support.suite_runs import FIRST
from user_webhook_contract.checks.finding import Finding, Gravity
from user_webhook_contract.checks.history import History
from user_webhook_contract.fuzzing.discovery import smallest_first
from user_webhook_contract.http.client import Exchange
from user_webhook_contract.http.request import Request
from user_webhook_contract.http.response import Response
from user_webhook_contract.report.failure import all_failures, causes, exchange_of, first_fix
from user_webhook_contract.report.totals import totals
from user_webhook_contract.results.ledger import Failure
from user_webhook_contract.results.retention import Retention, most_telling_first

if TYPE_CHECKING:
    from servers.faulty import FaultyServers


def row(report: dict[str, Any], identifier: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in report["requirements"] if one["id"] == identifier)
    return found


def failure(number: int, body: bytes | None, gravity: Gravity, *, is_bare: bool = False) -> Failure:
    exchange = Exchange(number, Request(FIRST, body), Response(400, {}, b""), 0.0, is_bare=is_bare)
    return Failure("a title", exchange, Finding("R-203", is_kept=False, gravity=gravity))


def test_the_gravest_difference_comes_first_and_then_the_shortest_request() -> None:
    failures = [
        failure(6, b"{}", Gravity.CONTENT),
        failure(7, None, Gravity.STATUS, is_bare=True),
        failure(8, b'{"events": [], "other": 1}', Gravity.STATUS),
        failure(9, b'{"events": []}', Gravity.STATUS),
    ]

    assert [one.exchange.number for one in most_telling_first(smallest_first(failures, []))] == [9, 8, 6, 7]


def test_a_telling_failure_is_kept_whole_after_many_others() -> None:
    retention = Retention(History())
    finding = {gravity: [Finding("R-203", is_kept=False, gravity=gravity)] for gravity in Gravity}

    def kept(number: int, body: bytes, gravity: Gravity) -> bool:
        exchange = failure(number, body, gravity).exchange
        return not retention.keep(exchange, {"R-203"}, finding[gravity], is_proof=False, is_confirmation=False).is_bare

    assert [kept(number, b"x" * 50, Gravity.CONTENT) for number in range(25)] == [True] * 20 + [False] * 5
    assert kept(26, b"x" * 40, Gravity.CONTENT)
    assert kept(27, b"x" * 90, Gravity.STATUS)
    assert not kept(28, b"x" * 30, Gravity.CONTENT)


@pytest.mark.parametrize("name", ["trusts-any-token", "answers-401-with-error", "crashes-on-a-text-in-events"])
def test_the_request_that_is_shown_is_the_shortest_of_its_kind(servers: FaultyServers, name: str) -> None:
    report = report_of(servers.url(name))
    first = causes(report)[0][0]
    kind = first["failures"][0]["received"].startswith("status ")
    alike = [one for one in first["failures"] if one["received"].startswith("status ") is kind]
    requests = [exchange_of(one, report)["request"] for one in alike]
    # One that needs another request before it on its connection comes behind those that do not.
    sizes = [len(str(one["body"].get("value", ""))) for one in requests if not one["is_on_kept_connection"]]

    assert len(sizes) > 1
    assert sizes[0] == min(sizes)


def test_what_is_shown_first_is_what_the_block_shows(servers: FaultyServers) -> None:
    report = report_of(servers.url("answers-401-with-error"))

    (block,) = all_failures(report)
    shown = first_fix(report)[1][1].partition(":")[0]
    assert block.sent.startswith(shown)


def test_one_wrong_list_of_messages_is_one_cause_whatever_rules_it_is_about(servers: FaultyServers) -> None:
    report = report_of(servers.url("forgets-the-events-array-message"))
    found = [[one["id"] for one in rows] for rows in causes(report)]

    assert found == [["R-204", "R-208", "R-211"]]
    assert row(report, "R-211")["follows_from"] == "R-204"
    assert totals(report).failures == 1


def test_two_faults_in_the_same_responses_are_two_causes(servers: FaultyServers) -> None:
    def as_text(answer: bytes) -> bytes:
        wrong = answer.replace(b"application/json", b"text/html") if b"HTTP/1.1 404" in answer else answer
        return wrong.replace(b'"statusCode"', b'"statuscode"') if b"HTTP/1.1 404" in answer else wrong

    with Relay(servers.url("correct"), alter=as_text) as relay:
        report = report_of(relay.url)

    assert [[one["id"] for one in rows] for rows in causes(report)] == [["R-607"], ["R-608"]]

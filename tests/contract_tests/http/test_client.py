from __future__ import annotations

import math
import re
import uuid
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

from support.relay import DROP, DROP_AFTERWARDS, LIMITED, PASS, STALL, Relay, Reply, Sent
from support.suite_runs import FIRST, SECOND, failed, run, told
from user_webhook_contract.cases import factory
from user_webhook_contract.http.client import BudgetSpentError, Client, RateLimitedError, TargetDownError
from user_webhook_contract.http.request import Request
from user_webhook_contract.http.response import NoResponse, Response
from user_webhook_contract.runner.runner import Runner
from user_webhook_contract.settings import Settings

if TYPE_CHECKING:
    from servers.faulty import FaultyServers
    from user_webhook_contract.results.run import Run

USER = "/api/v2/public/webhooks/user/"
UPDATE = Request(FIRST, b'{"events":["all"]}')


class Time:
    """A clock that moves only where somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def __call__(self) -> float:
        return self.now


def client(relay: Relay, time: Time, **settings: Any) -> Client:
    return Client(Settings(relay.url, **{"timeout": 5.0, **settings}), sleep=time.sleep, clock=time)


def judged(relay: Relay, time: Time, **settings: Any) -> Run:
    """Run against *relay* without waiting for real."""
    chosen = Settings(relay.url, **{"timeout": 5.0, **settings})
    return Runner(chosen, Client(chosen, sleep=time.sleep, clock=time))()


@pytest.mark.parametrize("budget", [4, 10, 25, 50, 100, 137])
@pytest.mark.parametrize("name", ["correct", "refuses-ports-in-urls", "crashes-on-a-null-body", "trusts-any-token"])
def test_no_more_than_the_budget_is_on_the_wire(servers: FaultyServers, name: str, budget: int) -> None:
    with Relay(servers.url(name)) as relay:
        found = run(relay.url, budget=budget)

    assert len(relay.seen) == found.requests_sent <= budget


@pytest.mark.parametrize("budget", [4, 5, 6, 10, 25, 60])
def test_re_sends_count_against_the_budget(correct: str, budget: int) -> None:
    with Relay(correct, lambda number, _: DROP if number % 4 == 3 else PASS) as relay:
        found = run(relay.url, budget=budget)

    assert len(relay.seen) == found.requests_sent <= budget


@pytest.mark.parametrize("budget", [4, 10, 40])
def test_answers_of_429_count_against_the_budget(correct: str, budget: int) -> None:
    with Relay(correct, lambda number, _: LIMITED if number % 5 in {3, 4} else PASS) as relay:
        found = judged(relay, Time(), budget=budget)

    assert len(relay.seen) == found.requests_sent <= budget


@pytest.fixture(scope="module")
def long_run(servers: FaultyServers) -> tuple[Run, list[Sent]]:
    """Return a run with fuzzing and every request of it."""
    servers.reset("correct")
    with Relay(servers.url("correct")) as relay:
        found = run(relay.url, budget=300, seed=5)
    return found, relay.seen


def test_nothing_but_patch_is_sent(long_run: tuple[Run, list[Sent]]) -> None:
    _, seen = long_run

    assert len(seen) == 300
    assert {sent.method for sent in seen} == {"PATCH"}
    assert all(USER in sent.path for sent in seen)


def test_only_the_given_ids_and_ids_that_cannot_exist_are_sent(long_run: tuple[Run, list[Sent]]) -> None:
    _, seen = long_run
    ids = {unquote(sent.path.partition(USER)[2]) for sent in seen}
    uuids = {one for one in ids if re.fullmatch(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", one)}
    near = {one for one in uuids if sum(map(str.__ne__, one, FIRST)) == 1 or sorted(one) == sorted(FIRST)}
    random = uuids - {FIRST, SECOND} - near

    assert {FIRST, SECOND} <= ids
    assert 1 <= len(random) <= 8
    assert {uuid.UUID(one).version for one in random} == {4}
    assert all(sent.path.partition(USER)[2].count("/") == 0 for sent in seen)


def test_no_url_calls_a_stranger(long_run: tuple[Run, list[Sent]]) -> None:
    _, seen = long_run
    hosts = {
        host.lower()
        for sent in seen
        for host in re.findall(rb'"https?://(?:[^/"@]*@)?([^/":?#]+)[/":?#]', sent.body, re.IGNORECASE)
    }
    # White space, control characters and backslashes are not part of a name, whoever reads it; a user alone is not a host.
    hosts = {re.sub(rb"\\u00[01].|\\u007f|\\[tnr\\]|\x7f| ", b"", host) for host in hosts if not host.endswith(b"@")}
    of_nobody = rb"(^|\.)example(\.(com|org|net))?$|(^|\.)(localhost|test)$|^127\.0\.0\.1$|^192\.0\.2\.|^\["
    strangers = {host for host in hosts if not re.search(of_nobody, host)}

    assert strangers == set()


def test_every_answer_is_as_documented_to_the_long_run(long_run: tuple[Run, list[Sent]]) -> None:
    found, _ = long_run

    assert failed(found) == set(), told(found)
    assert found.verdict.value == "conformant"


def test_the_same_seed_sends_the_same_bytes(servers: FaultyServers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factory, "new_mark", lambda: "00c0ffee")
    wires = []
    for seed in (7, 7, 8):
        servers.reset("correct")
        with Relay(servers.url("correct")) as relay:
            run(relay.url, budget=220, seed=seed)
        port = relay.url.rpartition(":")[2].partition("/")[0].encode()
        wires.append([one.raw.replace(port, b"PORT") for one in relay.seen][:-4])

    assert wires[0] == wires[1]
    assert wires[0] != wires[2]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308], ids=str)
def test_no_redirect_is_followed(correct: str, status: int) -> None:
    with Relay(correct) as other:
        away = Reply(status, b"", {"Location": f"{other.url}{USER}{FIRST}"})
        with Relay(correct, lambda number, _: away if number > 4 and number % 2 else PASS) as relay:
            found = run(relay.url, budget=30)

    assert (other.seen, other.connections) == ([], 0)
    assert found.verdict.value == "non-conformant"
    assert len(relay.seen) == found.requests_sent <= 30


def test_the_token_goes_to_the_target_only(correct: str) -> None:
    with Relay(correct) as relay:
        run(relay.url, budget=20)

    hosts = {sent.headers["host"] for sent in relay.seen}
    assert hosts == {relay.url.removeprefix("http://").partition("/")[0]}
    assert all(b"valid-token" not in sent.path.encode() and b"valid-token" not in sent.body for sent in relay.seen)


@pytest.mark.parametrize(("times", "waits"), [(1, [2]), (2, [2, 4]), (3, [2, 4, 8]), (5, [2, 4, 8, 16, 32])], ids=str)
def test_a_429_is_waited_out_with_back_off(correct: str, times: int, waits: list[int]) -> None:
    time = Time()
    with Relay(correct, lambda number, _: LIMITED if number <= times else PASS) as relay:
        suite_client = client(relay, time)
        exchange = suite_client.send(UPDATE)

    assert isinstance(exchange.response, Response)
    assert (exchange.response.status, time.slept, suite_client.waited) == (201, waits, sum(waits))
    assert (suite_client.sent, len(relay.seen)) == (times + 1, times + 1)


def test_a_429_without_end_is_said_to_be_the_limit(correct: str) -> None:
    time = Time()
    with Relay(correct, lambda _number, _: LIMITED) as relay:
        suite_client = client(relay, time)
        with pytest.raises(RateLimitedError, match="still answers 429"):
            suite_client.send(UPDATE)

    assert (time.slept, suite_client.sent, len(relay.seen)) == ([2, 4, 8, 16, 32], 6, 6)


@pytest.mark.parametrize(
    ("value", "wait"),
    [("7", 7), ("0", 2), ("soon", 2), ("9999", 32), ("²", 2), ("-7", 2), ("7.5", 2), ("9" * 400, 32), ("", 2)],
    ids=["7", "0", "soon", "9999", "superscript", "negative", "fraction", "400 digits", "nothing"],
)
def test_a_retry_after_is_heeded(correct: str, value: str, wait: int) -> None:
    time = Time()
    limited = Reply(429, b"", {"Retry-After": value})
    with Relay(correct, lambda number, _: limited if number == 1 else PASS) as relay:
        client(relay, time).send(UPDATE)

    assert time.slept == [wait]


@pytest.mark.parametrize(
    ("seconds", "wait"), [(20, range(18, 21)), (75, range(32, 33)), (-60, range(2, 3))], ids=["soon", "later", "past"]
)
def test_a_retry_after_may_be_a_date(correct: str, seconds: int, wait: range) -> None:
    time = Time()
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
    with Relay(correct, lambda number, _: Reply(429, b"", {"Retry-After": date}) if number == 1 else PASS) as relay:
        client(relay, time).send(UPDATE)

    assert len(time.slept) == 1
    assert math.ceil(time.slept[0]) in wait


@pytest.mark.parametrize(
    "value", ["Mon, 31 Feb 2026 00:00:00 GMT", "Thu, 99", "99999-01-01", "Sun, 06 Nov 1994"], ids=str
)
def test_a_date_that_cannot_be_read_is_no_date(correct: str, value: str) -> None:
    time = Time()
    with Relay(correct, lambda number, _: Reply(429, b"", {"Retry-After": value}) if number == 1 else PASS) as relay:
        client(relay, time).send(UPDATE)

    assert time.slept == [2]


def test_a_429_is_never_judged(correct: str) -> None:
    with Relay(correct, lambda number, _: LIMITED if number % 10 == 5 else PASS) as relay:
        found = judged(relay, Time(), budget=100)

    assert failed(found) == set(), told(found)


def test_a_storm_of_429_ends_without_a_verdict_on_the_target(correct: str) -> None:
    with Relay(correct, lambda number, _: LIMITED if number > 20 else PASS) as relay:
        found = judged(relay, Time(), budget=100)

    assert (found.verdict.value, failed(found)) == ("inconclusive", set())
    assert "429" in found.stopped


@pytest.mark.parametrize("act", [DROP, DROP_AFTERWARDS])
def test_a_dropped_connection_is_tried_once_more(correct: str, act: str) -> None:
    with Relay(correct, lambda number, _: act if number == 1 else PASS) as relay:
        suite_client = client(relay, Time())
        exchange = suite_client.send(UPDATE)

    assert isinstance(exchange.response, Response)
    assert (exchange.response.status, len(exchange.failed_attempts), suite_client.sent, len(relay.seen)) == (
        201,
        1,
        2,
        2,
    )


def test_a_connection_dropped_twice_is_no_answer(correct: str) -> None:
    with Relay(correct, lambda _number, _: DROP) as relay:
        suite_client = client(relay, Time())
        exchange = suite_client.send(UPDATE)

    assert exchange.response is NoResponse.DROPPED
    assert (len(exchange.failed_attempts), suite_client.sent, len(relay.seen)) == (2, 2, 2)


def test_one_drop_fails_no_requirement(correct: str) -> None:
    with Relay(correct, lambda number, _: DROP if number == 30 else PASS) as relay:
        found = run(relay.url, budget=100)

    assert failed(found) == set(), told(found)


def test_drops_now_and_again_are_the_targets_own(correct: str) -> None:
    with Relay(correct, lambda number, _: DROP if number % 9 == 4 else PASS) as relay:
        found = run(relay.url, budget=100)

    assert failed(found) == {"R-703"}, told(found)


@pytest.mark.parametrize("choice", ["generate", "keep"])
def test_an_update_that_was_stored_before_the_drop_fails_nothing_else(servers: FaultyServers, choice: str) -> None:
    servers.reset("correct", omitted_secrets=choice)
    target = servers.url("correct", omitted_secrets=choice)
    with Relay(target, lambda number, _: DROP_AFTERWARDS if number % 9 == 4 else PASS) as relay:
        found = run(relay.url, budget=100)

    assert failed(found) == {"R-703"}, told(found)


def test_a_timeout_is_told_from_a_drop(correct: str) -> None:
    with Relay(correct, lambda number, _: STALL if number < 3 else DROP) as relay:
        suite_client = Client(Settings(relay.url, timeout=0.2))
        responses = [suite_client.send(UPDATE).response, suite_client.send(UPDATE).response]

    assert responses == [NoResponse.TIMED_OUT, NoResponse.DROPPED]
    assert suite_client.sent == len(relay.seen) == 4


def test_a_timeout_is_tried_once_more(correct: str) -> None:
    with Relay(correct, lambda number, _: STALL if number == 1 else PASS) as relay:
        exchange = Client(Settings(relay.url, timeout=0.2)).send(UPDATE)

    assert isinstance(exchange.response, Response)
    assert (exchange.response.status, len(exchange.failed_attempts), len(relay.seen)) == (201, 1, 2)


def test_one_silence_breaks_just_the_answer(servers: FaultyServers) -> None:
    for choice in ("generate", "keep"):
        servers.reset("correct", omitted_secrets=choice)
        target = servers.url("correct", omitted_secrets=choice)
        with Relay(target, lambda number, _: STALL if number in {5, 18} else PASS) as relay:
            found = run(relay.url, budget=60, timeout=0.3)

        assert failed(found) == {"R-703"}, told(found)


def test_a_budget_within_the_rate_never_waits(correct: str) -> None:
    time = Time()
    with Relay(correct) as relay:
        found = judged(relay, time, budget=100, rate=100)

    assert (time.slept, found.verdict.value) == ([], "conformant")


def test_a_budget_above_the_rate_is_paced(correct: str) -> None:
    time = Time()
    with Relay(correct) as relay:
        suite_client = client(relay, time, budget=25, rate=10)
        starts = [suite_client.send(UPDATE).started for _ in range(25)]

    assert time.slept == [60, 60]
    assert all(later - earlier >= 60 for earlier, later in zip(starts, starts[10:], strict=False))


def test_a_rate_of_nothing_never_waits(correct: str) -> None:
    time = Time()
    with Relay(correct) as relay:
        suite_client = client(relay, time, budget=300, rate=0)
        for _ in range(250):
            suite_client.send(UPDATE)

    assert time.slept == []


def test_a_spent_budget_sends_nothing_more(correct: str) -> None:
    with Relay(correct) as relay:
        suite_client = client(relay, Time(), budget=4)
        for _ in range(4):
            suite_client.send(UPDATE)
        with pytest.raises(BudgetSpentError):
            suite_client.send(UPDATE)

    assert len(relay.seen) == suite_client.sent == 4


def test_reserved_requests_are_kept_back(correct: str) -> None:
    with Relay(correct) as relay:
        suite_client = client(relay, Time(), budget=6)
        suite_client.reserved = 2
        for _ in range(4):
            suite_client.send(UPDATE)
        with pytest.raises(BudgetSpentError):
            suite_client.send(UPDATE)

    assert (len(relay.seen), suite_client.left) == (4, 0)


def test_a_target_that_is_down_is_no_silence() -> None:
    with Relay("http://127.0.0.1:9") as relay:
        url = relay.url

    with pytest.raises(TargetDownError, match="cannot be reached"):
        Client(Settings(url, timeout=2)).send(UPDATE)


@pytest.mark.parametrize(
    ("request_", "header", "value"),
    [
        (Request(FIRST, b"x", media_type=None), "content-type", None),
        (Request(FIRST, b"x", media_type="text/plain"), "content-type", "text/plain"),
        (Request(FIRST, b"{}"), "content-length", "2"),
        (Request(FIRST, b"{}", is_chunked=True), "transfer-encoding", "chunked"),
        (Request(FIRST, b"{}", is_chunked=True), "content-length", None),
        (UPDATE, "authorization", "Bearer valid-token"),
        (UPDATE, "cookie", None),
    ],
    ids=lambda value: str(value)[-30:],
)
def test_a_request_is_on_the_wire_as_it_was_meant(
    correct: str, request_: Request, header: str, value: str | None
) -> None:
    with Relay(correct) as relay:
        client(relay, Time()).send(request_)

    assert relay.seen[0].headers.get(header) == value
    assert relay.seen[0].body == request_.body


def test_an_answer_without_end_is_cut(correct: str) -> None:
    with Relay(correct, lambda _number, _: Reply(400, b"x" * 3_000_000)) as relay:
        exchange = client(relay, Time()).send(UPDATE)

    assert isinstance(exchange.response, Response)
    assert len(exchange.response.body) <= 1_100_000

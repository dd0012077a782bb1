"""Reports for the tests of their forms: each of a real run, against faulty servers or a target that sends hostile text."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from servers.faulty import FaultyServers
from support.relay import PASS, Relay, Reply, Sent
from support.suite_runs import run
from user_webhook_contract.report.conformance import conformance

if TYPE_CHECKING:
    from collections.abc import Iterator

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'</pre></details>&amp;\u202e\x1b[31m\x00\r\ud800"
HUGE = 5_000_000
DEEP = 900


@contextmanager
def hostile() -> Iterator[str]:
    """Serve a target that answers every request with text that would break or steer a page; give its address."""
    with Relay("http://127.0.0.1:9", _answer) as relay:
        yield relay.url


def report_of(target: str, **settings: Any) -> dict[str, Any]:
    """Judge *target* and return the report."""
    found = run(target, **settings)
    return conformance(found)


def faulty_report(name: str, **settings: Any) -> dict[str, Any]:
    """Judge a faulty server and return the report."""
    with FaultyServers() as servers:
        return report_of(servers.url(name), **settings)


def hostile_report(**settings: Any) -> dict[str, Any]:
    """Judge the hostile target and return the report."""
    with hostile() as target:
        return report_of(target, **settings)


def _answer(number: int, sent: Sent) -> str | Reply:
    headers = {"Content-Type": "application/json", "X-Hostile": "<script>alert(1)</script>\"'\x9b31m"}
    webhook_id = sent.path.rpartition("/")[2]
    webhook = {"id": webhook_id, "url": HOSTILE, "events": ["all"], "clientId": HOSTILE, "secrets": [HOSTILE] * 2}
    match number % 6:
        case 3:
            return Reply(500, HOSTILE.encode("utf-8", "surrogatepass"), headers)
        case 4:
            return Reply(400, json.dumps({"message": [HOSTILE], HOSTILE: HOSTILE}).encode(), headers)
        case 5:
            return Reply(201, b"[" * DEEP + b"]" * DEEP, headers)
        case 0 if number == 6:
            return Reply(400, b"<script>" * (HUGE // 8), headers)
        case 0:
            return PASS
    return Reply(201, json.dumps({"data": webhook}).encode(), headers)

"""Runs that overlap on the same webhooks: none of them accuses the target."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from servers.faulty import FaultyServers
from support.suite_runs import failed, run, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from user_webhook_contract.results.run import Run

PAIRS = 10


@pytest.fixture(scope="module")
def servers() -> Iterator[FaultyServers]:
    with FaultyServers() as hosts:
        yield hosts


@pytest.mark.parametrize("choice", ["generate", "keep"])
@pytest.mark.parametrize("pair", range(PAIRS // 2))
def test_two_overlapping_runs_accuse_nobody(servers: FaultyServers, choice: str, pair: int) -> None:
    servers.reset("correct", omitted_secrets=choice)
    target = servers.url("correct", omitted_secrets=choice)
    found: list[Run] = []

    def judge(delay: float) -> None:
        time.sleep(delay)
        found.append(run(target, seed=pair))

    threads = [threading.Thread(target=judge, args=(delay,)) for delay in (0.0, 0.15 * pair)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [failed(one) for one in found] == [set(), set()], [told(one) for one in found]

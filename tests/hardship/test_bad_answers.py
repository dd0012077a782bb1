"""Answers that cost more to report than to read: the time and the memory of a run have a bound whatever they hold."""

from __future__ import annotations

import json
import random
import time
from typing import TYPE_CHECKING, Any

import pytest

from support.bad_targets import BadTarget, response, says
from support.peak_memory import judged
from support.suite_runs import FIRST

if TYPE_CHECKING:
    import socket
    from pathlib import Path

MAX_TIME, TIMEOUT, REST = 20, 10, 10
MEGABYTES = 200

# How many secrets, of how many characters; how many headers of 60 kB; how long the message of an error is.
ANSWERS = {
    "33,000 secrets": (33_000, 8, 0),
    "1,900 secrets and 90 headers": (1_900, 8, 90),
    "200 secrets and 10 headers": (200, 30, 10),
    "100 secrets and 5 headers": (100, 20, 5),
    "90 headers": (1, 20, 90),
    "secrets of every length": (0, 0, 0),
}


def body(rng: random.Random, count: int, length: int) -> dict[str, Any]:
    secrets = [f"{rng.getrandbits(4 * length):0{length}x}" for _ in range(count)]
    secrets = secrets or ["a" * number for number in range(6, 600)]
    return {"data": {"id": FIRST, "url": "https://a.example/x", "events": ["all"], "clientId": "c", "secrets": secrets}}


@pytest.mark.parametrize("name", ANSWERS)
def test_time_and_memory_have_a_bound(name: str, tmp_path: Path) -> None:
    count, length, headers = ANSWERS[name]
    rng = random.Random(1)  # noqa: S311  to be repeated, not to be secret

    def act(target: BadTarget, connection: socket.socket) -> None:
        lines = [f"X-{number}: {'ab' * 30_000}" for number in range(headers)]
        says(response(201, body(rng, count, length), *lines))(target, connection)
        target.seen.clear()

    with BadTarget(act) as target:
        started = time.monotonic()
        status, megabytes, errors = judged(target.url, tmp_path, "--max-time", str(MAX_TIME))
        seconds = time.monotonic() - started

    assert (status, errors) == (1, "")
    assert json.loads((tmp_path / "conformance.json").read_text())["exit_status"] == 1
    assert megabytes <= MEGABYTES
    assert seconds <= MAX_TIME + 2 * TIMEOUT + REST

"""What the command takes of memory for answers that are larger than any answer may be."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.bad_targets import BLOCK, CHUNKED, END, HEAD, BadTarget, bomb, repeats, response, says
from support.suite_runs import environment

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

MOST = 300
"""Megabytes; Python and the suite themselves take 80."""

COMMAND = """
import resource, sys
from user_webhook_contract.__main__ import main
status = main(sys.argv[1:])
print(json.dumps({"status": status, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
"""
SECRETS = {
    "data": {"id": "x", "url": "https://a.example", "events": ["all"], "secrets": [f"s{n:08}" for n in range(60_000)]}
}


def blow_up(target: BadTarget, connection: socket.socket) -> None:
    says(bomb("gzip"))(target, connection)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "act",
    [
        pytest.param(repeats(HEAD + END, BLOCK), id="endless body"),
        pytest.param(repeats(CHUNKED, b"10000\r\n" + BLOCK + b"\r\n"), id="endless chunks"),
        pytest.param(blow_up, id="gzip bomb"),
        pytest.param(says(HEAD + END, b"[" + b"[]," * 300_000 + b"[]]"), id="nested"),
        pytest.param(says(HEAD + END, b"[" + b"[]," * 100_000 + b"[]]"), id="nested and whole"),
        pytest.param(says(response(201, SECRETS)), id="secrets"),
    ],
)
def test_a_large_answer_takes_little_memory(act: Callable[[BadTarget, socket.socket], None], tmp_path: Path) -> None:
    with BadTarget(act) as target:
        arguments = ["--target", target.url, "--rate", "0", "--budget", "60", "--report-dir", str(tmp_path)]
        done = subprocess.run(
            [sys.executable, "-c", f"import json{COMMAND}", *arguments],
            env=environment(),
            capture_output=True,
            text=True,
            check=True,
        )
    found = json.loads(done.stdout.splitlines()[-1])

    assert (found["status"], done.stderr) == (1, "")
    assert found["megabytes"] < MOST

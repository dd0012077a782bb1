"""What the command takes of memory for answers that are larger than any answer may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.bad_targets import BLOCK, CHUNKED, END, HEAD, BadTarget, bomb, repeats, response, says
from support.peak_memory import judged

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

MOST = 300
"""Megabytes; Python and the suite themselves take 80."""

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
        status, megabytes, errors = judged(target.url, tmp_path, "--budget", "60")

    assert (status, errors) == (1, "")
    assert megabytes < MOST

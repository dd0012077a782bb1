"""The command that serves one faulty server, as `make faulty-server` runs it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from support.paths import ROOT

DEADLINE = 60


def refused(*arguments: str) -> tuple[int, str, str]:
    run = subprocess.run(
        [sys.executable, "-m", "servers.faulty", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE,
    )
    return run.returncode, run.stdout, run.stderr


@pytest.mark.parametrize(
    ("name", "question"),
    [("trusts-a-token-with-a-end", "did you mean 'trusts-a-token-with-an-end'? "), ("zzz", "")],
)
def test_an_unknown_fault_is_one_line(name: str, question: str) -> None:
    status, output, errors = refused(name)

    assert (status, output) == (2, "")
    assert errors == (
        f"faulty-server: Unknown fault {name!r}: {question}--list lists the faults; 'correct' is a server without one.\n"
    )


def test_a_port_that_is_in_use_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        status, output, errors = refused("correct", "--port", str(port))

    assert (status, output) == (2, "")
    assert errors == f"faulty-server: Port {port} is in use: end the program that listens there, or use another PORT.\n"


def test_a_port_that_does_not_exist_is_one_line() -> None:
    status, output, errors = refused("correct", "--port", "70000")

    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert errors.startswith("faulty-server: Port 70000 cannot be used: use another PORT from 1024 to 65535")

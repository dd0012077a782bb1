from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.concurrent_clients import KEEPS, run_clients, widen_pipe
from support.mock_process import DEADLINE, FIRST, Mock, announced, command, finish, until
from user_webhook_mock.cli.arguments import read_arguments
from user_webhook_mock.core.usage_error import UsageError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

TWO = ("--port", "0", "--workers", "2")


@contextmanager
def workers(*arguments: str) -> Iterator[tuple[Mock, subprocess.Popen[str]]]:
    """Run a mock of two workers, and end whatever is left of it."""
    process = command(*TWO, *arguments)
    try:
        widen_pipe(process)
        yield announced(process)[0], process
        process.terminate()
        process.communicate(timeout=DEADLINE)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def state_of(worker: int) -> Path:
    """Return the file in which *worker* keeps the webhooks."""
    links = [link.readlink() for link in Path(f"/proc/{worker}/fd").iterdir() if link.is_symlink()]
    return next(link for link in links if link.name == "webhooks")


@pytest.mark.parametrize(
    "place",
    [pytest.param("", id="in memory"), pytest.param("state", id="in a file", marks=pytest.mark.thorough)],
)
def test_eight_clients_of_two_workers_lose_no_update(place: str, tmp_path: Path) -> None:
    with workers(*KEEPS, *(("--state", str(tmp_path / place)) if place else ())) as (mock, _):
        assert run_clients([mock]) == []


def test_a_worker_that_is_killed_is_replaced_and_the_webhooks_are_kept() -> None:
    with workers(*KEEPS) as (mock, process):
        former = mock.patch({"url": "https://e.example/1", "events": ["all"], "secrets": ["s"]}).data
        one, other = children(process.pid)
        os.kill(one, signal.SIGKILL)
        until(lambda: len(left := children(process.pid)) == 2 and one not in left)
        found = [mock.patch({"events": ["all"]}).data for _ in range(20)]
        os.kill(other, signal.SIGKILL)
        until(lambda: len(left := children(process.pid)) == 2 and other not in left)
        found += [mock.patch({"events": ["all"]}).data for _ in range(20)]
        process.terminate()
        status, _, errors = finish(process)

    assert (status, found) == (0, [former] * 40)
    assert [line for line in errors.splitlines() if "PATCH" not in line] == [
        f"user-webhook-mock: worker {worker} ended by signal 9; starting another one." for worker in (one, other)
    ]


def test_workers_that_end_over_and_over_end_the_mock() -> None:
    with workers() as (_, process):
        killed: set[int] = set()

        def kill() -> bool:
            with suppress(OSError):
                for child in set(children(process.pid)) - killed:
                    os.kill(child, signal.SIGKILL)
                    killed.add(child)
            return process.poll() is not None

        until(kill)
        status, _, errors = finish(process)

    assert (status, errors.splitlines()[-1]) == (
        2,
        (
            "user-webhook-mock: 5 workers in a row ended within 1 second of their start, the last one by signal 9: see the "
            "lines above for why, or use --workers 1."
        ),
    )
    assert all(map(is_gone, killed))


@pytest.mark.parametrize(
    "number",
    [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT],
    ids=["Ctrl-C", "SIGTERM", "closed terminal", "Ctrl-backslash"],
)
def test_a_signal_ends_all_workers_and_what_they_shared(number: signal.Signals) -> None:
    with workers() as (mock, process), mock.connect() as connection:
        started = children(process.pid)
        folder = state_of(started[0]).parent
        connection.sendall(f"PATCH /api/v2/public/webhooks/user/{FIRST} HTTP/1.1\r\nHost: x\r\n".encode())
        process.send_signal(number) if number == signal.SIGTERM else os.killpg(process.pid, number)

        status, _, errors = finish(process)

    assert (status, errors, len(started), folder.exists()) == (0, "", 2, False)
    assert all(map(is_gone, started))


def test_a_signal_that_comes_over_and_over_leaves_nothing_either() -> None:
    with workers() as (_, process):
        started = children(process.pid)
        folder = state_of(started[0]).parent

        with suppress(ProcessLookupError):
            while process.poll() is None:
                os.killpg(process.pid, signal.SIGHUP)
                time.sleep(0.001)

        assert (finish(process)[0], folder.exists()) == (0, False)
    assert all(map(is_gone, started))


def test_no_worker_outlives_a_mock_that_is_killed() -> None:
    with workers() as (_, process):
        started = children(process.pid)
        folder = state_of(started[0]).parent

        process.kill()

        until(lambda: all(map(is_gone, started)))
        assert not folder.exists()


CLIENT = """
import os, ssl, urllib.request
context = ssl.create_default_context(cafile=os.environ["TARGET_CA"])
print(urllib.request.urlopen(os.environ["TARGET"] + "/health", context=context).status)
raise SystemExit(7)
"""
WAITER = """
import os, sys, threading, urllib.request
try:
    print("ready", flush=True)
    threading.Event().wait()
except KeyboardInterrupt:
    print([urllib.request.urlopen(os.environ["TARGET"] + "/health").status for _ in range(20)] == [200] * 20)
    sys.exit(5)
"""


def test_a_command_finds_workers_over_https_and_its_status_is_passed_on() -> None:
    process = command("--port", "0", "--quiet", "--tls", "--run", sys.executable, "-c", CLIENT, WORKERS="2")

    assert finish(process) == (7, "200\n", "")


def test_workers_serve_until_the_end_of_a_command_that_ctrl_c_reached() -> None:
    process = command(*TWO, "--quiet", "--run", sys.executable, "-c", WAITER)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    started = children(process.pid)

    for worker in started[:2]:
        os.kill(worker, signal.SIGINT)
    process.send_signal(signal.SIGINT)

    assert finish(process) == (5, "True\n", "")
    assert (len(started), all(map(is_gone, started))) == (3, True)


def test_a_port_that_workers_listen_on_is_in_use() -> None:
    with workers() as (mock, _):
        status, output, errors = finish(command("--port", str(mock.port), "--workers", "2"))

    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert f"Port {mock.port} on 127.0.0.1 is in use" in errors


def test_what_lies_in_one_process_is_off_with_workers() -> None:
    with workers() as (mock, _):
        control, console = mock.control("GET", "/webhooks"), mock.request("GET", "/")

    assert (control.status, control.body["message"], console.status) == (404, "Not Found", 200)
    assert b"The mock runs 2 workers, which share only the webhooks: start it with --workers 1." in console.content


@pytest.mark.parametrize(
    ("option", "arguments"),
    [
        ("--rate-limit", ["--rate-limit", "100/m"]),
        ("--fault-seed", ["--fault-seed", "0"]),
        ("--fault with a count", ["--fault", "drop", "--fault", "503:2"]),
        ("--journal", ["--journal", "10"]),
        ("--control-token", ["--control-token", "t"]),
        ("--deliver-to", ["--deliver-to", "http://127.0.0.1:9/"]),
        ("--deliver-for-real", ["--deliver-for-real"]),
        ("--time-scale", ["--time-scale", "60"]),
        ("--watch", ["--watch"]),
    ],
)
def test_what_needs_one_process_is_refused_with_workers(option: str, arguments: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        read_arguments(arguments, {"WORKERS": "2"})

    assert str(caught.value) == (
        f"{option} needs one process that gets every request, and --workers 2 starts several: leave one of the two out."
    )


def test_faults_that_no_request_changes_go_on_with_workers() -> None:
    arguments = ["--latency", "1ms", "--fail-rate", "0.1", "--fault", "503", "--journal", "0", "--no-control"]

    settings = read_arguments(arguments, {"WORKERS": "2"}).settings

    assert (settings.workers, settings.faults.fail_rate, settings.serves_control) == (2, 0.1, False)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("0", "--workers=0 is not a valid number of workers: use 1 to 64."),
        ("65", "--workers=65 is not a valid number of workers: use 1 to 64."),
        ("two", "--workers='two' is not a valid number of workers: use 1 to 64."),
    ],
)
def test_a_wrong_number_of_workers_is_one_line(number: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_arguments(["--workers", number], {})

    assert str(caught.value) == words


def test_a_state_file_that_cannot_be_used_is_told_once(tmp_path: Path) -> None:
    status, output, errors = finish(command(*TWO, "--state", str(tmp_path)))

    assert (status, output) == (2, "")
    assert errors == (
        f"user-webhook-mock: The state file '{tmp_path}' is a folder: "
        "name another file; one that does not exist is created.\n"
    )

"""Kill a mock at random moments under the writes of several clients, and see what its state file holds: `make kills`."""

from __future__ import annotations

import json
import math
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from support.mock_process import DEADLINE, ROOT, USER, Mock, announced

KILLS = 200
MAX_LIFE = 0.6
MAX_START = 1.2
SAME_SITE = ("first", "second", "third", "fourth")
SHARED = "shared"
PUT_AND_DELETED = "control"
GONE = -1
EVENTS = ["facility.creation.accepted", "facility.creation.rejected", "all"]
HEADERS = {"Authorization": "Bearer valid-token", "Content-Type": "application/json"}


@dataclass
class Write:
    """A change that was sent at ``start``; ``end`` is when its answer was there, infinite where none came."""

    number: int
    start: float
    end: float = math.inf


@dataclass
class Proof:
    """What the kills have shown so far. ``writes`` holds, by webhook, what may be stored after the next kill."""

    folder: Path
    rng: random.Random
    writes: dict[str, list[Write]] = field(default_factory=dict)
    kills: int = 0
    kills_while_starting: int = 0
    acknowledged: int = 0
    in_flight: int = 0
    in_flight_stored: int = 0
    largest_log: int = 0
    number: int = 0

    def __post_init__(self) -> None:
        self.file = self.folder / "state"
        self.seeds = self.folder / "seeds.json"
        webhooks = [{"id": one, **numbered(0)} for one in (*SAME_SITE, SHARED, PUT_AND_DELETED)]
        self.seeds.write_text(json.dumps(webhooks))
        self.writes = {one["id"]: [Write(0, 0.0, 0.0)] for one in webhooks}
        self._lock = threading.Lock()

    def kill(self) -> None:
        """Let a mock live for a moment under writes, or not even start, and kill it; see what it had read before."""
        process = self._start()
        if self.kills % 4 == 3:
            time.sleep(self.rng.uniform(0, MAX_START))
            self.kills_while_starting += 1
        else:
            mock, _ = announced(process)
            self.check(mock.control("GET", "/webhooks").body["webhooks"])
            self._write_until_killed(mock, process)
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
        self.kills += 1
        self._check_copy()

    def end(self) -> None:
        """Start once more, and see what is there."""
        process = self._start()
        mock, _ = announced(process)
        self.check(mock.control("GET", "/webhooks").body["webhooks"])
        process.terminate()
        process.communicate(timeout=DEADLINE)

    def check(self, webhooks: list[dict[str, Any]]) -> None:
        """See that each webhook is as one update made it, whole, and that no later one was acknowledged."""
        shown = {webhook["id"]: webhook for webhook in webhooks}
        assert set(shown) | {PUT_AND_DELETED} == set(self.writes)
        for identifier, writes in self.writes.items():
            webhook = shown.get(identifier)
            number = GONE if webhook is None else int(webhook["url"].rpartition("/")[2])
            assert webhook is None or webhook == {
                "id": identifier,
                "clientId": "client-of-the-mock",
                **numbered(number),
            }
            latest = max((one.start for one in writes if one.end < math.inf), default=0.0)
            legal = [one for one in writes if one.end >= latest]
            found = [one for one in legal if one.number == number]
            assert found, (identifier, number, legal)
            self.in_flight += sum(one.end == math.inf for one in writes)
            self.in_flight_stored += found[-1].end == math.inf
            self.writes[identifier] = [Write(number, 0.0, 0.0)]

    def _start(self) -> subprocess.Popen[str]:
        options = ["--port", "0", "--state", str(self.file), "--seed-file", str(self.seeds)]
        return subprocess.Popen(
            [sys.executable, "-m", "user_webhook_mock", *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def _write_until_killed(self, mock: Mock, process: subprocess.Popen[str]) -> None:
        clients = [threading.Thread(target=self._update, args=(mock, one)) for one in (*SAME_SITE, SHARED, SHARED)]
        clients.append(threading.Thread(target=self._put_and_delete, args=(mock,)))
        for client in clients:
            client.start()
        time.sleep(self.rng.uniform(0.01, MAX_LIFE))
        os.kill(process.pid, signal.SIGKILL)
        for client in clients:
            client.join()

    def _update(self, mock: Mock, identifier: str) -> None:
        with (
            closing(HTTPConnection(mock.host, mock.port, timeout=DEADLINE)) as connection,
            suppress(OSError, HTTPException),
        ):
            while True:
                write = self._next(identifier)
                connection.request("PATCH", USER + identifier, json.dumps(numbered(write.number)), HEADERS)
                self._note(write, connection, 201)

    def _put_and_delete(self, mock: Mock) -> None:
        path = f"/__mock__/webhooks/{PUT_AND_DELETED}"
        with (
            closing(HTTPConnection(mock.host, mock.port, timeout=DEADLINE)) as connection,
            suppress(OSError, HTTPException),
        ):
            while True:
                write = self._next(PUT_AND_DELETED)
                connection.request("PUT", path, json.dumps(numbered(write.number)))
                self._note(write, connection, 200)
                write = self._next(PUT_AND_DELETED, is_deletion=True)
                connection.request("DELETE", path)
                self._note(write, connection, 204)

    def _next(self, identifier: str, *, is_deletion: bool = False) -> Write:
        with self._lock:
            self.number += 1
            write = Write(GONE if is_deletion else self.number, time.monotonic())
            self.writes[identifier].append(write)
            return write

    def _note(self, write: Write, connection: HTTPConnection, status: int) -> None:
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status
        write.end = time.monotonic()
        with self._lock:
            self.acknowledged += 1

    def _check_copy(self) -> None:
        """See that SQLite finds no fault in what is left, without the mock's help."""
        if not self.file.exists():
            return
        with tempfile.TemporaryDirectory() as name:
            for suffix in ("", "-wal"):
                left = Path(f"{self.file}{suffix}")
                if left.exists():
                    assert left.stat().st_mode & 0o777 == 0o600
                    self.largest_log = max(self.largest_log, left.stat().st_size if suffix else 0)
                    shutil.copy(left, name)
            with closing(sqlite3.connect(Path(name) / "state")) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def numbered(number: int) -> dict[str, Any]:
    """Return an update whose every part tells its number."""
    return {"url": f"https://e.example/{number}", "events": [EVENTS[number % 3]], "secrets": [str(number)] * 2}


def prove(kills: int, folder: Path) -> Proof:
    """Kill so many mocks with their state in *folder*, and return what that has shown.

    Raises:
        AssertionError: Something acknowledged is lost, something is mixed, or the file is corrupt.
    """
    proof = Proof(folder, random.Random(7))  # noqa: S311  to be repeated, not to be secret
    for _ in range(kills):
        proof.kill()
    proof.end()
    return proof


def main() -> None:
    """Print the figures of a long proof."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        proof = prove(int(sys.argv[1]) if len(sys.argv) > 1 else KILLS, Path(folder))
        names = [file.name for file in Path(folder).iterdir()]
    sys.stdout.write(
        f"{proof.kills} kills, {proof.kills_while_starting} of them while the mock started\n"
        f"{proof.acknowledged} updates acknowledged; none lost, none mixed\n"
        f"{proof.in_flight} in flight at a kill, {proof.in_flight_stored} of them stored, whole\n"
        f"integrity_check: ok after each kill; largest write-ahead log {proof.largest_log} bytes\n"
        f"left beside the file: {sorted(set(names) - {'state', 'state-wal', 'state-shm', 'seeds.json'})}\n"
        f"{time.monotonic() - started:.0f} s\n"
    )


if __name__ == "__main__":
    main()

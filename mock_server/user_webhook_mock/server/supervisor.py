"""Processes that serve, and the watch over them."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NoReturn, Self

from user_webhook_mock.config.settings import PROGRAM

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

MAX_STOP: Final = 3.0
"""Seconds in which a worker has to end: those that its server gives to answers that are under way, and one more."""

YOUNG: Final = 1.0
MAX_FAILURES: Final = 5


class WorkerError(Exception):
    """The workers do not stay alive. The message is one control_socket and says what to do."""


@dataclass(frozen=True, slots=True)
class WorkerProcess:
    """A process that serves. It has the other end of *control_socket*, and each sees by it when the other has ended."""

    pid: int
    index: int
    control_socket: socket.socket
    started: float = field(default_factory=time.monotonic)

    def is_ready(self) -> bool:
        """Wait until the worker accepts connections, or has ended without, and say which."""
        return bool(self.control_socket.recv(1))

    def is_gone(self, deadline: float) -> bool:
        """Wait for the end of the worker, until *deadline* at most, and say whether it came."""
        self.control_socket.settimeout(max(deadline - time.monotonic(), 0.001))
        with suppress(OSError):
            while self.control_socket.recv(1):
                pass
            return True
        return False


class Supervisor:
    """Serves by a number of processes while the block runs, and puts another one in the index of each that ends.

    They are forked from this one, which must have a single thread. None outlives it, by whatever it ends.

    Raises:
        WorkerError: Several in a row ended within a second of their start.
    """

    def __init__(self, number: int, task: Callable[[int, socket.socket], object]) -> None:
        """*task* gets the index of a worker, from 0 on, and its control_socket, over which it sends a byte when it is ready.

        It serves until SIGTERM or the end of the control_socket.
        """
        self._number = number
        self._task = task
        self._workers: dict[int, WorkerProcess] = {}
        self._failures = 0

    def __enter__(self) -> Self:
        """Start the workers, and wait until all of them accept connections."""
        try:
            waiting = [self._start(index) for index in range(self._number)]
            while waiting:
                worker = waiting.pop()
                if not worker.is_ready():
                    waiting.append(self._replace(*os.waitpid(worker.pid, 0)))
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End the workers."""
        self._stop()

    def wait(self, command: subprocess.Popen[bytes] | None = None) -> int:
        """Wait for the end of *command* and return its status, or wait for ever."""
        while True:
            pid, status = os.wait()
            if command is not None and pid == command.pid:
                return os.waitstatus_to_exitcode(status)
            if pid in self._workers:
                self._replace(pid, status)

    def _start(self, index: int) -> WorkerProcess:
        control_socket, end = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            # as long as a worker holds the control_socket of another one, this one does not see the end of their parent
            for other in (control_socket, *(worker.control_socket for worker in self._workers.values())):
                other.close()
            _run_worker(self._task, index, end)
        end.close()
        self._workers[pid] = worker = WorkerProcess(pid, index, control_socket)
        return worker

    def _replace(self, pid: int, status: int) -> WorkerProcess:
        worker = self._workers.pop(pid)
        worker.control_socket.close()
        is_young = time.monotonic() - worker.started < YOUNG
        self._failures = self._failures + 1 if is_young else 0
        code = os.waitstatus_to_exitcode(status)
        how = f"with status {code}" if code >= 0 else f"by signal {-code}"
        if self._failures == MAX_FAILURES:
            raise WorkerError(
                f"{MAX_FAILURES} workers in a row ended within {YOUNG:g} second of their start, the last one {how}: "
                "see the lines above for why, or use --workers 1."
            )
        with suppress(OSError):  # whoever read the log is gone; the mock goes on
            sys.stderr.write(f"{PROGRAM}: worker {pid} ended {how}; another takes its place.\n")
            sys.stderr.flush()
        return self._start(worker.index)

    def _stop(self) -> None:
        for pid in self._workers:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + MAX_STOP
        for pid, worker in self._workers.items():
            if not worker.is_gone(deadline):
                os.kill(pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)
            worker.control_socket.close()
        self._workers.clear()


def _run_worker(task: Callable[[int, socket.socket], object], index: int, control_socket: socket.socket) -> NoReturn:
    """Be a worker. Nothing of the parent is cleaned up behind it: it is the parent's."""
    status = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal gives Ctrl-C to all; the parent ends the workers
        task(index, control_socket)
        status = 0
    except BaseException:  # noqa: BLE001  whatever it is, it must not reach the parent's frames
        traceback.print_exc(file=sys.stderr)
    finally:
        with suppress(OSError):
            sys.stderr.flush()
        os._exit(status)

"""The supervisor of several processes that serve."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NoReturn, Self

from user_webhook_mock.config.settings import PROGRAM
from user_webhook_mock.core.internal_error import print_traceback
from user_webhook_mock.core.outlet import finish_outlets
from user_webhook_mock.core.stop_signals import LIKE_TERM, held_signals
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.core.waking import wake_no_more, waking

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

MAX_STOP: Final = 3.0
"""Seconds in which a worker has to end: those that its server gives to responses that are under way, and one more."""

MIN_LIFE: Final = 1.0
MAX_FAILURES: Final = 5


@dataclass(frozen=True, slots=True)
class WorkerProcess:
    """A process that serves.

    Attributes:
        index: Counted from 0; a successor has the same.
        control_socket: The worker has its other end, and each sees by it when the other has ended.
    """

    pid: int
    index: int
    control_socket: socket.socket
    started: float = field(default_factory=time.monotonic)

    def is_ready(self) -> bool:
        """Wait until the worker accepts connections or has ended, and return whether it accepts them."""
        return bool(self.control_socket.recv(1))

    def is_gone(self, deadline: float) -> bool:
        """Wait for the end of the worker until *deadline*, and return whether it has ended."""
        self.control_socket.settimeout(max(deadline - time.monotonic(), 0.001))
        with suppress(OSError):
            while self.control_socket.recv(1):
                pass
            return True
        return False


class Supervisor:
    """Serves with a number of processes while the block runs, and replaces each that ends.

    They are forked from this one, whose only other thread may be that of an `Outlet`. None outlives it, however it ends.

    Raises:
        UsageError: Several in a row ended within a second of their start.
    """

    def __init__(self, number: int, task: Callable[[int, socket.socket], object]) -> None:
        """*task* gets the index of a worker and its control socket, over which it sends a byte when it is ready.

        It serves until SIGTERM or the end of the socket.
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
        with waking() as wait:
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if command is not None and pid == command.pid:
                    return os.waitstatus_to_exitcode(status)
                if pid in self._workers:
                    self._replace(pid, status)
                elif not pid:
                    wait()

    def _start(self, index: int) -> WorkerProcess:
        control_socket, other_end = socket.socketpair()
        with held_signals():  # until the worker has its own handlers, a signal would run those of its parent
            pid = os.fork()
            if pid == 0:
                # while a worker holds the socket of another one, that one does not see the end of their parent
                for other in (control_socket, *(worker.control_socket for worker in self._workers.values())):
                    other.close()
                _set_handlers()
        if pid == 0:
            _run_worker(self._task, index, other_end)
        other_end.close()
        self._workers[pid] = worker = WorkerProcess(pid, index, control_socket)
        return worker

    def _replace(self, pid: int, status: int) -> WorkerProcess:
        worker = self._workers.pop(pid)
        worker.control_socket.close()
        is_failure = time.monotonic() - worker.started < MIN_LIFE
        self._failures = self._failures + 1 if is_failure else 0
        code = os.waitstatus_to_exitcode(status)
        how = f"with status {code}" if code >= 0 else f"by signal {-code}"
        if self._failures == MAX_FAILURES:
            raise UsageError(
                f"{MAX_FAILURES} workers in a row ended within {MIN_LIFE:g} second of their start, the last one {how}: "
                "see the lines above for why, or use --workers 1."
            )
        with suppress(OSError):  # nobody reads the log any more; the mock goes on
            sys.stderr.write(f"{PROGRAM}: worker {pid} ended {how}; starting another one.\n")
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
    """Run *task* and end the process, without the parent's clean-up."""
    status = 1
    try:
        task(index, control_socket)
        status = 0
    except BaseException as error:  # noqa: BLE001  whatever it is, it must not reach the parent's frames
        print_traceback(error)
    finally:
        finish_outlets()
        os._exit(status)


def _set_handlers() -> None:
    wake_no_more()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for number in (signal.SIGINT, *LIKE_TERM):  # a terminal sends them to all; the parent ends the workers
        signal.signal(number, signal.SIG_IGN)

from __future__ import annotations

import signal
import subprocess
import sys

from user_webhook_mock.core.waking import waking


def test_a_signal_that_comes_just_before_the_wait_ends_it() -> None:
    seen: list[int] = []
    former = signal.signal(signal.SIGUSR1, lambda number, _: seen.append(number))
    try:
        with waking() as wait:
            signal.raise_signal(signal.SIGUSR1)
            wait()
    finally:
        signal.signal(signal.SIGUSR1, former)

    assert seen == [signal.SIGUSR1]


def test_the_end_of_a_child_ends_the_wait() -> None:
    with waking() as wait:
        child = subprocess.Popen([sys.executable, "-c", ""])
        while child.poll() is None:
            wait()

    assert child.returncode == 0


def test_what_was_there_before_is_put_back() -> None:
    handler = signal.getsignal(signal.SIGCHLD)
    with waking():
        pass

    assert signal.getsignal(signal.SIGCHLD) == handler
    assert signal.set_wakeup_fd(-1) == -1

"""The command of ``--run``, a child process beside the mock."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING

from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.core.waking import waking

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType

    from user_webhook_mock.config.settings import Settings
    from user_webhook_mock.server.certificate import Certificate


def environment(settings: Settings, target: str, certificate: Certificate | None = None) -> dict[str, str]:
    """Return the environment of a command that runs beside the mock at *target*."""
    authority = certificate and certificate.authority
    return {
        **os.environ,
        **({"TARGET_CA": str(authority)} if authority else {}),
        "TARGET": target,
        "TOKEN": settings.token,
        "FORBIDDEN_TOKEN": settings.forbidden_token,
        "EXPIRED_TOKEN": settings.expired_token,
        "WEBHOOK_ID": settings.webhook_id,
        "SECOND_WEBHOOK_ID": settings.second_webhook_id,
    }


def run_child(
    command: Sequence[str],
    variables: dict[str, str],
    wait: Callable[[subprocess.Popen[bytes]], int] | None = None,
) -> int:
    """Run *command* with *variables* and return its exit status, or 128 plus the number of the signal that ended it.

    *wait* returns what `subprocess.Popen.wait` does.

    Raises:
        UsageError: The command cannot be started.
    """
    try:
        child = subprocess.Popen(command, env=variables)  # noqa: S603  the user's own command line
    except OSError as error:
        raise UsageError(f"--run {command[0]!r} cannot be started: {error.strerror}.") from error

    def forward_signal(number: int, _frame: FrameType | None) -> None:
        # a terminal sends Ctrl-C to both; a second one would end the command in the middle of its clean-up
        if number != signal.SIGINT or not is_in_foreground():
            child.send_signal(number)

    former = {number: signal.signal(number, forward_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        status = (wait or _wait)(child)
    except BaseException:
        child.terminate()
        raise
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
    return status if status >= 0 else 128 - status


def _wait(child: subprocess.Popen[bytes]) -> int:
    if not hasattr(signal, "SIGCHLD"):  # Windows
        return child.wait()
    with waking() as wait:
        while (status := child.poll()) is None:
            wait()
    return status


def is_in_foreground() -> bool:
    """Return whether a terminal sends its Ctrl-C to this process."""
    if not hasattr(os, "tcgetpgrp"):  # Windows sends it to every process of a console
        return True
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)

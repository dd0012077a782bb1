"""The outer guard of the command: an accident ends with one line and status 2."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from user_webhook_api.bundle import DocumentError
from user_webhook_api.extras import MissingPackageError
from user_webhook_api.streams import give_up
from user_webhook_mock.config.settings import PROGRAM
from user_webhook_mock.core.internal_error import print_traceback
from user_webhook_mock.core.usage_error import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

MISUSED: Final = 2


def guarded(carry_out: Callable[[], int]) -> int:
    """Return the status of *carry_out*; whatever is raised is a line on standard error, and status 2."""
    try:
        return carry_out()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else MISUSED
    except (UsageError, DocumentError, MissingPackageError) as error:
        line = str(error)
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        line = f"The system refuses what the mock needs: {error.strerror or error}{place}."
    except MemoryError:
        line = "The memory is full."
    except Exception as error:  # noqa: BLE001  whatever it is: what it says may quote a token
        print_traceback(error)
        line = "Internal error in the mock, see above."
    _print(line)
    return MISUSED


def with_output(status: int) -> int:
    """Return *status*, or 2 if what was printed cannot be written; that nobody reads it is not a failure."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        give_up(sys.stdout)
    except (OSError, ValueError) as error:
        give_up(sys.stdout)
        _print(f"The output cannot be written: {getattr(error, 'strerror', None) or error}.")
        status = MISUSED
    try:
        sys.stderr.flush()
    except (OSError, ValueError):
        give_up(sys.stderr)
    return status


def _print(line: str) -> None:
    with suppress(OSError, ValueError):  # there is nowhere left to say it
        sys.stderr.write(f"{PROGRAM}: {' '.join(line.splitlines())}\n")

"""The outer guard of every command: an accident never ends with the status of a verdict, and always says why."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Final

from user_webhook_api.extras import MissingPackageError
from user_webhook_api.streams import open_closed_streams
from user_webhook_contract.internal_error import print_traceback
from user_webhook_contract.report.escaping import printable
from user_webhook_contract.settings import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EXIT_MISUSED: Final = 2
VERDICTS: Final = (0, 1, EXIT_MISUSED)


def guarded(program: str, words: Sequence[str], carry_out: Callable[[Sequence[str]], int]) -> int:
    """Return the status of *carry_out* if it is a verdict, and else 2, with a line on standard error."""
    from user_webhook_contract.commands.output import guarded_streams  # noqa: PLC0415  inside the guard

    open_closed_streams()
    with guarded_streams(words), warnings.catch_warnings():
        # What libraries warn of does not concern the user, and with -W error it would end the run.
        warnings.simplefilter("ignore")
        return _status(program, words, carry_out)


def _status(program: str, words: Sequence[str], carry_out: Callable[[Sequence[str]], int]) -> int:
    try:
        return carry_out(words)
    except SystemExit as end:
        # argparse: 0 for --help, 2 for a wrong option.
        return end.code if isinstance(end.code, int) and end.code in {0, EXIT_MISUSED} else EXIT_MISUSED
    except (UsageError, MissingPackageError) as error:
        line = str(error)
    except KeyboardInterrupt:
        line = "interrupted."
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        line = f"the system refuses what the suite needs: {error.strerror or error}{place}."
    except MemoryError:
        line = "the memory is full."
    except BaseException as error:  # noqa: BLE001  whatever it is: what it says may quote a token
        print_traceback(error)
        line = "internal error in the suite (see above)."
    print(f"{program}: {printable(line)}", file=sys.stderr)  # noqa: T201  a command line prints
    return EXIT_MISUSED

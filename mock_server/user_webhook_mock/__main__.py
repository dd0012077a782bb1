"""The command ``user-webhook-mock``."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, NoReturn

from user_webhook_api.bundle import DocumentError
from user_webhook_api.extras import MissingPackageError
from user_webhook_mock.cli.arguments import read_arguments
from user_webhook_mock.cli.parser import EXPORT
from user_webhook_mock.config.settings import PROGRAM
from user_webhook_mock.core.usage_error import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the mock as the command line says and return the exit status."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _stop)
    try:
        given = list(sys.argv[1:] if arguments is None else arguments)
        if given[:1] == [EXPORT]:
            from user_webhook_mock.export.command import export_command  # noqa: PLC0415  who serves does not need it

            return export_command(given[1:])
        settings = read_arguments(given, os.environ)
        from user_webhook_mock.cli.serve import serve  # noqa: PLC0415  the server takes long to import, and --help needs none of it

        try:
            return serve(settings)
        except UsageError as error:
            raise error.with_names(settings.names) from None
    except (UsageError, DocumentError, MissingPackageError) as error:
        sys.stderr.write(f"{PROGRAM}: {error}\n")
        return 2


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


if __name__ == "__main__":
    raise SystemExit(main())

"""The command ``user-webhook-mock``."""

from __future__ import annotations

import os
import sys
import threading
import warnings
from typing import TYPE_CHECKING

from user_webhook_api.streams import open_closed_streams

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the mock as the command line says and return the exit status."""
    open_closed_streams()
    with warnings.catch_warnings():
        # What libraries warn of does not concern the user, and with -W error it would end the mock.
        warnings.simplefilter("ignore")
        from user_webhook_mock.cli.guard import guarded, with_output  # noqa: PLC0415  behind what is done above
        from user_webhook_mock.core.stop_signals import stop_on_signals  # noqa: PLC0415  as above

        if threading.current_thread() is threading.main_thread():
            stop_on_signals()
        words = list(sys.argv[1:] if arguments is None else arguments)
        return with_output(guarded(lambda: _carry_out(words)))


def _carry_out(words: Sequence[str]) -> int:
    from user_webhook_mock.cli.arguments import read_arguments  # noqa: PLC0415  inside the guard
    from user_webhook_mock.cli.guard import guarded  # noqa: PLC0415  as above
    from user_webhook_mock.cli.parser import EXPORT  # noqa: PLC0415  as above
    from user_webhook_mock.config.settings import PROGRAM  # noqa: PLC0415  as above
    from user_webhook_mock.core.outlet import outlets  # noqa: PLC0415  as above

    if words[:1] == [EXPORT]:
        from user_webhook_mock.export.command import export_command  # noqa: PLC0415  who serves does not need it

        return export_command(words[1:])
    given = read_arguments(words, os.environ)
    from user_webhook_mock.cli.serve import serve  # noqa: PLC0415  the server takes long to import, and --help needs none of it

    with outlets(PROGRAM):
        return guarded(lambda: serve(given))


if __name__ == "__main__":
    raise SystemExit(main())

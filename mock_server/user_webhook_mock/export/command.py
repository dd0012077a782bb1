"""The command ``user-webhook-mock export``."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from user_webhook_mock.config.settings import PROGRAM
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.export.forms import FORMS, export

if TYPE_CHECKING:
    from collections.abc import Sequence

    from _typeshed import SupportsWrite

DESCRIPTION: Final = """\
Write files that need nothing of Python:
  msw        handlers for MSW 2 and 3, in TypeScript, that answer as this mock
  types      the types of the API and of the control API, in TypeScript
  signature  a verifier of deliveries, in TypeScript on WebCrypto
  http       a request for each documented answer, for editors with a REST client
  postman    the same as a collection of Postman
  bruno      the same as a collection of Bruno
"""


class OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """Print the help; argparse would not say that it could not."""
        with suppress(BrokenPipeError):  # who reads has seen enough
            (file or sys.stdout).write(self.format_help())

    def error(self, message: str) -> NoReturn:
        """Raise what argparse has to say as a UsageError."""
        raise UsageError(message, rule=f"The forms are {', '.join(FORMS)}.", remedy=f"see {PROGRAM} export --help.")


def export_command(arguments: Sequence[str]) -> int:
    """Do what *arguments* say, print the files that were written, and return the exit status.

    Raises:
        UsageError: The arguments are not legal, or a file cannot be written.
    """
    parser = OneLineParser(
        prog=f"{PROGRAM} export",
        description=DESCRIPTION,
        epilog="exit status: 0 written; 2 wrong use, or a file cannot be written",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("form", metavar="FORM", help=", ".join(FORMS))
    place = "the folder to write to, or a name for the only file (default: the current folder)"
    parser.add_argument("place", nargs="?", type=Path, default=Path(), metavar="PLACE", help=place)
    given = parser.parse_args(arguments)
    for file in export(given.form, given.place):
        sys.stdout.write(f"{file}\n")
    return 0

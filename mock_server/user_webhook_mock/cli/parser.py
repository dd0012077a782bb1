"""The command line and its help."""

from __future__ import annotations

import argparse
import difflib
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NoReturn

from user_webhook_api.choices import choices
from user_webhook_mock.config.options import GROUPS
from user_webhook_mock.config.settings import PROGRAM
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.faults.kinds import KINDS

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

EXPORT: Final = "export"
"""The command that writes files instead of serving."""

NEAR: Final = 0.75
"""How like a command a word must be to be shown as one: any other word may be a token."""

DESCRIPTION: Final = """\
A mock of Update User Webhook: PATCH /api/v2/public/webhooks/user/{webhookId}.
It checks requests by the rules of the document, responds with the document's messages and keeps
its webhooks in memory, in a file or in Redis (--store). What the documents leave open is a choice (--choice).
"""

EXAMPLES: Final = f"""\
examples:
  {PROGRAM}
      serve on http://127.0.0.1:8000 and print a curl line to try
  {PROGRAM} --port 0 --token "$MY_TOKEN"
      serve on any free port, with a token of your own
  {PROGRAM} --choice omitted_secrets=keep --choice messages=first
      keep secrets that an update omits, and name only the first broken rule
  {PROGRAM} --choices observed-choices.yaml
      follow the choices that a contract run observed on another API
  {PROGRAM} --store sqlite:webhooks.db
      keep the webhooks until the next start
  {PROGRAM} --watch --choices choices.yaml
      follow changes of the choices, or of the document, as soon as their files are saved
  {PROGRAM} --store redis://127.0.0.1:6379/0
      share the webhooks with every other mock of this Redis
  {PROGRAM} --workers 4
      serve on four cores, which share the webhooks
  {PROGRAM} --latency 150ms..400ms --rate-limit 100/m
      respond as slowly as the provider may, and reject what is over its limit
  {PROGRAM} --fault 503:2 --fault drop:1
      respond 503 twice, close the third connection, and work from the fourth request on
  {PROGRAM} --deliver-to http://127.0.0.1:9000/ --time-scale 60
      call a receiver when an event is fired, and retry after 5, 30 and 60 seconds
  {PROGRAM} --port 0 --ready-line --port-file mock.port
      tell another program where the mock is, as soon as it is ready
  {PROGRAM} --port 0 --quiet --run npm test
      serve while `npm test` runs, with TARGET, TOKEN, FORBIDDEN_TOKEN, EXPIRED_TOKEN, WEBHOOK_ID and
      SECOND_WEBHOOK_ID in its environment, and exit with its status

exit status: 0 stopped by Ctrl-C, SIGTERM, SIGHUP or SIGQUIT; 2 could not start; with --run, that of the command
"""


class OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """Print the help; argparse would not say that it could not."""
        with suppress(BrokenPipeError):  # who reads has seen enough
            (file or sys.stdout).write(self.format_help())

    def error(self, message: str) -> NoReturn:
        """Raise argparse's *message* as a UsageError, without a word that it cannot place, which may be a token."""
        problem, colon, words = message.partition("unrecognized arguments: ")
        if colon:
            first = words.split()[0]
            names = [word.partition("=")[0] for word in words.split() if word.startswith("--")]
            if difflib.get_close_matches(first, [EXPORT], cutoff=NEAR):
                message = f"unknown command {first!r}: did you mean {EXPORT}?"
            else:
                unexpected = "unexpected argument: quote values that contain spaces"
                message = f"{problem}{colon}{' '.join(names)}" if names else unexpected
        raise UsageError(f"{message}{'' if message.endswith('?') else '.'} See {PROGRAM} --help.")


class Version(argparse.Action):
    """Prints the version, which takes long to look up, and ends."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        """Print it."""
        from importlib.metadata import version  # noqa: PLC0415  as long to import as all the rest of the help

        sys.stdout.write(f"{PROGRAM} {version(PROGRAM)}\n")
        parser.exit()


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line; an option that is left out is None."""
    whole = OneLineParser(
        prog=PROGRAM,
        description=DESCRIPTION,
        epilog=f"{EXAMPLES}\n{_faults()}\n\n{_choices()}".replace("%", "%%"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    for heading, options in GROUPS.items():
        group = whole.add_argument_group(*heading)
        for option in options:
            text = option.description.replace("%", "%%")
            if not option.metavar:
                group.add_argument(option.flag, action="store_true", default=None, help=text)
            else:
                action = "append" if option.is_repeated else "store"
                group.add_argument(option.flag, action=action, metavar=option.metavar, help=text)
    whole.add_argument("--version", action=Version, nargs=0, help="show program's version number and exit")
    whole.add_argument(
        "--run",
        nargs=argparse.REMAINDER,
        metavar="COMMAND",
        help="serve while COMMAND runs and exit with its status; everything after --run belongs to COMMAND",
    )
    return whole


def _faults() -> str:
    rows = ["faults:", *(f"  {kind.name:<11}{kind.effect}" for kind in KINDS.values())]
    return "\n".join(
        [*rows, "  503        responds with this status, 400 to 511", "  not-found  responds with this example"]
    )


def _choices() -> str:
    rows = ["choices (the default first):"]
    for choice in choices():
        values = [choice.default, *(value for value in choice.values if value != choice.default)]
        rows += [f"  {choice.name}={'|'.join(map(str, values))}", f"      {choice.question}"]
    return "\n".join(rows)

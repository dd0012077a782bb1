"""The command line and the environment of the mock."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from mock_server.settings import Settings, SettingsError, choose, read_choices
from openapi.choices import choices

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROGRAM: Final = "user-webhook-mock"

DESCRIPTION: Final = """\
A mock of Update User Webhook: PATCH /api/v2/public/webhooks/user/{webhookId}.
It checks requests by the rules of the document, answers with the document's messages and keeps
its webhooks in memory until it stops. What the documents leave open is a choice (--choice).
"""

EXAMPLES: Final = """\
examples:
  %(prog)s
      serve on http://127.0.0.1:8000 and print a curl line to try
  %(prog)s --port 0 --token "$MY_TOKEN"
      serve on any free port, with a token of your own
  %(prog)s --choice omitted_secrets=keep --choice messages=first
      play an API that keeps its secrets and names one broken rule only
  %(prog)s --choices observed-choices.yaml
      play the choices that a contract run observed on another API
  %(prog)s --port 0 --quiet --run npm test
      serve while `npm test` runs, with TARGET, TOKEN, FORBIDDEN_TOKEN, WEBHOOK_ID and
      SECOND_WEBHOOK_ID in its environment, and exit with its status

exit status: 0 stopped by Ctrl-C or SIGTERM; 2 could not start; with --run, that of the command
"""


@dataclass(frozen=True)
class Arguments:
    """What the mock is to do: serve with *settings*, and only while *command* runs where there is one."""

    settings: Settings
    command: tuple[str, ...] = ()


class OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Raise what argparse has to say as a SettingsError."""
        raise SettingsError(f"{message}. See {PROGRAM} --help.")


def read_arguments(arguments: Sequence[str], environment: Mapping[str, str]) -> Arguments:
    """Return what *arguments* ask for, and *environment* where they are silent. An empty variable counts as not set.

    Raises:
        SettingsError: Something is not legal.
    """
    own, command = _split(arguments)
    given = _parser().parse_args(own)
    values: dict[str, Any] = {}
    for name in NAMES:
        value = getattr(given, name)
        value = environment.get(name.upper()) if value is None else value
        if value is not None and (value or getattr(given, name) is not None):
            values[name] = READERS.get(name, str)(value)
    file = given.choices or environment.get("CHOICES")
    pairs = read_choices(Path(file)) if file else []
    pairs += [_pair(text) for text in given.choice]
    settings = Settings(**values, is_quiet=given.quiet, choices=choose(pairs), deliver_for_real=given.deliver_for_real)
    return Arguments(settings, command)


def _split(arguments: Sequence[str]) -> tuple[Sequence[str], tuple[str, ...]]:
    # argparse would read a -- behind --run as its own
    if "--run" not in arguments:
        return arguments, ()
    place = list(arguments).index("--run")
    command = tuple(arguments[place + 1 :])
    command = command[1:] if command[:1] == ("--",) else command
    if not command:
        raise SettingsError("--run names no command: write it behind, as in --run npm test.")
    return arguments[:place], command


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise SettingsError(f"port={text!r} is no port: use a number, 0 for any free port.")
    return int(text)


def _factor(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise SettingsError(f"time_scale={text!r} is no factor: use a number above 0, such as 60.") from None


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise SettingsError(f"--choice {text!r} has no value: write name=value, as in --choice messages=first.")
    return name, value


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(
        prog=PROGRAM,
        description=DESCRIPTION,
        epilog=EXAMPLES + "\n" + _table(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    default = Settings()

    def add(flag: str, text: str) -> None:
        name = flag.removeprefix("--").replace("-", "_")
        text = f"{text} (environment: {name.upper()}; default: {getattr(default, name) or 'none'})"
        parser.add_argument(flag, metavar=name.rpartition("_")[2].upper(), help=text)

    add("--host", "address to listen on")
    add("--port", "port to listen on, 0 for any free one")
    add("--token", "bearer token of a caller who may update")
    add("--forbidden-token", "bearer token of a caller who lacks the scope: 403")
    add("--webhook-id", "id of the first webhook")
    add("--second-webhook-id", "id of the second webhook")
    add("--deliver-to", "url of a receiver on this machine that gets every delivery in place of the stored urls")
    add("--time-scale", "how many times sooner than the provider's the retries of deliveries come")
    parser.add_argument(
        "--deliver-for-real",
        action="store_true",
        help="send deliveries to the stored urls, or with --deliver-to to a receiver on any machine",
    )
    parser.add_argument(
        "--choice", action="append", default=[], metavar="NAME=VALUE", help="one choice, see below; may be repeated"
    )
    parser.add_argument(
        "--choices",
        metavar="FILE",
        help="YAML file of choices, name: value; --choice wins over it (environment: CHOICES)",
    )
    parser.add_argument("--quiet", action="store_true", help="print no banner and no line for each request")
    parser.add_argument("--version", action="version", version=f"%(prog)s {_version()}")
    parser.add_argument(
        "--run",
        nargs=argparse.REMAINDER,
        metavar="COMMAND",
        help="serve while COMMAND runs and exit with its status; everything behind --run belongs to COMMAND",
    )
    return parser


def _table() -> str:
    rows = ["choices (the default first):"]
    for choice in choices():
        values = [choice.default, *(value for value in choice.values if value != choice.default)]
        rows += [f"  {choice.name}={'|'.join(map(str, values))}", f"      {choice.question}"]
    return "\n".join(rows).replace("%", "%%")


NAMES: Final = (
    *("host", "port", "token", "forbidden_token", "webhook_id", "second_webhook_id"),
    *("deliver_to", "time_scale"),
)
READERS: Final = {"port": _port, "time_scale": _factor}


def _version() -> str:
    try:
        return version("user-webhook-contract")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "(not installed)"

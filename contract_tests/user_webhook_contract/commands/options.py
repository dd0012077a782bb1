"""The options of the suite's commands, and the settings that they make."""

from __future__ import annotations

import argparse
import difflib
import os
import re
from dataclasses import dataclass, fields
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from user_webhook_api.extras import installation
from user_webhook_api.numbers import decimal, whole_number
from user_webhook_contract.settings import (
    DEEP_BUDGET,
    DEFAULT_BUDGET,
    DEFAULT_FORBIDDEN_TOKEN,
    DEFAULT_SECOND_WEBHOOK_ID,
    DEFAULT_TOKEN,
    DEFAULT_WEBHOOK_ID,
    LOCAL_BUDGET,
    Settings,
    UsageError,
    default_budget,
    header_values,
    is_loopback,
    seed_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PROGRAM: Final = "user-webhook-contract"
EXIT_MISUSED: Final = 2
PLACEHOLDER_TARGET: Final = "http://target.example"
"""The target of a plan that is only printed."""

EPILOG: Final = """\
examples:
  python -m user_webhook_contract --target http://localhost:8000
  TOKEN=... FORBIDDEN_TOKEN=... python -m user_webhook_contract --target https://api.example.com \\
      --webhook-id ID --second-webhook-id ANOTHER-ID

The run sends PATCH requests only, to the webhooks that you give and to ids that cannot exist. At the end it puts
back each url and the secrets, as far as responses proved what was stored, and says what it could not put back. It
cannot put back events: use webhooks made for testing.
Prefer the environment for tokens: other users of the machine can read a command line.

exit status: 0 conformant, 1 non-conformant, 2 inconclusive or misused

commands on reports, each with a --help of its own:
  compare A.json B.json    list the changes from one run to another
  verify-report FILE       check that a report is unchanged
  replay FILE              send the failing requests again, and nothing else
  challenge                print a nonce for the next run, which so cannot have been prepared
  spot-check FILE          send a few requests again, and see whether the target answers as in the report
"""

NEAR: Final = 0.75
"""How like a command a word must be to be shown as one: any other word may be a token."""


@dataclass(frozen=True)
class Option:
    """A row of the table of options: how a setting is given.

    Attributes:
        name: The setting; the option and the environment variable are named for it.
        metavar: The value in ``--help``.
        parse: Makes the value of a text; its UsageError says what the text is not, and what to write.
        help: What ``--help`` says of it.
        is_repeated: Whether it may be given several times; a variable has all values, separated by commas.
        shows_default: Whether ``--help`` adds the default; it does not if the default depends on other settings.
    """

    name: str
    metavar: str
    parse: Callable[[str], object]
    help: str
    shows_default: bool = True
    is_repeated: bool = False

    @property
    def flag(self) -> str:
        """The option on the command line."""
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """The environment variable."""
        return self.name.upper()

    @property
    def default(self) -> str:
        """The default as a user would write it; empty if there is none to show."""
        value = next(one.default for one in fields(Settings) if one.name == self.name)
        if not self.shows_default or not isinstance(value, str | int | float | Path):
            return ""
        return f"{value:g}" if isinstance(value, float) else str(value)


def _file(text: str) -> Path | None:
    return Path(text) if text else None


def _whole_number(text: str) -> int:
    number = whole_number(text)
    if number is None:
        raise UsageError("must be a whole number of 0 or more: write digits alone, at most 18.")
    return number


def _seconds(text: str) -> float:
    seconds = decimal(text)
    if seconds is None:
        raise UsageError("must be a number of seconds of 0 or more, such as 0.5 or 30.")
    return seconds


TARGET_OPTIONS: Final = (
    Option("target", "URL", str, "address of the API, before /api/v2/public"),
    Option("token", "TEXT", str, "token that may update the webhooks"),
    Option(
        "forbidden_token",
        "TEXT",
        str,
        f"valid token without the scope; '' leaves 403 untested; {DEFAULT_FORBIDDEN_TOKEN} beside the default --token",
        shows_default=False,
    ),
    Option("webhook_id", "ID", str, "webhook that the run may change"),
    Option(
        "second_webhook_id",
        "ID",
        str,
        f"another one; '' leaves it out; {DEFAULT_SECOND_WEBHOOK_ID} beside the default --webhook-id",
        shows_default=False,
    ),
    Option(
        "header",
        "NAME",
        lambda names: header_values(names, os.environ),
        "header that every request has; its value is in HEADER_NAME of the environment; may be repeated",
        is_repeated=True,
    ),
    Option("ca", "FILE", _file, "PEM file of the authority of the target's certificate, beside those of the system"),
    Option("client_cert", "FILE", _file, "PEM file of the certificate that the target asks for"),
    Option("client_key", "FILE", _file, "PEM file of its key, if it is another one"),
    Option(
        "proxy",
        "URL",
        str,
        "HTTP proxy; '' for none; without it that of HTTPS_PROXY, HTTP_PROXY and NO_PROXY if the target is elsewhere",
    ),
    Option(
        "rate",
        "N",
        _whole_number,
        "requests a minute, if the budget is above it; to a loopback address from the first 429 on; 0 for no limit",
    ),
    Option("timeout", "SECONDS", _seconds, "seconds to wait for a response"),
    Option(
        "url_host",
        "HOST",
        str,
        "host of the generated urls, for a target that looks host names up; without it, reserved names",
        shows_default=False,
    ),
)
"""The options of every command that sends requests."""

RUN_OPTIONS: Final = (
    Option(
        "budget",
        "N",
        _whole_number,
        f"maximum number of requests; default {DEFAULT_BUDGET}, to a loopback address {LOCAL_BUDGET}, deep {DEEP_BUDGET}",
        shows_default=False,
    ),
    Option("seed", "N", _whole_number, "decides every generated value"),
    Option("report_dir", "FOLDER", Path, "folder of the report"),
    Option("max_time", "SECONDS", _seconds, "seconds after which the run ends; 0 for no limit"),
    Option("waivers", "FILE", _file, "YAML file of waived requirements: id, reason, expires"),
    Option("vendor", "TEXT", str, "vendor of the product, for the report"),
    Option("product", "TEXT", str, "product that is judged, for the report"),
    Option("product_version", "TEXT", str, "its version, for the report"),
    Option("environment", "TEXT", str, "its installation, such as sandbox, for the report"),
    Option("valid_days", "N", _whole_number, "days for which the report is valid; 0 for no limit"),
    Option("supersedes", "HASH", str, "content_sha256 of the report that this one replaces"),
    Option(
        "challenge",
        "NONCE",
        str,
        "what the command challenge printed for whoever asks for the report; decides the seed in place of --seed",
    ),
    Option("docs_url", "URL", str, "where the pages of make docs are published: the report links to them"),
)
"""The options of a run beside those of the target."""

FLAGS: Final = {
    "is_deep": ("--deep", "fuzz on with a large budget"),
    "is_strict": ("--strict", "let requirements of level should fail the target, too"),
    "reuses_connections": (
        "--reuse-connections",
        "send a quarter of the requests on one connection, and three at once",
    ),
    "accepts_waivers": ("--no-waivers", "let no waiver count, whatever the file of waivers says"),
    "restores": ("--no-restore", "leave the webhooks as the run made them"),
}
"""The settings that an option without a value switches: its name, and what ``--help`` says of it."""


class _Join(argparse.Action):
    """Joins the values of an option that is given several times, as its variable has them."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002  argparse passes it
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,  # noqa: ARG002  as the parser
    ) -> None:
        former = getattr(namespace, self.dest)
        setattr(namespace, self.dest, f"{former},{values}" if former else values)


class Parser(argparse.ArgumentParser):
    """Answers a wrong option with one line, like every other mistake, and a word that resembles one of *commands*."""

    def __init__(self, *, prog: str, description: str, epilog: str = "", commands: Sequence[str] = ()) -> None:
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        self.commands = commands

    def add_options(self, options: Sequence[Option]) -> None:
        """Add *options*, whose values ``settings_of`` reads."""
        for one in options:
            shown = f", default {one.default}" if one.default else ""
            text = f"{one.help} (environment: {one.variable}{shown})"
            action = _Join if one.is_repeated else "store"
            self.add_argument(one.flag, dest=one.name, metavar=one.metavar, help=text, action=action)

    def error(self, message: str) -> NoReturn:
        """End with one line, without a word that argparse cannot place: it may be a token."""
        problem, colon, words = message.partition("unrecognized arguments: ")
        if colon:
            first = words.split()[0]
            near = difflib.get_close_matches(first, self.commands, n=1, cutoff=NEAR)
            if near:
                self.exit(
                    EXIT_MISUSED, f"{self.prog}: unknown command {first!r}: did you mean {near[0]}? See --help.\n"
                )
            names = [word.partition("=")[0] for word in words.split() if word.startswith("--")]
            lone = "unexpected argument: quote values that contain spaces"
            message = f"{problem}{colon}{' '.join(names)}" if names else lone
        self.exit(EXIT_MISUSED, f"{self.prog}: {message}. See --help.\n")


def suite_parser(commands: Sequence[str] = ()) -> Parser:
    """Return the parser of a run, beside *commands* with parsers of their own."""
    parser = Parser(
        prog=PROGRAM,
        description="Judge an implementation of PATCH /api/v2/public/webhooks/user/{webhookId} against its document.",
        epilog=EPILOG,
        commands=commands,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {version(PROGRAM)}")
    parser.add_options((*TARGET_OPTIONS, *RUN_OPTIONS))
    parser.add_argument("--plan", action="store_true", help="print the planned requests and send nothing")
    for name, (flag, text) in FLAGS.items():
        parser.add_argument(flag, dest=name, action="store_const", const=not getattr(Settings, name), help=text)
    detail = parser.add_mutually_exclusive_group()
    detail.add_argument("--quiet", action="store_true", help="print the verdict alone")
    detail.add_argument("--verbose", action="store_true", help="print a line for every request and every requirement")
    return parser


def settings_of(given: argparse.Namespace) -> Settings:
    """Return the settings that options and environment variables give; an empty variable counts as not set.

    Raises:
        UsageError: A value is wrong, or the values do not go together.
    """
    values: dict[str, object] = {name: value for name in FLAGS if (value := getattr(given, name, None)) is not None}
    variables: set[str] = set()
    for one in (one for one in (*TARGET_OPTIONS, *RUN_OPTIONS) if one.name in given):
        text, source = getattr(given, one.name), one.flag
        if text is None:
            text, source = os.environ.get(one.variable) or None, one.variable
            variables.add(source if text else "")
        if text is not None:
            try:
                values[one.name] = one.parse(text)
            except UsageError as error:
                raise UsageError(f"{source}={text!r} {error}") from None
    if getattr(given, "plan", False):
        values.setdefault("target", PLACEHOLDER_TARGET)
    if not values.get("target"):
        raise UsageError(f"--target is missing: give the address of the API, such as http://localhost:8000. {_mock()}")
    _complete(values)
    return _checked(values, variables)


def _complete(values: dict[str, object]) -> None:
    """Add to *values* what depends on others of them."""
    target, is_deep = str(values["target"]), bool(values.get("is_deep"))
    if "budget" not in values:
        values["budget"], values["budget_from"] = default_budget(target, is_deep=is_deep)
    if values.get("challenge") and not values.get("seed"):
        values["seed"] = seed_of(str(values["challenge"]))
    values["waits_for_429"] = "rate" not in values and is_loopback(target)
    # The mock's second webhook and its other token go with its first ones: another target has its own.
    if values.get("token", DEFAULT_TOKEN) != DEFAULT_TOKEN:
        values.setdefault("forbidden_token", "")
    if values.get("webhook_id", DEFAULT_WEBHOOK_ID) != DEFAULT_WEBHOOK_ID:
        values.setdefault("second_webhook_id", "")


def _checked(values: dict[str, object], variables: set[str]) -> Settings:
    """Return the settings of *values*; an error names those of the environment's *variables* that it is about."""
    try:
        return Settings(**values)  # type: ignore[arg-type]  # each is what its row parses
    except UsageError as error:
        rows = [one for one in (*TARGET_OPTIONS, *RUN_OPTIONS) if one.variable in variables]
        guilty = [one.variable for one in rows if re.search(rf"{one.flag}\b(?!-)", str(error))]
        if not guilty:
            raise
        raise UsageError(f"{error} It comes from the environment: {' and '.join(guilty)}.") from None


def _mock() -> str:
    if find_spec("user_webhook_mock") is None:
        return f"To judge the mock, install it first: {installation('user-webhook-mock')}"
    return f"To judge the mock: user-webhook-mock --port 0 --quiet --run {PROGRAM}"

"""The options of the gate, and the settings that they make."""

from __future__ import annotations

import argparse
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from user_webhook_contract import settings as defaults
from user_webhook_contract.settings import (
    DEFAULT_FORBIDDEN_TOKEN,
    DEFAULT_SECOND_WEBHOOK_ID,
    DEFAULT_TOKEN,
    DEFAULT_WEBHOOK_ID,
    Settings,
    UsageError,
    environment,
)

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAM = "user-webhook-contract"
MISUSED = 2
NOWHERE = "http://target.example"
"""Stands for the target of a plan that is only printed."""

EPILOG = """\
examples:
  python -m user_webhook_contract --target http://localhost:8000
  TOKEN=... FORBIDDEN_TOKEN=... python -m user_webhook_contract --target https://api.example.com \\
      --webhook-id ID --second-webhook-id ANOTHER-ID

The run sends PATCH only, to the webhooks that it is given and to ids that cannot exist, and puts url and secrets
back at the end. Prefer the environment for tokens: a command line can be read by other users of the machine.

exit status: 0 conformant, 1 non-conformant, 2 inconclusive or misused

commands on reports, each with a --help of its own:
  compare A.json B.json    what changed from one run to another
  verify-report FILE       whether a report is whole and unchanged
  replay FILE              send what failed again, and nothing else
"""


class Parser(argparse.ArgumentParser):
    """Answers a wrong option with one line, like every other mistake."""

    def __init__(self, *, prog: str, description: str, epilog: str = "") -> None:
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    def add_setting(
        self, option: str, default: str, text: str, kind: Callable[[str], object] = str, metavar: str = "TEXT"
    ) -> None:
        """Add an option that is a variable of the environment, too."""
        name = option.strip("-").replace("-", "_").upper()
        shown = f", default {default}" if default else ""
        self.add_argument(
            option,
            type=kind,
            default=environment(name, default) or (None if kind is _text else ""),
            metavar=metavar,
            help=f"{text} (environment: {name}{shown})",
        )

    def error(self, message: str) -> NoReturn:
        """End with one line; a word that argparse cannot place may be a token."""
        problem, colon, words = message.partition("unrecognized arguments: ")
        if colon:
            names = [word.partition("=")[0] for word in words.split() if word.startswith("--")]
            lone = "a word belongs to no option: put quotes around a value with blanks"
            message = f"{problem}{colon}{' '.join(names)}" if names else lone
        self.exit(MISUSED, f"{self.prog}: {message}. See --help.\n")


def gate_parser() -> Parser:
    """Return the parser of a run."""
    parser = Parser(
        prog=PROGRAM,
        description="Judge an implementation of PATCH /api/v2/public/webhooks/user/{webhookId} against its document.",
        epilog=EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {version(PROGRAM)}")
    add_target(parser)
    parser.add_setting(
        "--budget",
        "",
        f"most requests to send; default {defaults.DEFAULT_BUDGET}, deep {defaults.DEEP_BUDGET}",
        _number,
        "N",
    )
    parser.add_setting("--seed", "0", "decides every generated value", _number, "N")
    parser.add_setting("--report-dir", "reports", "folder of the report", Path, "FOLDER")
    parser.add_setting("--max-time", "0", "seconds after which a run ends; 0 for no limit", _seconds, "SECONDS")
    parser.add_setting("--waivers", "", "YAML file of waived requirements: id, reason, expires", _path, "FILE")
    parser.add_setting("--vendor", "", "whose product is judged, for the report")
    parser.add_setting("--product", "", "what is judged, for the report")
    parser.add_setting("--product-version", "", "which version of it, for the report")
    parser.add_argument("--plan", action="store_true", help="print the planned requests and send nothing")
    parser.add_argument("--deep", action="store_true", help="fuzz on with a large budget")
    parser.add_argument("--strict", action="store_true", help="let requirements of level should fail the target, too")
    parser.add_argument(
        "--no-restore", dest="restore", action="store_false", help="leave the webhooks as the run made them"
    )
    detail = parser.add_mutually_exclusive_group()
    detail.add_argument("--quiet", action="store_true", help="print the verdict alone")
    detail.add_argument("--verbose", action="store_true", help="print every request and every requirement")
    return parser


def add_target(parser: Parser) -> None:
    """Add the options that say whom to ask, by which token, about which webhooks."""
    parser.add_setting("--target", "", "address of the API, before /api/v2/public", metavar="URL")
    parser.add_setting("--token", DEFAULT_TOKEN, "token that may update the webhooks")
    parser.add_setting(
        "--forbidden-token",
        "",
        f"valid token without the scope; '' leaves 403 untested; {DEFAULT_FORBIDDEN_TOKEN} beside the default --token",
        _text,
    )
    parser.add_setting("--webhook-id", DEFAULT_WEBHOOK_ID, "webhook that the run may change", metavar="ID")
    parser.add_setting(
        "--second-webhook-id",
        "",
        f"another one; '' leaves it out; {DEFAULT_SECOND_WEBHOOK_ID} beside the default --webhook-id",
        _text,
        "ID",
    )
    parser.add_setting("--rate", "100", "requests a minute, where the budget is above it; 0 for no limit", _number, "N")
    parser.add_setting("--timeout", "10", "seconds to wait for an answer", _seconds, "SECONDS")


def gate_settings(given: argparse.Namespace) -> Settings:
    """Return the settings of a run."""
    if not given.target and not given.plan:
        raise UsageError(f"--target is missing: give the address of the API, such as http://localhost:8000. {_mock()}")
    usual = defaults.DEEP_BUDGET if given.deep else defaults.DEFAULT_BUDGET
    return target_settings(
        given,
        target=given.target or (NOWHERE if given.plan else ""),
        budget=usual if given.budget is None else given.budget,
        seed=given.seed,
        report_dir=given.report_dir,
        max_time=given.max_time,
        is_deep=given.deep,
        is_strict=given.strict,
        restores=given.restore,
        waivers=given.waivers,
        vendor=given.vendor,
        product=given.product,
        product_version=given.product_version,
    )


def target_settings(given: argparse.Namespace, **rest: Any) -> Settings:  # noqa: ANN401 - the fields of Settings
    """Return what the options of ``add_target`` say, and the *rest*."""
    told = {
        "target": given.target,
        "token": given.token,
        "forbidden_token": _partner(given.forbidden_token, DEFAULT_FORBIDDEN_TOKEN, goes=given.token == DEFAULT_TOKEN),
        "webhook_id": given.webhook_id,
        "second_webhook_id": _partner(
            given.second_webhook_id, DEFAULT_SECOND_WEBHOOK_ID, goes=given.webhook_id == DEFAULT_WEBHOOK_ID
        ),
        "rate": given.rate,
        "timeout": given.timeout,
    }
    return Settings(**{**told, **rest})


def _mock() -> str:
    if find_spec("user_webhook_mock") is None:
        return "To judge the mock, install it first: pip install user-webhook-mock"
    return f"To judge the mock: user-webhook-mock --port 0 --quiet --run {PROGRAM}"


def _partner(given: str | None, default: str, *, goes: bool) -> str:
    """Return what was given, or the mock's *default* where it *goes* with the rest: another target has its own."""
    if given is not None:
        return given
    return default if goes else ""


def _number(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds") from None
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")
    return seconds


def _text(text: str) -> str | None:
    return text


def _path(text: str) -> Path | None:
    return Path(text) if text else None

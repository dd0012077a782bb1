"""The command line of the gate."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from contract_tests import settings as defaults
from contract_tests.settings import (
    DEFAULT_FORBIDDEN_TOKEN,
    DEFAULT_SECOND_WEBHOOK_ID,
    DEFAULT_TOKEN,
    DEFAULT_WEBHOOK_ID,
    Settings,
    UsageError,
    environment,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

INCONCLUSIVE = 2
NOWHERE = "http://target.example"
"""Stands for the target of a plan that is only printed."""

EPILOG = """\
examples:
  python -m contract_tests --target http://localhost:8000
  TOKEN=... FORBIDDEN_TOKEN=... python -m contract_tests --target https://api.example.com \\
      --webhook-id ID --second-webhook-id ANOTHER-ID

The run sends PATCH only, to the webhooks that it is given and to ids that cannot exist, and puts url and secrets
back at the end. Prefer the environment for tokens: a command line can be read by other users of the machine.

exit status: 0 conformant, 1 non-conformant, 2 inconclusive or misused
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge a target; return the exit status."""
    try:
        given = _parser().parse_args(arguments)
        settings = _settings(given)
        if given.plan:
            return _print_plan(settings)
        return _judge(settings, is_quiet=given.quiet, is_verbose=given.verbose)
    except UsageError as error:
        print(f"user-webhook-contract: {error}", file=sys.stderr)
        return INCONCLUSIVE


def _print_plan(settings: Settings) -> int:
    from contract_tests.report.plan import plan_lines  # noqa: PLC0415 - as in _judge

    for line in plan_lines(settings):
        print(line)
    return 0


def _judge(settings: Settings, *, is_quiet: bool, is_verbose: bool) -> int:
    # These imports take most of a second: a wrong flag is answered without them.
    from rich.console import Console  # noqa: PLC0415 - see above

    from contract_tests.gate import Gate  # noqa: PLC0415 - see above
    from contract_tests.report import files  # noqa: PLC0415 - see above
    from contract_tests.report.plan import budget_warning  # noqa: PLC0415 - see above
    from contract_tests.report.progress import progress  # noqa: PLC0415 - see above
    from contract_tests.report.terminal import print_report, print_verdict  # noqa: PLC0415 - see above

    files.prepare(settings.report_dir)
    console = Console()
    warning = budget_warning(settings)
    if warning:
        console.print(warning, style="yellow", highlight=False, soft_wrap=True)
    with progress(Console(quiet=True) if is_quiet else console, settings, is_verbose=is_verbose) as tell:
        gate = Gate(settings, tell)
        _run_pytest(gate, settings.report_dir / files.JUNIT)
    if gate.error is not None:
        raise gate.error
    if gate.run is None:
        raise UsageError("pytest could not run the tests of the gate: see its message above.")
    paths = files.write_files(gate.report, settings.report_dir)
    if is_quiet:
        print_verdict(gate.report, console)
    else:
        print_report(gate.report, paths, console, is_verbose=is_verbose)
    return gate.run.outcome.exit_status


def _run_pytest(gate: object, junit: Path) -> None:
    import pytest  # noqa: PLC0415 - as in _judge

    # The caller's own pytest settings and plugins have no say in a verdict.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
    os.environ.pop("PYTEST_PLUGINS", None)
    tests = Path(__file__).with_name("test_conformance.py")
    pytest.main(
        [
            str(tests),
            "-c",
            os.devnull,
            "--rootdir",
            str(tests.parent),
            "-p",
            "no:cacheprovider",
            "-p",
            "no:terminal",
            "--junitxml",
            str(junit),
            "--override-ini",
            "junit_family=xunit1",
            "--override-ini",
            "junit_suite_name=user-webhook-contract",
        ],
        plugins=[gate],
    )


def _settings(given: argparse.Namespace) -> Settings:
    usual = defaults.DEEP_BUDGET if given.deep else defaults.DEFAULT_BUDGET
    budget = usual if given.budget is None else given.budget
    return Settings(
        target=given.target or (NOWHERE if given.plan else ""),
        token=given.token,
        forbidden_token=_partner(given.forbidden_token, DEFAULT_FORBIDDEN_TOKEN, goes=given.token == DEFAULT_TOKEN),
        webhook_id=given.webhook_id,
        second_webhook_id=_partner(
            given.second_webhook_id, DEFAULT_SECOND_WEBHOOK_ID, goes=given.webhook_id == DEFAULT_WEBHOOK_ID
        ),
        budget=budget,
        seed=given.seed,
        report_dir=given.report_dir,
        rate=given.rate,
        timeout=given.timeout,
        max_time=given.max_time,
        is_deep=given.deep,
        is_strict=given.strict,
        restores=given.restore,
        waivers=given.waivers,
        vendor=given.vendor,
        product=given.product,
        product_version=given.product_version,
    )


class _Parser(argparse.ArgumentParser):
    """Answers a wrong option with one line, like every other mistake."""

    def error(self, message: str) -> NoReturn:
        self.exit(INCONCLUSIVE, f"{self.prog}: {message}. See --help.\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="user-webhook-contract",
        description="Judge an implementation of PATCH /api/v2/public/webhooks/user/{webhookId} against its document.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=version("user-webhook-contract"))

    def add(option: str, default: str, text: str, kind: Callable[[str], object] = str, metavar: str = "TEXT") -> None:
        name = option.strip("-").replace("-", "_").upper()
        shown = f", default {default}" if default else ""
        parser.add_argument(
            option,
            type=kind,
            default=environment(name, default) or (None if kind is _text else ""),
            metavar=metavar,
            help=f"{text} (environment: {name}{shown})",
        )

    add("--target", "", "address of the API, before /api/v2/public", metavar="URL")
    add("--token", DEFAULT_TOKEN, "token that may update the webhooks")
    add(
        "--forbidden-token",
        "",
        f"valid token without the scope; '' leaves 403 untested; {DEFAULT_FORBIDDEN_TOKEN} beside the default --token",
        _text,
    )
    add("--webhook-id", DEFAULT_WEBHOOK_ID, "webhook that the run may change", metavar="ID")
    add(
        "--second-webhook-id",
        "",
        f"another one; '' leaves it out; {DEFAULT_SECOND_WEBHOOK_ID} beside the default --webhook-id",
        _text,
        "ID",
    )
    add(
        "--budget",
        "",
        f"most requests to send; default {defaults.DEFAULT_BUDGET}, deep {defaults.DEEP_BUDGET}",
        _number,
        "N",
    )
    add("--seed", "0", "decides every generated value", _number, "N")
    add("--report-dir", "reports", "folder of the report", Path, "FOLDER")
    add("--rate", "100", "requests a minute, where the budget is above it; 0 for no limit", _number, "N")
    add("--timeout", "10", "seconds to wait for an answer", _seconds, "SECONDS")
    add("--max-time", "0", "seconds after which a run ends; 0 for no limit", _seconds, "SECONDS")
    add("--waivers", "", "YAML file of waived requirements: id, reason, expires", _path, "FILE")
    add("--vendor", "", "whose product is judged, for the report")
    add("--product", "", "what is judged, for the report")
    add("--product-version", "", "which version of it, for the report")
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


if __name__ == "__main__":
    sys.exit(main())

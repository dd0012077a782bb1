"""The command line of the gate."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from user_webhook_api.extras import MissingPackageError
from user_webhook_contract.commands.options import MISUSED, PROGRAM, gate_parser, gate_settings
from user_webhook_contract.commands.table import COMMANDS
from user_webhook_contract.internal_error import trace
from user_webhook_contract.report.escaping import printable
from user_webhook_contract.settings import DEFAULT_BUDGET, Settings, UsageError, environment

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge a target, or carry out a command on reports; return the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if words and words[0] in COMMANDS:
            return COMMANDS[words[0]](words[1:])
        given = gate_parser().parse_args(words)
        settings = gate_settings(given)
        if given.plan:
            return _print_plan(settings)
        return _judge(settings, is_quiet=given.quiet, is_verbose=given.verbose)
    except (UsageError, MissingPackageError) as error:
        print(f"{PROGRAM}: {printable(str(error))}", file=sys.stderr)
        return MISUSED


def _print_plan(settings: Settings) -> int:
    from user_webhook_contract.forms.plan_listing import plan_lines  # noqa: PLC0415 - as in _judge

    for line in plan_lines(settings):
        print(line)
    return 0


def _judge(settings: Settings, *, is_quiet: bool, is_verbose: bool) -> int:
    # These imports take most of a second: a wrong flag is answered without them.
    from rich.console import Console  # noqa: PLC0415 - see above

    from user_webhook_contract.forms import writer as files  # noqa: PLC0415 - see above
    from user_webhook_contract.forms.plan_listing import budget_warning  # noqa: PLC0415 - see above
    from user_webhook_contract.forms.progress import progress  # noqa: PLC0415 - see above
    from user_webhook_contract.forms.terminal import print_report, print_verdict  # noqa: PLC0415 - see above
    from user_webhook_contract.runner.pytest_plugin import Gate  # noqa: PLC0415 - see above

    if settings.budget > DEFAULT_BUDGET:
        import user_webhook_contract.fuzzing.shrinking  # noqa: F401, PLC0415 - a Hypothesis that it cannot use is told now
    files.prepare(settings.report_dir)
    console = Console()
    warning = budget_warning(settings)
    if warning:
        console.print(warning, style="yellow", highlight=False, soft_wrap=True)
    with progress(Console(quiet=True) if is_quiet else console, settings, is_verbose=is_verbose) as tell:
        gate = Gate(settings, tell)
        _run_pytest(gate, settings.report_dir / files.JUNIT)
    if gate.defect is not None:
        trace(gate.defect)
        raise UsageError("the suite has a defect, see above: nothing is said against the target.")
    if gate.run is None:
        raise UsageError("pytest could not run the tests of the gate: see its message above.")
    paths, trouble = files.write_files(gate.report, settings.report_dir)
    _tell_ci(gate.report)
    if is_quiet or gate.error is not None:
        print_verdict(gate.report, console)
    else:
        print_report(gate.report, paths, console, is_verbose=is_verbose)
    if trouble:
        print(f"{PROGRAM}: {trouble}", file=sys.stderr)
    if gate.error is not None:
        raise gate.error
    return gate.run.outcome.exit_status or (MISUSED if trouble else 0)


def _tell_ci(report: dict[str, Any]) -> None:
    from user_webhook_contract.forms import summary  # noqa: PLC0415 - as in _judge

    place = environment(summary.STEP_SUMMARY)
    try:
        if place:
            summary.append_to_step_summary(summary.summary(report), place)
    except UsageError as error:
        # What becomes of a page of the CI has no say in the verdict.
        print(f"{PROGRAM}: {error}", file=sys.stderr)


def _run_pytest(gate: object, junit: Path) -> None:
    import pytest  # noqa: PLC0415 - as in _judge

    # The caller's own settings, plugins and hooks have no say in a verdict.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "SCHEMATHESIS_HOOKS"):
        os.environ.pop(name, None)
    tests = Path(__file__).with_name("test_conformance.py")
    arguments = [str(tests), "-c", os.devnull, "--rootdir", str(tests.parent), "--junitxml", str(junit)]
    arguments += ["-p", "no:cacheprovider", "-p", "no:terminal"]
    arguments += ["--override-ini", "junit_family=xunit1", "--override-ini", f"junit_suite_name={PROGRAM}"]
    try:
        pytest.main(arguments, plugins=[gate])
    except OSError:
        # There is no room for junit.xml, and none for the other files, which say so.
        junit.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())

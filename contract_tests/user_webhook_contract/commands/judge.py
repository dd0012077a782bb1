"""Judges a target: the run first, then its report in every form."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from rich.console import Console

from user_webhook_contract.commands.options import EXIT_MISUSED, PROGRAM
from user_webhook_contract.forms.junit import JUNIT, junit
from user_webhook_contract.forms.plan_listing import budget_warning
from user_webhook_contract.forms.progress import progress
from user_webhook_contract.forms.summary import STEP_SUMMARY, append_to_step_summary, summary
from user_webhook_contract.forms.terminal import print_report, print_verdict
from user_webhook_contract.forms.writer import FORMS, prepare, write_files
from user_webhook_contract.internal_error import print_traceback
from user_webhook_contract.report.conformance import conformance
from user_webhook_contract.runner.runner import Runner
from user_webhook_contract.settings import DEFAULT_BUDGET, UsageError

if TYPE_CHECKING:
    from user_webhook_contract.settings import Settings


def judge(settings: Settings, *, is_quiet: bool, is_verbose: bool) -> int:
    """Judge the target of *settings*, write and print the report, and return the exit status.

    Raises:
        UsageError: Nothing could be judged; that is a report, too.
    """
    if settings.budget > DEFAULT_BUDGET:
        import user_webhook_contract.fuzzing.shrinking  # noqa: F401, PLC0415  a Hypothesis that it cannot use is reported now
    prepare(settings.report_dir)
    console = Console()
    warning = budget_warning(settings)
    if warning:
        console.print(warning, style="yellow", highlight=False, soft_wrap=True)
    with progress(Console(quiet=True) if is_quiet else console, settings, is_verbose=is_verbose) as watcher:
        runner = Runner(settings, on_progress=watcher.on_request, on_wait=watcher.on_wait)
        try:
            run = runner()
            report = conformance(run)
        except Exception as error:  # noqa: BLE001  whatever it is: what it says may quote a token
            print_traceback(error)
            raise UsageError("internal error in the suite (see above); the target was not judged.") from None
    paths, problem = write_files(report, settings.report_dir, {**FORMS, JUNIT: junit})
    problems = [problem, _write_step_summary(summary(report))]
    if is_quiet and not run.setup_error:
        print_verdict(report, console)
    elif not run.setup_error:
        print_report(report, paths, console, is_verbose=is_verbose)
    for line in filter(None, problems):
        print(f"{PROGRAM}: {line}", file=sys.stderr)  # noqa: T201  a command line prints
    if run.setup_error:
        raise UsageError(run.setup_error)
    return run.verdict.exit_status or (EXIT_MISUSED if problem else 0)


def _write_step_summary(text: str) -> str:
    """Give *text* to GitHub Actions, if that asks for it; return what went wrong, which does not change the verdict."""
    place = os.environ.get(STEP_SUMMARY)
    try:
        if place:
            append_to_step_summary(text, place)
    except UsageError as error:
        return str(error)
    return ""

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
from user_webhook_contract.forms.terminal import new_console, print_report, print_verdict
from user_webhook_contract.forms.writer import FORMS, NAMES, prepare, write_files
from user_webhook_contract.internal_error import print_traceback
from user_webhook_contract.report.conformance import conformance
from user_webhook_contract.report.evidence_file import EVIDENCE, evidence_file
from user_webhook_contract.runner.interruption import Interruption
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
    prepare(settings.report_dir, NAMES)
    console = new_console()
    warning = budget_warning(settings)
    if warning:
        console.print(warning, style="yellow", highlight=False, soft_wrap=True)
    with Interruption() as interruption:
        shown = Console(quiet=True) if is_quiet else console
        with progress(shown, settings, is_verbose=is_verbose) as watcher:
            runner = Runner(settings, on_progress=watcher.on_request, on_wait=watcher.on_wait, on_end=watcher.on_end)
            try:
                run = runner()
                # The report is written whatever comes now; a second signal gives that up, too.
                interruption.is_deferred = True
                report = conformance(run)
            except Exception as error:  # noqa: BLE001  whatever it is: what it says may quote a token
                print_traceback(error)
                raise UsageError("internal error in the suite (see above); the target was not judged.") from None
            except KeyboardInterrupt:
                raise UsageError("interrupted a second time: no report was written.") from None
        try:
            forms = {**FORMS, JUNIT: junit, EVIDENCE: lambda _: evidence_file(run)}
            paths, problem = write_files(report, settings.report_dir, forms)
        except KeyboardInterrupt:
            raise UsageError("interrupted a second time: the report is incomplete.") from None
    problems = [problem, _write_step_summary(summary(report))]
    if is_quiet and not run.setup_error:
        print_verdict(report, console)
    elif not run.setup_error:
        print_report(report, paths, console, is_verbose=is_verbose)
    for line in filter(None, problems):
        print(f"{PROGRAM}: {line}", file=sys.stderr)  # noqa: T201  a command line prints
    if run.setup_error:
        # As the report has it: what the target answered may hold the token.
        raise UsageError(report["stopped"])
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

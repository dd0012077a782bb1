"""The verdict on the terminal."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from user_webhook_contract.report.escaping import printable
from user_webhook_contract.report.failure import FailureDetails, all_failures, first_fix
from user_webhook_contract.report.totals import challenge, totals, verdict_kind, verdict_text

if TYPE_CHECKING:
    from collections.abc import Iterable

_STYLES: Final = {
    "conformant": "bold green",
    "non-conformant": "bold red",
    "inconclusive": "bold yellow",
    "waived": "bold blue",
}
_LEVEL_STYLES: Final = {"must": "bold red", "should": "bold yellow"}
_MARKS: Final = {"pass": "green", "fail": "bold red", "not-run": "yellow", "not-applicable": "dim", "waived": "yellow"}


UNFOLDED: Final = 100_000
"""Columns of a pipe or a file: whoever shows it has a way of its own to fold lines."""


def new_console() -> Console:
    """Return the console of standard output; what is written to a pipe or a file is folded only if ``COLUMNS`` is set."""
    folds = sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit()
    return Console() if folds else Console(width=UNFOLDED)


def print_report(report: dict[str, Any], files: Iterable[str], console: Console, *, is_verbose: bool = False) -> None:
    """Print what to fix first, failures, what was not run, the choices and, as the last line, the verdict."""
    _print_first_fix(report, console)
    for failure in all_failures(report):
        _print_failure(failure, console)
    if is_verbose:
        for row in report["requirements"]:
            _print_row(row, console)
    else:
        _print_undecided(report, console)
    for line in [*report["notes"], *([report["stopped"]] if report["stopped"] else [])]:
        console.print(Text(printable(line), style="yellow"))
    seen = ", ".join(f"{one['name']} {one['value']}" for one in report["choices"] if one["value"] != "unknown")
    console.print(Text(f"Choices seen: {seen or 'none'}", style="dim"))
    for line in report["restored"]:
        console.print(Text(f"Put back: {printable(line)}", style="dim"))
    console.print(Text(f"Reports: {', '.join(files)}"), style="dim", soft_wrap=True)
    print_verdict(report, console)


def print_verdict(report: dict[str, Any], console: Console) -> None:
    """Print the one line that everybody reads."""
    verdict = Text(verdict_text(report).upper(), style=_STYLES[verdict_kind(report)])
    rest = (
        f" {printable(report['target'])}: {totals(report)}; "
        f"{report['requests_sent']} requests in {report['seconds']:.1f} s, {report['valid_updates_accepted']} of them "
        f"valid updates that were accepted; seed {report['settings']['seed']}{challenge(report)}"
    )
    console.print(verdict.append(rest, style="default"), soft_wrap=True)


def _print_first_fix(report: dict[str, Any], console: Console) -> None:
    rows = first_fix(report)
    if rows:
        _print_rows(rows, console, style="bold")
        console.print()


def _print_rows(rows: list[tuple[str, str]], console: Console, *, indent: int = 0, style: str = "") -> None:
    """Print a label and a text a line; a terminal folds the texts beside their labels."""
    if console.width < UNFOLDED:
        console.print(Padding(_grid(rows, style), (0, 0, 0, indent)))
        return
    width = max(len(label) for label, _ in rows)
    for label, text in rows:
        console.print(Text(f"{' ' * indent}{label:<{width}}  {printable(text)}"), soft_wrap=True)


def _grid(rows: Iterable[tuple[str, str]], style: str = "") -> Table:
    table = Table.grid(padding=(0, 2))
    for label, text in rows:
        table.add_row(Text(label, style="dim"), Text(printable(text), style=style, overflow="fold"))
    return table


def _print_failure(failure: FailureDetails, console: Console) -> None:
    console.print(Text(printable(failure.heading), style=_LEVEL_STYLES[failure.level]))
    _print_rows(failure.rows, console, indent=2)
    # Not folded, so that it can be pasted.
    console.print(Text(f"  {printable(failure.curl)}\n"), soft_wrap=True)


def _print_undecided(report: dict[str, Any], console: Console) -> None:
    """Print what has no verdict of its own: one line for each reason."""
    reasons: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in report["requirements"]:
        if row["is_tested"] and row["verdict"] not in {"pass", "fail"}:
            reasons.setdefault((row["verdict"], row["why"]), []).append(row)
    for (verdict, why), rows in reasons.items():
        names = f"{rows[0]['id']} {rows[0]['title']}" if len(rows) == 1 else ", ".join(row["id"] for row in rows)
        console.print(Text(f"{verdict}: {names}. {printable(why)}"))


def _print_row(row: dict[str, Any], console: Console) -> None:
    reason = row["why"] or f"{row['proving_requests']} requests keep it, {row['failing_requests']} break it"
    line = Text(f"{row['verdict']:<15}", style=_MARKS[row["verdict"]])
    console.print(line.append(f"{row['id']}  {row['title']}. {printable(reason)}", style="default"))

"""The verdict on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from contract_tests.ledger import Outcome, Verdict
from contract_tests.report.block import block_of
from contract_tests.report.conformance import why

if TYPE_CHECKING:
    from rich.console import Console

    from contract_tests.redaction import Redactor
    from contract_tests.run import Run

_STYLES = {Outcome.CONFORMANT: "bold green", Outcome.NON_CONFORMANT: "bold red", Outcome.INCONCLUSIVE: "bold yellow"}


def print_run(run: Run, redactor: Redactor, files: list[str], console: Console) -> None:
    """Print failures, what was not run, the choices and the verdict, which stands last, where the eye is."""
    entries = list(run.ledger.entries.values())
    failed = [entry for entry in entries if entry.verdict is Verdict.FAIL]
    for entry in sorted(failed, key=lambda one: one.requirement.level):
        block = block_of(entry, run, redactor)
        console.print(
            Text(_printable(block.heading), style="bold red" if entry.requirement.level == "must" else "bold yellow")
        )
        table = Table.grid(padding=(0, 2))
        for label, text in block.rows:
            table.add_row(Text(label, style="dim"), Text(_printable(text), overflow="fold"))
        console.print(Padding(table, (0, 0, 0, 2)))
        # Unbroken, so that it can be pasted.
        console.print(Text(f"  {_printable(block.curl)}\n"), soft_wrap=True)
    for entry in entries:
        if entry.verdict in {Verdict.NOT_APPLICABLE, Verdict.WAIVED} or (
            entry.verdict is Verdict.NOT_RUN and not entry.requirement.not_tested
        ):
            console.print(
                Text(f"{entry.verdict.value}: {entry.requirement.id} {entry.requirement.title}. {why(entry)}")
            )
    for line in [*run.notes, *([run.stopped] if run.stopped else [])]:
        console.print(Text(_printable(redactor.text(line)), style="yellow"))
    values = run.observations.values(run.history)
    seen = ", ".join(f"{name} {value}" for name, value in values.items() if value != "unknown")
    console.print(Text(f"Choices seen: {seen or 'none'}"), style="dim")
    for line in run.restored:
        console.print(Text(f"Put back: {_printable(redactor.text(line))}"), style="dim")
    console.print(Text(f"Reports: {', '.join(files)}"), style="dim")
    counts = {verdict: sum(entry.verdict is verdict for entry in entries) for verdict in Verdict}
    tested = sum(not entry.requirement.not_tested for entry in entries)
    console.print(
        f"[{_STYLES[run.outcome]}]{run.outcome.value.upper()}[/] {escape(run.settings.target)}: "
        f"{counts[Verdict.PASS]} of {tested} requirements pass, {counts[Verdict.FAIL]} fail; "
        f"{run.requests_sent} requests in {run.seconds:.1f} s, {run.history.accepted} of them valid updates that were "
        f"accepted; seed {run.settings.seed}",
        soft_wrap=True,
        highlight=False,
    )


def _printable(text: str) -> str:
    """Return *text* with control characters escaped: what a target sends must not steer the terminal."""
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape", "backslashreplace").decode() for one in text
    )

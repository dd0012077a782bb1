"""The line that tells how far a run is."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from contract_tests.run import Run
    from contract_tests.settings import Settings


@contextmanager
def progress(console: Console, settings: Settings) -> Iterator[Callable[[Run], None]]:
    """Show requests sent of the budget while the block runs; a plain line where there is no terminal."""
    if not console.is_terminal:
        console.print(f"Judging {settings.target} with at most {settings.budget} requests ...", highlight=False)
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[state]}"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("requests", total=settings.budget, state="")

        def tell(run: Run) -> None:
            failing = sum(bool(entry.failures) for entry in run.ledger.entries.values())
            bar.update(task, completed=run.requests_sent, state=f"{failing} requirements broken so far")

        yield tell

"""The progress of a run."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from user_webhook_contract.results.run import Run
    from user_webhook_contract.settings import Settings

EVERY_SECONDS: Final = 10
"""Seconds between two lines without a terminal: a run of the usual length has none."""


@contextmanager
def progress(console: Console, settings: Settings, *, is_verbose: bool = False) -> Iterator[Callable[[Run], None]]:
    """Show requests sent, requirements decided and failures while the block runs; as lines without a terminal.

    With *is_verbose*, a line for every request.
    """
    if is_verbose or not console.is_terminal:
        console.print(
            f"Judging {settings.target} with at most {settings.budget} requests ...", highlight=False, soft_wrap=True
        )
        yield _every_request(console) if is_verbose else _now_and_then(console, settings)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[state]}"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("requests", total=settings.budget, state="")
        yield lambda run: bar.update(task, completed=run.requests_sent, state=_state(run))


def _now_and_then(console: Console, settings: Settings) -> Callable[[Run], None]:
    printed = 0.0

    def on_progress(run: Run) -> None:
        nonlocal printed
        now = run.timeline[-1].started
        if now - printed >= EVERY_SECONDS:
            printed = now
            console.print(f"{run.requests_sent} of {settings.budget} requests, {_state(run)}", highlight=False)

    return on_progress


def _every_request(console: Console) -> Callable[[Run], None]:
    def on_progress(run: Run) -> None:
        point = run.timeline[-1]
        status = point.status or "none"
        line = f"{point.number:>5}  {status}  {point.outcome.value:<10}  {point.seconds * 1000:6.1f} ms  {point.title}"
        console.print(line, highlight=False, markup=False, soft_wrap=True)

    return on_progress


def _state(run: Run) -> str:
    entries = run.ledger.entries.values()
    decided = sum(bool(entry.failures or entry.proofs) for entry in entries)
    tested = sum(not entry.requirement.not_tested for entry in entries)
    broken = sum(bool(entry.failures) for entry in entries)
    return f"{decided} of {tested} requirements decided, {broken} broken"

"""The progress of a run."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.text import Text

from user_webhook_contract.report.escaping import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from user_webhook_contract.results.run import Run
    from user_webhook_contract.settings import Settings

EVERY_SECONDS: Final = 60
"""Seconds between two lines without a terminal: a run of the usual length has none."""

LONG_WAIT: Final = 1.5
"""Seconds from which a wait is told."""


class Lines:
    """Prints the progress as lines: one a minute, or one for every request."""

    def __init__(self, console: Console, settings: Settings, *, is_verbose: bool) -> None:
        """Print on *console*."""
        self._console = console
        self._settings = settings
        self._is_verbose = is_verbose
        self._printed = time.monotonic()
        self._last = "no request has been answered yet"

    def on_progress(self, run: Run) -> None:
        """Print what a request showed, or, once a minute, how far the run is."""
        self._last = f"{run.requests_sent} of {self._settings.budget} requests, {_state(run)}"
        if self._is_verbose:
            point = run.timeline[-1]
            status = point.status or "none"
            milliseconds = f"{point.seconds * 1000:6.1f} ms"
            self._print(f"{point.number:>5}  {status}  {point.outcome.value:<10}  {milliseconds}  {point.title}")
        elif time.monotonic() - self._printed >= EVERY_SECONDS:
            self._print(self._last)

    def on_wait(self, seconds: float, reason: str) -> None:
        """Print that the run waits, if it is long since the last line, or if every request has a line."""
        if seconds >= LONG_WAIT and (self._is_verbose or time.monotonic() + seconds - self._printed >= EVERY_SECONDS):
            self._print(f"{self._last}; waiting {seconds:.0f} s for {reason}")

    def on_end(self, text: str) -> None:
        """Print what comes at the end of a run that is ended early."""
        self._print(text)

    def _print(self, text: str) -> None:
        self._printed = time.monotonic()
        # Neither padded nor folded: whoever reads it by a program, or from a log, gets whole lines.
        self._console.print(Text(printable(text)), soft_wrap=True)


class Bar:
    """Shows the progress as a bar, with what is waited for."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        """Move *task* of *bar*."""
        self._bar = bar
        self._task = task

    def on_progress(self, run: Run) -> None:
        """Move on by a request."""
        self._bar.update(self._task, completed=run.requests_sent, state=_state(run))

    def on_wait(self, seconds: float, reason: str) -> None:
        """Show that the run waits, and until when."""
        if seconds >= LONG_WAIT:
            until = time.strftime("%H:%M:%S", time.localtime(time.time() + seconds))
            self._bar.update(self._task, state=f"waiting {seconds:.0f} s, until {until}, for {reason}")

    def on_end(self, text: str) -> None:
        """Print *text* above the bar."""
        self._bar.console.print(Text(printable(text)), soft_wrap=True)


@contextmanager
def progress(console: Console, settings: Settings, *, is_verbose: bool = False) -> Iterator[Lines | Bar]:
    """Show requests sent, requirements decided and failures while the block runs; as lines without a terminal.

    With *is_verbose*, a line for every request.
    """
    if is_verbose or not console.is_terminal:
        start = f"Judging {settings.target} with at most {settings.budget} requests ..."
        console.print(Text(printable(start)), soft_wrap=True)
        yield Lines(console, settings, is_verbose=is_verbose)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[state]}", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        yield Bar(bar, bar.add_task("requests", total=settings.budget, state=""))


def _state(run: Run) -> str:
    entries = run.ledger.entries.values()
    decided = sum(bool(entry.failures or entry.proofs) for entry in entries)
    tested = sum(not entry.requirement.not_tested for entry in entries)
    broken = sum(bool(entry.failures) for entry in entries)
    return f"{decided} of {tested} requirements decided, {broken} broken"

"""The progress of a run."""

from __future__ import annotations

import math
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from user_webhook_contract.report.escaping import printable
from user_webhook_contract.settings import BudgetFrom

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console
    from rich.progress import Task

    from user_webhook_contract.http.client import Wait
    from user_webhook_contract.results.run import Run
    from user_webhook_contract.settings import Settings

EVERY_SECONDS: Final = 60
"""Seconds between two lines without a terminal: a run of the usual length has none."""

MIN_WAIT: Final = 2.0
"""Seconds of a wait from which it is worth a word."""


class RunWatcher(Protocol):
    """Is told of each request and of each wait."""

    def on_request(self, run: Run) -> None:
        """Take in the latest request of *run*."""

    def on_wait(self, wait: Wait) -> None:
        """Take in that the run waits."""

    def on_end(self, text: str) -> None:
        """Tell *text*: what comes at the end of a run that is ended early."""


@contextmanager
def progress(console: Console, settings: Settings, *, is_verbose: bool = False) -> Iterator[RunWatcher]:
    """Show requests sent, requirements decided and failures while the block runs; as lines without a terminal.

    With *is_verbose*, a line for every request. A wait is told with the time that is left of it.
    """
    if is_verbose or not console.is_terminal or console.is_dumb_terminal:
        _print(console, f"Judging {settings.target} with at most {settings.budget} requests{_why(settings)} ...")
        yield _EveryRequest(console) if is_verbose else _NowAndThen(console)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _StateColumn(""))
    with Progress(*columns, console=console, transient=True) as bar:
        yield _Bar(bar, bar.add_task("requests", total=settings.budget, run=None, wait="", ends=0.0))


class _StateColumn(TextColumn):
    """What is decided, or how long the run still waits; drawn anew while it does."""

    def render(self, task: Task) -> str:  # type: ignore[override]  # rich draws a text as well
        left, run = task.fields["ends"] - time.monotonic(), task.fields["run"]
        if left > 0:
            return f"waiting for {task.fields['wait']}, {in_words(left)} left"
        return _state(run) if run else ""


class _Bar:
    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar = bar
        self._task = task

    def on_request(self, run: Run) -> None:
        self._bar.update(self._task, completed=run.requests_sent, run=run, ends=0.0)

    def on_wait(self, wait: Wait) -> None:
        if wait.seconds >= MIN_WAIT:
            ends = time.monotonic() + wait.seconds
            self._bar.update(self._task, completed=wait.sent, wait=wait.reason, ends=ends, total=wait.budget)

    def on_end(self, text: str) -> None:
        _print(self._bar.console, text)


class _NowAndThen:
    """Prints a line a minute, and before the first wait."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._printed = clock()
        self._has_waited = False
        self._run: Run | None = None

    def on_request(self, run: Run) -> None:
        self._run = run
        if self._is_due():
            _print(self._console, f"{run.requests_sent} requests, {_state(run)}")

    def on_wait(self, wait: Wait) -> None:
        is_first = not self._has_waited and wait.seconds >= MIN_WAIT
        if is_first or self._is_due():
            self._has_waited, self._printed = True, self._clock()
            decided = f"; {_state(self._run)}" if self._run else ""
            _print(self._console, f"{_waiting(wait)}{decided}")

    def on_end(self, text: str) -> None:
        _print(self._console, text)

    def _is_due(self) -> bool:
        if self._clock() - self._printed < EVERY_SECONDS:
            return False
        self._printed = self._clock()
        return True


class _EveryRequest:
    def __init__(self, console: Console) -> None:
        self._console = console

    def on_request(self, run: Run) -> None:
        point = run.timeline[-1]
        status = point.status or "none"
        line = f"{point.number:>5}  {status}  {point.outcome.value:<10}  {point.seconds * 1000:6.1f} ms  {point.title}"
        _print(self._console, line)

    def on_wait(self, wait: Wait) -> None:
        if wait.seconds >= MIN_WAIT:
            _print(self._console, _waiting(wait))

    def on_end(self, text: str) -> None:
        _print(self._console, text)


def _why(settings: Settings) -> str:
    is_local = settings.budget_from is BudgetFrom.LOOPBACK
    return ", the default for a loopback address" if is_local else ""


def in_words(seconds: float) -> str:
    """Return *seconds* as a person says them: never less than are left."""
    whole = max(math.ceil(seconds), 0)
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _waiting(wait: Wait) -> str:
    return f"{wait.sent} of {wait.budget} requests; waiting {in_words(wait.seconds)} for {wait.reason}"


def _print(console: Console, line: str) -> None:
    console.print(printable(line), highlight=False, markup=False, soft_wrap=True)


def _state(run: Run) -> str:
    entries = run.ledger.entries.values()
    decided = sum(bool(entry.failures or entry.proofs) for entry in entries)
    tested = sum(not entry.requirement.not_tested for entry in entries)
    broken = sum(bool(entry.failures) for entry in entries)
    return f"{decided} of {tested} requirements decided, {broken} broken"

"""The tables of the benchmark, as Markdown and on the terminal."""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from load import Load
    from measurement import Measurement, Plan

NONE: Final = ""


@dataclass(frozen=True)
class Column:
    """One figure: its title, where it comes from, and how it reads."""

    title: str
    figure: Callable[[Measurement], float | None]
    form: str


def columns(plan: Plan) -> list[Column]:
    """Return the figures that are compared."""
    low, middle = plan.connections[0], plan.middle
    return [
        *(
            Column(f"requests/s, {n}", lambda one, n=n: one.median(lambda run: run.valid[n].rate), "{:,.0f}")  # type: ignore[misc]  # n is bound at once
            for n in plan.connections
        ),
        Column(f"requests/s, invalid, {middle}", lambda one: one.median(lambda run: run.invalid.rate), "{:,.0f}"),
        Column(f"p50, {low}", lambda one: one.median(lambda run: run.valid[low].p50), "{:.2f} ms"),
        Column(f"p50, {middle}", lambda one: one.median(lambda run: run.valid[middle].p50), "{:.2f} ms"),
        Column(f"p99, {middle}", lambda one: one.median(lambda run: run.valid[middle].p99), "{:.2f} ms"),
        Column(f"p99.9, {middle}", lambda one: one.median(lambda run: run.valid[middle].p999), "{:.2f} ms"),
        Column("start to first 201", lambda one: one.median(lambda run: run.seconds), "{:.2f} s"),
        Column("memory", lambda one: one.median(lambda run: run.memory and run.memory / 1e6), "{:.0f} MB"),
        Column("held by a request", lambda one: one.request_bytes and one.request_bytes / 1e3, "{:.1f} kB"),
    ]


def ratios(measurements: Sequence[Measurement], plan: Plan) -> list[list[str]]:
    """Return head and rows: the figures of the mock, which is the first, and for the others mock ÷ server."""
    shown = columns(plan)
    base = [column.figure(measurements[0]) for column in shown]
    rows = [["mock ÷ server", *(column.title for column in shown)]]
    for number, measurement in enumerate(measurements):
        cells = [f"`{measurement.server.name}`" + ("" if measurement.is_right else " (see below)")]
        for column, mine in zip(shown, base, strict=True):
            figure = column.figure(measurement)
            if figure is None or mine is None:
                cells.append(NONE)
            else:
                cells.append(f"{mine / figure:.2f}" if number else column.form.format(figure))
        rows.append(cells)
    return rows


def loads(measurements: Sequence[Measurement], plan: Plan) -> list[list[str]]:
    """Return head and rows: each load on each server, medians, with the least and the most requests a second."""
    head = ["server", "update", "connections", "requests/s", "least", "most", "p50 ms", "p99 ms", "p99.9 ms", "errors"]
    rows = [head]
    for one in measurements:
        named = [(f"{n}", [run.valid[n] for run in one.runs], "valid") for n in plan.connections]
        named.append((f"{plan.middle}", [run.invalid for run in one.runs], "invalid"))
        for connections, found, update in named:
            rates = [load.rate for load in found]
            rows.append(
                [
                    f"`{one.server.name}`",
                    update,
                    connections,
                    *(f"{figure:,.0f}" for figure in (statistics.median(rates), min(rates), max(rates))),
                    *(f"{statistics.median(figures):.2f}" for figures in zip(*_latencies(found), strict=True)),
                    f"{sum(load.errors for load in found)}",
                ]
            )
    return rows


def _latencies(found: Sequence[Load]) -> list[tuple[float, float, float]]:
    return [(load.p50, load.p99, load.p999) for load in found]


def servers(measurements: Sequence[Measurement]) -> list[list[str]]:
    """Return head and rows: what each server is, what it answered, what it does not do."""
    rows = [["server", "what it is", "valid", "invalid", "does not", "start s", "memory MB", "held by a request kB"]]
    for one in measurements:
        seconds, memory = one.median(lambda run: run.seconds), one.median(lambda run: run.memory)
        rows.append(
            [
                f"`{one.server.name}`",
                f"{one.server.what} ({one.server.versions()})",
                f"{one.answers[0]}",
                f"{one.answers[1]}",
                "; ".join(one.omissions),
                NONE if seconds is None else f"{seconds:.2f}",
                NONE if memory is None else f"{memory / 1e6:.0f}",
                NONE if one.request_bytes is None else f"{one.request_bytes / 1e3:.1f}",
            ]
        )
    return rows


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Return *rows*, the first of which is the head, as a table."""
    head, *others = rows
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in others)])


def terminal(rows: Sequence[Sequence[str]]) -> Table:
    """Return *rows* as a table for rich."""
    head, *others = rows
    table = Table()
    for number, title in enumerate(head):
        table.add_column(title, justify="right" if number else "left", overflow="fold", no_wrap=not number)
    for row in others:
        table.add_row(*(cell.replace("`", "") for cell in row))
    return table


def replaced(text: str, name: str, content: str) -> str:
    """Return *text* with *content* between the markers of *name*, or behind it where it has none."""
    start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    block = f"{start}\n{content}\n{end}"
    found = re.compile(f"{start}\n.*?{end}", re.DOTALL)
    return found.sub(lambda _: block, text, count=1) if found.search(text) else f"{text}{block}\n"

"""The page of results."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from results import loads, markdown, servers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from measurement import Measurement, Plan


def page(lines: list[str], compared: list[list[str]], chosen: list[Measurement], plan: Plan) -> str:
    """Return what was measured: *lines* say where and how, *compared* is the table of ratios."""
    measured = [one for one in chosen if one.runs]
    remarks = [
        f"`{one.server.name}` answers {one.answers[0]} to the valid update and {one.answers[1]} to the invalid one."
        for one in measured
        if not one.is_right
    ]
    remarks += [
        f"`{one.server.name}` left out after {len(one.runs)} runs: {one.trouble}." for one in chosen if one.trouble
    ]
    return "\n".join(
        [
            *lines,
            "",
            "## Ratios",
            "",
            "The first row has the figures of the mock, medians of all runs; the others have mock ÷ server.",
            "Above 1 the mock answers more requests; below 1 it takes less time or memory.",
            "",
            markdown(compared),
            "",
            *remarks,
            *([""] if remarks else []),
            f"The numbers behind the commas are connections; the update is valid where nothing else is said, and is sent for {plan.seconds:g} s.",
            "Start is from the process to its first 201, every 5 ms a request until then.",
            "Memory is resident, of the process and all below it, after the run; pages that two processes share count twice.",
            "One core has to do for all threads of a server, those that compile and collect included; only `mock-workers` has all cores, and shares them with the load.",
            "What a request holds is its peak in tracemalloc, median of 300 valid updates, without the server around the application.",
            "",
            "## Every load",
            "",
            "Medians; an error is a response that is missing, not a success for the valid update, or not an error for the invalid one.",
            "",
            markdown(loads(measured, plan)),
            "",
            "## The servers",
            "",
            "Each is given the same two updates, with the same token, and the document without references.",
            "What a server does not do was found by asking it.",
            "",
            markdown(servers(measured)),
        ]
    )


def command(arguments: Sequence[str]) -> str:
    """Return the command line as another machine can give it."""
    given = [Path(part).name if Path(part).is_absolute() else part for part in arguments]
    return shlex.join(["python", "benchmarks/bench.py", *given])

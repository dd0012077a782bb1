"""Judges generated faults and prints how many were found, by operator.

Run `python -m selftest.generated --budget 100 --half untuned --sample 400 --seed 0` in `tests`. A plan may be tuned on
the tuned half: its operators and its misses are named. Of the untuned half only sums are printed: they are published.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice, zip_longest
from multiprocessing import get_context
from typing import TYPE_CHECKING

from selftest.in_process import judge
from servers.generated import Fault, by_name, population
from servers.generated.witness import is_shown_by
from user_webhook_contract.results.ledger import TargetVerdict, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from user_webhook_contract.results.run import Run

CHUNK = 10


@dataclass(frozen=True)
class Result:
    """What the suite made of one fault; `request` is the one that showed it, 0 if none did before the end."""

    name: str
    is_found: bool
    is_attributed: bool
    request: int
    failed: tuple[str, ...]


@dataclass(frozen=True)
class Course:
    """How each fault is judged: to the end if it `is_whole`, or until it is found."""

    budget: int
    seed: int
    is_deep: bool = False
    is_whole: bool = False
    choices: tuple[tuple[str, str], ...] = ()


def judge_fault(name: str, course: Course) -> Result:
    """Judge the server of one fault."""
    fault = by_name()[name]
    found_at: list[int] = []

    def watch(run: Run) -> None:
        if not found_at and run.ledger.verdict is TargetVerdict.NON_CONFORMANT:
            found_at.append(run.requests_sent)
            if not course.is_whole:
                # The run ends as by Ctrl-C: what has failed so far is judged as ever.
                raise KeyboardInterrupt

    server = fault.build(**dict(course.choices))
    run = judge(server, watch, budget=course.budget, seed=course.seed, is_deep=course.is_deep, is_strict=True)
    if run.setup_error:
        return Result(name, is_found=False, is_attributed=False, request=0, failed=())
    failed = tuple(row for row, entry in run.ledger.entries.items() if entry.verdict is Verdict.FAIL)
    is_found = run.verdict is TargetVerdict.NON_CONFORMANT
    is_attributed = is_found and bool({*failed} & {*fault.requirements})
    return Result(name, is_found, is_attributed, found_at[0] if found_at else 0, failed)


def judge_all(faults: list[Fault], course: Course) -> list[Result]:
    """Judge *faults* on all cores."""
    # A fault cannot be sent to another process: the workers inherit the population, and look it up by its name.
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("fork")) as pool:
        names = [fault.name for fault in faults]
        return list(pool.map(partial(judge_fault, course=course), names, chunksize=CHUNK))


def choose(half: str, sample: int, seed: int) -> list[Fault]:
    """Return the faults of *half* (or all), no more than *sample* of them (0: no limit), which *seed* decides."""
    faults = [fault for fault in population() if half in {fault.half, "all"}]
    if not 0 < sample < len(faults):
        return faults
    random.Random(seed).shuffle(faults)  # noqa: S311  to be repeated, not to be secret
    groups: dict[str, list[Fault]] = {}
    for fault in faults:
        groups.setdefault(fault.operator, []).append(fault)
    # In turn from each operator: a large one counts for no more than a small one.
    turns = zip_longest(*(groups[name] for name in sorted(groups)))
    return list(islice((fault for turn in turns for fault in turn if fault), sample))


def write(line: str = "") -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _share(results: Iterable[Result]) -> str:
    found = [one.is_found for one in results]
    return f"{sum(found)} of {len(found)} ({sum(found) / max(len(found), 1):.1%})"


def report(results: list[Result], *, is_whole: bool, names_all: bool) -> None:
    """Print the figures, and by operator those of the tuned half and its misses; of all with *names_all*."""
    faults = by_name()
    operators = Counter(faults[one.name].operator for one in results)
    found = Counter(faults[one.name].operator for one in results if one.is_found)
    shares = [found[name] / count for name, count in operators.items()]
    write(f"  everywhere: {_share(one for one in results if not faults[one.name].context)}")
    write(f"  in a context: {_share(one for one in results if faults[one.name].context)}")
    write(f"  the mean over {len(operators)} operators: {sum(shares) / max(len(shares), 1):.1%}")
    if is_whole:
        write(f"  under their own requirement: {sum(one.is_attributed for one in results)}")
    shown = [one for one in results if names_all or faults[one.name].half == "tuned"]
    width = max(map(len, operators), default=0)
    for name in sorted(
        {faults[one.name].operator for one in shown}, key=lambda one: (found[one] / operators[one], one)
    ):
        write(f"  {name:<{width}}{found[name]:>5} of {operators[name]:<4}{found[name] / operators[name]:>5.0%}")
    for one in shown:
        fault = faults[one.name]
        if not one.is_found:
            write(f"  missed: {fault.name} ({fault.requirements[0]}): {fault.title}")
        elif is_whole and not one.is_attributed:
            write(
                f"  under other requirements: {fault.name} ({', '.join(fault.requirements)}): {', '.join(one.failed)}"
            )


def main() -> int:
    """Judge, print, and return 1 if fewer are found than `--at-least` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--budget", type=int, nargs="+", default=[100], help="requests of a run; several are judged in turn"
    )
    parser.add_argument("--half", choices=["tuned", "untuned", "all"], default="tuned")
    parser.add_argument("--sample", type=int, default=400, help="how many faults, 0 for all")
    parser.add_argument("--seed", type=int, default=0, help="of the sample and of the runs")
    parser.add_argument("--deep", action="store_true", help="fuzz on when the plan is through")
    parser.add_argument("--whole", action="store_true", help="run to the end, to see which requirements are named")
    parser.add_argument(
        "--choice", action="append", default=[], metavar="NAME=VALUE", help="a choice that the servers make"
    )
    parser.add_argument("--at-least", type=float, default=0.0, help="the share to be found, such as 0.95")
    parser.add_argument(
        "--name-all", action="store_true", help="name misses of the untuned half, too: it is spent then"
    )
    options = parser.parse_args()
    choices = dict(one.split("=", 1) for one in options.choice)
    # What shows a fault of the usual server may show none of a server that makes other choices.
    chosen = choose(options.half, options.sample, options.seed)
    faults = [one for one in chosen if not choices or is_shown_by(one.witness, one.build(**choices))]
    worst = 1.0
    for budget in options.budget:
        started = time.monotonic()
        course = Course(budget, options.seed, options.deep, options.whole, tuple(choices.items()))
        results = judge_all(faults, course)
        worst = min(worst, sum(one.is_found for one in results) / len(results))
        what = f"{options.half} half, {len(faults)} of {sum(options.half in {one.half, 'all'} for one in population())} faults"
        write(
            f"{what}, budget {budget}{', deep' * options.deep}: {_share(results)} found in {time.monotonic() - started:.0f} s"
        )
        report(results, is_whole=options.whole, names_all=options.name_all)
    return int(worst < options.at_least)


if __name__ == "__main__":
    sys.exit(main())

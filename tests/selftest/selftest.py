"""Judges every faulty server and prints what was found and missed; `make selftest` runs it."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from selftest.beyond_budget import BEYOND_BUDGET
from selftest.sweep import BUDGET, BY_NAME, Result, family, sweep
from servers.faulty import FAULTS
from servers.faulty.probe import differs
from servers.faulty.serve import build

WORKERS = 2
PORTION = 25


@dataclass(frozen=True)
class Scenario:
    """Choices that the servers play, and the share of faults that must be found under them."""

    choices: dict[str, str]
    min_share: float

    def __str__(self) -> str:
        return ", ".join(f"{name}={value}" for name, value in self.choices.items()) or "the defaults"


SCENARIOS = (
    Scenario({}, 0.93),
    Scenario({"messages": "first"}, 0.87),
    Scenario({"messages": "first_per_property"}, 0.92),
    Scenario({"omitted_secrets": "keep"}, 0.92),
    Scenario({"check_order": "lookup_first"}, 0.9),
)


def _judge(names: list[str], *, choices: dict[str, str], budget: int, seed: int) -> list[Result]:
    faults = [BY_NAME[name] for name in names if differs(build(name, **choices))]
    return sweep(faults, budget=budget, seed=seed, **choices)


def judge_all(scenario: Scenario, budget: int, seed: int) -> list[Result]:
    """Judge every fault that tells itself from a correct server under the choices of *scenario*."""
    names = [fault.name for fault in FAULTS]
    portions = [names[start : start + PORTION] for start in range(0, len(names), PORTION)]
    work = partial(_judge, choices=scenario.choices, budget=budget, seed=seed)
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        return [result for portion in pool.map(work, portions) for result in portion]


def write(line: str = "") -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def report(scenario: Scenario, results: list[Result], seconds: float, *, is_long: bool) -> bool:
    """Print the table of one scenario; return whether the suite has not become worse."""
    families = {result.name: family(BY_NAME[result.name]) for result in results}
    total, found = Counter(families.values()), Counter(families[one.name] for one in results if one.is_found)
    share = sum(one.is_found for one in results) / len(results)
    write(f"\n{scenario}: {sum(found.values())} of {len(results)} found ({share:.1%}) in {seconds:.0f} s")
    for name, count in total.items():
        write(f"  {name:<24}{found[name]:>4} of {count:<4} missed {count - found[name]}")
    for one in results:
        if not one.is_found:
            write(f"  missed: {one}")
        elif is_long and not one.is_attributed:
            write(f"  under another requirement: {one}")
    is_good = share >= scenario.min_share
    if not scenario.choices:
        new = sorted(one.name for one in results if not one.is_found and one.name not in BEYOND_BUDGET)
        for name in new:
            write(f"  REGRESSION: {name} was found before")
        is_good = is_good and not new
    if share < scenario.min_share:
        write(f"  REGRESSION: {share:.1%} found, at least {scenario.min_share:.0%} were found before")
    return is_good


def main() -> int:
    """Judge all faults under each set of choices; return 1 where the suite has become worse."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--budget", type=int, default=BUDGET)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only-defaults", action="store_true", help="leave out the servers with other choices")
    parser.add_argument("--verbose", action="store_true", help="name what was found under another requirement")
    options = parser.parse_args()
    is_good = True
    for scenario in SCENARIOS[: 1 if options.only_defaults else None]:
        start = time.monotonic()
        results = judge_all(scenario, options.budget, options.seed)
        is_good &= report(scenario, results, time.monotonic() - start, is_long=options.verbose)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())

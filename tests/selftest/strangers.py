"""Judges servers that imitate other people's, and prints where the verdict differs from a fair one.

Run `python -m selftest.strangers --budget 400` in `tests`; the exit status is 1 if one differs.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from functools import partial
from multiprocessing import get_context

from selftest.in_process import judge
from servers.strangers import RULINGS, STACKS, TRIALS, Stranger
from user_webhook_contract.results.ledger import Verdict
from user_webhook_contract.settings import Settings

GROUPS: dict[str, tuple[Stranger, ...]] = {
    "stacks": STACKS,
    **{f"ruling {number}": strangers for number, strangers in RULINGS.items()},
    "trials": TRIALS,
}
KNOWN = frozenset(one.name for one in fields(Settings))


@dataclass(frozen=True)
class Result:
    """What the suite made of one server; `unknown`: settings that it does not have, so that nothing was judged."""

    stranger: Stranger
    outcome: str
    failed: frozenset[str]
    unknown: tuple[str, ...] = ()

    @property
    def missed(self) -> frozenset[str]:
        """What the server breaks and the suite does not say."""
        groups = {" or ".join(sorted(group)) for group in self.stranger.either if not group & self.failed}
        return self.stranger.broken - self.failed | groups

    @property
    def false(self) -> frozenset[str]:
        """What the suite says and the server does not break."""
        stranger = self.stranger
        return self.failed - stranger.broken - stranger.also - frozenset().union(*stranger.either)

    @property
    def is_right(self) -> bool:
        is_fair = not self.missed and not self.false
        return not self.unknown and is_fair and self.outcome == self.stranger.right_outcome

    def __str__(self) -> str:
        if self.unknown:
            return f"{self.stranger.name}: not judged, the suite has no {', '.join(self.unknown)}"
        if self.is_right:
            return f"{self.stranger.name}: right, {self.outcome}"
        parts = [
            *([f"missed {', '.join(sorted(self.missed))}"] if self.missed else []),
            *([f"falsely accused of {', '.join(sorted(self.false))}"] if self.false else []),
        ]
        wanted = self.stranger.right_outcome
        verdict = self.outcome if self.outcome == wanted else f"{self.outcome} for {wanted}"
        return f"{self.stranger.name}: {'; '.join([verdict, *parts])}"


def judge_stranger(place: tuple[str, int], *, budget: int = 100, seed: int = 0, is_deep: bool = False) -> Result:
    """Judge the server at a *place* of ``GROUPS``: by the requirements of level `must` alone."""
    stranger = GROUPS[place[0]][place[1]]
    unknown = tuple(sorted(set(stranger.settings) - KNOWN))
    if unknown:
        return Result(stranger, "", frozenset(), unknown)
    run = judge(stranger.build(), budget=budget, seed=seed, is_deep=is_deep, **stranger.settings)
    if run.setup_error:
        return Result(stranger, "refused", frozenset())
    failed = {
        row
        for row, entry in run.ledger.entries.items()
        if entry.verdict is Verdict.FAIL and entry.requirement.level == "must"
    }
    return Result(stranger, run.verdict.value, frozenset(failed))


def judge_all(budget: int, seed: int, *, is_deep: bool = False) -> dict[tuple[str, int], Result]:
    """Judge all of them on all cores."""
    places = [(name, number) for name, strangers in GROUPS.items() for number in range(len(strangers))]
    # A lambda cannot be sent to another process: the workers find the servers where they are.
    with ProcessPoolExecutor(mp_context=get_context("fork")) as pool:
        found = pool.map(partial(_judged, budget=budget, seed=seed, is_deep=is_deep), places)
        return {place: Result(GROUPS[place[0]][place[1]], *rest) for place, rest in zip(places, found, strict=True)}


def _judged(
    place: tuple[str, int], *, budget: int, seed: int, is_deep: bool
) -> tuple[str, frozenset[str], tuple[str, ...]]:
    result = judge_stranger(place, budget=budget, seed=seed, is_deep=is_deep)
    return result.outcome, result.failed, result.unknown


def main() -> int:
    """Judge and print; return 1 where a verdict is not fair."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--budget", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--deep", action="store_true")
    options = parser.parse_args()
    results = judge_all(options.budget, options.seed, is_deep=options.deep)
    for (group, _), result in results.items():
        sys.stdout.write(f"{'ok ' if result.is_right else '-- '} {group:<11} {result}\n")
    wrong = [one for one in results.values() if not one.is_right]
    accused = sum(len(one.false) for one in wrong)
    missed = sum(len(one.missed) for one in wrong)
    sys.stdout.write(
        f"{len(results) - len(wrong)} of {len(results)} right; {accused} false accusations, {missed} missed\n"
    )
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())

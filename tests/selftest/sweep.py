"""Judges faulty servers one after another, as a user would judge them."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftest.beyond_budget import ATTRIBUTED_ELSEWHERE
from servers.faulty import FAULTS, Fault, FaultyServers
from support.suite_runs import failed, run
from user_webhook_contract.settings import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

BUDGET = 100
TIMEOUT = 0.6

BY_NAME = {fault.name: fault for fault in FAULTS}


@dataclass(frozen=True)
class Result:
    """What the suite made of one faulty server."""

    name: str
    verdict: str
    requests_sent: int
    failed: frozenset[str]
    stopped: str

    @property
    def is_found(self) -> bool:
        return self.verdict == "non-conformant"

    @property
    def is_attributed(self) -> bool:
        """The requirement that the fault breaks is among the failed ones, or one that stands for it."""
        rows, _ = ATTRIBUTED_ELSEWHERE.get(self.name, ((), ""))
        return bool(self.failed & {BY_NAME[self.name].requirement, *rows})

    def __str__(self) -> str:
        rows = f"{', '.join(sorted(self.failed))} failed" if self.failed else "missed: the suite found nothing"
        fault = f"{self.name} ({BY_NAME[self.name].requirement})"
        return f"{fault}: {self.verdict}, {self.requests_sent} requests, {rows} {self.stopped}".rstrip()


def judge(servers: FaultyServers, fault: Fault, *, budget: int = BUDGET, seed: int = 0, **choices: str) -> Result:
    """Judge the server of *fault* from its first state on."""
    servers.reset(fault.name, **choices)
    # A limit of level should counts, too: the fault of such a requirement is found by it.
    strict = {"is_strict": True}
    try:
        found = run(servers.url(fault.name, **choices), budget=budget, seed=seed, timeout=TIMEOUT, **strict)
    except UsageError as error:
        return Result(fault.name, "refused", 0, frozenset(), str(error))
    return Result(fault.name, found.verdict.value, found.requests_sent, frozenset(failed(found)), found.stopped)


def picked() -> dict[str, list[Fault]]:
    """Return faults of every requirement: the first two of each, and every twenty-fourth of the others."""
    groups: dict[str, list[Fault]] = {}
    for fault in FAULTS:
        groups.setdefault(fault.requirement, []).append(fault)
    return {row: [*faults[:2], *faults[2::24]] for row, faults in sorted(groups.items())}


def family(fault: Fault) -> str:
    """Return the class of a fault: the module that declares it."""
    build = fault.build
    while isinstance(build, functools.partial):
        build = build.func
    return str(getattr(build, "__module__", "?")).rpartition(".")[2]


def sweep(faults: Iterable[Fault], *, budget: int = BUDGET, seed: int = 0, **choices: str) -> list[Result]:
    """Judge the servers of *faults* on a host of their own."""
    with FaultyServers() as servers:
        return [judge(servers, fault, budget=budget, seed=seed, **choices) for fault in faults]

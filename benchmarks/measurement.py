"""What is measured of one server, in each run and over all of them."""

from __future__ import annotations

import statistics
import subprocess
import sys
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import cores
from exchange import INVALID, VALID, send
from omissions import is_refusal, omissions
from process import free_port, running

from servers import ROOT, Server, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from load import Generator, Load

CREATED: Final = 201


@dataclass(frozen=True)
class Plan:
    """How each run measures: connections of the valid update, those in the middle also of the invalid one."""

    generator: Generator
    connections: Sequence[int]
    seconds: float
    warm_up: float
    document: Path

    @property
    def middle(self) -> int:
        """The connections at which most is compared."""
        return self.connections[len(self.connections) // 2]


@dataclass(frozen=True)
class Run:
    """One run of one server: loads by update and connections."""

    valid: dict[int, Load]
    invalid: Load
    seconds: float | None
    memory: int | None


@dataclass
class Measurement:
    """All that was measured of one server; ``trouble`` says why that is nothing."""

    server: Server
    runs: list[Run] = field(default_factory=list)
    answers: tuple[int, int] = (0, 0)
    omissions: list[str] = field(default_factory=list)
    request_bytes: int | None = None
    trouble: str = ""

    def rates(self, connections: int) -> list[float]:
        """Return the requests a second of every run, with the valid update."""
        return [run.valid[connections].rate for run in self.runs]

    def median(self, figure: Callable[[Run], float | None]) -> float | None:
        """Return the median of *figure* over the runs that have it."""
        found = [value for run in self.runs if (value := figure(run)) is not None]
        return statistics.median(found) if found else None

    @cached_property
    def errors(self) -> int:
        """How many answers were missing or not those expected, over all runs."""
        return sum(load.errors for run in self.runs for load in (*run.valid.values(), run.invalid))

    @property
    def is_right(self) -> bool:
        """Whether the valid update got 201 and the invalid one 4xx."""
        return self.answers[0] == CREATED and is_refusal(self.answers[1])


def measure(measurement: Measurement, plan: Plan) -> None:
    """Add one run to *measurement*.

    Raises:
        StartError: The server did not start.
        LoadError: The load failed.
        OSError: The server gave no answer.
    """
    server, port = measurement.server, free_port()
    own, loads = cores.split() if server.is_pinned else (set(), set())
    with running(server.line(port, plan.document), port, environment(plan.document), str(ROOT), own) as process:
        measurement.answers = send(port, VALID)[0], send(port, INVALID)[0]
        if not measurement.runs:
            measurement.omissions = omissions(port)
        drive = plan.generator.drive
        drive(port, VALID, plan.middle, plan.warm_up, loads)
        valid = {n: drive(port, VALID, n, plan.seconds, loads) for n in plan.connections}
        invalid = drive(port, INVALID, plan.middle, plan.seconds, loads)
        run = Run(valid, invalid, process.seconds, process.memory())
        if (send(port, VALID)[0], send(port, INVALID)[0]) != measurement.answers:
            run = replace(run, invalid=replace(invalid, errors=invalid.errors + 1))
        measurement.runs.append(run)


def request_bytes(server: Server, document: Path) -> int | None:
    """Return the bytes that one request holds at its peak, None where *server* is no ASGI application.

    Raises:
        subprocess.CalledProcessError: The application did not answer 201.
    """
    if not server.application:
        return None
    script = ROOT / "benchmarks" / "allocations.py"
    done = subprocess.run(
        [sys.executable, str(script), server.application],
        cwd=ROOT,
        env={**environment(document), "PYTHONPATH": f"{ROOT}:{environment(document)['PYTHONPATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(float(done.stdout))

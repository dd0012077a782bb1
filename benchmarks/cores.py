"""The cores of this machine, one for the server and one for the load."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MANY = 2


def usable() -> list[int]:
    """Return the cores that this process may use; none where the system does not tell."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def split() -> tuple[set[int], set[int]]:
    """Return the core of the server and the core of the load; two empty sets where they cannot be kept apart."""
    cores = usable()
    return ({cores[0]}, {cores[1]}) if len(cores) >= MANY else (set(), set())


@contextmanager
def on(cores: set[int]) -> Iterator[None]:
    """Run on *cores* while the block runs, and so what the block starts; on all of them where *cores* is empty."""
    if not cores:
        yield
        return
    former = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, former)

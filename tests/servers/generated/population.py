"""The population: every operator's deviations, alone and in contexts, as far as a request shows them."""

from __future__ import annotations

import hashlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from . import operators
from .context import CONTEXTS, Context
from .deviation import OPERATORS, Deviation, Example, Operator
from .witness import is_shown_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .reference import Reference

# The operators of this package were written without sight of any plan; some, by their names, are tuned on by now.
_HELD_BACK = f"{operators.__name__}.held_back."


@dataclass(frozen=True)
class Fault:
    """One way to be wrong; `witness` is a request, with those around it, that shows it.

    ``requirements``: those that it breaks; the first is the one that it is about.
    """

    operator: str
    deviation: Deviation
    context: Context | None
    witness: Example

    @property
    def name(self) -> str:
        parts = [self.operator, self.deviation.form, *([self.context.name] if self.context else [])]
        return ".".join(parts)

    @property
    def title(self) -> str:
        return f"{self.deviation.title}{f' {self.context.title}' if self.context else ''}."

    @property
    def requirements(self) -> tuple[str, ...]:
        return self.deviation.requirements

    @property
    def half(self) -> str:
        return half_of(self.operator)

    def build(self, **choices: str) -> Reference:
        """Return a fresh server with the fault."""
        server = self.deviation.build(**choices)
        return self.context.switch(server) if self.context else server


def half_of(operator: str) -> str:
    """Return the half that all faults of *operator* belong to; plans may be tuned on the tuned one only."""
    registered()
    is_held_back = OPERATORS[operator].make.__module__.startswith(_HELD_BACK) and _number(operator) % 2
    return "untuned" if is_held_back else "tuned"


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])


@cache
def registered() -> tuple[Operator, ...]:
    """Return all operators."""
    for module in pkgutil.walk_packages(operators.__path__, f"{operators.__name__}."):
        import_module(module.name)
    return tuple(OPERATORS.values())


@cache
def population() -> tuple[Fault, ...]:
    """Return every fault that a request shows, in the order of the operators."""
    return tuple(
        fault
        for operator in registered()
        for made in operator.make()
        for context in (*([] if made.is_choice else [None]), *(CONTEXTS if operator.in_contexts else []))
        for fault in _faults(operator.name, made, context)
    )


@cache
def by_name() -> dict[str, Fault]:
    """Return the faults by their names."""
    return {fault.name: fault for fault in population()}


def _faults(operator: str, made: Deviation, context: Context | None) -> Iterator[Fault]:
    """Yield the fault, if one of its examples shows it."""
    server = made.build()
    if context:
        server = context.switch(server)
    for example in made.examples:
        staged = context.stage(example) if context else example
        if staged is not None and is_shown_by(staged, server):
            yield Fault(operator, made, context, staged)
            return

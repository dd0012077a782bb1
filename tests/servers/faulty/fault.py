"""What a fault is, and the register that each module of faults adds to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from .server import Server

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Fault:
    """One way to be wrong: `build(**choices)` gives a server that has it and is right in everything else."""

    name: str
    requirement: str
    sentence: str
    build: Callable[..., Server]


AnyServer = TypeVar("AnyServer", bound=Server)

REGISTER: list[Fault] = []
LEFT_OPEN: list[Fault] = []
"""What the documents leave open: nobody is accused of it."""


def declare(name: str, requirement: str, sentence: str, build: Callable[..., Server]) -> None:
    REGISTER.append(Fault(name, requirement, sentence, build))


def left_open(name: str, sentence: str, build: Callable[..., Server]) -> None:
    LEFT_OPEN.append(Fault(name, "", sentence, build))


def fault(requirement: str) -> Callable[[type[AnyServer]], type[AnyServer]]:
    """Register a server class under its own name; its docstring is the sentence."""

    def register(server: type[AnyServer]) -> type[AnyServer]:
        name = re.sub(
            r"(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z])(?=[0-9])|(?<=[A-Z])(?=[A-Z][a-z])", "-", server.__name__
        ).lower()
        declare(name, requirement, (server.__doc__ or "").strip(), server)
        return server

    return register

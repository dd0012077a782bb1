"""What an operator makes: a server that is wrong in one way, and requests that show it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from servers.faulty.sequences import Patch, patch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .reference import Reference

READ = patch({"events": ["all"]})
"""The least that an update can hold: the answer shows what is stored."""

SECRETS = ("Mi9Qe2vYpX7kLr4TzB1nWc6HsD8uJf3A", "aG5oKx0ZtN2bVq7RmE9yUd4CwP6iSl1J")
URL = "https://hooks.example.com:8443/deep/path?query=1#part"


@dataclass(frozen=True)
class Example:
    """A request that shows a deviation, with what has to be sent before and after it."""

    trigger: Patch
    before: tuple[Patch, ...] = ()
    after: tuple[Patch, ...] = ()

    @property
    def sequence(self) -> tuple[Patch, ...]:
        return (*self.before, self.trigger, *self.after)


@dataclass(frozen=True)
class Deviation:
    """One way to be wrong: `build(**choices)` gives a server that always is.

    ``requirements``: what it breaks; ``is_choice``: to be so always is a choice, and wrong only if it is so sometimes.
    """

    form: str
    title: str
    requirements: tuple[str, ...]
    build: Callable[..., Reference]
    examples: tuple[Example, ...]
    is_choice: bool = False


@dataclass(frozen=True)
class Operator:
    """What makes deviations of one kind; with *in_contexts* each is also met in every context, and not only everywhere."""

    name: str
    make: Callable[[], Iterable[Deviation]]
    in_contexts: bool


OPERATORS: dict[str, Operator] = {}


def operator(name: str, *, in_contexts: bool = False) -> Callable[[Callable[[], Iterator[Deviation]]], Operator]:
    """Register a generator of deviations under the name of its operator."""

    def register(make: Callable[[], Iterator[Deviation]]) -> Operator:
        if name in OPERATORS:
            raise ValueError(f"the operator {name!r} exists already")
        OPERATORS[name] = Operator(name, make, in_contexts)
        return OPERATORS[name]

    return register


def deviation(
    form: str, title: str, requirements: str, build: Callable[..., Reference], *examples: Patch | Example
) -> Deviation:
    """Return a deviation; *requirements* are separated by blanks."""
    whole = tuple(one if isinstance(one, Example) else Example(one) for one in examples)
    return Deviation(form, title, tuple(requirements.split()), build, whole)


def update(**properties: Any) -> Patch:
    """Return an update with a legal event and *properties*."""
    return patch({"events": ["all"], **properties})


def raw(body: bytes | str, **rest: Any) -> Patch:
    """Return a request with just these bytes."""
    return Patch(body if isinstance(body, bytes) else body.encode(), **rest)


def content_of(body: bytes) -> Any:
    """Return what a body says as JSON; None for what is not JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def object_of(body: bytes) -> dict[str, Any]:
    """Return the JSON object that a body is, or an empty one."""
    value = content_of(body)
    return value if isinstance(value, dict) else {}


def slug(text: str) -> str:
    """Return *text* as part of a name."""
    return "-".join("".join(character if character.isalnum() else " " for character in text.lower()).split())

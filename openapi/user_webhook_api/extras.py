"""Packages that only some uses need: where one is not installed, a line says so, and how to install it."""

from __future__ import annotations

from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class MissingPackageError(Exception):
    """A package is not installed. The message is one line and says how to install it."""


@contextmanager
def needing(what: str, requirement: str, *later: str) -> Iterator[None]:
    """Let the block import the packages that *what* needs and *requirement* installs; *later* ones are looked for only.

    Raises:
        MissingPackageError: One of them is not installed.
    """
    try:
        for name in later:
            if find_spec(name) is None:
                raise ModuleNotFoundError(name=name)
        yield
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0].replace("_", "-")
        raise MissingPackageError(
            f"{what} needs the package {package}, which is not installed: pip install '{requirement}'."
        ) from error

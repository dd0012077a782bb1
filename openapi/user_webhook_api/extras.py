"""Packages that only some uses need: where one is not installed, a line says so, and how to install it."""

from __future__ import annotations

from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class MissingPackageError(Exception):
    """A package, or a version of it, is not installed. The message is one line and says how to install it."""


@contextmanager
def needing(what: str, requirement: str, *later: str) -> Iterator[None]:
    """Let the block import the packages that *what* needs and *requirement* installs; *later* ones are looked for only.

    Raises:
        MissingPackageError: One of them is not installed.
    """
    try:
        yield
        missing = next((name for name in later if find_spec(name) is None), "")
    except ModuleNotFoundError as error:
        missing = str(error.name)
    if missing:
        package = missing.partition(".")[0].replace("_", "-")
        raise MissingPackageError(
            f"{what} needs the package {package}, which is not installed: pip install '{requirement}'."
        )


@contextmanager
def building_on(package: str, tried: str) -> Iterator[None]:
    """Let the block import names that *package* does not promise to keep; *tried* is the version that has them.

    Raises:
        MissingPackageError: The version that is installed lacks one.
    """
    try:
        yield
    except (ImportError, AttributeError) as error:
        from importlib.metadata import version  # noqa: PLC0415  it takes longer to import than all that --help needs

        raise MissingPackageError(
            f"{package} {version(package)} lacks a name that is needed ({error}): pip install '{package}=={tried}'."
        ) from error

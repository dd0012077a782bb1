"""Packages that only some uses need: where one is not installed, a line says so, and how to install it."""

from __future__ import annotations

from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator


MAKEFILE: Final = Path(__file__).parents[2] / "Makefile"
"""It exists only beside the packages of a clone, and not beside installed ones."""


class MissingPackageError(Exception):
    """A package, or a version of it, is not installed. The message is one line and says how to install it."""


def installation(requirement: str) -> str:
    """Return the command that installs *requirement*, one of this kit's packages: in a clone, that of its Makefile."""
    return "make setup" if MAKEFILE.is_file() else f"pip install {quote(requirement)}"


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
            f"{what} needs the package {package}, which is not installed: {installation(requirement)}."
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

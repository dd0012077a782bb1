"""The files of the contract as they are now, and what is derived from them."""

from __future__ import annotations

from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

PACKAGE: Final = Path(__file__).parent
FOLDER: Final = PACKAGE / "document" if (PACKAGE / "document").is_dir() else PACKAGE.parent
"""The files of the document: in the package where it is installed, beside it in a clone."""

SUFFIXES: Final = frozenset({".yaml", ".yml", ".json"})
P = ParamSpec("P")
T = TypeVar("T")

_derived: list[dict[Hashable, Any]] = []


def files(folder: Path = FOLDER) -> list[Path]:
    """Return the files that the contract is made of: the document and the tables."""
    return sorted(file for file in folder.rglob("*") if file.suffix in SUFFIXES)


def per_edition(derive: Callable[P, T]) -> Callable[P, T]:
    """Let *derive* be called once for the same arguments, until there is a new edition of the files."""
    values: dict[Hashable, T] = {}
    _derived.append(values)

    @wraps(derive)
    def look_up(*arguments: P.args, **named: P.kwargs) -> T:
        key = (arguments, tuple(named.items()))
        if key not in values:
            values[key] = derive(*arguments, **named)
        return values[key]

    return look_up


@contextmanager
def new_edition() -> Iterator[None]:
    """Derive everything anew from the files of now; where the block fails, all is as it was before it."""
    former = [dict(values) for values in _derived]
    for values in _derived:
        values.clear()
    try:
        yield
    except BaseException:
        for values, before in zip(_derived, former, strict=False):  # the block may have imported more of them
            values.clear()
            values.update(before)
        raise

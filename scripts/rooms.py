"""Prints the rooms of each package, the floors that they stand on, and the arrows between them, from the imports."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Final

from support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGES: Final = (
    ROOT / "openapi" / "user_webhook_api",
    ROOT / "mock_server" / "user_webhook_mock",
    ROOT / "contract_tests" / "user_webhook_contract",
)


def arrows(package: Path) -> dict[str, set[str]]:
    """Return, for each room of *package*, the rooms that it imports; a room is a folder or a module at the top."""
    found: dict[str, set[str]] = {}
    for file in sorted(package.rglob("*.py")):
        room = _room(package, file.relative_to(package).with_suffix("").parts)
        targets = found.setdefault(room, set())
        targets |= {_room(package, parts) for parts in _imported(package.name, file)} - {room}
    if not found["__init__"]:  # it holds the package's sentence and nothing else
        del found["__init__"]
    return found


def floors(rooms: dict[str, set[str]]) -> int:
    """Return the number of floors: the length of the longest way from a room down.

    Raises:
        CycleError: A way leads back to where it began.
    """
    height: dict[str, int] = {}
    for room in TopologicalSorter(rooms).static_order():
        height[room] = 1 + max((height[below] for below in rooms.get(room, ())), default=0)
    return max(height.values())


def _room(package: Path, parts: tuple[str, ...]) -> str:
    name = parts[0] if parts else "__init__"
    return name if (package / name).is_dir() or (package / f"{name}.py").is_file() else "__init__"


def _imported(package: str, file: Path) -> Iterator[tuple[str, ...]]:
    """Yield the parts behind the package's name of all that *file* imports of it, under ``TYPE_CHECKING``, too."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            first, *rest = node.module.split(".")
            if first == package:
                yield from [tuple(rest)] if rest else ((alias.name,) for alias in node.names)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                first, *rest = alias.name.split(".")
                if first == package:
                    yield tuple(rest)


def main() -> None:
    """Print a line for each package, and one for each of its rooms."""
    for package in PACKAGES:
        rooms = arrows(package)
        try:
            count = str(floors(rooms))
        except CycleError as error:
            count = f"no (circle: {' -> '.join(error.args[1])})"
        print(f"{package.name}: {len(rooms)} rooms, {count} floors, {sum(map(len, rooms.values()))} arrows")
        for room, targets in sorted(rooms.items()):
            print(f"  {room}: {', '.join(sorted(targets)) or '-'}")


if __name__ == "__main__":
    main()

"""Print the rooms of each package, their floors, and the arrows between them, from the imports."""

from __future__ import annotations

import ast
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (ROOT / "mock_server" / "user_webhook_mock", ROOT / "contract_tests" / "user_webhook_contract")


@dataclass
class House:
    """The rooms of a package: its modules and folders.

    Attributes:
        arrows: The rooms that each room imports, for types, too.
        layers: As import-linter is given them, the highest first.
        floors: The floor of each room: one above the highest room that it imports. Rooms of a circle have none.
    """

    name: str
    arrows: dict[str, set[str]]
    layers: list[set[str]]
    floors: dict[str, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        while ready := [
            room for room, targets in self.arrows.items() if room not in self.floors and targets <= self.floors.keys()
        ]:
            self.floors |= {
                room: 1 + max((self.floors[target] for target in self.arrows[room]), default=0) for room in ready
            }

    @property
    def back_arrows(self) -> list[tuple[str, str]]:
        """Arrows against the layers that import-linter is given, between rooms of one layer, too."""
        layer = {room: number for number, rooms in enumerate(self.layers) for room in rooms}
        return [
            (room, target)
            for room, targets in self.arrows.items()
            for target in sorted(targets)
            if room in layer and target in layer and layer[target] <= layer[room]
        ]

    @property
    def circles(self) -> list[str]:
        """The rooms that are in a circle of imports, or above one."""
        return [room for room in self.arrows if room not in self.floors]

    @property
    def size(self) -> tuple[int, int, int]:
        """How many rooms, floors and arrows there are."""
        return len(self.arrows), max(self.floors.values(), default=0), sum(map(len, self.arrows.values()))

    def __str__(self) -> str:
        rooms, floors, arrows = self.size
        faults = f"{len(self.back_arrows)} of them back, {len(self.circles)} rooms in circles"
        ordered = sorted(self.arrows, key=lambda room: (-self.floors.get(room, 0), room))
        lines = [f"{self.floors.get(one, '-'):>4}  {one:<16} {' '.join(sorted(self.arrows[one]))}" for one in ordered]
        return "\n".join([f"{self.name}: {rooms} rooms, {floors} floors, {arrows} arrows, {faults}", *lines])


def house(package: Path) -> House:
    """Return the rooms of *package*."""
    arrows: dict[str, set[str]] = {}
    for file in sorted(package.rglob("*.py")):
        room = file.relative_to(package).parts[0].removesuffix(".py")
        targets = {_room(package, name) for name in _imports(ast.parse(file.read_text(encoding="utf-8")))}
        arrows.setdefault(room, set()).update(target for target in targets if target and target != room)
    if not arrows.get("__init__") and all("__init__" not in targets for targets in arrows.values()):
        arrows.pop("__init__", None)  # it only makes the folder a package
    return House(package.name, arrows, _layers(package.name))


def _imports(tree: ast.Module) -> Iterator[str]:
    """Yield the full name of everything that a module imports, wherever it does so."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _room(package: Path, name: str) -> str | None:
    """Return the room that *name* is in; None if it is not in *package*."""
    first, _, rest = name.partition(".")
    if first != package.name:
        return None
    room = rest.partition(".")[0]
    return room if (package / room).is_dir() or (package / f"{room}.py").is_file() else "__init__"


def _layers(name: str) -> list[set[str]]:
    """Return the layers of the package that pyproject.toml gives to import-linter, the highest first."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [
        {room.strip() for room in layer.split("|")}
        for contract in settings["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers" and contract["containers"] == [name]
        for layer in contract["layers"]
    ]


def main() -> int:
    """Return 1 if an arrow goes back or in a circle."""
    houses = [house(package) for package in PACKAGES]
    print(*houses, sep="\n\n")
    return int(any(one.back_arrows or one.circles for one in houses))


if __name__ == "__main__":
    sys.exit(main())

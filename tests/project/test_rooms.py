from __future__ import annotations

from graphlib import CycleError
from typing import TYPE_CHECKING

import pytest

from scripts.rooms import PACKAGES, arrows, floors

if TYPE_CHECKING:
    from pathlib import Path

LIMITS = {"user_webhook_api": (12, 5, 20), "user_webhook_mock": (20, 12, 80), "user_webhook_contract": (14, 10, 48)}
"""At most so many rooms, floors and arrows."""


def write(package: Path, files: dict[str, str]) -> Path:
    for name, text in {"__init__.py": "", **files}.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text, encoding="utf-8")
    return package


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_a_package_stays_within_its_rooms_floors_and_arrows(package: Path) -> None:
    rooms = arrows(package)

    counted = (len(rooms), floors(rooms), sum(map(len, rooms.values())))
    assert all(found <= limit for found, limit in zip(counted, LIMITS[package.name], strict=True)), counted


def test_an_import_is_an_arrow_from_room_to_room(tmp_path: Path) -> None:
    files = {"top.py": "from kit.low import hall\nimport kit.low.cellar\n", "low/__init__.py": "", "low/hall.py": ""}
    rooms = arrows(write(tmp_path / "kit", files | {"low/cellar.py": "from kit.low import hall\n"}))

    assert rooms == {"top": {"low"}, "low": set()}
    assert floors(rooms) == 2


def test_a_circle_of_rooms_is_an_error(tmp_path: Path) -> None:
    rooms = arrows(write(tmp_path / "kit", {"one.py": "import kit.two\n", "two.py": "from kit.one import x\n"}))

    with pytest.raises(CycleError):
        floors(rooms)

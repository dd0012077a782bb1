from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scripts.rooms import PACKAGES, house

if TYPE_CHECKING:
    from pathlib import Path

MOCK, SUITE = PACKAGES
MAX_SIZE = {MOCK: (20, 12, 80)}


def package(folder: Path, **modules: str) -> Path:
    for name, imports in modules.items():
        file = folder / "kit" / f"{name.replace('__', '/')}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(imports, encoding="utf-8")
    return folder / "kit"


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda folder: folder.name)
def test_no_arrow_goes_back_or_in_a_circle(folder: Path) -> None:
    found = house(folder)

    assert (found.back_arrows, found.circles) == ([], [])


@pytest.mark.parametrize("folder", MAX_SIZE, ids=lambda folder: folder.name)
def test_a_package_has_few_rooms_floors_and_arrows(folder: Path) -> None:
    found = house(folder)

    assert all(number <= most for number, most in zip(found.size, MAX_SIZE[folder], strict=True)), str(found)


def test_a_room_is_a_folder_or_a_module_and_an_import_an_arrow(tmp_path: Path) -> None:
    late = "def use():\n    from kit.store import memory\n"
    typed = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import kit.api.url\n"
    found = house(package(tmp_path, app=late, api__url="", api__log="import kit.api.url", store__memory="", cli=typed))

    assert found.arrows == {"app": {"store"}, "api": set(), "store": set(), "cli": {"api"}}
    assert (found.size, found.floors["app"], found.floors["store"]) == ((4, 2, 2), 2, 1)


def test_a_circle_is_found(tmp_path: Path) -> None:
    found = house(package(tmp_path, one="import kit.two", two="from kit import one", three="import kit.two", four=""))

    assert (found.circles, found.floors) == (["one", "three", "two"], {"four": 1})


def test_an_arrow_against_the_layers_is_found(tmp_path: Path) -> None:
    found = house(package(tmp_path, server="import kit.http", http="import kit.core", core=""))
    found.layers = [{"server"}, {"http", "core"}]

    assert found.back_arrows == [("http", "core")]

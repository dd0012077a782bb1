from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scripts.runtime_packages import API, MOCK, SUITE
from support.installations import built, installed

if TYPE_CHECKING:
    from pathlib import Path

    from support.installations import Installation


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> dict[str, list[Path]]:
    """Wheel and sdist of each distribution, in this order."""
    base = tmp_path_factory.getbasetemp()
    return built((base if worker_id == "master" else base.parent) / "distributions")


@pytest.fixture(scope="session")
def wheels(distributions: dict[str, list[Path]]) -> dict[str, Path]:
    return {name: files[0] for name, files in distributions.items()}


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory, wheels: dict[str, Path]) -> Installation:
    """Mock and suite with all extras, beside pytest."""
    needs = (f"{API}[document,validate]", f"{MOCK}[all]", SUITE)
    return installed(tmp_path_factory.mktemp("whole"), [*wheels.values()], *needs)


@pytest.fixture(scope="session")
def mock_alone(tmp_path_factory: pytest.TempPathFactory, wheels: dict[str, Path]) -> Installation:
    return installed(tmp_path_factory.mktemp("mock"), [wheels[API], wheels[MOCK]], MOCK)


@pytest.fixture(scope="session")
def suite_alone(tmp_path_factory: pytest.TempPathFactory, wheels: dict[str, Path]) -> Installation:
    return installed(tmp_path_factory.mktemp("suite"), [wheels[API], wheels[SUITE]], SUITE)


@pytest.fixture(scope="session")
def contract_alone(tmp_path_factory: pytest.TempPathFactory, wheels: dict[str, Path]) -> Installation:
    return installed(tmp_path_factory.mktemp("contract"), [wheels[API]], API)

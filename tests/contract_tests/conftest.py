"""The targets of the suite's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from servers.faulty import FaultyServers
from support.mock_process import running

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def servers() -> Iterator[FaultyServers]:
    with FaultyServers() as hosts:
        yield hosts


@pytest.fixture
def correct(servers: FaultyServers) -> str:
    """Return the address of the server without a fault, in its first state."""
    servers.reset("correct")
    return servers.url("correct")


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    with running() as playing:
        yield f"http://{playing.host}:{playing.port}"

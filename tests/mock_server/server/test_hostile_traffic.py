from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from stress.hostile_client import Client
from stress.hostile_requests import (
    BODY,
    CHUNKS,
    FRAMINGS,
    HEADERS,
    LAST,
    METHODS,
    TARGET,
    TARGETS,
    VERSIONS,
    Generator,
    Hostile,
)
from stress.process_metrics import MockProcess, mock_process
from support.mock_process import Mock

if TYPE_CHECKING:
    from collections.abc import Iterator

SEEDED = 1_500
BATCH = 25
BATCHES = 20

lines = st.builds(
    b"%b %b %b\r\n".__mod__,
    st.tuples(
        st.sampled_from(METHODS) | st.just(b"PATCH"),
        st.sampled_from(TARGETS) | st.just(TARGET) | st.binary(max_size=40),
        st.sampled_from(VERSIONS) | st.just(b"HTTP/1.1"),
    ),
)
headers = st.lists(st.sampled_from((b"Host: x", *HEADERS, *FRAMINGS)) | st.binary(max_size=40), max_size=5).map(
    b"\r\n".join
)
pieces = lines | headers | st.sampled_from((b"\r\n", b"\r\n\r\n", BODY, LAST, *CHUNKS)) | st.binary(max_size=80)
raw_requests = st.lists(pieces, min_size=1, max_size=8).map(b"".join)


@pytest.fixture(scope="module")
def tortured() -> Iterator[MockProcess]:
    with mock_process() as tortured:
        yield tortured


def test_no_seeded_request_gets_more_than_a_refusal(tortured: MockProcess) -> None:
    client = Client("127.0.0.1", tortured.port)
    asyncio.run(client.send_all(Generator(0), SEEDED))

    assert client.faults == []
    assert {"201", "400", "401", "404", "413", "414", "431"} <= set(client.statuses)
    assert (Mock("127.0.0.1", tortured.port).patch({"events": ["all"]}).status, tortured.tracebacks) == (201, 0)


@given(st.lists(raw_requests, min_size=BATCH, max_size=BATCH))
@settings(
    max_examples=BATCHES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # what is found names its bytes; to shrink a whole batch takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
def test_no_bytes_get_more_than_a_refusal(tortured: MockProcess, batch: list[bytes]) -> None:
    client = Client("127.0.0.1", tortured.port)

    async def send() -> None:
        await asyncio.gather(*(client.send(Hostile(raw)) for raw in batch))

    asyncio.run(send())

    assert client.faults == []
    assert (Mock("127.0.0.1", tortured.port).patch({"events": ["all"]}).status, tortured.tracebacks) == (201, 0)

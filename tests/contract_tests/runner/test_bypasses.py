from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.suite_runs import failed, run, told

if TYPE_CHECKING:
    from servers.faulty import FaultyServers


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("carries-out-requests-of-another-media-type", "R-405"),
        ("carries-out-requests-without-a-media-type", "R-405"),
        ("trusts-a-token-in-any-case", "R-402"),
        ("trusts-basic", "R-403"),
    ],
)
def test_what_let_a_request_pass_is_accused_alone(servers: FaultyServers, name: str, row: str) -> None:
    found = run(servers.url(name), budget=400)

    assert failed(found) == {row}, told(found)

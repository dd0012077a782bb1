from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from support.mock_process import Mock, running
from support.suite_runs import failed, run, told
from user_webhook_api.choices import choices, defaults
from user_webhook_contract.forms.writer import observed_choices
from user_webhook_contract.report.conformance import conformance

if TYPE_CHECKING:
    from collections.abc import Iterator

UNSEEN = {"other_methods": "unknown"}
"""The suite sends PATCH and nothing else, so it writes down that it does not know."""

DISTINCT = {("null_secrets", "generate"): {"omitted_secrets": "keep"}}
"""What has to be played beside a value, so that another one does not look the same."""

VALUES = [
    {choice.name: value, **DISTINCT.get((choice.name, str(value)), {})}
    for choice in choices()
    for value in choice.values
]


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with running() as mock:
        yield mock


@pytest.mark.parametrize("chosen", VALUES, ids=lambda chosen: "=".join(map(str, next(iter(chosen.items())))))
def test_a_choice_that_is_played_is_observed(mock: Mock, chosen: dict[str, Any]) -> None:
    mock.control("POST", "/reset")
    played = mock.control("PUT", "/choices", chosen).body
    found = run(f"http://{mock.host}:{mock.port}")
    observed = yaml.safe_load(observed_choices(conformance(found)))

    assert (failed(found), found.verdict.value, found.requests_sent <= 100) == (set(), "conformant", True), told(found)
    assert played == {**defaults(), **chosen}
    assert observed == {**played, **UNSEEN}
    assert mock.control("PUT", "/choices", observed).body == {**played, "other_methods": defaults()["other_methods"]}

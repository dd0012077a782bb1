from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from user_webhook_contract.report.baseline import baseline
from user_webhook_contract.settings import Settings

if TYPE_CHECKING:
    from typing import Any

SETTINGS = Settings("http://target.example")


@pytest.mark.parametrize(
    "changes",
    [
        {"budget": 200},
        {"rate": 60},
        {"timeout": 2.0},
        {"is_deep": True},
        {"is_strict": True},
        {"forbidden_token": ""},
        {"second_webhook_id": ""},
    ],
    ids=str,
)
def test_an_option_of_the_plan_changes_the_baseline(changes: dict[str, Any]) -> None:
    before, after = baseline(SETTINGS), baseline(replace(SETTINGS, **changes))

    assert before["sha256"] != after["sha256"]
    assert {name for name in before if before[name] != after[name]} == {"sha256", "plan"}


@pytest.mark.parametrize(
    "changes",
    [{"seed": 7}, {"target": "http://other.example"}, {"vendor": "Acme"}, {"environment": "sandbox"}, {"token": "x"}],
    ids=str,
)
def test_whom_and_with_which_seed_one_judges_is_not_in_the_baseline(changes: dict[str, Any]) -> None:
    assert baseline(SETTINGS) == baseline(replace(SETTINGS, **changes))

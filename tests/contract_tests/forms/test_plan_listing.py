"""The printed plan: what it tells, and that it sends nothing."""

from __future__ import annotations

import re
import socket

import pytest

from user_webhook_api.requirements import requirements
from user_webhook_contract.__main__ import main
from user_webhook_contract.cases.dry_run import dry_run, uncovered
from user_webhook_contract.cases.factory import CaseFactory
from user_webhook_contract.cases.reference_target import ReferenceTarget
from user_webhook_contract.forms.plan_listing import budget_warning, plan_lines
from user_webhook_contract.settings import DEFAULT_FORBIDDEN_TOKEN, DEFAULT_TOKEN, Settings

PLACEHOLDER_TARGET = "http://target.example"


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the plan opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.usefixtures("no_network")
def test_prints_the_plan_without_a_target(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TARGET", raising=False)

    assert main(["--plan"]) == 0

    printed = capsys.readouterr().out
    assert "   1  what is stored in the webhook" in printed
    assert DEFAULT_TOKEN not in printed
    assert DEFAULT_FORBIDDEN_TOKEN not in printed


def test_lists_no_more_requests_than_the_budget_has_room_for() -> None:
    planned = list(dry_run(Settings(PLACEHOLDER_TARGET, budget=30)))

    assert [one.number for one in planned] == list(range(1, 27))


def test_proves_every_tested_must_within_the_usual_budget() -> None:
    proved = {row for one in dry_run(Settings(PLACEHOLDER_TARGET)) for row in one.proves}

    assert {row.id for row in requirements() if row.level == "must" and not row.not_tested} <= proved


def test_names_what_a_small_budget_leaves_out() -> None:
    settings = Settings(PLACEHOLDER_TARGET, budget=10)

    assert "R-502" in uncovered(settings)
    assert re.fullmatch(
        r"--budget=10 is too small for \d+ requirements, such as R-\d+: not run, unless other responses show them\.",
        budget_warning(settings),
    )
    assert budget_warning(settings) in list(plan_lines(settings))


def test_warns_of_nothing_at_the_usual_budget() -> None:
    assert not budget_warning(Settings(PLACEHOLDER_TARGET))


def test_shows_no_secret_of_the_plan() -> None:
    text = "\n".join(plan_lines(Settings(PLACEHOLDER_TARGET, budget=300)))

    for one in dry_run(Settings(PLACEHOLDER_TARGET, budget=300)):
        for word in (one.case.request.body or b"").decode(errors="replace").split('"'):
            if len(word) == 32 and word.isalnum():
                assert word not in text


def test_changes_with_the_seed() -> None:
    assert list(plan_lines(Settings(PLACEHOLDER_TARGET, seed=1))) != list(
        plan_lines(Settings(PLACEHOLDER_TARGET, seed=2))
    )


def test_repeats_with_the_same_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    # The mark is another one in each run; the seed decides everything else.
    monkeypatch.setattr("user_webhook_contract.cases.factory.new_mark", lambda: "00c0ffee")
    first, second = (list(plan_lines(Settings(PLACEHOLDER_TARGET, seed=1))) for _ in range(2))

    assert first == second


def test_models_a_target_that_holds_the_known_webhooks() -> None:
    factory = CaseFactory(Settings(PLACEHOLDER_TARGET))
    case = factory.case("an update", {"events": ["all"]})

    response = ReferenceTarget(factory.known_ids).respond(case.judgement)

    assert response.status == 201
    assert response.json["data"]["events"] == ["all"]

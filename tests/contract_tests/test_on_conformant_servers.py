from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from servers.conformant import launch
from support.mock_process import running
from support.slow import some
from support.suite_runs import failed, run, told
from support.tools import missing
from user_webhook_api.choices import choices
from user_webhook_contract.forms.writer import write_files
from user_webhook_contract.report.conformance import conformance

if TYPE_CHECKING:
    from pathlib import Path

    from user_webhook_contract.results.run import Run

pytestmark = pytest.mark.slow

SLOW = {"fastapi-slow-stream"}
SEEDS = (0, 1)
UNSEEN = {"other_methods"}
"""Choices that no PATCH shows."""


def assert_no_alarm(found: Run, budget: int, name: str = "") -> None:
    """Fail where a run accuses the conformant server *name*, by a requirement of level should, too, or says nothing."""
    # A server that accepts secrets of any type may show them as they are, which the suite advises against, or as strings.
    remarks = {"R-109"} & failed(found) if observed(found)["secret_items"] == "any" else set()
    remarks |= {"R-110"} if name.endswith("canonical") else set()
    assert failed(found) == remarks, told(found)
    assert (found.verdict.value, found.stopped) == ("non-conformant" if remarks else "conformant", ""), told(found)
    assert found.requests_sent <= budget


@pytest.mark.parametrize("seed", some(SEEDS, 2))
@pytest.mark.parametrize("name", [*launch.variants(), *launch.contested()])
def test_no_conformant_server_is_accused_within_the_usual_budget(name: str, seed: int) -> None:
    if reason := launch.unavailable(name):
        missing(reason)
    with launch.running(name) as target:
        assert_no_alarm(run(target, seed=seed, is_strict=True), 100, name)


@pytest.mark.parametrize("name", some([name for name in launch.variants() if name not in SLOW], 8))
def test_no_conformant_server_is_accused_by_a_longer_run(name: str) -> None:
    if reason := launch.unavailable(name):
        missing(reason)
    with launch.running(name) as target:
        assert_no_alarm(run(target, budget=300, seed=len(name), is_strict=True), 300, name)


def combinations(count: int = 30) -> list[dict[str, Any]]:
    """Return *count* sets of choices that between them hold nearly every pair of values; the same each time."""
    rng = random.Random(30)  # noqa: S311  to be repeated, not to be secret
    rows = [{choice.name: rng.choice(choice.values) for choice in choices()} for _ in range(20 * count)]
    chosen: list[dict[str, Any]] = []
    seen: set[frozenset[tuple[str, Any]]] = set()
    for _ in range(count):
        best = max(rows, key=lambda row: len(pairs(row) - seen))
        rows.remove(best)
        chosen.append(best)
        seen |= pairs(best)
    return chosen


def pairs(row: dict[str, Any]) -> set[frozenset[tuple[str, Any]]]:
    items = list(row.items())
    return {frozenset((one, other)) for number, one in enumerate(items) for other in items[number + 1 :]}


def test_the_combinations_hold_every_pair_of_values() -> None:
    rows = combinations()
    every = {
        frozenset(((one.name, first), (other.name, second)))
        for number, one in enumerate(choices())
        for other in choices()[number + 1 :]
        for first in one.values
        for second in other.values
    }

    assert len(rows) == 30
    assert every - set().union(*map(pairs, rows)) == set()


def observed(found: Run) -> dict[str, Any]:
    return {name: value for name, value in found.observations.values(found.history).items() if name not in UNSEEN}


def played(chosen: dict[str, Any]) -> dict[str, Any]:
    whole = {**{choice.name: choice.default for choice in choices()}, **chosen}
    if whole["null_secrets"] == whole["omitted_secrets"]:
        # The same by another name.
        whole["null_secrets"] = "as_omitted"
    return {name: value for name, value in whole.items() if name not in UNSEEN}


def wrongly_observed(found: Run, chosen: dict[str, Any]) -> dict[str, Any]:
    """Return what was seen but is not played; what was not seen is another matter."""
    truth = played(chosen)
    return {name: value for name, value in observed(found).items() if value not in {"unknown", truth[name]}}


@pytest.mark.parametrize("number", some(range(30), 5))
def test_the_mock_is_conformant_under_a_combination_and_shows_no_other(number: int) -> None:
    chosen = combinations()[number]
    with running(**chosen) as mock:
        found = run(f"http://{mock.host}:{mock.port}", seed=number, is_strict=True)

    assert_no_alarm(found, 100)
    assert wrongly_observed(found, chosen) == {}


@pytest.mark.parametrize("number", some(range(0, 30, 10), 3))
def test_the_observed_choices_played_again_are_observed_again(number: int, tmp_path: Path) -> None:
    with running(**combinations()[number]) as mock:
        found = run(f"http://{mock.host}:{mock.port}", report_dir=tmp_path)
    write_files(conformance(found), tmp_path)
    written = yaml.safe_load((tmp_path / "observed-choices.yaml").read_text())
    with running(**written) as mock:
        again = run(f"http://{mock.host}:{mock.port}", seed=77)

    assert observed(again) == observed(found)
    assert written["other_methods"] == "unknown"

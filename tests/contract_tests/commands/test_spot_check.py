from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest

from support.relay import PASS, Relay, Reply
from support.report_runs import report_of
from support.suite_runs import FIRST, SECOND, call
from user_webhook_contract.commands.spot_check import Answer, SpotCheck
from user_webhook_contract.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from servers.faulty import FaultyServers

FAULT = "answers-401-with-error"


@pytest.fixture(scope="module")
def faulty(servers: FaultyServers) -> dict[str, Any]:
    return report_of(servers.url(FAULT))


@pytest.fixture(scope="module")
def correct(servers: FaultyServers) -> dict[str, Any]:
    return report_of(servers.url("correct"))


def checked(report: dict[str, Any], target: str, count: int = 50, seed: int = 0) -> SpotCheck:
    """Check requests of a report, as its file holds it, without a limit of the rate."""
    settings = Settings(target, rate=0, timeout=5.0)
    chance = random.Random(seed)  # noqa: S311  to be repeated, not to be secret
    return SpotCheck(json.loads(json.dumps(report)), settings, count, chance)


@pytest.mark.parametrize("name", ["correct", FAULT, "reverses-given-secrets", "answers-404-as-html"])
def test_the_same_server_answers_as_in_its_report(name: str, servers: FaultyServers) -> None:
    found = checked(report_of(servers.url(name)), servers.url(name))

    assert [one for one in found.checked if one.answer is Answer.OTHERWISE] == []
    assert found.exit_status == 0


def test_a_fault_that_the_report_has_is_the_same(faulty: dict[str, Any], servers: FaultyServers) -> None:
    lines = list(checked(faulty, servers.url(FAULT), count=2).lines())

    assert any("the same, status 401, and breaks R-604 as in the report." in line for line in lines)
    assert lines[-1].startswith("2 the same; ")


def test_a_fault_that_the_report_has_not_is_told(correct: dict[str, Any], servers: FaultyServers) -> None:
    found = checked(correct, servers.url(FAULT))
    told = [line for line in found.lines() if "otherwise" in line]

    assert found.exit_status == 1
    assert "otherwise, status 401: the report says that R-604 is kept, but received " in told[0]


def test_another_status_is_told(correct: dict[str, Any], servers: FaultyServers) -> None:
    found = checked(correct, servers.url("authorises-everyone"))

    assert found.exit_status == 1
    assert any("status 401 in the report, status 201 now" in line for line in found.lines())


def test_a_wrong_status_that_was_fixed_is_told(servers: FaultyServers) -> None:
    found = checked(report_of(servers.url("authorises-everyone")), servers.url("correct"))

    assert found.exit_status == 1
    assert any("status 201 in the report, status 401 now: it was fixed, or depends" in line for line in found.lines())


def test_a_fault_that_was_fixed_is_told(faulty: dict[str, Any], servers: FaultyServers) -> None:
    lines = list(checked(faulty, servers.url("correct"), count=2).lines())

    assert any("otherwise, status 401: the report says that R-604 is broken; it was fixed, or " in one for one in lines)


def test_a_state_that_is_lost_is_not_compared_where_it_depends_on_other_requests(servers: FaultyServers) -> None:
    report = report_of(servers.url("writes-the-url-when-refused"))

    found = checked(report, servers.url("correct"))

    assert any(
        one.answer is Answer.UNTOLD and "depends on the requests before it" in one.words for one in found.checked
    )
    assert [one for one in found.checked if one.answer is Answer.OTHERWISE] == []


def test_broken_and_kept_requests_are_chosen(faulty: dict[str, Any], servers: FaultyServers) -> None:
    named = {one["request"] for row in faulty["requirements"] for one in row["failures"]}

    found = checked(faulty, servers.url(FAULT), count=4)

    assert sum(one.number in named for one in found.checked) == 2
    assert len(found.checked) == 4


def test_chance_decides_which_requests_are_sent(correct: dict[str, Any], servers: FaultyServers) -> None:
    chosen = {
        tuple(one.number for one in checked(correct, servers.url("correct"), 3, seed).checked) for seed in range(4)
    }

    assert len(chosen) > 1


def test_few_requests_are_sent_and_the_webhooks_are_put_back(correct: dict[str, Any], servers: FaultyServers) -> None:
    with Relay(servers.url("correct"), lambda *_: PASS) as relay:
        found = checked(correct, relay.url, count=3)

    assert len(relay.seen) == found.sent <= 3 + 2 * 5
    assert {one.method for one in relay.seen} == {"PATCH"}
    assert any("the url is put back" in line for line in found.lines())


def test_nothing_is_sent_to_a_webhook_that_was_not_given(correct: dict[str, Any], servers: FaultyServers) -> None:
    with Relay(servers.url("correct"), lambda *_: PASS) as relay:
        found = SpotCheck(json.loads(json.dumps(correct)), Settings(relay.url, rate=0, second_webhook_id=""), 50)

    assert not any(one.path.endswith(SECOND) for one in relay.seen)
    assert any(f"the webhook '{SECOND}' was not given" in line for line in found.lines())
    assert any(one.path.endswith(FIRST) for one in relay.seen)


def test_a_host_that_no_run_makes_up_is_not_sent(correct: dict[str, Any], servers: FaultyServers) -> None:
    report = json.loads(json.dumps(correct))
    for one in report["exchanges"]:
        one["request"]["body"] = {"kind": "json", "value": {"events": ["all"], "url": "https://somebody.com/hook"}}

    found = checked(report, servers.url("correct"))

    assert (found.checked, found.exit_status) == ([], 2)
    assert any("its url is not one that the suite makes up" in line for line in found.lines())


def test_a_target_that_breaks_down_is_told(correct: dict[str, Any], servers: FaultyServers) -> None:
    with Relay(servers.url("correct"), lambda number, _: PASS if number <= 6 else Reply(500, b"{}", {})) as relay:
        found = checked(correct, relay.url, count=5)

    assert found.exit_status == 1


def test_a_report_of_another_kit_is_told(correct: dict[str, Any], servers: FaultyServers) -> None:
    report = {**correct, "baseline": {**correct["baseline"], "code": "0" * 64}}

    first, *_ = checked(report, servers.url("correct"), count=1).lines()

    assert first.startswith("Another version of the kit made the report")


def test_the_command_compares_ten_requests(correct: dict[str, Any], servers: FaultyServers, tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text(json.dumps(correct), encoding="utf-8")

    status, output, errors = call(["spot-check", "report.json", "--target", servers.url("correct")], tmp_path)

    assert (status, errors) == (0, "")
    assert output.splitlines()[-1].startswith("10 the same; ")
    assert "valid-token" not in output


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--requests", "0"], "--requests='0' must be a whole number from 1 to 50."),
        (["--requests", "51"], "--requests='51' must be a whole number from 1 to 50."),
        (["--requests", "many"], "--requests='many' must be a whole number from 1 to 50."),
        (["--webhook-id", SECOND], "is not the webhook of the report"),
        ([], "cannot be reached"),
    ],
    ids=str,
)
def test_a_spot_check_that_cannot_be_is_one_line(
    options: list[str], words: str, correct: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "report.json").write_text(json.dumps(correct), encoding="utf-8")

    status, output, errors = call(["spot-check", "report.json", "--target", "http://127.0.0.1:9", *options], tmp_path)

    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert words in errors

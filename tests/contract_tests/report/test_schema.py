from __future__ import annotations

import copy
import json
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

import user_webhook_contract
from support.relay import PASS, Relay
from support.report_runs import report_of
from support.suite_runs import command, finish, start
from user_webhook_contract.forms.writer import write_files
from user_webhook_contract.report.content_hash import is_intact, with_content_hash

if TYPE_CHECKING:
    from collections.abc import Callable

    from servers.faulty import FaultyServers

SCHEMA = json.loads((Path(user_webhook_contract.__file__).parent / "report" / "conformance.schema.json").read_text())
VALIDATOR = jsonschema_rs.Draft202012Validator(SCHEMA, validate_formats=True)

WAIVERS = "- {id: R-604, reason: known, expires: 2999-01-01}\n- {id: R-101, reason: not needed, expires: 2999-01-01}\n"


@pytest.fixture(scope="module")
def short(mock: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the report of ten requests to the mock, as the command writes it."""
    folder = tmp_path_factory.mktemp("short")
    command(["--target", mock, "--budget", 10], folder)
    return report_in(folder)


def report_in(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "reports" / "conformance.json").read_text(encoding="utf-8")))


def assert_whole(report: dict[str, Any], verdict: str) -> None:
    assert [(error.instance_path, error.message) for error in VALIDATOR.iter_errors(report)] == []
    assert (report["verdict"], is_intact(report)) == (verdict, True)
    numbers = {one["number"] for one in report["exchanges"]}
    rows = report["requirements"]
    assert {one["request"] for row in rows for one in row["failures"]} <= numbers
    assert {row["first_proof"] for row in rows} - {None} <= numbers


@pytest.mark.parametrize(
    ("arguments", "verdict"),
    [
        pytest.param([], "conformant", id="by the defaults"),
        pytest.param(["--budget", 4], "inconclusive", id="four requests"),
        pytest.param(["--deep", "--budget", 300, "--rate", 0], "conformant", id="deep, 300 requests"),
        pytest.param(["--forbidden-token", "", "--second-webhook-id", ""], "inconclusive", id="one webhook"),
        pytest.param(["--strict", "--no-restore", "--vendor", "<é\u2028>"], "conformant", id="strict"),
    ],
)
def test_a_report_on_the_mock_keeps_its_schema(
    mock: str, arguments: list[object], verdict: str, tmp_path: Path
) -> None:
    _, output, errors = command(["--target", mock, *arguments], tmp_path)

    assert errors == "", output
    assert_whole(report_in(tmp_path), verdict)


@pytest.mark.parametrize(
    "name",
    [
        "answers-401-with-error",
        "answers-400-with-truncated-json",
        "answers-404-as-html",
        "answers-500-for-201",
        "crashes-on-a-lone-surrogate",
        "drops-the-connection-on-malformed-json",
        "authorises-everyone",
        "reverses-given-secrets",
        "writes-the-url-when-refused",
    ],
)
def test_a_report_on_a_faulty_server_keeps_its_schema(servers: FaultyServers, name: str, tmp_path: Path) -> None:
    _, trouble = write_files(report_of(servers.url(name), timeout=2.0), tmp_path)

    assert trouble == ""
    assert_whole(json.loads((tmp_path / "conformance.json").read_text(encoding="utf-8")), "non-conformant")


def test_a_report_with_waivers_keeps_its_schema(servers: FaultyServers, tmp_path: Path) -> None:
    (tmp_path / "waivers.yaml").write_text(WAIVERS)
    arguments = ["--target", servers.url("answers-401-with-error"), "--waivers", "waivers.yaml"]
    _, output, errors = command(arguments, tmp_path)
    report = report_in(tmp_path)

    assert errors == "", output
    assert [one["id"] for one in report["waivers"]] == ["R-604", "R-101"]
    assert_whole(report, "conformant")


def test_a_report_of_a_stopped_run_keeps_its_schema(mock: str, tmp_path: Path) -> None:
    def interrupt(count: int, _: object) -> str:
        if count == 12:
            process.send_signal(signal.SIGINT)
        return PASS

    with Relay(mock, interrupt) as relay:
        process = start(["--target", relay.url, "--budget", 5000, "--rate", 0], tmp_path)
        _, output, errors = finish(process)
    report = report_in(tmp_path)

    assert errors == "", output
    assert "interrupted" in report["stopped"]
    assert_whole(report, "inconclusive")


def test_a_report_of_a_target_that_went_down_keeps_its_schema(mock: str, tmp_path: Path) -> None:
    with Relay(mock, lambda number, _: PASS if number < 20 else "drop") as relay:
        _, output, errors = command(["--target", relay.url, "--timeout", 2], tmp_path)
    report = report_in(tmp_path)

    assert errors == "", output
    assert "got no response" in report["stopped"]
    assert_whole(report, "inconclusive")


def _drop(report: dict[str, Any]) -> None:
    del report["document"]


def _add(report: dict[str, Any]) -> None:
    report["requirements"][0]["more"] = 1


def _retype(report: dict[str, Any]) -> None:
    report["exchanges"][0]["request"]["webhook_id"] = 1


def _unhash(report: dict[str, Any]) -> None:
    report["document"]["sha256"] = "0"


@pytest.mark.parametrize("change", [_drop, _add, _retype, _unhash], ids=["drop", "add", "retype", "unhash"])
def test_the_schema_refuses_another_form(short: dict[str, Any], change: Callable[[dict[str, Any]], None]) -> None:
    report = copy.deepcopy(short)
    assert VALIDATOR.is_valid(report)
    change(report)

    assert not VALIDATOR.is_valid(report)
    assert not is_intact(report)


def test_the_seal_is_broken_by_any_change_and_whole_again_after_a_new_one(short: dict[str, Any]) -> None:
    other = copy.deepcopy(short)
    other["course"][0][3] = 500

    assert (is_intact(short), is_intact(other), is_intact(with_content_hash(other))) == (True, False, True)

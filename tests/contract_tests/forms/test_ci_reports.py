"""What a CI server makes of a run: JUnit, SARIF, summary and annotations tell the same truth."""

from __future__ import annotations

import copy
import json
import subprocess
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest

from support.report_readers import jenkins_schema, rendered
from support.report_runs import report_of
from support.suite_runs import command
from support.tools import needed
from user_webhook_api.requirements import requirements
from user_webhook_contract.forms.github import MAX_ANNOTATIONS, workflow_commands
from user_webhook_contract.forms.junit import junit
from user_webhook_contract.forms.sarif import sarif
from user_webhook_contract.forms.summary import summary
from user_webhook_contract.forms.writer import NAMES
from user_webhook_contract.report.conformance import conformance
from user_webhook_contract.runner.runner import Runner
from user_webhook_contract.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from servers.faulty import FaultyServers

NOBODY = "http://127.0.0.1:9"
DOWN = f"--target='{NOBODY}' cannot be reached: the connection is refused. Start the target, or check host and port."
READ_BY_GITLAB = {"name", "classname", "time"}
"""Attributes of a case that Jenkins' schema allows and GitLab's parser reads, or does without."""


@pytest.fixture(scope="module")
def unreachable() -> dict[str, Any]:
    return conformance(Runner(Settings(NOBODY))())


@pytest.fixture(scope="module")
def faulty(servers: FaultyServers) -> dict[str, Any]:
    return report_of(servers.url("answers-401-with-error"))


@pytest.fixture(scope="module")
def conformant(servers: FaultyServers) -> dict[str, Any]:
    return report_of(servers.url("correct"))


@pytest.fixture(scope="module")
def short(servers: FaultyServers) -> dict[str, Any]:
    """Return the report of a run that was too short for a verdict."""
    return report_of(servers.url("correct"), budget=10)


def suite(report: dict[str, Any]) -> ET.Element:
    [found] = ET.fromstring(junit(report))  # noqa: S314  our own text
    return found


def invocation(report: dict[str, Any]) -> dict[str, Any]:
    [run] = json.loads(sarif(report))["runs"]
    [found] = run["invocations"]
    return dict(found)


def test_an_unreachable_target_is_an_error_in_junit(unreachable: dict[str, Any]) -> None:
    found = suite(unreachable)
    error = found[0].find("error")

    assert (found.get("errors"), found.get("failures"), found.get("skipped")) == ("1", "0", str(len(requirements())))
    assert found[0].get("name") == "The target was judged"
    assert error is not None
    assert (error.get("message"), error.text) == (DOWN, DOWN)


def test_a_run_that_was_too_short_is_an_error_in_junit(short: dict[str, Any]) -> None:
    error = suite(short).find("testcase/error")

    assert error is not None
    assert "requirements were not tested. R-" in (error.text or "")


@pytest.mark.parametrize(("name", "failures"), [("faulty", "1"), ("conformant", "0")])
def test_a_run_that_judges_is_no_error_in_junit(name: str, failures: str, request: pytest.FixtureRequest) -> None:
    found = suite(request.getfixturevalue(name))

    assert (found.get("errors"), found.get("failures")) == ("0", failures)
    assert [len(found[0]), found[0].get("name")] == [0, "The target was judged"]


def test_a_case_of_junit_is_named_for_its_requirement(faulty: dict[str, Any]) -> None:
    [failing] = [case for case in suite(faulty) if case.find("failure") is not None]

    assert failing.get("name") == "R-604 A 401 has the documented body"
    assert failing.get("classname") == "user-webhook-contract.Error bodies"


@pytest.mark.parametrize("name", ["unreachable", "faulty", "conformant", "short"])
def test_junit_has_what_jenkins_and_gitlab_read_and_nothing_else(name: str, request: pytest.FixtureRequest) -> None:
    report = request.getfixturevalue(name)
    cases = list(suite(report))

    assert {case.tag for case in cases} == {"testcase"}
    assert {attribute for case in cases for attribute in case.attrib} == READ_BY_GITLAB
    assert {outcome.tag for case in cases for outcome in case} <= {"failure", "error", "skipped"}
    assert len({case.get("name") for case in cases}) == len(cases)
    assert "test_conformance" not in junit(report)


@pytest.fixture(scope="module")
def waived(servers: FaultyServers, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    file = tmp_path_factory.mktemp("waivers") / "waivers.yaml"
    file.write_text("- {id: R-604, reason: old clients, expires: 2999-12-31}\n", encoding="utf-8")
    return report_of(servers.url("answers-401-with-error"), waivers=file)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["unreachable", "faulty", "conformant", "short", "waived"])
def test_junit_keeps_the_schema_of_jenkins(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"
    file.write_text(junit(request.getfixturevalue(name)), encoding="utf-8")

    assert jenkins_says(file) == 0


@pytest.mark.slow
def test_the_schema_of_jenkins_refuses_the_properties_of_a_case(faulty: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"
    file.write_text(junit(faulty).replace("<failure", "<properties /><failure"), encoding="utf-8")

    assert jenkins_says(file) == 3


def jenkins_says(file: Path) -> int:
    """Return 0 if *file* keeps the schema, else 3."""
    check = [needed("xmllint"), "--noout", "--schema", str(jenkins_schema()), str(file)]
    return subprocess.run(check, capture_output=True, check=False).returncode


def test_an_unreachable_target_is_an_unsuccessful_run_in_sarif(unreachable: dict[str, Any]) -> None:
    assert invocation(unreachable) == {
        "executionSuccessful": False,
        "exitCode": 2,
        "toolExecutionNotifications": [{"level": "error", "message": {"text": DOWN}}],
    }


def test_a_run_that_judges_is_successful_in_sarif(faulty: dict[str, Any], conformant: dict[str, Any]) -> None:
    assert invocation(conformant) == {"executionSuccessful": True, "exitCode": 0, "toolExecutionNotifications": []}
    assert invocation(faulty) == {"executionSuccessful": True, "exitCode": 1, "toolExecutionNotifications": []}


def test_a_run_that_was_stopped_after_a_failure_is_successful_with_a_warning(faulty: dict[str, Any]) -> None:
    stopped = invocation({**faulty, "stopped": "The run was interrupted."})

    assert stopped["executionSuccessful"] is True
    assert stopped["toolExecutionNotifications"] == [
        {"level": "warning", "message": {"text": "The run was interrupted."}}
    ]


def test_the_summary_of_an_unreachable_target_is_one_line(unreachable: dict[str, Any]) -> None:
    assert summary(unreachable).count("\n") == 1
    assert rendered(summary(unreachable)).text.strip() == f"INCONCLUSIVE {NOBODY}: {DOWN}"


def test_the_summary_has_one_line_for_each_reason(short: dict[str, Any]) -> None:
    rows = [row for row in short["requirements"] if row["verdict"] == "not-run" and row["is_tested"]]
    lines = [line for line in summary(short).splitlines() if line.startswith("- ")]

    assert len(lines) == len({row["why"] for row in rows}) < len(rows)
    assert all(any(row["id"] in line for line in lines) for row in rows)


def test_an_annotation_has_the_reason_of_an_inconclusive_run(unreachable: dict[str, Any]) -> None:
    assert workflow_commands(unreachable) == f"::error title=Inconclusive::Nothing is said against the target. {DOWN}\n"


def test_an_annotation_says_what_to_fix(faulty: dict[str, Any], conformant: dict[str, Any]) -> None:
    assert workflow_commands(conformant) == ""
    assert workflow_commands(faulty) == (
        "::error title=R-604 A 401 has the documented body::"
        'Seen in 11 requests. Answer exactly {"message": "Unauthorized", "statusCode": 401}.\n'
    )


def test_a_broken_recommendation_is_a_warning(servers: FaultyServers) -> None:
    assert workflow_commands(report_of(servers.url("refuses-a-charset"))).startswith("::warning title=R-")


def test_what_a_target_says_adds_no_command(unreachable: dict[str, Any]) -> None:
    hostile = workflow_commands({**unreachable, "stopped": "100% up\r\n::error::hostile\x1b[31m"})

    assert hostile.splitlines() == [
        "::error title=Inconclusive::Nothing is said against the target. 100%25 up\\r\\n::error::hostile\\x1b[31m"
    ]


def test_what_github_would_drop_is_counted(faulty: dict[str, Any]) -> None:
    many = copy.deepcopy(faulty)
    [row] = [one for one in many["requirements"] if one["verdict"] == "fail"]
    for number in range(20):
        failures = [{**row["failures"][0], "received": f"another cause {number}"}]
        many["requirements"].append({**row, "id": f"R-9{number:02}", "failures": failures})

    lines = workflow_commands(many).splitlines()
    assert len(lines) == MAX_ANNOTATIONS
    assert lines[-1] == "::error title=More failures::12 more are in the report."


def test_a_title_of_an_annotation_is_escaped(faulty: dict[str, Any]) -> None:
    changed = copy.deepcopy(faulty)
    [row] = [one for one in changed["requirements"] if one["verdict"] == "fail"]
    row["title"] = "a: b, c 5%"

    assert workflow_commands(changed).startswith("::error title=R-604 a%3A b%2C c 5%25::")


def test_a_run_removes_the_report_of_the_run_before(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    for name in (*NAMES, "mine.txt"):
        (folder / name).write_text("of the run before")
    status, _, errors = command(["--target", NOBODY, "--waivers", "missing.yaml"], tmp_path)

    assert status == 2
    assert "missing.yaml" in errors
    assert [file.name for file in folder.iterdir()] == ["mine.txt"]


def test_a_log_is_not_folded(servers: FaultyServers, tmp_path: Path) -> None:
    _, output, _ = command(["--target", servers.url("answers-401-with-error")], tmp_path, COLUMNS="")
    lines = output.splitlines()
    [sent] = [line for line in lines if line.startswith("  Sent")]

    assert sent.startswith("  Sent        request ")
    assert [line for line in lines if line != line.rstrip()] == []
    assert all(len([line for line in lines if line.startswith(word)]) == 1 for word in ("Choices seen", "Reports"))


def test_columns_fold_a_log(servers: FaultyServers, tmp_path: Path) -> None:
    _, output, _ = command(["--target", servers.url("answers-401-with-error")], tmp_path, COLUMNS="100")
    [sent] = [line for line in output.splitlines() if line.startswith("  Sent")]

    assert len(sent) <= 100

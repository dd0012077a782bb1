from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest

from servers.faulty import FaultyServers
from support.report_readers import sarif_schema
from support.report_runs import report_of
from support.suite_runs import command
from user_webhook_contract.forms.junit import junit
from user_webhook_contract.forms.sarif import sarif

if TYPE_CHECKING:
    from pathlib import Path

WAIVER = """\
- id: R-604
  reason: Old clients read the error field.
  expires: 2999-12-31
  approved_by: API board
  link: https://tracker.example/42
"""


@pytest.fixture(scope="module")
def waivers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("waivers") / "waivers.yaml"
    file.write_text(WAIVER, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def waived(waivers: Path) -> dict[str, Any]:
    with FaultyServers() as servers:
        return report_of(servers.url("answers-401-with-error"), waivers=waivers)


@pytest.fixture(scope="module")
def failing() -> dict[str, Any]:
    with FaultyServers() as servers:
        return report_of(servers.url("answers-401-with-error"))


def sarif_run(report: dict[str, Any]) -> dict[str, Any]:
    [found] = json.loads(sarif(report))["runs"]
    return dict(found)


def test_junit_counts_the_waivers(waived: dict[str, Any]) -> None:
    [suite] = ET.fromstring(junit(waived))  # noqa: S314  our own text
    found = {one.get("name"): one.get("value") for one in suite.findall("properties/property")}

    assert found == {"verdict": "conformant with 1 waiver", "waivers": "1", "waived": "R-604"}


def test_junit_skips_what_is_waived_and_says_by_whom(waived: dict[str, Any]) -> None:
    suite = ET.fromstring(junit(waived))  # noqa: S314  our own text
    [message] = [one.get("message") for one in suite.iter("skipped") if (one.get("message") or "").startswith("waived")]

    assert message == (
        "waived: Old clients read the error field. (approved by API board, https://tracker.example/42, until 2999-12-31)"
    )


def test_junit_without_waivers_names_none(failing: dict[str, Any]) -> None:
    assert "<properties>" not in junit(failing)


def test_sarif_suppresses_what_is_waived_and_says_by_whom(waived: dict[str, Any]) -> None:
    [result] = sarif_run(waived)["results"]

    assert result["ruleId"] == "R-604"
    assert result["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "Old clients read the error field.",
            "properties": {
                "approved_by": "API board",
                "link": "https://tracker.example/42",
                "expires": "2999-12-31",
            },
        }
    ]


def test_sarif_counts_the_waivers(waived: dict[str, Any], failing: dict[str, Any]) -> None:
    assert sarif_run(waived)["properties"] == {"verdict": "conformant with 1 waiver", "waivers": 1}
    assert sarif_run(failing)["properties"] == {"verdict": "non-conformant", "waivers": 0}


def test_sarif_suppresses_nothing_that_fails(failing: dict[str, Any]) -> None:
    [result] = sarif_run(failing)["results"]

    assert "suppressions" not in result


def test_sarif_with_waivers_keeps_its_schema(waived: dict[str, Any]) -> None:
    assert [error.message for error in sarif_schema().iter_errors(json.loads(sarif(waived)))] == []


def test_a_run_with_no_waivers_lets_none_count(waivers: Path, tmp_path: Path) -> None:
    with FaultyServers() as servers:
        options = ["--target", servers.url("answers-401-with-error"), "--waivers", waivers]
        accepted, *_ = command(options, tmp_path)
        refused, output, errors = command([*options, "--no-waivers"], tmp_path)
    report = json.loads((tmp_path / "reports" / "conformance.json").read_text(encoding="utf-8"))

    assert (accepted, refused, errors) == (0, 1, "")
    assert f"--no-waivers: no waiver of {waivers} counts." in " ".join(output.split())
    assert (report["verdict"], report["counts"]["must"]["waived"], report["waivers"]) == ("non-conformant", 0, [])

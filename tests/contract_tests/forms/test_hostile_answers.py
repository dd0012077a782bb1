from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest
import yaml

from support.relay import PASS, Relay, Reply, Sent
from support.report_readers import rendered, sarif_schema
from support.slow import some
from support.suite_runs import command
from user_webhook_api.choices import choices
from user_webhook_api.requirements import requirements
from user_webhook_contract.commands.report_file import read_report
from user_webhook_contract.forms.junit import JUNIT
from user_webhook_contract.report.content_hash import is_intact

if TYPE_CHECKING:
    from pathlib import Path

JSON = {"Content-Type": "application/json"}

HOSTILE = {
    "a script": Reply(401, b'{"message": "<script>alert(1)</script>", "statusCode": 401}', JSON),
    "an image": Reply(401, b'"><img src=x onerror=alert(1)>', {"Content-Type": "text/html"}),
    "escapes of a terminal": Reply(401, b'{"message": "\x1b[2J\\u001b[31mred\\u0007"}', JSON),
    "control characters": Reply(401, bytes(range(32)), JSON),
    "the end of CDATA": Reply(401, b'{"message": "]]>]]&gt;</failure>&#0;"}', JSON),
    "a lone surrogate": Reply(401, b'{"message": "\\ud800", "\\udfff": "\\udc00\\ud800"}', JSON),
    "characters outside XML": Reply(401, '{"message": "\ufffe\uffff\U0010ffff"}'.encode(), JSON),
    "a change of direction": Reply(401, '{"message": "\u202edesrever\u2066"}'.encode(), JSON),
    "binary": Reply(401, bytes(range(256)) * 8, {"Content-Type": "application/octet-stream"}),
    "no UTF-8": Reply(401, b'{"message": "\xff\xfe\xc3"}', JSON),
    "five megabytes": Reply(401, b'{"message": "' + b"a" * 5_000_000 + b'"}', JSON),
    "deep nesting": Reply(401, b"[" * 50_000 + b"]" * 50_000, JSON),
    "a number of many digits": Reply(401, b'{"statusCode": ' + b"9" * 10_000 + b"}", JSON),
    "no number": Reply(401, b'{"statusCode": NaN, "message": -Infinity}', JSON),
    "a number without bound": Reply(401, b'{"statusCode": 1e999, "message": ' + b"9" * 400 + b"}", JSON),
    "long headers": Reply(401, b"{}", {**JSON, **{f"X-{number}": "<&]]>" * 100 for number in range(60)}}),
    "odd headers": Reply(401, b"{}", {**JSON, "X-Odd": "\x01\x1b[31m\xff", "X-<script>": "]]>"}),
    "markup of Markdown": Reply(
        401, b'{"message": "| a | ` ``` ![x](http://example.com) @you #1 www.example.com"}', JSON
    ),
    "commands of a runner": Reply(401, b'{"message": "\\n::error::hostile\\n##[error]hostile"}', JSON),
    "placeholders": Reply(401, b'{"message": "{0} {{1}} [link](1) %s ${TOKEN} $(id)"}', JSON),
    "YAML": Reply(401, b'{"message": "!!python/object:os.system\\n- &a *a"}', JSON),
}


@pytest.fixture(scope="module", params=some(HOSTILE, 3))
def folder(request: pytest.FixtureRequest, mock: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a report on a target that is right, but for its hostile answers to a missing token."""
    response, place = HOSTILE[request.param], tmp_path_factory.mktemp("run")

    def behave(_number: int, sent: Sent) -> str | Reply:
        return PASS if sent.headers.get("authorization") else response

    with Relay(mock, behave) as relay:
        status, output, errors = command(["--target", relay.url, "--budget", 20], place)
    assert (status, errors) == (1, ""), output
    assert "Traceback" not in output
    assert [one for one in output if not one.isprintable() and one != "\n"] == []
    return place / "reports"


def test_every_form_of_the_report_can_be_read_back(folder: Path) -> None:
    report = read_report(folder / "conformance.json")
    failing = {row["id"] for row in report["requirements"] if row["verdict"] == "fail"}
    sarif = json.loads((folder / "results.sarif").read_text(encoding="utf-8"))
    cases = list(ET.parse(folder / JUNIT).getroot().iter("testcase"))  # noqa: S314  our own file
    page = rendered((folder / "summary.md").read_text(encoding="utf-8"))
    badge = ET.parse(folder / "badge.svg").getroot()  # noqa: S314  our own file
    choice = yaml.safe_load((folder / "observed-choices.yaml").read_text(encoding="utf-8"))

    assert is_intact(report)
    assert failing & {"R-603", "R-604"}
    assert {result["ruleId"] for result in sarif["runs"][0]["results"]} == failing
    assert {case.get("name", "")[:5] for case in cases if case.find("failure") is not None} == failing
    assert len(cases) == len(requirements()) + 1
    assert set(page.elements) <= {"h2", "p", "table", "thead", "tbody", "tr", "th", "td", "strong", "code", "ul", "li"}
    assert badge.tag == "{http://www.w3.org/2000/svg}svg"
    assert json.loads((folder / "badge.json").read_text())["message"] == f"non-conformant, {len(failing)} failing"
    assert set(choice) == {one.name for one in choices()}


def test_no_file_of_the_report_grows_with_the_answers(folder: Path) -> None:
    sizes = {file.name: file.stat().st_size for file in folder.iterdir()}

    assert max(sizes.values()) < 1_000_000, sizes
    assert sizes["summary.md"] < 20_000


@pytest.mark.node
def test_sarif_keeps_its_schema_whatever_was_answered(folder: Path) -> None:
    assert [
        error.message for error in sarif_schema().iter_errors(json.loads((folder / "results.sarif").read_text()))
    ] == []

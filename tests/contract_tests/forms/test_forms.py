from __future__ import annotations

import copy
import json
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest

from support.report_readers import ROOT, rendered, sarif_schema
from support.report_runs import report_of
from support.suite_runs import command
from user_webhook_api.requirements import requirements
from user_webhook_contract.forms.badge import COLOURS, LABEL_COLOUR, badge_json, badge_svg
from user_webhook_contract.forms.sarif import sarif
from user_webhook_contract.forms.summary import MAX_CELL, escaped, summary

if TYPE_CHECKING:
    from pathlib import Path

    from servers.faulty import FaultyServers

FAULT = "answers-401-with-error"


@pytest.fixture(scope="module")
def report(servers: FaultyServers) -> dict[str, Any]:
    """Return the report on a server that breaks R-604 and nothing else."""
    return report_of(servers.url(FAULT))


@pytest.fixture(scope="module")
def conformant(servers: FaultyServers) -> dict[str, Any]:
    return report_of(servers.url("correct"))


def results(report: dict[str, Any]) -> list[dict[str, Any]]:
    return list(json.loads(sarif(report))["runs"][0]["results"])


@pytest.mark.node
def test_sarif_keeps_its_schema(report: dict[str, Any], conformant: dict[str, Any]) -> None:
    for one in (report, conformant):
        assert [error.message for error in sarif_schema().iter_errors(json.loads(sarif(one)))] == []


@pytest.mark.node
def test_the_schema_of_sarif_refuses_another_level(report: dict[str, Any]) -> None:
    wrong = json.loads(sarif(report))
    wrong["runs"][0]["results"][0]["level"] = "must"

    assert not sarif_schema().is_valid(wrong)


def test_sarif_has_a_result_for_what_fails_and_nothing_else(report: dict[str, Any], conformant: dict[str, Any]) -> None:
    [result] = results(report)

    assert (result["ruleId"], result["level"], results(conformant)) == ("R-604", "error", [])
    assert result["message"]["text"].startswith("R-604 (must) A 401 has the documented body.\nSent: request ")
    assert 'Remedy: Answer exactly {{"message": "Unauthorized", "statusCode": 401}}.' in result["message"]["text"]


def test_sarif_has_what_code_scanning_asks_for(report: dict[str, Any]) -> None:
    [run] = json.loads(sarif(report))["runs"]
    rules = run["tool"]["driver"]["rules"]

    assert [rule["id"] for rule in rules] == [row.id for row in requirements() if not row.not_tested]
    for rule in rules:
        texts = [rule[name]["text"] for name in ("shortDescription", "fullDescription", "help")]
        assert all(0 < len(text) <= 1024 for text in texts[:2])
        assert texts[2]
        assert len(rule["name"]) <= 255
        assert rule["defaultConfiguration"]["level"] in {"error", "warning"}
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_a_result_of_sarif_is_shown_at_the_statement_that_is_broken(report: dict[str, Any]) -> None:
    [result] = results(report)
    place = result["locations"][0]["physicalLocation"]
    region = place["region"]
    line = (ROOT / place["artifactLocation"]["uri"]).read_text(encoding="utf-8").splitlines()[region["startLine"] - 1]

    assert line == "- id: R-604"
    assert region == {**region, "startColumn": 1, "endLine": region["startLine"], "endColumn": len(line) + 1}


def test_the_fingerprint_of_a_result_is_the_same_in_every_run(servers: FaultyServers, report: dict[str, Any]) -> None:
    other = report_of(servers.url(FAULT), seed=7, budget=60)

    [first], [second] = results(report), results(other)

    assert first["message"] != second["message"]
    assert first["partialFingerprints"] == second["partialFingerprints"]
    assert re.fullmatch(r"[0-9a-f]{16}:1", first["partialFingerprints"]["primaryLocationLineHash"])


def test_the_summary_tells_verdict_counts_failures_and_choices(report: dict[str, Any]) -> None:
    text = rendered(summary(report)).text

    assert text.startswith(
        f"NON-CONFORMANT: {report['target']}\n55 of 56 requirements pass, 1 failure; 100 requests in "
    )
    assert "R-604 (must) A 401 has the documented body" in text
    assert 'error "Unauthorized"; the response is 401 {"message": "Unauthorized"' in text
    assert 'Answer exactly {"message": "Unauthorized", "statusCode": 401}.' in text
    assert "Choices seen: omitted_secrets generate, " in text


def test_the_summary_tells_what_was_not_run(servers: FaultyServers) -> None:
    text = rendered(summary(report_of(servers.url("correct"), forbidden_token=""))).text

    assert text.startswith("INCONCLUSIVE: ")
    assert "not-run\n\nR-306 A forbidden update changes nothing. No token without the scope was given" in text


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![image](http://example.com/x.png) [link](javascript:alert(1))",
        "a | b \\| c",
        "` `` ``` code",
        "**bold** _it_ ~~gone~~ # no heading",
        "&lt;script&gt; &#60;b&#62;",
        "https://example.com www.example.com me@example.com @someone #1",
        "$x$ :smile: {curly}",
        "</code></td></table>",
    ],
)
def test_what_a_target_says_is_shown_as_it_is(hostile: str, report: dict[str, Any]) -> None:
    changed = copy.deepcopy(report)
    row = next(row for row in changed["requirements"] if row["verdict"] == "fail")
    row["failures"][0]["received"] = hostile
    changed["target"] = changed["stopped"] = hostile
    changed["notes"] = [hostile]

    before, after = rendered(summary(report)), rendered(summary(changed))

    assert set(after.elements) == set(before.elements)
    assert after.text.count(hostile) == 4


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        pytest.param("a\nb", "a\\nb", id="new line"),
        pytest.param("\x1b[31mred", "\\x1b[31mred", id="escape"),
        pytest.param("\ud800", "\\ud800", id="lone surrogate"),
        pytest.param("\u202eover", "\\u202eover", id="right to left"),
        pytest.param("x" * 400, "x" * MAX_CELL + "...", id="long"),
    ],
)
def test_what_cannot_be_shown_is_escaped(hostile: str, shown: str) -> None:
    assert rendered(escaped(hostile)).text.strip() == shown


def test_the_summary_is_added_to_the_page_of_a_job(servers: FaultyServers, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Before\n")
    arguments = ["--target", servers.url(FAULT), "--budget", 30, "--quiet"]
    status, _, errors = command(arguments, tmp_path, GITHUB_STEP_SUMMARY=str(page))

    assert (status, errors) == (1, "")
    assert page.read_text() == "# Before\n" + (tmp_path / "reports" / "summary.md").read_text()


def test_a_page_that_cannot_be_written_to_is_one_line_and_leaves_the_verdict(
    servers: FaultyServers, tmp_path: Path
) -> None:
    arguments = ["--target", servers.url(FAULT), "--budget", 30]
    status, output, errors = command(arguments, tmp_path, GITHUB_STEP_SUMMARY=str(tmp_path))

    assert (status, errors.count("\n")) == (1, 1)
    assert f"GITHUB_STEP_SUMMARY={str(tmp_path)!r} cannot be written to: Is a directory." in errors
    assert "NON-CONFORMANT" in output.splitlines()[-1]


def test_the_badge_has_a_title_and_loads_nothing(report: dict[str, Any]) -> None:
    root = ET.fromstring(badge_svg(report))  # noqa: S314  our own text
    title = root.find("{http://www.w3.org/2000/svg}title")

    assert title is not None
    assert (title.text, root.get("aria-label"), root.get("role")) == (
        "webhook contract: non-conformant, 1 failing",
        title.text,
        "img",
    )
    assert re.findall(r"href|url\(|script|style", badge_svg(report)) == []


@pytest.mark.parametrize("colour", [LABEL_COLOUR, *COLOURS.values()])
def test_white_text_can_be_read_on_every_colour_of_the_badge(colour: str) -> None:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))

    assert 1.05 / (luminance + 0.05) >= 4.5


def test_the_endpoint_of_the_badge_has_what_shields_asks_for(conformant: dict[str, Any]) -> None:
    assert json.loads(badge_json(conformant)) == {
        "schemaVersion": 1,
        "label": "webhook contract",
        "message": "conformant",
        "color": "1a7f37",
    }

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from support.report_runs import report_of
from support.suite_runs import call, command
from support.vendors import matrix_of, vendor_reports
from user_webhook_contract.forms.matrix import matrix_data, matrix_html, seen, sentences
from user_webhook_contract.report.content_hash import with_content_hash

if TYPE_CHECKING:
    from pathlib import Path

    from servers.faulty import FaultyServers

NOW = datetime(2030, 1, 1, tzinfo=UTC)
UNSIGNED = {"state": "none", "key": ""}


@pytest.fixture(scope="module")
def correct(servers: FaultyServers) -> dict[str, Any]:
    return report_of(servers.url("correct"), vendor="Acme", product="Hooks")


@pytest.fixture(scope="module")
def faulty(servers: FaultyServers) -> dict[str, Any]:
    return report_of(servers.url("answers-401-with-error"), vendor="Bolt", valid_days=1)


def changed(report: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return with_content_hash({**report, **changes})


def written(report: dict[str, Any], folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "conformance.json").write_text(json.dumps(report), encoding="utf-8")
    return folder


def test_a_matrix_has_a_verdict_for_each_requirement_and_vendor(correct: Any, faulty: Any) -> None:
    data = matrix_data([(faulty, UNSIGNED), (correct, UNSIGNED)], NOW)
    row = next(one for one in data["requirements"] if one["id"] == "R-604")

    assert [vendor["name"] for vendor in data["vendors"]] == ["Acme Hooks", "Bolt"]
    assert row["verdicts"] == ["pass", "fail"]
    assert data["is_comparable"]


def test_the_newest_report_of_a_vendor_counts(correct: Any) -> None:
    older = changed(correct, started="2001-01-01T00:00:00+00:00", verdict="inconclusive")

    data = matrix_data([(correct, UNSIGNED), (older, UNSIGNED)], NOW)

    assert [vendor["verdict"] for vendor in data["vendors"]] == ["conformant"]


def test_other_baselines_are_told(correct: Any, faulty: Any) -> None:
    other = changed(faulty, baseline={**faulty["baseline"], "sha256": "0" * 64})

    data = matrix_data([(correct, UNSIGNED), (other, UNSIGNED)], NOW)

    assert not data["is_comparable"]
    assert "The reports have different baselines" in matrix_html(data)


def test_a_report_that_is_too_old_is_told(correct: Any, faulty: Any) -> None:
    data = matrix_data([(correct, UNSIGNED), (faulty, UNSIGNED)], NOW)

    assert [vendor["is_expired"] for vendor in data["vendors"]] == [False, True]
    assert ", expired</td>" in matrix_html(data)


def test_a_choice_on_which_vendors_differ_becomes_a_sentence_for_the_documents() -> None:
    choices = [
        {
            "name": "media_type",
            "question": "Is another one read?",
            "documents": "",
            "values": ["400", "415", "unknown"],
        },
        {"name": "chunked", "question": "Is it read?", "documents": "", "values": ["yes", "yes", "unknown"]},
    ]

    found = sentences({"vendors": [{"name": name} for name in ("A", "B", "C")], "choices": choices})

    assert found == [
        "media_type: Is another one read? Vendors differ: 400 (1: A); 415 (1: B). The documents should say which."
    ]


def test_the_command_reads_folders_and_tells_what_it_leaves_out(correct: Any, faulty: Any, tmp_path: Path) -> None:
    written(correct, tmp_path / "in" / "a" / "deep")
    written(faulty, tmp_path / "in" / "b")
    written({**faulty, "verdict": "conformant"}, tmp_path / "in" / "forged")
    written({"schema": "other"}, tmp_path / "in" / "other")

    status, output, errors = command(["matrix", "in", "--report-dir", "out"], tmp_path)
    data = json.loads((tmp_path / "out" / "matrix.json").read_text(encoding="utf-8"))

    assert (status, errors) == (0, "")
    assert output.splitlines()[-1] == "2 vendors: out/matrix.html, out/matrix.json"
    assert "forged/conformance.json was changed after its run" in output
    assert "other/conformance.json is not a report" in output
    assert [vendor["name"] for vendor in data["vendors"]] == ["Acme Hooks", "Bolt"]


def test_signatures_are_told_apart(correct: Any, faulty: Any, tmp_path: Path) -> None:
    written(correct, tmp_path / "in" / "a")
    written(faulty, tmp_path / "in" / "b")
    for name, key in (("a", "known"), ("b", "stranger")):
        call(["keygen", key], tmp_path)
        call(["sign", f"in/{name}/conformance.json", "--key", key], tmp_path)

    call(["matrix", "in", "--key", "known.pub"], tmp_path)
    data = json.loads((tmp_path / "reports" / "matrix.json").read_text(encoding="utf-8"))

    assert [(one["signature"], one["key"]) for one in data["vendors"]] == [("signed", "known.pub"), ("unknown", "")]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["missing"], "missing is not a folder"),
        (["."], "no report was found to show"),
        ([".", "--key", "no"], "no does"),
    ],
)
def test_what_cannot_be_shown_is_told_in_one_line(tmp_path: Path, words: list[str], told: str) -> None:
    status, output, errors = call(["matrix", *words], tmp_path)

    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert told in errors


def test_names_of_vendors_are_escaped(correct: Any) -> None:
    evil = changed(correct, attestation={**correct["attestation"], "vendor": "<script>alert(1)</script>"})

    page = matrix_html(matrix_data([(evil, UNSIGNED)], NOW))

    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.fixture(scope="module")
def twelve(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the matrix of twelve vendors, each the product of a server of the self-test."""
    return matrix_of(vendor_reports(tmp_path_factory.mktemp("waivers")))


def test_a_matrix_of_twelve_vendors_has_each_with_its_own_verdict(twelve: dict[str, Any]) -> None:
    kinds = {vendor["name"]: vendor["kind"] for vendor in twelve["vendors"]}

    assert len(kinds) == 12
    assert kinds["Acme Hooks"] == kinds["Carelink Facility Gateway (sandbox)"] == "conformant"
    assert kinds["Globex Staff"] == "waived"
    assert kinds["Bolt"] == kinds["Kestrel Wire"] == "non-conformant"


def test_a_matrix_tells_who_breaks_what(twelve: dict[str, Any]) -> None:
    names = [vendor["name"] for vendor in twelve["vendors"]]
    [row] = [one for one in twelve["requirements"] if one["id"] == "R-604"]
    by_verdict = {
        verdict: [name for name, one in zip(names, row["verdicts"], strict=True) if one == verdict]
        for verdict in row["verdicts"]
    }

    assert by_verdict["fail"] == ["Bolt"]
    assert by_verdict["waived"] == ["Globex Staff"]


def test_a_matrix_shows_the_challenge_of_a_report(twelve: dict[str, Any]) -> None:
    challenges = {vendor["name"]: vendor["challenge"] for vendor in twelve["vendors"]}

    assert challenges["Kestrel Wire"] == "0123456789abcdef"
    assert challenges["Acme Hooks"] == ""
    assert "<code>0123456789ab</code>" in matrix_html(twelve)


def test_a_matrix_ends_with_a_sentence_for_each_choice_on_which_vendors_differ(twelve: dict[str, Any]) -> None:
    differing = {one["name"] for one in twelve["choices"] if len({*one["values"]} - {"unknown"}) > 1}

    assert {"omitted_secrets", "null_url"} <= differing
    assert {one.partition(":")[0] for one in twelve["sentences"]} == differing


def test_values_get_letters_by_how_many_chose_them() -> None:
    assert seen(["b", "a", "unknown", "b", "c"]) == {"b": ("A", 2), "a": ("B", 1), "c": ("C", 1)}

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from selftest.in_process import judge
from selftest.strangers import GROUPS
from servers.faulty import FaultyServers
from support.forgeries import EDITS, forgeries, sealed
from support.suite_runs import command, run
from user_webhook_contract.commands.judge_again import JudgedAgain
from user_webhook_contract.report import evidence_file as evidence_module
from user_webhook_contract.report.conformance import conformance
from user_webhook_contract.report.evidence_file import evidence_file
from user_webhook_contract.settings import seed_of

if TYPE_CHECKING:
    from pathlib import Path

NONCE = "0123456789abcdef"
HONEST = (
    "correct",
    "answers-401-with-error",
    "answers-400-with-truncated-json",
    "answers-404-as-html",
    "answers-500-for-201",
    "drops-the-connection-on-malformed-json",
    "authorises-everyone",
    "reverses-given-secrets",
    "cuts-given-secrets-at-32",
    "writes-the-url-when-refused",
)


def judged(name: str, **settings: Any) -> tuple[dict[str, Any], str]:
    """Judge a faulty server; return the report, as a file holds it, and the evidence."""
    with FaultyServers() as servers:
        found = run(servers.url(name), **settings)
    return json.loads(json.dumps(conformance(found))), evidence_file(found)


@pytest.fixture(scope="module")
def faulty() -> tuple[dict[str, Any], str]:
    return judged("answers-401-with-error", budget=100)


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_report_follows_from_its_evidence(name: str) -> None:
    report, text = judged(name, timeout=2.0, budget=60)

    assert JudgedAgain(report, text).contradictions == []


def test_a_challenge_is_followed_with_a_token_that_cannot_be_shortened() -> None:
    stranger = next(one for one in GROUPS["trials"] if one.settings.get("token") == "7")
    found = judge(stranger.build(), budget=100, challenge=NONCE, seed=seed_of(NONCE), **stranger.settings)
    again = JudgedAgain(json.loads(json.dumps(conformance(found))), evidence_file(found))

    assert (again.contradictions, again.followed) == ([], len(found.timeline))


def test_an_honest_report_follows_from_evidence_that_is_too_full_of_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence_module, "MAX_SECRETS", 3_000)
    report, text = judged("answers-401-with-error", budget=100)
    lines = [json.loads(line) for line in text.splitlines()]
    shortened = [line for line in lines if line["answer"].get("body", {}).get("kind") == "digest"]
    again = JudgedAgain(report, text)

    assert 10 < len(shortened) < len(lines) - 10
    assert {name for line in shortened for name in line["answer"]["headers"]} == {"content-type"}
    assert again.contradictions == []
    assert {"R-107", "what was put back"} <= {*again.untold}


def test_an_interrupted_or_waived_report_follows_from_its_evidence(tmp_path: Path) -> None:
    waivers = tmp_path / "waivers.yaml"
    waivers.write_text("- {id: R-604, reason: old clients, expires: 2999-01-01}\n", encoding="utf-8")
    report, text = judged("answers-401-with-error", waivers=waivers, budget=30)

    assert JudgedAgain(report, text).contradictions == []


@pytest.mark.parametrize("place", range(len(EDITS)))
def test_a_forgery_contradicts_its_evidence(faulty: tuple[dict[str, Any], str], place: int) -> None:
    forgery = list(forgeries(*faulty, count=len(EDITS)))[place]

    assert JudgedAgain(forgery.report, forgery.evidence).contradictions, forgery.kind


@pytest.mark.thorough
def test_none_of_200_forgeries_passes(faulty: tuple[dict[str, Any], str]) -> None:
    passed = [
        one.kind for one in forgeries(*faulty, count=200) if not JudgedAgain(one.report, one.evidence).contradictions
    ]

    assert passed == []


def test_a_report_that_was_rewritten_consistently_passes(faulty: tuple[dict[str, Any], str]) -> None:
    """Evidence can be made up as a whole: only a signature says by whom. The pages say so."""
    report, text = judged("correct", budget=100)

    forged, evidence = sealed(
        {**report, "target": faulty[0]["target"]}, [json.loads(line) for line in text.splitlines()]
    )

    assert JudgedAgain(forged, evidence).contradictions == []


def test_every_exchange_is_in_the_evidence(faulty: tuple[dict[str, Any], str]) -> None:
    report, text = faulty
    numbers = [json.loads(line)["number"] for line in text.splitlines()]

    assert numbers == list(range(1, report["requests_sent"] + 1))
    assert report["evidence"]["exchanges"] == len(numbers)


def test_evidence_holds_no_token_and_no_secret_of_the_target(faulty: tuple[dict[str, Any], str]) -> None:
    report, text = faulty

    assert "valid-token" not in text
    assert "<secret 1, " in text
    assert report["evidence"]["sha256"]


def test_the_command_judges_again_and_says_what_it_cannot_prove(tmp_path: Path) -> None:
    report, text = judged("correct", budget=40)
    (tmp_path / "conformance.json").write_text(json.dumps(report), encoding="utf-8")
    (tmp_path / "evidence.jsonl").write_text(text, encoding="utf-8")

    status, output, errors = command(["verify-report", "conformance.json", "--judge-again"], tmp_path)

    assert (status, errors) == (0, "")
    assert f"everything that it says follows from the {text.count(chr(10))} exchanges" in output
    assert "Evidence can be made up as a whole" in output


def test_the_command_names_the_request_that_contradicts(faulty: tuple[dict[str, Any], str], tmp_path: Path) -> None:
    forgery = next(one for one in forgeries(*faulty, count=len(EDITS)) if one.kind == "calls it conformant")
    (tmp_path / "conformance.json").write_text(json.dumps(forgery.report), encoding="utf-8")
    (tmp_path / "evidence.jsonl").write_text(forgery.evidence, encoding="utf-8")

    status, output, _ = command(["verify-report", "conformance.json", "--judge-again"], tmp_path)

    assert status == 1
    assert "The report says R-604 verdict pass, the evidence fail (request " in output


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "The evidence is not that of the report"), ("no JSON\n", "The evidence is not that of the report")],
)
def test_other_evidence_is_refused(faulty: tuple[dict[str, Any], str], text: str, told: str) -> None:
    assert JudgedAgain(faulty[0], text).contradictions[0].startswith(told)


def test_missing_evidence_is_told_in_one_line(faulty: tuple[dict[str, Any], str], tmp_path: Path) -> None:
    (tmp_path / "conformance.json").write_text(json.dumps(faulty[0]), encoding="utf-8")

    status, output, errors = command(["verify-report", "conformance.json", "--judge-again"], tmp_path)

    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert "evidence.jsonl does not exist" in errors

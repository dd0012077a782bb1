from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from servers.faulty import FaultyServers
from support.forgeries import sealed
from support.suite_runs import call, command, run
from user_webhook_contract.commands.judge_again import JudgedAgain
from user_webhook_contract.commands.options import settings_of, suite_parser
from user_webhook_contract.forms.html import html
from user_webhook_contract.forms.letter import letter
from user_webhook_contract.forms.summary import summary
from user_webhook_contract.report.conformance import conformance
from user_webhook_contract.report.evidence_file import evidence_file
from user_webhook_contract.settings import Settings, UsageError, seed_of

if TYPE_CHECKING:
    from pathlib import Path

NONCE = "0123456789abcdef0123456789abcdef"
OTHER = "fedcba9876543210fedcba9876543210"


def judged(name: str, challenge: str = "", **settings: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Judge a faulty server; return the report, as a file holds it, and the lines of the evidence."""
    if challenge:
        settings |= {"challenge": challenge, "seed": seed_of(challenge)}
    with FaultyServers() as servers:
        found = run(servers.url(name), **{"budget": 60, **settings})
    lines = [json.loads(line) for line in evidence_file(found).splitlines()]
    return json.loads(json.dumps(conformance(found))), lines


def contradictions(report: dict[str, Any], lines: list[dict[str, Any]]) -> list[str]:
    return JudgedAgain(*sealed(report, lines)).contradictions


def written(folder: Path, report: dict[str, Any], lines: list[dict[str, Any]]) -> None:
    report, text = sealed(report, lines)
    (folder / "conformance.json").write_text(json.dumps(report), encoding="utf-8")
    (folder / "evidence.jsonl").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def challenged() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    return judged("answers-401-with-error", NONCE)


@pytest.fixture(scope="module")
def prepared() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a run of before, dressed up as one of the challenge."""
    report, lines = judged("answers-401-with-error", seed=7)
    settings = {**report["settings"], "seed": seed_of(NONCE)}
    return {**report, "challenge": NONCE, "settings": settings}, lines


def test_the_command_prints_another_challenge_each_time(tmp_path: Path) -> None:
    printed = [call(["challenge"], tmp_path)[1].strip() for _ in range(3)]

    assert len(set(printed)) == 3
    assert all(Settings("http://x.example", challenge=one, seed=seed_of(one)) for one in printed)


@pytest.mark.parametrize("variables", [{"CHALLENGE": NONCE}, {"CHALLENGE": NONCE, "SEED": "0"}], ids=str)
def test_a_challenge_decides_the_seed(variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    found = settings_of(suite_parser().parse_args(["--target", "http://x.example"]))

    assert (found.challenge, found.seed) == (NONCE, seed_of(NONCE))
    assert seed_of(OTHER) != found.seed


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--challenge", NONCE, "--seed", "7"], "--seed=7 is not the seed that --challenge decides"),
        (["--challenge", "short"], "--challenge='short' is not a challenge: give what the command challenge printed"),
        (["--challenge", "has blanks in it"], "--challenge='has blanks in it' is not a challenge"),
    ],
)
def test_what_no_challenge_decides_is_refused(options: list[str], words: str) -> None:
    given = suite_parser().parse_args(["--target", "http://x.example", *options])

    with pytest.raises(UsageError) as found:
        settings_of(given)

    assert words in str(found.value)


def test_every_form_shows_the_challenge(challenged: tuple[dict[str, Any], Any], tmp_path: Path) -> None:
    report, lines = challenged
    written(tmp_path, report, lines)

    assert report["challenge"] == NONCE
    assert [NONCE in form(report) for form in (html, letter, summary)] == [True] * 3


def test_the_first_screen_shows_the_challenge(tmp_path: Path) -> None:
    with FaultyServers() as servers:
        options = ["--target", servers.url("correct"), "--challenge", NONCE, "--quiet"]
        _, output, _ = command(options, tmp_path, BUDGET="10")

    assert output.rstrip().endswith(f"seed {seed_of(NONCE)} of the challenge {NONCE}")


@pytest.mark.parametrize(
    "settings",
    [
        {"budget": 10},
        {"budget": 170},
        {"reuses_connections": True},
        {"url_host": "hooks.acme.org"},
        {"token": "7" * 20, "forbidden_token": ""},
        {"second_webhook_id": "", "restores": False},
    ],
    ids=str,
)
def test_an_honest_run_follows_from_its_challenge(settings: dict[str, Any]) -> None:
    name = "authorises-everyone" if "token" in settings else "reverses-given-secrets"
    report, lines = judged(name, NONCE, **settings)
    text = "".join(f"{json.dumps(line, separators=(',', ':'))}\n" for line in lines)

    again = JudgedAgain(report, text)

    assert again.contradictions == []
    assert again.followed >= min(len(report["course"]), 100)


def test_a_run_of_before_does_not_follow_from_a_challenge(prepared: tuple[Any, Any]) -> None:
    [told] = [one for one in contradictions(*prepared) if "challenge" in one]

    assert told.startswith("Request ")
    assert told.endswith(" is not what the challenge of the report decides.")


def test_another_seed_than_that_of_the_challenge_is_told(challenged: tuple[Any, Any]) -> None:
    report, lines = challenged
    told = contradictions({**report, "settings": {**report["settings"], "seed": 7}}, lines)

    assert "The seed of the report is not the one that its challenge decides." in told


def test_one_url_that_is_not_of_the_challenge_is_told(challenged: tuple[Any, Any]) -> None:
    report, lines = json.loads(json.dumps(challenged))
    line = next(one for one in lines if "secrets" in (one["request"]["body"].get("value") or ""))
    line["request"]["body"]["value"]["secrets"] = ["another-secret-0000000000000001"]

    assert f"Request {line['number']} is not what the challenge of the report decides." in contradictions(report, lines)


def test_requests_that_the_challenge_does_not_ask_for_are_told(challenged: tuple[Any, Any]) -> None:
    report, lines = json.loads(json.dumps(challenged))
    judged_lines = [one for one in lines if one["is_judged"]]
    doubled = {**judged_lines[10], "number": judged_lines[11]["number"]}
    lines[lines.index(judged_lines[11])] = doubled

    assert any(" is not what the challenge of the report decides." in one for one in contradictions(report, lines))


def verified(folder: Path, *options: str) -> tuple[int, str, str]:
    return call(["verify-report", "conformance.json", *options], folder)


def test_a_report_that_carries_the_challenge_is_accepted(challenged: tuple[Any, Any], tmp_path: Path) -> None:
    written(tmp_path, *challenged)

    options = ["--challenge", NONCE, "--judge-again"]
    status, output, errors = command(["verify-report", "conformance.json", *options], tmp_path)

    assert (status, errors) == (0, "")
    assert f"It carries the challenge {NONCE}, and its seed is the one that the challenge decides." in output
    assert f"The first {len(challenged[0]['course'])} of these requests are those that the challenge decides." in output


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"challenge": ""}, f"--challenge: the report does not carry '{NONCE}'; it has none."),
        ({"challenge": OTHER}, f"--challenge: the report does not carry '{NONCE}'; it has '{OTHER}' in its place."),
        ({"seed": 7}, "--challenge: the seed of the report is not the one that the challenge decides."),
    ],
)
def test_a_report_without_the_challenge_is_refused(
    changes: dict[str, Any], words: str, challenged: tuple[Any, Any], tmp_path: Path
) -> None:
    report, lines = challenged
    settings = {**report["settings"], **({"seed": changes["seed"]} if "seed" in changes else {})}
    forged = {**report, "settings": settings, **{name: one for name, one in changes.items() if name != "seed"}}
    written(tmp_path, forged, lines)

    assert verified(tmp_path, "--challenge", NONCE) == (1, f"{words}\n", "")


def test_a_run_of_before_is_refused_by_the_command(prepared: tuple[Any, Any], tmp_path: Path) -> None:
    written(tmp_path, *prepared)

    options = ["--challenge", NONCE, "--judge-again"]
    status, output, _ = command(["verify-report", "conformance.json", *options], tmp_path)

    assert status == 1
    assert "is not what the challenge of the report decides." in output


def test_what_is_no_challenge_is_told_in_one_line(challenged: tuple[Any, Any], tmp_path: Path) -> None:
    written(tmp_path, *challenged)

    status, output, errors = verified(tmp_path, "--challenge", "?")

    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert "--challenge='?' is not a challenge" in errors

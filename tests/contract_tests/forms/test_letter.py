from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.report_runs import report_of
from user_webhook_contract.forms.letter import WIDTH, letter

if TYPE_CHECKING:
    from servers.faulty import FaultyServers

PAGE = 60


@pytest.fixture(scope="module")
def faulty(servers: FaultyServers) -> dict[str, Any]:
    return report_of(servers.url("answers-rules-with-capital-messages"), vendor="Acme", environment="sandbox")


def test_a_letter_begins_with_verdict_and_whom(faulty: dict[str, Any]) -> None:
    assert letter(faulty).startswith(f"NON-CONFORMANT: Acme sandbox\n\nTarget: {faulty['target']}\n")


def test_a_letter_says_what_to_fix_first_and_names_the_failures(faulty: dict[str, Any]) -> None:
    text = letter(faulty)

    assert "\nFix first: " in text
    assert "\nRemedy: " in text
    assert "\n- R-2" in text
    assert faulty["content_sha256"] in text


def test_a_letter_is_a_page_of_short_lines(faulty: dict[str, Any]) -> None:
    lines = letter({**faulty, "stopped": "x " * 3000}).splitlines()

    assert len(lines) <= PAGE
    assert all(len(line) <= WIDTH for line in lines)


@pytest.mark.parametrize("count", [1, 60])
def test_a_letter_says_what_is_waived_and_by_whom_and_stays_a_page(count: int, faulty: dict[str, Any]) -> None:
    why = "Old clients read it (approved by API board, https://tracker.example/42, until 2999-12-31)"
    rows = [{**row, "verdict": "waived", "why": why} for row in faulty["requirements"][:count]]

    lines = letter({**faulty, "requirements": [*rows, *faulty["requirements"][count:]]}).splitlines()

    assert f"Waived: R-101 A valid update is answered with 201: {why}" in " ".join(" ".join(lines).split())
    assert len(lines) <= PAGE


def test_a_letter_shows_the_challenge(faulty: dict[str, Any]) -> None:
    assert "Challenge: 0123abcd, which decided the seed\n" in letter({**faulty, "challenge": "0123abcd"})

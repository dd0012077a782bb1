from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.suite_runs import numbered
from user_webhook_contract.checks.history import History
from user_webhook_contract.checks.messages import check_messages
from user_webhook_contract.http.request import Request
from user_webhook_contract.judge.judge import judge

if TYPE_CHECKING:
    from user_webhook_contract.judge.judgement import Judgement

WEBHOOK = "cf3832dd-ba9b-4187-9ab2-c6cadafe875b"
HTTPS = "should be a secure URL with HTTPS"
STRING = "url must be a string"
MINIMUM = "events must contain at least 1 elements"
ARRAY = "events must be an array"
VALUES = (
    "each value in events must be one of the following values: all, facility.user-connection.accepted, "
    "facility.user-connection.rejected, facility.creation.accepted, facility.creation.rejected"
)
MAXIMUM = "secrets must contain no more than 2 elements"
SECRETS_ARRAY = "secrets must be an array"
SEVEN = [HTTPS, STRING, MINIMUM, ARRAY, VALUES, MAXIMUM, SECRETS_ARRAY]
EVERYTHING = {"url": 7, "events": "nope", "secrets": "nope"}
MODES = {"all", "first_per_property", "first"}


def judged(body: Any) -> Judgement:
    return judge(Request(WEBHOOK, json.dumps(body).encode()), frozenset({WEBHOOK}))


def kept(body: Any, messages: list[str]) -> list[str]:
    """Return the requirements that *messages* keep as an answer to *body*."""
    return [finding.requirement for finding in check_messages(messages, judged(body), History()) if finding.is_kept]


def broken(body: Any, messages: list[str], history: History | None = None) -> set[str]:
    """Return the requirements that *messages* break as an answer to *body*."""
    findings = check_messages(messages, judged(body), history or History())
    return {finding.requirement for finding in findings if not finding.is_kept}


@pytest.mark.parametrize(
    ("body", "messages", "message_modes"),
    numbered(
        [
            (EVERYTHING, SEVEN, {"all"}),
            (EVERYTHING, [HTTPS, MINIMUM, MAXIMUM], {"first_per_property"}),
            (EVERYTHING, [STRING, VALUES, SECRETS_ARRAY], {"first_per_property"}),
            (EVERYTHING, [HTTPS], {"first"}),
            (EVERYTHING, [SECRETS_ARRAY], {"first"}),
            ({"events": []}, [MINIMUM], MODES),
            ({"events": "all"}, [MINIMUM, ARRAY], {"all"}),
            ({"events": "all"}, [MINIMUM, ARRAY, VALUES], {"all"}),
            ({"events": "all"}, [ARRAY], {"first_per_property", "first"}),
            ({"events": [], "secrets": [1] * 3}, [MINIMUM, MAXIMUM], {"all", "first_per_property"}),
            ({}, [MINIMUM, ARRAY, VALUES], {"all"}),
            ({}, [VALUES], {"first_per_property", "first"}),
        ]
    ),
)
def test_a_legal_selection_of_messages_is_kept_and_shows_the_manner(
    body: Any, messages: list[str], message_modes: set[str]
) -> None:
    history = History()

    assert broken(body, messages, history) == set()
    assert history.message_modes == message_modes


@pytest.mark.parametrize(
    ("body", "messages", "rows"),
    numbered(
        [
            (EVERYTHING, SEVEN[::-1], "R-211"),
            (EVERYTHING, [STRING, HTTPS, *SEVEN[2:]], "R-211"),
            (EVERYTHING, [*SEVEN[2:], HTTPS, STRING], "R-211"),
            (EVERYTHING, [*SEVEN, HTTPS], "R-211"),
            (EVERYTHING, [MAXIMUM, MINIMUM, HTTPS], "R-211"),
            ({"events": []}, [MINIMUM, ARRAY], "R-211"),
            ({"events": []}, [VALUES], "R-211"),
            ({"events": []}, [MAXIMUM], "R-211"),
            ({"events": [], "url": "https://a.example"}, [HTTPS, MINIMUM], "R-211"),
            ({"events": []}, [MINIMUM, MINIMUM], "R-211"),
            ({"events": ["nope"]}, [MINIMUM, VALUES], "R-211"),
            ({"events": ["all"], "url": "http://a.example"}, [HTTPS, STRING], "R-211"),
            ({"events": ["all"], "secrets": [1] * 3}, [MAXIMUM, SECRETS_ARRAY], "R-211"),
            ({"events": []}, ["Bad Request"], "R-203 R-211"),
            ({"events": []}, [MINIMUM + "."], "R-203 R-211"),
            ({"events": []}, [MINIMUM.upper()], "R-203 R-211"),
            ({"events": ["nope"]}, [VALUES.replace("all, ", "")], "R-205 R-211"),
            ({"events": ["all"], "secrets": "x"}, ["no more than 2 elements"], "R-206 R-207 R-211"),
            ({"events": ["all"], "url": "http://a.example"}, ["url must be a URL address"], "R-201 R-211"),
            (EVERYTHING, SEVEN[:2], "R-203 R-204 R-205 R-206 R-207 R-211"),
            (EVERYTHING, [HTTPS, *SEVEN[2:]], "R-202 R-211"),
            (EVERYTHING, SEVEN[:-1], "R-207 R-211"),
            (EVERYTHING, [HTTPS, MINIMUM], "R-202 R-204 R-205 R-206 R-207 R-211"),
            ({}, [MINIMUM, ARRAY], "R-205 R-208 R-211"),
        ]
    ),
)
def test_a_wrong_message_breaks_its_requirement(body: Any, messages: list[str], rows: str) -> None:
    assert broken(body, messages) == set(rows.split())


@pytest.mark.parametrize(
    ("body", "messages", "rows"),
    numbered(
        [
            (EVERYTHING, SEVEN, ["R-201", "R-202", "R-203", "R-204", "R-205", "R-206", "R-207", "R-211"]),
            (EVERYTHING, [HTTPS, MINIMUM, MAXIMUM], ["R-201", "R-203", "R-206", "R-211"]),
            ({"events": []}, [MINIMUM], ["R-203", "R-211"]),
            ({"events": []}, [ARRAY], []),
        ]
    ),
)
def test_a_message_proves_its_own_requirement(body: Any, messages: list[str], rows: list[str]) -> None:
    assert kept(body, messages) == rows


@pytest.mark.parametrize(
    ("body", "messages", "documented"),
    numbered(
        [
            ({"events": []}, [ARRAY], json.dumps([MINIMUM])),
            ({"events": []}, ["Bad Request"], json.dumps([MINIMUM])),
            ({"events": "all"}, [VALUES], f"all of or its first: {json.dumps([MINIMUM, ARRAY])}"),
            (EVERYTHING, SEVEN[:6], f"all of or its first: {json.dumps(SEVEN)}"),
        ]
    ),
)
def test_the_messages_are_told_with_the_documented_ones(body: Any, messages: list[str], documented: str) -> None:
    found = [finding for finding in check_messages(messages, judged(body), History()) if not finding.is_kept]

    assert {(finding.received, finding.documented) for finding in found} == {(json.dumps(messages), documented)}


def test_long_messages_are_told_in_part() -> None:
    [_, finding] = check_messages(["x" * 1000], judged({"events": []}), History())

    assert finding.received == f'["{"x" * 898}… (1004 characters)'


@pytest.mark.parametrize(
    ("first", "second"),
    numbered(
        [
            ((EVERYTHING, SEVEN), (EVERYTHING, [HTTPS])),
            ((EVERYTHING, SEVEN), (EVERYTHING, [HTTPS, MINIMUM, MAXIMUM])),
            ((EVERYTHING, [HTTPS]), (EVERYTHING, SEVEN)),
            ((EVERYTHING, [HTTPS, MINIMUM, MAXIMUM]), (EVERYTHING, [HTTPS])),
            (({"events": "all"}, [MINIMUM, ARRAY]), ({"events": "all"}, [ARRAY])),
            (({}, [MINIMUM]), (EVERYTHING, SEVEN)),
        ]
    ),
)
def test_two_manners_of_one_target_contradict_each_other(
    first: tuple[Any, list[str]], second: tuple[Any, list[str]]
) -> None:
    history = History()

    assert broken(*first, history) == set()
    assert "R-211" in broken(*second, history)


def test_a_contradiction_leaves_the_manner_as_it_was_seen() -> None:
    history = History()
    broken(EVERYTHING, SEVEN, history)
    broken(EVERYTHING, [HTTPS], history)

    assert history.message_modes == {"all"}
    assert broken(EVERYTHING, SEVEN, history) == set()


@pytest.mark.parametrize(
    ("body", "messages"),
    numbered(
        [
            ({"events": [], "nickname": 1}, ["property nickname should not exist", MINIMUM]),
            ({"events": [], "nickname": 1}, [MINIMUM, "property nickname should not exist"]),
            ({"events": [], "nickname": 1}, ["property nickname should not exist"]),
            ({"events": [], "nickname": 1}, [MINIMUM]),
            ({"events": [], "url": None}, [HTTPS, STRING, MINIMUM]),
            ({"events": [], "url": None}, [HTTPS]),
            ({"events": [], "url": None}, [MINIMUM]),
            ({"events": [], "secrets": None}, [MINIMUM, MAXIMUM, SECRETS_ARRAY]),
            ({"events": [], "secrets": [7]}, [MINIMUM, "each value in secrets must be a string"]),
            ({"events": [], "secrets": []}, [MINIMUM, "secrets should not be empty"]),
            ({"events": ["nope", "nope"]}, ["All events's elements must be unique", VALUES]),
            ({"events": ["nope", "nope"]}, [VALUES, "All events's elements must be unique"]),
            ({"events": [], "url": "https://localhost/"}, [HTTPS, MINIMUM]),
            ({"events": [], "url": "https://localhost/"}, [HTTPS]),
        ]
    ),
)
def test_a_message_on_what_is_open_is_no_accusation(body: Any, messages: list[str]) -> None:
    assert broken(body, messages) == set()


def test_a_sentence_about_a_broken_property_may_stand_beside_the_documented_ones() -> None:
    assert broken({"events": []}, [MINIMUM, "events is too short"]) == set()
    assert broken({"events": []}, [MINIMUM, "something unrelated"]) != set()


def test_an_accusation_beside_an_open_question_is_still_one() -> None:
    assert broken({"events": [], "nickname": 1}, [MINIMUM, MAXIMUM]) == {"R-211"}
    assert broken({"events": [], "url": None}, [MINIMUM, HTTPS]) == {"R-211"}

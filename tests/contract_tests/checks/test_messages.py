from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.suite_runs import numbered
from user_webhook_contract.checks.history import History
from user_webhook_contract.checks.message_mode import ALL_MODES, MessageMode
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
ALL, FIRST_PER_PROPERTY, TYPE_PER_PROPERTY, FIRST, TYPE_FIRST = MessageMode


def as_json(*messages: str) -> str:
    return json.dumps(messages)


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
            (EVERYTHING, SEVEN, {ALL}),
            (EVERYTHING, [HTTPS, MINIMUM, MAXIMUM], {FIRST_PER_PROPERTY}),
            (EVERYTHING, [STRING, ARRAY, SECRETS_ARRAY], {TYPE_PER_PROPERTY}),
            (EVERYTHING, [HTTPS], {FIRST}),
            (EVERYTHING, [STRING], {TYPE_FIRST}),
            ({"events": []}, [MINIMUM], ALL_MODES),
            ({"events": "all"}, [MINIMUM, ARRAY], {ALL}),
            ({"events": "all"}, [MINIMUM, ARRAY, VALUES], {ALL}),
            ({"events": "all"}, [MINIMUM], {FIRST_PER_PROPERTY, FIRST}),
            ({"events": "all"}, [ARRAY], {TYPE_PER_PROPERTY, TYPE_FIRST}),
            ({"events": [], "secrets": [1] * 3}, [MINIMUM, MAXIMUM], {ALL, FIRST_PER_PROPERTY, TYPE_PER_PROPERTY}),
            ({"events": ["nope"], "url": 7}, [STRING, VALUES], {TYPE_PER_PROPERTY}),
            ({}, [MINIMUM, ARRAY, VALUES], {ALL}),
            ({}, [MINIMUM], {FIRST_PER_PROPERTY, FIRST}),
            ({}, [ARRAY], {TYPE_PER_PROPERTY, TYPE_FIRST}),
        ]
    ),
)
def test_a_legal_selection_of_messages_is_kept_and_shows_the_manner(
    body: Any, messages: list[str], message_modes: set[MessageMode]
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
            # The words alone are wrong: the rule is enforced.
            ({"events": []}, ["Bad Request"], "R-211"),
            ({"events": []}, [MINIMUM + "."], "R-211"),
            ({"events": []}, [MINIMUM.upper()], "R-211"),
            ({"events": ["nope"]}, [VALUES.replace("all, ", "")], "R-211"),
            ({"events": ["all"], "secrets": "x"}, ["no more than 2 elements"], "R-211"),
            ({"events": ["all"], "url": "http://a.example"}, ["url must be a URL address"], "R-211"),
            # A value of a wrong type counts for the type, and not for the length or the elements.
            (EVERYTHING, SEVEN[:2], "R-204 R-207 R-211"),
            (EVERYTHING, [HTTPS, *SEVEN[2:]], "R-202 R-211"),
            (EVERYTHING, SEVEN[:-1], "R-207 R-211"),
            (EVERYTHING, [HTTPS, MINIMUM], "R-207 R-211"),
            (EVERYTHING, [SECRETS_ARRAY], "R-202 R-204 R-211"),
            # Of the url and the secrets it names the rule about the type, as good validators do: only the events are wrong.
            (EVERYTHING, [STRING, VALUES, SECRETS_ARRAY], "R-204 R-211"),
            (EVERYTHING, [STRING, MINIMUM, SECRETS_ARRAY], "R-202 R-204 R-207 R-211"),
            ({"events": "nope"}, [VALUES], "R-204 R-211"),
            ({"events": ["all"], "url": 7}, ["url is odd", "should be HTTPS"], "R-211"),
            ({}, [MINIMUM, ARRAY], "R-208 R-211"),
            ({}, [VALUES], "R-208 R-211"),
        ]
    ),
)
def test_a_wrong_message_breaks_its_requirement(body: Any, messages: list[str], rows: str) -> None:
    assert broken(body, messages) == set(rows.split())


@pytest.mark.parametrize(
    ("body", "messages", "rows"),
    numbered(
        [
            (EVERYTHING, SEVEN, ["R-202", "R-204", "R-207", "R-211"]),
            (EVERYTHING, [HTTPS, MINIMUM, MAXIMUM], ["R-202", "R-204", "R-207", "R-211"]),
            ({"events": ["nope"], "url": "http://a.example"}, [HTTPS, VALUES], ["R-201", "R-205", "R-211"]),
            ({}, [MINIMUM, ARRAY, VALUES], ["R-208", "R-211"]),
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
            ({"events": []}, [ARRAY], f"not expected: {as_json(ARRAY)}; documented: {as_json(MINIMUM)}"),
            (
                {"events": []},
                ["Bad Request"],
                f"missing: {as_json(MINIMUM)}; not expected: {as_json('Bad Request')}; documented: {as_json(MINIMUM)}",
            ),
            (
                {"events": "all"},
                [VALUES],
                f"missing: {as_json(MINIMUM, ARRAY)}; documented: {as_json(MINIMUM, ARRAY)}, or only the first of them",
            ),
            (
                EVERYTHING,
                SEVEN[:6],
                f"missing: {as_json(SECRETS_ARRAY)}; documented: {as_json(*SEVEN)}, or only the first of them",
            ),
            (
                {"events": "nope"},
                [ARRAY, MINIMUM, VALUES],
                (
                    f"out of order: {as_json(ARRAY, MINIMUM, VALUES)}; "
                    f"documented: {as_json(MINIMUM, ARRAY, VALUES)}, or only the first of them"
                ),
            ),
        ]
    ),
)
def test_the_messages_are_told_with_the_documented_ones(body: Any, messages: list[str], documented: str) -> None:
    found = [finding for finding in check_messages(messages, judged(body), History()) if not finding.is_kept]

    assert {(finding.received, finding.documented) for finding in found} == {(json.dumps(messages), documented)}


def test_messages_of_another_mode_are_told_with_the_mode_until_now() -> None:
    history = History(message_modes=frozenset({MessageMode.FIRST}))
    findings = [
        one for one in check_messages([HTTPS, MINIMUM, MAXIMUM], judged(EVERYTHING), history) if not one.is_kept
    ]

    assert findings
    assert {one.documented.partition("; missing")[0] for one in findings} == {'until now: ["the first only"]'}


def test_long_messages_are_told_in_part() -> None:
    [finding] = check_messages(["x" * 1000], judged({"events": []}), History())

    assert finding.headline.startswith('400 with the undocumented message "xxx')
    assert len(finding.headline) < 300
    assert finding.received == f'["{"x" * 898}… (1004 characters)'


@pytest.mark.parametrize(
    ("first", "second"),
    numbered(
        [
            ((EVERYTHING, SEVEN), (EVERYTHING, [HTTPS])),
            ((EVERYTHING, SEVEN), (EVERYTHING, [HTTPS, MINIMUM, MAXIMUM])),
            ((EVERYTHING, [HTTPS, MINIMUM, MAXIMUM]), (EVERYTHING, [HTTPS])),
            ((EVERYTHING, [HTTPS, MINIMUM, MAXIMUM]), (EVERYTHING, [STRING, ARRAY, SECRETS_ARRAY])),
            ((EVERYTHING, [HTTPS]), (EVERYTHING, [STRING])),
            ((EVERYTHING, [HTTPS]), (EVERYTHING, [HTTPS, MINIMUM])),
            (({"events": "all"}, [MINIMUM, ARRAY]), ({"events": "all"}, [ARRAY])),
            (({}, [MINIMUM]), (EVERYTHING, [STRING])),
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

    assert history.message_modes == {ALL}
    assert broken(EVERYTHING, SEVEN, history) == set()


@pytest.mark.parametrize("messages", [[HTTPS], [HTTPS, MINIMUM, MAXIMUM], [STRING, ARRAY, SECRETS_ARRAY]], ids=str)
def test_every_violated_rule_in_its_order_is_always_right(messages: list[str]) -> None:
    history = History()
    assert broken(EVERYTHING, messages, history) == set()
    modes = history.message_modes

    assert broken(EVERYTHING, SEVEN, history) == set()
    assert history.message_modes == modes


@pytest.mark.parametrize(
    ("body", "messages", "headline"),
    numbered(
        [
            ({"events": []}, [ARRAY], f'400 with the message "{ARRAY}" for a rule that is not broken'),
            ({"events": []}, [MINIMUM, MINIMUM], "400 with a message twice"),
            (EVERYTHING, SEVEN[::-1], "400 with its messages out of order"),
            ({}, [MINIMUM, ARRAY], f'400 without the message "{VALUES}"'),
            (EVERYTHING, [HTTPS, *SEVEN[2:]], f'400 without the message "{STRING}"'),
            (EVERYTHING, SEVEN[:2], f'400 without the message "{MINIMUM}"'),
            ({"events": []}, ["No events"], f'400 with the undocumented message "No events" in place of "{MINIMUM}"'),
            ({"events": []}, [MINIMUM, "Bad"], '400 with the undocumented message "Bad"'),
        ]
    ),
)
def test_a_headline_says_what_happened(body: Any, messages: list[str], headline: str) -> None:
    found = [finding for finding in check_messages(messages, judged(body), History()) if not finding.is_kept]

    assert {finding.headline for finding in found} == {headline}


@pytest.mark.parametrize(
    ("body", "messages"),
    numbered(
        [
            ({"events": []}, [MINIMUM]),
            ({"events": "all"}, [MINIMUM, ARRAY]),
            (EVERYTHING, SEVEN),
            (EVERYTHING, [HTTPS]),
            (EVERYTHING, SEVEN[::-1]),
            (EVERYTHING, [STRING, ARRAY, SECRETS_ARRAY]),
        ]
    ),
)
@pytest.mark.parametrize("earlier", [SEVEN, [HTTPS], [STRING, ARRAY, SECRETS_ARRAY]], ids=len)
def test_what_is_received_never_equals_what_is_documented(earlier: list[str], body: Any, messages: list[str]) -> None:
    history = History()
    check_messages(earlier, judged(EVERYTHING), history)
    found = [finding for finding in check_messages(messages, judged(body), history) if not finding.is_kept]

    assert [finding for finding in found if finding.received == finding.documented] == []


@pytest.mark.parametrize(
    ("body", "messages"),
    numbered(
        [
            ({"events": [], "nickname": 1}, ["property nickname should not exist", MINIMUM]),
            ({"events": [], "nickname": 1}, [MINIMUM, "property nickname should not exist"]),
            ({"events": [], "nickname": 1}, ["property nickname should not exist"]),
            ({"events": [], "url": "http://a.example", "x": 1}, ["unknown key: x"]),
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
    assert broken({"events": []}, [MINIMUM, "something unrelated"]) == {"R-211"}


def test_a_property_that_is_refused_in_words_of_its_own_hides_no_manner() -> None:
    history = History()
    broken(EVERYTHING, SEVEN, history)

    assert broken({"events": [], "url": 7, "x": 1}, ["unknown key: x"], history) == set()
    assert broken({"events": [], "url": 7, "x": 1}, ["unknown key: x", MINIMUM], history) == {"R-202", "R-211"}


def test_an_accusation_beside_an_open_question_is_still_one() -> None:
    assert broken({"events": [], "nickname": 1}, [MINIMUM, MAXIMUM]) == {"R-211"}
    assert broken({"events": [], "url": None}, [MINIMUM, HTTPS]) == {"R-211"}

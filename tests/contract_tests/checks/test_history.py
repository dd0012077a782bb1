from __future__ import annotations

import json

import pytest

from support.scripts import ERRORS, FIRST, SECOND, Script
from user_webhook_contract.checks import history as limits
from user_webhook_contract.checks.history import History, Origin, data_of
from user_webhook_contract.checks.message_mode import ALL_MODES
from user_webhook_contract.http.request import Request
from user_webhook_contract.http.response import Response

ALL = {"events": ["all"]}
A, B = "https://hooks.example.com/a", "https://hooks.example.com/b"
ONE, TWO = "Mi9Qe2vYpX7kLr4T-one", "aG5oKx0ZtN2bVq7R-two"


def test_the_first_answer_is_remembered_whole() -> None:
    script = Script()
    script.update(ALL)
    script.update({**ALL, "url": A, "secrets": [ONE]})

    assert script.history.webhook(FIRST).first == {
        "id": FIRST,
        "url": "https://example.com/seed",
        "clientId": "client",
        "secrets": [f"seed-{FIRST[::-1]}"],
        "events": ["all"],
    }


def test_the_newest_url_and_secrets_are_known() -> None:
    script = Script()
    script.update({**ALL, "url": A, "secrets": [ONE]})
    script.update({**ALL, "url": B, "secrets": [TWO, ONE]})

    assert script.history.webhook(FIRST).urls == {B}
    assert script.history.webhook(FIRST).secrets == (TWO, ONE)


def test_webhooks_are_known_apart() -> None:
    script = Script()
    script.update({**ALL, "url": A, "secrets": [ONE]})
    script.update({**ALL, "url": B, "secrets": [TWO]}, SECOND)

    assert (script.history.webhook(FIRST).urls, script.history.webhook(SECOND).urls) == ({A}, {B})
    assert (script.history.webhook(FIRST).secrets, script.history.webhook(SECOND).secrets) == ((ONE,), (TWO,))


def test_a_refusal_changes_nothing_that_is_known_of_the_webhook() -> None:
    script = Script()
    script.update({**ALL, "url": A, "secrets": [ONE]})
    for status in (400, 401, 403):
        script.refuse(status, {"url": B, "secrets": [TWO]})

    assert (script.history.webhook(FIRST).urls, script.history.webhook(FIRST).secrets) == ({A}, (ONE,))
    assert script.history.webhook(FIRST).refusals == {400, 401, 403}


def test_what_was_sent_is_told_by_its_first_sender() -> None:
    script = Script()
    script.update({**ALL, "url": A, "secrets": [ONE]})
    script.refuse(403, {"url": B, "secrets": [TWO]}, SECOND)

    assert script.history.urls[A] == Origin(FIRST, 201)
    assert script.history.urls[B] == Origin(SECOND, 403)
    assert script.history.secrets[TWO] == Origin(SECOND, 403)


def test_a_wrong_acceptance_is_accused_once() -> None:
    script = Script()
    script.response(Request(FIRST, json.dumps({"url": A, "events": []}).encode()), 201, {"data": {}})

    assert script.history.urls[A] == Origin(FIRST, 201, is_accused=True)


def test_a_crash_leaves_both_urls_possible() -> None:
    script = Script()
    script.update({**ALL, "url": A, "secrets": [ONE]})
    script.response(Request(FIRST, json.dumps({**ALL, "url": B}).encode()), 500, {})

    assert script.history.webhook(FIRST).urls == {A, B}
    assert script.history.webhook(FIRST).secrets is None
    assert script.history.urls[B] == Origin(FIRST, None)


def test_a_crash_on_what_must_be_refused_leaves_the_webhook_as_it_was() -> None:
    script = Script()
    script.update({**ALL, "url": A, "secrets": [ONE]})
    script.response(Request(FIRST, json.dumps({"events": [], "url": B}).encode()), 500, {})

    assert script.history.webhook(FIRST).urls == {A}
    assert script.history.urls[B] == Origin(FIRST, 500)


def test_silence_at_the_beginning_leaves_everything_unknown() -> None:
    script = Script()
    script.silence({**ALL, "url": B})

    assert script.history.webhook(FIRST).urls is None
    assert script.history.urls[B] == Origin(FIRST, None)


def test_an_answer_with_the_former_url_leaves_both_urls_possible() -> None:
    script = Script()
    script.update({**ALL, "url": A})
    script.update({**ALL, "url": B}, url=A)

    assert script.history.webhook(FIRST).urls == {A, B}


def test_accepted_updates_are_counted() -> None:
    script = Script()
    script.update(ALL)
    script.refuse(400, {})
    script.update(ALL)
    script.update(ALL, SECOND)

    assert (script.history.webhook(FIRST).written, script.history.webhook(SECOND).written) == (2, 1)


def test_a_neighbour_is_busy_until_the_webhook_is_updated_itself() -> None:
    script = Script()
    script.update(ALL)
    script.update(ALL, SECOND)
    webhooks = [script.history.webhook(name) for name in (FIRST, SECOND)]
    assert [webhook.other_webhook_changed for webhook in webhooks] == [True, False]
    script.update(ALL)

    assert [webhook.other_webhook_changed for webhook in webhooks] == [False, True]


def test_a_url_counts_as_kept_where_an_update_without_it_shows_it_again() -> None:
    script = Script()
    script.update(ALL)
    script.update(ALL)
    assert not script.history.webhook(FIRST).keeps_url
    script.update({**ALL, "url": A})
    assert not script.history.webhook(FIRST).keeps_url
    script.update(ALL)

    assert script.history.webhook(FIRST).keeps_url


@pytest.mark.parametrize("between", ["a refusal", "a neighbour", "both", "the same url", "another url"])
def test_a_url_does_not_count_as_kept_where_something_else_explains_it(between: str) -> None:
    script = Script()
    script.update({**ALL, "url": A})
    if between in {"a refusal", "both"}:
        script.refuse(400, {})
    if between in {"a neighbour", "both"}:
        script.update(ALL, SECOND)
    script.update({**ALL, "url": A} if between == "the same url" else ALL, url=B if between == "another url" else A)

    assert not script.history.webhook(FIRST).keeps_url


def test_silence_leaves_both_urls_possible() -> None:
    script = Script()
    script.update({**ALL, "url": A, "secrets": [ONE]})
    script.silence({**ALL, "url": B})

    assert script.history.webhook(FIRST).urls == {A, B}
    assert script.history.webhook(FIRST).secrets is None


def test_generated_secrets_are_told_from_sent_ones() -> None:
    script = Script()
    script.update(ALL, secrets=["before-the-run-Mi9Qe2v"])
    script.update({**ALL, "secrets": [ONE]})
    script.update(ALL, secrets=["generated-zB1nWc6HsD8uJf3A"])

    assert script.history.generated == ["generated-zB1nWc6HsD8uJf3A"]
    assert script.history.secrets["generated-zB1nWc6HsD8uJf3A"] == Origin(FIRST, 201, is_generated=True)
    assert script.history.keeps_secrets is False


def test_an_update_that_replaces_secrets_does_not_tell_whether_they_are_kept() -> None:
    script = Script()
    script.update({**ALL, "secrets": [ONE]})
    script.update({**ALL, "secrets": [TWO]})

    assert script.history.keeps_secrets is None


@pytest.mark.parametrize("sent", [{}, {"secrets": []}, {"secrets": None}], ids=json.dumps)
def test_generated_secrets_do_not_tell_whether_sent_ones_are_kept(sent: dict[str, object]) -> None:
    script = Script()
    script.update({**ALL, **sent}, secrets=["generated-aG5oKx0ZtN2bVq7R"])
    script.update(ALL, secrets=["generated-zB1nWc6HsD8uJf3A"])

    assert script.history.keeps_secrets is None


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ({"events": ["all"], "url": None}, ["url"]),
        ({"events": ["all"], "secrets": None}, ["secrets"]),
        ({"events": ["all"], "url": None, "secrets": None}, ["secrets", "url"]),
        ({"events": ["all"], "url": "https://localhost"}, ["url"]),
        ({"events": ["all"], "secrets": []}, ["secrets"]),
        ({"events": ["all"], "secrets": [7]}, ["secrets"]),
        ({"events": ["all"], "secrets": ["short"]}, ["secrets"]),
        ({"events": ["all"], "secrets": [f" {ONE} "]}, ["secrets"]),
        ({"events": ["all"], "secrets": [ONE, ONE]}, ["secrets"]),
        ({"events": ["all"], "nickname": 1}, []),
    ],
    ids=lambda value: str(value)[:50],
)
def test_an_open_question_leaves_its_part_open_until_it_is_replaced(body: dict[str, object], parts: list[str]) -> None:
    script = Script()
    script.update(body)
    assert script.history.webhook(FIRST).open_parts == set(parts)
    script.update({**ALL, "url": A, "secrets": [ONE]})

    assert script.history.webhook(FIRST).open_parts == set()


def test_open_questions_add_up_until_their_parts_are_replaced() -> None:
    script = Script()
    script.update({**ALL, "url": "https://localhost"})
    script.update({**ALL, "secrets": [7]})
    assert script.history.webhook(FIRST).open_parts == {"url", "secrets"}
    script.update({**ALL, "url": A})

    assert script.history.webhook(FIRST).open_parts == {"secrets"}


def test_a_body_that_readers_take_in_different_ways_leaves_url_and_secrets_open() -> None:
    script = Script()
    script.response(Request(FIRST, b'{"events":["all"],"events":["all"]}'), 201, {"data": {"url": A, "secrets": [ONE]}})

    assert script.history.webhook(FIRST).open_parts == {"url", "secrets"}


def test_a_refused_open_question_leaves_nothing_open() -> None:
    script = Script()
    script.response(Request(FIRST, json.dumps({**ALL, "secrets": [7]}).encode()), 400, ERRORS[400])

    assert script.history.webhook(FIRST).open_parts == set()


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{}", b'{"data":7}', b"\xff", b"{" * 100_000],
    ids=["nothing", "null", "an array", "an empty object", "a number", "no UTF-8", "100,000 levels"],
)
def test_an_answer_without_a_webhook_teaches_nothing(body: bytes) -> None:
    script = Script()
    script.response(Request(FIRST, b'{"events":["all"]}'), 201, body)

    assert data_of(Response(201, {}, body)) == {}
    assert script.history.webhook(FIRST).urls is None


def test_a_new_history_knows_nothing() -> None:
    history = History()

    assert (history.webhooks, history.urls, history.secrets, history.generated) == ({}, {}, {}, [])
    assert (history.message_modes, history.latest) == (ALL_MODES, None)


def test_the_latest_status_is_known_and_silence_has_none() -> None:
    script = Script()
    script.update(ALL)
    first = script.history.latest
    script.refuse(400, {})
    second = script.history.latest
    script.silence(ALL)

    assert (first, second, script.history.latest) == (201, 400, None)


def test_of_an_unknown_webhook_few_secrets_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_STORED_SECRETS", 2)
    script, unknown = Script(), "0b1d1f6e-5d4f-4a3b-9c2d-7e8f90a1b2c3"
    sent = {**ALL, "secrets": ["secret-one", "secret-two", "secret-three"]}
    script.update(sent)
    script.update(sent, unknown)

    assert script.history.webhook(FIRST).secrets == ("secret-one", "secret-two", "secret-three")
    assert script.history.webhook(unknown).secrets == ("secret-one", "secret-two")


def test_the_urls_that_were_sent_first_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_URLS", 3)
    script = Script()
    for number in range(5):
        script.update({**ALL, "url": f"{A}/{number}"})

    assert list(script.history.urls) == [f"{A}/{number}" for number in (2, 3, 4)]


def test_old_secrets_are_forgotten_unless_they_are_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_SECRETS", 4)
    script = Script()
    script.update({**ALL, "secrets": ["secret-of-the-other"]}, SECOND)
    for number in range(5):
        script.update({**ALL, "secrets": [f"secret-number-{number}"]})
    known = [one for one in script.history.secrets if one.startswith("secret-")]

    assert len(script.history.secrets) <= 4
    assert "secret-of-the-other" in known
    assert known[-2:] == ["secret-number-3", "secret-number-4"]
    assert "secret-number-0" not in known


def test_as_many_secrets_as_the_limit_are_known_and_half_of_them_once_there_are_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "MAX_SECRETS", 6)
    script = Script()
    script.update({**ALL, "secrets": [f"secret-number-{number}" for number in range(6)]})
    script.update({**ALL, "secrets": ["secret-number-0"]})
    whole = list(script.history.secrets)
    script.update({**ALL, "secrets": ["secret-number-6"]})
    script.update({**ALL, "secrets": ["secret-number-7"]})

    assert whole == [f"secret-number-{number}" for number in range(6)]
    assert list(script.history.secrets)[-3:] == [f"secret-number-{number}" for number in (5, 6, 7)]
    assert "secret-number-3" not in script.history.secrets


def test_no_more_generated_secrets_are_kept_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_GENERATED", 2)
    script = Script()
    made = [f"{letter}Wq7eX2vYpN9kLr4TzB1nWc6HsD8uJf3" for letter in "abcd"]
    for secret in made:
        script.response(Request(FIRST, json.dumps(ALL).encode()), 201, answer_with(secret))

    assert script.history.generated == made[-2:]


def test_only_the_latest_unknown_webhooks_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_UNKNOWN_IDS", 2)
    script = Script()
    script.update(ALL)
    ids = [f"0b1d1f6e-5d4f-4a3b-9c2d-7e8f90a1b2c{number}" for number in range(4)]
    for one in ids:
        script.response(Request(one, json.dumps(ALL).encode()), 404, ERRORS[404])

    assert [one in script.history.webhooks for one in (FIRST, *ids)] == [True, False, False, True, True]


def answer_with(secret: str) -> dict[str, object]:
    webhook = {"id": FIRST, "url": A, "events": ["all"], "clientId": "client", "secrets": [secret]}
    return {"data": webhook}

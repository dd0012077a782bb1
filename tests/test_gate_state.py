from __future__ import annotations

import json
from typing import Any

import pytest
from gate_runs import numbered
from gate_script import ERRORS, FIRST, SECOND, Script

from contract_tests.request import Credential, Request

ALL = {"events": ["all"]}
A, B, C = (f"https://hooks.example.com/{name}" for name in "abc")
ONE, TWO, THREE = ("Mi9Qe2vYpX7kLr4T-one", "aG5oKx0ZtN2bVq7R-two", "zB1nWc6HsD8uJf3A-three")
DOCUMENTED: dict[str, Any] = {
    "id": FIRST,
    "url": A,
    "events": ["all"],
    "clientId": "client",
    "secrets": ["generated-Mi9Qe2vYpX7kLr4T"],
}


def opened() -> Script:
    """Return a script with both webhooks opened and a url of its own stored in each."""
    script = Script()
    for webhook_id, url in ((FIRST, A), (SECOND, B)):
        assert script.update(ALL, webhook_id) == set()
        assert script.update({**ALL, "url": url, "secrets": [f"own-secret-of-{url}"]}, webhook_id) == set()
    return script


def test_a_url_that_stays_is_kept() -> None:
    made = [["kR8sVx2Qm5TzLw9YbN3cJh7DfGa1Pe4U"], ["Zt6WqE0oXn4BvM8yKs2RdHj5CgLp7FuA"]]
    script = opened()

    assert [script.update(ALL, secrets=secrets) for secrets in made] == [set(), set()]


@pytest.mark.parametrize("url", ["https://example.com/seed", "https://example.com/webhook", "https://other.example/x"])
def test_a_url_that_reverts_or_changes_breaks_the_kept_url(url: str) -> None:
    assert "R-301" in opened().update(ALL, url=url)


@pytest.mark.parametrize(
    ("status", "row"), [(400, "R-304"), (401, "R-305"), (403, "R-306")], ids=["a 400", "a 401", "a 403"]
)
def test_a_url_of_a_refused_update_breaks_the_requirement_of_that_refusal(status: int, row: str) -> None:
    script = opened()
    script.refuse(status, {"url": C})

    assert script.update(ALL, url=C) == {row}


@pytest.mark.parametrize(
    ("status", "row"), [(400, "R-304"), (401, "R-305"), (403, "R-306")], ids=["a 400", "a 401", "a 403"]
)
def test_a_url_that_a_refusal_clears_breaks_the_requirement_of_that_refusal(status: int, row: str) -> None:
    script = opened()
    assert [script.update(ALL) for _ in range(2)] == [set(), set()]
    script.refuse(status, {"url": C})

    assert row in script.update(ALL, url="https://example.com/default")


@pytest.mark.parametrize(
    ("status", "row"), [(400, "R-304"), (401, "R-305"), (403, "R-306")], ids=["a 400", "a 401", "a 403"]
)
def test_secrets_of_a_refused_update_break_the_requirement_of_that_refusal(status: int, row: str) -> None:
    script = opened()
    script.refuse(status, {"secrets": [THREE]})

    assert script.update(ALL, secrets=[THREE]) == {row}


def test_a_url_of_the_other_webhook_breaks_its_own_requirement() -> None:
    assert opened().update(ALL, url=B) == {"R-307"}
    assert opened().update(ALL, SECOND, url=A) == {"R-307"}


def test_secrets_of_the_other_webhook_break_its_own_requirement() -> None:
    assert opened().update(ALL, secrets=[f"own-secret-of-{B}"]) == {"R-307"}


def test_a_url_that_stays_after_refusals_proves_that_they_wrote_nothing() -> None:
    script = opened()
    for status in (400, 401, 403, 404):
        script.refuse(status, {"url": f"{C}{status}", "secrets": [f"{THREE}{status}"]})

    assert script.update(ALL) == set()


@pytest.mark.parametrize(
    ("sent", "answered", "row"),
    numbered(
        [
            ({**ALL, "url": C}, {"url": A}, "R-106"),
            ({**ALL, "url": C}, {"url": C + "/"}, "R-106"),
            ({**ALL, "url": C}, {"url": C.upper()}, "R-106"),
            ({"events": ["all", "facility.creation.accepted"]}, {"events": ["all"]}, "R-105"),
            ({"events": ["facility.creation.accepted"]}, {"events": ["all"]}, "R-105"),
            (ALL, {"events": ["all", "facility.creation.accepted"]}, "R-105"),
            (ALL, {"events": []}, "R-105"),
            ({**ALL, "secrets": [ONE, TWO]}, {"secrets": [TWO, ONE]}, "R-107"),
            ({**ALL, "secrets": [ONE, TWO]}, {"secrets": [ONE]}, "R-107"),
            ({**ALL, "secrets": [ONE]}, {"secrets": [ONE, TWO]}, "R-107"),
            ({**ALL, "secrets": [ONE]}, {"secrets": ["***"]}, "R-107"),
            ({**ALL, "secrets": [ONE]}, {"secrets": [ONE.lower()]}, "R-107"),
            ({**ALL, "secrets": [ONE]}, {"secrets": []}, "R-107"),
            (ALL, {"secrets": []}, "R-302"),
            (ALL, {"secrets": [""]}, "R-302"),
            (ALL, {"secrets": ["  "]}, "R-302"),
            (ALL, {"id": SECOND}, "R-104"),
            (ALL, {"id": FIRST.upper()}, "R-104"),
            (ALL, {"clientId": "another"}, "R-108"),
            (ALL, {"clientId": "Client"}, "R-108"),
            (ALL, {"url": 7}, "R-103"),
            (ALL, {"url": None}, "R-103"),
            (ALL, {"events": "all"}, "R-103"),
            (ALL, {"events": ["nope"]}, "R-103"),
            (ALL, {"secrets": "text"}, "R-103"),
            (ALL, {"secrets": [7]}, "R-103"),
            (ALL, {"clientId": 7}, "R-103"),
            *[(ALL, {name: ...}, "R-103") for name in ("id", "url", "events", "clientId", "secrets")],
        ]
    ),
)
def test_a_wrong_webhook_in_an_answer_breaks_one_requirement(
    sent: dict[str, Any], answered: dict[str, Any], row: str
) -> None:
    assert opened().update(sent, **answered) == {row}


@pytest.mark.parametrize(
    ("sent", "answered"),
    numbered(
        [
            ({"events": ["all", "facility.creation.accepted"]}, {"events": ["facility.creation.accepted", "all"]}),
            ({**ALL, "url": "HTTPS://Example.COM"}, {"url": "https://example.com/"}),
            ({**ALL, "url": "https://example.com:443/a#b"}, {"url": "https://example.com/a"}),
            (ALL, {"createdAt": "2026-01-01", "extra": {"a": None}}),
            ({**ALL, "clientId": "mine", "id": "mine"}, {}),
            ({**ALL, "secrets": []}, {"secrets": []}),
            ({**ALL, "secrets": []}, {"secrets": ["generated-zB1nWc6HsD8uJf3A"]}),
            ({**ALL, "secrets": [7]}, {"secrets": ["7"]}),
            ({**ALL, "secrets": [7]}, {"secrets": [7]}),
            ({**ALL, "secrets": None}, {"secrets": ["generated-zB1nWc6HsD8uJf3A"]}),
            ({**ALL, "url": None}, {"url": A}),
            ({"events": ["all", "all"]}, {"events": ["all"]}),
            ({"events": ["all", "all"]}, {"events": ["all", "all"]}),
            ({**ALL, "url": "https://user:password@example.com"}, {"url": "https://example.com"}),
            ({**ALL, "url": "https://bücher.example/"}, {"url": "https://xn--bcher-kva.example/"}),
        ]
    ),
)
def test_an_open_question_in_an_answer_is_no_accusation(sent: dict[str, Any], answered: dict[str, Any]) -> None:
    assert opened().update(sent, **answered) == set()


def test_one_constant_generated_secret_breaks_the_unpredictable_ones() -> None:
    script = opened()
    broken = [script.update(ALL, secrets=["constant-Mi9Qe2vYpX7kLr4T"])]
    broken += [script.update({**ALL, "secrets": [ONE]})]
    broken += [script.update(ALL, secrets=["constant-Mi9Qe2vYpX7kLr4T"])]

    assert broken == [set(), set(), {"R-303"}]


def test_a_generated_secret_that_two_webhooks_share_breaks_the_unpredictable_ones() -> None:
    script = opened()
    assert script.update(ALL, secrets=["shared-Mi9Qe2vYpX7kLr4T"]) == set()

    assert script.update(ALL, SECOND, secrets=["shared-Mi9Qe2vYpX7kLr4T"]) == {"R-303"}


def test_a_generated_secret_that_counts_on_breaks_the_unpredictable_ones() -> None:
    script = opened()
    assert script.update(ALL, secrets=["generated-Mi9Qe2vYpX-0001"]) == set()

    assert script.update(ALL, secrets=["generated-Mi9Qe2vYpX-0002"]) == {"R-303"}


def test_a_target_that_keeps_its_secrets_is_not_accused() -> None:
    script = opened()
    assert script.update({**ALL, "secrets": [ONE, TWO]}) == set()

    assert [script.update(ALL) for _ in range(3)] == [set(), set(), set()]
    assert script.history.keeps_secrets is True


def test_a_target_that_once_kept_and_once_generated_contradicts_itself() -> None:
    script = opened()
    assert script.update(ALL, secrets=["generated-zB1nWc6HsD8uJf3A"]) == set()
    assert script.update({**ALL, "secrets": [ONE, TWO]}) == set()

    assert script.update(ALL, secrets=[ONE]) == {"R-302"}


def test_secrets_of_the_first_of_two_updates_do_not_return() -> None:
    script = opened()
    script.update({**ALL, "secrets": [ONE]})
    script.update({**ALL, "secrets": [TWO]})

    assert script.update(ALL, secrets=[ONE]) != set()


@pytest.mark.parametrize("odd", [[7], [{"a": 1}, None], ["", ""], ["short"]], ids=json.dumps)
def test_stored_odd_secrets_are_forgiven_until_they_are_replaced(odd: list[Any]) -> None:
    script = opened()
    assert script.update({**ALL, "secrets": odd}, secrets=odd) == set()
    assert script.update(ALL, secrets=odd) == set()
    assert script.update({**ALL, "secrets": [ONE]}) == set()

    assert script.update({**ALL, "secrets": [TWO]}, secrets=odd) != set()


@pytest.mark.parametrize(
    "body",
    [
        b'{"events":["all"],"events":["all"],"secrets":[{"a":1},null]}',
        b'{"events":["all"],"x":NaN,"secrets":[7,null]}',
        b'{"events":["all"],"x":1e400,"url":null,"secrets":[7]}',
        b'{"events":["all"],"big":' + b"9" * 5000 + b',"secrets":[null]}',
    ],
    ids=["a key twice", "NaN", "1e400", "5,000 digits"],
)
def test_two_open_questions_in_one_body_are_both_forgiven(body: bytes) -> None:
    script = opened()
    data = {**DOCUMENTED, "secrets": [{"a": 1}, None]}

    assert script.answer(Request(FIRST, body), 201, {"data": data}) == set()
    assert script.update(ALL, secrets=[{"a": 1}, None]) == set()


def test_a_url_that_null_changed_is_forgiven_until_it_is_replaced() -> None:
    script = opened()
    assert script.update({**ALL, "url": None}, url=B) == set()
    assert script.update(ALL, url=B) == set()
    assert script.update({**ALL, "url": C}) == set()

    assert script.update(ALL, url=A) == {"R-301"}


def test_a_webhook_without_a_url_is_no_whole_webhook() -> None:
    script = opened()

    assert script.update({**ALL, "url": None}, url=None) == {"R-103"}


def test_what_was_stored_without_an_answer_is_no_accusation() -> None:
    script = opened()
    script.silence({**ALL, "url": C, "secrets": [THREE]})

    assert script.update(ALL, url=C, secrets=[THREE]) == set()


def test_an_answer_that_shows_the_state_before_the_update_is_stale() -> None:
    script = opened()

    assert script.update({**ALL, "url": C, "secrets": [ONE]}, url=A, secrets=[TWO]) == {"R-106", "R-107"}


@pytest.mark.parametrize(
    ("status", "body", "row"),
    numbered(
        [
            (400, {"message": ["events must contain at least 1 elements"], "statusCode": 400}, "R-602"),
            (400, {**ERRORS[400], "statusCode": "400"}, "R-602"),
            (400, {**ERRORS[400], "statusCode": 422}, "R-602"),
            (400, {**ERRORS[400], "error": "BadRequest"}, "R-602"),
            (400, {**ERRORS[400], "message": "events must contain at least 1 elements"}, "R-602"),
            (400, {**ERRORS[400], "message": []}, "R-602"),
            (400, {**ERRORS[400], "message": [""]}, "R-602"),
            (400, {**ERRORS[400], "message": [None]}, "R-602"),
            (400, {"error": "Bad Request", "statusCode": 400}, "R-602"),
            (400, [ERRORS[400]], "R-602"),
            (400, b"", "R-602"),
            (400, b"<html>", "R-602"),
            (401, {**ERRORS[401], "error": "Unauthorized"}, "R-604"),
            (401, {**ERRORS[401], "error": None}, "R-604"),
            (401, {**ERRORS[401], "message": "unauthorized"}, "R-604"),
            (401, {**ERRORS[401], "message": ["Unauthorized"]}, "R-604"),
            (401, {"message": "Unauthorized"}, "R-604"),
            (401, {**ERRORS[401], "statusCode": 401.5}, "R-604"),
            (403, {**ERRORS[403], "message": "Forbidden resource"}, "R-606"),
            (403, {"message": "Forbidden Resource", "statusCode": 403}, "R-606"),
            (403, {**ERRORS[403], "statusCode": True}, "R-606"),
            (404, {**ERRORS[404], "message": "webhook not found"}, "R-608"),
            (404, {**ERRORS[404], "message": ["Webhook not found"]}, "R-608"),
            (404, {**ERRORS[404], "error": None}, "R-608"),
            (404, b"null", "R-608"),
        ]
    ),
)
def test_a_wrong_error_body_breaks_the_requirement_of_its_status(status: int, body: Any, row: str) -> None:
    assert Script().answer(refused(status), status, body) == {row}


def refused(status: int) -> Request:
    """Return a request that is refused with *status*."""
    callers = {401: Credential.ABSENT, 403: Credential.FORBIDDEN}
    webhook_id = "0b1d1f6e-5d4f-4a3b-9c2d-7e8f90a1b2c3" if status == 404 else FIRST
    body = {"events": [] if status == 400 else ["all"]}
    return Request(webhook_id, json.dumps(body).encode(), callers.get(status, Credential.VALID))


@pytest.mark.parametrize(("status", "row"), [(400, "R-601"), (401, "R-603"), (403, "R-605"), (404, "R-607")], ids=str)
def test_another_media_type_of_an_error_breaks_its_own_requirement(status: int, row: str) -> None:
    body = ERRORS[status]

    assert Script().answer(refused(status), status, body, "application/problem+json") == {row}
    assert Script().answer(refused(status), status, body, "") == {row}
    assert Script().answer(refused(status), status, body, "Application/JSON; charset=utf-8") == set()


@pytest.mark.parametrize("status", [400, 401, 403, 404], ids=str)
def test_more_in_an_error_body_is_no_accusation(status: int) -> None:
    more = {**ERRORS[status], "timestamp": "now", "path": "/x"}

    assert Script().answer(refused(status), status, more) == set()


def test_both_documented_messages_of_a_404_are_right() -> None:
    for message in ("Webhook not found", "Not Found"):
        assert Script().answer(refused(404), 404, {**ERRORS[404], "message": message}) == set()


@pytest.mark.parametrize(
    ("refusal", "status", "row"),
    numbered(
        [
            *[(400, status, "R-203") for status in (200, 201, 204, 401, 403, 404, 409, 422, 500)],
            *[(401, status, "R-401") for status in (200, 201, 204, 400, 403, 404, 407, 500)],
            *[(403, status, "R-404") for status in (200, 201, 400, 401, 404, 500)],
            *[(404, status, "R-501") for status in (200, 201, 204, 400, 401, 403, 410, 500)],
        ]
    ),
)
def test_another_status_breaks_the_requirement_of_the_request(refusal: int, status: int, row: str) -> None:
    found = Script().answer(refused(refusal), status, {"data": DOCUMENTED})

    assert row in found
    assert not found & {"R-101", "R-103"}


@pytest.mark.parametrize("status", [200, 202, 204, 301, 400, 401, 403, 404, 409, 422, 500, 503], ids=str)
def test_a_valid_update_answered_otherwise_breaks_the_201(status: int) -> None:
    assert Script().answer(Request(FIRST, b'{"events":["all"]}'), status, {"data": DOCUMENTED}) == {"R-101"}


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{}", b'{"data":null}', b'{"data":[]}', b"{", b"\xff", json.dumps(DOCUMENTED).encode()],
    ids=[
        "nothing",
        "null",
        "an array",
        "no data",
        "null as data",
        "an array as data",
        "no JSON",
        "no UTF-8",
        "the bare webhook",
    ],
)
def test_a_201_without_the_webhook_breaks_the_schema(body: bytes) -> None:
    assert Script().answer(Request(FIRST, b'{"events":["all"]}'), 201, body) == {"R-103"}

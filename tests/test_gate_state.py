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
            ({**ALL, "secrets": ["short"]}, {"secrets": ["short   "]}),
            ({**ALL, "secrets": ["clé-secrète-0001"]}, {"secrets": ["cle-secrete-0001"]}),
            ({**ALL, "secrets": [ONE, ONE]}, {"secrets": [ONE]}),
            (ALL, {"extra": "\ud800"}),
            ({"events": ["all", "all"]}, {"events": ["all"]}),
            ({"events": ["all", "all"]}, {"events": ["all", "all"]}),
            ({**ALL, "url": "https://user:password@example.com"}, {"url": "https://example.com"}),
            ({**ALL, "url": "https://bücher.example/"}, {"url": "https://xn--bcher-kva.example/"}),
        ]
    ),
)
def test_an_open_question_in_an_answer_is_no_accusation(sent: dict[str, Any], answered: dict[str, Any]) -> None:
    assert opened().update(sent, **answered) == set()


SHAPE = "{data: {id, url, events, clientId, secrets}}, strings and arrays of strings"


@pytest.mark.parametrize(
    ("sent", "answered", "told"),
    numbered(
        [
            ({**ALL, "url": C}, {"url": A}, ("R-106", f'"{A}"', f'"{C}"')),
            (ALL, {"url": B + "/other"}, ("R-301", f'"{B}/other"', f'"{A}"')),
            (ALL, {"events": []}, ("R-105", "[]", '["all"]')),
            ({"events": ["all", "all"]}, {"events": []}, ("R-105", "[]", '["all"]')),
            ({**ALL, "secrets": [ONE]}, {"secrets": [TWO]}, ("R-107", f'["{TWO}"]', f'["{ONE}"]')),
            (ALL, {"secrets": [""]}, ("R-302", '[""]', "at least one secret that is not empty")),
            (ALL, {"secrets": ["short"]}, ("R-303", "a generated secret that can be guessed: {}", "a random secret")),
            (ALL, {"id": SECOND}, ("R-104", f'"{SECOND}"', f'"{FIRST}"')),
            (ALL, {"clientId": "another"}, ("R-108", '"another"', '"client"')),
            (ALL, {"url": 7}, ("R-103", 'data.url: 7 is not of type "string"', SHAPE)),
            (ALL, {"secrets": [7]}, ("R-103", 'data.secrets.0: 7 is not of type "string"', SHAPE)),
        ]
    ),
)
def test_what_is_wrong_is_told_with_what_is_documented(
    sent: dict[str, Any], answered: dict[str, Any], told: tuple[str, str, str]
) -> None:
    script = opened()
    script.update(sent, **answered)
    weakness = "5 characters leave fewer than 40 bits to guess"

    assert script.told == [(told[0], told[1].format(weakness), told[2])]


@pytest.mark.parametrize(
    ("body", "misfit"),
    [
        (b"<html>", "no JSON"),
        (b"[]", 'the body: [] is not of type "object"'),
        (b'{"data": 7}', 'data: 7 is not of type "object"'),
    ],
    ids=["no JSON", "an array", "a number"],
)
def test_a_201_without_a_webhook_is_told_with_the_documented_shape(body: bytes, misfit: str) -> None:
    script = Script()
    script.answer(Request(FIRST, b'{"events":["all"]}'), 201, body)

    assert script.told == [("R-103", misfit, SHAPE)]


@pytest.mark.parametrize(
    ("sent", "rows"),
    numbered(
        [
            ({**ALL, "url": C, "secrets": [ONE]}, "R-101 R-102 R-103 R-104 R-105 R-106 R-107 R-108"),
            ({**ALL, "url": C}, "R-101 R-102 R-103 R-104 R-105 R-106 R-108 R-302"),
            (ALL, "R-101 R-102 R-103 R-104 R-105 R-108 R-301 R-302 R-307"),
            ({"events": ["all", "all"], "url": C, "secrets": [ONE]}, "R-102 R-103 R-104 R-105 R-106 R-107 R-108 R-701"),
        ]
    ),
)
def test_a_right_answer_proves_what_it_shows(sent: dict[str, Any], rows: str) -> None:
    script = opened()
    script.update(sent)

    assert sorted(script.kept) == rows.split()


def test_a_url_that_stays_proves_that_refusals_wrote_nothing() -> None:
    script = Script()
    script.update({**ALL, "url": A})
    for status in (400, 401, 403):
        script.refuse(status, {"url": f"{C}{status}"})
    script.refuse(400, {"url": f"{C}-other"}, SECOND)
    script.update(ALL)

    assert {"R-301", "R-304", "R-305", "R-306"} <= script.kept
    assert "R-307" not in script.kept


@pytest.mark.parametrize("status", [401, 403], ids=str)
def test_a_refusal_for_another_webhook_proves_nothing_for_this_one(status: int) -> None:
    script = Script()
    script.update({**ALL, "url": A})
    script.refuse(status, {"url": C}, SECOND)
    script.update(ALL)

    assert not script.kept & {"R-304", "R-305", "R-306", "R-307"}


def test_a_url_of_one_refused_update_accuses_no_other_refusal() -> None:
    script = opened()
    assert [script.update(ALL) for _ in range(2)] == [set(), set()]
    script.refuse(400, {"url": C})
    script.refuse(401, {"url": B + "/other"})

    assert script.update(ALL, url=C) == {"R-304"}


def test_a_url_that_changes_behind_refusals_and_a_neighbour_accuses_all_of_them() -> None:
    script = opened()
    assert [script.update(ALL) for _ in range(2)] == [set(), set()]
    for status in (400, 401):
        script.refuse(status, {})
    script.answer(Request(FIRST, b"events=all", media_type="text/plain"), 415, b"")
    assert script.update(ALL, SECOND) == set()
    script.update(ALL, url="https://example.com/default")

    assert script.told == [
        (row, '"https://example.com/default"', f'"{A}"') for row in ("R-301", "R-304", "R-305", "R-307")
    ]


def test_a_url_that_was_never_kept_accuses_the_kept_url_alone() -> None:
    script = Script()
    script.update({**ALL, "url": A})
    script.refuse(400, {})

    assert script.update(ALL, url="https://example.com/default") == {"R-301"}


def test_a_url_that_is_none_of_two_possible_ones_is_told_with_both() -> None:
    script = opened()
    script.silence({**ALL, "url": C})
    script.update(ALL, url="https://example.com/default")

    assert script.told == [("R-301", '"https://example.com/default"', f'"{A}" or "{C}"')]


def test_a_url_of_an_update_that_was_too_large_breaks_the_refused_update() -> None:
    script = opened()
    body = json.dumps({"events": ["all"], "url": C, "padding": "p" * 9000}).encode()
    script.answer(Request(FIRST, body), 413, b"")

    assert script.update(ALL, url=C) == {"R-304"}


def test_a_secret_of_the_other_webhook_is_no_own_one_behind_silence() -> None:
    script = opened()
    script.silence(ALL)

    assert script.update(ALL, secrets=[f"own-secret-of-{B}"]) == {"R-307"}


def test_a_secret_of_the_webhook_is_its_own_behind_silence() -> None:
    script = opened()
    script.silence(ALL)

    assert script.update(ALL, secrets=[f"own-secret-of-{A}"]) == set()
    assert "R-302" in script.kept


def test_a_target_that_keeps_generated_secrets_is_not_accused() -> None:
    script = Script()

    assert [script.update(ALL) for _ in range(3)] == [set(), set(), set()]
    assert "R-302" in script.kept
    assert "R-303" not in script.kept


def test_a_target_that_replaces_secrets_may_not_generate_one_twice() -> None:
    script = opened()
    script.update(ALL, secrets=["generated-zB1nWc6HsD8uJf3A"])
    script.update(ALL, secrets=["generated-zB1nWc6HsD8uJf3A"])

    assert script.told == [("R-303", "the same secret generated twice", "a new secret each time")]


@pytest.mark.parametrize(("webhook_id", "whose"), [(FIRST, "this webhook"), (SECOND, "another webhook")], ids=str)
def test_a_generated_secret_that_returns_is_told_with_its_webhook(webhook_id: str, whose: str) -> None:
    script = opened()
    script.update(ALL, webhook_id, secrets=["generated-zB1nWc6HsD8uJf3A"])
    script.update({**ALL, "secrets": [ONE]})
    script.update(ALL, secrets=["generated-zB1nWc6HsD8uJf3A"])

    assert script.told == [("R-303", f"a secret that was generated before, for {whose}", "a new secret")]


def test_a_sent_secret_that_returns_is_told_with_what_is_documented() -> None:
    script = opened()
    script.update({**ALL, "secrets": [ONE, TWO]})
    script.update(ALL, secrets=[ONE])

    assert script.told == [("R-302", f'["{ONE}"]', "a new secret, or all those stored before")]


def test_secrets_that_a_refusal_replaces_break_the_requirement_of_that_refusal() -> None:
    script = opened()
    assert script.update(ALL) == set()
    for status in (400, 403):
        script.refuse(status, {})
    script.answer(Request(FIRST, b"events=all", media_type="text/plain"), 415, b"")
    script.update(ALL, secrets=["generated-zB1nWc6HsD8uJf3A"])

    assert script.told == [
        (row, '["generated-zB1nWc6HsD8uJf3A"]', "the secrets stored before") for row in ("R-304", "R-306")
    ]


def test_a_target_that_generates_secrets_may_do_so_behind_a_refusal() -> None:
    script = opened()
    assert script.update(ALL, secrets=["generated-zB1nWc6HsD8uJf3A"]) == set()
    script.refuse(400, {})

    assert script.update(ALL, secrets=["aG5oKx0ZtN2bVq7R-generated"]) == set()
    assert {"R-302", "R-303"} <= script.kept


def test_new_secrets_behind_silence_accuse_no_refusal() -> None:
    script = opened()
    assert script.update(ALL) == set()
    script.refuse(400, {})
    script.silence({**ALL, "secrets": [THREE]})

    assert script.update(ALL, secrets=["generated-zB1nWc6HsD8uJf3A"]) == set()


def test_new_secrets_of_a_target_that_kept_them_accuse_no_refusal_that_did_not_come() -> None:
    script = opened()
    assert script.update(ALL) == set()

    assert script.update(ALL, secrets=["generated-zB1nWc6HsD8uJf3A"]) == set()


def test_an_open_url_is_judged_again_once_it_is_replaced() -> None:
    script = opened()
    assert script.update({**ALL, "url": "https://localhost"}, url="https://localhost/") == set()
    assert script.update(ALL, url=B) == set()

    assert script.update({**ALL, "url": C}, url=A) == {"R-106"}


def test_odd_secrets_that_null_leaves_alone_are_forgiven() -> None:
    script = opened()
    assert script.update({**ALL, "secrets": [7]}, secrets=[7]) == set()

    assert script.update({**ALL, "secrets": None}, secrets=[7]) == set()


def test_one_forgiven_part_of_a_webhook_forgives_no_other() -> None:
    script = opened()
    assert script.update({**ALL, "url": "https://localhost"}) == set()
    script.update(ALL, url=7, secrets="text")

    assert script.told == [("R-103", 'data.secrets: "text" is not of type "array"', SHAPE)]


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

from __future__ import annotations

import json
from typing import Any

import pytest

from support.scripts import ALL, ERRORS, FIRST, SECOND, SHAPE, A, B, C, Script, opened
from support.suite_runs import numbered
from user_webhook_contract.http.request import Credential, Request

DEEP = json.loads("[" * 400 + "]" * 400)
ONE, TWO, THREE = ("Mi9Qe2vYpX7kLr4T-one", "aG5oKx0ZtN2bVq7R-two", "zB1nWc6HsD8uJf3A-three")
DOCUMENTED: dict[str, Any] = {
    "id": FIRST,
    "url": A,
    "events": ["all"],
    "clientId": "client",
    "secrets": ["generated-Mi9Qe2vYpX7kLr4T"],
}


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


def test_a_url_of_the_other_webhook_breaks_its_own_requirement() -> None:
    assert opened().update(ALL, url=B) == {"R-307"}
    assert opened().update(ALL, SECOND, url=A) == {"R-307"}


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
            ({**ALL, "secrets": ["short"]}, {"secrets": ["short   "]}, "R-107"),
            ({**ALL, "secrets": [f" {ONE} "]}, {"secrets": [ONE]}, "R-107"),
            ({**ALL, "secrets": ["a<b>&c-Mi9Qe2v"]}, {"secrets": ["a&lt;b&gt;&amp;c-Mi9Qe2v"]}, "R-107"),
            ({**ALL, "secrets": ["clé-secrète-0001"]}, {"secrets": ["cle-secrete-0001"]}, "R-107"),
            ({**ALL, "secrets": ["nul-\0-Mi9Qe2v"]}, {"secrets": ["nul--Mi9Qe2v"]}, "R-107"),
            ({**ALL, "secrets": [ONE, ONE]}, {"secrets": [TWO]}, "R-107"),
            ({**ALL, "secrets": [7]}, {"secrets": [7]}, "R-109"),
            ({**ALL, "secrets": [{"a": [1, None]}, None]}, {"secrets": [{"a": [1, None]}, None]}, "R-109"),
            ({**ALL, "secrets": [7]}, {"secrets": [8]}, "R-103"),
            ({**ALL, "secrets": [7]}, {"secrets": "7"}, "R-103"),
            ({**ALL, "secrets": [7]}, {"secrets": None}, "R-103"),
            ({**ALL, "secrets": None}, {"secrets": None}, "R-103"),
            ({**ALL, "url": None}, {"url": None}, "R-103"),
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
            (ALL, {"events": ["\ud800"]}, "R-103"),
            (ALL, {"secrets": "text"}, "R-103"),
            (ALL, {"secrets": [7]}, "R-103"),
            (ALL, {"clientId": 7}, "R-103"),
            (ALL, {"clientId": DEEP}, "R-103"),
            ({**ALL, "secrets": [7]}, {"secrets": [7], "url": 7}, "R-103"),
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
            (ALL, {"createdAt": "2026-01-01", "extra": {"a": None}}),
            (ALL, {"extra": DEEP}),
            ({**ALL, "clientId": "mine", "id": "mine"}, {}),
            ({**ALL, "secrets": []}, {"secrets": []}),
            ({**ALL, "secrets": []}, {"secrets": ["generated-zB1nWc6HsD8uJf3A"]}),
            ({**ALL, "secrets": [7]}, {"secrets": ["7"]}),
            ({**ALL, "secrets": [1.0]}, {"secrets": ["1"]}),
            ({**ALL, "secrets": None}, {"secrets": ["generated-zB1nWc6HsD8uJf3A"]}),
            ({**ALL, "secrets": None}, {}),
            ({**ALL, "url": None}, {"url": A}),
            ({**ALL, "secrets": ["short"]}, {"secrets": ["short"]}),
            ({**ALL, "secrets": ["clé-secrète-0001"]}, {"secrets": ["clé-secrète-0001"]}),
            ({**ALL, "secrets": ["\ud800-lone-surrogate"]}, {"secrets": ["?-lone-surrogate"]}),
            ({**ALL, "secrets": [ONE, ONE]}, {"secrets": [ONE]}),
            ({**ALL, "secrets": [ONE, ONE]}, {"secrets": [ONE, ONE]}),
            (ALL, {"extra": "a lone surrogate \ud800"}),
            ({"events": ["all", "all"]}, {"events": ["all"]}),
            ({"events": ["all", "all"]}, {"events": ["all", "all"]}),
            ({**ALL, "url": "https://user:password@example.com"}, {"url": "https://example.com"}),
            ({**ALL, "url": "https://bücher.example/"}, {"url": "https://xn--bcher-kva.example/"}),
        ]
    ),
)
def test_an_open_question_in_an_answer_is_no_accusation(sent: dict[str, Any], answered: dict[str, Any]) -> None:
    assert opened().update(sent, **answered) == set()


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ("HTTPS://Example.COM", "https://example.com/"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("https://example.com/a#b", "https://example.com/a"),
        ("https://example.com", "https://example.com/"),
    ],
    ids=["case", "port", "fragment", "path"],
)
def test_another_form_of_a_url_that_means_the_same_is_a_warning(sent: str, answered: str) -> None:
    assert opened().update({**ALL, "url": sent}, url=answered) == {"R-110"}
    assert opened().update({**ALL, "url": sent}, url=answered + "x") == {"R-106"}
    assert opened().update({**ALL, "url": sent}, url=sent) == set()


@pytest.mark.parametrize("left", [[], None], ids=["an empty list", "null"])
def test_whatever_was_left_open_a_later_update_shows_a_secret(left: list[str] | None) -> None:
    script = opened()
    script.update({**ALL, "secrets": left}, secrets=[])

    assert script.update(ALL, secrets=[]) == {"R-302"}


@pytest.mark.parametrize(
    ("sent", "answered", "told"),
    numbered(
        [
            ({**ALL, "url": C}, {"url": A}, ("R-106", f'"{A}"', f'"{C}"')),
            (ALL, {"url": B + "/other"}, ("R-301", f'"{B}/other"', f'"{A}"')),
            (ALL, {"events": []}, ("R-105", "[]", '["all"]')),
            ({"events": ["all", "all"]}, {"events": []}, ("R-105", "[]", '["all"]')),
            (
                {**ALL, "secrets": [ONE]},
                {"secrets": [TWO]},
                ("R-107", f'["{TWO}"], secret 1 differs from character 1 on', f'["{ONE}"]'),
            ),
            (
                {**ALL, "secrets": [TWO, ONE]},
                {"secrets": [TWO, ONE[:-1] + "x"]},
                ("R-107", f'["{TWO}", "{ONE[:-1]}x"], secret 2 differs from character 20 on', f'["{TWO}", "{ONE}"]'),
            ),
            (
                {**ALL, "secrets": [ONE, TWO]},
                {"secrets": [TWO, ONE]},
                ("R-107", f'["{TWO}", "{ONE}"], in another order', f'["{ONE}", "{TWO}"]'),
            ),
            (
                {**ALL, "secrets": [ONE]},
                {"secrets": [ONE.upper()]},
                ("R-107", f'["{ONE.upper()}"], secret 1 in another case', f'["{ONE}"]'),
            ),
            (
                {**ALL, "secrets": [f" {ONE}"]},
                {"secrets": [ONE]},
                ("R-107", f'["{ONE}"], secret 1 without the blanks around it', f'[" {ONE}"]'),
            ),
            ({**ALL, "secrets": [ONE]}, {"secrets": []}, ("R-107", "[], 0 in place of 1", f'["{ONE}"]')),
            ({**ALL, "secrets": [7]}, {"secrets": [7]}, ("R-109", "[7]", "strings")),
            (ALL, {"secrets": [""]}, ("R-302", '[""]', "at least one secret that is not empty")),
            (ALL, {"secrets": ["short"]}, ("R-303", "a generated secret that can be guessed: {}", "a random secret")),
            (ALL, {"id": SECOND}, ("R-104", f'"{SECOND}"', f'"{FIRST}"')),
            (ALL, {"clientId": "another"}, ("R-108", '"another"', '"client"')),
            (ALL, {"url": 7}, ("R-103", 'data.url: 7 is not of type "string"', SHAPE)),
            (ALL, {"secrets": [7]}, ("R-103", 'data.secrets.0: 7 is not of type "string"', SHAPE)),
            (ALL, {"url": ["\ud800"]}, ("R-103", 'data.url: ["?"] is not of type "string"', SHAPE)),
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
    ("sent", "rows"),
    numbered(
        [
            ({**ALL, "url": C, "secrets": [ONE]}, "R-101 R-102 R-103 R-104 R-105 R-106 R-107 R-108 R-110"),
            ({**ALL, "url": C}, "R-101 R-102 R-103 R-104 R-105 R-106 R-108 R-110 R-302"),
            (ALL, "R-101 R-102 R-103 R-104 R-105 R-108 R-301 R-302 R-307"),
            (
                {"events": ["all", "all"], "url": C, "secrets": [ONE]},
                "R-102 R-103 R-104 R-105 R-106 R-107 R-108 R-110 R-701",
            ),
        ]
    ),
)
def test_a_right_answer_proves_what_it_shows(sent: dict[str, Any], rows: str) -> None:
    script = opened()
    script.update(sent)

    of_the_body = {row for row in script.kept if row.startswith(("R-1", "R-3"))}
    assert of_the_body == {row for row in rows.split() if row.startswith(("R-1", "R-3"))}
    assert {*rows.split(), "R-703", "R-705"} <= script.kept


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


def test_a_url_that_changes_behind_several_causes_breaks_the_kept_url_alone() -> None:
    script = opened()
    assert [script.update(ALL) for _ in range(2)] == [set(), set()]
    for status in (400, 401):
        script.refuse(status, {})
    script.response(Request(FIRST, b"events=all", media_type="text/plain"), 415, b"")
    assert script.update(ALL, SECOND) == set()
    script.update(ALL, url="https://example.com/default")

    assert script.told == [("R-301", '"https://example.com/default"', f'"{A}"')]


def test_a_url_that_changes_behind_an_update_of_another_webhook_accuses_that() -> None:
    script = opened()
    assert [script.update(ALL) for _ in range(2)] == [set(), set()]
    assert script.update(ALL, SECOND) == set()

    assert script.update(ALL, url="https://example.com/default") == {"R-307"}


def test_what_was_harmless_before_is_not_the_cause_of_a_change() -> None:
    script = Script()
    assert [script.update(body) for body in ({**ALL, "url": A}, ALL, ALL)] == [set()] * 3
    for status in (400, 401):
        script.refuse(status, {})
    assert script.update(ALL) == set()
    for status in (400, 401):
        script.refuse(status, {})
    assert script.update(ALL, SECOND) == set()

    assert script.update(ALL, url="https://example.com/default") == {"R-307"}


def test_a_url_from_before_the_run_that_returns_accuses_the_kept_url_alone() -> None:
    seed = "https://example.com/seed"
    script = Script()
    script.update(ALL)
    for number in range(2):
        script.update({**ALL, "url": f"{A}/{number}"})
        assert script.update(ALL, url=seed) == {"R-301"}
        assert script.update(ALL, url=seed) == set()
    script.update({**ALL, "url": B})
    script.refuse(400, {})

    assert script.update(ALL, url=seed) == {"R-301"}


@pytest.mark.parametrize(
    ("sent", "shown"),
    [(f"{C}/x/", f"{C}/x"), ("https://hooks.example.com/caf%C3%A9", "https://hooks.example.com/caf\u00e9")],
    ids=["a slash at its end", "an escape"],
)
def test_a_refused_url_is_known_again_in_another_form(sent: str, shown: str) -> None:
    script = opened()
    script.refuse(400, {"url": sent})
    script.update(ALL, SECOND)

    assert script.update(ALL, url=shown) == {"R-304"}


def test_what_is_left_of_the_stored_url_is_no_other_one() -> None:
    script = opened()
    script.update({**ALL, "url": C})
    script.update(ALL)
    script.update({**ALL, "url": f"{C}?a=1"})
    script.refuse(400, {})

    assert script.update(ALL, url=C) == {"R-301"}


def test_a_url_that_was_refused_for_this_webhook_is_not_that_of_another() -> None:
    script = opened()
    script.update({**ALL, "url": C}, SECOND)
    script.refuse(400, {"url": C})

    assert script.update(ALL, url=C) == {"R-304"}


def test_a_url_in_a_body_that_some_readers_read_is_known_again() -> None:
    script = opened()
    body = json.dumps({**ALL, "url": C}).encode()
    for media_type in ("text/plain", "application/json; charset=utf-16"):
        script.response(Request(FIRST, body, Credential.ABSENT, media_type), 401, ERRORS[401])

    assert script.update(ALL, url=C) == {"R-305"}


def test_a_url_of_a_request_that_was_wrongly_accepted_is_no_second_failure() -> None:
    script = opened()
    stranger = Request(FIRST[:-1], json.dumps({**ALL, "url": C, "secrets": [THREE]}).encode())
    data = {**DOCUMENTED, "id": FIRST[:-1], "url": C, "secrets": [THREE]}
    assert script.response(stranger, 201, {"data": data}) == {"R-502"}

    assert script.update(ALL, url=C, secrets=[THREE]) == set()
    assert script.update(ALL) == set()


def test_a_url_of_another_form_of_the_id_is_its_own() -> None:
    script = opened()
    request = Request(FIRST.upper(), json.dumps({**ALL, "url": C, "secrets": [THREE]}).encode())
    assert script.response(request, 201, {"data": {**DOCUMENTED, "url": C, "secrets": [THREE]}}) == set()

    assert script.update(ALL, url=C, secrets=[THREE]) == set()


def test_a_url_that_is_stored_before_a_crash_is_no_second_failure() -> None:
    script = opened()
    assert script.response(Request(FIRST, json.dumps({**ALL, "url": C}).encode()), 500, {}) == {"R-101"}

    assert script.update(ALL, url=C) == set()


def test_two_long_urls_are_told_by_where_they_differ() -> None:
    script = opened()
    long = "https://hooks.example.com/" + "l" * 1000
    script.update({**ALL, "url": f"{long}a"}, url=f"{long}b")
    [(row, received, documented)] = script.told

    assert (row, received[-3:], documented[-3:]) == ("R-106", 'lb"', 'la"')
    assert received.startswith("…lll")


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
    script.response(Request(FIRST, body), 413, b"")

    assert script.update(ALL, url=C) == {"R-304"}


def test_an_open_url_is_judged_again_once_it_is_replaced() -> None:
    script = opened()
    assert script.update({**ALL, "url": "https://localhost"}, url="https://localhost/") == set()
    assert script.update(ALL, url=B) == set()

    assert script.update({**ALL, "url": C}, url=A) == {"R-106"}


def test_one_forgiven_part_of_a_webhook_forgives_no_other() -> None:
    script = opened()
    assert script.update({**ALL, "secrets": ["short", 7]}, secrets=["short", "7"]) == set()
    script.update(ALL, url=7, secrets=[7])

    assert script.told == [("R-103", 'data.url: 7 is not of type "string"', SHAPE)]


def test_a_url_is_a_string_whatever_was_accepted() -> None:
    script = opened()
    assert script.update({**ALL, "url": "https://localhost"}) == set()

    assert script.update(ALL, url=7) == {"R-103"}
    assert script.update(ALL, url=None) == {"R-103"}


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

    assert script.response(Request(FIRST, body), 201, {"data": data}) == set()
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

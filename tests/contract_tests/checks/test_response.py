from __future__ import annotations

import json
from codecs import BOM_UTF8
from dataclasses import replace
from typing import Any

import pytest

from support.scripts import ERRORS, FIRST, KNOWN, SHAPE, Script
from support.suite_runs import numbered
from user_webhook_contract.cases.operators.value import EVENTS
from user_webhook_contract.checks.history import History
from user_webhook_contract.checks.messages import subjects
from user_webhook_contract.checks.response import check, unanswered
from user_webhook_contract.http.address import BARE_PERCENT
from user_webhook_contract.http.request import Credential, Request
from user_webhook_contract.http.response import Response
from user_webhook_contract.judge.judge import judge

UNKNOWN = "0b1d1f6e-5d4f-4a3b-9c2d-7e8f90a1b2c3"
WEBHOOK: dict[str, Any] = {
    "id": FIRST,
    "url": "https://hooks.example.com/a",
    "events": ["all"],
    "clientId": "client",
    "secrets": ["Mi9Qe2vYpX7kLr4T"],
}
RIGHT: dict[int, Any] = {**ERRORS, 201: {"data": WEBHOOK}}


def request(body: Any = None, webhook_id: str = FIRST, credential: Credential = Credential.VALID) -> Request:
    """Return a request that is valid unless told otherwise."""
    content = body if isinstance(body, bytes) else json.dumps(body or {"events": ["all"]}).encode()
    return Request(webhook_id, content, credential)


VALID = request()
NO_EVENTS = request({"events": []})
NO_JSON = request(b"{")
NO_TOKEN = request(credential=Credential.ABSENT)
FORBIDDEN = request(credential=Credential.FORBIDDEN)
NOT_FOUND = request(webhook_id=UNKNOWN)
ODD_ID = request(webhook_id="null")
PART_OF_AN_ID = request(webhook_id=FIRST[:-1])
REFUSED = {400: NO_EVENTS, 401: NO_TOKEN, 403: FORBIDDEN, 404: NOT_FOUND}
NICKNAME = request({"events": ["all"], "nickname": 1})
NO_EVENTS_BUT_NICKNAME = request({"events": [], "nickname": 1})
NO_EVENTS_NOT_FOUND = request({"events": []}, UNKNOWN)
NO_EVENTS_NO_TOKEN = request({"events": []}, credential=Credential.ABSENT)
NO_JSON_NOT_FOUND = request(b"{", UNKNOWN)
NO_JSON_NO_TOKEN = request(b"{", credential=Credential.ABSENT)
NO_EVENTS_FORBIDDEN = request({"events": []}, credential=Credential.FORBIDDEN)
CHUNKED = replace(VALID, is_chunked=True)
ODD_SECRETS = request({"events": ["all"], "secrets": [7]})
NESTED = request(b'{"events":["all"],"x":' + b"[" * 1_100 + b"]" * 1_100 + b"}")
TOKEN_WORDS = request(credential=Credential.DOUBLED)
TOKEN_WORDS_AND_CASE = request(credential=Credential.LOWER_SCHEME)
NICKNAME_ODD_ID = request({"events": ["all"], "nickname": 1}, "null")
UUID_FORM = request(webhook_id=FIRST.upper())
NICKNAME_NO_TOKEN = request({"events": ["all"], "nickname": 1}, credential=Credential.ABSENT)


@pytest.mark.parametrize(
    ("sent", "status", "rows"),
    [
        pytest.param(VALID, 201, "R-101 R-102 R-103 R-104 R-105 R-302", id="a valid update"),
        pytest.param(NICKNAME, 201, "R-102 R-103 R-104 R-105 R-302 R-701", id="an unknown property, accepted"),
        pytest.param(NICKNAME, 400, "R-601 R-602 R-701", id="an unknown property, refused"),
        pytest.param(CHUNKED, 201, "R-102 R-103 R-104 R-105 R-228 R-302 R-701", id="a chunked body, accepted"),
        pytest.param(ODD_SECRETS, 400, "R-109 R-601 R-602 R-701", id="odd secrets, refused"),
        pytest.param(NESTED, 400, "R-601 R-602 R-704", id="1,100 levels, refused"),
        pytest.param(NESTED, 201, "R-102 R-103 R-104 R-704", id="1,100 levels, accepted"),
        pytest.param(TOKEN_WORDS, 401, "R-402 R-603 R-604", id="a token with words behind it, refused"),
        pytest.param(UUID_FORM, 404, "R-607 R-608 R-702", id="another form of the id, not found"),
        pytest.param(NO_EVENTS, 400, "R-203 R-211 R-601 R-602", id="no events"),
        pytest.param(NO_JSON, 400, "R-210 R-601 R-602 R-701", id="no JSON"),
        pytest.param(NO_TOKEN, 401, "R-401 R-603 R-604", id="no token"),
        pytest.param(FORBIDDEN, 403, "R-404 R-605 R-606", id="forbidden"),
        pytest.param(NOT_FOUND, 404, "R-501 R-607 R-608", id="not found"),
        pytest.param(ODD_ID, 404, "R-501 R-607 R-608 R-702", id="an odd id"),
        pytest.param(PART_OF_AN_ID, 404, "R-502 R-607 R-608 R-702", id="part of an id, not found"),
        pytest.param(PART_OF_AN_ID, 400, "R-502 R-601 R-602 R-702", id="part of an id, refused"),
        pytest.param(ODD_ID, 400, "R-601 R-602 R-702", id="an odd id, refused"),
        pytest.param(NO_EVENTS_NOT_FOUND, 404, "R-501 R-607 R-608", id="no events and not found"),
        pytest.param(NO_EVENTS_NO_TOKEN, 401, "R-401 R-405 R-603 R-604", id="no events and no token"),
        pytest.param(NICKNAME_NO_TOKEN, 401, "R-401 R-405 R-603 R-604 R-701", id="a nickname and no token"),
    ],
)
def test_a_right_answer_proves_its_requirements(sent: Request, status: int, rows: str) -> None:
    script = Script()

    assert script.response(sent, status, RIGHT[status]) == set()
    assert sorted(script.kept) == sorted([*rows.split(), "R-703", "R-705"])


def test_a_status_without_a_documented_body_proves_itself_alone() -> None:
    script = Script()

    assert script.response(Request(FIRST, b"events=all", media_type="text/plain"), 415, b"", "") == set()
    assert script.kept == {"R-701", "R-703"}


@pytest.mark.parametrize(
    ("sent", "status", "rows", "documented"),
    [
        pytest.param(VALID, 500, "R-101", "201", id="a valid update fails"),
        pytest.param(VALID, 400, "R-101", "201", id="a valid update is refused"),
        pytest.param(NICKNAME, 404, "R-701", "201 or 400", id="an unknown property is not found"),
        pytest.param(NICKNAME, 500, "R-701", "201 or 400", id="an unknown property fails"),
        pytest.param(NO_EVENTS, 201, "R-203", "400", id="no events are accepted"),
        pytest.param(NO_EVENTS, 499, "R-203", "400", id="no events are answered with a 499"),
        pytest.param(NO_EVENTS, 500, "R-701", "400", id="no events fail"),
        pytest.param(NO_EVENTS_BUT_NICKNAME, 201, "R-203", "400", id="no events, an unknown property, accepted"),
        pytest.param(NO_JSON, 201, "R-210", "400", id="no JSON is accepted"),
        pytest.param(NO_JSON, 500, "R-701", "400", id="no JSON fails"),
        pytest.param(NO_JSON_NOT_FOUND, 201, "R-210", "400 or 404", id="no JSON for nobody is accepted"),
        pytest.param(NO_JSON_NOT_FOUND, 500, "R-701", "400 or 404", id="no JSON for nobody fails"),
        pytest.param(NO_JSON_NO_TOKEN, 500, "R-701", "400 or 401", id="no JSON of nobody fails"),
        pytest.param(NESTED, 500, "R-704", "201 or 400", id="1,100 levels fail"),
        pytest.param(TOKEN_WORDS, 500, "R-402", "201 or 401", id="a token with words behind it fails"),
        pytest.param(UUID_FORM, 500, "R-702", "201 or 400 or 404", id="another form of the id fails"),
        pytest.param(CHUNKED, 400, "R-228", "201", id="a chunked body is refused"),
        pytest.param(CHUNKED, 500, "R-228", "201", id="a chunked body fails"),
        pytest.param(CHUNKED, 501, "R-228", "201", id="a chunked body is not implemented"),
        pytest.param(replace(NO_EVENTS, is_chunked=True), 201, "R-203", "400 or 411", id="no events in chunks"),
        pytest.param(replace(NO_EVENTS, is_chunked=True), 500, "R-228", "400 or 411", id="no events in chunks fail"),
        pytest.param(NO_TOKEN, 400, "R-401", "401", id="no token is answered as a broken rule"),
        pytest.param(NO_TOKEN, 500, "R-401", "401", id="no token fails"),
        pytest.param(NOT_FOUND, 503, "R-702", "404", id="an unknown webhook fails"),
        pytest.param(ODD_ID, 201, "R-501", "400 or 404 or 414", id="an odd id is accepted"),
        pytest.param(ODD_ID, 500, "R-702", "400 or 404 or 414", id="an odd id fails"),
        pytest.param(NO_EVENTS, 413, "R-701", "400", id="no events are too large"),
        pytest.param(NOT_FOUND, 414, "R-702", "404", id="an unknown id is too long"),
        pytest.param(ODD_ID, 302, "R-702", "400 or 404 or 414", id="an odd id is redirected"),
        pytest.param(NO_EVENTS_NO_TOKEN, 403, "R-401", "400 or 401", id="no events without a token are forbidden"),
        pytest.param(NICKNAME_NO_TOKEN, 302, "R-405", "400 or 401", id="a nickname without a token is redirected"),
        pytest.param(NICKNAME_ODD_ID, 500, "R-701", "400 or 404 or 414", id="a nickname at an odd id fails"),
        pytest.param(TOKEN_WORDS_AND_CASE, 500, "R-402", "201 or 401", id="a token with words, another case, fails"),
        pytest.param(NO_EVENTS_NOT_FOUND, 201, "R-203 R-501", "400 or 404", id="two faults are accepted"),
        pytest.param(NO_EVENTS_NOT_FOUND, 500, "R-701", "400 or 404", id="two faults fail"),
        pytest.param(NO_EVENTS_NO_TOKEN, 201, "R-405", "400 or 401", id="no events get around the token"),
        pytest.param(NO_EVENTS_FORBIDDEN, 201, "R-404", "400 or 403", id="no events get around the scope"),
        pytest.param(NICKNAME_NO_TOKEN, 201, "R-405", "400 or 401", id="a nickname gets around the token"),
        pytest.param(NICKNAME_NO_TOKEN, 404, "R-401", "400 or 401", id="a nickname without a token is not found"),
    ],
)
def test_a_wrong_status_is_told_with_the_documented_ones(
    sent: Request, status: int, rows: str, documented: str
) -> None:
    script = Script()
    script.response(sent, status, {})

    assert script.told == [(row, f"status {status}", f"status {documented}") for row in rows.split()]
    assert script.kept == {"R-703"}


@pytest.mark.parametrize(("status", "row"), [(400, "R-601"), (401, "R-603"), (403, "R-605"), (404, "R-607")], ids=str)
def test_a_wrong_media_type_is_told_with_the_documented_one(status: int, row: str) -> None:
    script = Script()
    script.response(REFUSED[status], status, ERRORS[status], "Text/HTML; charset=utf-8")

    assert script.told == [(row, '"text/html"', '"application/json"')]


OBJECT = "a JSON object with message and statusCode"
UNREADABLE = "a body that cannot be read as JSON"
JSON = "JSON in UTF-8, as RFC 8259 defines it"
SENTENCES = "message an array of sentences"


@pytest.mark.parametrize(
    ("sent", "status", "body", "told"),
    [
        pytest.param(NO_EVENTS, 400, b"<html>", [("R-601", UNREADABLE, JSON)], id="no JSON"),
        pytest.param(NO_EVENTS, 400, [7], [("R-602", "[7]", OBJECT)], id="an array"),
        pytest.param(
            NO_EVENTS, 400, {**ERRORS[400], "message": []}, [("R-602", "message []", SENTENCES)], id="no sentence"
        ),
        pytest.param(
            NO_EVENTS, 400, {**ERRORS[400], "message": "no"}, [("R-602", 'message "no"', SENTENCES)], id="one sentence"
        ),
        pytest.param(
            NO_JSON, 400, {**ERRORS[400], "message": ""}, [("R-602", 'message ""', SENTENCES)], id="an empty sentence"
        ),
        pytest.param(
            NO_EVENTS,
            400,
            {"statusCode": 401},
            [
                ("R-602", "no message", SENTENCES),
                ("R-602", "no error", 'error "Bad Request"'),
                ("R-602", "statusCode 401", "statusCode 400"),
            ],
            id="three members",
        ),
        pytest.param(
            NO_TOKEN, 401, {**ERRORS[401], "error": None}, [("R-604", "error null", "no error")], id="one member more"
        ),
        pytest.param(
            NOT_FOUND,
            404,
            {**ERRORS[404], "message": "Webhook"},
            [("R-608", 'message "Webhook"', 'message "Not Found" or "Webhook not found"')],
            id="another message",
        ),
    ],
)
def test_a_wrong_error_body_is_told_with_the_documented_one(
    sent: Request, status: int, body: Any, told: list[tuple[str, str, str]]
) -> None:
    script = Script()
    script.response(sent, status, body)

    assert script.told == told


@pytest.mark.parametrize("sent", [NO_JSON, NICKNAME, NO_EVENTS_BUT_NICKNAME], ids=["no JSON", "open", "open beside"])
def test_what_no_rule_words_may_be_refused_with_one_sentence(sent: Request) -> None:
    script = Script()

    assert script.response(sent, 400, {**ERRORS[400], "message": "Unexpected token"}) == set()
    assert "R-602" in script.kept
    assert "R-211" not in script.kept


@pytest.mark.parametrize(
    ("body", "schema_error"),
    [
        (b"[]", 'the body: [] is not of type "object"'),
        (b'{"data": 7}', 'data: 7 is not of type "object"'),
        (b'{"data": ' + b"[" * 400 + b"]" * 400 + b"}", 'data: [[[]]] is not of type "object"'),
    ],
    ids=["an array", "a number", "402 levels"],
)
def test_a_201_without_a_webhook_is_told_with_the_documented_shape(body: bytes, schema_error: str) -> None:
    script = Script()
    script.response(VALID, 201, body)

    assert script.told == [("R-103", schema_error, SHAPE)]


PAGE = b"<html>400 Bad Request</html>"


@pytest.mark.parametrize(
    "sent",
    [
        request(webhook_id=f"{FIRST}\0"),
        request(webhook_id=f"{FIRST}{BARE_PERCENT}zz"),
        request(credential=Credential.BEYOND_ASCII),
    ],
    ids=["a NUL", "an escape that is none", "a token outside ASCII"],
)
def test_what_a_server_refuses_before_the_api_sees_it_may_be_refused_in_any_words(sent: Request) -> None:
    script = Script()

    assert script.response(sent, 400, PAGE, "text/html") == set()
    assert script.response(sent, 201, {"data": WEBHOOK}) != set()
    assert script.response(sent, 500, PAGE, "text/html") != set()
    assert script.response(ODD_ID, 400, PAGE, "text/html") == {"R-601"}


UNREAD = {
    "nothing": b"",
    "a page": b"<html>",
    "half of it": b"{",
    "no UTF-8": b"\xff",
    "100,002 levels": b'{"data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}


@pytest.mark.parametrize("body", UNREAD.values(), ids=UNREAD)
@pytest.mark.parametrize(
    ("status", "row"), [(201, "R-102"), (400, "R-601"), (401, "R-603"), (403, "R-605"), (404, "R-607")]
)
def test_a_body_that_is_no_json_is_told_once(body: bytes, status: int, row: str) -> None:
    script = Script()
    sent = VALID if status == 201 else REFUSED[status]

    assert script.response(sent, status, body) == {row}
    assert script.told == [(row, UNREADABLE, JSON)]
    assert script.response(sent, status, body, "text/html") == {row}


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
    assert Script().response(REFUSED[status], status, body) == {row}


@pytest.mark.parametrize(("status", "row"), [(400, "R-601"), (401, "R-603"), (403, "R-605"), (404, "R-607")], ids=str)
def test_another_media_type_of_an_error_breaks_its_own_requirement(status: int, row: str) -> None:
    body = ERRORS[status]

    assert Script().response(REFUSED[status], status, body, "application/problem+json") == {row}
    assert Script().response(REFUSED[status], status, body, "") == {row}
    assert Script().response(REFUSED[status], status, body, "Application/JSON; charset=utf-8") == set()


@pytest.mark.parametrize("status", [400, 401, 403, 404], ids=str)
def test_more_in_an_error_body_is_no_accusation(status: int) -> None:
    more = {**ERRORS[status], "timestamp": "now", "path": "/x"}

    assert Script().response(REFUSED[status], status, more) == set()


def test_both_documented_messages_of_a_404_are_right() -> None:
    for message in ("Webhook not found", "Not Found"):
        assert Script().response(REFUSED[404], 404, {**ERRORS[404], "message": message}) == set()


@pytest.mark.parametrize(
    ("refusal", "status", "row"),
    numbered(
        [
            *[(400, status, "R-203") for status in (200, 201, 204, 401, 403, 404, 409, 422)],
            (400, 500, "R-701"),
            *[(401, status, "R-401") for status in (200, 201, 204, 400, 403, 404, 407, 500)],
            *[(403, status, "R-404") for status in (200, 201, 400, 401, 404, 500)],
            *[(404, status, "R-501") for status in (200, 201, 204, 400, 401, 403, 410)],
            (404, 500, "R-702"),
        ]
    ),
)
def test_another_status_breaks_the_requirement_of_the_request(refusal: int, status: int, row: str) -> None:
    assert Script().response(REFUSED[refusal], status, {"data": WEBHOOK}) == {row}


@pytest.mark.parametrize("status", [200, 202, 204, 301, 400, 401, 403, 404, 409, 422, 500, 503], ids=str)
def test_a_valid_update_answered_otherwise_breaks_the_201(status: int) -> None:
    assert Script().response(VALID, status, {"data": WEBHOOK}) == {"R-101"}


@pytest.mark.parametrize(
    "body",
    [b"null", b"[]", b"{}", b'{"data":null}', b'{"data":[]}', json.dumps(WEBHOOK).encode()],
    ids=[
        "null",
        "an array",
        "no data",
        "null as data",
        "an array as data",
        "the bare webhook",
    ],
)
def test_a_201_without_the_webhook_breaks_the_schema(body: bytes) -> None:
    assert Script().response(VALID, 201, body) == {"R-103"}


@pytest.mark.parametrize(
    "sent",
    [
        *[NO_JSON, request(b""), NESTED, request(b'{"events":["all"],"x":NaN}'), request(b"5"), request(b"null")],
        request({"events": ["all"], "padding": "p" * 150_000}),
    ],
    ids=["cut off", "empty", "nested", "NaN", "a number", "null", "150 kB"],
)
def test_the_400_of_a_body_that_is_not_read_may_lack_its_error(sent: Request) -> None:
    body = {"statusCode": 400, "message": "Unexpected end of JSON input"}

    assert Script().response(sent, 400, body) == set()
    assert Script().response(sent, 400, {**body, "error": "Error"}) == {"R-602"}
    assert Script().response(sent, 400, {"message": "Unexpected"}) == {"R-602"}


def test_the_400_of_a_violated_rule_never_lacks_its_error() -> None:
    body = {"statusCode": 400, "message": ["events must contain at least 1 elements"]}

    assert Script().response(NO_EVENTS, 400, body) == {"R-602"}
    assert Script().response(NICKNAME, 400, body) == {"R-602"}


STRICT = [
    (b'{"data": {"x": NaN}}', "a body with NaN or Infinity in place of a number"),
    (b'{"data": {"x": -Infinity}}', "a body with NaN or Infinity in place of a number"),
    ('{"data": {}}'.encode("utf-16"), "a body in UTF-16 or UTF-32"),
    ('{"data": {}}'.encode("utf-16-be"), "a body in UTF-16 or UTF-32"),
    ('{"data": {}}'.encode("utf-32"), "a body in UTF-16 or UTF-32"),
]


@pytest.mark.parametrize(("body", "received"), numbered([(text.hex(), words) for text, words in STRICT]))
@pytest.mark.parametrize(
    ("status", "row"), [(201, "R-102"), (400, "R-601"), (401, "R-603"), (403, "R-605"), (404, "R-607")]
)
def test_what_a_strict_client_cannot_read_is_not_json(status: int, row: str, body: str, received: str) -> None:
    script = Script()
    script.response({201: VALID, **REFUSED}[status], status, bytes.fromhex(body))

    assert script.told == [(row, received, "JSON in UTF-8, as RFC 8259 defines it")]


def test_a_byte_order_mark_is_a_remark_and_the_rest_is_judged() -> None:
    script = Script()
    body = BOM_UTF8 + json.dumps({**ERRORS[400], "error": "Error"}).encode()

    assert script.response(NO_EVENTS, 400, body) == {"R-602", "R-705"}
    assert script.response(VALID, 201, BOM_UTF8 + json.dumps({"data": WEBHOOK}).encode()) == {"R-705"}


def test_bytes_behind_a_response_are_told_and_one_response_alone_is_a_proof() -> None:
    headers = {"content-type": "application/json"}
    content = json.dumps({"data": WEBHOOK}).encode()
    [found] = [
        one
        for one in check(VALID, Response(201, headers, content, has_surplus=True), judge(VALID, KNOWN), History())
        if not one.is_kept
    ]
    right = check(VALID, Response(201, headers, content), judge(VALID, KNOWN), History())

    assert (found.requirement, found.received) == ("R-703", "a response with more bytes behind it")
    assert found.documented == "one response"
    assert "R-703" in {one.requirement for one in right if one.is_kept}


def test_a_byte_order_mark_is_told_with_what_is_documented() -> None:
    script = Script()
    script.response(VALID, 201, BOM_UTF8 + json.dumps({"data": WEBHOOK}).encode())
    [found] = [one for one in script.findings if not one.is_kept]

    assert found.received == "a byte order mark before the JSON"
    assert found.documented == "JSON from the first byte on"


LEGAL_URL = "https://hooks.example.com/a"
ABOUT_THE_URL = {**ERRORS[400], "message": ["should be a secure URL with HTTPS"]}
ABOUT_TWO = {**ERRORS[400], "message": ["should be a secure URL with HTTPS", "events must be an array"]}


@pytest.mark.parametrize(
    ("body", "webhook_id", "status", "answer", "has_refused_the_url"),
    [
        pytest.param({"url": LEGAL_URL, "events": ["all"]}, UNKNOWN, 400, ABOUT_THE_URL, True, id="a 400 for a 404"),
        pytest.param(
            {"url": "https://h.example/a", "events": ["all"]}, UNKNOWN, 400, ABOUT_THE_URL, True, id="another url"
        ),
        pytest.param(
            {"url": "http://a.example/a", "events": ["all"]}, UNKNOWN, 400, ABOUT_THE_URL, False, id="a wrong url"
        ),
        pytest.param({"url": LEGAL_URL, "events": ["all"]}, UNKNOWN, 403, ABOUT_THE_URL, False, id="another status"),
        pytest.param(
            {"url": LEGAL_URL, "events": ["all"]}, UNKNOWN, 400, ABOUT_TWO, False, id="a message of another property"
        ),
        pytest.param({"url": LEGAL_URL, "events": ["all"]}, UNKNOWN, 400, ERRORS[400], False, id="other messages"),
        pytest.param({"events": ["all"]}, UNKNOWN, 400, ABOUT_THE_URL, False, id="no url"),
    ],
)
def test_a_400_that_is_about_a_right_url_accuses_that_alone(
    body: dict[str, Any], webhook_id: str, status: int, answer: dict[str, Any], *, has_refused_the_url: bool
) -> None:
    script = Script()
    script.response(request(body, webhook_id), status, answer)
    told = [one.received for one in script.findings if not one.is_kept]

    assert ("status 400 with a message about the url" in told) is has_refused_the_url
    assert [one.documented for one in script.findings if one.requirement == "R-226"] == (
        ["status 404"] if has_refused_the_url else []
    )
    assert ("R-226" in {one.requirement for one in script.findings if not one.is_kept}) is has_refused_the_url


def test_a_body_that_is_not_in_its_coding_is_not_json() -> None:
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    response = Response(201, headers, json.dumps({"data": WEBHOOK}).encode(), has_false_coding=True)
    [found] = [one for one in check(VALID, response, judge(VALID, KNOWN), History()) if not one.is_kept]

    assert (found.requirement, found.received) == ("R-102", "a body that is not in its Content-Encoding, gzip")


EVENTS_ALONE = {**ERRORS[400], "message": ["all cannot be combined with other events"]}
NO_SUCH_EVENT = {
    **ERRORS[400],
    "message": [f"each value in events must be one of the following values: {', '.join(EVENTS)}"],
}
SECRETS_ALONE = {**ERRORS[400], "message": ["each of the secrets must have 16 characters"]}


@pytest.mark.parametrize(
    ("sent", "answer", "rows"),
    [
        pytest.param(request({"events": ["all"]}, UNKNOWN), EVENTS_ALONE, {"R-222"}, id="one event"),
        pytest.param(request({"events": ["all", EVENTS[1]]}, UNKNOWN), EVENTS_ALONE, {"R-223"}, id="two events"),
        pytest.param(
            request({"events": ["all"], "secrets": ["a1234567"]}, UNKNOWN), SECRETS_ALONE, {"R-225"}, id="secrets"
        ),
        pytest.param(request({"events": ["all"]}, UNKNOWN), SECRETS_ALONE, {"R-501"}, id="no secrets"),
        pytest.param(request({"events": ["all"]}, UNKNOWN), NO_SUCH_EVENT, {"R-222"}, id="the documented words"),
        pytest.param(request({"events": ["all"]}, UNKNOWN), ERRORS[400], {"R-501"}, id="as if it had not been read"),
        pytest.param(request({"events": ["all"], "x": 1}, UNKNOWN), EVENTS_ALONE, set(), id="an open question"),
        pytest.param(request({"events": ["all"]}, credential=Credential.ABSENT), EVENTS_ALONE, {"R-222"}, id="token"),
    ],
)
def test_a_400_that_is_about_a_right_property_accuses_that_alone(sent: Request, answer: Any, rows: set[str]) -> None:
    assert Script().response(sent, 400, answer) == rows


@pytest.mark.parametrize("makes_webhooks", [True, False])
def test_an_id_that_comes_near_and_is_new_to_the_target_is_no_part_of_another(*, makes_webhooks: bool) -> None:
    near, script = FIRST[:-1] + "0", Script()
    if makes_webhooks:
        assert script.response(NOT_FOUND, 201, {"data": {**WEBHOOK, "id": UNKNOWN}}) == {"R-501"}

    assert script.response(request(webhook_id=near), 201, {"data": WEBHOOK}) >= {"R-502"}
    row = "R-501" if makes_webhooks else "R-502"
    assert row in script.response(request(webhook_id=near), 201, {"data": {**WEBHOOK, "id": near}})


def test_a_401_for_a_403_says_that_the_token_may_be_unknown() -> None:
    told = {}
    for name, sent, status in (("scope", FORBIDDEN, 401), ("token", NO_TOKEN, 404), ("other", FORBIDDEN, 404)):
        script = Script()
        script.response(sent, status, ERRORS[status])
        told[name] = [received for _, received, _ in script.told]

    words = "status 401: either the token is unknown to the target, or a 401 is given for a 403; check the token first"
    assert told == {"scope": [words], "token": ["status 404"], "other": ["status 404"]}


def test_an_odd_id_or_another_form_of_one_may_be_refused_in_any_words() -> None:
    own_words = {**ERRORS[400], "message": "Validation failed (uuid is expected)"}

    assert Script().response(ODD_ID, 400, own_words) == set()
    assert Script().response(UUID_FORM, 400, own_words) == set()


def test_the_messages_of_a_400_are_about_properties() -> None:
    def about(message: Any) -> frozenset[str]:
        return subjects(Response(400, {}, json.dumps({"message": message}).encode()))

    assert about(["should be a secure URL with HTTPS"]) == {"url"}
    assert about("should be a secure URL with HTTPS") == {"url"}
    assert about("the url is wrong") == {"url"}
    assert about(["the url is wrong", "events must be an array"]) == {"url", "events"}
    assert about(["the url is wrong", "something else"]) == frozenset()
    assert about("url and events are wrong") == frozenset()
    assert subjects(Response(400, {}, b"[]")) == frozenset()


def test_a_400_to_another_form_of_the_id_may_be_about_the_id() -> None:
    sent = request({"events": []}, FIRST.replace("-", ""))
    uuid_pipe = {**ERRORS[400], "message": "Validation failed (uuid is expected)"}

    assert Script().response(sent, 400, uuid_pipe) == set()
    assert Script().response(sent, 404, ERRORS[404]) == set()


def test_another_form_of_the_id_comes_back_as_sent_or_as_stored() -> None:
    assert Script().response(UUID_FORM, 201, {"data": WEBHOOK}) == set()
    assert Script().response(UUID_FORM, 201, {"data": {**WEBHOOK, "id": FIRST.upper()}}) == set()
    assert Script().response(UUID_FORM, 201, {"data": {**WEBHOOK, "id": FIRST[:8]}}) == {"R-104"}

    bare = request(webhook_id=FIRST.replace("-", ""))
    script = Script()
    assert script.response(bare, 201, {"data": WEBHOOK}) == set()
    assert "R-104" in script.kept
    assert Script().response(VALID, 201, {"data": {**WEBHOOK, "id": FIRST.replace("-", "")}}) == {"R-104"}


def test_an_id_in_capitals_may_come_back_in_the_form_of_its_column() -> None:
    sent = request(webhook_id=FIRST.upper())
    judgement = judge(sent, frozenset({FIRST.upper()}))
    ids = {}
    for shown in (FIRST, FIRST.upper(), FIRST.replace("-", "")):
        response = Response(
            201, {"content-type": "application/json"}, json.dumps({"data": {**WEBHOOK, "id": shown}}).encode()
        )
        ids[shown] = {one.requirement for one in check(sent, response, judgement, History()) if not one.is_kept}

    assert ids == {FIRST: set(), FIRST.upper(): set(), FIRST.replace("-", ""): {"R-104"}}


def test_a_missing_response_counts_for_what_is_odd_about_its_request() -> None:
    rows = [unanswered(sent, judge(sent, KNOWN)) for sent in (VALID, NO_JSON, CHUNKED, NESTED)]

    assert rows == ["R-703", "R-703", "R-228", "R-704"]

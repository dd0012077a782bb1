from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.suite_runs import numbered
from user_webhook_contract.http.address import BARE_PERCENT
from user_webhook_contract.http.request import Credential, Request
from user_webhook_contract.judge.judge import judge

if TYPE_CHECKING:
    from user_webhook_contract.judge.judgement import Judgement

FIRST = "cf3832dd-ba9b-4187-9ab2-c6cadafe875b"
SECOND = "dd6189c9-4aae-4ca3-b855-654c607824da"
KNOWN = frozenset({FIRST, SECOND})

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
EVENTS = [
    "all",
    "facility.user-connection.accepted",
    "facility.user-connection.rejected",
    "facility.creation.accepted",
    "facility.creation.rejected",
]
ONE, TWO, THREE = ("Mi9Qe2vYpX7kLr4T", "aG5oKx0ZtN2bVq7R", "zB1nWc6HsD8uJf3A")
URL = "https://hooks.example.com/a"


def judged(body: Any, **rest: Any) -> Judgement:
    content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    return judge(Request(rest.pop("webhook_id", FIRST), content, **rest), KNOWN)


def messages(found: Judgement) -> list[str]:
    return [rule.message for rule in found.violated]


def rows(found: Judgement) -> set[str]:
    return {error.requirement for error in found.expected_errors}


@pytest.mark.parametrize(
    "body",
    [
        *[pytest.param({"events": [event]}, id=f"the event {event}") for event in EVENTS],
        pytest.param({"events": EVENTS}, id="all five events"),
        pytest.param({"events": EVENTS[::-1]}, id="all five events reversed"),
        pytest.param({"events": ["all", EVENTS[4]]}, id="all beside another"),
        pytest.param({"events": EVENTS[1:4]}, id="three events"),
        pytest.param({"events": ["all"], "url": URL}, id="a url"),
        pytest.param({"events": ["all"], "url": "HTTPS://Hooks.Example.com:8443/A?b=C#d"}, id="an odd url"),
        pytest.param({"events": ["all"], "url": "https://example.com/" + "u" * 1980}, id="a url of 2,000"),
        pytest.param({"events": ["all"], "secrets": [ONE]}, id="one secret"),
        pytest.param({"events": ["all"], "secrets": [ONE, TWO]}, id="two secrets"),
        pytest.param({"events": ["all"], "secrets": ["8-charac"]}, id="a secret of 8 characters"),
        pytest.param({"events": ["all"], "secrets": ["s" * 127 + "t"]}, id="a secret of 128 characters"),
        pytest.param({"secrets": [ONE], "url": URL, "events": ["all"]}, id="another order of properties"),
        pytest.param(b'{"events":["all"]}'.ljust(8000), id="8,000 bytes"),
        pytest.param(b' {\r\n\t"events" : [ "all" ]\n}\n', id="white space"),
        pytest.param(b'{"\\u0065vents":["\\u0061ll"]}', id="escapes"),
        pytest.param(b'{"events":["all"],"secrets":["a \\" quote \\/ inside"]}', id="escapes in a secret"),
        pytest.param({"events": ["all"], "secrets": ["[{" * 30]}, id="brackets in a secret"),
        pytest.param({"events": ["all"], "secrets": ['"\\' + "[{" * 30]}, id="brackets behind escapes in a secret"),
    ],
)
def test_a_valid_update_must_be_accepted(body: Any) -> None:
    found = judged(body)

    assert (found.must_accept, found.must_refuse, found.statuses) == (True, False, {201})
    assert (messages(found), found.open_points) == ([], ())


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        'application/json; charset="utf-8"',
        "application/json; charset=utf8",
    ],
)
def test_every_form_of_the_media_type_must_be_accepted(media_type: str) -> None:
    assert judged({"events": ["all"]}, media_type=media_type).statuses == {201}


def test_a_server_may_be_unable_to_read_a_chunked_body() -> None:
    found = judged({"events": ["all"]}, is_chunked=True)

    assert (found.must_accept, found.is_open_by_chunks_alone, found.statuses) == (False, True, {201, 400, 411})


def test_what_is_wrong_with_a_chunked_body_stays_wrong_in_whatever_words() -> None:
    found = judged({"events": []}, is_chunked=True)

    assert (rows(found), messages(found), found.statuses) == ({"R-203"}, [MINIMUM], {400, 411})
    assert (found.has_free_message, found.is_open_by_chunks_alone) == (True, False)


URLS = [
    *[
        (url, "R-201", [HTTPS])
        for url in (
            "http://hooks.example.com/",
            "HTTP://hooks.example.com/",
            "httpsfoo://hooks.example.com/",
            "xhttps://hooks.example.com/",
            "https://",
            "https://?a=b",
            "https",
            "https//hooks.example.com",
            "ftp://hooks.example.com/",
            "wss://hooks.example.com/",
            "//hooks.example.com/",
            "/https://hooks.example.com",
            "hooks.example.com",
            "see https://hooks.example.com/",
            "http://a.example/?next=https://b.example/",
            "javascript:location='https://hooks.example.com'",
            "mailto:a@hooks.example.com",
            "",
            "null",
        )
    ],
    *[(value, "R-202", [HTTPS, STRING]) for value in (0, 7, -1.5, True, False, [], [URL], {}, {"href": URL})],
]
LISTS = [
    ([], "R-203", [MINIMUM]),
    *[(value, "R-204", [MINIMUM, ARRAY]) for value in EVENTS],
    *[
        (value, "R-204", [MINIMUM, ARRAY, VALUES])
        for value in ("nope", "ALL", "", "all,all", 0, 1, 1.5, True, False, {}, {"0": "all"}, {"length": 1})
    ],
    (None, "R-208", [MINIMUM, ARRAY, VALUES]),
    *[
        (value, "R-205", [VALUES])
        for value in (
            ["nope"],
            ["all", "nope"],
            ["nope", "all"],
            [EVENTS[1], "nope", EVENTS[2]],
            ["ALL"],
            ["All"],
            [" all"],
            ["all "],
            ["all\n"],
            ["al"],
            ["alll"],
            [""],
            [None],
            [0],
            [True],
            [1.5],
            [[]],
            [["all"]],
            [{}],
            [{"name": "all"}],
            ["all", None],
            ["facility.creation"],
            ["facility.creation.accepted.more"],
            ["facility.creation.deleted"],
            ["facility.*"],
            ["*"],
            ["all,all"],
            ["facility.user.connection.accepted"],
            ["аll"],  # noqa: RUF001  the first letter is Cyrillic
            ["all\u0000"],
            ["nope"] * 100,
        )
    ],
]
SECRETS = [
    *[([ONE] * count, "R-206", [MAXIMUM]) for count in (3, 4, 10, 100)],
    ([ONE, TWO, THREE], "R-206", [MAXIMUM]),
    ([1, 2, 3], "R-206", [MAXIMUM]),
    (["", "", ""], "R-206", [MAXIMUM]),
    ([None, None, None], "R-206", [MAXIMUM]),
    *[
        (value, "R-207", [MAXIMUM, SECRETS_ARRAY])
        for value in (ONE, "", "s", 0, 7, 1.5, True, False, {}, {"0": ONE}, {"length": 1})
    ],
]


@pytest.mark.parametrize(
    ("body", "row", "sentences"),
    numbered(
        [
            *[({"url": url, "events": ["all"]}, row, texts) for url, row, texts in URLS],
            *[({"events": events}, row, texts) for events, row, texts in LISTS],
            *[({"events": ["all"], "secrets": secrets}, row, texts) for secrets, row, texts in SECRETS],
            ({}, "R-208", [MINIMUM, ARRAY, VALUES]),
            ({"url": URL, "secrets": [ONE]}, "R-208", [MINIMUM, ARRAY, VALUES]),
            ({"events": [], "events ": ["all"]}, "R-203", [MINIMUM]),
        ]
    ),
)
def test_a_broken_rule_must_be_refused_with_its_messages(body: Any, row: str, sentences: list[str]) -> None:
    found = judged(body)

    assert (found.must_accept, found.must_refuse, found.statuses) == (False, True, {400})
    assert (rows(found), messages(found)) == ({row}, sentences)


@pytest.mark.parametrize(
    ("body", "requirements", "sentences"),
    [
        pytest.param(
            {"url": 7, "events": "nope", "secrets": "nope"},
            {"R-202", "R-204", "R-207"},
            [HTTPS, STRING, MINIMUM, ARRAY, VALUES, MAXIMUM, SECRETS_ARRAY],
            id="all seven",
        ),
        pytest.param(
            {"secrets": [ONE, TWO, THREE], "events": [], "url": "http://hooks.example.com"},
            {"R-201", "R-203", "R-206"},
            [HTTPS, MINIMUM, MAXIMUM],
            id="one of each property, sent in reverse",
        ),
        pytest.param(
            {"url": False, "secrets": {}},
            {"R-202", "R-208", "R-207"},
            [HTTPS, STRING, MINIMUM, ARRAY, VALUES, MAXIMUM, SECRETS_ARRAY],
            id="events left out",
        ),
        pytest.param(
            {"url": URL, "events": "all", "secrets": [ONE] * 3},
            {"R-204", "R-206"},
            [MINIMUM, ARRAY, MAXIMUM],
            id="a lone event and three secrets",
        ),
    ],
)
def test_several_broken_rules_stand_in_the_documented_order(
    body: Any, requirements: set[str], sentences: list[str]
) -> None:
    found = judged(body)

    assert (rows(found), messages(found), found.statuses) == (requirements, sentences, {400})


@pytest.mark.parametrize(
    "body",
    [
        *(None, b"", b"null", b"[]", b'"x"', b"5", b"-0.5", b"true", b"false", b'["all"]', b"[" * 51 + b"]" * 51),
        b'"' + b"[" * 51 + b'"',
    ],
)
def test_what_is_no_object_must_be_refused(body: bytes | None) -> None:
    found = judged(body)

    assert (rows(found), found.statuses, found.must_refuse) == ({"R-209"}, {400}, True)
    assert (found.has_free_message, found.body) == (True, None)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"events": [',
        b'{"events": ["all"]',
        b'{"events": ["all"], "secrets": ["',
        b'{"events": ["all"]} trailing',
        b'leading {"events": ["all"]}',
        b'{"events": ["all"]}{"events": ["all"]}',
        b'{"events": ["all"]}\x00',
        b'{"events" = ["all"]}',
        b'{"events": ["all" "all"]}',
        b'{"events": ["all"],,}',
        b"{events: [all]}",
        b"not json",
        b"events=all",
        b"events: [all]",
        b"undefined",
        b'{"events": ["all"], "n": 01}',
        b"<webhook/>",
        b" ",
        b'{"e"\x00',
        b"\xff\xfe",
        b"\xef\xbb\xbf{",
    ],
)
def test_what_is_no_json_must_be_refused(body: bytes) -> None:
    found = judged(body)

    assert (found.must_refuse, 201 in found.statuses, found.statuses) == (True, False, {400})
    assert (rows(found), found.has_free_message, found.body) == ({"R-210"}, True, None)
    assert found.is_unreadable


@pytest.mark.parametrize(
    "body",
    [
        b'{"events": ["all"],}',
        b'{"events": ["all",]}',
        b"{'events': ['all']}",
        b'{"events": ["all"] /* comment */}',
        b'{"events": ["all"] // comment\n}',
        b'{"events": ["all"]} // comment',
        b'{events: ["all"]}',
        b'{"events": ["all"], "secrets": ["line-\n-break-Mi9Qe2v"]}',
        b'{"events": ["\\x61ll"]}',
        b'{"events": ["all"], "n": +1}',
        b'{"events": ["all"], "n": .5}',
        b'{"events": ["all"], "n": 1.}',
        b'{"events": ["all"],' + b" " * 3_000 + b"}",
    ],
)
def test_what_parsers_accept_beyond_json_is_left_open(body: bytes) -> None:
    found = judged(body)

    assert (found.must_accept, found.must_refuse, found.statuses) == (False, False, {201, 400})
    assert (found.open_points[0], found.is_unreadable, found.body) == ("dialect", True, None)


@pytest.mark.parametrize(
    ("body", "row"),
    [
        (b'{"events": ["all"], "url": "https://hooks.example.com/\n"}', "R-201"),
        (b'{"events": ["all\x01"]}', "R-205"),
        (b"{'events': [],}", "R-203"),
        (b'{"nan": NaN}', "R-208"),
        (b"['all',]", "R-209"),
    ],
    ids=["a line break in a url", "a control character in an event", "no events", "NaN", "an array"],
)
def test_a_rule_that_every_reader_finds_broken_stays_broken_beyond_json(body: bytes, row: str) -> None:
    found = judged(body)

    assert (found.must_refuse, found.statuses, rows(found)) == (True, {400}, {row})
    assert found.has_free_message


def test_readers_beyond_json_may_take_either_of_two_equal_keys() -> None:
    assert not judged(b"{'events': [], 'events': ['all']}").must_refuse
    assert not judged(b"{'events': ['all'], 'events': []}").must_refuse


OPEN_BODIES = {
    "url null": (b'{"events":["all"],"url":null}', "null_url"),
    "secrets null": (b'{"events":["all"],"secrets":null}', "null_secrets"),
    "url and secrets null": (b'{"events":["all"],"url":null,"secrets":null}', "null_url null_secrets"),
    "EVENTS": (b'{"EVENTS":["all"]}', "key_case"),
    "Url beside events": (b'{"events":["all"],"Url":"http://a.example"}', "key_case"),
    "Events that are wrong": (b'{"Events":[]}', "key_case"),
    "__proto__": (b'{"events":["all"],"__proto__":{"x":1}}', "prototype unknown_properties"),
    "__proto__ within": (b'{"events":["all"],"x":[{"__proto__":1}]}', "prototype unknown_properties"),
    "constructor and prototype": (
        b'{"events":["all"],"constructor":{"prototype":{}}}',
        "prototype unknown_properties",
    ),
    "a constructor alone": (b'{"events":["all"],"constructor":{"name":"x"}}', "unknown_properties"),
    "an event twice": (b'{"events":["all","all"]}', "duplicate_events"),
    "an event thrice": (b'{"events":["all","facility.creation.accepted","all"]}', "duplicate_events"),
    "no secret in the list": (b'{"events":["all"],"secrets":[]}', "empty_secrets"),
    "a number among the secrets": (b'{"events":["all"],"secrets":[1234567890]}', "secret_items"),
    "null among the secrets": (b'{"events":["all"],"secrets":["Mi9Qe2vYpX7kLr4T",null]}', "secret_items"),
    "an object among the secrets": (b'{"events":["all"],"secrets":[{}]}', "secret_items"),
    "an empty secret": (b'{"events":["all"],"secrets":[""]}', "secret_length"),
    "a short secret": (b'{"events":["all"],"secrets":["short"]}', "secret_length"),
    "a long secret": (b'{"events":["all"],"secrets":["' + b"s" * 5000 + b'"]}', "secret_length"),
    "a secret twice": (b'{"events":["all"],"secrets":["Mi9Qe2vYpX7kLr4T","Mi9Qe2vYpX7kLr4T"]}', "duplicate_secrets"),
    "a secret with blanks around": (b'{"events":["all"],"secrets":[" Mi9Qe2vYpX7kLr4T "]}', "secret_characters"),
    "a secret outside ASCII": ('{"events":["all"],"secrets":["clé-secrète-🔑-0001"]}'.encode(), "secret_characters"),
    "a NUL in a secret": (b'{"events":["all"],"secrets":["nul-\\u0000-in-a-secret"]}', "secret_characters"),
    "an unknown property": (b'{"events":["all"],"nickname":1}', "unknown_properties"),
    "id and clientId": (b'{"events":["all"],"id":"x","clientId":"y"}', "unknown_properties"),
    "a key twice": (b'{"events":["all"],"events":["all"]}', "duplicate_keys"),
    "a key twice, once wrong": (b'{"events":["nope"],"events":["all"]}', "duplicate_keys"),
    "a key twice, wrong at last": (b'{"events":["all"],"events":["nope"]}', "duplicate_keys"),
    "NaN": (b'{"events":["all"],"x":NaN}', "dialect unknown_properties"),
    "Infinity": (b'{"events":["all"],"x":-Infinity}', "dialect unknown_properties"),
    "1e400": (b'{"events":["all"],"x":1e400}', "numbers unknown_properties"),
    "5,000 digits": (b'{"events":["all"],"x":' + b"9" * 5000 + b"}", "numbers unknown_properties"),
    "3,000 levels": (b'{"events":["all"],"x":' + b"[" * 2_999 + b"]" * 2_999 + b"}", "deep_nesting"),
    "1,100 levels": (b'{"events":["all"],"x":' + b"[" * 1_099 + b"]" * 1_099 + b"}", "deep_nesting"),
    "201 levels": (b'{"events":["all"],"x":' + b"[" * 200 + b"]" * 200 + b"}", "deep_nesting"),
    "200 levels": (b'{"events":["all"],"x":' + b"[" * 199 + b"]" * 199 + b"}", "nesting"),
    "51 levels": (b'{"events":["all"],"x":' + b"[" * 50 + b"]" * 50 + b"}", "nesting"),
    "52 levels of objects and arrays": (b' {"x":[' * 26 + b"]}" * 26, "nesting"),
    "a lone surrogate": (b'{"events":["all"],"secrets":["\\ud800-lone-surrogate"]}', "surrogates secret_characters"),
    "a lone low surrogate": (b'{"events":["all"],"x":"\\udc00"}', "surrogates unknown_properties"),
    "a byte order mark": (b'\xef\xbb\xbf{"events":["all"]}', "byte_order_mark"),
    "invalid UTF-8": (b'{"events":["all"],"x":"\xff\xfe"}', "encoding unknown_properties"),
    "UTF-16": ('{"events":["all"]}'.encode("utf-16"), "wide encoding"),
    "UTF-16 without a mark": ('{"events":["all"]}'.encode("utf-16-le"), "wide"),
    "UTF-32": ('{"events":["all"]}'.encode("utf-32"), "wide encoding"),
    "50 levels": (b'{"events":["all"],"x":' + b"[" * 49 + b"]" * 49 + b"}", "unknown_properties"),
    "100 arrays beside each other": (b'{"events":["all"],"x":[' + b"[]," * 100 + b"{}]}", "unknown_properties"),
    "300 digits": (b'{"events":["all"],"x":' + b"9" * 300 + b"}", "unknown_properties"),
    "301 digits": (b'{"events":["all"],"x":' + b"9" * 301 + b"}", "numbers unknown_properties"),
    "a fraction": (b'{"events":["all"],"x":-1.5e3}', "unknown_properties"),
    "a fraction of 300 characters": (b'{"events":["all"],"x":0.' + b"1" * 298 + b"}", "unknown_properties"),
    "a fraction of 301 characters": (b'{"events":["all"],"x":0.' + b"1" * 299 + b"}", "numbers unknown_properties"),
    "-1e400": (b'{"events":["all"],"x":-1e400}', "numbers unknown_properties"),
    "an open url": (b'{"events":["all"],"url":"https://localhost"}', "url_form"),
    "a number and an open url": (
        b'{"events":["all"],"url":"https://localhost","secrets":[7]}',
        "url_form secret_items",
    ),
}


UNREADABLE = {
    *("numbers", "encoding", "surrogates", "byte_order_mark", "dialect", "duplicate_keys", "nesting", "deep_nesting"),
    *("wide", "prototype"),
}


@pytest.mark.parametrize(("body", "open_points"), OPEN_BODIES.values(), ids=OPEN_BODIES)
def test_the_documents_are_silent_on_a_body(body: bytes, open_points: str) -> None:
    found = judged(body)

    assert (found.must_accept, found.must_refuse, found.statuses) == (False, False, {201, 400})
    assert found.open_points == tuple(open_points.split())


@pytest.mark.parametrize(("body", "open_points"), OPEN_BODIES.values(), ids=OPEN_BODIES)
def test_no_rule_is_read_from_a_body_that_readers_take_in_different_ways(body: bytes, open_points: str) -> None:
    is_unreadable = not UNREADABLE.isdisjoint(open_points.split())
    is_unclear = is_unreadable or open_points == "key_case"
    found = judged(body)

    assert (found.is_unreadable, found.has_free_message, found.body is None) == (is_unreadable, is_unclear, is_unclear)


@pytest.mark.parametrize(
    ("body", "more", "statuses"),
    numbered(
        [
            ({"events": ["all"]}, {"media_type": None}, {201, 400, 415}),
            ({"events": ["all"]}, {"media_type": "text/plain"}, {201, 400, 415}),
            ({"events": ["all"]}, {"media_type": "application/vnd.api+json"}, {201, 400, 415}),
            ({"events": ["all"]}, {"media_type": "application/jsonx"}, {201, 400, 415}),
            ({"events": ["all"]}, {"media_type": ""}, {201, 400, 415}),
            ({"events": ["all"]}, {"media_type": "application/json; charset=latin-1"}, {201, 400, 415}),
            ({"events": ["all"]}, {"media_type": "application/json; charset=klingon"}, {201, 400, 415}),
            ({"events": ["all"]}, {"media_type": "application/json; version=2"}, {201, 400, 415}),
            ({"events": []}, {"media_type": "text/plain"}, {201, 400, 415}),
            ({"events": ["all"], "x": "p" * 150_000}, {}, {201, 400, 413}),
            (b'{"events":["all"]}'.ljust(8001), {}, {201, 400, 413}),
        ]
    ),
)
def test_the_documents_are_silent_on_a_media_type_or_a_size(body: Any, more: Any, statuses: set[int]) -> None:
    found = judged(body, **more)

    assert (found.must_accept, found.must_refuse, found.statuses) == (False, False, statuses)


@pytest.mark.parametrize("body", [b'{"events":["all"]}', b'{"events":[]}', b"", b"{", b"[]"], ids=repr)
def test_no_rule_is_read_from_a_body_of_another_media_type(body: bytes) -> None:
    found = judged(body, media_type="text/plain")

    assert (found.has_free_message, found.violated, found.body) == (True, (), None)
    assert found.statuses - {201} == {400, 415}


@pytest.mark.parametrize("media_type", ["application/json; charset=latin-1", " Application/JSON ;charset=utf-16"])
@pytest.mark.parametrize(
    ("body", "row"), [(b'{"events":[]}', "R-203"), (b"", "R-209"), (b"{", "R-210"), (b"[]", "R-209")], ids=str
)
def test_a_fault_under_another_charset_is_one_still(body: bytes, row: str, media_type: str) -> None:
    found = judged(body, media_type=media_type)

    assert (rows(found), found.open_points, found.statuses) == ({row}, ("charset",), {400, 415})


@pytest.mark.parametrize(
    "body",
    [
        {"events": [], "nickname": 1},
        {"events": [], "url": None},
        {"events": [], "secrets": None},
        {"events": [], "secrets": []},
        {"events": [], "secrets": [7]},
        {"events": [], "url": "https://localhost/"},
        {"events": ["nope", "nope"]},
        {"events": ["all"], "url": "http://a.example", "x": 1},
    ],
    ids=json.dumps,
)
def test_an_open_question_beside_a_broken_rule_does_not_save_the_request(body: Any) -> None:
    found = judged(body)

    assert (found.must_refuse, found.statuses) == (True, {400})
    assert len(messages(found)) == 1


@pytest.mark.parametrize(
    "body",
    [b"\xef\xbb\xbfnot json", b'\xff{"events":["all"]}', b"", b'{"events":[]'],
    ids=["a mark before no JSON", "a stray byte before JSON", "nothing", "cut short"],
)
def test_a_body_that_no_reader_takes_is_refused(body: bytes) -> None:
    found = judged(body)

    assert (201 in found.statuses, found.must_refuse) == (False, True)


CREDENTIALS = {
    Credential.VALID: None,
    Credential.FORBIDDEN: (403, "R-404"),
    Credential.ABSENT: (401, "R-401"),
    Credential.NO_TOKEN: (401, "R-401"),
    Credential.BLANK_TOKEN: (401, "R-401"),
    Credential.UNKNOWN: (401, "R-402"),
    Credential.LENGTHENED: (401, "R-402"),
    Credential.PRECEDED: (401, "R-402"),
    Credential.SHORTENED: (401, "R-402"),
    Credential.ALTERED: (401, "R-402"),
    Credential.OTHER_CASE: (401, "R-402"),
    Credential.DOUBLED_SCHEME: (401, "R-402"),
    Credential.BASIC_SCHEME: (401, "R-403"),
    Credential.TOKEN_SCHEME: (401, "R-403"),
    Credential.LONGER_SCHEME: (401, "R-403"),
    Credential.NO_SCHEME: (401, "R-403"),
}


@pytest.mark.parametrize(("credential", "wanted"), CREDENTIALS.items(), ids=lambda value: getattr(value, "name", ""))
def test_a_credential_is_answered_with_its_status(credential: Credential, wanted: tuple[int, str] | None) -> None:
    found = judged({"events": ["all"]}, credential=credential)

    assert [(error.status, error.requirement) for error in found.expected_errors] == ([wanted] if wanted else [])
    assert found.statuses == ({wanted[0]} if wanted else {201})


@pytest.mark.parametrize(
    ("webhook_id", "row", "statuses"),
    [
        pytest.param("0b1d1f6e-5d4f-4a3b-9c2d-7e8f90a1b2c3", "R-501", {404}, id="an unknown UUID"),
        pytest.param("0B1D1F6E-5D4F-4A3B-9C2D-7E8F90A1B2C3", "R-501", {404}, id="an unknown UUID in capitals"),
        pytest.param(FIRST[:-1], "R-502", {400, 404, 414}, id="the beginning of an id"),
        pytest.param(FIRST[:8], "R-502", {400, 404, 414}, id="the first part of an id"),
        pytest.param(FIRST[:-1] + "0", "R-502", {404}, id="an id with another last character"),
        pytest.param("0" + FIRST[1:], "R-502", {404}, id="an id with another first character"),
        pytest.param(FIRST[:18] + SECOND[18:], "R-502", {404}, id="an id whose first half is known"),
        pytest.param(FIRST[:9] + SECOND[9:], "R-502", {404}, id="an id whose second half is known"),
        pytest.param(FIRST[:17] + "0" + SECOND[18:-1] + "0", "R-501", {404}, id="an id that begins less alike"),
        pytest.param(FIRST + "0", "R-502", {400, 404, 414}, id="an id with something behind it"),
        pytest.param(f" {FIRST} ", "R-502", {400, 404, 414}, id="an id with blanks around it"),
        pytest.param(f"urn:uuid:{FIRST}", "R-502", {400, 404, 414}, id="an id as a URN"),
        pytest.param(f"{{{FIRST}", "R-502", {400, 404, 414}, id="an id behind one brace"),
        pytest.param(f"{FIRST}}}", "R-502", {400, 404, 414}, id="an id before one brace"),
        pytest.param("00000000-0000-4000-8" + FIRST[-16:], "R-501", {404}, id="an id that ends less alike"),
        pytest.param("00000000-0000-4000" + FIRST[-18:], "R-502", {404}, id="an id that ends alike"),
        pytest.param(f"({FIRST})", "R-502", {400, 404, 414}, id="an id in parentheses"),
        pytest.param(FIRST.replace("-", "_"), "R-501", {400, 404, 414}, id="an id with underscores"),
        *[pytest.param(name, "R-501", {400, 404, 414}, id=name) for name in ("__proto__", "constructor", "toString")],
        pytest.param("null", "R-501", {400, 404, 414}, id="no UUID"),
        pytest.param("\0", "R-501", {400, 404, 414}, id="a NUL"),
        pytest.param(f"{FIRST}\0", "R-502", {400, 404, 414}, id="an id before a NUL"),
        pytest.param(f"{BARE_PERCENT}zz", "R-501", {400, 404, 414}, id="an escape that is none"),
        pytest.param("../" + SECOND[:2], "R-501", {400, 404, 414}, id="a path"),
        pytest.param("x" * 5000, "R-501", {400, 404, 414}, id="a long id"),
    ],
)
def test_an_id_that_no_webhook_has_is_not_found(webhook_id: str, row: str, statuses: set[int]) -> None:
    found = judged({"events": ["all"]}, webhook_id=webhook_id)

    assert (rows(found), found.statuses, found.must_refuse) == ({row}, statuses, True)


@pytest.mark.parametrize(
    "webhook_id",
    [FIRST.upper(), FIRST.replace("-", ""), f"{{{FIRST}}}", FIRST[:4] + "-" + FIRST[4:], f"{{{FIRST.upper()}}}"],
    ids=["another case", "no hyphens", "braces", "another hyphen", "braces and another case"],
)
def test_another_form_of_a_uuid_may_name_its_webhook(webhook_id: str) -> None:
    found = judged({"events": ["all"]}, webhook_id=webhook_id)

    assert (found.expected_errors, found.open_points, found.statuses) == ((), ("uuid_forms",), {201, 400, 404})
    assert (found.webhook_id, found.is_of_unknown_webhook) == (FIRST, False)


@pytest.mark.parametrize(
    ("known", "webhook_id", "row"),
    [
        ("hook-0123456789abcdef", "HOOK-0123456789ABCDEF", "R-502"),
        ("hook-0123456789abcdef", "hook0123456789abcdef", "R-502"),
        ("h-7-a-b-c-d-e", "H7ABCDE", "R-502"),
        ("h7abcde", "H-7-A-B-C-D-E", "R-502"),
        ("hook-one", "hook-two", "R-502"),
        ("hook-7a", "hoo-8b7", "R-501"),
        ("hook-7a", "hoo-----7a", "R-501"),
    ],
)
def test_another_form_of_an_id_that_is_not_a_uuid_names_nobody(known: str, webhook_id: str, row: str) -> None:
    found = judge(Request(webhook_id, b'{"events":["all"]}'), frozenset({known}))

    assert (rows(found), found.must_refuse) == ({row}, True)


@pytest.mark.parametrize(
    ("credential", "open_point"),
    [(Credential.DOUBLED, "token_words"), (Credential.LOWER_SCHEME, "scheme_case")],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_token_with_more_behind_it_and_another_case_of_its_scheme_are_left_open(
    credential: Credential, open_point: str
) -> None:
    found = judged({"events": ["all"]}, credential=credential)

    assert (found.open_points, found.statuses, found.must_refuse) == ((open_point,), {201, 401}, False)
    assert judged({"events": []}, credential=credential).statuses == {400, 401}


@pytest.mark.parametrize(
    ("body", "more", "statuses"),
    numbered(
        [
            ({"events": []}, {"credential": Credential.UNKNOWN}, {400, 401}),
            ({"events": []}, {"credential": Credential.FORBIDDEN}, {400, 403}),
            ({"events": ["all"]}, {"credential": Credential.ABSENT, "webhook_id": "0" * 36}, {400, 401, 404, 414}),
            ({"events": []}, {"webhook_id": "0b1d1f6e-5d4f-4a3b-9c2d-7e8f90a1b2c3"}, {400, 404}),
            ({"events": ["all"]}, {"credential": Credential.ABSENT, "media_type": "text/plain"}, {400, 401, 415}),
            ({"events": ["all"], "url": None}, {"credential": Credential.ABSENT}, {400, 401}),
        ]
    ),
)
def test_which_of_several_faults_is_answered_is_open(body: Any, more: Any, statuses: set[int]) -> None:
    found = judged(body, **more)

    assert (found.must_refuse, found.statuses) == (True, statuses)


def test_the_same_request_is_judged_the_same_twice() -> None:
    bodies = [*(body for body, _ in OPEN_BODIES.values()), b"{", b"null", b'{"events":[]}']

    assert [judged(body) for body in bodies] == [judged(body) for body in bodies]

from __future__ import annotations

from typing import Any

import pytest

from support.mock_process import FIRST, USER, running
from user_webhook_api.choices import choices

ALL = {"events": ["all"]}
URL = "should be a secure URL with HTTPS"
URL_TYPE = "url must be a string"
EVENTS_EMPTY = "events must contain at least 1 elements"
EVENTS_TYPE = "events must be an array"
SECRETS_MANY = "secrets must contain no more than 2 elements"
SECRETS_TYPE = "secrets must be an array"
UNSUPPORTED = "media type is not application/json"
DUPLICATES = "All events's elements must be unique"

Sent = dict[str, Any]


@pytest.mark.parametrize(
    ("choice", "sent", "kept"),
    [
        ({"omitted_secrets": "generate"}, {}, False),
        ({"omitted_secrets": "keep"}, {}, True),
        ({"omitted_secrets": "keep"}, {"secrets": None}, True),
        ({"omitted_secrets": "generate"}, {"secrets": None}, False),
        ({"omitted_secrets": "keep", "null_secrets": "generate"}, {"secrets": None}, False),
        ({"omitted_secrets": "keep", "null_secrets": "generate"}, {}, True),
        ({"omitted_secrets": "generate", "null_secrets": "keep"}, {"secrets": None}, True),
        ({"omitted_secrets": "generate", "null_secrets": "keep"}, {}, False),
        ({"omitted_secrets": "keep"}, {"secrets": []}, False),
        ({"empty_secrets": "generate"}, {"secrets": []}, False),
        ({"empty_secrets": "keep"}, {"secrets": []}, True),
        ({"empty_secrets": "keep"}, {}, False),
    ],
    ids=str,
)
def test_secrets_that_are_not_sent_are_kept_or_made_anew(choice: Sent, sent: Sent, kept: bool) -> None:  # noqa: FBT001  a parameter of the table
    with running(**choice) as mock:
        mock.patch({**ALL, "secrets": ["stored"]})
        reply = mock.patch({**ALL, **sent})

    assert (reply.status, reply.data["secrets"] == ["stored"]) == (201, kept)
    assert len(reply.data["secrets"]) == 1


@pytest.mark.parametrize(
    ("choice", "sent", "data"),
    [
        ({"empty_secrets": "store"}, {"secrets": []}, {"secrets": []}),
        ({"secret_items": "any"}, {"secrets": [1, {"a": None}]}, {"secrets": ["1", '{"a":null}']}),
        ({"secret_items": "strings"}, {"secrets": ["a", ""]}, {"secrets": ["a", ""]}),
        ({"null_url": "keep"}, {"url": None, "secrets": None}, {"url": "https://hooks.example.com/user"}),
        ({"null_url": "reject"}, {"secrets": None}, {"url": "https://hooks.example.com/user"}),
        ({"null_secrets": "reject"}, {"url": None}, {"url": "https://hooks.example.com/user"}),
        (
            {"key_case": "any"},
            {"URL": "https://a.example/", "Secrets": ["s"]},
            {"url": "https://a.example/", "secrets": ["s"]},
        ),
        ({"key_case": "any"}, {"EVENTS": ["facility.creation.accepted"]}, {"events": ["facility.creation.accepted"]}),
        ({"key_case": "any", "unknown_properties": "reject"}, {"Url": None}, {"url": "https://hooks.example.com/user"}),
        ({"key_case": "exact"}, {"URL": "https://a.example/"}, {"url": "https://hooks.example.com/user"}),
        ({"unknown_properties": "ignore"}, {"nickname": 1}, {"events": ["all"]}),
        ({"unknown_properties": "reject"}, {}, {"events": ["all"]}),
        ({"duplicate_events": "keep"}, {"events": ["all", "all"]}, {"events": ["all", "all"]}),
        ({"duplicate_events": "merge"}, {"events": ["all", "all"]}, {"events": ["all"]}),
        ({"dotless_hosts": "accept"}, {"url": "https://localhost:8443/x"}, {"url": "https://localhost:8443/x"}),
        ({"dotless_hosts": "accept"}, {"url": "https://u:p@a./x"}, {"url": "https://u:p@a./x"}),
        ({"dotless_hosts": "accept"}, {"url": "https://a.example/"}, {"url": "https://a.example/"}),
        ({"ip_hosts": "accept"}, {"url": "https://192.0.2.1"}, {"url": "https://192.0.2.1"}),
        ({"ip_hosts": "reject"}, {"url": "https://192.0.2.1.example"}, {"url": "https://192.0.2.1.example"}),
        ({"userinfo": "accept"}, {"url": "https://u:p@example.com"}, {"url": "https://u:p@example.com"}),
        ({"userinfo": "reject"}, {"url": "https://example.com/@x"}, {"url": "https://example.com/@x"}),
    ],
    ids=str,
)
def test_a_choice_accepts(choice: Sent, sent: Sent, data: Sent) -> None:
    with running(**choice) as mock:
        reply = mock.patch({**ALL, **sent})

    assert reply.status == 201
    assert {name: reply.data[name] for name in data} == data


@pytest.mark.parametrize(
    ("choice", "sent", "messages"),
    [
        ({"empty_secrets": "reject"}, {"secrets": []}, ["secrets should not be empty"]),
        ({"secret_items": "strings"}, {"secrets": ["a", 1]}, ["each value in secrets must be a string"]),
        ({"null_url": "reject"}, {"url": None}, [URL, URL_TYPE]),
        ({"null_secrets": "reject"}, {"secrets": None}, [SECRETS_MANY, SECRETS_TYPE]),
        ({"key_case": "any"}, {"URL": 7, "events": []}, [URL, URL_TYPE, EVENTS_EMPTY]),
        ({"key_case": "exact", "unknown_properties": "reject"}, {"URL": 7}, ["property URL should not exist"]),
        (
            {"unknown_properties": "reject"},
            {"id": "x", "a": 1},
            [f"property {name} should not exist" for name in ("id", "a")],
        ),
        ({"duplicate_events": "reject"}, {"events": ["all", "all"]}, [DUPLICATES]),
        ({"messages": "all"}, {"url": 1, "events": "all"}, [URL, URL_TYPE, EVENTS_EMPTY, EVENTS_TYPE]),
        ({"messages": "first_per_property"}, {"url": 1, "events": 1, "secrets": 1}, [URL, EVENTS_EMPTY, SECRETS_MANY]),
        ({"messages": "first"}, {"url": 1, "events": 1, "secrets": 1}, [URL]),
        ({"dotless_hosts": "reject"}, {"url": "https://localhost"}, [URL]),
        ({"dotless_hosts": "accept"}, {"url": "https://"}, [URL]),
        ({"dotless_hosts": "accept"}, {"url": "http://localhost"}, [URL]),
        ({"dotless_hosts": "accept"}, {"url": "https://local host"}, [URL]),
        ({"dotless_hosts": "accept", "ip_hosts": "reject"}, {"url": "https://2130706433"}, [URL]),
        ({"dotless_hosts": "accept", "userinfo": "reject"}, {"url": "https://u@localhost"}, [URL]),
        ({"ip_hosts": "reject"}, {"url": "https://192.0.2.1:443/x"}, [URL]),
        ({"ip_hosts": "reject"}, {"url": "https://[2001:db8::1]"}, [URL]),
        ({"userinfo": "reject"}, {"url": "https://u:p@example.com"}, [URL]),
    ],
    ids=str,
)
def test_a_choice_refuses(choice: Sent, sent: Sent, messages: list[str]) -> None:
    with running(**choice) as mock:
        reply = mock.patch({**ALL, **sent})

    assert reply.status == 400
    assert reply.body == {"message": messages, "error": "Bad Request", "statusCode": 400}


@pytest.mark.parametrize(
    ("choice", "content", "media_type", "status", "message"),
    [
        ({"unparseable_message": "array"}, b"{}x", "application/json", 400, list),
        ({"unparseable_message": "string"}, b"{}x", "application/json", 400, str),
        ({"media_type": 400}, b"{}", "text/plain", 400, list),
        ({"media_type": 415}, b"{}", "text/plain", 415, str),
        ({"media_type": 415}, b"{}", "application/json; charset=klingon", 415, str),
        ({"media_type": 415}, b"", "text/plain", 400, list),
        ({"body_limit": "100kB"}, b" " * 102_401, "application/json", 413, str),
        ({"body_limit": "1MB"}, b" " * 1_048_576, "application/json", 400, str),
        ({"body_limit": "1MB"}, b" " * 1_048_577, "application/json", 413, str),
    ],
    ids=lambda value: str(value[:9] if isinstance(value, bytes) else value),
)
def test_a_choice_says_how_an_unreadable_body_is_refused(
    choice: Sent, content: bytes, media_type: str, status: int, message: type
) -> None:
    with running(**choice) as mock:
        reply = mock.patch(content, content_type=media_type)

    assert (reply.status, reply.body["statusCode"], type(reply.body["message"])) == (status, status, message)


@pytest.mark.parametrize(
    ("value", "error"), [("present", {"error": "Bad Request"}), ("absent", {})], ids=["present", "absent"]
)
def test_a_choice_says_whether_the_400_of_an_unreadable_body_has_an_error(value: str, error: Sent) -> None:
    with running(unparseable_error=value) as mock:
        body = mock.patch(b"{}x").body
        named = mock.patch({"events": []}).body

    assert body == {"message": body["message"], "statusCode": 400, **error}
    assert named == {"message": [EVENTS_EMPTY], "error": "Bad Request", "statusCode": 400}


@pytest.mark.parametrize(
    "form",
    [FIRST.upper(), FIRST.replace("-", ""), f"{{{FIRST}}}", FIRST[:4] + "-" + FIRST[4:]],
    ids=["case", "hyphens", "braces", "another hyphen"],
)
def test_a_choice_says_whether_another_form_of_a_uuid_names_the_webhook(form: str) -> None:
    with running(uuid_forms="any") as mock:
        assert (mock.patch(ALL, form).status, mock.patch(ALL, form).data["id"]) == (201, FIRST)
        assert [mock.patch(ALL, near).status for near in (FIRST[:-1], f"{FIRST}0", f"{{{FIRST}", "x")] == [404] * 4
    with running(uuid_forms="exact") as mock:
        assert mock.patch(ALL, form).status == 404


@pytest.mark.parametrize(
    ("choice", "authorization", "status"),
    [
        ({"token_words": "refuse"}, "Bearer valid-token valid-token", 401),
        ({"token_words": "ignore"}, "Bearer valid-token valid-token", 201),
        ({"token_words": "ignore"}, "Bearer forbidden-token more", 403),
        ({"token_words": "ignore"}, "Bearer more valid-token", 401),
        ({"scheme_case": "any"}, "bearer valid-token", 201),
        ({"scheme_case": "exact"}, "bearer valid-token", 401),
        ({"scheme_case": "exact"}, "Bearer valid-token", 201),
    ],
    ids=str,
)
def test_a_choice_says_how_a_token_is_read(choice: Sent, authorization: str, status: int) -> None:
    with running(**choice) as mock:
        reply = mock.patch(ALL, authorization=authorization)

    assert (reply.status, reply.status == 201 or reply.body["statusCode"] == status) == (status, True)


def test_a_choice_on_tokens_counts_from_the_next_request_on() -> None:
    with running() as mock:
        before = mock.patch(ALL, authorization="Bearer valid-token more").status
        mock.control("PATCH", "/choices", {"token_words": "ignore"})

        assert (before, mock.patch(ALL, authorization="Bearer valid-token more").status) == (401, 201)


def test_an_unsupported_media_type_has_the_envelope() -> None:
    with running(media_type=415) as mock:
        reply = mock.patch(b"{}", content_type="text/plain")

    assert reply.body == {"message": UNSUPPORTED, "error": "Unsupported Media Type", "statusCode": 415}


@pytest.mark.parametrize(("value", "status"), [("body_first", 400), ("lookup_first", 404)])
@pytest.mark.parametrize("content", [b"{}", b"{"], ids=["rule", "JSON"])
def test_a_choice_says_whether_the_rules_or_the_id_come_first(value: str, status: int, content: bytes) -> None:
    with running(check_order=value) as mock:
        reply = mock.patch(content, "unknown")

    assert (reply.status, reply.body["statusCode"]) == (status, status)


@pytest.mark.parametrize(("value", "message"), [("webhook", "Webhook not found"), ("generic", "Not Found")])
def test_a_choice_says_how_an_unknown_webhook_is_called(value: str, message: str) -> None:
    with running(not_found_message=value) as mock:
        reply = mock.patch(ALL, "unknown")

    assert (reply.status, reply.body) == (404, {"message": message, "error": "Not Found", "statusCode": 404})


@pytest.mark.parametrize(
    ("value", "allow", "phrase"), [(404, None, "Not Found"), (405, "PATCH", "Method Not Allowed")], ids=["404", "405"]
)
def test_a_choice_says_how_another_method_is_refused(value: int, allow: str | None, phrase: str) -> None:
    with running(other_methods=value) as mock:
        reply = mock.request("GET", USER + FIRST)

    assert (reply.status, reply.headers["allow"]) == (value, allow)
    assert reply.body == {"message": phrase, "error": phrase, "statusCode": value}


@pytest.mark.parametrize(
    ("name", "value"), [(choice.name, value) for choice in choices() for value in choice.values], ids=str
)
def test_a_valid_update_is_accepted_under_every_choice(name: str, value: str | int) -> None:
    with running(**{name: value}) as mock:
        reply = mock.patch({"url": "https://a.example.com", "events": ["all"], "secrets": ["a", "b"]})

    assert (reply.status, reply.data["secrets"]) == (201, ["a", "b"])


def test_an_update_without_secrets_leaves_no_webhook_without_any() -> None:
    with running(omitted_secrets="keep", empty_secrets="store") as mock:
        emptied = mock.patch({**ALL, "secrets": []}).data["secrets"]
        omitted = mock.patch(ALL).data["secrets"]
        kept = mock.patch(ALL).data["secrets"]

    assert emptied == []
    assert len(omitted) == 1
    assert kept == omitted

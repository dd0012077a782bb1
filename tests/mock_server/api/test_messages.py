from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.mock_process import Mock, running

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = "should be a secure URL with HTTPS"
URL_TYPE = "url must be a string"
EVENTS_EMPTY = "events must contain at least 1 elements"
EVENTS_TYPE = "events must be an array"
EVENTS_VALUE = (
    "each value in events must be one of the following values: all, facility.user-connection.accepted, "
    "facility.user-connection.rejected, facility.creation.accepted, facility.creation.rejected"
)
SECRETS_MANY = "secrets must contain no more than 2 elements"
SECRETS_TYPE = "secrets must be an array"

ALL = {"events": ["all"]}
NO_EVENTS = [EVENTS_EMPTY, EVENTS_TYPE, EVENTS_VALUE]

SECURE = {
    "host": "https://example.com",
    "port": "https://example.com:65535/",
    "upper case": "HTTPS://EXAMPLE.COM/A",
    "query and fragment": "https://a.b.example.com/x?y=1#z",
    "query without a path": "https://example.com?x",
    "punycode": "https://xn--bcher-kva.example/",
    "unicode": "https://b\u00fccher.example/",
    "address": "https://192.0.2.1/x",
    "address 6": "https://[2001:db8::1]:8443/x",
    "userinfo": "https://user:pass@example.com/",
    "2,000 characters": "https://example.com/" + "a" * 1980,
}

INSECURE = {
    "http": "http://example.com",
    "no scheme": "example.com",
    "near miss": "httpsfoo://example.com",
    "no colon": "https//example.com",
    "one slash": "https:/example.com",
    "no host": "https://",
    "no host but a path": "https:///x",
    "dotless": "https://localhost/x",
    "space": "https://exa mple.com",
    "space before": " https://example.com",
    "newline behind": "https://example.com/\n",
    "newline behind a host": "https://example.com\n",
    "nul": "https://example.com/\x00",
    "port too high": "https://example.com:65536",
    "two dots": "https://example..com",
    "empty": "",
    "in another url": "javascript:https://example.com",
}


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with running() as mock:
        yield mock


@pytest.mark.parametrize(
    ("content", "messages"),
    [
        pytest.param(
            {"url": 1, "events": "none", "secrets": "none"},
            [URL, URL_TYPE, EVENTS_EMPTY, EVENTS_TYPE, EVENTS_VALUE, SECRETS_MANY, SECRETS_TYPE],
            id="all seven",
        ),
        pytest.param({**ALL, "url": 1}, [URL, URL_TYPE], id="url a number"),
        pytest.param({**ALL, "url": ["https://example.com"]}, [URL, URL_TYPE], id="url an array"),
        pytest.param({**ALL, "url": False}, [URL, URL_TYPE], id="url false"),
        pytest.param({**ALL, "url": {}}, [URL, URL_TYPE], id="url an object"),
        pytest.param({}, NO_EVENTS, id="events absent"),
        pytest.param({"events": None}, NO_EVENTS, id="events null"),
        pytest.param({"events": {}}, NO_EVENTS, id="events an object"),
        pytest.param({"events": 0}, NO_EVENTS, id="events a number"),
        pytest.param({"events": "all"}, [EVENTS_EMPTY, EVENTS_TYPE], id="events a lone event"),
        pytest.param({"events": []}, [EVENTS_EMPTY], id="events empty"),
        pytest.param({"events": ["ALL"]}, [EVENTS_VALUE], id="events in upper case"),
        pytest.param({"events": ["all", "nope"]}, [EVENTS_VALUE], id="events with a wrong one behind"),
        pytest.param({"events": ["nope", "all"]}, [EVENTS_VALUE], id="events with a wrong one before"),
        pytest.param({"events": [["all"]]}, [EVENTS_VALUE], id="events nested"),
        pytest.param({"events": [None]}, [EVENTS_VALUE], id="events with null"),
        pytest.param({**ALL, "secrets": ["a", "b", "c"]}, [SECRETS_MANY], id="three secrets"),
        pytest.param({**ALL, "secrets": list("abcdefghij")}, [SECRETS_MANY], id="ten secrets"),
        pytest.param({**ALL, "secrets": "a"}, [SECRETS_MANY, SECRETS_TYPE], id="secrets a string"),
        pytest.param({**ALL, "secrets": {}}, [SECRETS_MANY, SECRETS_TYPE], id="secrets an object"),
        pytest.param({"url": "http://example.com", "events": []}, [URL, EVENTS_EMPTY], id="url and events"),
    ],
)
def test_a_refusal_names_the_broken_rules_in_order(mock: Mock, content: dict[str, Any], messages: list[str]) -> None:
    reply = mock.patch(content)

    assert reply.status == 400
    assert reply.headers["content-type"] == "application/json"
    assert reply.body == {"message": messages, "error": "Bad Request", "statusCode": 400}


@pytest.mark.parametrize("url", SECURE.values(), ids=SECURE.keys())
def test_a_secure_url_is_stored_as_sent(mock: Mock, url: str) -> None:
    reply = mock.patch({**ALL, "url": url})

    assert (reply.status, reply.data["url"]) == (201, url)


@pytest.mark.parametrize("url", INSECURE.values(), ids=INSECURE.keys())
def test_a_url_that_is_not_secure_is_refused(mock: Mock, url: str) -> None:
    reply = mock.patch({**ALL, "url": url})

    assert (reply.status, reply.body["message"]) == (400, [URL])


@pytest.mark.parametrize(
    "url",
    [
        "https://" + "a" * 90_000,
        "https://" + "a." * 45_000,
        "https://" + "a-" * 45_000 + "!",
        "https://a" + "@" * 90_000,
    ],
    ids=["one label", "many labels", "many dashes", "many userinfos"],
)
def test_a_long_url_is_judged_at_once(mock: Mock, url: str) -> None:
    reply = mock.patch({**ALL, "url": url})

    assert reply.status in {201, 400}


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        pytest.param(None, None, id="no body"),
        pytest.param(None, "application/json", id="no body but a media type"),
        pytest.param(b"", "application/json", id="an empty body"),
        pytest.param(b"[]", "application/json", id="an array"),
        pytest.param(b'"all"', "application/json", id="a string"),
        pytest.param(b"1", "application/json", id="a number"),
        pytest.param(b"null", "application/json", id="null"),
        pytest.param(b'{"events":["all"]}', None, id="no media type"),
        pytest.param(b'{"events":["all"]}', "text/plain", id="text"),
        pytest.param(b'{"events":["all"]}', "application/merge-patch+json", id="another JSON type"),
        pytest.param(b"events=all", "application/x-www-form-urlencoded", id="a form"),
    ],
)
def test_what_is_no_json_object_has_no_events(mock: Mock, content: bytes | None, content_type: str | None) -> None:
    reply = mock.patch(content, content_type=content_type)

    assert reply.status == 400
    assert reply.body == {"message": NO_EVENTS, "error": "Bad Request", "statusCode": 400}

"""The conformant servers give the documented answers, by a witness other than the gate."""

import http.client
import json
import time
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from servers.conformant import launch
from servers.conformant.catalogue import Variant
from support.tools import missing

HTTPS = "should be a secure URL with HTTPS"
URL_STRING = "url must be a string"
EVENTS_SIZE = "events must contain at least 1 elements"
EVENTS_ARRAY = "events must be an array"
EVENTS_VALUES = (
    "each value in events must be one of the following values: all, facility.user-connection.accepted, "
    "facility.user-connection.rejected, facility.creation.accepted, facility.creation.rejected"
)
SECRETS_SIZE = "secrets must contain no more than 2 elements"
SECRETS_ARRAY = "secrets must be an array"

UNAUTHORIZED = {"message": "Unauthorized", "statusCode": 401}
FORBIDDEN = {"message": "Forbidden Resource", "error": "Forbidden", "statusCode": 403}
NOT_FOUND = [
    {"message": message, "error": "Not Found", "statusCode": 404} for message in ("Webhook not found", "Not Found")
]
VALID = {"events": ["all"]}
BEARER = f"Bearer {launch.VALID_TOKEN}"


class Answer(NamedTuple):
    """What a server answered."""

    status: int
    media_type: str
    body: Any


class Server(NamedTuple):
    """A running variant."""

    variant: Variant
    base_url: str

    def patch(
        self,
        body: Any = VALID,
        *,
        webhook_id: str = launch.WEBHOOK_ID,
        authorization: str | None = BEARER,
        media_type: str | None = "application/json",
    ) -> Answer:
        """Send one PATCH, again after a 429, and read the answer."""
        headers = {"Authorization": authorization, "Content-Type": media_type}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        while True:
            connection = http.client.HTTPConnection(urlsplit(self.base_url).netloc, timeout=10)
            try:
                connection.request(
                    "PATCH",
                    f"/api/v2/public/webhooks/user/{webhook_id}",
                    data,
                    {name: value for name, value in headers.items() if value is not None},
                )
                response = connection.getresponse()
                text = response.read()
            finally:
                connection.close()
            if response.status != 429:
                media = response.headers.get_content_type()
                return Answer(response.status, media, json.loads(text) if media == "application/json" else text)
            time.sleep(0.3)

    def documented(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return *body* without the extra properties that this variant adds."""
        extra = {"timestamp", "path", "requestId", "code"} if "extras" in self.variant.options else set()
        return {name: value for name, value in body.items() if name not in extra}


@pytest.fixture(scope="module", params=launch.variants())
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    name = request.param
    if reason := launch.unavailable(name):
        missing(reason)
    with launch.running(name) as base_url:
        yield Server(launch.variant(name), base_url)


def named(server: Server, *rules: list[str]) -> list[str]:
    """Return the messages that the variant gives where these are all broken rules, property by property."""
    mode = server.variant.plays("messages", "all")
    if mode == "all":
        return [message for messages in rules for message in messages]
    types = {URL_STRING, EVENTS_ARRAY, SECRETS_ARRAY} if server.variant.names_the_type_first else set()
    firsts = [next((message for message in messages if message in types), messages[0]) for messages in rules]
    return firsts[:1] if mode == "first" else firsts


NO_URL = [HTTPS, URL_STRING]
NO_EVENTS = [EVENTS_SIZE, EVENTS_ARRAY, EVENTS_VALUES]
NO_SECRETS = [SECRETS_SIZE, SECRETS_ARRAY]


@pytest.mark.parametrize(
    ("body", "rules"),
    [
        pytest.param({"url": 1, "events": "x", "secrets": "y"}, [NO_URL, NO_EVENTS, NO_SECRETS], id="seven-rules"),
        pytest.param({"url": "http://example.com", **VALID}, [[HTTPS]], id="http"),
        pytest.param({"url": "httpsfoo://example.com", **VALID}, [[HTTPS]], id="httpsfoo"),
        pytest.param({"url": "https://", **VALID}, [[HTTPS]], id="no-host"),
        *(
            pytest.param({"url": f"https://ho{chr(code)}st.example.com", **VALID}, [[HTTPS]], id=f"control-{code:02x}")
            for code in (0x00, 0x01, 0x1F, 0x7F)
        ),
        pytest.param({}, [NO_EVENTS], id="no-events"),
        pytest.param({"events": {}}, [NO_EVENTS], id="object-events"),
        pytest.param({"events": []}, [[EVENTS_SIZE]], id="empty-events"),
        pytest.param({"events": "all"}, [[EVENTS_SIZE, EVENTS_ARRAY]], id="lone-event"),
        pytest.param({"events": ["all", "ALL"]}, [[EVENTS_VALUES]], id="upper-case-event"),
        pytest.param({"events": [["all"], None]}, [[EVENTS_VALUES]], id="nested-event"),
        pytest.param({**VALID, "secrets": ["a", "b", "c"]}, [[SECRETS_SIZE]], id="three-secrets"),
        pytest.param({**VALID, "secrets": "abc"}, [NO_SECRETS], id="lone-secret"),
        pytest.param(
            {"url": "ftp://example.com", "events": [], "secrets": ["a"] * 10},
            [[HTTPS], [EVENTS_SIZE], [SECRETS_SIZE]],
            id="one-rule-each",
        ),
    ],
)
def test_a_broken_rule_is_named(server: Server, body: dict[str, Any], rules: list[list[str]]) -> None:
    answer = server.patch(body)

    assert (answer.status, answer.media_type) == (400, "application/json")
    envelope = {"message": named(server, *rules), "error": "Bad Request", "statusCode": 400}
    assert server.documented(answer.body) == envelope


@pytest.mark.parametrize(
    "body", [b"{", b'{"events": ["all"],}', b"\xff", b"[" * 100_000, b'{"events": ["all"], "x": NaN}']
)
def test_a_body_that_is_not_json_is_refused(server: Server, body: bytes) -> None:
    answer = server.patch(body)

    is_array = isinstance(answer.body["message"], list)
    assert (answer.status, answer.media_type) == (400, "application/json")
    assert is_array == (server.variant.plays("unparseable-message", "string") == "array")
    assert server.documented(answer.body) | {"message": ""} == {
        "message": "",
        "error": "Bad Request",
        "statusCode": 400,
    }


def test_a_body_that_is_no_object_is_refused(server: Server) -> None:
    answers = [server.patch(body) for body in (b"", b"[]", b"null", b'"all"', b"1")]

    assert [(answer.status, answer.body["error"]) for answer in answers] == [(400, "Bad Request")] * 5


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"events": ["all"], "x": {"constructor": [{}], "__proto__": null}}', id="prototype-keys"),
        pytest.param(b'{"events": ["all"], "secrets": ["\\ud800"]}', id="lone-surrogate"),
        pytest.param(b'{"events": ["all"], "secrets": [1e999]}', id="infinite-number"),
        pytest.param(b'{"events": ["all"], "secrets": [' + b"[" * 900 + b"]" * 900 + b"]}", id="deep-secret"),
        pytest.param(b'{"events": ["all"], "x": "' + b"x" * 1_100_000 + b'"}', id="beyond-a-megabyte"),
    ],
)
def test_an_odd_body_brings_no_server_error(server: Server, body: bytes) -> None:
    answer = server.patch(body)

    assert answer.status in {201, 400, 413}
    assert answer.media_type == "application/json"


@pytest.mark.parametrize(
    "authorization",
    [None, "Bearer", "Bearer ", "Bearer unknown", "Bearer valid-token2", "Bearer VALID-TOKEN", "Basic valid-token"],
)
def test_a_caller_without_a_token_is_refused(server: Server, authorization: str | None) -> None:
    answer = server.patch(authorization=authorization)

    assert (answer.status, answer.media_type) == (401, "application/json")
    assert server.documented(answer.body) == UNAUTHORIZED


def test_a_caller_without_the_scope_is_refused(server: Server) -> None:
    answer = server.patch(authorization=f"Bearer {launch.FORBIDDEN_TOKEN}")

    assert (answer.status, answer.media_type) == (403, "application/json")
    assert server.documented(answer.body) == FORBIDDEN


@pytest.mark.parametrize(
    "webhook_id",
    [
        pytest.param("6a8e1c52-0000-4000-8000-000000000000", id="unknown"),
        pytest.param(launch.WEBHOOK_ID[:-1], id="prefix"),
        pytest.param(launch.WEBHOOK_ID.upper(), id="upper-case"),
        pytest.param(launch.WEBHOOK_ID + "0", id="longer"),
        pytest.param(launch.WEBHOOK_ID + "%20", id="space"),
        pytest.param(launch.WEBHOOK_ID + "%2F", id="slash"),
        pytest.param("__proto__", id="proto"),
    ],
)
def test_an_unknown_webhook_is_not_found(server: Server, webhook_id: str) -> None:
    answer = server.patch(webhook_id=webhook_id)

    assert (answer.status, answer.media_type) == (404, "application/json")
    assert server.documented(answer.body) in NOT_FOUND


def test_an_odd_id_names_no_webhook(server: Server) -> None:
    for webhook_id in ("%00", "a" * 2000, "%F0%9F%92%A9", "..%2F..%2Fetc", "%FF", "'%20or%201=1"):
        answer = server.patch(webhook_id=webhook_id)

        assert answer.status in {400, 404}
        assert (answer.media_type, answer.body["statusCode"]) == ("application/json", answer.status)


def test_an_update_is_answered_with_the_whole_webhook(server: Server) -> None:
    url, events = (
        "https://hooks.example.com/a/B?c=d",
        ["facility.creation.rejected", "facility.user-connection.accepted"],
    )

    answer = server.patch({"url": url, "events": events, "secrets": ["newer", "older"]})

    data = answer.body["data"]
    assert (answer.status, answer.media_type) == (201, "application/json")
    assert (data["id"], data["url"], data["secrets"]) == (launch.WEBHOOK_ID, url, ["newer", "older"])
    assert sorted(data["events"]) == events
    assert isinstance(data["clientId"], str)
    assert server.patch().body["data"]["clientId"] == data["clientId"]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "HTTPS://Example.COM/Path",
        "https://xn--bcher-kva.example/",
        "https://example.com:8443/?a=b&c[]=d#e",
        "https://example.com/" + "a" * 1980,
    ],
)
def test_an_https_url_is_accepted_and_kept(server: Server, url: str) -> None:
    answer = server.patch({"url": url, **VALID})

    stored = answer.body["data"]["url"]
    assert answer.status == 201
    if server.variant.plays("url", "as-sent") == "as-sent":
        assert stored == url
    assert stored.lower().rstrip("/") == url.lower().rstrip("/")
    assert server.patch().body["data"]["url"] == stored


def test_secrets_rotate(server: Server) -> None:
    for secrets in (["one"], ["two", "one"], ["two"]):
        assert server.patch({**VALID, "secrets": secrets}).body["data"]["secrets"] == secrets


def test_an_update_without_secrets_keeps_or_generates_one(server: Server) -> None:
    server.patch({**VALID, "secrets": ["given"]})

    answers = [server.patch().body["data"]["secrets"] for _ in range(3)]

    if server.variant.plays("omitted-secrets", "generate") == "keep":
        assert answers == [["given"]] * 3
    else:
        assert len({secret for secrets in answers for secret in secrets} - {"given"}) == 3
        assert all(len(secret) >= 16 for secrets in answers for secret in secrets)


@pytest.mark.parametrize(
    ("refused", "status"),
    [
        ({"authorization": None}, 401),
        ({"authorization": f"Bearer {launch.FORBIDDEN_TOKEN}"}, 403),
        ({"webhook_id": "unknown"}, 404),
        ({"body": {"url": "https://refused.example.com", "events": ["all", "x"], "secrets": ["x"]}}, 400),
        ({"body": {"url": "https://refused.example.com", **VALID, "secrets": ["x"] * 3}}, 400),
        ({"webhook_id": launch.SECOND_WEBHOOK_ID}, 201),
    ],
)
def test_a_refused_update_and_that_of_another_webhook_change_nothing(
    server: Server, refused: dict[str, Any], status: int
) -> None:
    before = server.patch({"url": "https://before.example.com/x", **VALID, "secrets": ["before"]}).body["data"]
    attempt = {"body": {"url": "https://refused.example.com/x", **VALID, "secrets": ["x"]}} | refused

    assert server.patch(**attempt).status == status

    after = server.patch().body["data"]
    assert (after["url"], after["clientId"]) == (before["url"], before["clientId"])
    assert "x" not in after["secrets"]


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_another_media_type_gets_no_further_without_a_token(server: Server, media_type: str | None) -> None:
    assert 400 <= server.patch(authorization=None, media_type=media_type).status < 500
    assert server.patch(media_type=media_type).status in {201, 400, 415}


def test_a_charset_parameter_is_accepted(server: Server) -> None:
    assert server.patch(media_type="application/json; charset=utf-8").status == 201


@pytest.mark.parametrize("name", launch.contested())
def test_a_contested_server_accepts_a_valid_update(name: str) -> None:
    if reason := launch.unavailable(name):
        missing(reason)

    with launch.running(name) as base_url:
        assert Server(launch.variant(name), base_url).patch().status == 201

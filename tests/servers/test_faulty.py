"""The server under the faults is right, and no fault is without effect."""

from __future__ import annotations

import http.client
import json
import socket
import struct
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import yaml

from servers.faulty import FAULTS, OPEN, Fault, FaultyServers, Server
from servers.faulty.literals import CHOICES, EVENTS, FIRST_ID, MESSAGES, PATH, SECOND_ID
from servers.faulty.probe import differs
from servers.faulty.sequences import MEMBER

if TYPE_CHECKING:
    from collections.abc import Iterator

REQUIREMENTS = yaml.safe_load((Path(__file__).parents[2] / "openapi" / "requirements.yaml").read_text())
URL, STRING, MINIMUM, ARRAY, VALUES, MAXIMUM, SECRETS_ARRAY = MESSAGES


@pytest.fixture(scope="module")
def servers() -> Iterator[FaultyServers]:
    with FaultyServers() as running:
        yield running


def send(
    base: str,
    body: bytes,
    *,
    webhook_id: str = FIRST_ID,
    token: str | None = MEMBER,
    media: str = "application/json",
) -> tuple[int, str, Any]:
    headers = {"Content-Type": media, **({"Authorization": token} if token is not None else {})}
    request = urllib.request.Request(f"{base}{PATH}{webhook_id}", body, headers, method="PATCH")  # noqa: S310  our own server
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310  as above
            return answer.status, answer.headers["Content-Type"], json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], json.load(error)


def update(base: str, content: Any, **options: Any) -> tuple[int, Any]:
    status, _, body = send(base, json.dumps(content).encode(), **options)
    return status, body


def test_answers_an_update_with_the_whole_webhook(servers: FaultyServers) -> None:
    sent = {"url": "https://hooks.example.com/a", "events": [EVENTS[1], EVENTS[0]], "secrets": ["b", "a"]}

    status, media, body = send(servers.url("correct"), json.dumps(sent).encode())

    assert (status, media.split(";")[0]) == (201, "application/json")
    assert body == {"data": {**sent, "id": FIRST_ID, "clientId": body["data"]["clientId"]}}


def test_keeps_an_omitted_url_and_generates_omitted_secrets(servers: FaultyServers) -> None:
    base = servers.url("correct")
    update(base, {"url": "https://hooks.example.com/kept", "events": ["all"]})

    _, first = update(base, {"events": ["all"]})
    _, second = update(base, {"events": ["all"]})

    assert first["data"]["url"] == second["data"]["url"] == "https://hooks.example.com/kept"
    assert [len(secret) for secret in first["data"]["secrets"]] == [32]
    assert first["data"]["secrets"] != second["data"]["secrets"]


@pytest.mark.parametrize(
    ("content", "messages"),
    [
        ({"url": "http://example.com", "events": ["all"]}, [URL]),
        ({"url": "https://", "events": ["all"]}, [URL]),
        ({"url": "", "events": ["all"]}, [URL]),
        ({"url": 7, "events": ["all"]}, [URL, STRING]),
        ({"events": []}, [MINIMUM]),
        ({"events": "all"}, [MINIMUM, ARRAY]),
        ({"events": "nope"}, [MINIMUM, ARRAY, VALUES]),
        ({"events": {}}, [MINIMUM, ARRAY, VALUES]),
        ({"events": None}, [MINIMUM, ARRAY, VALUES]),
        ({}, [MINIMUM, ARRAY, VALUES]),
        ([], [MINIMUM, ARRAY, VALUES]),
        (None, [MINIMUM, ARRAY, VALUES]),
        ({"events": ["all", "nope"]}, [VALUES]),
        ({"events": ["all"], "secrets": ["a", "b", "c"]}, [MAXIMUM]),
        ({"events": ["all"], "secrets": "a"}, [MAXIMUM, SECRETS_ARRAY]),
        ({"url": 7, "events": 7, "secrets": 7}, list(MESSAGES)),
    ],
    ids=str,
)
def test_names_the_broken_rules(servers: FaultyServers, content: Any, messages: list[str]) -> None:
    assert update(servers.url("correct"), content) == (
        400,
        {"message": messages, "error": "Bad Request", "statusCode": 400},
    )


@pytest.mark.parametrize(
    ("body", "media"),
    [
        (b"{", "application/json"),
        (b'{"events": ["all"]} ', "text/plain"),
        (b"\xff", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"events": [' + b"1" * 5000 + b"]}", "application/json"),
        (b'{"events": ["all"], "x": NaN}', "application/json"),
        (b"", "application/json"),
    ],
    ids=["brace", "text", "bytes", "deep", "digits", "nan", "nothing"],
)
def test_refuses_a_body_that_it_cannot_read(servers: FaultyServers, body: bytes, media: str) -> None:
    status, _, refusal = send(servers.url("correct"), body, media=media)

    assert (status, refusal["error"], refusal["statusCode"]) == (400, "Bad Request", 400)


@pytest.mark.parametrize(
    "token", [None, "", "Bearer", "Bearer nonsense", "Bearer valid-tokenx", "Basic valid-token", "valid-token"]
)
def test_refuses_a_request_without_a_valid_token(servers: FaultyServers, token: str | None) -> None:
    answer = update(servers.url("correct"), {"events": ["all"]}, token=token)

    assert answer == (401, {"message": "Unauthorized", "statusCode": 401})


def test_refuses_a_token_without_the_scope(servers: FaultyServers) -> None:
    answer = update(servers.url("correct"), {"events": ["all"]}, token="Bearer forbidden-token")

    assert answer == (403, {"message": "Forbidden Resource", "error": "Forbidden", "statusCode": 403})


@pytest.mark.parametrize("webhook_id", ["unknown", FIRST_ID.upper(), FIRST_ID[:-1], "a%2Fb", "a" * 3000])
def test_does_not_find_an_unknown_webhook(servers: FaultyServers, webhook_id: str) -> None:
    answer = update(servers.url("correct"), {"events": ["all"]}, webhook_id=webhook_id)

    assert answer == (404, {"message": "Webhook not found", "error": "Not Found", "statusCode": 404})


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "HTTPS://example.com:8443/a?b=c#d",
        "https://xn--bcher-kva.example/%20",
        "https://bücher.example/",
        "https://192.0.2.7/hook",
        "https://[2001:db8::1]:8443/",
        "https://user:word@example.com/",
        "https://example.com/" + "a" * 1980,
    ],
)
def test_accepts_every_kind_of_https_url(servers: FaultyServers, url: str) -> None:
    status, body = update(servers.url("correct"), {"url": url, "events": ["all"]}, webhook_id=SECOND_ID)

    assert (status, body["data"]["url"]) == (201, url)


@pytest.mark.parametrize(
    "url",
    [
        "https://localhost/",
        "https://a.1/",
        "https://example.com:0/",
        "https://example.com:70000/",
        "https://-a.example/",
        "https://a b.example/",
    ],
)
def test_refuses_a_url_without_a_legal_host_or_port(servers: FaultyServers, url: str) -> None:
    assert update(servers.url("correct"), {"url": url, "events": ["all"]})[1]["message"] == [URL]


def test_plays_choices(servers: FaultyServers) -> None:
    base = servers.url("correct", messages="first", omitted_secrets="keep", not_found_message="generic")

    _, kept = update(base, {"events": ["all"], "secrets": ["a"]})
    _, again = update(base, {"events": ["all"]})

    assert kept == again
    assert update(base, {"url": 7, "events": 7})[1]["message"] == [URL]
    assert update(base, {"events": ["all"]}, webhook_id="unknown")[1]["message"] == "Not Found"


@pytest.mark.parametrize(
    ("choice", "content", "status", "expected"),
    [
        ({"messages": "first_per_property"}, {"url": 7, "events": 7}, 400, [URL, MINIMUM]),
        ({"unknown_properties": "reject"}, {"events": ["all"], "x": 1}, 400, ["property x should not exist"]),
        ({"duplicate_events": "reject"}, {"events": ["all", "all"]}, 400, ["All events's elements must be unique"]),
        ({"null_optional": "reject"}, {"events": ["all"], "url": None}, 400, [URL, STRING]),
        (
            {"secret_items": "strings"},
            {"events": ["all"], "secrets": [1]},
            400,
            ["each value in secrets must be a string"],
        ),
        (
            {"empty_secrets": "reject"},
            {"events": ["all"], "secrets": []},
            400,
            ["secrets must contain at least 1 elements"],
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_plays_the_choice_of_rules(
    servers: FaultyServers, choice: dict[str, str], content: Any, status: int, expected: list[str]
) -> None:
    answer, body = update(servers.url("correct", **choice), content)

    assert (answer, body["message"]) == (status, expected)


def test_merges_duplicate_events_where_that_is_the_choice(servers: FaultyServers) -> None:
    _, body = update(servers.url("correct", duplicate_events="merge"), {"events": ["all", EVENTS[1], "all"]})

    assert body["data"]["events"] == ["all", EVENTS[1]]


def test_puts_a_fault_on_top_of_choices(servers: FaultyServers) -> None:
    base = servers.url("accepts-an-empty-list-in-events", messages="first")

    assert update(base, {"events": []})[0] == 201
    assert update(base, {"url": 7, "events": 7})[1]["message"] == [URL]


def test_resets_one_server_only(servers: FaultyServers) -> None:
    bases = [servers.url("correct", media_type=media_type) for media_type in ("400", "415")]
    for base in bases:
        update(base, {"url": "https://hooks.example.com/set", "events": ["all"]})

    servers.reset("correct", media_type="415")

    urls = [update(base, {"events": ["all"]})[1]["data"]["url"] for base in bases]
    assert urls == ["https://hooks.example.com/set", "https://example.com/webhook"]


def test_drops_a_connection_over_http(servers: FaultyServers) -> None:
    with pytest.raises(ConnectionError):
        send(servers.url("drops-the-connection-on-malformed-json"), b"{")


def test_takes_no_connection_for_an_earlier_one_from_the_same_port(servers: FaultyServers) -> None:
    base = servers.url("asks-for-a-token-once-a-connection")
    parts = urlsplit(base)
    body = json.dumps({"events": ["all"]})
    statuses, source = [], ("127.0.0.1", 0)

    for headers in ({"Authorization": MEMBER}, {}):
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, source_address=source, timeout=5)
        connection.request(
            "PATCH", f"{parts.path}{PATH}{FIRST_ID}", body, {**headers, "Content-Type": "application/json"}
        )
        statuses.append(connection.getresponse().status)
        source = connection.sock.getsockname()
        # Closed by a reset, it leaves nothing that keeps its port from being used again.
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    assert statuses == [201, 401]


def test_stays_silent_over_http_and_answers_others(servers: FaultyServers) -> None:
    base = servers.url("never-answers-malformed-json")
    host, port = servers.base.removeprefix("http://").split(":")
    path = f"/never-answers-malformed-json{PATH}{FIRST_ID}"
    head = f"PATCH {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer valid-token\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n{{"

    with socket.create_connection((host, int(port)), timeout=0.3) as connection:
        connection.sendall(head.encode())
        with pytest.raises(TimeoutError):
            connection.recv(1)

        assert update(base, {"events": ["all"]})[0] == 201


def test_refuses_to_build_what_is_no_choice() -> None:
    with pytest.raises(ValueError, match="messages=none is no choice"):
        Server(messages="none")


@pytest.mark.parametrize("fault", [*FAULTS, *OPEN], ids=lambda fault: fault.name)
def test_answers_otherwise_than_the_correct_server(fault: Fault) -> None:
    assert differs(fault.build())


@pytest.mark.parametrize("name", CHOICES)
def test_differs_from_itself_under_no_choice(name: str) -> None:
    assert not any(differs(Server(**{name: value})) for value in CHOICES[name])


def test_names_each_fault_once() -> None:
    names = [fault.name for fault in (*FAULTS, *OPEN)]

    assert sorted(set(names)) == sorted(names)
    assert all(fault.sentence.endswith(".") and "\n" not in fault.sentence for fault in (*FAULTS, *OPEN))


def test_breaks_every_requirement_that_is_tested() -> None:
    tested = {row["id"] for row in REQUIREMENTS if "not_tested" not in row}

    assert {fault.requirement for fault in FAULTS} == tested

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from support.mock_process import FIRST, USER, Mock, Reply, announced, command, finish, mock_of
from user_webhook_mock.config.cors import read_cors
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.core.usage_error import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL = {"events": ["all"]}
APP = "https://app.example.com"
LOCAL = "http://localhost:5173"
TRACING = "authorization,baggage,content-type,idempotency-key,sentry-trace,traceparent,x-request-id,x-requested-with"
VARY = "Access-Control-Request-Headers, Access-Control-Request-Private-Network"


@contextmanager
def serving(cors: str) -> Iterator[Mock]:
    with mock_of(Settings(port=0, is_quiet=True, cors=read_cors(cors))) as (mock, _):
        yield mock


def preflight(mock: Mock, origin: str, method: str = "PATCH", **headers: str) -> Reply:
    asked = {"origin": origin, "access-control-request-method": method}
    return mock.request("OPTIONS", USER + FIRST, headers=asked | {k.replace("_", "-"): v for k, v in headers.items()})


def cors(reply: Reply) -> dict[str, str]:
    return {
        name.lower().removeprefix("access-control-"): value
        for name, value in reply.headers.items()
        if name.lower().startswith("access-control-")
    }


def entries(mock: Mock) -> list[tuple[str, int, str]]:
    """Return what the journal has: method, status and reason of each request."""
    found = mock.control("GET", "/journal").body["entries"]
    return [(entry["method"], entry["status"], entry["reason"]) for entry in found]


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (APP, {"allow-origin": "*"}),
        ("null", {"allow-origin": "*"}),
        ("http://localhost.evil.example", {"allow-origin": "*"}),
        ("http://127.0.0.1.evil.example:80", {"allow-origin": "*"}),
        *[
            (origin, {"allow-origin": origin, "allow-credentials": "true"})
            for origin in (LOCAL, "https://127.0.0.1", "http://[::1]:3000", "http://app.localhost:1")
        ],
    ],
)
def test_pages_of_any_origin_read_responses_and_those_of_this_machine_with_credentials(
    origin: str, allowed: dict[str, str]
) -> None:
    exposed = {"expose-headers": "Allow, Preference-Applied, WWW-Authenticate"}
    with serving("any") as mock:
        reply = mock.patch(ALL, origin=origin)
        asked = preflight(mock, origin)

    assert (cors(reply), reply.headers["vary"]) == ({**allowed, **exposed}, "Origin")
    assert allowed.items() <= cors(asked).items()
    assert asked.headers.get_all("vary") == [VARY, "Origin"]


def test_a_preflight_allows_the_headers_that_it_asks_for() -> None:
    with serving("any") as mock:
        reply = preflight(mock, LOCAL, access_control_request_headers=TRACING)

    assert (reply.status, cors(reply)["allow-headers"]) == (204, TRACING)
    assert "allow-private-network" not in cors(reply)


@pytest.mark.parametrize("origin", [APP, LOCAL])
def test_a_preflight_of_a_private_network_is_answered(origin: str) -> None:
    with serving("any") as mock:
        reply = preflight(mock, origin, access_control_request_private_network="true")

    assert cors(reply)["allow-private-network"] == "true"


def test_only_named_origins_are_allowed_where_some_are_named() -> None:
    with serving(f"{APP}:443,HTTP://Localhost:3000") as mock:
        replies = [mock.patch(ALL, origin=origin) for origin in (APP, "http://localhost:3000", LOCAL, "null")]
        without = mock.request("GET", "/openapi.json")

    assert [cors(reply).get("allow-origin") for reply in replies] == [APP, "http://localhost:3000", None, None]
    assert [cors(reply).get("allow-credentials") for reply in replies] == ["true", "true", None, None]
    assert {reply.headers["vary"] for reply in (*replies, without)} == {"Origin"}
    assert cors(without) == {}


def test_a_refused_preflight_allows_nothing_and_is_in_the_journal() -> None:
    with serving(APP) as mock:
        refused, allowed = preflight(mock, LOCAL), preflight(mock, APP)
        kept = entries(mock)

    reason = (
        f"CORS: a browser refuses this response to pages of {LOCAL}: "
        "start the mock with --cors any, or with its origin in --cors."
    )
    assert ("allow-origin" in cors(refused), cors(allowed)["allow-origin"]) == (False, APP)
    assert kept == [("OPTIONS", 204, reason)]


def test_a_mock_without_cors_sends_no_header_of_it() -> None:
    with serving("off") as mock:
        asked, sent, plain = preflight(mock, LOCAL), mock.patch(ALL, origin=LOCAL), mock.patch({})
        kept = entries(mock)

    reason = f"CORS: a browser refuses this response to pages of {LOCAL}: --cors off allows none."
    assert [(reply.status, cors(reply), reply.headers["vary"]) for reply in (asked, sent, plain)] == [
        (405, {}, None),
        (201, {}, None),
        (400, {}, None),
    ]
    assert kept[:2] == [("OPTIONS", 405, f"method: not allowed; {reason}"), ("PATCH", 201, reason)]


@pytest.mark.parametrize("policy", ["off", APP])
@pytest.mark.parametrize("proof", [{"origin": "http://{host}"}, {"origin": LOCAL, "sec_fetch_site": "same-origin"}])
def test_a_page_of_the_same_origin_is_not_refused(policy: str, proof: dict[str, str]) -> None:
    with serving(policy) as mock:
        mock.patch(ALL, **{name: value.format(host=f"{mock.host}:{mock.port}") for name, value in proof.items()})

        assert entries(mock) == [("PATCH", 201, "")]


@pytest.mark.parametrize(
    ("method", "reason"),
    [
        ("PATCH", None),
        ("POST", None),
        ("patch", "CORS: a browser does not send patch: write PATCH in capitals."),
        ("PUT", "CORS: a browser does not send PUT: the API has PATCH alone."),
    ],
)
def test_a_method_that_a_browser_does_not_send_is_told(method: str, reason: str | None) -> None:
    with serving("any") as mock:
        reply = preflight(mock, LOCAL, method)
        kept = entries(mock)

    assert (reply.status, cors(reply)["allow-methods"]) == (204, "PATCH")
    assert kept == ([("OPTIONS", 204, reason)] if reason else [])


def test_cookies_of_a_page_that_may_not_send_them_are_told() -> None:
    with serving("any") as mock:
        mock.patch(ALL, origin=APP, cookie="session=1")
        mock.patch(ALL, origin=LOCAL, cookie="session=1")
        kept = entries(mock)

    reason = (
        f"CORS: a browser refuses this response to pages of {APP}, as it has cookies: "
        "send it without credentials, or name the origin in --cors."
    )
    assert kept == [("PATCH", 201, reason), ("PATCH", 201, "")]


def test_the_log_says_why_a_browser_refuses_and_shows_no_token() -> None:
    process = command("--port", "0", "--cors", APP)
    mock, _ = announced(process)
    for origin in (LOCAL, "http://valid-token", "valid-token"):
        preflight(mock, origin)
    process.terminate()
    lines = finish(process)[2].splitlines()

    shown = [
        re.findall(r"204 \d+\.\d ms  CORS: a browser refuses this response to pages of (\S+):", line) for line in lines
    ]
    assert (lines[0][:8], shown[0], shown[1]) == ("OPTIONS ", [LOCAL], ["http://[token]"])
    assert ("pages of its origin: start" in lines[2], "valid-token" in "".join(lines)) == (True, False)


def test_pages_and_errors_of_the_connection_are_readable_too() -> None:
    with serving("any") as mock:
        page = mock.request("GET", "/openapi.json", headers={"Origin": LOCAL})
        early = mock.exchange(b"GET / HTTP/1.1\r\nOrigin: http://localhost\r\nHost: a\r\nHost: b\r\n\r\n")

    assert cors(page)["allow-origin"] == LOCAL
    assert b"\r\naccess-control-allow-origin: *\r\n" in early


@pytest.mark.parametrize(
    "text", ["*", "any,off", "localhost:3000", f"{APP}/", "null", "http://", "https://*.example.com", ""]
)
def test_what_is_not_an_origin_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_cors(text)

    assert str(caught.value).endswith(
        "is not a valid origin: use scheme, host and port alone, such as http://localhost:5173 (or any, or off, alone)."
    )


def test_the_password_of_what_is_not_an_origin_is_not_shown() -> None:
    with pytest.raises(UsageError) as caught:
        read_cors("https://me:hidden@app.example.com")

    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("policy", ["any", "off", f"{LOCAL},{APP}"])
def test_a_policy_is_shown_in_the_form_of_its_option(policy: str) -> None:
    assert str(read_cors(policy)) == policy


def test_workers_have_the_same_policy() -> None:
    process = command("--port", "0", "--workers", "2", "--cors", APP)
    mock, _ = announced(process)
    reply: Any = mock.patch(ALL, origin=APP)
    process.terminate()
    finish(process)

    assert cors(reply)["allow-origin"] == APP

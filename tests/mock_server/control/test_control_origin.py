from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from support.mock_process import Mock, Reply, announced, command, finish, mock_of
from user_webhook_mock.cli.arguments import read_arguments
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.core.usage_error import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = "http://localhost:5173"
OTHERS = ["http://localhost:5174", "https://localhost:5173", "http://127.0.0.1:5173", "null", "https://evil.example"]
NAMED = ["--control-origin", PAGE, "--control-origin", "HTTP://[::1]:80"]


@contextmanager
def serving(*options: str) -> Iterator[Mock]:
    with mock_of(read_arguments([*options, "--port", "0", "--quiet"], {}).settings) as (mock, _):
        yield mock


def preflight(mock: Mock, origin: str, method: str = "PUT", **headers: str) -> Reply:
    asked = {"access_control_request_method": method, "access_control_request_headers": "authorization,traceparent"}
    return mock.control("OPTIONS", "/choices", origin=origin, **{**asked, **headers})


@pytest.mark.parametrize("origin", [PAGE, "http://[::1]"])
def test_a_page_of_a_named_origin_is_let_in(origin: str) -> None:
    with serving(*NAMED) as mock:
        asked = preflight(mock, origin, access_control_request_private_network="true")
        reply = mock.control("GET", "/choices", origin=origin, sec_fetch_site="cross-site")
        error = mock.control("PATCH", "/choices", {"no": 1}, origin=origin)

    assert (asked.status, reply.status, error.status) == (204, 200, 400)
    assert asked.headers["access-control-allow-methods"] == "GET, PUT, POST, PATCH, DELETE"
    assert asked.headers["access-control-allow-headers"] == "authorization,traceparent"
    assert asked.headers["access-control-allow-private-network"] == "true"
    for one in (asked, reply, error):
        assert one.headers["access-control-allow-origin"] == origin
        assert "Origin" in one.headers.get_all("vary", [])


@pytest.mark.parametrize("origin", OTHERS)
def test_a_page_of_another_origin_is_refused_all_the_same(origin: str) -> None:
    with serving(*NAMED) as mock:
        asked, reply = preflight(mock, origin), mock.control("POST", "/reset", b"", origin=origin)

    for one in (asked, reply):
        assert (one.status, one.body["what"], one.body["value"]) == (403, "Wrong Origin", origin)
        assert one.headers["access-control-allow-origin"] is None
    assert reply.body["remedy"].startswith(f"start the mock with --control-origin {origin}, or ")


def test_a_request_without_an_origin_that_another_site_embeds_is_refused() -> None:
    with serving(*NAMED) as mock:
        assert mock.control("GET", "/journal", sec_fetch_site="cross-site").status == 403


def test_a_page_of_a_named_origin_needs_a_host_of_this_machine() -> None:
    with serving(*NAMED) as mock:
        asked = preflight(mock, PAGE, host="attacker.example")
        reply = mock.control("GET", "/choices", origin=PAGE, host="attacker.example")

    assert [(one.status, one.body["what"]) for one in (asked, reply)] == [(403, "Wrong Host")] * 2


def test_a_page_of_a_named_origin_needs_the_token_if_there_is_one() -> None:
    with serving(*NAMED, "--control-origin", "https://app.example.com", "--control-token", "control") as mock:
        asked = preflight(mock, "https://app.example.com")
        missing = mock.control("GET", "/choices", origin="https://app.example.com")
        right = mock.control("GET", "/choices", origin="https://app.example.com", authorization="Bearer control")

    assert (asked.status, missing.status, right.status) == (204, 401, 200)
    assert missing.headers["access-control-allow-origin"] == "https://app.example.com"


def test_a_delivery_in_a_page_of_a_named_origin_is_refused() -> None:
    with serving(*NAMED) as mock:
        assert mock.control("POST", "/reset", b"", origin=PAGE, nursa_signature="t=1,v1=00").status == 403


@pytest.mark.parametrize("text", ["*", "any", "http://localhost:*", "http://*:5173", "null", "localhost:5173"])
def test_no_origin_stands_for_others(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_arguments(["--control-origin", text], {})

    rule = "use scheme, host and port alone, such as http://localhost:5173; no origin stands for others."
    assert str(caught.value) == f"--control-origin: {text!r} is not a valid origin: {rule}"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--control-origin", "https://app.example.com"],
            "--control-origin: 'https://app.example.com' is not on this machine: give --control-token, too.",
        ),
        ([*NAMED, "--no-control"], "--control-origin and --no-control are opposites: give one of them."),
        (
            [*NAMED, "--workers", "2"],
            (
                "--control-origin needs one process that gets every request, and --workers 2 starts several: "
                "leave one of the two out."
            ),
        ),
    ],
)
def test_an_origin_that_cannot_be_let_in_is_refused_at_the_start(options: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_arguments(options, {})

    assert str(caught.value) == message


def test_the_settings_name_no_origin_by_themselves() -> None:
    assert list(Settings().control_origins) == []


def test_the_log_says_which_page_was_refused() -> None:
    process = command("--port", "0")
    mock, _ = announced(process)
    preflight(mock, PAGE)
    mock.control("GET", "/journal", sec_fetch_site="cross-site")
    mock.control("GET", "/journal")
    process.terminate()
    lines = finish(process)[2].splitlines()

    reasons = [line.partition(" ms  ")[2] for line in lines]
    assert reasons == [
        f"control API: pages of {PAGE} may not use it: name the origin in --control-origin.",
        "control API: a page of another site may not embed it.",
    ]
    assert lines[0].startswith("OPTIONS /__mock__/choices 403 ")

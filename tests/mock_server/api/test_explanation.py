from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.mock_process import FIRST, USER, Mock, announced, command, finish
from user_webhook_api.choices import choices

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "a-secret-of-the-test"
URL = "https://a.example/private"

VALID = {"url": URL, "events": ["all"], "secrets": [SECRET]}


def lines(*requests: Callable[[Mock], object], arguments: tuple[str, ...] = ()) -> list[str]:
    """Return what a verbose mock says about *requests*, each without its beginning."""
    process = command("--port", "0", "--verbose", *arguments)
    mock, _ = announced(process)
    for request in requests:
        request(mock)
    process.terminate()
    return [line.partition(" ms  ")[2] for line in finish(process)[2].splitlines()]


CASES: list[tuple[Callable[[Mock], object], str]] = [
    (lambda mock: mock.patch(VALID), "[caller valid]"),
    (
        lambda mock: mock.patch({**VALID, "secrets": None}),
        "[caller valid | choices omitted_secrets=generate, null_secrets=as_omitted]",
    ),
    (lambda mock: mock.patch({**VALID, "url": None}), "[caller valid | choices null_url=keep]"),
    (
        lambda mock: mock.patch({"EVENTS": ["all"], "secrets": [SECRET]}),
        "events: minItems, type, items.enum  [caller valid | rules R-203, R-204, R-205 | choices key_case=exact, unknown_properties=ignore, messages=all]",
    ),
    (
        lambda mock: mock.patch(VALID, FIRST.upper()),
        "webhookId: unknown  [caller valid | choices not_found_message=webhook, uuid_forms=exact]",
    ),
    (
        lambda mock: mock.patch(VALID, authorization="Bearer valid-token more"),
        "token: unknown  [caller unknown | choices token_words=refuse]",
    ),
    (
        lambda mock: mock.patch(VALID, authorization="bearer valid-token"),
        "[caller valid | choices scheme_case=any]",
    ),
    (lambda mock: mock.patch({**VALID, "secrets": []}), "[caller valid | choices empty_secrets=generate]"),
    (lambda mock: mock.patch({**VALID, "secrets": [7]}), "[caller valid | choices secret_items=any]"),
    (lambda mock: mock.patch({**VALID, SECRET: SECRET}), "[caller valid | choices unknown_properties=ignore]"),
    (lambda mock: mock.patch({**VALID, "events": ["all", "all"]}), "[caller valid | choices duplicate_events=keep]"),
    (
        lambda mock: mock.patch({**VALID, "url": "https://u:p@1.2.3.4/"}),
        "[caller valid | choices ip_hosts=accept, userinfo=accept]",
    ),
    (
        lambda mock: mock.patch({**VALID, "url": "https://localhost/"}),
        "url: pattern  [caller valid | rules R-201 | choices dotless_hosts=reject]",
    ),
    (
        lambda mock: mock.patch({**VALID, "events": [], "url": 7}),
        "url: pattern, type; events: minItems  [caller valid | rules R-201, R-202, R-203 | choices messages=all]",
    ),
    (lambda mock: mock.patch(VALID, SECRET), "webhookId: unknown  [caller valid | choices not_found_message=webhook]"),
    (
        lambda mock: mock.patch({**VALID, "events": []}, "unknown"),
        "events: minItems  [caller valid | rules R-203 | choices check_order=body_first]",
    ),
    (
        lambda mock: mock.patch(b"{"),
        "body: body is not JSON: unexpected end of data: line 1 column 2 (char 1)  [caller valid | choices unparseable_message=string, unparseable_error=present]",
    ),
    (
        lambda mock: mock.patch(b"{}", content_type="text/plain"),
        "body not read: Content-Type is text/plain, not application/json  [caller valid | rules R-203, R-204, R-205 | choices messages=all, media_type=400]",
    ),
    (lambda mock: mock.request("GET", USER + FIRST), "method: not allowed  [caller none | choices other_methods=405]"),
    (lambda mock: mock.patch(b" " * 200_000), "body: over 102400 bytes  [caller valid | choices body_limit=100kB]"),
    (lambda mock: mock.patch(VALID, authorization=f"Bearer {SECRET}"), "token: unknown  [caller unknown]"),
    (
        lambda mock: mock.patch(VALID, x_mock_fault="503", x_mock_latency="3ms"),
        "fault: 503  [caller valid | fault 503 | delayed by 3 ms]",
    ),
    (lambda mock: mock.patch(VALID, prefer="code=404"), "forced: 404 schema  [caller valid | Prefer 404 schema]"),
]


@pytest.fixture(scope="module")
def told() -> list[str]:
    return lines(*(request for request, _ in CASES))


@pytest.mark.parametrize("number", range(len(CASES)), ids=[line for _, line in CASES])
def test_the_line_says_what_decided(number: int, told: list[str]) -> None:
    assert told[number] == CASES[number][1]


def test_no_value_of_a_request_stands_in_the_log(told: list[str]) -> None:
    for value in (SECRET, URL, "valid-token", "localhost", "1.2.3.4"):
        assert value not in "\n".join(told)


def test_every_choice_is_told_where_it_decides(told: list[str]) -> None:
    assert {choice.name for choice in choices() if f"{choice.name}=" not in "\n".join(told)} == set()


def test_a_choice_that_is_changed_is_told_as_it_is_played() -> None:
    body: dict[str, Any] = {"events": [], "url": 7}
    change = {"messages": "first", "check_order": "lookup_first"}

    told = lines(
        lambda mock: mock.control("PATCH", "/choices", change),
        lambda mock: mock.patch(body),
        lambda mock: mock.patch(body, "unknown"),
        arguments=("--choice", "omitted_secrets=keep"),
    )

    assert told == [
        "url: pattern  [caller valid | rules R-201 | choices messages=first]",
        "webhookId: unknown  [caller valid | choices check_order=lookup_first, not_found_message=webhook]",
    ]

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from support.mock_process import FIRST, USER, Mock, announced, command, finish, mock_of
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.store.webhooks import Webhook

if TYPE_CHECKING:
    from collections.abc import Callable


SECRET = "a-secret-of-the-test"


def logged(*requests: Callable[[Mock], object]) -> list[str]:
    """Return what the mock writes down about *requests*."""
    process = command("--port", "0")
    mock, _ = announced(process)
    for request in requests:
        request(mock)
    process.terminate()
    return finish(process)[2].splitlines()


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return logged(
        lambda mock: mock.patch({"events": ["all"], "secrets": [SECRET]}),
        lambda mock: mock.patch({"events": [], "url": 1, "secrets": [SECRET] * 3, SECRET: SECRET}),
        lambda mock: mock.patch(b'{"secrets":["' + SECRET.encode()),
        lambda mock: mock.patch({}, authorization=f"Bearer {SECRET}"),
        lambda mock: mock.patch({}, authorization=None),
        lambda mock: mock.patch({}, authorization="Bearer forbidden-token"),
        lambda mock: mock.patch({"events": ["all"]}, "valid-%74oken?token=valid-token"),
        lambda mock: mock.patch(b" " * 200_000),
        lambda mock: mock.request("GET", USER + FIRST),
        lambda mock: mock.request("GET", "/a%0D%0APATCH%20/fake%20201%1B[31m%C3%A9"),
        lambda mock: mock.request("GET", "/" + "x" * 5000),
        lambda mock: mock.request("GET", "/health"),
    )


def test_each_request_is_one_line_with_the_rule_that_it_breaks(lines: list[str]) -> None:
    webhook = USER + FIRST

    assert [re.sub(r" \d+\.\d ms", " N ms", line) for line in lines] == [
        f"PATCH {webhook} 201 N ms",
        f"PATCH {webhook} 400 N ms  url: pattern, type; events: minItems; secrets: maxItems",
        f"PATCH {webhook} 400 N ms  body: body is not JSON: unexpected end of data: line 1 column 34 (char 33)",
        f"PATCH {webhook} 401 N ms  token: unknown",
        f"PATCH {webhook} 401 N ms  token: missing",
        f"PATCH {webhook} 403 N ms  token: lacks the scope",
        f"PATCH {USER}[token] 404 N ms  webhookId: unknown",
        f"PATCH {webhook} 413 N ms  body: over 102400 bytes",
        f"GET {webhook} 405 N ms  method: not allowed",
        "GET /a\\r\\nPATCH /fake 201\\x1b[31m\\xe9 404 N ms  path: unknown",
        f"GET /{'x' * 199}... 404 N ms  path: unknown",
        "GET /health 200 N ms",
    ]


def test_no_token_and_no_secret_stands_in_the_log(lines: list[str]) -> None:
    text = "\n".join(lines)

    for secret in (SECRET, "valid-token", "forbidden-token", "Bearer"):
        assert secret not in text


def test_a_quiet_mock_writes_nothing() -> None:
    process = command("--port", "0", "--quiet", "--run", "sh", "-c", 'curl -sS -o /dev/null -X PATCH "$TARGET/nowhere"')

    assert finish(process) == (0, "", "")


def test_a_setting_and_a_webhook_do_not_show_their_secrets() -> None:
    shown = repr(Settings()) + repr(Webhook("i", "u", ["all"], "c", [SECRET]))

    for secret in ("valid-token", "forbidden-token", SECRET):
        assert secret not in shown


def test_an_internal_error_is_answered_in_the_envelope_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    def defective(*_arguments: object) -> Any:
        raise ZeroDivisionError

    with mock_of(Settings(port=0)) as (mock, state):
        state.webhooks.update = defective  # type: ignore[method-assign]  # an internal error
        reply = mock.patch({"events": ["all"]})

    message = "Internal Server Error"
    assert (reply.status, reply.body) == (500, {"message": message, "error": message, "statusCode": 500})
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_page_is_one_line_and_its_files_are_none() -> None:
    lines = logged(
        lambda mock: mock.request("GET", "/"),
        lambda mock: mock.request("GET", "/console/main.js"),
        lambda mock: mock.request("GET", "/docs/swagger-ui.css"),
    )

    assert [line.split(" ")[:3] for line in lines] == [["GET", "/", "200"]]

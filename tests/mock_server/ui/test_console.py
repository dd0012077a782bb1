from __future__ import annotations

import re
from typing import TYPE_CHECKING

import html5lib
import pytest

from support.mock_process import Mock, announced, command, finish, mock_of, running
from user_webhook_api.choices import choices
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.ui.console import FOLDER, console

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
SCRIPTS = sorted(FOLDER.glob("*.js"))
PAGES = sorted(FOLDER.glob("*.html"))


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with running() as mock:
        yield mock


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/console/console.css", "text/css; charset=utf-8"),
        ("/console/icon.svg", "image/svg+xml"),
        *[(f"/console/{script.name}", "text/javascript; charset=utf-8") for script in SCRIPTS],
    ],
)
def test_a_file_has_its_media_type_and_a_strict_policy(path: str, media_type: str, mock: Mock) -> None:
    reply = mock.request("GET", path)

    assert (reply.status, reply.headers["content-type"]) == (200, media_type)
    assert reply.headers["content-security-policy"] == POLICY
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.content == (FOLDER / (path.rpartition("/")[2] or "console.html")).read_bytes()


def test_the_page_is_served_to_whoever_asks(mock: Mock) -> None:
    reply = mock.request("GET", "/", headers={"Accept": "application/json"})

    assert (reply.status, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_path_of_the_page_is_unknown_to_the_api(method: str, mock: Mock) -> None:
    reply = mock.request(method, "/", b"{}")

    assert (reply.status, reply.body["message"]) == (404, "Not Found")


@pytest.mark.parametrize(
    "path", ["/console", "/console/", "/console/files.py", "/console/console.html", "/console/../"]
)
def test_nothing_else_is_served(path: str, mock: Mock) -> None:
    assert mock.request("GET", path).status == 404


@pytest.mark.parametrize("file", PAGES, ids=[file.name for file in PAGES])
def test_a_page_is_valid_and_has_nothing_inline(file: Path, mock: Mock) -> None:
    text = file.read_text(encoding="utf-8")
    html5lib.HTMLParser(strict=True).parse(text)

    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", text) == []
    assert {mock.request("GET", path).status for path in re.findall(r'(?:href|src)="(/[^"]*)"', text)} == {200}


@pytest.mark.parametrize("script", SCRIPTS, ids=[script.name for script in SCRIPTS])
def test_a_script_writes_text_and_no_markup(script: Path, mock: Mock) -> None:
    text = script.read_text(encoding="utf-8")

    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|setHTML|eval\(|Function\(", text) == []
    assert re.findall(r"localStorage|sessionStorage|indexedDB|cookie|https?:", text) == []
    for name in re.findall(r'from "\./([^"]+)"', text):
        assert mock.request("GET", f"/console/{name}").status == 200


def test_the_page_holds_no_token() -> None:
    settings = Settings(token="first-token", forbidden_token="second-token", control_token="third-token")
    served = b"".join(answer.body for answer in console(settings).values())

    assert [token for token in (b"first-token", b"second-token", b"third-token") if token in served] == []


def test_the_settings_ask_for_the_control_token() -> None:
    with mock_of(Settings(port=0, is_quiet=True, control_token="secret-token")) as (mock, _):
        page = mock.request("GET", "/")
        refused = mock.control("GET", "/settings")
        shown = mock.control("GET", "/settings", authorization="Bearer secret-token")

    assert (page.status, refused.status, shown.status) == (200, 401, 200)
    assert b"valid-token" not in refused.content
    assert shown.body["tokens"] == {"valid": "valid-token", "forbidden": "forbidden-token", "expired": "expired-token"}


def test_the_settings_have_each_choice_with_its_question(mock: Mock) -> None:
    shown = mock.control("GET", "/settings").body["choices"]

    assert [(one["name"], one["values"], one["question"]) for one in shown] == [
        (choice.name, list(choice.values), choice.question) for choice in choices()
    ]


def test_the_page_says_that_the_console_is_off() -> None:
    with mock_of(Settings(port=0, is_quiet=True, has_control=False)) as (mock, _):
        reply = mock.request("GET", "/")

    assert (reply.status, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "The mock was started with --no-control: start it without that." in reply.content.decode()
    assert b"<script" not in reply.content
    assert reply.headers["content-security-policy"] == POLICY


def test_the_page_says_that_other_machines_need_a_token() -> None:
    page = console(Settings(host="mock.example.com"))["/"].body.decode()

    assert "Other machines can reach the mock on mock.example.com: start it with --control-token" in page


def test_the_banner_names_the_console() -> None:
    process = command("--port", "0")
    mock, text = announced(process)
    [address] = re.findall(r"^  console +http://127\.0\.0\.1:\d+(.*)$", text, re.MULTILINE)
    reply = mock.request("GET", address)
    process.terminate()
    finish(process)

    assert (reply.status, b"<title>Console of the mock</title>" in reply.content) == (200, True)

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from support.browser import opened
from support.mock_process import FIRST, USER, mock_of
from user_webhook_mock.config.cors import read_cors
from user_webhook_mock.config.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

TRACING = {"traceparent": "00-1-2-01", "sentry-trace": "1-2", "baggage": "a=b", "X-Requested-With": "XMLHttpRequest"}
SEND = """async ([url, headers, options]) => {
  try {
    const sent = {method: "PATCH", body: '{"events":["all"]}', ...options, headers: {
      Authorization: "Bearer valid-token", "Content-Type": "application/json", ...headers}};
    const response = await fetch(url, sent);
    return [response.status, response.headers.get("preference-applied")];
  } catch {
    return "refused";
  }
}"""


class Page(BaseHTTPRequestHandler):
    """A page of another origin than the mock's."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>A page</title>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


def sent(browser: Browser, cors: str, origin: str, options: dict[str, str]) -> tuple[Any, list[str]]:
    """Return what a page of *origin* gets for an update, and the reasons that the journal has."""
    with mock_of(Settings(port=0, is_quiet=True, cors=read_cors(cors))) as (mock, _):
        page = opened(browser, origin)
        address = f"http://{mock.host}:{mock.port}{USER}{FIRST}"
        got = page.evaluate(SEND, [address, TRACING | {"Prefer": "example=updated"}, options])
        page.close()
        return got, [entry["reason"] for entry in mock.control("GET", "/journal").body["entries"]]


@pytest.mark.parametrize("cors", ["any", "{origin}", "https://app.example.com,{origin}"])
def test_a_page_sends_credentials_and_tracing_headers_and_reads_the_response(
    cors: str, chromium: Browser, origin: str
) -> None:
    got, reasons = sent(chromium, cors.format(origin=origin), origin, {"credentials": "include"})

    assert (got, reasons) == ([201, "example=updated"], ["forced: 201 updated"])


@pytest.mark.parametrize(
    ("cors", "options", "reason"),
    [
        ("any", {"method": "patch"}, "CORS: a browser does not send patch: write PATCH in capitals."),
        ("https://app.example.com", {}, "start the mock with --cors any, or with its origin in --cors."),
        ("off", {}, "--cors off allows none."),
    ],
)
def test_the_journal_says_why_a_browser_refuses(
    cors: str, options: dict[str, str], reason: str, chromium: Browser, origin: str
) -> None:
    got, reasons = sent(chromium, cors, origin, options)

    assert (got, len(reasons)) == ("refused", 1)
    assert reasons[0].endswith(reason)

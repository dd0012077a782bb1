from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from support.mock_process import FIRST, USER, Mock, running

if TYPE_CHECKING:
    from collections.abc import Iterator

UNKNOWN_WEBHOOK = {"message": "Webhook not found", "error": "Not Found", "statusCode": 404}
UNKNOWN_PATH = {"message": "Not Found", "error": "Not Found", "statusCode": 404}
NOT_ALLOWED = {"message": "Method Not Allowed", "error": "Method Not Allowed", "statusCode": 405}


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with running() as mock:
        yield mock


@pytest.mark.parametrize(
    "webhook_id",
    [
        "00000000-0000-4000-8000-000000000000",
        FIRST[:-1],
        FIRST + "0",
        FIRST.upper(),
        FIRST + "%20",
        FIRST + "%0A",
        FIRST + "%00",
        FIRST + ";a=b",
        "%ff%fe",
        "%F0%9F%92%A9",
        "%",
        "%zz",
        "x" * 10_000,
        "'%20OR%20'1'='1",
        "{webhookId}",
        "%2e%2e",
    ],
)
def test_an_unknown_id_is_not_found(mock: Mock, webhook_id: str) -> None:
    reply = mock.patch({"events": ["all"]}, webhook_id)

    assert (reply.status, reply.body) == (404, UNKNOWN_WEBHOOK)
    assert reply.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nowhere",
        USER,
        USER.rstrip("/"),
        USER + FIRST + "/",
        USER + FIRST + "/more",
        USER + FIRST + "%2F",
        USER + "a%2Fb",
        "/" + USER + FIRST,
        "/API/v2/public/webhooks/user/" + FIRST,
        "/api/v2/public/webhooks/user/../user/" + FIRST,
        USER + "%0A/",
        "/docs/",
        "/docs/swagger-ui.js.map",
    ],
)
def test_another_path_is_not_found(mock: Mock, path: str) -> None:
    reply = mock.patch({"events": ["all"]}, path=path)

    assert (reply.status, reply.body) == (404, UNKNOWN_PATH)
    assert reply.headers["content-type"] == "application/json"


def test_an_escaped_id_is_the_id(mock: Mock) -> None:
    reply = mock.patch({"events": ["all"]}, "%63" + FIRST[1:])

    assert (reply.status, reply.data["id"]) == (201, FIRST)


def test_a_query_is_ignored(mock: Mock) -> None:
    reply = mock.patch({"events": ["all"]}, FIRST + "?events=none&x[]=1")

    assert (reply.status, reply.data["id"]) == (201, FIRST)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_another_method_is_not_allowed(mock: Mock, method: str) -> None:
    reply = mock.request(method, USER + FIRST)

    assert (reply.status, reply.headers["allow"], reply.body) == (405, "PATCH", NOT_ALLOWED)


def test_head_is_not_allowed_and_has_no_body(mock: Mock) -> None:
    reply = mock.request("HEAD", USER + FIRST)

    assert (reply.status, reply.headers["allow"], reply.content) == (405, "PATCH", b"")


def test_the_whole_address_may_stand_in_the_request_line(mock: Mock) -> None:
    reply = mock.patch({"events": ["all"]}, path=f"http://{mock.host}:{mock.port}{USER}{FIRST}")

    assert (reply.status, reply.data["id"]) == (201, FIRST)


def test_a_browser_is_told_that_it_may_send_an_update(mock: Mock) -> None:
    asked = {"Origin": "https://app.example.com", "Access-Control-Request-Method": "PATCH"}

    reply = mock.request("OPTIONS", USER + FIRST, headers=asked)

    assert (reply.status, reply.content) == (204, b"")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["access-control-allow-methods"] == "PATCH"
    assert reply.headers["access-control-allow-headers"] == (
        "Authorization, Content-Type, Prefer, X-Mock-Fault, X-Mock-Latency, X-Mock-Space"
    )
    assert reply.headers["access-control-max-age"] == "600"


@pytest.mark.parametrize(
    ("content", "webhook_id", "authorization", "status"),
    [
        (b'{"events":["all"]}', FIRST, "Bearer valid-token", 201),
        (b"{}", FIRST, "Bearer valid-token", 400),
        (b"{}", FIRST, None, 401),
        (b"{}", FIRST, "Bearer forbidden-token", 403),
        (b'{"events":["all"]}', "unknown", "Bearer valid-token", 404),
        (b" " * 200_000, FIRST, "Bearer valid-token", 413),
    ],
)
def test_a_page_of_any_origin_may_read_every_answer(
    mock: Mock, content: bytes, webhook_id: str, authorization: str | None, status: int
) -> None:
    reply = mock.patch(content, webhook_id, authorization=authorization, origin="https://app.example.com")

    assert (reply.status, reply.headers["access-control-allow-origin"]) == (status, "*")


def test_the_health_check_is_answered(mock: Mock) -> None:
    reply = mock.request("GET", "/health")

    assert (reply.status, reply.body) == (200, {"status": "ok"})


@pytest.mark.parametrize(("path", "version"), [("/openapi.json", "3.0.4"), ("/openapi-3.1.json", "3.1.1")])
def test_the_document_names_the_mock_as_its_server(path: str, version: str, mock: Mock) -> None:
    reply = mock.request("GET", path)

    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    assert (reply.body["openapi"], [server["url"] for server in reply.body["servers"]]) == (version, ["/"])
    assert list(reply.body["paths"]) == [USER + "{webhookId}"]


def test_the_document_names_its_parts_and_refers_to_no_file(mock: Mock) -> None:
    reply = mock.request("GET", "/openapi.json")

    references = set(re.findall(rb'"\$ref":"([^"]*)"', reply.content))
    assert b"#/components/schemas/Webhook" in references
    assert {reference for reference in references if not reference.startswith(b"#/components/")} == set()


def test_the_reference_page_has_everything_that_it_names(mock: Mock) -> None:
    page = mock.request("GET", "/docs")

    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b"://" not in page.content
    for path in (
        "/docs/swagger-ui.css",
        "/docs/swagger-ui-bundle.js",
        "/docs/reference.js",
        "/docs/favicon-32x32.png",
        "/openapi.json",
    ):
        assert path.encode() in page.content
        assert mock.request("GET", path).status == 200


def test_another_method_on_a_page_is_not_allowed(mock: Mock) -> None:
    reply = mock.request("DELETE", "/health")

    assert (reply.status, reply.headers["allow"], reply.body) == (405, "GET, HEAD", NOT_ALLOWED)

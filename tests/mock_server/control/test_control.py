from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from openapi_spec_validator import validate

from support.mock_process import FIRST, SECOND, USER, Mock, announced, command, finish, mock_of, running
from user_webhook_api.choices import defaults
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.control.app import PREFIX, ROUTES
from user_webhook_mock.control.document import document

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL = {"events": ["all"]}
PARTS = ["webhooks", "choices", "faults", "journal", "clock", "deliveries"]


@pytest.fixture(scope="module")
def shared() -> Iterator[Mock]:
    with running() as mock:
        yield mock


@pytest.fixture
def mock(shared: Mock) -> Mock:
    assert shared.control("POST", "/reset").status == 204
    return shared


def test_the_document_is_valid_and_has_each_route() -> None:
    validate(document())
    described = {
        (method.upper(), path)
        for path, operations in document()["paths"].items()
        for method in operations
        if method != "parameters"
    }

    assert described == {(method, path) for method, path, _ in ROUTES} - {("GET", "/docs"), ("GET", "/openapi.json")}


def test_the_document_and_its_page_are_served(mock: Mock) -> None:
    shown = mock.control("GET", "/openapi.json")
    page = mock.control("GET", "/docs")

    assert (shown.status, shown.body["info"]["title"]) == (200, "Control API of the mock")
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b'data-url="/__mock__/openapi.json"' in page.content


def test_the_contract_knows_nothing_of_the_control_api(mock: Mock) -> None:
    assert PREFIX.encode() not in mock.request("GET", "/openapi.json").content


def test_webhooks_are_listed_with_their_secrets(mock: Mock) -> None:
    mock.patch({**ALL, "secrets": ["a", "b"]})
    reply = mock.control("GET", "/webhooks")

    first, second = reply.body["webhooks"]
    assert (reply.status, reply.headers["cache-control"]) == (200, "no-store")
    assert reply.headers["access-control-allow-origin"] is None
    url, client = "https://hooks.example.com/user", "client-of-the-mock"
    assert first == {"id": FIRST, "url": url, "events": ["all"], "clientId": client, "secrets": ["a", "b"]}
    assert (second["id"], len(second["secrets"])) == (SECOND, 1)


def test_a_webhook_that_is_put_can_be_updated(mock: Mock) -> None:
    given = {"url": "http://localhost:3000/hook", "events": ["all"], "clientId": "c", "secrets": []}
    refused = mock.control("PUT", "/webhooks/a%20b", given)
    put = mock.control("PUT", "/webhooks/new", given)

    assert (refused.status, refused.body["what"]) == (400, "id='a b' is not valid")
    assert (put.status, put.body) == (200, {"id": "new", **given})
    assert mock.patch(ALL, "new").data["url"] == "http://localhost:3000/hook"
    assert mock.control("GET", "/webhooks/new").body["clientId"] == "c"


def test_a_webhook_that_is_deleted_is_unknown(mock: Mock) -> None:
    assert mock.control("DELETE", f"/webhooks/{SECOND}").status == 204

    reply = mock.patch(ALL, SECOND)
    assert (reply.status, reply.body["message"]) == (404, "Webhook not found")
    again = mock.control("DELETE", f"/webhooks/{SECOND}")
    remedy, rule = "create it with PUT /__mock__/webhooks/{id}.", f"The webhooks are {FIRST}."
    assert (again.status, again.body) == (
        404,
        {"what": "Unknown webhook id", "value": SECOND, "rule": rule, "remedy": remedy},
    )


@pytest.mark.parametrize(
    ("given", "what", "value"),
    [
        ({"url": "ftp://x"}, "url='ftp://x' is not valid", "ftp://x"),
        ({"url": 1}, "url=1 is not valid", 1),
        ({"events": []}, "events=[] is not valid", []),
        ({"events": ["al"]}, "events=['al'] is not valid", ["al"]),
        ({"clientId": None}, "clientId is not valid", None),
        ({"secrets": ["a", "b", "c"]}, "secrets is not valid", None),
        ({"secrets": ["a", 1]}, "secrets is not valid", None),
        ({"evnts": []}, "Unknown member 'evnts'", "evnts"),
    ],
    ids=str,
)
def test_a_webhook_that_is_not_legal_is_refused(mock: Mock, given: Any, what: str, value: Any) -> None:
    reply = mock.control("PUT", "/webhooks/new", given)

    assert (reply.status, reply.body["what"], reply.body["value"]) == (400, what, value)
    assert mock.control("GET", "/webhooks/new").status == 404


def test_choices_are_shown_and_set_by_name(mock: Mock) -> None:
    patched = mock.control("PATCH", "/choices", {"messages": "first", "media_type": 415})
    put = mock.control("PUT", "/choices", {"check_order": "lookup_first", "ip_hosts": "unknown"})

    assert (patched.status, patched.body) == (200, {**defaults(), "messages": "first", "media_type": 415})
    assert (put.status, put.body) == (200, {**defaults(), "check_order": "lookup_first"})
    assert mock.control("GET", "/choices").body == put.body


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (
            {"messages": "frist", "media_type": 415},
            {
                "what": "messages='frist' is not a valid choice",
                "value": "frist",
                "rule": "Valid: all, first_per_property, first.",
                "remedy": "did you mean 'first'?",
            },
        ),
        ({"media_type": ["415"]}, {"what": "media_type=\"['415']\" is not a valid choice", "value": ["415"]}),
        ({"mesages": "all"}, {"what": "Unknown choice 'mesages'", "remedy": "did you mean 'messages'?"}),
    ],
    ids=str,
)
def test_choices_that_are_not_legal_change_nothing(mock: Mock, given: Any, error: dict[str, Any]) -> None:
    reply = mock.control("PATCH", "/choices", given)

    assert reply.status == 400
    assert {name: reply.body[name] for name in error} == error
    assert mock.control("GET", "/choices").body == defaults()


def test_faults_are_put_patched_and_removed(mock: Mock) -> None:
    idle = mock.control("GET", "/faults").body
    mock.control("PUT", "/faults", {"script": ["503:2"], "latency": "1ms"})
    patched = mock.control("PATCH", "/faults", {"latency": None, "rate_limit": "9/s"})
    status = mock.patch(ALL).status
    left = mock.control("GET", "/faults").body
    removed = mock.control("DELETE", "/faults")

    assert idle == {"latency": None, "fail_rate": 0.0, "fault_seed": None, "rate_limit": None, "script": []}
    assert (patched.status, patched.body) == (200, {**idle, "script": ["503:2"], "rate_limit": "9/s"})
    assert (status, left["script"], removed.status) == (503, ["503:1"], 204)
    assert (mock.patch(ALL).status, mock.control("GET", "/faults").body) == (201, idle)


def test_one_request_makes_every_call_fail_and_one_ends_it(mock: Mock) -> None:
    mock.control("PATCH", "/faults", {"fail_rate": 1})
    failing = [mock.patch(ALL).status for _ in range(2)]
    mock.control("PATCH", "/faults", {"fail_rate": 0})

    assert (failing, mock.patch(ALL).status) == ([500, 500], 201)


def test_a_reset_brings_everything_back(mock: Mock) -> None:
    before = [mock.control("GET", path).body for path in ("/webhooks", "/choices", "/faults")]
    mock.patch({**ALL, "url": "https://a.example.com"})
    mock.control("DELETE", f"/webhooks/{SECOND}")
    mock.control("PATCH", "/choices", {"messages": "first"})
    mock.control("PATCH", "/faults", {"fail_rate": 1})
    mock.control("POST", "/clock/advance", {"by": "1h"})
    reply = mock.control("POST", "/reset")

    assert (reply.status, reply.content) == (204, b"")
    assert [mock.control("GET", path).body for path in ("/webhooks", "/choices", "/faults")] == before
    assert mock.control("GET", "/journal").body["entries"] == []
    assert mock.control("GET", "/clock").body["ahead_seconds"] == 0


def test_a_reset_of_one_part_leaves_the_others(mock: Mock) -> None:
    mock.control("PATCH", "/choices", {"messages": "first"})
    mock.control("DELETE", f"/webhooks/{SECOND}")
    reply = mock.control("POST", "/reset", {"only": ["webhooks"]})
    wrong = mock.control("POST", "/reset", {"only": ["webhook"]})

    assert (reply.status, len(mock.control("GET", "/webhooks").body["webhooks"])) == (204, 2)
    assert mock.control("GET", "/choices").body["messages"] == "first"
    assert (wrong.status, wrong.body["remedy"]) == (400, "did you mean 'webhooks'?")
    assert wrong.body["rule"] == f"Valid: {', '.join(PARTS)}."


def test_the_clock_is_set_advanced_and_let_go(mock: Mock) -> None:
    put = mock.control("PUT", "/clock", {"now": "2030-01-31T12:00:00Z"})
    advanced = mock.control("POST", "/clock/advance", {"by": "90m"})
    mock.patch(ALL)
    [entry] = mock.control("GET", "/journal").body["entries"]
    gone = mock.control("DELETE", "/clock")

    assert (put.status, put.body["now"][:18]) == (200, "2030-01-31T12:00:0")
    assert (advanced.status, advanced.body["now"][:17]) == (200, "2030-01-31T13:30:")
    assert entry["time"][:17] == "2030-01-31T13:30:"
    assert (gone.status, mock.control("GET", "/clock").body["ahead_seconds"]) == (204, 0)


@pytest.mark.parametrize(
    ("method", "path", "given", "what"),
    [
        ("PUT", "/clock", {"now": "soon"}, "now is not a valid time"),
        ("PUT", "/clock", {}, "now is not a valid time"),
        ("PUT", "/clock", {"now": "1969-12-31T00:00:00Z"}, "The clock cannot be set to this time"),
        ("POST", "/clock/advance", {"by": 5}, "'5' is not a valid duration"),
        ("POST", "/clock/advance", {"by": "999999999h"}, "The clock cannot be set to this time"),
        ("PUT", "/faults", {"latncy": "1s"}, "Unknown fault setting 'latncy'"),
        ("PUT", "/faults", {"latency": "1"}, "latency='1' is not a valid latency"),
        ("PUT", "/choices", b"{", "The body is not JSON"),
        ("PUT", "/choices", [], "The body is not a JSON object"),
        ("PUT", "/choices", b" " * 1_048_577, "The body is too long"),
        ("POST", "/reset", {"only": "webhooks"}, "only is not a list of parts"),
        ("PUT", "/faults", {"fault_seed": "9" * 5000}, f"fault_seed='{'9' * 5000}' is not valid"),
        ("GET", f"/journal?status={'9' * 5000}", None, "status is not valid"),
        ("PUT", "/clock", b'{"now":' + b"[" * 900 + b"]" * 900 + b"}", "The body is nested too deeply"),
        ("PUT", "/choices", b'{"messages":' + b"[" * 900 + b"]" * 900 + b"}", "The body is nested too deeply"),
        ("PUT", "/webhooks/a", b'{"url":' + b"[" * 900 + b"]" * 900 + b"}", "The body is nested too deeply"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_done_is_said_in_one_form(mock: Mock, method: str, path: str, given: Any, what: str) -> None:
    reply = mock.control(method, path, given)

    assert (reply.status, reply.body["what"], list(reply.body)) == (400, what, ["what", "value", "rule", "remedy"])
    assert reply.body["rule"]
    assert reply.body["remedy"]


def test_another_path_and_another_method_have_the_form_too(mock: Mock) -> None:
    path = mock.control("GET", "/nowhere")
    method = mock.control("POST", "/choices")

    docs = "see /__mock__/docs."
    rule = "The control API has the paths of its document."
    value = "/__mock__/nowhere"
    assert (path.status, path.body) == (
        404,
        {"what": "Unknown path", "value": value, "rule": rule, "remedy": docs},
    )
    rule = "Allowed: GET, HEAD, PATCH, PUT."
    assert (method.status, method.body) == (
        405,
        {"what": "This method is not allowed here", "value": "POST", "rule": rule, "remedy": docs},
    )


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("localhost:8000", 200),
        ("api.localhost", 200),
        ("[::1]:8000", 200),
        ("127.0.0.1.attacker.example", 403),
        ("attacker.example:8000", 403),
        ("localhost.attacker.example", 403),
        ("2130706433", 403),
        ("", 403),
    ],
)
def test_another_host_is_refused(mock: Mock, host: str, status: int) -> None:
    reply = mock.control("GET", "/clock", host=host)

    assert reply.status == status
    assert status == 200 or (reply.body["what"], reply.body["value"]) == ("Wrong Host", host)


@pytest.mark.parametrize("origin", ["https://attacker.example", "null", "http://localhost:3000", "http://127.0.0.1"])
def test_a_page_of_another_origin_is_refused(mock: Mock, origin: str) -> None:
    reply = mock.control("POST", "/reset", b"", origin=origin, content_type="text/plain")
    asked = mock.control("OPTIONS", "/reset", origin=origin, access_control_request_method="POST")

    assert (reply.status, reply.body["what"], reply.body["value"]) == (403, "Wrong Origin", origin)
    assert (asked.status, asked.headers["access-control-allow-origin"]) == (403, None)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "anything"])
@pytest.mark.parametrize(("method", "path"), [("GET", "/live"), ("GET", "/journal"), ("POST", "/reset")])
def test_what_a_page_of_another_site_embeds_is_refused(mock: Mock, method: str, path: str, site: str) -> None:
    reply = mock.control(method, path, sec_fetch_site=site)

    assert (reply.status, reply.body["what"], reply.body["value"]) == (403, "The page is of another site", site)


@pytest.mark.parametrize(("path", "site"), [("/clock", "same-origin"), ("/clock", "none"), ("/docs", "cross-site")])
def test_a_page_of_its_own_and_a_link_to_the_reference_are_let_in(mock: Mock, path: str, site: str) -> None:
    assert mock.control("GET", path, sec_fetch_site=site).status == 200


def test_a_delivery_controls_nothing(mock: Mock) -> None:
    event = {"eventType": "facility.creation.accepted", "data": {}}
    reply = mock.control("POST", "/events", event, nursa_signature="t=1,v1=00")

    assert (reply.status, reply.body["what"]) == (403, "The request is a delivery")


@pytest.mark.parametrize("path", ["/__mock__/clock", "/__mock__/nowhere", "/__mock__/docs", "/__mock__/openapi.json"])
def test_no_other_page_may_read_or_embed_the_control_api(mock: Mock, path: str) -> None:
    headers = mock.request("GET", path).headers

    assert headers["access-control-allow-origin"] is None
    assert (headers["x-content-type-options"], headers["cross-origin-resource-policy"]) == ("nosniff", "same-origin")


@pytest.mark.parametrize("path", ["/docs", "/__mock__/docs"])
def test_a_reference_runs_no_inline_script_and_is_in_no_frame(mock: Mock, path: str) -> None:
    page = mock.request("GET", path)
    policy = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))

    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'none'", "'self'", "'self'")
    assert (policy["frame-ancestors"], policy["base-uri"], policy["form-action"]) == ("'none'",) * 3
    assert re.findall(rb"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page.content) == []
    assert (page.headers["x-content-type-options"], page.headers["referrer-policy"]) == ("nosniff", "no-referrer")


def test_a_page_of_the_mock_is_let_in(mock: Mock) -> None:
    assert mock.control("POST", "/reset", b"", origin=f"http://{mock.host}:{mock.port}").status == 204


def test_a_token_is_asked_for_where_there_is_one() -> None:
    settings = Settings(port=0, is_quiet=True, control_token="control")
    with mock_of(settings) as (mock, _):
        missing = mock.control("GET", "/clock")
        wrong = mock.control("GET", "/clock", authorization="Bearer valid-token")
        right = mock.control("GET", "/clock", authorization="Bearer control", host="mock.example.com")
        pages = [mock.control("GET", path).status for path in ("/docs", "/openapi.json")]

    assert (missing.status, missing.headers["www-authenticate"]) == (401, "Bearer")
    assert (missing.body["what"], missing.body["value"]) == ("The token is missing or wrong", None)
    assert (wrong.status, right.status, pages) == (401, 200, [200, 200])


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        (["--no-control"], "control API      off\n"),
        (
            ["--host", "0.0.0.0"],  # noqa: S104  the test listens for a moment
            "control API      off: other machines can reach host 0.0.0.0, so it needs --control-token\n",
        ),
    ],
    ids=["--no-control", "--host"],
)
def test_the_control_api_is_off(settings: list[str], line: str) -> None:
    process = command("--port", "0", *settings)
    mock, banner = announced(process)
    reply = mock.control("POST", "/reset")
    process.terminate()
    finish(process)

    assert (reply.status, reply.body) == (404, {"message": "Not Found", "error": "Not Found", "statusCode": 404})
    assert line in banner


def test_another_host_may_be_served_with_a_token() -> None:
    process = command("--port", "0", "--host", "0.0.0.0", CONTROL_TOKEN="control-secret")  # noqa: S104  as above
    mock, banner = announced(process)
    statuses = [mock.control("GET", "/clock", authorization=f"Bearer {t}").status for t in ("control-secret", "x")]
    process.terminate()
    _, _, errors = finish(process)

    assert statuses == [200, 401]
    assert "control-secret" not in banner + errors


def test_the_control_api_writes_nothing_into_journal_and_log() -> None:
    process = command("--port", "0")
    mock, _ = announced(process)
    mock.control("PUT", "/webhooks/new", {"secrets": ["a-secret"]})
    entries = mock.control("GET", "/journal").body["entries"]
    process.terminate()
    _, _, errors = finish(process)

    assert (entries, errors) == ([], "")


def test_choices_are_followed_at_once() -> None:
    with running() as mock:
        before = [mock.patch(b"{}", "x").status, mock.request("GET", USER + FIRST).status]
        mock.control("PATCH", "/choices", {"check_order": "lookup_first", "other_methods": 404, "media_type": 415})
        after = [mock.patch(b"{}", "x").status, mock.request("GET", USER + FIRST).status]
        media = mock.patch(b"{}", content_type="text/plain").status

    assert (before, after, media) == ([400, 405], [404, 404], 415)


def test_times_of_the_clock_are_in_utc(mock: Mock) -> None:
    shown = mock.control("PUT", "/clock", {"now": "2030-01-31T12:00:00+02:00"}).body["now"]

    assert shown.endswith("Z")
    assert datetime.fromisoformat(shown).hour == 10


def test_the_api_of_the_contract_and_the_control_api_spell_a_webhooks_id_alike(mock: Mock) -> None:
    mock.patch({"events": ["all"]})
    fired = mock.control("POST", "/events", {"eventType": "facility.creation.accepted", "webhookId": FIRST}).body
    [entry] = mock.control("GET", f"/journal?webhookId={FIRST}").body["entries"]
    document = mock.control("GET", "/openapi.json").content

    assert (entry["webhookId"], fired["deliveries"][0]["webhookId"]) == (FIRST, FIRST)
    assert (b'"webhookId"' in document, b"webhook_id" in document, b"event_type" in document) == (True, False, False)

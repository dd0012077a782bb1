from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from support.paths import ROOT
from support.receiver import receiving
from user_webhook_mock import create_app
from user_webhook_mock.config.settings import Settings
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.faults.kinds import KINDS
from user_webhook_mock.server.background import DEADLINE
from user_webhook_mock.state import MockState

if TYPE_CHECKING:
    from pathlib import Path

    from user_webhook_mock.testing import UserWebhookMock

pytest_plugins = ["pytester"]

PAGE = (ROOT / "docs" / "testing-a-client.md").read_text(encoding="utf-8")
USER = "/api/v2/public/webhooks/user/"
FACILITY = "facility.creation.accepted"
SECRET = "a-secret-of-a-test"
SEND = """
import json
from http.client import HTTPConnection

def send(mock, content, token=None):
    connection = HTTPConnection(mock.url.removeprefix("http://"), timeout=10)
    headers = {"Authorization": f"Bearer {token or mock.token}", "Content-Type": "application/json"}
    connection.request("PATCH", "/api/v2/public/webhooks/user/" + mock.webhook_id, json.dumps(content), headers)
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    return answer.status, body
"""


def send(mock: UserWebhookMock, content: Any, token: str = "") -> tuple[int, Any]:
    connection = HTTPConnection(urlsplit(mock.url).netloc, timeout=10)
    headers = {"Authorization": f"Bearer {token or mock.token}", "Content-Type": "application/json"}
    try:
        connection.request("PATCH", USER + mock.webhook_id, json.dumps(content), headers)
        answer = connection.getresponse()
        raw = answer.read()
        return answer.status, json.loads(raw) if answer.headers["Content-Type"] == "application/json" else raw
    finally:
        connection.close()


def run(pytester: pytest.Pytester, code: str, *arguments: str) -> pytest.RunResult:
    """Run tests of another project, which has `send`, in a process of its own."""
    pytester.makepyfile(sender=SEND, test_of_a_client="from sender import send\nimport pytest\n" + code)
    # These take longer to import than the tests take to run.
    others = ("-p", "no:schemathesis", "-p", "no:inline_snapshot")
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", *others, *arguments)


def test_an_update_over_http_is_seen_by_the_test(user_webhook_mock: UserWebhookMock) -> None:
    status, body = send(user_webhook_mock, {"events": [FACILITY], "secrets": [SECRET]})
    refused = send(user_webhook_mock, {"events": ["all"]}, user_webhook_mock.forbidden_token)

    stored = user_webhook_mock.webhooks[user_webhook_mock.webhook_id]
    assert (status, body["data"]["events"], stored.events, stored.secrets) == (201, [FACILITY], [FACILITY], [SECRET])
    assert refused == (403, {"message": "Forbidden Resource", "error": "Forbidden", "statusCode": 403})
    assert [(entry["status"], entry["caller"]) for entry in user_webhook_mock.journal] == [
        (201, "valid"),
        (403, "forbidden"),
    ]


@pytest.mark.parametrize(
    ("what", "status", "body"),
    [
        (503, 503, {"message": "Service Unavailable", "error": "Service Unavailable", "statusCode": 503}),
        ("not-found", 404, {"message": "Webhook not found", "error": "Not Found", "statusCode": 404}),
        ("404 schema", 404, {"message": "Not Found", "error": "Not Found", "statusCode": 404}),
        (401, 401, {"message": "Unauthorized", "statusCode": 401}),
        ("400 schema", 400, {"message": ["Property must be a string"], "error": "Bad Request", "statusCode": 400}),
    ],
)
def test_an_answer_is_forced_so_many_times(
    what: int | str, status: int, body: Any, user_webhook_mock: UserWebhookMock
) -> None:
    user_webhook_mock.force(what, times=2)

    answers = [send(user_webhook_mock, {"events": ["all"]}) for _ in range(3)]

    assert answers[:2] == [(status, body)] * 2
    assert answers[2][0] == 201


def test_the_documented_success_is_forced_by_its_status(user_webhook_mock: UserWebhookMock) -> None:
    user_webhook_mock.force(201)

    status, body = send(user_webhook_mock, {"events": []})

    assert (status, list(body["data"])) == (201, ["id", "url", "events", "clientId", "secrets"])
    assert user_webhook_mock.webhooks[user_webhook_mock.webhook_id].events == ["all"]


def test_forced_answers_add_up(user_webhook_mock: UserWebhookMock) -> None:
    user_webhook_mock.force("malformed")
    user_webhook_mock.force(429)

    with pytest.raises(json.JSONDecodeError):
        send(user_webhook_mock, {"events": ["all"]})
    assert send(user_webhook_mock, {"events": ["all"]})[0] == 429
    assert send(user_webhook_mock, {"events": ["all"]})[0] == 201


@pytest.mark.parametrize(
    ("what", "times", "message"),
    [
        (
            "dorp",
            1,
            f"Unknown fault 'dorp': did you mean 'drop'? A fault is {', '.join(KINDS)}, a status from 400 to 511, or a documented response such as '404 not-found'.",
        ),
        ("drop", 0, "times=0 is not a number of requests: use 1 or more."),
    ],
)
def test_what_cannot_be_forced_is_said_in_a_line(
    what: str, times: int, message: str, user_webhook_mock: UserWebhookMock
) -> None:
    with pytest.raises(UsageError) as rejected:
        user_webhook_mock.force(what, times)

    assert str(rejected.value) == message


def test_a_verification_fails_with_the_nearest_request(user_webhook_mock: UserWebhookMock) -> None:
    send(user_webhook_mock, {"events": ["all"], "secrets": [SECRET]})
    number = user_webhook_mock.journal[0]["number"]

    user_webhook_mock.verify(events=["all"], exactly=1)
    with pytest.raises(AssertionError) as failed:
        user_webhook_mock.verify(events=[FACILITY], secrets=["another", SECRET])

    assert str(failed.value) == (
        f"Expected at least 1 matching update, got 0. Nearest is request {number}: "
        f'events is ["all"] instead of ["{FACILITY}"]; secrets is a list of 1 instead of a list of 2.'
    )


def test_a_verification_may_name_the_webhook(user_webhook_mock: UserWebhookMock) -> None:
    send(user_webhook_mock, {"events": ["all"]})

    user_webhook_mock.verify(webhook_id=user_webhook_mock.webhook_id, exactly=1)
    user_webhook_mock.verify(webhook_id=user_webhook_mock.second_webhook_id, exactly=0)


@pytest.mark.parametrize(
    ("expected", "wanted"),
    [
        ({"exactly": 2}, "Expected exactly 2 matching updates, got 1. Nearest"),
        ({"at_most": 0}, "Expected exactly 0 matching updates, got 1: see"),
        ({"at_least": 2, "at_most": 3}, "Expected at least 2 and at most 3 matching updates, got 1. Nearest"),
    ],
)
def test_a_verification_says_how_many_were_expected(
    expected: dict[str, int], wanted: str, user_webhook_mock: UserWebhookMock
) -> None:
    send(user_webhook_mock, {"events": ["all"]})
    send(user_webhook_mock, {"events": [FACILITY]})

    with pytest.raises(AssertionError, match=re.escape(wanted)):
        user_webhook_mock.verify(events=["all"], **expected)


def test_a_delivery_comes_signed_and_is_tried_again(user_webhook_mock: UserWebhookMock) -> None:
    with receiving([500]) as receiver:
        user_webhook_mock.deliver_to(receiver.url)
        fired = user_webhook_mock.fire(FACILITY, {"facilityId": "NUR-000007"}, user_webhook_mock.webhook_id)
        tried = user_webhook_mock.wait_for_deliveries()
        first = receiver.next()
        user_webhook_mock.state.clock.advance(300)
        receiver.next()

    secrets = user_webhook_mock.webhooks[user_webhook_mock.webhook_id].secrets
    assert [(one["state"], len(one["attempts"])) for one in fired + tried] == [("pending", 0), ("pending", 1)]
    assert json.loads(first.body) == {"data": {"facilityId": "NUR-000007"}, "eventType": FACILITY}
    assert first.is_signed_with(*secrets)


def test_a_reset_closes_the_way_of_deliveries(user_webhook_mock: UserWebhookMock) -> None:
    with receiving() as receiver:
        user_webhook_mock.deliver_to(receiver.url)
        user_webhook_mock.reset()

        user_webhook_mock.fire(FACILITY)

    assert {one["state"] for one in user_webhook_mock.wait_for_deliveries()} == {"not-sent"}


def test_a_delivery_that_hangs_is_not_waited_for_longer_than_told(user_webhook_mock: UserWebhookMock) -> None:
    with receiving(["hang"]) as receiver:
        user_webhook_mock.deliver_to(receiver.url)
        user_webhook_mock.fire(FACILITY, webhook_id=user_webhook_mock.webhook_id)

        with pytest.raises(TimeoutError, match=r"no response within 0\.05 seconds"):
            user_webhook_mock.wait_for_deliveries(0.05)


def test_an_unknown_webhook_is_not_fired_at(user_webhook_mock: UserWebhookMock) -> None:
    with pytest.raises(UsageError, match=r"^Unknown webhook id: use one of them\. The webhooks are cf3832dd"):
        user_webhook_mock.fire(FACILITY, webhook_id="no-webhook")


def test_no_token_and_no_secret_is_in_the_text_of_the_fixture(user_webhook_mock: UserWebhookMock) -> None:
    shown = repr(user_webhook_mock) + repr(user_webhook_mock.webhooks) + repr(user_webhook_mock.journal)
    hidden = [user_webhook_mock.token, *user_webhook_mock.webhooks[user_webhook_mock.webhook_id].secrets]

    assert repr(user_webhook_mock) == f"<UserWebhookMock {user_webhook_mock.url}>"
    assert [text for text in hidden if text in shown] == []


def test_a_verification_waits_for_a_request_of_another_thread(pytester: pytest.Pytester) -> None:
    code = """
import threading

def test_an_update_that_comes_later(user_webhook_mock):
    later = threading.Timer(0.2, lambda: send(user_webhook_mock, {"events": ["all"]}))
    later.start()
    user_webhook_mock.verify(events=["all"], exactly=1, timeout=60_000)
    later.join()
    with pytest.raises(AssertionError, match="Expected exactly 2 matching updates, got 1"):
        user_webhook_mock.verify(events=["all"], exactly=2, timeout=1)
"""
    run(pytester, code).assert_outcomes(passed=1)


def test_each_test_begins_with_a_fresh_state(pytester: pytest.Pytester) -> None:
    code = """
@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_fresh_turn(turn, user_webhook_mock):
    mock = user_webhook_mock
    assert (mock.journal, mock.deliveries, mock.state.clock.offset) == ([], [], 0)
    assert mock.webhooks[mock.webhook_id].events == ["all"]
    assert len(mock.state.spaces) == 0
    assert mock.state.spaces.named(["a"]).webhooks.all() == list(mock.webhooks.values())
    assert send(mock, {"events": ["facility.creation.accepted"]})[0] == 201
    mock.force("drop", times=9)
    mock.fire("facility.creation.accepted")
    mock.state.choose([("messages", "first")])
    mock.state.clock.advance(60)
    mock.state.webhooks.remove(mock.second_webhook_id)
    assert (len(mock.journal), len(mock.webhooks), len(mock.deliveries)) == (1, 1, 2)

@pytest.mark.user_webhook_mock(faults={"fail_rate": 1})
def test_trouble_from_marker(user_webhook_mock):
    assert send(user_webhook_mock, {"events": ["all"]})[0] == 500
    user_webhook_mock.state.faults.set(type(user_webhook_mock.state.faults.plan)())
    assert send(user_webhook_mock, {"events": ["all"]})[0] == 201
    user_webhook_mock.reset()
    assert send(user_webhook_mock, {"events": ["all"]})[0] == 500

def test_no_trouble_afterwards(user_webhook_mock):
    assert send(user_webhook_mock, {"events": ["all"]})[0] == 201
"""
    run(pytester, code, "-W", "error", "--strict-markers").assert_outcomes(passed=5)


def test_marker_and_fixture_set_what_a_test_begins_with(pytester: pytest.Pytester) -> None:
    code = """
BAD = {"url": "http://hooks.example.com", "events": []}

@pytest.fixture
def user_webhook_mock_settings():
    return {"choices": {"messages": "first_per_property"}, "faults": {"latency": "1ms"}}

def test_settings_of_the_fixture(user_webhook_mock):
    assert len(send(user_webhook_mock, {**BAD, "secrets": 1})[1]["message"]) == 3
    assert user_webhook_mock.state.faults.plan.latency.text == "1ms"

@pytest.mark.user_webhook_mock(choices={"messages": "first"})
def test_settings_of_the_marker(user_webhook_mock):
    assert send(user_webhook_mock, BAD)[1]["message"] == ["should be a secure URL with HTTPS"]
    assert user_webhook_mock.state.faults.plan.latency.text == "1ms"
"""
    run(pytester, code).assert_outcomes(passed=2)


ILLEGAL = [
    (
        'choices={"message": "first"}',
        "user_webhook_mock: Unknown choice 'message': did you mean 'messages'? Valid: *",
    ),
    (
        'choice={"messages": "first"}',
        "user_webhook_mock: Unknown argument 'choice': did you mean 'choices'? Valid: choices, faults.",
    ),
    (
        'choices="first"',
        'user_webhook_mock: choices=\'first\' is not a dict: write it like choices={"messages": "first"}.',
    ),
    ('{"messages": "first"}', "user_webhook_mock: the marker has a value without a name: write it like *"),
    ('faults={"latency": "soon"}', "user_webhook_mock: *soon*"),
]


def test_a_setting_that_is_not_legal_is_one_line(pytester: pytest.Pytester) -> None:
    mark = "@pytest.mark.user_webhook_mock"
    code = [f"{mark}({marker})\ndef test_{n}(user_webhook_mock):\n    pass\n" for n, (marker, _) in enumerate(ILLEGAL)]
    result = run(pytester, "\n".join(code))

    result.assert_outcomes(errors=len(ILLEGAL))
    for _, message in ILLEGAL:
        result.stdout.fnmatch_lines([message])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*pytest_plugin.py:*")


@pytest.mark.thorough
def test_workers_have_a_mock_each(pytester: pytest.Pytester) -> None:
    code = """
@pytest.mark.parametrize("turn", range(8))
def test_a_fresh_turn(turn, user_webhook_mock, worker_id):
    assert send(user_webhook_mock, {"events": ["all"]})[0] == 201
    assert len(user_webhook_mock.journal) == 1
    with open(f"{worker_id}.txt", "a") as file:
        file.write(user_webhook_mock.url + "\\n")
"""
    run(pytester, code, "-n", "2").assert_outcomes(passed=8)

    urls = [set((pytester.path / f"gw{worker}.txt").read_text().split()) for worker in (0, 1)]
    assert [len(found) for found in urls] == [1, 1]
    assert urls[0] != urls[1]


@pytest.mark.thorough
def test_an_async_test_uses_the_mock_and_receives_in_its_own_loop(pytester: pytest.Pytester) -> None:
    code = """
import asyncio

@pytest.fixture
def anyio_backend():
    return "asyncio"

@pytest.mark.anyio
async def test_delivery_to_this_loop(user_webhook_mock):
    async def receive(reader, writer):
        await reader.readuntil(b"\\r\\n\\r\\n")
        writer.write(b"HTTP/1.1 204 No Content\\r\\nConnection: close\\r\\n\\r\\n")
        writer.close()

    async with await asyncio.start_server(receive, "127.0.0.1", 0) as server:
        user_webhook_mock.deliver_to(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        user_webhook_mock.fire("facility.creation.accepted")
        deliveries = await asyncio.to_thread(user_webhook_mock.wait_for_deliveries)
    assert [one["state"] for one in deliveries] == ["delivered", "delivered"]
    assert (await asyncio.to_thread(send, user_webhook_mock, {"events": ["all"]}))[0] == 201
"""
    run(pytester, code).assert_outcomes(passed=1)


def test_a_project_that_does_not_ask_for_the_mock_does_not_import_it(pytester: pytest.Pytester) -> None:
    code = """
def test_imports_of_pytest():
    import sys
    ours = {name for name in sys.modules if name.partition(".")[0] in {"user_webhook_mock", "user_webhook_api", "user_webhook_contract"}}
    assert ours == {"user_webhook_mock", "user_webhook_mock.pytest_plugin"}
    assert not {"connexion", "uvicorn", "starlette"} & set(sys.modules)
"""
    run(pytester, code, "-p", "no:schemathesis", "-p", "no:anyio").assert_outcomes(passed=1)


@pytest.mark.thorough
def test_the_plugin_is_left_out_on_request(pytester: pytest.Pytester) -> None:
    result = run(pytester, "def test_it_asks(user_webhook_mock):\n    pass\n", "-p", "no:user-webhook-mock")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'user_webhook_mock' not found"])


@pytest.mark.thorough
def test_a_session_ends_while_a_request_hangs(pytester: pytest.Pytester) -> None:
    code = """
import threading
def test_a_request_hangs(user_webhook_mock):
    user_webhook_mock.force("hang")
    def wait():
        try:
            send(user_webhook_mock, {"events": ["all"]})
        except Exception:
            pass
    threading.Thread(target=wait, daemon=True).start()
    while user_webhook_mock.state.faults.plan.script:
        pass
"""
    started = time.monotonic()
    run(pytester, code).assert_outcomes(passed=1)

    assert time.monotonic() - started < DEADLINE


def test_requests_from_threads_are_all_in_the_journal(user_webhook_mock: UserWebhookMock) -> None:
    threads = [threading.Thread(target=send, args=(user_webhook_mock, {"events": ["all"]})) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    user_webhook_mock.verify(events=["all"], status=201, exactly=20)


def test_the_mock_answers_in_process_and_shows_its_state() -> None:
    state = MockState(Settings(is_quiet=True))
    client = TestClient(create_app(state=state), headers={"Authorization": "Bearer valid-token"})
    webhook = state.webhooks.all()[0]

    refused = client.patch(USER + webhook.id, json={"events": []})
    updated = client.patch(USER + webhook.id, json={"events": [FACILITY], "secrets": [SECRET]})

    assert (refused.status_code, refused.json()["message"]) == (400, ["events must contain at least 1 elements"])
    assert (updated.status_code, updated.json()["data"]["events"]) == (201, [FACILITY])
    assert state.webhooks.find(webhook.id).secrets == [SECRET]
    assert [entry.status for entry in state.journal.entries()] == [400, 201]


def test_the_control_api_answers_in_process() -> None:
    client = TestClient(create_app(Settings(is_quiet=True)), base_url="http://127.0.0.1")

    answer = client.patch("/__mock__/choices", json={"messages": "first"})

    assert (answer.status_code, answer.json()["messages"]) == (200, "first")


def test_the_page_on_testing_a_client_passes_as_it_stands(pytester: pytest.Pytester) -> None:
    blocks = re.findall(r"^```python\n# (\w+)\.py\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    pytester.makepyfile(**dict(blocks))

    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-W", "error", "--strict-markers")

    result.assert_outcomes(passed=sum(text.count("\ndef test_") for _, text in blocks))
    assert len(blocks) == PAGE.count("```python") == 5


def test_the_page_names_each_member_of_the_fixture() -> None:
    from user_webhook_mock.testing import UserWebhookMock  # noqa: PLC0415  the tests above see that it is imported late

    state = MockState(Settings())
    members = {*vars(UserWebhookMock), *vars(UserWebhookMock(state, "", None))}  # type: ignore[arg-type]  no loop is needed to look at it

    assert {name for name in members if not name.startswith("_") and f"`{name}" not in PAGE} == {"configure"}


def test_the_suite_is_run_without_the_plugin(tmp_path: Path) -> None:
    code = (
        "import sys, user_webhook_contract.__main__ as gate\n"
        "status = gate.main(['--target', 'http://127.0.0.1:9', '--quiet', '--report-dir', sys.argv[1]])\n"
        "print(status, 'user_webhook_mock' in sys.modules)"
    )

    ran = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=False)

    assert ran.stdout.split()[-2:] == ["2", "False"], ran.stderr

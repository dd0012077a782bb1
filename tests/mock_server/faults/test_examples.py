from __future__ import annotations

from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

import pytest

from support.mock_process import DEADLINE, FIRST, USER, Mock, announced, command, finish, running
from user_webhook_api.bundle import operation
from user_webhook_mock.faults.prefer import preferences

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL = {"events": ["all"]}
CODES = "The documented codes are 201, 400, 401, 403, 404."
EVERY = "201: updated; 400: schema, request-validation; 401: schema; 403: schema; 404: schema, not-found"

EXAMPLES = [
    (code, name, example["value"])
    for code, response in operation()["responses"].items()
    for name, example in response["content"]["application/json"]["examples"].items()
]


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with running() as mock:
        yield mock


@pytest.mark.parametrize(("code", "name", "value"), EXAMPLES, ids=[f"{code} {name}" for code, name, _ in EXAMPLES])
def test_every_example_of_the_document_can_be_had(mock: Mock, code: str, name: str, value: Any) -> None:
    reply = mock.patch({}, authorization=None, prefer=f"code={code}, example={name}", origin="https://app.example.com")

    assert (reply.status, reply.body) == (int(code), value)
    assert reply.headers["preference-applied"] == f"code={code}, example={name}"
    assert reply.headers["access-control-expose-headers"] == "Allow, Preference-Applied, WWW-Authenticate"
    assert reply.headers["access-control-allow-origin"] == "*"


def test_a_header_of_many_blanks_is_read_at_once() -> None:
    process = command("--port", "0")  # a mock in this process could not be stopped
    mock, _ = announced(process)
    replies = [mock.patch(ALL, prefer=f"a{blanks * 500}(") for blanks in (";  ", ";b =  ", '; b="x" ')]
    process.kill()
    finish(process)

    refusal = "Prefer is not a list of preferences"
    assert [(reply.status, reply.body["message"].partition(":")[0]) for reply in replies] == [(400, refusal)] * 3


@pytest.mark.parametrize(
    ("prefer", "status", "message"),
    [
        ("code=404", 404, "Not Found"),
        ('code="404"', 404, "Not Found"),
        ("CODE = 404", 404, "Not Found"),
        ('code=404; note="a, b"; x, example="not\\-found"', 404, "Webhook not found"),
        ("respond-async, wait=10;, , code=401,", 401, "Unauthorized"),
        ("code=403, code=404", 403, "Forbidden Resource"),
        ("example=not-found", 404, "Webhook not found"),
        ('note="code=404", code=403', 403, "Forbidden Resource"),
    ],
)
def test_the_header_has_the_grammar_of_its_rfc(mock: Mock, prefer: str, status: int, message: str) -> None:
    reply = mock.patch(ALL, prefer=prefer)

    assert (reply.status, reply.body["message"]) == (status, message)


def test_several_headers_are_one_list(mock: Mock) -> None:
    connection = HTTPConnection(mock.host, mock.port, timeout=DEADLINE)
    connection.putrequest("PATCH", USER + FIRST)
    connection.putheader("Prefer", "wait=1, code=404")
    connection.putheader("Prefer", "example=not-found, code=401")
    connection.endheaders()
    response = connection.getresponse()
    content = response.read()
    connection.close()

    assert (response.status, content) == (404, b'{"message":"Webhook not found","error":"Not Found","statusCode":404}')


@pytest.mark.parametrize(
    ("prefer", "message"),
    [
        ("code=418", f"code=418 is not documented: use a documented code, or X-Mock-Fault for another status. {CODES}"),
        ("code=", f"code= is not documented: use a documented code, or X-Mock-Fault for another status. {CODES}"),
        (
            "code=404, example=updated",
            "example=updated does not exist: use one that exists. The examples are 404: schema, not-found.",
        ),
        ("example=nope", f"example=nope does not exist: use one that exists. The examples are {EVERY}."),
        ("example=schema", f"example=schema exists for several codes: name the code, too. The examples are {EVERY}."),
    ],
)
def test_what_does_not_exist_is_refused_with_what_does(mock: Mock, prefer: str, message: str) -> None:
    reply = mock.patch(ALL, prefer=prefer)

    assert (reply.status, reply.headers["preference-applied"]) == (400, None)
    assert reply.body == {"message": f"Prefer: {message}", "error": "Bad Request", "statusCode": 400}


@pytest.mark.parametrize("prefer", ['code="404', "code=404 example=not-found", "=404", "code=404, ("])
def test_a_header_out_of_the_grammar_is_refused(mock: Mock, prefer: str) -> None:
    reply = mock.patch(ALL, prefer=prefer)

    what, remedy = "Prefer is not a list of preferences", "write it like code=404, example=not-found."
    message = f"{what}: {remedy} The form is that of RFC 7240."
    assert (reply.status, reply.body) == (400, {"message": message, "error": "Bad Request", "statusCode": 400})


@pytest.mark.parametrize("prefer", ["return=minimal", "respond-async; x=1", "", ","])
def test_other_preferences_are_ignored(mock: Mock, prefer: str) -> None:
    reply = mock.patch(ALL, prefer=prefer)

    assert (reply.status, reply.data["id"], reply.headers["preference-applied"]) == (201, FIRST, None)


@pytest.mark.parametrize("path", ["/nowhere", USER, USER + "a/b"])
def test_another_path_has_no_answer_to_prefer(mock: Mock, path: str) -> None:
    reply = mock.patch(ALL, path=path, prefer="code=201")

    assert (reply.status, reply.body["message"]) == (404, "Not Found")


def test_a_forced_answer_changes_nothing() -> None:
    with running(omitted_secrets="keep") as mock:
        before = mock.patch(ALL).data
        reply = mock.patch({"events": ["facility.creation.accepted"], "url": "https://a.example"}, prefer="code=201")
        after = mock.patch(ALL).data

    assert (reply.status, reply.data["url"]) == (201, "https://" + "ex" + "emple.com/webhook")
    assert after == before


def test_the_connection_goes_on_behind_a_forced_answer(mock: Mock) -> None:
    connection = HTTPConnection(mock.host, mock.port, timeout=DEADLINE)
    statuses = []
    for headers in ({"Prefer": "code=403"}, {}):
        connection.request("PATCH", USER + FIRST, b'{"events":["all"]}', headers)
        response = connection.getresponse()
        response.read()
        statuses.append(response.status)
    connection.close()

    assert statuses == [403, 401]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([], {}),
        (["a"], {"a": ""}),
        (['a=""'], {"a": ""}),
        (['a="x\\"y", b=c'], {"a": 'x"y', "b": "c"}),
        (["a=1;b=2 ; c ;", "A=3"], {"a": "1"}),
        (["a b"], None),
        (['a="'], None),
    ],
)
def test_preferences_are_read(values: list[str], found: dict[str, str] | None) -> None:
    assert preferences(values) == found

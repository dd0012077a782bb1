from __future__ import annotations

import json
from typing import Any

import pytest

from support.scripts import ALL, FIRST, A, Script, opened
from support.suite_runs import numbered
from user_webhook_contract.cases.factory import CaseFactory
from user_webhook_contract.http.request import Credential, Request
from user_webhook_contract.http.response import Response
from user_webhook_contract.results.observations import Observations
from user_webhook_contract.settings import DEFAULT_WEBHOOK_ID, Settings

FACTORY = CaseFactory(Settings("http://target.example"))
ERROR = {"message": "no", "error": "Bad Request", "statusCode": 400}
OWN = f"own-secret-of-{A}"
NEW = "generated-zB1nWc6HsD8uJf3A"
WEBHOOK = {"id": FIRST, "url": A, "events": ["all"], "clientId": "client", "secrets": [OWN]}

assert FIRST == DEFAULT_WEBHOOK_ID


def seen(script: Script, request: Request, status: int, body: Any) -> dict[str, Any]:
    """Return the choices that one response shows after what *script* has seen."""
    observations = Observations()
    response = Response(status, {"content-type": "application/json"}, json.dumps(body).encode())
    observations.see(1, FACTORY.case_of("a case", request), response, script.history)
    values = observations.values(script.history)
    return {name: value for name, value in values.items() if value != "unknown"}


def request(body: Any, **rest: Any) -> Request:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request(rest.pop("webhook_id", FIRST), content, **rest)


def updated(**changes: Any) -> dict[str, Any]:
    return {"data": {**WEBHOOK, **changes}}


@pytest.mark.parametrize(
    ("sent", "status", "body", "shown"),
    numbered(
        [
            (request({**ALL, "url": None}), 201, updated(), {"null_url": "keep"}),
            (request({**ALL, "url": None}), 201, updated(url="https://other.example/"), {}),
            (request({**ALL, "url": None}), 400, ERROR, {"null_url": "reject"}),
            (request({**ALL, "secrets": None}), 201, updated(), {"null_secrets": "keep"}),
            (request({**ALL, "secrets": None}), 201, updated(secrets=[NEW]), {"null_secrets": "generate"}),
            (request({**ALL, "secrets": None}), 400, ERROR, {"null_secrets": "reject"}),
            (request({**ALL, "url": None, "secrets": None}), 201, updated(), {}),
            (request({"EVENTS": ["all"]}), 201, updated(), {"key_case": "any"}),
            (request({"EVENTS": ["all"]}), 400, ERROR, {"key_case": "exact"}),
            (request({**ALL, "URL": A}), 201, updated(), {}),
            (request({**ALL, "x": 1}), 201, updated(), {"unknown_properties": "ignore"}),
            (request({**ALL, "x": 1}), 400, ERROR, {"unknown_properties": "reject"}),
            (request(b'{"events":["all"],"__proto__":{}}'), 400, ERROR, {}),
            (request({**ALL, "secrets": [7]}), 400, ERROR, {"secret_items": "strings"}),
            (request(ALL, webhook_id=FIRST.upper()), 201, updated(), {"uuid_forms": "any"}),
            (request(ALL, webhook_id=FIRST.upper()), 404, ERROR, {"uuid_forms": "exact"}),
            (request(ALL, webhook_id=FIRST.replace("-", "")), 400, ERROR, {"uuid_forms": "exact"}),
            (request(ALL, credential=Credential.DOUBLED), 201, updated(), {"token_words": "ignore"}),
            (request(ALL, credential=Credential.DOUBLED), 401, ERROR, {"token_words": "refuse"}),
            (request(ALL, credential=Credential.LOWER_SCHEME), 201, updated(), {"scheme_case": "any"}),
            (request(ALL, credential=Credential.LOWER_SCHEME), 401, ERROR, {"scheme_case": "exact"}),
            (request({"events": []}, credential=Credential.DOUBLED), 401, ERROR, {}),
            (request(b"{"), 400, ERROR, {"unparseable_message": "string", "unparseable_error": "present"}),
            (
                request(b"{"),
                400,
                {"message": ["no"], "statusCode": 400},
                {"unparseable_message": "array", "unparseable_error": "absent"},
            ),
            (request(b""), 400, {"message": ["no"], "statusCode": 400}, {}),
            (request(b"null"), 400, ERROR, {}),
        ]
    ),
)
def test_a_response_shows_a_choice(sent: Request, status: int, body: Any, shown: dict[str, Any]) -> None:
    assert seen(opened(), sent, status, body) == shown


@pytest.mark.parametrize(
    ("keeps", "secrets", "value"),
    [(True, [OWN], "as_omitted"), (False, [NEW], "as_omitted"), (True, [NEW], "generate"), (False, [OWN], "keep")],
    ids=str,
)
def test_null_is_compared_with_what_an_omitted_property_does(keeps: bool, secrets: list[str], value: str) -> None:  # noqa: FBT001  a parameter of the table
    script = opened()
    script.history.keeps_secrets = keeps

    assert seen(script, request({**ALL, "secrets": None}), 201, updated(secrets=secrets)) == {"null_secrets": value}


def test_two_values_of_one_choice_leave_it_unknown() -> None:
    observations = Observations()
    for status in (201, 400):
        response = Response(status, {"content-type": "application/json"}, json.dumps(updated()).encode())
        observations.see(status, FACTORY.case_of("a case", request({**ALL, "x": 1})), response, opened().history)

    assert observations.values(opened().history)["unknown_properties"] == "unknown"
    assert observations.evidence("unknown_properties") == {"ignore": [201], "reject": [400]}

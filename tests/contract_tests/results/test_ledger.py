from __future__ import annotations

import json
from typing import Any

import pytest

from user_webhook_contract.cases.factory import CaseFactory
from user_webhook_contract.checks.history import History
from user_webhook_contract.checks.response import check
from user_webhook_contract.http.client import Exchange
from user_webhook_contract.http.response import Response
from user_webhook_contract.results.ledger import Ledger
from user_webhook_contract.settings import Settings

SETTINGS = Settings("http://127.0.0.1:1")
PORT = {"url": "https://hooks.example.com:8443/a", "events": ["all"]}


def error(status: int, message: Any) -> Response:
    body = {"message": message, "error": "Bad Request", "statusCode": status}
    return Response(status, {"content-type": "application/json"}, json.dumps(body).encode())


@pytest.mark.parametrize(
    ("response", "row"),
    [
        (error(400, ["no"]), "R-226"),
        (error(400, ["no such url"]), "R-226"),
        (error(400, ["no such events"]), "R-222"),
        (error(400, ["events must be an array"]), "R-226"),
        (error(404, "Webhook not found"), "R-101"),
    ],
    ids=["own words", "the url", "the events", "as if nothing had been read", "not found"],
)
def test_a_refused_update_is_blamed_on_what_the_response_is_about(response: Response, row: str) -> None:
    factory, ledger = CaseFactory(SETTINGS), Ledger(SETTINGS)
    plain = factory.case("an update", {"url": "https://hooks.example.com/a", "events": ["all"]})
    webhook = {"id": SETTINGS.webhook_id, **(plain.judgement.body or {}), "clientId": "c", "secrets": ["Mi9Qe2vYpX7k"]}
    accepted = Response(201, {"content-type": "application/json"}, json.dumps({"data": webhook}).encode())
    for case, received in ((plain, accepted), (factory.case("a port", PORT), response)):
        findings = check(case.request, received, case.judgement, History())
        ledger.enter(case, Exchange(1, case.request, received, 0.0), findings)
    ledger.close()

    assert [name for name, entry in ledger.entries.items() if entry.failures] == [row]

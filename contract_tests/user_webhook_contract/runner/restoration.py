"""Puts a webhook back to what the first response showed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from user_webhook_contract.checks.history import History, data_of
from user_webhook_contract.http.client import BudgetSpentError, Client, RateLimitedError, TargetDownError
from user_webhook_contract.http.response import Response
from user_webhook_contract.http.status import CREATED
from user_webhook_contract.judge.url import is_same

if TYPE_CHECKING:
    from user_webhook_contract.cases.factory import CaseFactory


def restore(identifier: str, first: dict[str, Any], factory: CaseFactory, client: Client, history: History) -> str:
    """Send one update with the url and the secrets of *first*; return what was put back and what could not be."""
    body: dict[str, Any] = {"events": first.get("events") or ["all"]}
    if isinstance(first.get("url"), str):
        body["url"] = first["url"]
    if first.get("secrets"):
        body["secrets"] = first["secrets"]
    case = factory.case("the url and the secrets put back", body, webhook_id=identifier)
    try:
        response = client.send(case.request).response
    except (BudgetSpentError, TargetDownError, RateLimitedError) as error:
        return f"not put back: {error or 'no request was left'}"
    if not isinstance(response, Response) or response.status != CREATED:
        received = response.status if isinstance(response, Response) else response.value
        return f"not put back: the target answered {received}."
    if "url" in body and not is_same(str(data_of(response).get("url")), body["url"]):
        return "not put back: the response shows another url."
    secrets = "url and secrets are" if history.keeps_secrets else "the url is"
    lost = "" if history.keeps_secrets else " The secrets from before the run were replaced by its first request."
    events = ", ".join(map(str, body["events"]))
    return f"{secrets} put back.{lost} Its events cannot be read first; it now subscribes to {events}."

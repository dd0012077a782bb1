"""The control API's own document, and the page that renders it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml
from starlette.responses import HTMLResponse

from user_webhook_api.cache import per_edition
from user_webhook_api.choices import choices
from user_webhook_api.rules import body_properties
from user_webhook_mock.control.response import json_response
from user_webhook_mock.deliveries.event import DATA
from user_webhook_mock.faults.kinds import KINDS, RULE
from user_webhook_mock.ui.reference import HEADERS, page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.state import MockState

DOCUMENT: Final = Path(__file__).parent / "openapi.yaml"


@per_edition
def document() -> dict[str, Any]:
    """Return the document, with the faults, events and choices that the mock knows. Callers must not change it."""
    tree: dict[str, Any] = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
    schemas = tree["components"]["schemas"]
    effects = " ".join(f"`{kind.name}` {kind.effect}." for kind in KINDS.values())
    for name in ("FaultPlan", "FaultPlanUpdate"):
        script = schemas[name]["properties"]["script"] = dict(schemas[name]["properties"]["script"])
        script["description"] += f" {RULE} {effects}"
    event = tree["paths"]["/events"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    event["properties"]["eventType"]["enum"] = list(DATA)
    [schemas["Event"]["enum"]] = [
        list(rule.value) for part in body_properties() for rule in part.rules if rule.name == "events.items.enum"
    ]
    for choice in choices():
        kind = "integer" if isinstance(choice.default, int) else "string"
        stated = {"type": kind, "enum": list(choice.values), "description": choice.question}
        for name in ("Choices", "ChoicesUpdate"):
            schemas[name]["properties"][choice.name] = stated
    schemas["Choices"]["required"] = [choice.name for choice in choices()]
    return tree


async def show(_state: MockState, _request: Request) -> Response:
    """Show the document."""
    return json_response(document())


async def show_page(_state: MockState, _request: Request) -> Response:
    """Show the document as a page."""
    headers = {name.decode(): value.decode() for name, value in HEADERS}
    return HTMLResponse(page(document()["info"]["title"], "/__mock__/openapi.json"), headers=headers)

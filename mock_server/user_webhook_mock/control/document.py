"""The control API's own document, and the page that renders it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml
from starlette.responses import HTMLResponse

from user_webhook_mock.control.response import json_response
from user_webhook_mock.deliveries.event import DATA
from user_webhook_mock.faults.kinds import KINDS, RULE
from user_webhook_mock.ui.reference import HEADERS, page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from user_webhook_mock.state import MockState

DOCUMENT: Final = Path(__file__).parent / "openapi.yaml"


@cache
def document() -> dict[str, Any]:
    """Return the document, with the faults and the events that the mock knows. Callers must not change it."""
    tree: dict[str, Any] = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
    script = tree["components"]["schemas"]["FaultPlan"]["properties"]["script"]
    effects = " ".join(f"`{kind.name}` {kind.effect}." for kind in KINDS.values())
    script["description"] += f" {RULE} {effects}"
    event = tree["paths"]["/events"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    event["properties"]["eventType"]["enum"] = list(DATA)
    return tree


async def show(_state: MockState, _request: Request) -> Response:
    """Show the document."""
    return json_response(document())


async def show_page(_state: MockState, _request: Request) -> Response:
    """Show the document as a page."""
    headers = {name.decode(): value.decode() for name, value in HEADERS}
    return HTMLResponse(page(document()["info"]["title"], "/__mock__/openapi.json"), headers=headers)

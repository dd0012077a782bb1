"""The control API's own document, and the page that renders it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml
from starlette.responses import HTMLResponse

from user_webhook_mock.control.response import json_response
from user_webhook_mock.ui.reference import HEADERS, page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

DOCUMENT: Final = Path(__file__).parent / "openapi.yaml"


@cache
def document() -> dict[str, Any]:
    """Return the document. Tokens must not change it."""
    tree: dict[str, Any] = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
    return tree


async def description(_request: Request) -> Response:
    """Show the document."""
    return json_response(document())


async def reference(_request: Request) -> Response:
    """Show the document as a page."""
    headers = {name.decode(): value.decode() for name, value in HEADERS}
    return HTMLResponse(page(document()["info"]["title"], "/__mock__/openapi.json"), headers=headers)

"""Connexion's `AsyncApp` as it comes, with a handler, a store and a function for the token."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from connexion import AsyncApp
from connexion.resolver import Resolver

webhooks: dict[str, dict[str, Any]] = {
    "cf3832dd-ba9b-4187-9ab2-c6cadafe875b": {"clientId": "client", "url": "", "events": ["all"], "secrets": []}
}


def check_token(token: str) -> dict[str, Any] | None:
    """Return the claims of *token*, or None where it is not known."""
    return {"sub": "client"} if token == "valid-token" else None  # noqa: S105 - the token of a benchmark


async def update(webhookId: str, body: dict[str, Any]) -> tuple[dict[str, Any], int]:  # noqa: N803 - the document's name
    """Store *body* and answer as documented."""
    stored = webhooks.get(webhookId)
    if stored is None:
        return {"message": "Webhook not found", "error": "Not Found", "statusCode": 404}, 404
    stored.update(body)
    return {"data": {"id": webhookId, **stored}}, 201


def create() -> AsyncApp:
    """Return the application."""
    document = json.loads(Path(os.environ["DOCUMENT"]).read_text(encoding="utf-8"))
    document["components"]["securitySchemes"]["public-api"]["x-bearerInfoFunc"] = f"{__name__}.check_token"
    application = AsyncApp(__name__)
    application.add_api(document, resolver=Resolver(lambda _operation_id: update))
    return application


app = create()

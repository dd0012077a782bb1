"""The innermost layer, which carries updates out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from user_webhook_mock.http.errors import NotFound
from user_webhook_mock.http.response import Response
from user_webhook_mock.http.scope import STATE, UPDATE

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from starlette.types import Receive, Scope, Send

    from user_webhook_mock.store.webhooks import Webhooks


def handler(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
    """Carry out the update in the scope, or raise an ApiError."""
    if scope["type"] == "lifespan":
        return _complete_lifespan(receive, send)
    if UPDATE not in scope:  # Connexion's router passes on what the document does not have
        raise NotFound
    webhooks: Webhooks = scope[STATE].webhooks
    webhook = webhooks.update(scope["path_params"]["webhookId"], scope[UPDATE])
    return Response(201, orjson.dumps({"data": webhook})).send(send)


async def _complete_lifespan(receive: Receive, send: Send) -> None:
    for _ in ("startup", "shutdown"):
        message = await receive()
        await send({"type": f"{message['type']}.complete"})

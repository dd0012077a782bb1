"""What stands behind the gates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from user_webhook_mock.api.validation import UPDATE
from user_webhook_mock.http.errors import NotFound
from user_webhook_mock.http.response import Response

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from starlette.types import Receive, Scope, Send

    from user_webhook_mock.store.store import Webhooks


class Handler:
    """Carries out the updates that come through the gates."""

    def __init__(self, webhooks: Webhooks) -> None:
        self._webhooks = webhooks

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Carry out the update in the scope, or say that nothing is served there."""
        if scope["type"] == "lifespan":
            return _live(receive, send)
        if UPDATE not in scope:  # Connexion's router hands on what the document does not have
            raise NotFound
        webhook = self._webhooks.update(scope["path_params"]["webhookId"], scope[UPDATE])
        return Response(201, orjson.dumps({"data": webhook})).send(send)


async def _live(receive: Receive, send: Send) -> None:
    for _ in ("startup", "shutdown"):
        message = await receive()
        await send({"type": f"{message['type']}.complete"})

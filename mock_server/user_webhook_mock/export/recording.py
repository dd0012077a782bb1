"""What the mock answers, asked of the mock itself: no message of a file that is exported is written by hand."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from user_webhook_api.bundle import PATH
from user_webhook_api.choices import defaults
from user_webhook_mock import create_app
from user_webhook_mock.config.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from starlette.types import ASGIApp

JSON: Final = "application/json"
VALID: Final = {"events": ["all"]}
LEFT_OUT: Final = frozenset({"content-length", "connection", "vary"})
"""Headers of the connection and of its caches, which whoever sends the answer writes anew."""

CORS: Final = "access-control-"


class Recorded(NamedTuple):
    """An answer of the mock."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def message(self) -> str:
        """The one message of an error."""
        message = json.loads(self.body)["message"]
        return message if isinstance(message, str) else str(message[0])


class Recorder:
    """A mock without a port that plays *choices*, and the defaults of the others."""

    def __init__(self, **choices: str | int) -> None:
        self._settings = Settings(is_quiet=True, choices={**defaults(), **choices})
        self._app = create_app(self._settings)

    def update(
        self,
        content: Any = VALID,  # noqa: ANN401  any JSON
        webhook_id: str = "",
        method: str = "PATCH",
        **headers: str | None,
    ) -> Recorded:
        """Return the answer to an update: *content* is sent as it is where it is bytes; a header that is None is left out."""
        sent = {"authorization": f"Bearer {self._settings.token}", "content_type": JSON, **headers}
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        path = PATH.replace("{webhookId}", webhook_id or self._settings.webhook_id)
        return self.request(
            method, path, body, {name.replace("_", "-"): text for name, text in sent.items() if text is not None}
        )

    def control(self, path: str) -> Any:  # noqa: ANN401  JSON
        """Return what the control API shows under *path*."""
        return json.loads(self.request("GET", f"/__mock__{path}", b"", {"host": "localhost"}).body)

    def request(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Recorded:
        """Return the answer to any request."""
        return asyncio.run(_answer(self._app, method, path, body, headers))


async def _answer(app: ASGIApp, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Recorded:
    received: list[MutableMapping[str, Any]] = []
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), text.encode()) for name, text in headers.items()],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 0),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        received.append(message)

    await app(scope, receive, send)
    start, *parts = received
    answered = [(name.decode(), text.decode()) for name, text in start["headers"]]
    shown = {name: text for name, text in answered if name not in LEFT_OUT and not name.startswith(CORS)}
    return Recorded(start["status"], shown, b"".join(part.get("body", b"") for part in parts).decode())

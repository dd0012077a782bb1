"""The server under the generated faults: right, and the same in every run."""

from __future__ import annotations

import hashlib
from itertools import count
from typing import TYPE_CHECKING, Any

from servers.faulty.literals import FIRST_ID, SECOND_ID
from servers.faulty.server import Server, Webhook

if TYPE_CHECKING:
    from servers.faulty.asgi import Receive, Request, Response, Scope, Send


class Reference(Server):
    """The correct server, whose generated secrets follow from how many it has generated."""

    def reset(self) -> None:
        self.numbers = count()
        self.connection: object = None
        self.webhooks = {
            FIRST_ID: Webhook(FIRST_ID, "https://example.com/webhook", ["all"], "client-one", [self.random_text()]),
            SECOND_ID: Webhook(SECOND_ID, "https://example.org/second", ["all"], "client-two", [self.random_text()]),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.connection = scope.get("client")
        await super().__call__(scope, receive, send)

    def read_body(self, request: Request) -> dict[str, Any]:
        """Return the object that is sent; what is not an object breaks the rules of an empty one."""
        body = super().read_body(request)
        return body if isinstance(body, dict) else {}

    def random_text(self, length: int = 32) -> str:
        """Return a text that nobody guesses who does not know this file; it has both cases of letters."""
        digest = hashlib.blake2b(str(next(self.numbers)).encode(), digest_size=32).hexdigest()
        return (digest[:length] if length < 32 else digest[:16] + digest[16:].upper())[:length]

    def generate_secret(self) -> str:
        return self.random_text()

    def share_state(self, other: Reference) -> None:
        """Work on the webhooks of *other* from now on."""
        self.webhooks = other.webhooks
        self.numbers = other.numbers


class Switched(Reference):
    """Is *wrong* for the requests of a context, and right for all others; both work on the same webhooks."""

    def __init__(self, wrong: Reference) -> None:
        self._wrong = wrong
        super().__init__(**wrong.choices)

    def reset(self) -> None:
        super().reset()
        self._wrong.reset()
        self._wrong.share_state(self)
        self.past: list[tuple[Request, int]] = []

    def is_in_context(self, request: Request) -> bool:
        """Return whether the wrong server takes this request."""
        raise NotImplementedError

    def answer(self, request: Request) -> Response:
        status = 500
        self._wrong.connection = self.connection
        try:
            response = self._wrong.answer(request) if self.is_in_context(request) else super().answer(request)
            status = response.status
        finally:
            self.past.append((request, status))
        return response

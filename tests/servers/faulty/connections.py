"""Faults of servers that keep something of a connection for its next request."""

from __future__ import annotations

from dataclasses import replace

from .asgi import Crash, Request, Response
from .fault import fault
from .server import Server


class _Remembering(Server):
    """Knows which connections were authorised, and of which webhook each was first."""

    def reset(self) -> None:
        super().reset()
        self.authorised: set[object] = set()
        self.first: dict[object, str] = {}

    def role(self, request: Request) -> str | None:
        role = super().role(request)
        if role == "member":
            self.authorised.add(request.connection)
        return role


@fault("R-401")
class AsksForATokenOnceAConnection(_Remembering):
    """Accepts a request without an Authorization header on the connection of an authorised one."""

    def role(self, request: Request) -> str | None:
        is_known = not request.authorization and request.connection in self.authorised
        return super().role(request) or ("member" if is_known else None)


@fault("R-402")
class ReadsTheTokenOnceAConnection(_Remembering):
    """Accepts any bearer token on the connection of an authorised request."""

    def role(self, request: Request) -> str | None:
        is_known = request.authorization.startswith("Bearer ") and request.connection in self.authorised
        return super().role(request) or ("member" if is_known else None)


@fault("R-307")
class UpdatesTheFirstWebhookOfAConnection(_Remembering):
    """Updates the webhook of the first request of a connection, whatever the next ones are about."""

    def perform(self, request: Request) -> Response:
        first = self.first.setdefault(request.connection, request.webhook_id)
        is_other = request.webhook_id in self.webhooks
        return super().perform(replace(request, webhook_id=first) if is_other else request)


@fault("R-706")
class CrashesOnTheSecondRequestOfAConnection(_Remembering):
    """Answers the second request of a connection with 500."""

    def admit(self, request: Request) -> None:
        if request.connection in self.first:
            raise Crash
        self.first[request.connection] = request.webhook_id
        super().admit(request)

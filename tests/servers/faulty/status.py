"""Faults of the status line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import literals
from .asgi import Request, Response
from .fault import declare, fault
from .server import Refused, Server, Webhook

if TYPE_CHECKING:
    from collections.abc import Callable


def answering(status: int, instead: int) -> type[Server]:
    """Return a server that answers *instead* of *status*, its body in keeping."""

    class Answering(Server):
        def render(self, given: int, content: Any) -> Response:
            return super().render(instead if given == status else given, content)

        def error_body(self, given: int, message: Any) -> Any:
            return super().error_body(instead if given == status and instead in literals.REASONS else given, message)

    return Answering


_REQUIREMENTS = {201: "R-101", 400: "R-203", 401: "R-402", 403: "R-404", 404: "R-501"}
_WHAT = {
    201: "an update",
    400: "a broken rule",
    401: "a bad token",
    403: "a missing scope",
    404: "an unknown webhook",
}
_INSTEAD = {
    201: (200, 202, 203, 206, 409, 500),
    400: (200, 201, 404, 409, 412, 422, 500),
    401: (200, 400, 403, 404, 407, 500),
    403: (200, 400, 401, 404, 405, 500),
    404: (200, 201, 400, 403, 410, 422, 500),
}

for _status, _alternatives in _INSTEAD.items():
    for _instead in _alternatives:
        declare(
            f"answers-{_instead}-for-{_status}",
            _REQUIREMENTS[_status],
            f"Answers {_WHAT[_status]} with {_instead} in place of {_status}.",
            answering(_status, _instead),
        )


def unprocessable(is_about: Callable[[Any], bool]) -> type[Server]:
    """Return a server that answers 422 where the body has one kind of defect."""

    class Unprocessable(Server):
        def check(self, body: Any) -> None:
            try:
                super().check(body)
            except Refused as refused:
                raise Refused(422 if is_about(body) else 400, refused.message) from None

    return Unprocessable


def _is_object(body: Any) -> bool:
    return isinstance(body, dict)


_DEFECTS: dict[str, tuple[str, str, Callable[[Any], bool]]] = {
    "http-url": (
        "R-201",
        "a url that is no https URL",
        lambda body: _is_object(body) and isinstance(body.get("url"), str),
    ),
    "url-type": (
        "R-202",
        "a url that is no string",
        lambda body: _is_object(body) and body.get("url") is not None and not isinstance(body["url"], str),
    ),
    "empty-events": ("R-203", "an empty list of events", lambda body: _is_object(body) and body.get("events") == []),
    "events-type": (
        "R-204",
        "events that is no array",
        lambda body: _is_object(body) and body.get("events") is not None and not isinstance(body["events"], list),
    ),
    "unknown-event": (
        "R-205",
        "an undocumented event",
        lambda body: _is_object(body) and isinstance(body.get("events"), list) and bool(body["events"]),
    ),
    "three-secrets": (
        "R-206",
        "a third secret",
        lambda body: _is_object(body) and isinstance(body.get("secrets"), list) and len(body["secrets"]) > 2,
    ),
    "secrets-type": (
        "R-207",
        "secrets that is no array",
        lambda body: _is_object(body) and body.get("secrets") is not None and not isinstance(body["secrets"], list),
    ),
    "missing-events": (
        "R-208",
        "a missing list of events",
        lambda body: _is_object(body) and body.get("events") is None,
    ),
    "non-object": ("R-209", "a body that is no object", lambda body: not _is_object(body)),
}

for _name, (_requirement, _defect, _is_about) in _DEFECTS.items():
    declare(
        f"answers-422-for-{_name}",
        _requirement,
        f"Answers {_defect} with 422 in place of 400.",
        unprocessable(_is_about),
    )


@fault("R-210")
class Answers422ForMalformedJson(Server):
    """Answers a body that is not JSON with 422 in place of 400."""

    def parse(self, body: bytes) -> Any:
        try:
            return super().parse(body)
        except Refused as refused:
            raise Refused(422, refused.message) from None


@fault("R-210")
class Answers415ForMalformedJson(Server):
    """Answers a body that is not JSON with 415 in place of 400."""

    def parse(self, body: bytes) -> Any:
        try:
            return super().parse(body)
        except Refused as refused:
            raise Refused(415, refused.message) from None


@fault("R-209")
class Answers415ForAMissingBody(Server):
    """Answers a request without a body with 415 in place of 400."""

    def perform(self, request: Request) -> Response:
        if not request.body:
            raise Refused(415, "Unsupported Media Type")
        return super().perform(request)


@fault("R-209")
class Answers411ForAMissingBody(Server):
    """Answers a request without a body with 411 and no body."""

    def perform(self, request: Request) -> Response:
        return super().perform(request) if request.body else Response(411)


@fault("R-101")
class AnswersUpdatesWith204AndNoBody(Server):
    """Answers an update with 204 and no body."""

    def succeed(self, webhook: Webhook, body: dict[str, Any]) -> Response:  # noqa: ARG002
        return Response(204, content_type=None)


@fault("R-101")
class RedirectsUpdates(Server):
    """Answers an update with a redirect to the same path with a slash."""

    def succeed(self, webhook: Webhook, body: dict[str, Any]) -> Response:  # noqa: ARG002
        return Response(307, headers=((b"location", f"{literals.PATH}{webhook.id}/".encode()),))


@fault("R-401")
class RedirectsToALogin(Server):
    """Answers a request without a token with a redirect to a login page."""

    def admit(self, request: Request) -> None:
        if not request.authorization:
            raise Refused(302, "Found")
        super().admit(request)

    def refuse(self, refused: Refused) -> Response:
        if refused.status == 302:
            return Response(302, headers=((b"location", b"/login"),), content_type="text/html")
        return super().refuse(refused)


@fault("R-401")
class Answers400WithoutAHeader(Server):
    """Answers 400 where the Authorization header is missing."""

    def admit(self, request: Request) -> None:
        if not request.authorization:
            raise Refused(400, "authorization header is required")
        super().admit(request)


@fault("R-401")
class Answers403WithoutAHeader(Server):
    """Answers 403 where the Authorization header is missing."""

    def admit(self, request: Request) -> None:
        if not request.authorization:
            raise Refused(403, literals.FORBIDDEN)
        super().admit(request)


@fault("R-101")
class Answers200ForUpdatesWithoutAUrl(Server):
    """Answers 200 to an update that leaves url out."""

    def succeed(self, webhook: Webhook, body: dict[str, Any]) -> Response:
        return self.render(201 if "url" in body else 200, self.success_body(webhook, body))


@fault("R-101")
class Answers200ForUpdatesThatChangeNothing(Server):
    """Answers 200 to an update that is equal to the one before."""

    def reset(self) -> None:
        super().reset()
        self.last: Any = None

    def succeed(self, webhook: Webhook, body: dict[str, Any]) -> Response:
        status = 200 if body == self.last else 201
        self.last = body
        return self.render(status, self.success_body(webhook, body))


@fault("R-101")
class RefusesEveryUpdateAfterTheThird(Server):
    """Answers 422 to every valid update after the third."""

    def reset(self) -> None:
        super().reset()
        self.updates = 0

    def succeed(self, webhook: Webhook, body: dict[str, Any]) -> Response:
        self.updates += 1
        if self.updates > 3:
            raise Refused(422, "Too many updates")
        return super().succeed(webhook, body)

"""The errors of the API, each with its response in the words of the document.

ApiError
├── ProtocolError, MalformedRequest     not a request yet
├── Unauthorized, Forbidden     the caller
├── ValidationFailed, UnreadableBody, UnsupportedMediaType, BodyTooLarge     the body
├── UnknownWebhook, NotFound, MethodNotAllowed     the address
└── StorageError     the mock's own store
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from user_webhook_api.bundle import operation
from user_webhook_api.cache import per_edition
from user_webhook_mock.http.response import Headers, Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from user_webhook_api.choices import Value
    from user_webhook_mock.http.violation import Violation


DOCUMENTED: Final = {
    "unreadable": ("400", "schema"),
    "validation": ("400", "request-validation"),
    "unauthorized": ("401", "schema"),
    "forbidden": ("403", "schema"),
    "generic": ("404", "schema"),
    "webhook": ("404", "not-found"),
}
"""The error bodies that the mock takes from the document: status and name of the example. The last two are the values of a choice."""


@per_edition
def documented(name: str) -> dict[str, Any]:
    """Return one of the `DOCUMENTED` error bodies. Callers must not change it."""
    status, example = DOCUMENTED[name]
    examples = operation()["responses"][status]["content"]["application/json"]["examples"]
    body: dict[str, Any] = examples[example]["value"]
    return body


def undocumented(status: int, error: str, message: str | None = None) -> dict[str, Any]:
    """Return an error body in the document's form for a status that the document does not have."""
    return {"message": message or error, "error": error, "statusCode": status}


class ApiError(Exception):
    """An error that a caller of the API gets as its response.

    Attributes:
        body: The body of the response.
        reason: For the log; names the rule, and never a value of the request.
        violations: The rules of the document that the body breaks.
        leaves_body: Whether the error may come before the body was read to its end.
    """

    headers: Headers = ()
    leaves_body = False
    violations: tuple[Violation, ...] = ()

    def __init__(self, body: dict[str, Any], reason: str) -> None:
        super().__init__(reason)
        self.body = body
        self.reason = reason
        self.status_code: int = body["statusCode"]  # Connexion prefers 403 to 401 by this attribute

    def response(self) -> Response:
        """Return what the caller gets."""
        return Response(self.status_code, orjson.dumps(self.body), headers=self.headers)


class ProtocolError(ApiError):
    """What came cannot be served as a request, so the connection ends."""

    leaves_body = True
    headers = ((b"connection", b"close"),)

    def __init__(self, status: int, error: str, reason: str) -> None:
        super().__init__(undocumented(status, error), f"http: {reason}")


class MalformedRequest(ProtocolError):
    """The request is malformed as HTTP, or its end cannot be determined."""

    def __init__(self, reason: str) -> None:
        super().__init__(400, "Bad Request", reason)
        self.body["message"] = f"request is not HTTP: {reason}"


class Unauthorized(ApiError):
    """The token is missing, malformed or unknown."""

    leaves_body = True
    headers = ((b"www-authenticate", b"Bearer"),)

    def __init__(self, reason: str) -> None:
        super().__init__(documented("unauthorized"), f"token: {reason}")


class Forbidden(ApiError):
    """The token is known and lacks the scope."""

    leaves_body = True

    def __init__(self) -> None:
        super().__init__(documented("forbidden"), "token: lacks the scope")


class ValidationFailed(ApiError):
    """The body breaks rules of the document."""

    def __init__(self, violations: list[Violation], reason: str) -> None:
        messages = [violation.message for violation in violations]
        super().__init__({**documented("validation"), "message": messages}, reason)
        self.violations = tuple(violations)


class UnreadableBody(ApiError):
    """The body cannot be read as JSON."""

    def __init__(self, message: str, choices: Mapping[str, Value]) -> None:
        text = [message] if choices["unparseable_message"] == "array" else message
        body = {**documented("unreadable"), "message": text}
        if choices["unparseable_error"] == "absent":
            del body["error"]
        super().__init__(body, f"body: {message}")


class UnsupportedMediaType(ApiError):
    """The body has a media type, charset or coding that the document does not name."""

    def __init__(self, message: str) -> None:
        super().__init__(undocumented(415, "Unsupported Media Type", message), f"body: {message}")


class BodyTooLarge(ApiError):
    """The body is larger than the limit; the rest of it is not read, so the connection ends."""

    leaves_body = True
    headers = ((b"connection", b"close"),)

    def __init__(self, limit: int) -> None:
        super().__init__(undocumented(413, "Payload Too Large"), f"body: over {limit} bytes")


class UnknownWebhook(ApiError):
    """No webhook has this id."""

    def __init__(self, message: Value) -> None:
        super().__init__(documented(str(message)), "webhookId: unknown")


class NotFound(ApiError):
    """Nothing is served under this path, or, if the choice ``other_methods`` says so, with this method."""

    leaves_body = True

    def __init__(self, reason: str = "path: unknown") -> None:
        super().__init__(documented("generic"), reason)


class MethodNotAllowed(ApiError):
    """The path is served, but not with this method."""

    leaves_body = True

    def __init__(self, allowed: bytes) -> None:
        super().__init__(undocumented(405, "Method Not Allowed"), "method: not allowed")
        self.headers = ((b"allow", allowed),)


class StorageError(ApiError):
    """The webhooks cannot be read or stored; *reason* is for the log and names no value."""

    def __init__(self, reason: str) -> None:
        super().__init__(undocumented(500, "Internal Server Error"), f"state: {reason}")

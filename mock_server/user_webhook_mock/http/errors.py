"""Why a request is not carried out, and the answer to it in the words of the document.

ApiError
├── MalformedRequest, TargetTooLong, HeadTooLarge, RequestTooLarge, TooSlow     what is no request yet
├── Unauthorized, Forbidden     the caller
├── ValidationFailed, UnreadableBody, UnsupportedMediaType, BodyTooLarge     the body
├── UnknownWebhook, NotFound, MethodNotAllowed     the address
└── StorageError     the mock's own state file
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from user_webhook_api.bundle import operation
from user_webhook_api.cache import per_edition
from user_webhook_mock.http.response import Headers, Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from user_webhook_api.choices import Value
    from user_webhook_mock.http.violation import Step


@per_edition
def documented(status: str, example: str = "schema") -> dict[str, Any]:
    """Return the error body that the document shows for *status*. Tokens must not change it."""
    examples = operation()["responses"][status]["content"]["application/json"]["examples"]
    body: dict[str, Any] = examples[example]["value"]
    return body


def undocumented(status: int, error: str, message: str | None = None) -> dict[str, Any]:
    """Return an error body in the document's form for a status that it does not have."""
    return {"message": message or error, "error": error, "statusCode": status}


class ApiError(Exception):
    """A request that is not carried out.

    ``reason`` is for the log: it names the rule, and never a value of the request. ``broken`` are the document's rules.
    ``leaves_body`` says that the error comes before the body was read to its end.
    """

    headers: Headers = ()
    leaves_body = False
    broken: tuple[Step, ...] = ()

    def __init__(self, body: dict[str, Any], reason: str) -> None:
        super().__init__(reason)
        self.body = body
        self.reason = reason
        self.status_code: int = body["statusCode"]  # Connexion prefers 403 to 401 by this attribute

    def response(self) -> Response:
        """Return what the caller gets."""
        return Response(self.status_code, orjson.dumps(self.body), headers=self.headers)


class ProtocolError(ApiError):
    """What came is no request that could be served, so the connection ends."""

    leaves_body = True
    headers = ((b"connection", b"close"),)


class MalformedRequest(ProtocolError):
    """The request is malformed as HTTP, or its end cannot be told."""

    def __init__(self, reason: str) -> None:
        super().__init__(undocumented(400, "Bad Request", f"request is not HTTP: {reason}"), f"http: {reason}")


class TargetTooLong(ProtocolError):
    """The target in the request line is over the limit."""

    def __init__(self) -> None:
        super().__init__(undocumented(414, "URI Too Long"), "http: target over the limit")


class HeadTooLarge(ProtocolError):
    """The headers are over the limit, or there are too many of them."""

    def __init__(self) -> None:
        super().__init__(undocumented(431, "Request Header Fields Too Large"), "http: headers over the limit")


class RequestTooLarge(ProtocolError):
    """The body takes more bytes on the wire than a legal one could."""

    def __init__(self) -> None:
        super().__init__(undocumented(413, "Payload Too Large"), "http: body over the limit")


class TooSlow(ProtocolError):
    """The request was not whole in time."""

    def __init__(self) -> None:
        super().__init__(undocumented(408, "Request Timeout"), "http: not whole in time")


class Unauthorized(ApiError):
    """The token is missing, malformed or unknown."""

    leaves_body = True
    headers = ((b"www-authenticate", b"Bearer"),)

    def __init__(self, reason: str) -> None:
        super().__init__(documented("401"), f"token: {reason}")


class Forbidden(ApiError):
    """The token is known and lacks the scope."""

    leaves_body = True

    def __init__(self) -> None:
        super().__init__(documented("403"), "token: lacks the scope")


class ValidationFailed(ApiError):
    """The body breaks rules of the document."""

    def __init__(self, broken: list[Step], reason: str) -> None:
        messages = [step.message for step in broken]
        super().__init__({**documented("400", "request-validation"), "message": messages}, reason)
        self.broken = tuple(broken)


class UnreadableBody(ApiError):
    """The body cannot be read as JSON."""

    def __init__(self, message: str, *, choices: Mapping[str, Value]) -> None:
        text = [message] if choices["unparseable_message"] == "array" else message
        body = {**documented("400"), "message": text}
        if choices["unparseable_error"] == "absent":
            del body["error"]
        super().__init__(body, f"body: {message}")


class UnsupportedMediaType(ApiError):
    """The body is of a media type, charset or coding that the document does not have."""

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
        super().__init__(documented("404", "schema" if message == "generic" else "not-found"), "webhookId: unknown")


class NotFound(ApiError):
    """Nothing is served under this path, or, as the choice ``other_methods`` has it, with this method."""

    leaves_body = True

    def __init__(self, reason: str = "path: unknown") -> None:
        super().__init__(documented("404"), reason)


class MethodNotAllowed(ApiError):
    """The path is served, but not with this method."""

    leaves_body = True

    def __init__(self, allowed: bytes) -> None:
        super().__init__(undocumented(405, "Method Not Allowed"), "method: not allowed")
        self.headers = ((b"allow", allowed),)


class StorageError(ApiError):
    """The webhooks cannot be read or kept; *reason* is for the log and names no value."""

    def __init__(self, reason: str) -> None:
        super().__init__(undocumented(500, "Internal Server Error"), f"state: {reason}")

"""Operators that answer refusals with what a framework's own error handler makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servers.faulty.literals import SECOND_ID
from servers.faulty.sequences import STRANGER, Patch, patch
from servers.generated.deviation import READ, Deviation, deviation, operator, raw, update
from servers.generated.operators.held_back.frameworks.handling import (
    HTML,
    JSON,
    PROBLEM,
    TEXT,
    always,
    handler,
    has_status,
    is_invalid,
    is_unreadable,
    telling,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servers.faulty.server import Refused

_WHEN = "2026-03-02T09:15:00.000+00:00"
_PATH = "/api/v2/public/webhooks/user/1"
_NO_URL, _NO_EVENT = update(url="http://hooks.example.com/a"), patch({"events": ["nope"]})


def _texts(refused: Refused) -> list[str]:
    return refused.message if isinstance(refused.message, list) else [refused.message]


def _by_property(refused: Refused) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text in _texts(refused):
        name = next((one for one in ("events", "secrets") if one in text), "url")
        found.setdefault(name, []).append(text)
    return found


def _zod_issues(refused: Refused) -> list[dict[str, Any]]:
    return [
        {"code": "custom", "path": [name], "message": text}
        for name, texts in _by_property(refused).items()
        for text in texts
    ]


@operator("framework-validation-handler")
def validation() -> Iterator[Deviation]:
    """Leave broken rules to the error handler that the framework or the validator brings along."""
    for form, what, status, content_type, content in (
        ("spring-boot", "with Spring Boot's error attributes", 400, JSON, lambda _: {"timestamp": _WHEN, "status": 400, "error": "Bad Request", "path": _PATH}),
        ("spring-boot-message", "with Spring Boot's summary of the binding errors", 400, JSON, lambda one: {"timestamp": _WHEN, "status": 400, "error": "Bad Request", "message": f"Validation failed for object='updateWebhookRequest'. Error count: {len(_texts(one))}", "path": _PATH}),
        ("aspnet", "with ASP.NET's ValidationProblemDetails", 400, PROBLEM, lambda one: {"type": "https://tools.ietf.org/html/rfc9110#section-15.5.1", "title": "One or more validation errors occurred.", "status": 400, "errors": _by_property(one)}),
        ("fastapi", "with FastAPI's 422", 422, JSON, lambda one: {"detail": [{"type": "value_error", "loc": ["body", name], "msg": texts[0]} for name, texts in _by_property(one).items()]}),
        ("rest-framework", "with the error dict of Django REST framework", 400, JSON, _by_property),
        ("laravel", "with Laravel's 422", 422, JSON, lambda one: {"message": f"{_texts(one)[0]} (and more errors)", "errors": _by_property(one)}),
        ("zod", "with a serialized ZodError", 400, JSON, lambda one: {"success": False, "error": {"issues": _zod_issues(one), "name": "ZodError"}}),
        ("ajv", "with the one text of Fastify's ajv", 400, JSON, lambda one: {"statusCode": 400, "code": "FST_ERR_VALIDATION", "error": "Bad Request", "message": f"body/{next(iter(_by_property(one)))} is not valid"}),
        ("class-validator", "with class-validator's error objects", 400, JSON, lambda one: {"message": [{"property": name, "constraints": dict(enumerate(texts))} for name, texts in _by_property(one).items()], "error": "Bad Request", "statusCode": 400}),
        ("axum", "with axum's text rejection", 422, TEXT, lambda _: "Failed to deserialize the JSON body into the target type: invalid value at line 1 column 20"),
    ):  # fmt: skip
        build = handler(is_invalid, telling(status, content, content_type))
        yield deviation(form, f"Answers broken rules {what}", "R-602 R-601 R-211", build, _NO_URL, _NO_EVENT)


@operator("framework-parser-handler")
def parser() -> Iterator[Deviation]:
    """Leave bodies that are not JSON to the error handler of the body parser."""
    for form, what, requirements, status, content_type, content in (
        ("express", "with Express' page for a SyntaxError", "R-601 R-602", 400, HTML, "<!DOCTYPE html><pre>SyntaxError: Unexpected end of JSON input</pre>"),
        ("express-500", "with 500, as the error middleware ignores the status of body-parser's error", "R-210 R-701", 500, JSON, {"message": "Unexpected end of JSON input"}),
        ("axum", "with axum's plain text", "R-601 R-602", 400, TEXT, "Failed to parse the request body as JSON: EOF while parsing an object"),
        ("spring-500", "with 500 from a handler for every exception", "R-210 R-701", 500, JSON, {"message": "JSON parse error: Unexpected end-of-input", "error": "Internal Server Error", "statusCode": 500}),
        ("fastapi", "with FastAPI's 422", "R-210 R-602", 422, JSON, {"detail": [{"type": "json_invalid", "loc": ["body", 1], "msg": "JSON decode error"}]}),
        ("rest-framework", "with the detail of Django REST framework", "R-602", 400, JSON, {"detail": "JSON parse error - Expecting value: line 1 column 1 (char 0)"}),
        ("aspnet", "with ASP.NET's problem details", "R-601 R-602", 400, PROBLEM, {"title": "One or more validation errors occurred.", "status": 400, "errors": {"$": ["The JSON value could not be converted."]}}),
        ("status-name", "with the name of the status for its code", "R-602", 400, JSON, {"message": "Malformed JSON request", "error": "Bad Request", "statusCode": "BAD_REQUEST"}),
    ):  # fmt: skip
        build = handler(is_unreadable, always(status, content, content_type))
        yield deviation(form, f"Answers a body that is not JSON {what}", requirements, build, raw('{"events": ["all"]'))


@operator("framework-unauthorized-handler")
def unauthorized() -> Iterator[Deviation]:
    """Leave 401 to the authentication library."""
    nobody, wrong = Patch(READ.body, authorization=None), Patch(READ.body, authorization="Bearer nonsense")
    for form, what, requirements, status, content_type, content in (
        ("spring-security", "with Spring Security's empty 401", "R-603 R-604", 401, None, ""),
        ("laravel", "with Laravel's Unauthenticated", "R-604", 401, JSON, {"message": "Unauthenticated."}),
        ("rest-framework", "with the detail of Django REST framework", "R-604", 401, JSON, {"detail": "Authentication credentials were not provided."}),
        ("fastapi-403", "with the 403 of FastAPI's HTTPBearer", "R-401 R-402", 403, JSON, {"detail": "Not authenticated"}),
        ("fastify-jwt", "with the code of fastify-jwt", "R-604", 401, JSON, {"statusCode": 401, "code": "FST_JWT_NO_AUTHORIZATION_IN_HEADER", "error": "Unauthorized", "message": "No Authorization was found in request.headers"}),
        ("nest-message", "with a message of the guard and an error property", "R-604", 401, JSON, {"message": "Invalid token", "error": "Unauthorized", "statusCode": 401}),
        ("express-jwt", "with Express' page for an UnauthorizedError", "R-603 R-604", 401, HTML, "<!DOCTYPE html><pre>UnauthorizedError: No authorization token was found</pre>"),
        ("login-page", "with a redirect to the login page", "R-401 R-402", 302, HTML, "<html><body>You are being redirected.</body></html>"),
        ("gateway", "with the body of a gateway's authorizer, without a status code", "R-604", 401, JSON, {"message": "Unauthorized"}),
        ("flask-jwt-422", "with flask-jwt-extended's 422", "R-402 R-401", 422, JSON, {"msg": "Not enough segments"}),
    ):  # fmt: skip
        build = handler(has_status(401), always(status, content, content_type))
        yield deviation(form, f"Answers callers that it does not know {what}", requirements, build, nobody, wrong)


@operator("framework-forbidden-handler")
def forbidden() -> Iterator[Deviation]:
    """Leave 403 to the library that checks scopes."""
    for form, what, requirements, status, content_type, content in (
        ("nest-guard", "with the message that a guard of Nest has by default", "R-606", 403, JSON, {"message": "Forbidden resource", "error": "Forbidden", "statusCode": 403}),
        ("laravel", "with Laravel's message", "R-606", 403, JSON, {"message": "This action is unauthorized."}),
        ("spring-401", "with 401, as the access denied handler is the entry point, too", "R-404", 401, JSON, {"message": "Unauthorized", "statusCode": 401}),
        ("spring-500", "with 500, as the handler for every exception takes AccessDeniedException", "R-404", 500, JSON, {"message": "Access is denied", "error": "Internal Server Error", "statusCode": 500}),
        ("aspnet", "with ASP.NET's empty Forbid", "R-605 R-606", 403, None, ""),
        ("pundit", "with 500, as nobody rescues Pundit's error", "R-404", 500, JSON, {"status": 500, "error": "Internal Server Error"}),
        ("hidden", "with 404, as the query is scoped to what the caller may see", "R-404", 404, JSON, {"message": "Webhook not found", "error": "Not Found", "statusCode": 404}),
        ("fastify", "with Fastify's error code", "R-606", 403, JSON, {"statusCode": 403, "code": "FST_FORBIDDEN", "error": "Forbidden", "message": "Insufficient scope"}),
    ):  # fmt: skip
        build = handler(has_status(403), always(status, content, content_type))
        example = Patch(READ.body, authorization=STRANGER)
        yield deviation(form, f"Answers a token without the scope {what}", requirements, build, example)


@operator("framework-missing-row-handler")
def missing_row() -> Iterator[Deviation]:
    """Leave an unknown webhook to the ORM's exception."""
    unknown = patch({"events": ["all"]}, SECOND_ID[:-1] + "b")
    for form, what, requirements, status, content_type, content in (
        ("no-rows", "with 500, as sql.ErrNoRows is an error like any other", "R-501 R-702", 500, JSON, {"error": "sql: no rows in result set"}),
        ("prisma", "with 400 for Prisma's P2025", "R-501", 400, JSON, {"message": ["Record to update not found."], "error": "Bad Request", "statusCode": 400}),
        ("laravel", "with Laravel's message about the model", "R-608", 404, JSON, {"message": "No query results for model [App\\Models\\Webhook]"}),
        ("express", "with Express' page for a route that does not exist", "R-607 R-608", 404, HTML, f"<!DOCTYPE html><pre>Cannot PATCH {_PATH}</pre>"),
        ("typeorm", "with TypeORM's EntityNotFoundError as the message", "R-608", 404, JSON, {"message": 'Could not find any entity of type "Webhook" matching', "error": "Not Found", "statusCode": 404}),
        ("own-code", "with a code of its own for the error", "R-608", 404, JSON, {"message": "Webhook not found", "error": "WEBHOOK_NOT_FOUND", "statusCode": 404}),
        ("null-data", "with 201 and null, as the update returns no document", "R-501", 201, JSON, {"data": None}),
        ("unprocessable", "with 422, as the id is validated by a rule that looks into the table", "R-501", 422, JSON, {"message": ["The selected webhook id is invalid."], "error": "Unprocessable Entity", "statusCode": 422}),
        ("list-message", "with a list for the message, as the handler makes one of every error", "R-608", 404, JSON, {"message": ["Webhook not found"], "error": "Not Found", "statusCode": 404}),
    ):  # fmt: skip
        build = handler(has_status(404), always(status, content, content_type))
        yield deviation(form, f"Answers an unknown webhook {what}", requirements, build, unknown)

"""Update User Webhook the FastAPI way: a pydantic model, dependencies in a chosen order and exception handlers."""

import argparse
import asyncio
import json
import re
import secrets
import socket
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, Any, Literal, get_args

import pydantic_core
import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from pydantic import AfterValidator, AnyUrl, BaseModel, ConfigDict, Field, ValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.middleware.gzip import GZipMiddleware

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--messages", choices=["all", "first_per_property", "first"], default="all")
parser.add_argument("--omitted-secrets", choices=["generate", "keep"], default="generate")
parser.add_argument("--empty-secrets", choices=["generate", "reject", "keep"], default="generate")
parser.add_argument("--secret-items", choices=["strings", "stringify"], default="strings")
parser.add_argument("--secret-style", choices=["urlsafe", "uuid", "hex"], default="urlsafe")
parser.add_argument("--strict", action="store_true", help="refuse null and unknown properties")
parser.add_argument("--check-order", default="auth,body,lookup")
parser.add_argument("--duplicate-events", choices=["keep", "reject"], default="keep")
parser.add_argument("--events-as", choices=["list", "sorted-set"], default="list")
parser.add_argument("--url", choices=["as-sent", "canonical"], default="as-sent")
parser.add_argument("--longest-url", type=int, default=100_000)
parser.add_argument("--not-found-message", choices=["webhook", "generic"], default="webhook")
parser.add_argument("--unparseable-message", choices=["string", "array"], default="string")
parser.add_argument("--media-types", choices=["json", "json-or-none", "any"], default="json")
parser.add_argument("--body-limit", type=int, default=1_048_576)
parser.add_argument("--extras", choices=["none", "both"], default="none")
parser.add_argument("--layout", choices=["compact", "pretty"], default="compact")
parser.add_argument("--transfer", choices=["plain", "streamed", "gzip-close"], default="plain")
parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
parser.add_argument("--rate-limit", type=int, default=0, help="requests in each window of two seconds")
parser.add_argument("--redirect-slashes", action="store_true", help="FastAPI's own default")
options = parser.parse_args()

Event = Literal[
    "all",
    "facility.user-connection.accepted",
    "facility.user-connection.rejected",
    "facility.creation.accepted",
    "facility.creation.rejected",
]
EVENTS = get_args(Event)
EVERY_EVENT = f"each value in events must be one of the following values: {', '.join(EVENTS)}"
MESSAGES: dict[tuple[str, str], list[str]] = {
    ("url", "https"): ["should be a secure URL with HTTPS"],
    ("url", "type"): ["should be a secure URL with HTTPS", "url must be a string"],
    ("events", "size"): ["events must contain at least 1 elements"],
    ("events", "type"): ["events must contain at least 1 elements", "events must be an array"],
    ("events", "item"): [EVERY_EVENT],
    ("events", "unique"): ["events must not name an event twice"],
    ("secrets", "size"): ["secrets must contain no more than 2 elements"],
    ("secrets", "type"): ["secrets must contain no more than 2 elements", "secrets must be an array"],
    ("secrets", "item"): ["each value in secrets must be a string"],
    ("secrets", "empty"): ["secrets must not be empty"],
}


def https_url(value: str) -> str:
    """Return *value*, canonical where asked for, if it is an absolute https URL."""
    if len(value) > options.longest_url or re.search(r"[\s\x00-\x1f]", value):
        raise ValueError(value)
    if not re.match(r"https://[^/?#\\]+(?:[/?#]|$)", value, re.IGNORECASE):
        raise ValueError(value)
    parsed = AnyUrl(value)
    return str(parsed) if options.url == "canonical" else value


def named_once(value: list[str]) -> list[str]:
    """Return *value* unless it names an event twice and that is refused."""
    if options.duplicate_events == "reject" and len(set(value)) < len(value):
        raise pydantic_core.PydanticCustomError("unique", "twice")
    return value


def filled(value: list[str]) -> list[str]:
    """Return *value* unless it is empty and that is refused."""
    if options.empty_secrets == "reject" and not value:
        raise pydantic_core.PydanticCustomError("empty", "empty")
    return value


HttpsUrl = Annotated[str, AfterValidator(https_url)]
Events = Annotated[list[Event], Field(min_length=1), AfterValidator(named_once)]
SecretItem = Annotated[str, Field(coerce_numbers_to_str=options.secret_items == "stringify")]
Secrets = Annotated[list[SecretItem], Field(max_length=2), AfterValidator(filled)]


class UpdateUserWebhook(BaseModel):
    """The request body."""

    url: HttpsUrl | None = None
    events: Events
    secrets: Secrets | None = None


class StrictUpdateUserWebhook(UpdateUserWebhook):
    """The request body where null and unknown properties are refused."""

    model_config = ConfigDict(extra="forbid")

    url: HttpsUrl = ""
    secrets: Secrets = []


class Webhook(BaseModel):
    """A stored webhook."""

    id: str
    url: str
    events: list[str]
    clientId: str  # noqa: N815
    secrets: list[str]


WEBHOOKS = {
    webhook.id: webhook
    for webhook in (
        Webhook(
            id="cf3832dd-ba9b-4187-9ab2-c6cadafe875b",
            url="https://fastapi-one.example.com/in",
            events=["all"],
            clientId="c0ffee00-0000-4000-8000-00000000000a",
            secrets=["fastapi-first-seed-secret-000001"],
        ),
        Webhook(
            id="dd6189c9-4aae-4ca3-b855-654c607824da",
            url="https://fastapi-two.example.net/in",
            events=["facility.user-connection.rejected", "facility.creation.rejected"],
            clientId="42",
            secrets=["fastapi-second-seed-secret-00001", "fastapi-second-seed-secret-00002"],
        ),
    )
}


def envelope(status: int, message: str | list[str], request: Request) -> dict[str, Any]:
    """Return the body of a refusal."""
    body: dict[str, Any] = {"statusCode": status, "message": message}
    if status != HTTPStatus.UNAUTHORIZED:
        body["error"] = HTTPStatus(status).phrase
    if options.extras == "both":
        body |= {"requestId": str(uuid.uuid4()), "path": request.url.path}
    return body


def json_answer(status: int, body: Any, headers: dict[str, str] | None = None) -> Response:
    """Return *body* laid out as the options ask."""
    indent = 4 if options.layout == "pretty" else None
    text = json.dumps(body, indent=indent, ensure_ascii=options.layout == "pretty")
    if options.transfer != "streamed":
        return Response(text.encode(), status, headers, media_type="application/json")

    async def pieces() -> AsyncIterator[bytes]:
        encoded = text.encode()
        for start in range(0, len(encoded), 16):
            yield encoded[start : start + 16]

    return StreamingResponse(pieces(), status, headers, media_type="application/json; charset=utf-8")


async def authenticated(request: Request) -> None:
    """Refuse a caller without a token or without the scope."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    challenge = {"WWW-Authenticate": 'Bearer realm="public-api"'}
    if scheme.lower() != "bearer" or token not in {"valid-token", "forbidden-token"}:
        raise HTTPException(401, "Unauthorized", challenge)
    if token == "forbidden-token":
        raise HTTPException(403, "Forbidden Resource")


async def stored_webhook(webhook_id: str) -> Webhook:
    """Return the webhook that the path names."""
    if webhook_id not in WEBHOOKS:
        raise HTTPException(404, "Webhook not found" if options.not_found_message == "webhook" else "Not Found")
    return WEBHOOKS[webhook_id]


async def valid_update(request: Request) -> UpdateUserWebhook:
    """Return the body of the request, parsed and validated."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    known = {"json": {"application/json"}, "json-or-none": {"application/json", ""}}.get(options.media_types)
    if known and media_type not in known:
        raise HTTPException(415, "Unsupported Media Type")
    try:
        body = pydantic_core.from_json(await request.body(), allow_inf_nan=False)
    except ValueError as error:
        detail = f"Body is not JSON: {error}"
        raise HTTPException(400, [detail] if options.unparseable_message == "array" else detail) from error
    model = StrictUpdateUserWebhook if options.strict else UpdateUserWebhook
    return model.model_validate(body)


STEPS: dict[str, Callable[..., Awaitable[Any]]] = {
    "auth": authenticated,
    "body": valid_update,
    "lookup": stored_webhook,
}
app = FastAPI(openapi_url=None, redirect_slashes=options.redirect_slashes)


@app.patch(
    "/api/v2/public/webhooks/user/{webhook_id}",
    dependencies=[Depends(STEPS[step]) for step in options.check_order.split(",")],
)
async def update_user_webhook(
    webhook: Annotated[Webhook, Depends(stored_webhook)],
    update: Annotated[UpdateUserWebhook, Depends(valid_update)],
) -> Response:
    """Apply the update and answer with the whole webhook."""
    webhook.url = update.url or webhook.url
    webhook.events = sorted(set(update.events)) if options.events_as == "sorted-set" else list(update.events)
    if update.secrets:
        webhook.secrets = update.secrets
    else:
        sent_empty = "secrets" in update.model_fields_set and update.secrets is not None
        if (options.empty_secrets if sent_empty else options.omitted_secrets) == "generate" or not any(webhook.secrets):
            webhook.secrets = [new_secret()]
    data = webhook.model_dump()
    if options.extras == "both":
        data |= {"createdAt": 1_700_000_000, "links": {"self": f"/webhooks/{webhook.id}"}}
    return json_answer(201, {"data": data})


def new_secret() -> str:
    """Return a secret from the system's random source."""
    if options.secret_style == "uuid":
        return str(uuid.uuid4())
    return secrets.token_hex(32) if options.secret_style == "hex" else secrets.token_urlsafe(24)


def sentences(fault: Any) -> tuple[str, list[str]]:
    """Return the property that a pydantic error is about and the sentences for it."""
    name, *inside = fault["loc"] or ("body",)
    kind = fault["type"]
    if kind == "extra_forbidden":
        return name, [f"property {name} should not exist"]
    if name not in {"url", "events", "secrets"}:
        return name, ["body must be an object"]
    if name == "url":
        return name, MESSAGES["url", "type" if kind == "string_type" else "https"]
    rule = (
        "item" if inside else {"unique": "unique", "empty": "empty", "too_short": "size", "too_long": "size"}.get(kind)
    )
    if rule:
        return name, MESSAGES[name, rule]
    lone_event = name == "events" and kind != "missing" and fault["input"] in EVENTS
    return name, MESSAGES[name, "type"] + ([EVERY_EVENT] if name == "events" and not lone_event else [])


@app.exception_handler(ValidationError)
async def on_validation_error(request: Request, error: ValidationError) -> Response:
    """Answer 400 with the sentences of the broken rules."""
    broken: dict[str, list[str]] = {}
    for fault in error.errors(include_context=False):
        name, messages = sentences(fault)
        known = broken.setdefault(name, [])
        known.extend(message for message in messages if message not in known)
    if options.messages != "all":
        broken = {name: messages[:1] for name, messages in broken.items()}
    message = [sentence for messages in broken.values() for sentence in messages]
    return json_answer(400, envelope(400, message[:1] if options.messages == "first" else message, request))


@app.exception_handler(StarletteHTTPException)
async def on_http_exception(request: Request, error: StarletteHTTPException) -> Response:
    """Answer with the envelope."""
    headers = dict(error.headers) if error.headers else None
    return json_answer(error.status_code, envelope(error.status_code, error.detail, request), headers)


Next = Callable[[Request], Awaitable[Response]]
window = {"start": 0.0, "requests": 0}


@app.middleware("http")
async def buffer_and_limit(request: Request, call_next: Next) -> Response:
    """Read the body up to the limit, wait, and hold the rate."""
    body = await request.body()
    await asyncio.sleep(options.delay)
    if options.rate_limit:
        if time.monotonic() - window["start"] > 2:
            window.update(start=time.monotonic(), requests=0)
        window["requests"] += 1
        if window["requests"] > options.rate_limit:
            return HTMLResponse("<html><head><title>429</title></head><body>429</body></html>", 429)
    if len(body) > options.body_limit:
        return JSONResponse(envelope(413, "request entity too large", request), 413)
    response = await call_next(request)
    if options.transfer == "gzip-close":
        response.headers["Connection"] = "close"
    return response


if options.transfer == "gzip-close":
    app.add_middleware(GZipMiddleware, minimum_size=1)


if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)  # noqa: T201
    uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False)).run(sockets=[listener])

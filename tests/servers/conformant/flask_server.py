"""Update User Webhook the Flask way: a view, plain functions and error handlers, on Werkzeug's threaded server."""

import argparse
import base64
import json
import math
import re
import secrets
import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NoReturn
from urllib.parse import urlsplit

from flask import Flask, Response, abort, jsonify, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.serving import WSGIRequestHandler, make_server

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--messages", choices=["all", "first_per_property", "first"], default="all")
parser.add_argument("--omitted-secrets", choices=["generate", "keep"], default="generate")
parser.add_argument("--empty-secrets", choices=["generate", "reject", "keep", "store"], default="generate")
parser.add_argument("--secret-items", choices=["any", "strings", "filled-strings"], default="any")
parser.add_argument("--secret-style", choices=["hex", "uuid", "whsec"], default="hex")
parser.add_argument("--null-optional", choices=["omit", "reject"], default="omit")
parser.add_argument("--unknown-properties", choices=["ignore", "reject"], default="ignore")
parser.add_argument("--duplicate-events", choices=["keep", "merge", "reject"], default="keep")
parser.add_argument("--check-order", default="auth,body,lookup")
parser.add_argument("--not-found-message", choices=["webhook", "generic"], default="webhook")
parser.add_argument("--unparseable-message", choices=["string", "array"], default="string")
parser.add_argument("--odd-ids", choices=["not-found", "bad-request"], default="not-found")
parser.add_argument(
    "--hosts", choices=["any", "names"], default="any", help="names: dotted host names without userinfo"
)
parser.add_argument("--longest-url", type=int, default=100_000)
parser.add_argument("--media-types", choices=["json", "any"], default="json")
parser.add_argument("--body-limit", type=int, default=None)
parser.add_argument("--extras", choices=["none", "both"], default="none")
parser.add_argument("--layout", choices=["sorted", "pretty", "raw"], default="sorted")
parser.add_argument("--transfer", choices=["plain", "streamed", "http-1.0"], default="plain")
options = parser.parse_args()

EVENTS = [
    "all",
    "facility.user-connection.accepted",
    "facility.user-connection.rejected",
    "facility.creation.accepted",
    "facility.creation.rejected",
]
webhooks: dict[str, dict[str, Any]] = {
    "cf3832dd-ba9b-4187-9ab2-c6cadafe875b": {
        "url": "https://flask-one.example/callback?source=seed",
        "events": ["facility.creation.accepted", "facility.user-connection.accepted"],
        "clientId": "client-of-the-first-flask-webhook",
        "secrets": ["f" * 31 + "1", "f" * 31 + "2"],
    },
    "dd6189c9-4aae-4ca3-b855-654c607824da": {
        "url": "https://flask-two.example/callback",
        "events": ["facility.user-connection.accepted"],
        "clientId": "Gesundheitsdienst Süd",
        "secrets": ["e" * 32],
    },
}
lock = threading.Lock()


def not_a_number(text: str) -> NoReturn:
    """Refuse NaN and Infinity, which are not JSON."""
    raise ValueError(f"{text} is not JSON")


def finite(text: str) -> float:
    """Return the number that *text* says, if a float can hold it."""
    number = float(text)
    return number if math.isfinite(number) else not_a_number(text)


class StandardJSON(DefaultJSONProvider):
    """JSON as RFC 8259 has it."""

    compact = options.layout != "pretty"
    sort_keys = options.layout == "sorted"
    ensure_ascii = options.layout != "raw"
    mimetype = "application/json; charset=utf-8" if options.layout == "raw" else "application/json"

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Parse *s*; a lone surrogate is refused where answers are raw UTF-8."""
        try:
            value = json.loads(s, parse_constant=not_a_number, parse_float=finite, **kwargs)
            if not self.ensure_ascii:
                json.dumps(value, ensure_ascii=False).encode()
        except RecursionError:
            raise ValueError("nested too deeply") from None
        return value


app = Flask(__name__)
app.json = StandardJSON(app)
app.config["MAX_CONTENT_LENGTH"] = options.body_limit


def is_secure_url(value: Any) -> bool:
    """Say whether *value* is an absolute https URL with a legal host."""
    if not isinstance(value, str) or len(value) > options.longest_url or re.search(r"[\s\x00-\x1f\x7f\\]", value):
        return False
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018
    except ValueError:
        return False
    if parts.scheme != "https" or not parts.hostname:
        return False
    if options.hosts == "names":
        return "@" not in parts.netloc and re.search(r"\.[a-z][a-z0-9-]+\.?$", parts.hostname) is not None
    return re.fullmatch(r"[\w.:-]+", parts.hostname) is not None


ABSENT = object()
OMITTED = (ABSENT,) if options.null_optional == "reject" else (ABSENT, None)


def broken_url_rules(url: Any) -> Iterator[str]:
    """Yield the message of each rule that *url* breaks."""
    if not is_secure_url(url):
        yield "should be a secure URL with HTTPS"
    if not isinstance(url, str):
        yield "url must be a string"


def broken_events_rules(events: Any) -> Iterator[str]:
    """Yield the message of each rule that *events* breaks."""
    is_list = isinstance(events, list)
    if not is_list or not events:
        yield "events must contain at least 1 elements"
    if not is_list:
        yield "events must be an array"
    if any(event not in EVENTS for event in (events if is_list else [events])):
        yield f"each value in events must be one of the following values: {', '.join(EVENTS)}"
    elif options.duplicate_events == "reject" and is_list and len(set(events)) < len(events):
        yield "All events's elements must be unique"


def broken_secrets_rules(given: Any) -> Iterator[str]:
    """Yield the message of each rule that *given* breaks as secrets."""
    if not isinstance(given, list):
        yield "secrets must contain no more than 2 elements"
        yield "secrets must be an array"
        return
    if len(given) > 2:
        yield "secrets must contain no more than 2 elements"
    if not given and options.empty_secrets == "reject":
        yield "secrets must contain at least 1 elements"
    if any(not is_secret(item) for item in given):
        yield f"each value in secrets must be one of: {options.secret_items}"


def broken_rules(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the property and the message of each broken rule, in the order of the documents."""
    for name in body if options.unknown_properties == "reject" else ():
        if name not in {"url", "events", "secrets"}:
            yield name, f"property {name} should not exist"
    if body.get("url", ABSENT) not in OMITTED:
        yield from (("url", message) for message in broken_url_rules(body["url"]))
    yield from (("events", message) for message in broken_events_rules(body.get("events")))
    if body.get("secrets", ABSENT) not in OMITTED:
        yield from (("secrets", message) for message in broken_secrets_rules(body["secrets"]))


def is_secret(item: Any) -> bool:
    """Say whether *item* may stand in secrets."""
    if options.secret_items == "any":
        return not isinstance(item, (dict, list))
    return isinstance(item, str) and (item != "" or options.secret_items == "strings")


def messages_for(body: Any) -> list[str]:
    """Return the messages that the answer to *body* carries."""
    if not isinstance(body, dict):
        return ["body must be an object"]
    broken = list(broken_rules(body))
    if options.messages == "all":
        return [message for _, message in broken]
    firsts: dict[str, str] = {}
    for name, message in broken:
        if name not in firsts or message.endswith(("must be a string", "must be an array")):
            firsts[name] = message
    return list(firsts.values())[: 1 if options.messages == "first" else None]


def authenticate(_webhook_id: str) -> None:
    """Refuse a caller without a token or without the scope."""
    token = request.authorization.token if request.authorization and request.authorization.type == "bearer" else None
    if token == "forbidden-token":
        abort(403, "Forbidden Resource")
    if token != "valid-token":
        abort(401, "Unauthorized")


def look_up(webhook_id: str) -> None:
    """Refuse an id that no webhook has."""
    if options.odd_ids == "bad-request" and (len(webhook_id) > 255 or not webhook_id.isprintable()):
        abort(400, "webhookId is malformed")
    if webhook_id not in webhooks:
        abort(404, "Webhook not found" if options.not_found_message == "webhook" else "Not Found")


def validate(_webhook_id: str) -> None:
    """Refuse a body that is no JSON or breaks a rule."""
    messages = messages_for(request.get_json(force=options.media_types == "any"))
    if messages:
        abort(400, messages)


STEPS = {"auth": authenticate, "lookup": look_up, "body": validate}


def generate_secret() -> str:
    """Return a secret from the system's random source."""
    if options.secret_style == "uuid":
        return str(uuid.uuid4())
    if options.secret_style == "whsec":
        return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
    return secrets.token_hex(16)


@app.patch("/api/v2/public/webhooks/user/<webhook_id>")
def update_user_webhook(webhook_id: str) -> tuple[Response, int]:
    """Apply the update and answer with the whole webhook."""
    for step in options.check_order.split(","):
        STEPS[step](webhook_id)
    body = request.get_json(force=options.media_types == "any")
    with lock:
        webhook = webhooks[webhook_id]
        events = body["events"]
        webhook["events"] = sorted(set(events), reverse=True) if options.duplicate_events == "merge" else events
        if body.get("url") is not None:
            webhook["url"] = body["url"]
        given = body.get("secrets")
        policy = options.omitted_secrets if given is None else options.empty_secrets
        if given or (given == [] and policy == "store"):
            webhook["secrets"] = given
        elif policy == "generate" or not any(webhook["secrets"]):
            webhook["secrets"] = [generate_secret()]
        data = {"id": webhook_id, **webhook}
    if options.extras == "both":
        data["updatedAt"] = datetime.now(UTC).isoformat()
    return jsonify(data=data), 201


@app.errorhandler(HTTPException)
def on_http_error(error: HTTPException) -> Response:
    """Answer with the envelope in place of Werkzeug's page."""
    message: Any = error.name if error.description == type(error).description else error.description
    if isinstance(error, BadRequest) and isinstance(message, str) and options.unparseable_message == "array":
        message = [message]
    status = error.code or 500
    body = {"message": message, "error": error.name, "statusCode": status}
    if status == 401:
        del body["error"]
    if options.extras == "both":
        body |= {"timestamp": datetime.now(UTC).isoformat(), "path": request.path, "code": None}
    response = jsonify(body)
    response.status_code = status
    return response


if options.transfer == "streamed":

    @app.after_request
    def streamed(response: Response) -> Response:
        """Send the body in pieces without telling its length."""
        body = response.get_data()
        response.response = (body[start : start + 20] for start in range(0, len(body), 20))
        response.headers.pop("Content-Length", None)
        return response


class QuietHandler(WSGIRequestHandler):
    """A handler without an access log."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing."""


class OldHandler(QuietHandler):
    """A handler that speaks HTTP/1.0."""

    protocol_version = "HTTP/1.0"


if __name__ == "__main__":
    handler = OldHandler if options.transfer == "http-1.0" else QuietHandler
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)  # noqa: T201
    server.serve_forever()

"""Eight servers that imitate what eight stacks were seen to do, and two that hide mass assignment."""

from __future__ import annotations

import json
import re
from typing import Any

from servers.faulty import literals
from servers.faulty.asgi import Crash, Request, Response
from servers.faulty.server import Server, Webhook

from .stranger import Stranger, rows

_LONE_SURROGATE = re.compile(rb"(?i)(?<!\\ud[89ab]..)\\ud[c-f]..|\\ud[89ab]..(?!\\ud[c-f])")


def url_of_the_living_standard(url: str) -> str:
    """Return what `new URL(url).href` is for an https URL, near enough; nothing if it throws."""
    cleaned = re.sub(r"[\t\n\r]", "", url.strip("".join(map(chr, range(33)))))
    found = re.fullmatch(r"(?is)https:[/\\]*([^/\\?#]+)(.*)", cleaned)
    if (
        found is None
        or re.search(r"[\x00-\x20<>^|%]", found[1])
        or not re.search(r"[^:]", found[1].partition("@")[2] or found[1])
    ):
        return ""
    host, rest = found[1].lower(), re.sub(r"\s", "%20", found[2].replace("\\", "/"))
    return "" if host.startswith(":") else f"https://{host}{rest}"


class ExpressZod(Server):
    """Takes for an https URL what `new URL()` does, and the second word of the header for the token."""

    def is_https_url(self, value: object) -> bool:
        return isinstance(value, str) and bool(url_of_the_living_standard(value))

    def token(self, authorization: str) -> str | None:
        words = authorization.split()
        return words[1] if len(words) > 1 and words[0].lower() == "bearer" else None


class ExpressJoi(Server):
    """Refuses `HTTPS:`, has its webhooks in a plain object, names types first, and falls over null."""

    def is_https_url(self, value: object) -> bool:
        return isinstance(value, str) and value.startswith("https://") and super().is_https_url(value)

    def events_messages(self, body: dict[str, Any]) -> list[str]:
        found = super().events_messages(body)
        is_lone = isinstance(body.get("events"), str)
        return [*found, literals.EVENTS_VALUES] if is_lone and literals.EVENTS_VALUES not in found else found

    def url_messages(self, body: dict[str, Any]) -> list[str]:
        return super().url_messages(body)[::-1]

    def read_body(self, request: Request) -> Any:
        if request.body.strip() == b"null":
            raise Crash
        return super().read_body(request)

    def look_up(self, webhook_id: str) -> Webhook:
        if webhook_id in {"__proto__", "constructor", "toString"}:
            return Webhook("", None, [], "client", [])
        return super().look_up(webhook_id)

    def resource(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        # JSON.stringify leaves out what is undefined.
        return {name: value for name, value in super().resource(webhook, body).items() if value or name == "secrets"}


class _NoPrototype(Server):
    """Refuses a body with `__proto__` in it, as the parsers of Fastify and Koa do; lets the body set what it names."""

    assigned: tuple[str, ...] = ()

    def load(self, text: str) -> Any:
        value = super().load(text)
        if isinstance(value, dict) and "__proto__" in value:
            raise ValueError("the object has a forbidden prototype property")
        return value

    def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
        super().store(webhook, body)
        for name, attribute in (("id", "id"), ("clientId", "client_id")):
            if name in self.assigned and name in body:
                setattr(webhook, attribute, body[name])


class FastifyAjv(_NoPrototype):
    """Coerces: a number is a url, a lone value is a list; its own text for elements of other types; `HTTPS:` is refused; no `error` of its parser."""

    def is_https_url(self, value: object) -> bool:
        return not isinstance(value, str) or value.startswith("https://")

    def url_messages(self, body: dict[str, Any]) -> list[str]:
        if isinstance(body.get("url"), bool | int | float):
            body["url"] = json.dumps(body["url"])
            return []
        return super().url_messages(body)

    def events_messages(self, body: dict[str, Any]) -> list[str]:
        if isinstance(body.get("events"), str):
            body["events"] = [body["events"]]
        found = super().events_messages(body)
        events = body.get("events")
        is_typed = isinstance(events, list) and any(not isinstance(one, str) for one in events)
        return ["events/0 must be a string" if is_typed and text == literals.EVENTS_VALUES else text for text in found]

    def secrets_messages(self, body: dict[str, Any]) -> list[str]:
        if isinstance(body.get("secrets"), str | int | float):
            body["secrets"] = [str(body["secrets"])]
        return super().secrets_messages(body)

    def error_body(self, status: int, message: Any) -> Any:
        body = super().error_body(status, message)
        if message == literals.UNPARSEABLE:
            del body["error"]
        return body


class Koa(_NoPrototype):
    """Keeps secrets that are left out, generates some for null, takes `https://:8443` for a url, stores any element."""

    def __init__(self, **choices: str) -> None:
        super().__init__(**{"omitted_secrets": "keep", "secret_items": "any", **choices})

    def is_https_url(self, value: object) -> bool:
        is_port_alone = isinstance(value, str) and re.match(r"https://:\d+(/|$)", value)
        return bool(is_port_alone) or super().is_https_url(value)

    def next_secrets(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        is_null = "secrets" in body and body["secrets"] is None
        return [self.generate_secret()] if is_null else super().next_secrets(webhook, body)


class FastapiPydantic(Server):
    """Falls over a lone surrogate, accepts NaN, gives three messages for a lone event."""

    def load(self, text: str) -> Any:
        return json.loads(text, parse_int=lambda digits: int(digits[:300]))

    def read_body(self, request: Request) -> Any:
        if _LONE_SURROGATE.search(request.body):
            raise Crash
        return super().read_body(request)

    def events_messages(self, body: dict[str, Any]) -> list[str]:
        return list(literals.MESSAGES[2:5]) if isinstance(body.get("events"), str) else super().events_messages(body)


class FlaskMarshmallow(Server):
    """Accepts NaN, and falls over nesting of 1,100 levels and more."""

    def load(self, text: str) -> Any:
        return json.loads(text, parse_int=lambda digits: int(digits[:300]))

    def parse(self, body: bytes) -> Any:
        if max(body.count(b"["), body.count(b"{")) >= 1100:
            raise Crash
        return super().parse(body)


class DjangoRest(Server):
    """Reads numbers as texts and trims texts; a page of 500 for deep nesting; no body that comes in chunks."""

    def answer(self, request: Request) -> Response:
        if request.headers.get("transfer-encoding") == "chunked":
            request = Request(request.webhook_id, request.headers, b"")
        if max(request.body.count(b"["), request.body.count(b"{")) >= 900:
            return Response(500, b"<h1>Server Error (500)</h1>", "text/html; charset=utf-8")
        return super().answer(request)

    def url_messages(self, body: dict[str, Any]) -> list[str]:
        if isinstance(body.get("url"), int | float) and not isinstance(body["url"], bool):
            body["url"] = str(body["url"])
        return super().url_messages(body)

    def next_secrets(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        given = super().next_secrets(webhook, body)
        return [one.strip() if isinstance(one, str) else one for one in given]


class Php(Server):
    """Takes an object for a list, and says of what is not a list that its length is wrong; `https://` in small letters only."""

    def is_https_url(self, value: object) -> bool:
        return isinstance(value, str) and value.startswith("https://") and super().is_https_url(value)

    def events_messages(self, body: dict[str, Any]) -> list[str]:
        if isinstance(body.get("events"), dict):
            body["events"] = list(body["events"].values())
        if body.get("events") is not None and not isinstance(body["events"], list):
            return [literals.EVENTS_MINIMUM]
        return super().events_messages(body)

    def secrets_messages(self, body: dict[str, Any]) -> list[str]:
        if isinstance(body.get("secrets"), dict):
            body["secrets"] = list(body["secrets"].values())
        if body.get("secrets") is not None and not isinstance(body["secrets"], list):
            return [literals.SECRETS_MAXIMUM]
        return super().secrets_messages(body)


def assigning(*names: str, **choices: str) -> Server:
    """Return a server that lets the body set *names* and refuses `__proto__`."""
    server = _NoPrototype(**choices)
    server.assigned = names
    return server


STACKS: tuple[Stranger, ...] = (
    Stranger(
        "express-zod",
        "new URL() accepts blanks, tabs, line breaks, backslashes and `https:///x`; `Bearer T T` passes.",
        ExpressZod,
        broken=rows("201"),
        also=rows("211"),
        innocent=rows("402 403"),
    ),
    Stranger(
        "express-joi",
        "`HTTPS:` is refused; ids of object members answer 201 without id and url; null as body brings 500; types are named first.",
        ExpressJoi,
        broken=rows("226 701 211"),
        either=(rows("501 702"),),
        also=rows("202 209 103"),
        innocent=rows("204 205"),
    ),
    Stranger(
        "fastify-ajv",
        "Coercion accepts `url: 7`, a lone event and a lone secret; elements of other types have a text of its own; `HTTPS:` is refused; its parser's refusal has no error.",
        FastifyAjv,
        broken=rows("201 202 204 207 211 226"),
        # The wrong element is refused; only the words are its own.
        also=rows("205"),
        innocent=rows("203 206 602 304"),
    ),
    Stranger(
        "koa",
        "Secrets that are left out are kept, null generates some, `[1]` comes back; `https://:8443` is accepted.",
        Koa,
        broken=rows("201"),
        also=rows("211"),
        innocent=rows("304 305 306 302 103 107"),
    ),
    Stranger(
        "fastapi-pydantic",
        "500 on a lone surrogate; NaN is accepted; a lone event has three messages.",
        FastapiPydantic,
        broken=rows("701"),
        innocent=rows("204 205 210 211"),
    ),
    Stranger(
        "flask-marshmallow",
        "NaN is accepted; 500 from nesting of 1,100 levels on.",
        FlaskMarshmallow,
        innocent=rows("210 701"),
    ),
    Stranger(
        "django-rest",
        "A number is a text, and a text is trimmed; 500 as a page on deep nesting; chunked bodies are not read.",
        DjangoRest,
        broken=rows("107 202 211"),
        innocent=rows("101 221 701 703"),
    ),
    Stranger(
        "php",
        "An object is a list; what is not a list gets the message of lengths; `HTTPS:` is refused.",
        Php,
        broken=rows("204 207 211 226"),
        innocent=rows("203 205 206"),
    ),
    Stranger(
        "fastify-mass-assignment",
        "The body sets clientId and id; a body with `__proto__` is refused, which looks like a refusal of the others.",
        lambda: assigning("id", "clientId"),
        broken=rows("108"),
        also=rows("104 103"),
    ),
    Stranger(
        "koa-mass-assignment",
        "The body sets clientId; a body with `__proto__` is refused; secrets are kept.",
        lambda: assigning("clientId", omitted_secrets="keep"),
        broken=rows("108"),
        also=rows("103"),
    ),
)

"""A correct server of Update User Webhook: a bare ASGI application whose steps can be overridden one by one."""

from __future__ import annotations

import json
import random
import string
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn

from . import literals, urls
from .asgi import (
    Crash,
    Drop,
    Hang,
    Receive,
    Request,
    Response,
    Scope,
    Send,
    drop_connection,
    read_request,
    send_response,
    wait_for_disconnect,
)

_ALPHABET = string.ascii_letters + string.digits
_DICE = random.Random()  # noqa: S311  secrets of test servers, hundreds of thousands of them, guard nothing


class Refused(Exception):  # noqa: N818  # a documented answer, not an error of the server
    """The request is answered with an error."""

    def __init__(self, status: int, message: str | list[str]) -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message


@dataclass
class Webhook:
    """A stored webhook."""

    id: str
    url: Any
    events: Any
    client_id: Any
    secrets: Any


def random_text(length: int = 32) -> str:
    return "".join(_DICE.choices(_ALPHABET, k=length))


def broken(*rules: tuple[str, bool]) -> list[str]:
    """Return the messages of the rules that do not hold."""
    return [message for message, holds in rules if not holds]


def settle(choices: dict[str, str]) -> dict[str, str]:
    """Return a value for every choice, the given ones checked."""
    settled = {name: values[0] for name, values in literals.CHOICES.items()}
    for name, value in choices.items():
        if str(value) not in literals.CHOICES.get(name, ()):
            raise ValueError(f"{name}={value} is no choice: use one of {dict(literals.CHOICES)}")
        settled[name] = str(value)
    return settled


class Server:
    """The correct server; *choices* name what the documents leave open."""

    roles: ClassVar[dict[str, str]] = {literals.VALID_TOKEN: "member", literals.FORBIDDEN_TOKEN: "stranger"}

    def __init__(self, **choices: str) -> None:
        self.choices = settle(choices)
        self.reset()

    def reset(self) -> None:
        """Put the seeds back."""
        first = Webhook(
            id=literals.FIRST_ID,
            url="https://example.com/webhook",
            events=["facility.creation.accepted", "facility.user-connection.accepted"],
            client_id="client-one",
            secrets=[random_text(), random_text()],
        )
        second = Webhook(
            id=literals.SECOND_ID,
            url="https://example.org/second",
            events=["all"],
            client_id="client-two",
            secrets=[random_text()],
        )
        self.webhooks = {first.id: first, second.id: second}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await read_request(scope, receive)
        try:
            response = self.refuse(Refused(404, literals.NOT_FOUND)) if request is None else self.answer(request)
        except Crash:
            response = self.render(500, self.error_body(500, "Internal server error"))
        except Hang:
            await wait_for_disconnect(receive)
            return
        except Drop:
            await drop_connection(scope, receive)
            return
        await send_response(response, send)

    def answer(self, request: Request) -> Response:
        try:
            return self.update(request)
        except Refused as refused:
            return self.refuse(refused)

    def update(self, request: Request) -> Response:
        """Carry out the update, or raise Refused."""
        self.admit(request)
        return self.perform(request)

    def perform(self, request: Request) -> Response:
        """Carry out the update of a caller who may make it."""
        if self.choices["check_order"] == "lookup_first":
            self.look_up(request.webhook_id)
        body = self.read_body(request)
        self.check(body)
        webhook = self.look_up(request.webhook_id)
        self.store(webhook, body)
        return self.succeed(webhook, body)

    # Who asks.

    def admit(self, request: Request) -> None:
        role = self.role(request)
        if role is None:
            raise Refused(401, literals.UNAUTHORIZED)
        if role != "member":
            raise Refused(403, literals.FORBIDDEN)

    def role(self, request: Request) -> str | None:
        return self.roles.get(self.token(request.authorization) or "")

    def token(self, authorization: str) -> str | None:
        scheme, _, token = authorization.partition(" ")
        return token.strip() if scheme.lower() == "bearer" else None

    # What is asked.

    def read_body(self, request: Request) -> Any:
        if not request.body:
            return {}
        if not self.is_json(request.content_type):
            if self.choices["media_type"] == "415":
                raise Refused(415, "Unsupported Media Type")
            return {}
        return self.parse(request.body)

    def is_json(self, content_type: str) -> bool:
        media_type, _, parameters = content_type.partition(";")
        charset = parameters.strip().lower().replace('"', "")
        return media_type.strip().lower() == "application/json" and charset in {"", "charset=utf-8"}

    def parse(self, body: bytes) -> Any:
        try:
            value = self.load(body.decode())
        except (ValueError, RecursionError):
            self.refuse_unparseable()
        if _is_deep(value):
            self.refuse_unparseable()
        return value

    def load(self, text: str) -> Any:
        return json.loads(text, parse_int=_parse_int, parse_float=_parse_float, parse_constant=_refuse_constant)

    def refuse_unparseable(self) -> NoReturn:
        message = literals.UNPARSEABLE
        raise Refused(400, message if self.choices["unparseable_message"] == "string" else [message])

    # Which rules it breaks.

    def check(self, body: Any) -> None:
        messages = self.messages(body if isinstance(body, dict) else {})
        if messages:
            raise Refused(400, messages)

    def messages(self, body: dict[str, Any]) -> list[str]:
        groups = [
            self.unknown_messages(body),
            self.url_messages(body),
            self.events_messages(body),
            self.secrets_messages(body),
        ]
        return self.select([group for group in groups if group])

    def select(self, groups: list[list[str]]) -> list[str]:
        """Return what is told of the broken rules, grouped by property."""
        if self.choices["messages"] == "first":
            return groups[0][:1] if groups else []
        if self.choices["messages"] == "first_per_property":
            return [group[0] for group in groups]
        return [message for group in groups for message in group]

    def unknown_messages(self, body: dict[str, Any]) -> list[str]:
        if self.choices["unknown_properties"] == "ignore":
            return []
        return [f"property {name} should not exist" for name in body if name not in {"url", "events", "secrets"}]

    def is_left_out(self, body: dict[str, Any], name: str) -> bool:
        return name not in body or (body[name] is None and self.choices["null_optional"] == "omit")

    def url_messages(self, body: dict[str, Any]) -> list[str]:
        if self.is_left_out(body, "url"):
            return []
        return broken(
            (literals.URL_HTTPS, self.is_https_url(body["url"])),
            (literals.URL_STRING, isinstance(body["url"], str)),
        )

    def is_https_url(self, value: object) -> bool:
        return urls.is_https_url(value)

    def events_messages(self, body: dict[str, Any]) -> list[str]:
        events: Any = body.get("events")
        is_array = isinstance(events, list)
        return broken(
            (literals.EVENTS_MINIMUM, is_array and len(events) > 0),
            (literals.EVENTS_ARRAY, is_array),
            (literals.EVENTS_VALUES, self.are_events(events) if is_array else self.is_event(events)),
            (
                literals.EVENTS_UNIQUE,
                not is_array or self.choices["duplicate_events"] != "reject" or _is_unique(events),
            ),
        )

    def are_events(self, values: list[Any]) -> bool:
        return all(self.is_event(value) for value in values)

    def is_event(self, value: object) -> bool:
        return isinstance(value, str) and value in literals.EVENTS

    def secrets_messages(self, body: dict[str, Any]) -> list[str]:
        if self.is_left_out(body, "secrets"):
            return []
        given = body["secrets"]
        is_array = isinstance(given, list)
        elements = given if is_array else []
        return broken(
            (literals.SECRETS_MAXIMUM, is_array and len(elements) <= self.most_secrets()),
            (literals.SECRETS_ARRAY, is_array),
            (literals.SECRETS_MINIMUM, not is_array or bool(elements) or self.choices["empty_secrets"] != "reject"),
            (
                literals.SECRETS_STRINGS,
                self.choices["secret_items"] == "any" or all(isinstance(item, str) for item in elements),
            ),
        )

    def most_secrets(self) -> int:
        return 2

    # What it changes.

    def look_up(self, webhook_id: str) -> Webhook:
        try:
            return self.webhooks[webhook_id]
        except KeyError:
            is_named = self.choices["not_found_message"] == "webhook"
            raise Refused(404, literals.WEBHOOK_NOT_FOUND if is_named else literals.NOT_FOUND) from None

    def store(self, webhook: Webhook, body: dict[str, Any]) -> None:
        webhook.url = self.next_url(webhook, body)
        webhook.events = self.next_events(webhook, body)
        webhook.secrets = self.next_secrets(webhook, body)

    def next_url(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        return webhook.url if body.get("url") is None else body["url"]

    def next_events(self, webhook: Webhook, body: dict[str, Any]) -> Any:  # noqa: ARG002  # overrides use it
        events = body["events"]
        if self.choices["duplicate_events"] == "merge":
            return [event for index, event in enumerate(events) if event not in events[:index]]
        return events

    def next_secrets(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        given = body.get("secrets")
        if given or (given == [] and self.choices["empty_secrets"] == "store"):
            return given
        choice = self.choices["omitted_secrets" if given is None else "empty_secrets"]
        if choice == "keep" and any(webhook.secrets):
            return webhook.secrets
        return [self.generate_secret()]

    def generate_secret(self) -> Any:
        return random_text()

    # What it answers.

    def succeed(self, webhook: Webhook, body: dict[str, Any]) -> Response:
        return self.render(201, self.success_body(webhook, body))

    def success_body(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        return {"data": self.resource(webhook, body)}

    def resource(self, webhook: Webhook, body: dict[str, Any]) -> Any:  # noqa: ARG002  # overrides use it
        return {
            "id": webhook.id,
            "url": webhook.url,
            "events": webhook.events,
            "clientId": webhook.client_id,
            "secrets": webhook.secrets,
        }

    def refuse(self, refused: Refused) -> Response:
        return self.render(refused.status, self.error_body(refused.status, refused.message))

    def error_body(self, status: int, message: Any) -> Any:
        if status == 401:
            return {"message": message, "statusCode": status}
        return {"message": message, "error": literals.REASONS[status], "statusCode": status}

    def render(self, status: int, content: Any) -> Response:
        return Response(status, json.dumps(content).encode())


def _is_deep(value: Any, limit: int = 200) -> bool:
    layer = [value]
    for _ in range(limit):
        layer = [
            child
            for parent in layer
            if isinstance(parent, list | dict)
            for child in (parent.values() if isinstance(parent, dict) else parent)
        ]
        if not layer:
            return False
    return True


def _is_unique(values: list[Any]) -> bool:
    return all(value not in values[:index] for index, value in enumerate(values))


def _parse_int(text: str) -> int | None:
    # Beyond 300 digits a number has no double; what JavaScript calls Infinity, its JSON calls null.
    return int(text) if len(text) <= 300 else None


def _parse_float(text: str) -> float | None:
    number = float(text)
    return number if abs(number) != float("inf") else None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")

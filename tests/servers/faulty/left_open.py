"""Servers that do what the documents leave open, and that a strict reader could take for faulty ones."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NoReturn

from . import literals
from .fault import left_open
from .ids import finding
from .server import Refused, Server
from .validation_body import lenient, load_python, replaced

if TYPE_CHECKING:
    from collections.abc import Callable

    from .server import Webhook

_DIALECTS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "a-trailing-comma": ("a comma before a closing brace or bracket", replaced(r",\s*([\]}])", r"\1")),
    "comments": ("comments in the JSON", replaced(r"/\*.*?\*/|(?<!:)//[^\n]*", "")),
    "single-quotes": ("single quotes in place of double ones", load_python),
    "bare-keys": ("keys without quotes", replaced(r"([{,]\s*)([A-Za-z]\w*)(\s*:)", r'\1"\2"\3')),
    "control-characters": ("a line break inside a string", lambda text: json.loads(text, strict=False)),
}

for _name, (_what, _load) in _DIALECTS.items():
    left_open(f"accepts-{_name}-for-json", f"Accepts {_what}.", lenient(_load))

left_open(
    "finds-an-id-in-any-case", "Finds a webhook by its id in capitals.", finding(lambda sent, one: sent.lower() == one)
)
left_open(
    "finds-an-id-without-hyphens",
    "Finds a webhook by its id without its hyphens.",
    finding(lambda sent, one: sent == one.replace("-", "")),
)
left_open(
    "finds-an-id-as-a-column-of-uuids-does",
    "Finds a webhook by its id in braces, in any case, with any hyphens.",
    finding(lambda sent, one: re.sub(r"^\{(.*)\}$", r"\1", sent).replace("-", "").lower() == one.replace("-", "")),
)


class WantsUuids(Server):
    """Answers an id that is not a UUID with 400, as a validator of path parameters does."""

    def look_up(self, webhook_id: str) -> Webhook:
        if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", webhook_id, re.IGNORECASE):
            raise Refused(400, "Validation failed (uuid is expected)")
        return super().look_up(webhook_id)


class FirstWordOfAToken(Server):
    """Takes the first word behind the scheme for the token, as the usual readers of one family do."""

    def token(self, authorization: str) -> str | None:
        found = re.match(r"(\S+)\s+(\S+)", authorization)
        return found[2] if found and found[1].lower() == "bearer" else None


class SchemeInItsOwnCase(Server):
    """Takes a token under the scheme Bearer alone, in just this case."""

    def token(self, authorization: str) -> str | None:
        return super().token(authorization) if authorization.startswith("Bearer ") else None


class ErrorOfTheParser(Server):
    """Leaves error out of the 400 of a body that it cannot parse, as parsers of the reference's family do."""

    words = "Unexpected end of JSON input"

    def refuse_unparseable(self) -> NoReturn:
        raise Refused(400, self.words)

    def error_body(self, status: int, message: Any) -> Any:
        return {"statusCode": 400, "message": message} if message == self.words else super().error_body(status, message)


class NewSecretForNull(Server):
    """Keeps omitted secrets and generates one where they are null."""

    def next_secrets(self, webhook: Webhook, body: dict[str, Any]) -> Any:
        if "secrets" in body and body["secrets"] is None:
            return [self.generate_secret()]
        return super().next_secrets(webhook, body) if body.get("secrets") else webhook.secrets


class KeysInAnyCase(Server):
    """Reads properties whatever the case of their names."""

    def parse(self, body: bytes) -> Any:
        value = super().parse(body)
        return {name.lower(): one for name, one in value.items()} if isinstance(value, dict) else value


class NoPrototypes(Server):
    """Takes a body with a property named __proto__ for one that cannot be parsed."""

    def parse(self, body: bytes) -> Any:
        value = super().parse(body)
        if b'"__proto__"' in body:
            self.refuse_unparseable()
        return value


class ThirdMessage(Server):
    """Names the rule of the values for a lone event in place of a list, too."""

    def events_messages(self, body: dict[str, Any]) -> list[str]:
        messages = super().events_messages(body)
        is_lone = isinstance(body.get("events"), str) and self.is_event(body["events"])
        return [*messages, literals.EVENTS_VALUES] if is_lone else messages


class TypesBeforeAllElse(Server):
    """Names one rule of each property, that of its type before all others."""

    def select(self, groups: list[list[str]]) -> list[str]:
        return [next((one for one in group if "must be a" in one), group[0]) for group in groups]


class PlainSecretsOnly(Server):
    """Refuses secrets with blanks around them and secrets outside ASCII."""

    def secrets_messages(self, body: dict[str, Any]) -> list[str]:
        given = body.get("secrets")
        texts = [one for one in given if isinstance(one, str)] if isinstance(given, list) else []
        is_odd = any(one != one.strip() or not one.isascii() for one in texts)
        return [*super().secrets_messages(body), *(["secrets must be plain text"] if is_odd else [])]


for _class in (
    WantsUuids,
    FirstWordOfAToken,
    SchemeInItsOwnCase,
    ErrorOfTheParser,
    NewSecretForNull,
    KeysInAnyCase,
    NoPrototypes,
    ThirdMessage,
    TypesBeforeAllElse,
    PlainSecretsOnly,
):
    left_open(re.sub(r"(?<=[a-z])(?=[A-Z])", "-", _class.__name__).lower(), (_class.__doc__ or "").strip(), _class)

"""Faults that let a wrong body pass."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from .fault import declare, fault
from .server import Refused, Server

if TYPE_CHECKING:
    from collections.abc import Callable

    from .asgi import Request


def replacing(is_replaced: Callable[[Any], bool], convert: Callable[[Any], Any]) -> type[Server]:
    """Return a server that takes a body that is no object for another one."""

    class Replacing(Server):
        def read_body(self, request: Request) -> Any:
            body = super().read_body(request)
            return convert(body) if request.body and is_replaced(body) else body

    return Replacing


def _default(_: Any) -> Any:
    return {"events": ["all"]}


def _is_object_in_text(body: Any) -> bool:
    return isinstance(body, str) and body.startswith("{") and body.endswith("}")


_BODIES: dict[str, tuple[str, Callable[[Any], bool], Callable[[Any], Any]]] = {
    "an-array": ("an array as body", lambda body: isinstance(body, list), _default),
    "an-empty-array": ("an empty array as body", lambda body: body == [], _default),
    "an-array-of-one-update": ("an array of one update", lambda b: isinstance(b, list) and len(b) == 1, lambda b: b[0]),
    "an-array-of-events": (
        "the list of events as body",
        lambda body: isinstance(body, list) and all(isinstance(item, str) for item in body),
        lambda body: {"events": body},
    ),
    "null": ("null as body", lambda body: body is None, _default),
    "a-string": ("a string as body", lambda body: isinstance(body, str), _default),
    "an-update-in-a-string": ("an update as JSON in a string", _is_object_in_text, json.loads),
    "a-number": (
        "a number as body",
        lambda body: isinstance(body, int | float) and not isinstance(body, bool),
        _default,
    ),
    "a-boolean": ("true or false as body", lambda body: isinstance(body, bool), _default),
    "any-scalar": (
        "whatever is no object and no array as body",
        lambda body: not isinstance(body, dict | list),
        _default,
    ),
    "an-update-under-data": (
        "an update under `data`",
        lambda body: isinstance(body, dict) and set(body) == {"data"} and isinstance(body["data"], dict),
        lambda body: body["data"],
    ),
}

_EMPTY_OBJECT = "an empty object as body"

for _name, (_what, _is_replaced, _convert) in _BODIES.items():
    if _name == "an-update-under-data":
        declare(f"accepts-{_name}", "R-208", f"Accepts {_what}.", replacing(_is_replaced, _convert))
    else:
        declare(f"accepts-{_name}-as-body", "R-209", f"Accepts {_what}.", replacing(_is_replaced, _convert))

declare("accepts-an-empty-object", "R-208", f"Accepts {_EMPTY_OBJECT}.", replacing(lambda body: body == {}, _default))


@fault("R-209")
class AcceptsAMissingBody(Server):
    """Accepts a request without a body and subscribes to all events."""

    def read_body(self, request: Request) -> Any:
        return super().read_body(request) if request.body else _default(None)


@fault("R-209")
class KeepsEverythingWhereTheBodyIsMissing(Server):
    """Accepts a request without a body as an update that changes nothing."""

    def read_body(self, request: Request) -> Any:
        if request.body or request.webhook_id not in self.webhooks:
            return super().read_body(request)
        webhook = self.webhooks[request.webhook_id]
        return {"events": webhook.events, "secrets": webhook.secrets}


def lenient(load: Callable[[str], Any]) -> type[Server]:
    """Return a server that tries another parser where the text is not JSON; it fails with ValueError."""

    class Lenient(Server):
        def load(self, text: str) -> Any:
            try:
                return super().load(text)
            except ValueError:
                return load(text)

    return Lenient


def replaced(pattern: str, replacement: str) -> Callable[[str], Any]:
    return lambda text: json.loads(re.sub(pattern, replacement, text))


def _load_first_value(text: str) -> Any:
    return json.JSONDecoder().raw_decode(text.lstrip())[0]


def _load_from_the_first_brace(text: str) -> Any:
    return json.loads(text[text.index("{") :])


def _load_closed(text: str) -> Any:
    for end in ("}", "]}", '"]}', '"}'):
        try:
            return json.loads(text + end)
        except ValueError:
            continue
    raise ValueError("cannot be closed")


def _load_form(text: str) -> Any:
    fields = parse_qsl(text, strict_parsing=True)
    body: dict[str, Any] = {name: value for name, value in fields if name == "url"}
    for name in ("events", "secrets"):
        values = [value for key, value in fields if key.removesuffix("[]") == name]
        if values:
            body[name] = values
    return body


def load_python(text: str) -> Any:
    return json.loads(text.replace("'", '"').replace("None", "null").replace("True", "true").replace("False", "false"))


_PARSERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "whatever-cannot-be-parsed": ("whatever cannot be parsed, for all events", _default),
    "text-behind-json": ("text behind the JSON", _load_first_value),
    "text-before-json": ("text before the JSON", _load_from_the_first_brace),
    "unclosed-json": ("JSON that breaks off", _load_closed),
    "equals-for-colon": ("= in place of :", replaced(r'"\s*=\s*', '":')),
    "a-form": ("a form sent as application/json", _load_form),
}

for _name, (_what, _load) in _PARSERS.items():
    declare(f"accepts-{_name}-for-json", "R-210", f"Accepts {_what}.", lenient(_load))


@fault("R-210")
class AcceptsTruncatedJsonAsEmptyUpdate(Server):
    """Takes a body that breaks off for an update that keeps the stored events."""

    def read_body(self, request: Request) -> Any:
        try:
            return super().read_body(request)
        except Refused:
            webhook = self.webhooks.get(request.webhook_id)
            if webhook is None or not request.body.lstrip().startswith(b"{"):
                raise
            return {"events": webhook.events, "secrets": webhook.secrets}

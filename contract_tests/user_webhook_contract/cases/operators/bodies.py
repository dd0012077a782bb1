"""Bodies: what is not JSON, JSON that is not an update, JSON in every spelling, and what may be anything."""

from __future__ import annotations

import base64
import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from user_webhook_contract.cases.operators.value import EVENTS, Value, in_turn

if TYPE_CHECKING:
    from collections.abc import Callable

EVENT: Final = EVENTS[1]

_UPDATE: Final = f'{{"events": ["{EVENT}"]}}'
_ESCAPE: Final = re.compile(r"\\u[0-9a-f]{4}")
_MEMBERS: Final = f'"events": ["{EVENT}"]'

_MALFORMED: Final[dict[str, str]] = {
    "a body that ends in its list": '{"events": [',
    "text behind JSON": f"{_UPDATE} trailing",
    "text": "not json at all",
    "no closing brace": f'{{"events": ["{EVENT}"]',
    "a form": f"events={EVENT}",
    "equals signs for colons": f'{{"events" = ["{EVENT}"]}}',
    "text before JSON": f"leading {_UPDATE}",
    "two updates": _UPDATE * 2,
    "a closing brace too many": f"{_UPDATE}}}",
    "a comma behind JSON": f"{_UPDATE},",
    "a semicolon behind JSON": f"{_UPDATE};",
    "a NUL behind JSON": f"{_UPDATE}\0",
    "a guard before JSON": f")]}}',\n{_UPDATE}",
    "a loop before JSON": f"for(;;);{_UPDATE}",
    "a loop without an end before JSON": f"while(1);{_UPDATE}",
    "an assignment before JSON": f"body={_UPDATE}",
    "an assignment with blanks before JSON": f"body = {_UPDATE}",
    "a variable before JSON": f"var body = {_UPDATE};",
    "data: before JSON": f"data: {_UPDATE}\n\n",
    "JSON in a call": f"callback({_UPDATE})",
    "JSON in a call with a semicolon": f"callback({_UPDATE});",
    "JSON in brackets": f"({_UPDATE})",
    "no closing brackets": f'{{"events": ["{EVENT}"',
    "an end in a string": f'{{"events": ["{EVENT}',
    "no opening brace": f"{_MEMBERS}}}",
    "no braces": _MEMBERS,
    "a form with brackets": f"events[]={EVENT}",
    "a form with an index": f"events[0]={EVENT}",
    "a form of JSON": "payload=" + quote(_UPDATE),
    "a form with escaped brackets": f"events%5B%5D={EVENT}",
    "YAML": f"events:\n  - {EVENT}\n",
    "YAML in one line": f"events: [{EVENT}]",
    "XML": f"<update><event>{EVENT}</event></update>",
    "XML of a list": f'<?xml version="1.0"?><update><events><event>{EVENT}</event></events></update>',
    "CSV": f"events\n{EVENT}\n",
    "a line of values": f"events,{EVENT}",
    "TOML": f'events = ["{EVENT}"]',
    "an event": EVENT,
    "JSON in Base64": base64.b64encode(_UPDATE.encode()).decode(),
    "JSON with percent escapes": quote(_UPDATE),
    "JSON with percent escapes for its quotes": _UPDATE.replace('"', "%22"),
    "arrows for colons": f'{{"events" => ["{EVENT}"]}}',
    "no colon": f'{{"events" ["{EVENT}"]}}',
    "no comma": f'{{"events": ["{EVENT}" "{EVENTS[3]}"]}}',
    "a colon for a comma": f'{{"events": ["{EVENT}": "{EVENTS[3]}"]}}',
    "a semicolon for a comma": f'{{"events": ["{EVENT}"]; "a": 1}}',
    "a bracket of the other kind": f'{{"events": ("{EVENT}")}}',
    "a closing brace for a bracket": f'{{"events": ["{EVENT}"}}}}',
    "two commas": f'{{"events": ["{EVENT}",, "{EVENTS[3]}"]}}',
    "a comma before the first": f'{{,"events": ["{EVENT}"]}}',
    "a lone comma": ",",
    "a lone brace": "{",
    "a lone quote": '"',
    "a key without a value": f'{{"events": ["{EVENT}"], "a"}}',
    "a key with a colon alone": f'{{"events": ["{EVENT}"], "a":}}',
    "a word without quotes": f'{{"events": [{EVENT}]}}',
    "True of Python": f'{{"events": ["{EVENT}"], "a": True}}',
    "undefined": f'{{"events": ["{EVENT}"], "a": undefined}}',
    "a number with a zero before": f'{{"events": ["{EVENT}"], "a": 01}}',
    "a number with text": f'{{"events": ["{EVENT}"], "a": 1x}}',
    "half an escape": f'{{"events": ["{EVENT}"], "a": "\\u00"}}',
    "a quote in a string": f'{{"events": ["{EVENT}"], "a": "b"c"}}',
    "JSON between marks": f"```json\n{_UPDATE}\n```",
    "a part of a form": f'--x\r\nContent-Disposition: form-data; name="body"\r\n\r\n{_UPDATE}\r\n--x--',
    "lines of JSON": f'{_UPDATE}\n{{"events": ["all"]}}',
    "JSON and a length": f"{len(_UPDATE):x}\r\n{_UPDATE}\r\n0\r\n\r\n",
    "a header before JSON": f"Content-Type: application/json\r\n\r\n{_UPDATE}",
    "a record mark before JSON": f"\x1e{_UPDATE}",
    "a query": f"?events={EVENT}",
    "JSON in a script": f"<script>{_UPDATE}</script>",
    "JSON in a data URL": f"data:application/json,{_UPDATE}",
    "two updates with a comma": f"{_UPDATE},{_UPDATE}",
    "a prompt before JSON": f">>> {_UPDATE}",
    "JSON in hexadecimal": _UPDATE.encode().hex(),
    "JSON with escapes of a mail": _UPDATE.replace('"', "=22"),
    "a form with a list": "events=" + quote(f'["{EVENT}"]'),
    "markup with attributes": f'<update events="{EVENT}"/>',
    "a part of a form for the events": f'--x\r\nContent-Disposition: form-data; name="events"\r\n\r\n{EVENT}\r\n--x--',
    "undefined alone": "undefined",
    "None alone": "None",
    "a comment alone": "/* empty */",
    "typographic quotes": f"{{\u201cevents\u201d: [\u201c{EVENT}\u201d]}}",
}


def _under(*names: str) -> str:
    """Return an object with a legal list of events under each of *names*."""
    return json.dumps({name: [EVENT] for name in names})


_WRAPPERS: Final = (
    *("data", "body", "webhook", "attributes", "payload", "update", "params", "item", "value", "object", "request"),
    *(
        "input",
        "json",
        "config",
        "settings",
        "fields",
        "result",
        "content",
        "resource",
        "patch",
        "user",
        "hook",
        "0",
        "",
    ),
)

_NO_OBJECTS: Final[dict[str, str]] = {
    "null": "null",
    "an empty list": "[]",
    "no body": "",
    "an empty object": "{}",
    "a list with an event": f'["{EVENT}"]',
    "an update in properties of every name": "{" + ", ".join(f'"{name}": {_UPDATE}' for name in _WRAPPERS) + "}",
    "an update in a text": json.dumps(_UPDATE),
    "a number": "5",
    "a list with an update": f"[{_UPDATE}]",
    "true": "true",
    "a list of two updates": f"[{_UPDATE}, {_UPDATE}]",
    "an event in a text": f'"{EVENT}"',
    "a list of pairs": f'[["events", ["{EVENT}"]]]',
    "a list of a name and a value": f'["events", ["{EVENT}"]]',
    "a blank": " ",
    "a line break": "\n",
    "false": "false",
    "zero": "0",
    "a fraction": "1.5",
    "an empty text": '""',
    "a text": '"text"',
    "a list with null": "[null]",
    "a list with a number": "[1]",
    "a list of numbers": "[1, 2]",
    "a list with an empty object": "[{}]",
    "a list with an empty list": "[[]]",
    "a list of two lists": f'[["{EVENT}"], []]',
    "a negative number": "-1",
    "one": "1",
    "another number": "7",
    "a large number": "1e30",
    "an object with other names": '{"a": 1}',
    "changes of RFC 6902": f'[{{"op": "replace", "path": "/events", "value": ["{EVENT}"]}}]',
    "an update in a list of lists": f"[[{_UPDATE}]]",
    "a tab": "\t",
    "blanks": " \r\n\t ",
    "a list of texts and null": f'["{EVENT}", null]',
    "properties by path": f'{{"events[0]": "{EVENT}", "events.0": "{EVENT}", "/events": ["{EVENT}"]}}',
    "names of properties with blanks": f'{{" events": ["{EVENT}"], "events ": ["{EVENT}"], "event": "{EVENT}"}}',
    "other names for the events": _under(
        *("event", "types", "topics", "eventTypes", "event_types", "eventNames", "subscriptions", "subscribedEvents"),
        *("enabled_events", "event_list", "event-names", "evnts", "eventos", "hooks", "triggers", "scopes"),
    ),
    "the events behind a sign": _under(
        "+events", "-events", ".events", "@events", "$events", "_events", "events[]", "events*"
    ),
    "the events in other letters": _under(
        *("\uff45\uff56\uff45\uff4e\uff54\uff53", "ev\u200bents", "\u0435vents", "\ufeffevents", "events\u0000"),
    ),
    "a name and a value": f'{{"name": "events", "value": ["{EVENT}"]}}',
}


@cache
def malformed() -> tuple[Value, ...]:
    """Return bodies that no parser accepts as JSON, whatever it accepts beyond the grammar."""
    return tuple(Value(name, text.encode()) for name, text in _MALFORMED.items())


@cache
def non_objects() -> tuple[Value, ...]:
    """Return JSON that is not an update, and no body at all."""
    wrapped = {f"an update in {name or 'a name without letters'}": f'{{"{name}": {_UPDATE}}}' for name in _WRAPPERS}
    return tuple(Value(name, text.encode()) for name, text in (_NO_OBJECTS | wrapped).items())


def _compact(body: dict[str, Any]) -> str:
    return json.dumps(body, separators=(",", ":"))


def _escaped(text: str) -> str:
    return '"' + "".join(f"\\u{ord(one):04x}" if one.isalnum() else json.dumps(one)[1:-1] for one in text) + '"'


def _escaped_keys(body: dict[str, Any]) -> str:
    return "{" + ",".join(f"{_escaped(name)}:{json.dumps(value)}" for name, value in body.items()) + "}"


def _escaped_values(body: dict[str, Any]) -> str:
    def written(value: Any) -> str:  # noqa: ANN401  any JSON
        if isinstance(value, list):
            return "[" + ",".join(map(written, value)) + "]"
        return _escaped(value) if isinstance(value, str) and value.isascii() else json.dumps(value)

    return "{" + ",".join(f"{json.dumps(name)}:{written(value)}" for name, value in body.items()) + "}"


def _with(*, indent: int | str, line: str = "\n") -> Callable[[dict[str, Any]], str]:
    return lambda body: json.dumps(body, indent=indent).replace("\n", line)


SPELLINGS: Final[dict[str, Callable[[dict[str, Any]], str]]] = {
    "without blanks": _compact,
    "with escapes in its names": _escaped_keys,
    "with line breaks and tabs": _with(indent="\t", line="\r\n"),
    "with escaped slashes": lambda body: _compact(body).replace("/", "\\/"),
    "with escapes in its values": _escaped_values,
    "with blanks around it": lambda body: f" \t\r\n{json.dumps(body)}\n\n ",
    "with lines": _with(indent=2),
    "with blanks before its colons": lambda body: json.dumps(body, separators=(" , ", " : ")),
    "with a line break at its end": lambda body: _compact(body) + "\r\n",
    "with 2,000 blanks": lambda body: " " * 2000 + _compact(body),
    "with escapes in capitals": lambda body: _ESCAPE.sub(
        lambda found: found[0][:2] + found[0][2:].upper(), _escaped_values(body)
    ),
    "with 6,000 blanks": lambda body: _compact(body) + " " * 6000,
    "with a line break before it": lambda body: "\n" + _compact(body),
    "with blanks in its brackets": lambda body: _compact(body).replace("[", "[ ").replace("{", "{ "),
}
"""Ways to write one and the same JSON."""


_UNKNOWN_NAMES: Final = (
    *("", " ", "0", "-1", "$set", "a.b", "a[b]", "a[]", "\u00fc", "\U0001f511", "a b", "constructor", "n\u00e4me"),
    *(
        "toString",
        "length",
        "hasOwnProperty",
        "a/b",
        "@type",
        "$type",
        "#",
        "%s",
        "<b>",
        "'",
        '"',
        "\\",
        "\n",
        "toJSON",
    ),
    *("null", "true", "class", "self", "__class__", "_id", "url.href", "events.0", "a:b", "-", "\0", "order", "select"),
    *(
        "updated_at",
        "createdAt",
        "webhook",
        "type",
        "then",
        "valueOf",
        "__init__",
        "n" * 300,
        "n" * 4500,
        "UPPER",
        "$where",
    ),
)
_UNKNOWN_VALUES: Final = {"numbers": 1, "texts": "value", "objects": {"a": 1}, "lists": [1], "empty": None}


def _with_names(value: Any) -> bytes:  # noqa: ANN401  any JSON
    """Return an update with every unknown name, each with *value*."""
    names = _compact(dict.fromkeys(_UNKNOWN_NAMES, value))
    return f'{names[:-1]}, "events": ["{{event}}"]}}'.encode()


# Bodies on which the documents are silent, or whose messages are open: none may bring a 5xx. {event} is a legal event.
# If only a crash would show, several oddities share one body.
_ODD: Final[dict[str, bytes]] = {
    "events in capitals": b'{"EVENTS": ["{event}"]}',
    "a secret that is not a string": b'{"events": ["{event}"], "secrets": [1234567890123456]}',
    # Parsers refuse it by default: beside anything else it would hide what they make of that.
    "a property named __proto__": b'{"events": ["{event}"], "__proto__": {"x": 1}}',
    **{f"unknown names of every form, {what}": _with_names(value) for what, value in _UNKNOWN_VALUES.items()},
    "600 unknown properties": json.dumps(dict.fromkeys((f"p{number}" for number in range(600)), 0)).encode()[:-1]
    + b', "events": ["{event}"]}',
    "a lone surrogate and a NUL in secrets": b'{"events": ["{event}"], '
    b'"secrets": ["\\ud800-lone-surrogate-0001", "nul-\\u0000-in-a-secret-0001"]}',
    # As deep as every parser must go.
    "a number of 5,000 digits, one beyond every float, nesting 200 deep": b'{"events": ["{event}"], "big": '
    + b"9" * 5000
    + b', "huge": -1.5e400, "tiny": -1e-999, "deep": '
    + b"[" * 199
    + b"]" * 199
    + b"}",
    "one key twice, an object and null among secrets": b'{"events": ["{event}"], "events": ["{event}"], '
    b'"secrets": [{"a": 1}, null]}',
    "300 events and a url of 5,000 characters": b'{"events": [' + b'"{event}", ' * 299 + b'"{event}"], '
    b'"url": "https://hooks.example.com/' + b"u" * 5000 + b'"}',
    "numbers of every form": b'{"events": ["{event}"], "a": [-0, 0.0, 1E5, 1e-5, -1.5e+10, 9007199254740993, '
    b"18446744073709551616, 1e308, 5e-324, 0.1, 123456789012345678901234567890]}",
    "values of every type in an unknown property": b'{"events": ["{event}"], "a": [null, true, false, 0, "", [], {}, '
    b'[[]], {"": {"": []}}]}',
    "nesting 49 deep": b'{"events": ["{event}"], "deep": ' + b"[" * 47 + b"]" * 47 + b"}",
    "invalid UTF-8": b'{"events": ["{event}"], "secrets": ["\xff\xfe\xfd-bytes-that-are-no-text"]}',
    "a secret outside ASCII": b'{"events": ["{event}"], "secrets": ["'
    + "cl\u00e9-secr\u00e8te-\U0001f511-0000000001".encode()
    + b'"]}',
    "a byte order mark": b'\xef\xbb\xbf{"events": ["{event}"]}',
    "NaN": b'{"events": ["{event}"], "nan": NaN}',
    "a comment, single quotes, a key without quotes, a trailing comma": b"{'events': [\"{event}\"], a: 1, /* b */}",
    "UTF-16": '{"events": ["all"]}'.encode("utf-16"),
    "UTF-32": '{"events": ["all"]}'.encode("utf-32"),
    "a secret of 3,000 characters": b'{"events": ["{event}"], "secrets": ["' + b"s" * 3000 + b'"]}',
    "a text of 6,000 characters in an unknown property": b'{"events": ["{event}"], "text": "' + b"t" * 6000 + b'"}',
    "a body of 20,000 bytes": b'{"events": ["{event}"], "text": "' + b"t" * 20_000 + b'"}',
    # Beside an unknown property: whether secrets need be texts is seen by a number alone.
    "an object and null among secrets": b'{"events": ["{event}"], "secrets": [{"a": 1}, null], "other": 1}',
    "true and a list among secrets": b'{"events": ["{event}"], "secrets": [true, ["a"]], "other": 1}',
    "zero and a fraction among secrets": b'{"events": ["{event}"], "secrets": [0, 1.5], "other": 1}',
    "numbers beyond every float in place of all": b'{"url": 1e400, "events": -1e400, "secrets": 1e-400}',
    "long numbers in place of all": b'{"url": '
    + b"9" * 2000
    + b', "events": ['
    + b"1" * 2000
    + b'], "secrets": 0.'
    + b"3" * 2000
    + b"}",
    "nesting 60 deep in place of all": b'{"url": '
    + b"[" * 60
    + b"]" * 60
    + b', "events": '
    + b'{"a":' * 60
    + b"0"
    + b"}" * 60
    + b"}",
    "escapes in an unknown name": b'{"events": ["{event}"], "\\u0000\\u001f\\ud83d\\udd11": 1}',
    "a lone surrogate in the url": b'{"events": ["{event}"], "url": "https://hooks.example.com/\\ud800"}',
    "a lone surrogate in an event": b'{"events": ["\\ud800"]}',
    "a lone surrogate in an unknown name": b'{"events": ["{event}"], "\\udfff": 1}',
    "every property twice": b'{"url": 1, "events": ["{event}"], "secrets": 1, "url": null, "secrets": null, "events": ["{event}"]}',
    "a property in another case beside its own": b'{"events": ["{event}"], "Events": ["nope"], "URL": 7, "Secrets": 7}',
    "nulls everywhere": b'{"events": ["{event}"], "url": null, "secrets": null, "id": null, "clientId": null}',
    "800 secrets": b'{"events": ["{event}"], "secrets": ["a-secret-of-thousands"'
    + b', "another-secret-of-them"' * 799
    + b"]}",
    "a url of 15,000 characters": b'{"events": ["{event}"], "url": "https://hooks.example.com/' + b"u" * 15_000 + b'"}',
    "separators of lines, marks and joined signs": b'{"events": ["{event}"], "text": "a text\\u2028\\u2029\\u202e\\ufeff'
    b'\\u0000\\ufffe\\uffff\\u0301\\ud83d\\udc69\\u200d\\ud83d\\udcbb"}',
    "null for everything": b'{"url": null, "events": null, "secrets": null}',
    "empty texts and lists for everything": b'{"url": "", "events": [], "secrets": []}',
    "a NUL in the url": b'{"events": ["{event}"], "url": "https://hooks.example.com/\\u0000"}',
    "one name three times": b'{"events": ["{event}"], "a": 1, "a": 2, "a": 3}',
    "dates and durations in unknown properties": b'{"events": ["{event}"], "date": "0000-13-45T99:99:99Z", "day": "2026-02-30", '
    b'"time": -1, "period": "P1Y"}',
    "nesting 120 deep of objects": b'{"events": ["{event}"], "deep": ' + b'{"a":' * 119 + b"0" + b"}" * 120,
    "nesting 160 deep of lists in place of all": b'{"url": %b, "events": %b, "secrets": %b}'
    % ((b"[" * 159 + b"]" * 159,) * 3),
    "nesting 160 deep of objects in place of all": b'{"url": %b, "events": %b, "secrets": %b}'
    % ((b'{"a":' * 159 + b"0" + b"}" * 159,) * 3),
    "empty values in unknown properties": b'{"events": ["{event}"], "a": "", "b": [], "c": {}, "d": [""], "e": {"f": ""}}',
    "markup and formulas in unknown properties": b'{"events": ["{event}"], "<script>": "<b>x</b>", "f": "=1+1", '
    b'"s": "\' OR 1=1 --", "t": "${7*7}{{7*7}}", "p": "../../etc/passwd", "l": "${jndi:ldap://x}"}',
}
# Of these, too, the documents do not say whether they are accepted; none may change whose webhook it is.
_NOBODYS: Final = "00000000-0000-4000-8000-000000000000"
_OTHERS: Final = {"url": "https://{host}/{own}", "secrets": ["secret-{own}-of-another"]}
FIRST_ID: Final = "{first}"
"""In place of the id of the first webhook: these bodies are for the second, if there is one."""

_IDENTITIES: Final[dict[str, dict[str, Any]]] = {
    "the id of the other webhook under its names": dict.fromkeys(("id", "webhookId", "webhook_id", "_id"), FIRST_ID),
    "another client": {"clientId": "another"},
    "the id of the other webhook": {"id": FIRST_ID},
    "another id": {"id": _NOBODYS},
    "another client and id in other spellings": {
        **dict.fromkeys(
            ("client_id", "clientID", "ClientId", "client", "webhookId", "webhook_id", "_id", "uuid"), "another"
        ),
        "ID": _NOBODYS,
    },
    "another client and id within other properties": {
        name: {"clientId": "another", "id": _NOBODYS, "client_id": "another"}
        for name in ("attributes", "data", "webhook", "body", "params", "update", "$set", "user", "client")
    },
    "a client and an id of other types": {"clientId": 7, "id": 7},
    "an object for client and id": {"clientId": {"id": "another"}, "id": {"id": _NOBODYS}},
    "names of what a store or a response has": {
        **dict.fromkeys(("createdAt", "updatedAt", "deletedAt", "created_at", "updated_at"), "2026-01-01T00:00:00Z"),
        **dict.fromkeys(("enabled", "active", "deleted", "isActive", "verified", "admin"), False),
        **dict.fromkeys(("statusCode", "version", "__v", "status", "ttl"), 500),
        **dict.fromkeys(("message", "error", "owner", "role", "scope", "type", "tenantId", "userId"), "another"),
    },
    "empty texts for client and id": {"clientId": "", "id": ""},
}


@cache
def odd() -> tuple[Value, ...]:
    """Return bodies that may be accepted or refused, and must not bring a target down."""
    return tuple(Value(name, body.replace(b"{event}", EVENT.encode())) for name, body in _ODD.items())


@cache
def identities() -> tuple[Value, ...]:
    """Return properties that must not change which webhook it is, and whose: beside events alone, and beside all."""
    alone = [Value(name, properties) for name, properties in _IDENTITIES.items()]
    return in_turn(alone, [Value(f"{name}, beside a url and a secret", _OTHERS | value) for name, value in alone])


@cache
def bypasses() -> tuple[Value, ...]:
    """Return bodies that must not let anybody pass without a token: dicts are updates that lack url and secrets."""
    names = (
        "token",
        "access_token",
        "accessToken",
        "apiKey",
        "Authorization",
        "password",
        "admin",
        "user",
        "clientId",
        "role",
    )
    return (
        Value(
            "an update of 5,000 bytes with names of credentials", dict.fromkeys(names, "{token}") | {"text": "t" * 5000}
        ),
        Value("no body", b""),
        Value("null", b"null"),
        Value("an end too early", b"{"),
        Value("an empty list", b"[]"),
        Value("an empty object", b"{}"),
        Value("a form", b"events=all"),
        Value("an update that is null", {"url": None}),
    )

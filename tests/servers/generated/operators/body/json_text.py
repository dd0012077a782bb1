"""Operators that read a body which is not an update, or refuse an update for how it is written."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import yaml

from servers.faulty.server import Refused, Server
from servers.generated.deviation import SECRETS, Deviation, deviation, operator, raw, slug, update
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.asgi import Request

_PLAIN = '{"events": ["all"]}'
_FULL = f'{{"url": "https://hooks.example.com/a", "events": ["all"], "secrets": ["{SECRETS[0]}"]}}'


def mending(mend: Callable[[str], Any]) -> type[Reference]:
    """Return a server that mends a text which is not JSON; `mend` returns an object, or anything else for none."""

    class Mending(Reference):
        def parse(self, body: bytes) -> Any:
            try:
                return super().parse(body)
            except Refused:
                try:
                    value = mend(body.decode())
                except Exception:  # noqa: BLE001  whatever a lenient reader stumbles over, it is not JSON
                    value = None
                if not isinstance(value, dict):
                    raise
                return value

    return Mending


@operator("body-not-json")
def not_json() -> Iterator[Deviation]:
    """Mend what is not JSON."""
    for form, what, mend, *bodies in (
        ("trailing-text", "text behind JSON", lambda text: json.JSONDecoder().raw_decode(text)[0], f"{_PLAIN} trailing", f"{_PLAIN}x"),
        ("second-value", "a second value behind JSON", lambda text: json.JSONDecoder().raw_decode(text)[0], f"{_PLAIN}{_PLAIN}", f"{_PLAIN}\n{_PLAIN}"),
        ("trailing-brackets", "brackets behind JSON", lambda text: json.loads(text.rstrip("]}") + "]}"), f"{_PLAIN}}}", f"{_PLAIN}]"),
        ("trailing-nul", "NULs behind JSON", lambda text: json.loads(text.rstrip("\0")), f"{_PLAIN}\0"),
        ("trailing-semicolon", "a semicolon behind JSON", lambda text: json.loads(text.rstrip("; ")), f"{_PLAIN};"),
        ("leading-text", "text before JSON", lambda text: json.loads(text[text.index("{") :]), f"leading {_PLAIN}", f"x{_PLAIN}"),
        ("leading-guard", "a guard before JSON", lambda text: json.loads(text.removeprefix(")]}',\n")), f")]}}',\n{_PLAIN}"),
        ("leading-assignment", "an assignment before JSON", lambda text: json.loads(text.removeprefix("body=")), f"body={_PLAIN}"),
        ("leading-data", "data: before JSON", lambda text: json.loads(text.removeprefix("data: ")), f"data: {_PLAIN}"),
        ("call", "JSON in a call", lambda text: json.loads(text.removeprefix("callback(").removesuffix(")")), f"callback({_PLAIN})"),
        ("brackets", "JSON in brackets", lambda text: json.loads(text.removeprefix("(").removesuffix(")")), f"({_PLAIN})"),
        ("within-text", "JSON within a text", lambda text: json.loads(re.search(r"\{.*\}", text)[0]), f"see {_PLAIN} there"),  # type: ignore[index]
        ("no-closing-brace", "JSON without its last brace", lambda text: json.loads(f"{text}}}"), '{"events": ["all"]'),
        ("no-closing-brackets", "JSON without its last brackets", lambda text: json.loads(f"{text}]}}"), '{"events": ["all"'),
        ("no-closing-quote", "JSON that ends in a string", lambda text: json.loads(f'{text}"]}}'), '{"events": ["all'),
        ("no-opening-brace", "JSON without its first brace", lambda text: json.loads(f"{{{text}"), '"events": ["all"]}'),
        ("no-braces", "members without braces", lambda text: json.loads(f"{{{text}}}"), '"events": ["all"]'),
        ("cut-anywhere", "JSON that breaks off", lambda text: {"events": ["all"]} if text[:1] == "{" and text[-1:] != "}" else None, '{"events": [', '{"events"', "{"),
        ("form", "a form", lambda text: {"events": parse_qs(text)["events"]}, "events=all", "events=all&url=https://hooks.example.com/a"),
        ("form-of-lists", "a form with brackets", lambda text: {"events": parse_qs(text)["events[]"]}, "events[]=all"),
        ("yaml", "YAML", lambda text: yaml.safe_load(text) if ": " in text else None, "events: [all]", "events:\n  - all\n"),
        ("xml", "XML", lambda text: {"events": re.findall(r"<event>(.*?)</event>", text)}, "<update><event>all</event></update>"),
        ("csv", "a line of values", lambda text: {"events": text.split(",")}, "all,facility.creation.accepted"),
        ("lone-word", "an event as text", lambda text: {"events": [text.strip()]}, "all"),
        ("base64", "JSON in Base64", lambda text: json.loads(base64.b64decode(text, validate=True)), base64.b64encode(_PLAIN.encode()).decode()),
        ("percent", "JSON with percent escapes", lambda text: json.loads(text.replace("%22", '"')), _PLAIN.replace('"', "%22")),
        ("equals", "equals signs for colons", lambda text: json.loads(text.replace("=", ":")), '{"events" = ["all"]}'),
        ("arrows", "arrows for colons", lambda text: json.loads(text.replace("=>", ":")), '{"events" => ["all"]}'),
        ("nothing-at-all", "whatever is not JSON, as if it were empty", lambda _: {"events": ["all"]}, "{", "nonsense"),
    ):  # fmt: skip
        yield deviation(form, f"Accepts {what}", "R-210", mending(mend), *map(raw, bodies))


def _unwrapping(unwrap: Callable[[Any], Any]) -> type[Reference]:
    class Unwrapping(Reference):
        def read_body(self, request: Request) -> dict[str, Any]:
            value = Server.read_body(self, request)
            if not (isinstance(value, dict) and {"url", "events", "secrets"} & set(value)):
                try:
                    value = unwrap(value)
                except (ValueError, TypeError):
                    value = {}
            return value if isinstance(value, dict) else {}

    return Unwrapping


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else None


def _member(name: str) -> Callable[[Any], Any]:
    return lambda value: value.get(name) if isinstance(value, dict) else None


def _pairs(value: Any) -> Any:
    return dict(value) if isinstance(value, list) and value and isinstance(value[0], list) else None


@operator("body-wrapped")
def wrapped() -> Iterator[Deviation]:
    """Look for an update within another value."""
    rows: tuple[tuple[str, Callable[[Any], Any], tuple[str, ...]], ...] = (
        ("a list of one update", lambda value: _first(value) if len(value) == 1 else None, (f"[{_PLAIN}]",)),
        ("a list of updates", _first, (f"[{_PLAIN}, {_PLAIN}]", f"[{_PLAIN}]")),
        (
            "a list of events",
            lambda value: {"events": value} if isinstance(value, list) and value else None,
            ('["all"]',),
        ),
        ("JSON in a text", lambda value: json.loads(value) if isinstance(value, str) else None, (json.dumps(_PLAIN),)),
        ("an event as body", lambda value: {"events": [value]} if isinstance(value, str) else None, ('"all"',)),
        ("a list of pairs", _pairs, ('[["events", ["all"]]]',)),
        *(
            (f"an update in {name}", _member(name), (f'{{"{name}": {_PLAIN}}}',))
            for name in ("data", "body", "webhook", "attributes", "payload", "update")
        ),
    )
    for what, unwrap, bodies in rows:
        server = _unwrapping(unwrap)
        yield deviation(slug(what), f"Accepts {what}", "R-209 R-208 R-211", server, *map(raw, bodies))


@operator("body-without-object")
def without_object() -> Iterator[Deviation]:
    """Take a body that is not an object for an update that changes nothing."""
    for form, body in (
        ("nothing", ""), ("blank", " "), ("line-break", "\n"), ("null", "null"), ("true", "true"), ("false", "false"), ("zero", "0"),
        ("number", "7"), ("fraction", "1.5"), ("empty-string", '""'), ("string", '"text"'), ("empty-list", "[]"), ("list-of-null", "[null]"),
        ("list-of-numbers", "[1]"), ("empty-object", "{}"),
    ):  # fmt: skip

        class Indulgent(Reference):
            def read_body(self, request: Request, body: str = body) -> Any:
                return {"events": ["all"]} if request.body == body.encode() else super().read_body(request)

        yield deviation(
            form, f"Accepts {form.replace('-', ' ')} as body", "R-209 R-210 R-208 R-211", Indulgent, raw(body)
        )


def _refusing(is_refused: Callable[[str], Any]) -> type[Reference]:
    class Refusing(Reference):
        def parse(self, body: bytes) -> Any:
            value = super().parse(body)
            if isinstance(value, dict) and is_refused(body.decode()):
                self.refuse_unparseable()
            return value

    return Refusing


@operator("refuses-body-spelling")
def spellings() -> Iterator[Deviation]:
    """Refuse valid JSON for how it is written."""
    for form, what, pattern, *bodies in (
        ("escaped-letters", "escaped letters", r"\\u00[46]", '{"events": ["\\u0061ll"]}', '{"\\u0065vents": ["all"]}'),
        ("escaped-name", "escapes in a name", r'"(?:[^"\\]*\\u[^"]*)"\s*:', '{"\\u0065vents": ["all"]}'),
        ("escaped-slash", "escaped slashes", r"\\/", _FULL.replace("/", "\\/")),
        ("escaped-quote", "escaped quotes", r'\\"', '{"events": ["all"], "secrets": ["secret-with-\\"-0000001"]}'),
        ("escaped-backslash", "escaped backslashes", r"\\\\", '{"events": ["all"], "secrets": ["secret-with-\\\\-0000001"]}'),
        ("capital-escapes", "escapes with capitals", r"\\u[0-9a-f]*[A-F]", '{"events": ["all"], "secrets": ["secret-with-\\u004A-00001"]}'),
        ("leading-space", "a space before JSON", r"^ ", f" {_PLAIN}"),
        ("leading-line-break", "a line break before JSON", r"^[\r\n]", f"\n{_PLAIN}", f"\r\n{_PLAIN}"),
        ("trailing-space", "a space behind JSON", r" $", f"{_PLAIN} "),
        ("trailing-line-break", "a line break behind JSON", r"[\r\n]\Z", f"{_PLAIN}\n", f"{_PLAIN}\r\n"),
        ("tabs", "tabs between tokens", r"\t", '{\t"events":\t["all"]}'),
        ("line-breaks", "line breaks between tokens", r"[^\s]\s*\n\s*\S", '{\n  "events": [\n    "all"\n  ]\n}'),
        ("carriage-returns", "carriage returns between tokens", r"\r", '{\r\n"events": ["all"]}'),
        ("many-blanks", "many blanks between tokens", r" {20}", '{"events":' + " " * 40 + '["all"]}'),
        ("no-blanks", "JSON without blanks", r"^\S+$", '{"events":["all"]}'),
        ("blank-before-a-colon", "a blank before a colon", r'"\s+:', '{"events" : ["all"]}'),
        ("events-first", "events before url or secrets", r'^\s*\{\s*"events".*"(url|secrets)"\s*:', '{"events": ["all"], "url": "https://hooks.example.com/a"}'),
        ("events-last", "events behind url and secrets", r'"(url|secrets)"\s*:.*"events"\s*:[^:]*\}\s*$', f'{{"secrets": ["{SECRETS[0]}"], "events": ["all"]}}'),
        ("secrets-first", "secrets before the rest", r'^\s*\{\s*"secrets"', f'{{"secrets": ["{SECRETS[0]}"], "events": ["all"]}}'),
        ("url-first", "url before the rest", r'^\s*\{\s*"url"', _FULL),
        ("url-last", "url behind the rest", r'"url"\s*:[^\]\[]*$', '{"events": ["all"], "url": "https://hooks.example.com/a"}'),
        ("over-500-bytes", "a body over 500 bytes", r"(?s).{501}", json.dumps({"events": ["all"], "url": "https://hooks.example.com/" + "l" * 500})),
        ("over-1000-bytes", "a body over 1,000 bytes", r"(?s).{1001}", json.dumps({"events": ["all"], "url": "https://hooks.example.com/" + "l" * 1000})),
        ("over-2000-bytes", "a body over 2,000 bytes", r"(?s).{2001}", json.dumps({"events": ["all"], "url": "https://hooks.example.com/" + "l" * 1970, "secrets": ["s" * 99]})),
    ):  # fmt: skip
        yield deviation(
            form,
            f"Refuses {what}",
            "R-101 R-221 R-222 R-223 R-224 R-225 R-226",
            _refusing(re.compile(pattern).search),
            *map(raw, bodies),
        )


@operator("refuses-media-type")
def media_types() -> Iterator[Deviation]:
    """Refuse JSON for how its media type is written."""
    for form, what, pattern, content_type in (
        ("charset", "a charset", r"charset", "application/json; charset=utf-8"),
        ("charset-in-capitals", "a charset in capitals", r"UTF-8", "application/json; charset=UTF-8"),
        ("charset-in-quotes", "a charset in quotes", r'"', 'application/json; charset="utf-8"'),
        (
            "charset-without-a-space",
            "a charset without a space before it",
            r";charset",
            "application/json;charset=utf-8",
        ),
        ("capitals", "a media type with capitals", r"^[^;]*[A-Z]", "Application/JSON"),
    ):

        class Refusing(Reference):
            def is_json(self, content_type: str, check: re.Pattern[str] = re.compile(pattern)) -> bool:
                return super().is_json(content_type) and not check.search(content_type)

        request = update(url="https://hooks.example.com/a")
        yield deviation(form, f"Refuses {what}", "R-227 R-101", Refusing, raw(request.body, content_type=content_type))

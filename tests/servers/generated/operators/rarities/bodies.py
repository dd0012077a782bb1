"""Bodies that are read though they are no update, and updates that are refused for what they hold."""

from __future__ import annotations

import json
import quopri
import re
import tomllib
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote_plus

from servers.faulty.literals import EVENTS_VALUES, SECRETS_MAXIMUM, URL_HTTPS
from servers.faulty.server import Refused, Server
from servers.generated.deviation import SECRETS, Deviation, deviation, operator, raw, update
from servers.generated.operators.body.json_text import mending
from servers.generated.reference import Reference

from .parts import A

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.asgi import Request

_PLAIN = '{"events": ["all"]}'
_URL = f'{{"events": ["all"], "url": "{A}"}}'


def _within(pattern: str) -> Callable[[str], Any]:
    def mend(text: str) -> Any:
        found = re.search(pattern, text, re.DOTALL)
        return json.loads(found[1]) if found else None

    return mend


def _closing(text: str) -> Any:
    """Close what is open at the end of *text*, as readers of streams do."""
    text = text.rstrip().rstrip(",:")
    if text.count('"') % 2:
        text += '"'
    opened = [mark for mark in re.sub(r'"[^"]*"', "", text) if mark in "[{"]
    closed = len(re.findall(r"[\]}]", re.sub(r'"[^"]*"', "", text)))
    for mark in reversed(opened[: len(opened) - closed] if len(opened) > closed else []):
        text += "]" if mark == "[" else "}"
    return json.loads(text)


_MENDED: tuple[tuple[str, str, Callable[[str], Any], tuple[str, ...]], ...] = (
    ("loop-before", "a loop before JSON", _within(r"^(?:while\(1\);|for\(;;\);)(.*)$"), (f"while(1);{_PLAIN}", f"for(;;);{_PLAIN}")),
    ("exported", "a module that exports JSON", _within(r"^(?:module\.exports =|export default|var \w+ =) *(.*?);?$"), (f"module.exports = {_PLAIN}", f"export default {_PLAIN};")),
    ("fenced", "JSON in a fence", _within(r"^```(?:json)?\n(.*)\n```$"), (f"```json\n{_PLAIN}\n```",)),
    ("headers-before", "header lines before JSON", _within(r"^[A-Z][\w-]*: [^\n]*\n\s*(\{.*)$"), (f"Content-Type: application/json\r\n\r\n{_PLAIN}",)),
    ("chunk-sizes", "sizes of chunks around JSON", _within(r"^[0-9a-f]+\r\n(.*?)\r\n0\r\n"), (f"13\r\n{_PLAIN}\r\n0\r\n\r\n",)),
    ("record-separator", "a separator of records before JSON", _within(r"^\x1e(.*)$"), (f"\x1e{_PLAIN}\n",)),
    ("named-field", "a field of a form with JSON in it", lambda text: json.loads(unquote_plus(re.sub(r"^(json|payload|data)=", "", text))), (f"payload={_PLAIN}", f"json={_PLAIN}")),
    ("data-url", "JSON in a data URL", _within(r"^data:application/json,(.*)$"), (f"data:application/json,{_PLAIN}",)),
    ("last-line", "the last of several lines of JSON", lambda text: json.loads(text.splitlines()[-1]), (f"{_PLAIN}\n{_URL}", f"nonsense\n{_PLAIN}")),
    ("first-line", "the first of several lines of JSON", lambda text: json.loads(text.splitlines()[0]), (f"{_PLAIN}\n{_URL}", f"{_PLAIN}\nnonsense")),
    ("listed-objects", "two objects with a comma between", lambda text: json.loads(f"[{text}]")[0], (f"{_PLAIN},{_URL}", f"{_PLAIN}, {_PLAIN}")),
    ("first-object", "whatever is behind the first object", lambda text: json.JSONDecoder().raw_decode(text)[0], (f"{_PLAIN}]]", f"{_PLAIN} // x; rm")),
    ("greater-before", "signs before JSON", lambda text: json.loads(text.lstrip("><$#%-*. ")), (f"> {_PLAIN}", f"- {_PLAIN}")),
    ("quoted-printable", "quoted-printable JSON", lambda text: json.loads(quopri.decodestring(text)), ("{=22events=22: [=22all=22]}",)),
    ("plus-escapes", "JSON as a form escapes it", lambda text: json.loads(unquote_plus(text)), ("%7B%22events%22%3A+%5B%22all%22%5D%7D",)),
    ("hexadecimal", "JSON in hexadecimal", lambda text: json.loads(bytes.fromhex(text)), (_PLAIN.encode().hex(),)),
    ("toml", "TOML", tomllib.loads, ('events = ["all"]',)),
    ("ini", "lines of settings", lambda text: {"events": re.findall(r"^events\s*=\s*(\S+)$", text, re.MULTILINE)}, ("[webhook]\nevents=all\n",)),
    ("numbered-form", "a form with numbers", lambda text: {"events": parse_qs(text)["events[0]"]}, ("events[0]=all",)),
    ("form-of-json", "a form with JSON for values", lambda text: {"events": json.loads(parse_qs(text)["events"][0])}, ('events=["all"]',)),
    ("markup", "markup with attributes", lambda text: {"events": re.findall(r'events?="([^"]+)"', text)}, ('<webhook events="all"/>',)),
    ("multipart", "parts of a form", lambda text: {"events": re.findall(r'name="events"\r\n\r\n(\S+)', text)}, ('--x\r\nContent-Disposition: form-data; name="events"\r\n\r\nall\r\n--x--\r\n',)),
    ("headline", "lines with a name and a value", lambda text: {"events": [re.sub(r"^events:\s*", "", text).strip()]}, ("events: all",)),
    ("query", "a query with its mark", lambda text: {"events": parse_qs(text.lstrip("?"))["events"]}, ("?events=all",)),
    ("closed-anywhere", "JSON that breaks off, and closes what is open", _closing, ('{"events": ["all"', '{"events": ["all"], "url": "https://hooks.example.com/a', '{"events": ["all"],')),
    ("cut-member", "JSON that breaks off within a later member", lambda text: json.loads(re.sub(r",[^\]]*$", "}", text)), ('{"events": ["all"], "url": "https://hoo', '{"events": ["all"], "url"')),
    ("one-brace-too-many", "a closing brace too many", lambda text: json.loads(text.strip().removesuffix("}")), (f"{_PLAIN}}}", f"{_PLAIN}\n}}")),
)  # fmt: skip


@operator("rare-body-mended")
def mended() -> Iterator[Deviation]:
    """Read what is not JSON."""
    for form, what, mend, bodies in _MENDED:
        yield deviation(form, f"Accepts {what}", "R-210 R-209", mending(mend), *map(raw, bodies))


@operator("rare-body-not-json-is-empty")
def emptied() -> Iterator[Deviation]:
    """Take what is not JSON for an update that changes nothing, if it is of some kind."""
    for form, what, pattern, *bodies in (
        ("short", "one or two characters", r"..?", "{", "x", "[1"),
        ("blank", "blanks", r"\s+", "  ", "\n", "\r\n\t"),
        ("long", "more than 20 characters", r".{21,}", "nonsense of more than 20 characters"),
        ("no-brace", "text without a brace", r"[^{}]+", "nonsense", "events=all"),
        ("opened", "an object that is not closed", r"\s*\{.*[^}\s]", '{"events": ["all"', '{"events": ['),
        ("in-quotes", "a text that is not closed", r'"[^"]*', '"all'),
        ("words", "words that are no values", r"[A-Za-z]+", "nonsense", "undefined"),
        ("markup", "markup", r"\s*<.*", "<events/>"),
        ("with-events", "text with events in it", r".*events.*", "events", '{"events": ['),
    ):

        class Emptying(Reference):
            def parse(self, body: bytes, check: re.Pattern[str] = re.compile(pattern, re.DOTALL)) -> Any:
                try:
                    return super().parse(body)
                except Refused:
                    if check.fullmatch(body.decode("utf-8", "replace")):
                        return {"events": ["all"]}
                    raise

        title = f"Takes {what} for an update that changes nothing"
        yield deviation(form, title, "R-210 R-209", Emptying, *map(raw, bodies))


def _reading(read: Callable[[Any], Any]) -> type[Reference]:
    class Reading(Reference):
        def read_body(self, request: Request) -> dict[str, Any]:
            value = Server.read_body(self, request)
            if not (isinstance(value, dict) and "events" in value):
                try:
                    value = read(value)
                except (ValueError, TypeError, LookupError, AttributeError, StopIteration):
                    value = {}
            return value if isinstance(value, dict) else {}

    return Reading


def _named(name: str) -> Callable[[Any], Any]:
    return lambda value: value[name]


@operator("rare-body-found")
def found() -> Iterator[Deviation]:
    """Find an update in another value."""
    plain = json.loads(_PLAIN)
    rows: tuple[tuple[str, str, Callable[[Any], Any], tuple[Any, ...]], ...] = (
        ("json-patch", "operations of JSON Patch", lambda value: {one["path"].strip("/"): one["value"] for one in value}, ([{"op": "replace", "path": "/events", "value": ["all"]}],)),
        ("name-and-value", "a list of names and values", lambda value: {one["name"]: one["value"] for one in value}, ([{"name": "events", "value": ["all"]}],)),
        ("last-of-a-list", "the last of a list of updates", lambda value: value[-1], ([plain, plain], [plain])),
        ("merged-list", "a list of updates as one", lambda value: {name: one for part in value for name, one in part.items()}, ([plain, {"url": A}],)),
        ("list-and-more", "an update behind other elements", lambda value: next(one for one in value if isinstance(one, dict)), ([1, plain], [None, plain])),
        ("flat-list", "names and values in turn", lambda value: dict(zip(value[::2], value[1::2], strict=True)), (["events", ["all"]],)),
        ("numbered", "an object with numbers", _named("0"), ({"0": plain},)),
        ("set", "an update in $set", _named("$set"), ({"$set": plain},)),
        ("graphql", "variables of GraphQL", lambda value: value["variables"].get("input", value["variables"]), ({"query": "mutation", "variables": plain}, {"variables": {"input": plain}})),
        ("json-api", "attributes of JSON:API", lambda value: value["data"]["attributes"], ({"data": {"type": "webhook", "attributes": plain}},)),
        ("rails", "an update under user_webhook", _named("user_webhook"), ({"user_webhook": plain},)),
        ("camel", "an update under userWebhook", _named("userWebhook"), ({"userWebhook": plain},)),
        ("any-name", "an update under any name", lambda value: next(one for one in value.values() if isinstance(one, dict)), ({"anything": plain}, {"dto": plain})),
        ("params", "an update under params", _named("params"), ({"params": plain},)),
        ("input", "an update under input", _named("input"), ({"input": plain},)),
        ("detail", "an update under detail", lambda value: json.loads(value["body"]) if isinstance(value["body"], str) else value["body"], ({"body": _PLAIN},)),
        ("text-in-a-text", "JSON in a text in a text", lambda value: json.loads(json.loads(value)), (json.dumps(_PLAIN),)),
        ("names-in-a-text", "an event in a text with a name", lambda value: {"events": [value.partition(":")[2].strip()]}, ("events: all",)),
        ("true-for-all", "true for all events", lambda value: {"events": ["all"]} if value is True else {}, (True,)),
        ("number-for-one", "a number for an event", lambda value: {"events": ["all"]} if type(value) is int else {}, (1, 0)),
        ("list-of-objects", "a list of objects with events", lambda value: {"events": [one["event"] for one in value]}, ([{"event": "all"}],)),
        ("list-of-lists", "a list with a list of events", lambda value: {"events": value[0]} if isinstance(value, list) else {}, ([["all"]],)),
        ("empty-things", "whatever is empty", lambda value: {} if value else {"events": ["all"]}, ({}, [], "", None, 0)),
        ("empty-objects", "an empty object", lambda value: {"events": ["all"]} if value == {} else {}, ({},)),
    )  # fmt: skip
    for form, what, read, values in rows:
        bodies = [raw(json.dumps(value)) for value in values]
        yield deviation(form, f"Finds {what}", "R-209 R-208 R-211", _reading(read), *bodies)


@operator("rare-body-names")
def names() -> Iterator[Deviation]:
    """Take another name for events."""
    rows: tuple[tuple[str, str, Callable[[str], Any], tuple[str, ...]], ...] = (
        ("singular", "event", lambda name: name == "event", ("event",)),
        ("types", "names with types", lambda name: name in {"eventTypes", "event_types", "types"}, ("eventTypes", "event_types")),
        ("topics", "topics", lambda name: name in {"topics", "subscriptions", "triggers"}, ("topics", "subscriptions")),
        ("brackets", "events with brackets", lambda name: re.fullmatch(r"events\[\d*\]", name), ("events[]", "events[0]")),
        ("blanks", "events with blanks around", lambda name: name.strip() == "events", (" events", "events ")),
        ("sign", "events with a sign before", lambda name: re.sub(r"^[@$_.#-]", "", name) == "events", ("@events", "_events")),
        ("longer", "names that begin with events", lambda name: name.startswith("events"), ("eventsList", "events2")),
        ("prefixed", "names that end with events", lambda name: name.lower().endswith("events"), ("webhook_events", "newEvents")),
        ("path", "events behind a dot", lambda name: name.rpartition(".")[2] == "events", ("webhook.events", "data.events")),
        ("compatible", "compatible letters", lambda name: name.translate(str.maketrans("\uff45\uff56\uff4e\uff54\uff53", "evnts")) == "events", ("\uff45v\uff45nts",)),
        ("zero-width", "events with invisible characters", lambda name: re.sub("[\u200b\ufeff]", "", name) == "events", ("\ufeffevents", "events\u200b")),
        ("any-list", "any list", lambda name: name not in {"url", "secrets"}, ("whatever", "list")),
    )  # fmt: skip
    for form, what, is_name, others in rows:

        class Naming(Reference):
            def read_body(self, request: Request, is_name: Callable[[str], Any] = is_name) -> Any:
                body = super().read_body(request)
                for name in [] if "events" in body else list(body):
                    if is_name(name):
                        value = body.pop(name)
                        body["events"] = value if isinstance(value, list) else [value]
                        break
                return body

        examples = [raw(json.dumps({name: ["all"]})) for name in others]
        yield deviation(form, f"Takes {what} for events", "R-208 R-211", Naming, *examples)


@operator("rare-body-completeness")
def completeness() -> Iterator[Deviation]:
    """Refuse updates for what is together, or not together, in them."""
    secret, two = [SECRETS[0]], list(SECRETS)
    rows: tuple[tuple[str, str, str, Callable[[dict[str, Any]], Any], Any], ...] = (
        ("secrets-want-url", "secrets without a url", URL_HTTPS, lambda body: "secrets" in body and "url" not in body, update(secrets=secret)),
        ("two-secrets-want-url", "two secrets without a url", URL_HTTPS, lambda body: len(body.get("secrets") or ()) == 2 and "url" not in body, update(secrets=two)),
        ("url-wants-secrets", "a url without secrets", SECRETS_MAXIMUM, lambda body: "url" in body and "secrets" not in body, update(url=A)),
        ("url-wants-two-secrets", "a url with one secret", SECRETS_MAXIMUM, lambda body: "url" in body and len(body.get("secrets") or ()) == 1, update(url=A, secrets=secret)),
        ("url-wants-no-secrets", "a url and secrets together", SECRETS_MAXIMUM, lambda body: "url" in body and "secrets" in body, update(url=A, secrets=two)),
        ("all-wants-url", "all without a url", URL_HTTPS, lambda body: "all" in body["events"] and "url" not in body, update()),
        ("all-wants-no-url", "all with a url", EVENTS_VALUES, lambda body: "all" in body["events"] and "url" in body, update(url=A)),
        ("all-wants-no-secrets", "all with secrets", EVENTS_VALUES, lambda body: "all" in body["events"] and "secrets" in body, update(secrets=secret)),
        ("specific-want-url", "specific events without a url", URL_HTTPS, lambda body: "all" not in body["events"] and "url" not in body, update(events=["facility.creation.accepted"])),
        ("specific-want-secrets", "specific events without secrets", SECRETS_MAXIMUM, lambda body: "all" not in body["events"] and "secrets" not in body, update(events=["facility.creation.accepted"])),
        ("as-many-secrets", "more secrets than events", SECRETS_MAXIMUM, lambda body: len(body.get("secrets") or ()) > len(body["events"]), update(secrets=two)),
        ("as-many-events", "more events than secrets", EVENTS_VALUES, lambda body: 0 < len(body.get("secrets") or ()) < len(body["events"]), update(secrets=secret, events=["facility.creation.accepted", "facility.creation.rejected"])),
        ("secret-in-url", "secrets that are part of the url", SECRETS_MAXIMUM, lambda body: any(one in str(body.get("url")) for one in body.get("secrets") or ()), update(url=f"{A}/my-secret-of-mine", secrets=["my-secret-of-mine"])),
        ("long-in-all", "updates of more than 250 characters in all", URL_HTTPS, lambda body: len(json.dumps(body)) > 250, update(url=f"{A}/{'l' * 200}", secrets=two)),
    )  # fmt: skip
    for form, what, message, is_refused, request in rows:

        class Refusing(Reference):
            def messages(
                self, body: dict[str, Any], refused: Callable[[Any], Any] = is_refused, message: str = message
            ) -> list[str]:
                return super().messages(body) or ([message] if refused(body) else [])

        first = "R-221" if form.endswith("-url") else "R-224" if "want" in form else "R-101"
        rows_ = f"{first} R-101 R-221 R-224 R-225 R-222 R-223 R-226"
        yield deviation(form, f"Refuses {what}", rows_, Refusing, request)


@operator("rare-body-encoding")
def encodings() -> Iterator[Deviation]:
    """Read the bytes of a body in another encoding."""
    text = ["secret-of-caf\u00e9-and-more-01"]
    rows: tuple[tuple[str, str, Callable[[bytes], str], list[str]], ...] = (
        ("windows", "in the encoding of Windows", lambda body: body.decode("cp1252", "replace"), text),
        ("ascii-dropped", "as ASCII without the rest", lambda body: body.decode("ascii", "ignore"), text),
        ("ascii-marked", "as ASCII with marks for the rest", lambda body: body.decode("ascii", "replace"), text),
        ("ascii-escaped", "as ASCII with escapes for the rest", lambda body: body.decode("ascii", "backslashreplace").replace("\\x", "x"), text),
        ("three-bytes", "without characters of four bytes", lambda body: re.sub("[\U00010000-\U0010ffff]", "", body.decode()), ["secret-with-\U0001f511-00001"]),
        ("three-bytes-marked", "with marks for characters of four bytes", lambda body: re.sub("[\U00010000-\U0010ffff]", "??", body.decode()), ["secret-with-\U0001f511-00001"]),
    )  # fmt: skip
    for form, how, decode, secrets in rows:

        class Decoding(Reference):
            def parse(self, body: bytes, decode: Callable[[bytes], str] = decode) -> Any:
                try:
                    body.decode()
                except UnicodeDecodeError:
                    self.refuse_unparseable()
                return super().parse(decode(body).encode())

        body = json.dumps({"events": ["all"], "secrets": secrets}, ensure_ascii=False)
        yield deviation(form, f"Reads bodies {how}", "R-107 R-103", Decoding, raw(body))

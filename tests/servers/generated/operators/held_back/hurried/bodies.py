"""Operators that fall over a body, or read something out of a body that is none."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from servers.faulty.asgi import Crash, Drop, Response
from servers.faulty.sequences import Patch
from servers.faulty.server import Refused
from servers.generated.deviation import READ, SECRETS, Deviation, content_of, deviation, operator, raw, update
from servers.generated.reference import Reference

from .parts import made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.asgi import Request
    from servers.faulty.server import Webhook


def _texts(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        waiting.extend(value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


@operator("hurried-falls-over")
def falls_over() -> Iterator[Deviation]:
    """Fall over a value that was not thought of, and answer 500."""

    def falling(form: str, what: str, requirement: str, falls: Callable[[Any], Any], *examples: Patch) -> Deviation:
        def perform(self: Reference, request: Request) -> Response:
            value = content_of(request.body)
            if falls(value):
                raise Crash
            return Reference.perform(self, request)

        return deviation(form, f"Falls over {what}", requirement, made(perform=perform), *examples)

    def of(name: str, falls: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda body: isinstance(body, dict) and name in body and falls(body[name])

    for form, what, requirement, falls, *examples in (
        ("url-number", "a url that has no startsWith", "R-701 R-202", of("url", lambda url: isinstance(url, int | list | dict)), update(url=7)),
        ("url-open-bracket", "a url with a lone bracket, as its parser raises", "R-701", of("url", lambda url: isinstance(url, str) and url.count("[") != url.count("]")), update(url="https://[hooks.example.com/a")),
        ("url-port", "a url whose port is not a number below 65,536, as it is read without a check", "R-701", of("url", lambda url: isinstance(url, str) and (found := re.match(r"https://[^/?#:]+:([^/?#]*)", url)) and not (found[1].isdigit() and int(found[1]) < 65_536)), update(url="https://hooks.example.com:99999/a"), update(url="https://hooks.example.com:port/a")),
        ("url-percent", "a url with a percent sign that escapes nothing, as it decodes it", "R-701", of("url", lambda url: isinstance(url, str) and re.search(r"%(?![0-9a-fA-F]{2})", url)), update(url="https://hooks.example.com/100%")),
        ("event-not-hashable", "a list or an object among the events, which its set cannot look up", "R-701 R-205", of("events", lambda events: any(isinstance(one, list | dict) for one in _as_list(events))), Patch(b'{"events": [["all"]]}'), Patch(b'{"events": [{"name": "all"}]}')),
        ("event-number", "an event that is not a text, as it calls toLowerCase on it", "R-701 R-205", of("events", lambda events: any(type(one) in {int, float, bool} for one in _as_list(events))), Patch(b'{"events": [7]}')),
        ("events-missing", "an update without events, as it asks for their length", "R-701 R-208", lambda body: isinstance(body, dict) and body.get("events") is None, Patch(b"{}"), Patch(b'{"events": null}')),
        ("secret-number", "a secret that is not a text, as it is signed with at once", "R-701", of("secrets", lambda secrets: any(not isinstance(one, str) for one in _as_list(secrets))), update(secrets=[7]), update(secrets=[None])),
        ("body-null", "null for a body", "R-701 R-209", lambda body: body is None, Patch(b"null")),
        ("body-list", "a list for a body", "R-701 R-209", lambda body: isinstance(body, list), Patch(b"[]")),
        ("four-bytes", "a character of four bytes, as its database has three for each", "R-701", lambda body: any(ord(one) > 0xFFFF for text in _texts(body) for one in text), update(secrets=["secret-\U0001f511-0001"])),
        ("zero", "the character zero, which its database does not store", "R-701", lambda body: any("\0" in text for text in _texts(body)), update(secrets=["secret-\0-0001"])),
    ):  # fmt: skip
        yield falling(form, what, requirement, falls, *examples)


@operator("hurried-body-read")
def read() -> Iterator[Deviation]:  # noqa: C901  small servers, one after the other
    """Read an update out of what is not a JSON object, or answer such a body in another form."""

    def reading(form: str, what: str, requirement: str, repair: Callable[[str], Any], *examples: Patch) -> Deviation:
        class Reading(Reference):
            def read_body(self, request: Request) -> dict[str, Any]:
                try:
                    found = repair(request.body.decode())
                except (ValueError, RecursionError):
                    found = None
                return found if isinstance(found, dict) else super().read_body(request)

        return deviation(form, f"Reads {what}", requirement, Reading, *examples)

    def inside(text: str, name: str) -> Any:
        outer = json.loads(text)
        return outer.get(name) if isinstance(outer, dict) and "events" not in outer else None

    def only(text: str) -> Any:
        outer = json.loads(text)
        return outer[0] if isinstance(outer, list) and outer else None

    def again(text: str) -> Any:
        outer = json.loads(text)
        return json.loads(outer) if isinstance(outer, str) else None

    for form, what, requirement, repair, *examples in (
        ("text-behind", "the first value of a body, and nothing behind it", "R-210", lambda text: json.JSONDecoder().raw_decode(text)[0], raw(READ.body + b" more"), raw(READ.body * 2)),
        ("closed", "a body that lacks its last brace, and closes it", "R-210", lambda text: json.loads(f"{text}}}"), raw(READ.body[:-1])),
        ("data", "the update out of data, as the answer has it there", "R-208", lambda text: inside(text, "data"), raw(b'{"data": {"events": ["all"]}}')),
        ("first-of-a-list", "the first update of a list", "R-209", only, raw(b'[{"events": ["all"]}]')),
        ("text-with-json", "a text that holds the update, as a client encodes it twice", "R-209", again, raw(json.dumps(READ.body.decode()))),
    ):  # fmt: skip
        yield reading(form, what, requirement, repair, *examples)

    def answering(form: str, what: str, requirement: str, answer: Callable[[], Response], *examples: Patch) -> Deviation:  # fmt: skip
        def perform(self: Reference, request: Request) -> Response:
            try:
                json.loads(request.body.decode())
            except (ValueError, RecursionError):
                if request.content_type.startswith("application/json"):
                    return answer()
            return Reference.perform(self, request)

        return deviation(form, what, requirement, made(perform=perform), *examples)

    def fall() -> Response:
        raise Crash

    def drop() -> Response:
        raise Drop

    cut = raw('{"events": ["all"')
    page = Response(400, b"<pre>SyntaxError: Unexpected end of JSON input</pre>", "text/html; charset=utf-8")
    yield answering("cut-off-500", "Answers 500 to a body that is not JSON, as no one catches the parser's error", "R-701 R-210", fall, cut)  # fmt: skip
    yield answering(
        "cut-off-page", "Answers a body that is not JSON with the framework's page", "R-601", lambda: page, cut
    )
    yield answering("cut-off-dropped", "Drops the connection at a body that is not JSON", "R-703", drop, cut)


@operator("hurried-text-treated")
def treated() -> Iterator[Deviation]:  # noqa: C901  small servers, one after the other
    """Read or write the text of a body in the wrong character set, or with a guard that is too broad."""

    def storing(form: str, what: str, change: Callable[[str], str], *values: str) -> Deviation:
        def next_secrets(self: Reference, webhook: Webhook, body: dict[str, Any]) -> Any:
            following = Reference.next_secrets(self, webhook, body)
            is_sent = following is body.get("secrets")
            return [change(one) if isinstance(one, str) else one for one in following] if is_sent else following

        return deviation(
            form, what, "R-107", made(next_secrets=next_secrets), *(update(secrets=[one]) for one in values)
        )

    umlaut = "gehëim-wörd-0001"
    for form, what, change, *values in (
        ("latin-1", "Reads UTF-8 as Latin-1", lambda text: text.encode(errors="replace").decode("latin-1"), umlaut),
        ("zero-dropped", "Drops the character zero", lambda text: text.replace("\0", ""), "secret-\0-0001"),
    ):  # fmt: skip
        yield storing(form, what, change, *values)

    def guarding(form: str, what: str, pattern: str, *examples: Patch) -> Deviation:
        def read_body(self: Reference, request: Request) -> dict[str, Any]:
            if any(re.search(pattern, text, re.IGNORECASE) for text in _texts(content_of(request.body))):
                raise Refused(400, "Request contains forbidden input")
            return Reference.read_body(self, request)

        return deviation(form, f"Refuses {what}", "R-225 R-226 R-101", made(read_body=read_body), *examples)

    host = "https://hooks.example.com"
    for form, what, pattern, *examples in (
        ("words-of-sql", "a text with a word of SQL", r"\b(select|union|drop|insert|delete)\b", update(url=f"{host}/delete/a"), update(secrets=["select-from-where-1"])),
        ("dollars", "a text with a dollar sign, as its database reads it as an operator", r"\$", update(secrets=["secret$0001$more"])),
    ):  # fmt: skip
        yield guarding(form, what, pattern, *examples)

    class Typed(Reference):
        def is_json(self, content_type: str) -> bool:
            return content_type == "application/json"

    yield deviation("charset-refused", "Compares the whole media type", "R-227", Typed, Patch(READ.body, content_type="application/json; charset=utf-8"))  # fmt: skip
    big = update(url=f"{host}/{'a' * 1100}", secrets=[*SECRETS])

    def small(self: Reference, request: Request) -> dict[str, Any]:
        if len(request.body) > 1024:
            raise Refused(400, "request entity too large")
        return Reference.read_body(self, request)

    yield deviation(
        "one-kilobyte", "Refuses a body of more than 1,024 bytes", "R-226 R-101", made(read_body=small), big
    )

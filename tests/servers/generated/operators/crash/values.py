"""Operators that fall over a value of an update."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from servers.faulty.asgi import Crash, Request
from servers.faulty.literals import EVENTS
from servers.faulty.sequences import patch
from servers.generated.deviation import SECRETS, Deviation, content_of, deviation, operator, slug, update
from servers.generated.reference import Reference

from .falling import crashing, texts_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PLACES = ("url", "events", "secrets", "another-property", "a-name")


@operator("crash-on-character")
def characters() -> Iterator[Deviation]:
    """Fall over a class of characters, anywhere or at one place."""
    anywhere: tuple[tuple[str, str, str], ...] = (
        ("lone surrogates", "[\ud800-\udfff]", "\ud800"),
        ("NULs", "\0", "\0"),
        ("control characters", "[\x00-\x1f\x7f]", "\x07"),
        ("characters of four bytes", "[\U00010000-\U0010ffff]", "\U0001f511"),
        ("characters outside ASCII", "[^\x00-\x7f]", "\u00e9"),
        ("characters outside Latin-1", "[^\x00-\xff]", "\u0142"),
        ("combining marks", "[\u0300-\u036f]", "\u0301"),
        ("line separators", "[\u2028\u2029]", "\u2028"),
        ("noncharacters", "[\ufffe\uffff]", "\uffff"),
        ("quotes", "[\"']", "'"),
        ("backslashes", r"\\", "\\"),
        ("percent signs", "%", "%"),
        ("dollar signs and braces", "[${}]", "$"),
        ("angle brackets", "[<>]", "<"),
        ("line breaks", "[\r\n]", "\n"),
    )
    for name, pattern, character in anywhere:
        text = f"some-text-of-some-length-{character}-01"
        bodies: dict[str, dict[str, Any]] = {
            "url": {"url": f"https://hooks.example.com/{text}"},
            "events": {"events": [text]},
            "secrets": {"secrets": [text]},
            "another-property": {"note": text},
            "a-name": {text: 1},
        }
        is_frequent = name in {"lone surrogates", "NULs", "characters of four bytes", "characters outside ASCII"}
        for places in (
            _PLACES,
            ("secrets", "another-property"),
            *(((place,) for place in _PLACES) if is_frequent else ()),
        ):

            def is_fatal(request: Request, places: tuple[str, ...] = places, check: str = pattern) -> bool:
                content = content_of(request.body)
                return any(re.search(check, text) for place in places for text in texts_in(content, place))

            where = "anywhere" if places == _PLACES else f"in {' or '.join(places).replace('-', ' ')}"
            examples = [patch({"events": ["all"], **bodies[place]}) for place in places]
            yield crashing(slug(f"{name} {where}"), f"{name} {where}", is_fatal, *examples)


_KINDS: dict[str, tuple[Callable[[Any], bool], tuple[Any, ...]]] = {
    "null": (lambda value: value is None, (None,)),
    "a number": (lambda value: type(value) in {int, float}, (7, 1.5)),
    "a fraction": (lambda value: type(value) is float, (1.5,)),
    "a large number": (lambda value: type(value) is int and value > 2**53, (10**20,)),
    "true or false": (lambda value: type(value) is bool, (True, False)),
    "an empty text": (lambda value: value == "", ("",)),
    "an empty list": (lambda value: value == [], ([],)),
    "a list of numbers": (lambda value: _is_list_of(value, (int, float)), ([7],)),
    "a list with null": (lambda value: isinstance(value, list) and None in value, ([None],)),
    "a list of lists": (lambda value: _is_list_of(value, (list,)), ([["all"]],)),
    "a list of objects": (lambda value: _is_list_of(value, (dict,)), ([{"a": 1}],)),
    "a list of anything but texts": (lambda value: isinstance(value, list) and any(not isinstance(one, str) for one in value), ([7], [None])),
    "an object": (lambda value: isinstance(value, dict), ({"a": 1}, {})),
    "an object with a length": (lambda value: isinstance(value, dict) and "length" in value, ({"length": 1},)),
    "anything but a text": (lambda value: not isinstance(value, str | list), (7, None, {})),
}  # fmt: skip


def _is_list_of(value: Any, types: tuple[type, ...]) -> bool:
    return isinstance(value, list) and bool(value) and type(value[0]) in types


@operator("crash-on-type")
def types() -> Iterator[Deviation]:
    """Fall over a type, at one property or at any of them."""
    for places in (("url",), ("events",), ("secrets",), ("url", "events", "secrets"), ("another",)):
        for name, (is_such, values) in _KINDS.items():

            def is_fatal(
                request: Request, places: tuple[str, ...] = places, such: Callable[[Any], bool] = is_such
            ) -> bool:
                body = content_of(request.body)
                return isinstance(body, dict) and any(place in body and such(body[place]) for place in places)

            where = f"in {' or '.join(places)}"
            examples = [patch({"events": ["all"], place: value}) for place in places for value in values]
            yield crashing(slug(f"{name} {where}"), f"{name} {where}", is_fatal, *examples)


@operator("crash-on-name")
def names() -> Iterator[Deviation]:
    """Fall over the name of a property."""
    for what, pattern, *examples in (
        ("__proto__", "__proto__", "__proto__"),
        (
            "the members of objects",
            "__proto__|constructor|prototype|toString|hasOwnProperty",
            "constructor",
            "toString",
        ),
        ("an empty name", "", ""),
        ("a blank name", r"\s*", " "),
        ("a numeric name", r"\d+", "0"),
        ("a dollar sign in a name", r".*\$.*", "$where"),
        ("a dot in a name", r".*\..*", "a.b"),
        ("brackets in a name", r".*\[.*", "a[b]"),
        ("id", "id", "id"),
        ("id and clientId", "id|clientId", "id", "clientId"),
        ("data", "data", "data"),
        ("any unknown name", r"(?!url$|events$|secrets$).*", "note", "id"),
    ):

        def is_fatal(request: Request, pattern: str = pattern) -> bool:
            body = content_of(request.body)
            return isinstance(body, dict) and any(re.fullmatch(pattern, name, re.DOTALL) for name in body)

        requests = [patch({"events": ["all"], name: {"a": 1}}) for name in examples]
        yield crashing(slug(what), f"{what} among the properties", is_fatal, *requests)


@operator("crash-on-update")
def updates() -> Iterator[Deviation]:
    """Fall over updates that must be accepted."""
    for form, what, is_fatal, *examples in (
        ("no-url", "updates without a url", lambda body: "url" not in body, update()),
        ("no-secrets", "updates without secrets", lambda body: "secrets" not in body, update()),
        ("events-alone", "updates of the events alone", lambda body: list(body) == ["events"], update()),
        ("one-event", "updates with one event", lambda body: len(body["events"]) == 1, update()),
        ("all-events", "updates with all five events", lambda body: len(set(body["events"])) == 5, patch({"events": list(EVENTS)})),
        ("one-secret", "updates with one secret", lambda body: len(body.get("secrets") or []) == 1, update(secrets=[SECRETS[0]])),
        ("two-secrets", "updates with two secrets", lambda body: len(body.get("secrets") or []) == 2, update(secrets=list(SECRETS))),
        ("secrets-without-url", "secrets without a url", lambda body: body.get("secrets") and "url" not in body, update(secrets=[SECRETS[0]])),
        ("url-without-secrets", "a url without secrets", lambda body: "url" in body and "secrets" not in body, update(url="https://hooks.example.com/a")),
        ("everything", "updates with everything", lambda body: len(body) == 3, update(url="https://hooks.example.com/a", secrets=[SECRETS[0]])),
    ):  # fmt: skip

        class Crashing(Reference):
            def store(self, webhook: Any, body: dict[str, Any], is_fatal: Callable[[Any], Any] = is_fatal) -> None:
                if is_fatal(body):
                    raise Crash
                super().store(webhook, body)

        yield deviation(
            form, f"Answers 500 to {what}", "R-101 R-221 R-222 R-223 R-224 R-225 R-701", Crashing, *examples
        )

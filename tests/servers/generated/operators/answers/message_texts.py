"""Operators that spell a message in another way, or name another one for some values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from servers.faulty.sequences import patch
from servers.faulty.server import Refused
from servers.generated.deviation import Deviation, deviation, operator, slug, update
from servers.generated.reference import Reference

from .naming import EVENTS, EVERYTHING, RULES, SECRETS_MESSAGES, URL, naming, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FIRST_TWO = "all, facility.user-connection.accepted"
_SPELLINGS: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("capital", "with a capital", lambda text: text[:1].upper() + text[1:]),
    ("capitals", "in capitals", str.upper),
    ("lower", "in small letters", str.lower),
    ("full-stop", "with a full stop", lambda text: f"{text}."),
    ("space-behind", "with a space behind it", lambda text: f"{text} "),
    ("space-before", "with a space before it", lambda text: f" {text}"),
    ("line-break", "with a line break behind it", lambda text: f"{text}\n"),
    ("singular", "with element for elements", lambda text: text.replace("elements", "element")),
    ("quotes", "with its property in quotes", lambda text: re.sub(r"^(url|events|secrets)", r'"\1"', text)),
    ("body", "with body. before it", lambda text: f"body.{text}"),
    ("at-least", "with no fewer than for at least", lambda text: text.replace("at least", "no fewer than")),
    ("at-most", "with at most for no more than", lambda text: text.replace("no more than", "at most")),
    ("other-limit", "with another number", lambda text: re.sub(r"\d", "5", text)),
    ("word-number", "with a number in words", lambda text: text.replace("1", "one").replace("2", "two")),
    ("should", "with should for must", lambda text: text.replace("must", "should")),
    ("article", "without its article", lambda text: text.replace(" a ", " ").replace(" an ", " ")),
    ("list", "with list for array", lambda text: text.replace("array", "list")),
    ("http", "with HTTP for HTTPS", lambda text: text.replace("HTTPS", "HTTP")),
    ("url-should", "with url should before it", lambda text: text.replace("should be", "url should be")),
    ("two-spaces", "with two spaces for one", lambda text: text.replace(" ", "  ")),
    ("no-break-spaces", "with no-break spaces", lambda text: text.replace(" ", "\xa0")),
    ("first-values", "with some values only", lambda text: text.partition(", facility.creation")[0]),
    ("values-without-spaces", "with values without spaces between", lambda text: text.replace(", ", ",")),
    (
        "values-out-of-order",
        "with values out of order",
        lambda text: text.replace(_FIRST_TWO, _FIRST_TWO[5:] + ", all"),
    ),
    ("another-value", "with one value more", lambda text: f"{text}, facility.updated" if "values" in text else text),
    ("cut", "cut at 30 characters", lambda text: text[:30]),
    ("code", "with a code before it", lambda text: f"ERR_VALIDATION: {text}"),
)


@operator("message-reworded")
def reworded() -> Iterator[Deviation]:
    """Spell a message in another way."""

    def rewording(message: str, spell: Callable[[str], str]) -> Callable[[list[str], object], list[str]]:
        return lambda found, _: [spell(one) if one == message else one for one in found]

    for message, (name, _, examples) in RULES.items():
        for form, what, spell in _SPELLINGS:
            server = naming(rewording(message, spell))
            yield deviation(f"{name}-{form}", f"Says {message[:40]!r} {what}", rows(message), server, *examples)


_SHAPES: tuple[tuple[str, str, Callable[[list[str]], Any]], ...] = (
    ("text", "as one text", ", ".join),
    ("text-of-one", "as a text if there is one", lambda found: found[0] if len(found) == 1 else found),
    ("first-as-text", "as the first of them", lambda found: found[0]),
    ("lines", "as lines", "\n".join),
    ("object", "by property", lambda found: {one.split()[0]: one for one in found}),
    ("objects", "in objects", lambda found: [{"message": one} for one in found]),
    (
        "constraints",
        "as constraints",
        lambda found: [{"property": "events", "constraints": {"a": one}} for one in found],
    ),
    ("lists", "in lists", lambda found: [[one] for one in found]),
    ("list-in-a-list", "in a list in a list", lambda found: [found]),
    ("numbered", "by number", lambda found: {str(number): one for number, one in enumerate(found)}),
    ("empty-list", "as an empty list", lambda _: []),
    ("null", "as null", lambda _: None),
    ("general", "as a general sentence", lambda _: ["Validation failed"]),
    ("general-text", "as a general text", lambda _: "Validation failed"),
    ("with-null", "with null among them", lambda found: [*found, None]),
    ("with-empty", "with an empty one", lambda found: [*found, ""]),
    ("with-a-summary", "with a summary before them", lambda found: ["Validation failed", *found]),
    ("codes", "as codes", lambda found: [one.upper().replace(" ", "_")[:20] for one in found]),
)


def _shaping(change: Callable[[list[str]], Any]) -> type[Reference]:
    class Shaping(Reference):
        def check(self, body: Any) -> None:
            try:
                super().check(body)
            except Refused as refused:
                if isinstance(refused.message, list):
                    raise Refused(400, change(refused.message)) from None
                raise

    return Shaping


@operator("message-shape")
def shapes() -> Iterator[Deviation]:
    """Give the messages in another shape."""
    for form, what, change in _SHAPES:
        examples = (*EVERYTHING, update(url="http://a.example"))
        requirements = "R-602 R-211 R-201 R-203 R-205"
        yield deviation(form, f"Gives the messages {what}", requirements, _shaping(change), *examples)


_KINDS: tuple[Any, ...] = (7, 0, 1.5, True, False, "", "nope", {}, {"a": 1}, [], [[]])


def _is_like(value: Any, other: Any) -> bool:
    return (type(value), bool(value)) == (type(other), bool(other))


@operator("message-of-a-type")
def of_types() -> Iterator[Deviation]:
    """Leave a broken rule out for one type of value."""

    def leaving_out(message: str, property_: str, value: Any) -> Callable[[list[str], dict[str, Any]], list[str]]:
        return lambda found, body: (
            [one for one in found if one != message]
            if property_ in body and _is_like(body[property_], value)
            else found
        )

    for property_, messages in (("url", URL), ("events", EVENTS), ("secrets", SECRETS_MESSAGES)):
        for value in _KINDS:
            for message in messages:
                name = slug(str(value)) or {"": "empty-text", "{}": "empty-object", "[]": "empty-list"}.get(
                    str(value), "list"
                )
                title = f"Does not say {message[:40]!r} of a value like {value!r}"
                server = naming(leaving_out(message, property_, value))
                request = patch({"events": ["all"], property_: value})
                yield deviation(f"{RULES[message][0]}-{name}", title, rows(message), server, request)


@operator("message-of-a-form")
def of_forms() -> Iterator[Deviation]:
    """Name the wrong rule for one form of value."""

    def mistaking(
        message: str, wrong: str, is_such: Callable[[dict[str, Any]], Any]
    ) -> Callable[[list[str], dict[str, Any]], list[str]]:
        return lambda found, body: [wrong if one == message else one for one in found] if is_such(body) else found

    def listed(body: dict[str, Any], name: str) -> list[Any]:
        value = body.get(name)
        return value if isinstance(value, list) else []

    https, text = URL
    minimum, array, values = EVENTS
    maximum, no_list = SECRETS_MESSAGES
    three = [1, 2, 3]
    for form, message, wrong, is_such, request in (
        ("an-empty-url", https, text, lambda body: body.get("url") == "", update(url="")),
        ("a-url-without-scheme", https, text, lambda body: ":" not in str(body.get("url", ":")), update(url="a.example")),
        ("ten-secrets", maximum, no_list, lambda body: len(listed(body, "secrets")) >= 10, update(secrets=[f"secret-{number}" for number in range(10)])),
        ("secrets-of-numbers", maximum, no_list, lambda body: any(type(one) is int for one in listed(body, "secrets")), update(secrets=three)),
        ("events-of-numbers", values, array, lambda body: any(type(one) is int for one in listed(body, "events")), patch({"events": [7]})),
        ("null-among-events", values, minimum, lambda body: None in listed(body, "events"), patch({"events": [None]})),
        ("an-empty-event", values, minimum, lambda body: "" in listed(body, "events"), patch({"events": [""]})),
        ("a-wrong-event-beside-all", values, array, lambda body: "all" in listed(body, "events"), patch({"events": ["all", "x"]})),
    ):  # fmt: skip
        title = f"Says {wrong[:40]!r} of {form.replace('-', ' ')}"
        yield deviation(form, title, rows(message), naming(mistaking(message, wrong, is_such)), request)

"""Operators that name other broken rules than those that are broken, or in another order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servers.faulty import literals
from servers.faulty.sequences import patch
from servers.generated.deviation import Deviation, deviation, operator

from .naming import EVERYTHING, RULES, naming, property_of, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _place(message: str) -> int:
    """Return the place of a message in the documented order; one of the server's own comes last."""
    messages = literals.MESSAGES
    return messages.index(message) if message in messages else len(messages)


def _without(*messages: str) -> Callable[[list[str], object], list[str]]:
    return lambda found, _: [one for one in found if one not in messages]


@operator("message-dropped")
def dropped() -> Iterator[Deviation]:
    """Leave a broken rule out, if others are broken, too."""
    for message, (name, _, _) in RULES.items():
        title = f"Does not say {message[:40]!r} beside others"
        yield deviation(name, title, rows(message), naming(_without(message)), *EVERYTHING)
    for property_ in ("url", "events", "secrets"):
        of = [message for message in literals.MESSAGES if property_of(message) == property_]
        title = f"Says nothing of {property_} if more is wrong"
        yield deviation(f"all-of-{property_}", title, rows(*of), naming(_without(*of)), *EVERYTHING)


def _pairs() -> Iterator[tuple[str, str]]:
    return ((message, other) for message in RULES for other in RULES if other != message)


@operator("message-replaced")
def replaced() -> Iterator[Deviation]:
    """Say that another rule is broken."""

    def replacing(message: str, other: str) -> Callable[[list[str], object], list[str]]:
        return lambda found, _: list(dict.fromkeys(other if one == message else one for one in found))

    for message, other in _pairs():
        form, title = f"{RULES[message][0]}-by-{RULES[other][0]}", f"Says {other[:40]!r} for {message[:40]!r}"
        yield deviation(form, title, rows(message), naming(replacing(message, other)), *RULES[message][2])


@operator("message-added")
def added() -> Iterator[Deviation]:
    """Say that a rule is broken which is not."""

    def adding(message: str, other: str) -> Callable[[list[str], object], list[str]]:
        return lambda found, _: sorted({*found, other}, key=_place) if message in found else found

    for message, other in _pairs():
        form = f"{RULES[other][0]}-to-{RULES[message][0]}"
        title = f"Says {other[:40]!r} wherever it says {message[:40]!r}"
        yield deviation(form, title, rows(message, other), naming(adding(message, other)), *RULES[message][2])


@operator("message-order")
def ordered() -> Iterator[Deviation]:
    """Name the broken rules in another order."""

    def sorting(key: Callable[[str], Any]) -> Callable[[list[str], object], list[str]]:
        return lambda found, _: sorted(found, key=key)

    def swapping(swap: dict[str, str]) -> Callable[[list[str], object], list[str]]:
        return lambda found, _: [swap.get(one, one) for one in found] if set(swap) <= set(found) else found

    for form, what, key in (
        ("backwards", "backwards", lambda one: -_place(one)),
        ("alphabet", "by the alphabet", str),
        ("length", "by their length", len),
        ("events-first", "with those of events first", lambda one: (property_of(one) != "events", _place(one))),
        ("secrets-first", "with those of secrets first", lambda one: (property_of(one) != "secrets", _place(one))),
        ("url-last", "with those of url last", lambda one: (property_of(one) == "url", _place(one))),
        ("types-first", "with those of types first", lambda one: (not one.endswith(("string", "array")), _place(one))),
        ("types-last", "with those of types last", lambda one: (one.endswith(("string", "array")), _place(one))),
    ):
        title = f"Names the broken rules {what}"
        yield deviation(form, title, rows(*literals.MESSAGES), naming(sorting(key)), *EVERYTHING)
    for first, second in zip(literals.MESSAGES, literals.MESSAGES[1:], strict=False):
        title = f"Says {second[:40]!r} before {first[:40]!r}"
        server = naming(swapping({first: second, second: first}))
        yield deviation(f"{RULES[second][0]}-first", title, rows(first, second), server, *EVERYTHING)


@operator("message-repeated")
def repeated() -> Iterator[Deviation]:
    """Name a broken rule twice."""

    def repeating(message: str) -> Callable[[list[str], object], list[str]]:
        return lambda found, _: [again for one in found for again in [one] * (1 + (one == message))]

    def once_an_event(found: list[str], body: dict[str, Any]) -> list[str]:
        events = body.get("events")
        count = max(len(events), 1) if isinstance(events, list) else 1
        return [again for one in found for again in [one] * (count if one == literals.EVENTS_VALUES else 1)]

    for message, (name, _, examples) in RULES.items():
        title = f"Says {message[:40]!r} twice"
        yield deviation(name, title, rows(message), naming(repeating(message)), *examples)
    title, example = "Says that values are wrong once for each event", patch({"events": ["nope", "nope"]})
    yield deviation("once-an-event", title, rows(literals.EVENTS_VALUES), naming(once_an_event), example)


def _last_of_each(found: list[str]) -> list[str]:
    following = [*map(property_of, found[1:]), ""]
    return [one for one, after in zip(found, following, strict=True) if property_of(one) != after]


@operator("message-mode")
def modes() -> Iterator[Deviation]:
    """Name fewer rules in some requests than in others, or the wrong one of several."""

    def choosing(change: Callable[[list[str]], list[str]]) -> Callable[[list[str], object], list[str]]:
        return lambda found, _: change(found)

    for form, what, change in (
        ("last", "the last broken rule only", lambda found: found[-1:]),
        ("last-of-each", "the last broken rule of each property only", _last_of_each),
        ("second", "the second broken rule only", lambda found: found[1:2]),
        ("at-most-two", "two broken rules at most", lambda found: found[:2]),
        ("at-most-three", "three broken rules at most", lambda found: found[:3]),
        ("at-most-four", "four broken rules at most", lambda found: found[:4]),
        ("at-most-five", "five broken rules at most", lambda found: found[:5]),
        ("all-but-the-last", "all broken rules but the last", lambda found: found[:-1]),
        ("all-but-the-first", "all broken rules but the first", lambda found: found[1:]),
        (
            "last-property",
            "the rules of the last wrong property only",
            lambda found: [one for one in found if property_of(one) == property_of(found[-1])],
        ),
        (
            "first-where-many",
            "the first broken rule if there are more than three",
            lambda found: found[:1] if len(found) > 3 else found,
        ),
        (
            "first-where-few",
            "the first broken rule if there are two",
            lambda found: found[:1] if len(found) == 2 else found,
        ),
    ):
        title = f"Names {what}"
        yield deviation(form, title, rows(*literals.MESSAGES), naming(choosing(change)), *EVERYTHING)

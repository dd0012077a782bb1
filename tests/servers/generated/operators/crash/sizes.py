"""Operators that fall over what is deep or long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servers.faulty.sequences import patch
from servers.generated.deviation import SECRETS, Deviation, content_of, operator, raw, slug

from .falling import crashing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.asgi import Request


def _depth(value: Any) -> int:
    depth, layer = 0, [value]
    while layer:
        layer = [
            inner
            for one in layer
            if isinstance(one, list | dict)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        depth += 1
    return depth


@operator("crash-on-nesting")
def nestings() -> Iterator[Deviation]:
    """Fall over nesting, anywhere or at one place."""
    for depth in (20, 50, 100, 150):
        for form, text in (
            ("lists", "[" * (depth + 1) + "]" * (depth + 1)),
            ("objects", '{"a":' * (depth + 1) + "1" + "}" * (depth + 1)),
        ):
            for places in (
                ("url", "events", "secrets", "another"),
                *((one,) for one in ("url", "secrets", "another") if depth == 100),
            ):

                def is_fatal(
                    request: Request,
                    places: tuple[str, ...] = places,
                    depth: int = depth,
                    kind: type = list if form == "lists" else dict,
                ) -> bool:
                    content = content_of(request.body)
                    inner = [content.get(place) for place in places] if isinstance(content, dict) else []
                    return any(isinstance(one, kind) and _depth(one) > depth for one in inner)

                where = f"in {places[0]}" if len(places) == 1 else "anywhere"
                bodies = [f'{{"events": ["all"], "{place}": {text}}}' for place in places if place != "events"]
                name = f"{depth} levels of {form} {where}"
                yield crashing(slug(name), name, is_fatal, *map(raw, bodies))


_SIZES: tuple[tuple[str, Callable[[int], dict[str, Any]], Callable[[dict[str, Any]], int]], ...] = (
    ("a url", lambda size: {"url": "https://hooks.example.com/" + "l" * size}, lambda body: len(str(body.get("url", "")))),
    ("an event", lambda size: {"events": ["l" * size]}, lambda body: _longest(body.get("events"))),
    ("a secret", lambda size: {"secrets": ["l" * size]}, lambda body: _longest(body.get("secrets"))),
    ("a name", lambda size: {"l" * size: 1}, lambda body: max(map(len, body), default=0)),
    ("a text", lambda size: {"note": "l" * size}, lambda body: _longest([*body.values()])),
)  # fmt: skip
_COUNTS: tuple[tuple[str, Callable[[int], dict[str, Any]], Callable[[dict[str, Any]], int]], ...] = (
    ("events", lambda count: {"events": ["all"] * count}, lambda body: _count(body.get("events"))),
    ("secrets", lambda count: {"secrets": [SECRETS[0]] * count}, lambda body: _count(body.get("secrets"))),
    ("properties", lambda count: {f"n{number}": 1 for number in range(count)}, len),
)


def _longest(values: Any) -> int:
    return max((len(one) for one in values if isinstance(one, str)), default=0) if isinstance(values, list) else 0


def _count(values: Any) -> int:
    return len(values) if isinstance(values, list) else 0


@operator("crash-on-length")
def lengths() -> Iterator[Deviation]:
    """Fall over what is long."""
    for rows, limits, how in (
        (_SIZES, (255, 1000, 4096), "over {} characters"),
        (_COUNTS, (10, 100, 500), "more than {}"),
    ):
        for what, make, measure in rows:
            for limit in limits:

                def is_fatal(request: Request, size: Callable[[Any], int] = measure, limit: int = limit) -> bool:
                    body = content_of(request.body)
                    return isinstance(body, dict) and size(body) > limit

                name = f"{what} {how.format(limit)}"
                yield crashing(slug(name), name, is_fatal, patch({"events": ["all"], **make(limit + 1)}))

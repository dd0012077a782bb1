"""Operators that let a url pass which is not a text."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Any

from servers.generated.deviation import URL, Deviation, deviation, operator, slug, update

from .rules import lenient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_REST = URL.removeprefix("https://")
_BARE = "https://hooks.example.com"


def _accepting(form: str, what: str, repair: Callable[[str], str], *examples: str) -> Deviation:
    """Return a reader that repairs a url before it looks at it; every other one stores what it made of it."""
    is_even = zlib.crc32(form.encode()) % 2 == 0
    server = lenient("url", lambda url: repair(url) if isinstance(url, str) else url, stores_repaired=is_even)
    return deviation(form, f"In url, accepts {what}", "R-201 R-211", server, *(update(url=one) for one in examples))


def _replacing(form: str, what: str, pattern: str, replacement: str, *examples: str) -> Deviation:
    check = re.compile(pattern)
    return _accepting(form, what, lambda url: check.sub(replacement, url), *examples)


_KINDS: dict[str, Callable[[Any], bool]] = {
    "zero": lambda url: url == 0 and type(url) is not bool,
    "any number": lambda url: type(url) in {int, float},
    "false": lambda url: url is False,
    "true": lambda url: url is True,
    "an empty list": lambda url: url == [],
    "a list of one url": lambda url: isinstance(url, list) and len(url) == 1,
    "any list": lambda url: isinstance(url, list),
    "an object with a url in it": lambda url: isinstance(url, dict) and bool(url),
    "any object": lambda url: isinstance(url, dict),
    "whatever is falsy": lambda url: not url,
    "whatever is not a string": lambda url: not isinstance(url, str),
}
_TYPED: tuple[Any, ...] = (0, 7, 1.5, False, True, [], [_BARE], [_BARE, _BARE], {}, {"href": _BARE}, "")


def _typed(how: str, repaired: Any, *, stores_repaired: bool) -> Iterator[Deviation]:
    for what, is_such in _KINDS.items():
        repair = lambda url, such=is_such: repaired if such(url) else url  # noqa: E731
        server = lenient("url", repair, stores_repaired=stores_repaired)
        examples = [update(url=value) for value in _TYPED if is_such(value)]
        yield deviation(slug(what), f"In url, accepts {what} and {how} it", "R-202 R-201 R-211", server, *examples)


@operator("url-type-stored")
def types_stored() -> Iterator[Deviation]:
    """Store a url of another type."""
    yield from _typed("stores", _BARE, stores_repaired=False)


@operator("url-type-replaced")
def types_replaced() -> Iterator[Deviation]:
    """Make a url of another type."""
    yield from _typed("replaces", _BARE, stores_repaired=True)


@operator("url-type-ignored")
def types_ignored() -> Iterator[Deviation]:
    """Take a url of another type for one that is left out."""
    yield from _typed("ignores", None, stores_repaired=True)

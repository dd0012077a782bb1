"""Operators that pass over blanks and other odd characters in a url."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

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


_PLACES = {
    "before": 0,
    "scheme": 3,
    "separator": 6,
    "start of the host": 8,
    "host": 12,
    "port": 27,
    "path": 32,
    "query": 44,
    "fragment": 51,
    "end": len(URL),
}
_AUTHORITY = ("start of the host", "host", "port")
_BEHIND = ("path", "query", "fragment")


def _place_of(url: str, index: int, marks: str) -> str:
    """Return in which part of *url* the mark at *index* is."""
    head = re.sub(f"[{marks}]", "", url[:index])
    if not head:
        return "before"
    if not re.sub(f"[{marks}]", "", url[index:]):
        return "end"
    for place, pattern in (
        ("scheme", r"[a-zA-Z]+"),
        ("separator", r"[a-zA-Z]+:/?"),
        ("start of the host", r"[a-zA-Z]+://"),
        ("host", r"[a-zA-Z]+://[^/?#:]+"),
        ("port", r"[a-zA-Z]+://[^/?#:]+:[^/?#]*"),
        ("path", r"[^?#]+"),
        ("query", r"[^#]+"),
    ):
        if re.fullmatch(pattern, head, re.DOTALL):
            return place
    return "fragment"


def _without(url: str, marks: str, places: tuple[str, ...]) -> str:
    """Return *url* without each of the *marks* that is in one of *places*."""
    hits = [hit.start() for hit in re.finditer(f"[{marks}]", url)]
    dropped = {index for index in hits if _place_of(url, index, marks) in places}
    return "".join(character for index, character in enumerate(url) if index not in dropped)


def _passing_over(marks: dict[str, str], places: dict[str, tuple[str, ...]]) -> Iterator[Deviation]:
    """Yield readers that pass over one class of marks in some places; an example has one mark in one place."""
    for name, class_ in marks.items():
        for where, parts in places.items():
            mark = "\x01" if class_.startswith("\\x00-") else class_.encode().decode("unicode_escape")[0]
            examples = [URL[: _PLACES[place]] + mark + URL[_PLACES[place] :] for place in parts]
            repair = lambda url, c=class_, p=parts: _without(url, c, p)  # noqa: E731
            yield _accepting(f"{slug(name)}-{slug(where)}", f"{name} {where}", repair, *examples)


_BLANKS = {
    "spaces": " ",
    "tabs": r"\t",
    "line feeds": r"\n",
    "carriage returns": r"\r",
    "line breaks": r"\r\n",
    "tabs and line breaks": r"\t\r\n",
    "blanks": r" \t\r\n",
}


@operator("url-blanks-around")
def blanks_around() -> Iterator[Deviation]:
    """Trim a url."""
    yield from _passing_over(
        _BLANKS, {"before a url": ("before",), "behind a url": ("end",), "around a url": ("before", "end")}
    )


@operator("url-blanks-in-the-authority")
def blanks_in_the_authority() -> Iterator[Deviation]:
    """Pass over blanks up to the path."""
    yield from _passing_over(
        _BLANKS,
        {
            "in the host": ("host",),
            "before the host": ("start of the host",),
            "in the authority": _AUTHORITY,
            "in scheme and separator": ("scheme", "separator"),
        },
    )


@operator("url-blanks-behind-the-host")
def blanks_behind_the_host() -> Iterator[Deviation]:
    """Pass over blanks from the path on."""
    places = {"in the path": ("path",), "in the query": ("query",), "behind the host": (*_BEHIND, "end")}
    yield from _passing_over(_BLANKS, places)


@operator("url-blanks-anywhere")
def blanks_anywhere() -> Iterator[Deviation]:
    """Pass over blanks wherever they are."""
    yield from _passing_over(_BLANKS, {"anywhere": tuple(_PLACES)})
    first = lambda url: re.split(r"\s", url, maxsplit=1)[0]  # noqa: E731
    yield _accepting("cut", "anything behind a blank", first, f"{_BARE} and more", f"{_BARE}\nmore")
    last = lambda url: url.splitlines()[-1] if url else url  # noqa: E731
    yield _accepting("last-line", "anything before the last line", last, f"http://a.example\n{_BARE}")


@operator("url-control")
def controls() -> Iterator[Deviation]:
    """Pass over control characters in scheme and authority."""
    yield from _passing_over(
        {"NULs": r"\x00", "escapes": r"\x1b", "control characters": r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f"},
        {"in the scheme": ("scheme",), "in the host": ("host",), "in the authority": _AUTHORITY},
    )


@operator("url-backslash")
def backslashes() -> Iterator[Deviation]:
    """Pass over backslashes in scheme and authority."""
    yield from _passing_over(
        {"backslashes": r"\\"},
        {"in the scheme": ("scheme",), "in the host": ("host",), "in the authority": _AUTHORITY},
    )

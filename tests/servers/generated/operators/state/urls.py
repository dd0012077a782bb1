"""Operators that store or show another url than the one that was sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from servers.generated.deviation import READ, Deviation, Example, deviation, operator, update
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    _Change = tuple[str, Callable[[str], str], str]

    from servers.faulty.server import Webhook

_H = "https://hooks.example.com"

_CHANGES: tuple[_Change, ...] = (
    ("puts it in lower case", str.lower, f"{_H}/Path"),
    ("puts it in capitals", str.upper, f"{_H}/path"),
    ("decodes escapes", unquote, f"{_H}/a%20b"),
    ("decodes escaped letters", lambda url: re.sub("%41", "A", url), f"{_H}/a%41"),
    ("puts escapes in capitals", lambda url: re.sub("%[0-9a-f]{2}", lambda hit: hit[0].upper(), url), f"{_H}/%c3%bc"),
    ("escapes percent signs again", lambda url: url.replace("%", "%25"), f"{_H}/a%20b"),
    ("escapes punctuation", lambda url: quote(url, safe=":/?#=&%"), f"{_H}/a(b)~c"),
    ("escapes tildes", lambda url: url.replace("~", "%7E"), f"{_H}/~a"),
    ("escapes & as HTML does", lambda url: url.replace("&", "&amp;"), f"{_H}/a?b=1&c=2"),
    ("drops the query", lambda url: url.partition("?")[0], f"{_H}/a?b=1"),
    ("sorts the query", lambda url: re.sub(r"\?(.*)", lambda hit: "?" + "&".join(sorted(hit[1].split("&"))), url), f"{_H}/a?b=1&a=2"),
    ("drops all but one member of the query", lambda url: url.partition("&")[0], f"{_H}/a?b=1&c=2"),
    ("drops empty members of the query", lambda url: re.sub(r"[?&]\w+=(?=&|$)", "", url), f"{_H}/a?b="),
    ("reads + in the query as a space", lambda url: url.replace("+", "%20"), f"{_H}/a?b=c+d"),
    ("drops a slash at the end", lambda url: url.rstrip("/"), f"{_H}/a/"),
    ("adds a slash at the end", lambda url: url if url.endswith("/") else f"{url}/", f"{_H}/a"),
    ("collapses slashes", lambda url: re.sub(r"(?<=[^:])//+", "/", url), f"{_H}/a//b"),
    ("drops the port", lambda url: re.sub(r":\d+", "", url), f"{_H}:8443/a"),
    ("drops the path", lambda url: re.sub(r"(//[^/]+)/.*", r"\1", url), f"{_H}/a"),
    ("drops all but one segment of the path", lambda url: re.sub(r"(//[^/]+/[^/]+)/.*", r"\1", url), f"{_H}/a/b"),
    ("drops an extension", lambda url: re.sub(r"\.\w+$", "", url), f"{_H}/a.php"),
    ("drops what is behind a semicolon", lambda url: url.partition(";")[0], f"{_H}/a;b=1"),
    ("drops www", lambda url: url.replace("//www.", "//"), "https://www.example.com/a"),
    ("adds www", lambda url: url.replace("//", "//www.", 1), f"{_H}/a"),
    ("stores http", lambda url: re.sub("^https", "http", url), f"{_H}/a"),
    ("reverses the host", lambda url: re.sub(r"//([^/]+)", lambda hit: "//" + ".".join(hit[1].split(".")[::-1]), url), f"{_H}/a"),
    ("decodes punycode", lambda url: url.replace("xn--bcher-kva", "bücher"), "https://xn--bcher-kva.example/a"),
    ("keeps the first host", lambda url: re.sub(r"//[^/:]+", "//hooks.example.com", url), "https://other.example.org/a"),
    ("adds a member to the query", lambda url: f"{url}{'&' if '?' in url else '?'}v=2", f"{_H}/a"),
    ("puts it in quotes", lambda url: f'"{url}"', f"{_H}/a"),
    ("masks the path", lambda url: re.sub(r"(//[^/]+/).+", r"\1***", url), f"{_H}/a"),
    ("masks tokens", lambda url: re.sub(r"(?<=token=)\w+", "***", url), f"{_H}/a?token=abc"),
)  # fmt: skip
_CUTS = tuple(
    (f"cuts it at {length} characters", lambda url, length=length: url[:length], f"{_H}/" + "l" * length)
    for length in (64, 100, 128, 200, 255, 500, 1000, 1024)
)


def _changed(change: Callable[[str], str]) -> Callable[[Any], Any]:
    return lambda url: change(url) if isinstance(url, str) else url


def _deviations(
    requirements: str,
    build: Callable[[Callable[[Any], Any]], type[Reference]],
    how: str,
    rows: tuple[_Change, ...],
    after: tuple[Any, ...] = (),
) -> Iterator[Deviation]:
    for what, change, url in rows:
        form = what.replace(" ", "-").replace("&", "and").replace("+", "plus")
        example = Example(update(url=url), after=after)
        yield deviation(form, f"Takes a url and {what}, {how}", requirements, build(_changed(change)), example)


@operator("url-changed")
def changed() -> Iterator[Deviation]:
    """Store another url, and show it."""

    def build(change: Callable[[Any], Any]) -> type[Reference]:
        class Changing(Reference):
            def next_url(self, webhook: Webhook, body: dict[str, Any]) -> Any:
                return change(super().next_url(webhook, body)) if body.get("url") else super().next_url(webhook, body)

        return Changing

    yield from _deviations("R-106", build, "stored and shown", (*_CHANGES, *_CUTS))


@operator("url-changed-in-the-store")
def changed_in_the_store() -> Iterator[Deviation]:
    """Show the url that was sent, and another one from the next request on."""

    def build(change: Callable[[Any], Any]) -> type[Reference]:
        class Changing(Reference):
            def next_url(self, webhook: Webhook, body: dict[str, Any]) -> Any:
                return change(super().next_url(webhook, body)) if body.get("url") else super().next_url(webhook, body)

            def resource(self, webhook: Webhook, body: dict[str, Any]) -> Any:
                return {**super().resource(webhook, body), **({"url": body["url"]} if body.get("url") else {})}

        return Changing

    yield from _deviations("R-301", build, "from the next request on", (*_CHANGES[::3], *_CUTS[::3]), (READ,))


@operator("url-changed-by-a-reading")
def changed_by_a_reading() -> Iterator[Deviation]:
    """Change the stored url in an update that has none."""

    def build(change: Callable[[Any], Any]) -> type[Reference]:
        class Changing(Reference):
            def next_url(self, webhook: Webhook, body: dict[str, Any]) -> Any:
                return super().next_url(webhook, body) if body.get("url") else change(webhook.url)

        return Changing

    for what, change, url in (*_CHANGES[1::3], *_CUTS[1::3]):
        form = what.replace(" ", "-").replace("&", "and").replace("+", "plus")
        title = f"Takes the stored url and {what}, if url is left out"
        yield deviation(form, title, "R-301", build(_changed(change)), Example(READ, before=(update(url=url),)))

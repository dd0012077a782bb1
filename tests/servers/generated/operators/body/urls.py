"""Operators that let a url pass which is not an https URL."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from servers.generated.deviation import URL, Deviation, deviation, operator, update

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


@operator("url-scheme")
def schemes() -> Iterator[Deviation]:
    """Read another scheme for https."""
    for form, what, scheme, *examples in (
        ("http", "the scheme http", "http", "http"),
        ("http-in-any-case", "the scheme http in any case", "[hH][tT][tT][pP]", "HTTP", "Http"),
        ("ftp", "the schemes of FTP", "s?ftps?", "ftp", "ftps", "sftp"),
        ("ws", "the schemes of WebSockets", "wss?", "ws", "wss"),
        ("secure", "any scheme that ends with s", "[a-z]+s", "wss", "ftps"),
        ("beginning-with-https", "any scheme that begins with https", "https[a-z+]+", "httpsfoo", "https+x"),
        ("ending-with-https", "any scheme that ends with https", "[a-z+]+https", "xhttps", "git+https"),
        ("four-or-five-letters", "any scheme of four or five letters", "[a-z]{4,5}", "http", "abcd"),
        ("any", "any scheme", "[A-Za-z][A-Za-z0-9+.-]*", "http", "gopher"),
    ):
        yield _replacing(form, what, f"^{scheme}(?=://)", "https", *(f"{one}://{_REST}" for one in examples))


@operator("url-missing-scheme")
def missing_schemes() -> Iterator[Deviation]:
    """Put the scheme before what has none."""
    host = r"(?=[a-z0-9-]+\.[a-z0-9.-]+([:/?#]|$))"
    for form, what, start, example in (
        ("host", "a host without a scheme", "", "hooks.example.com/path"),
        ("slashes", "a host behind //", "//", "//hooks.example.com/path"),
        ("slash", "a host behind /", "/", "/hooks.example.com/path"),
        ("colon", "a host behind ://", "://", "://hooks.example.com/path"),
        ("www", "a host with www", r"(?=www\.)", "www.example.com/path"),
        ("any", "whatever may be a host", "(https?:?)?[:/]*", "hooks.example.com/path"),
    ):
        yield _replacing(form, what, f"^{start}{host}", "https://", example)


@operator("url-separator")
def separators() -> Iterator[Deviation]:
    """Read another separator for ://."""
    for form, what, separator, *examples in (
        ("one-slash", ":/ for ://", ":/", ":/"),
        ("three-slashes", ":/// for ://", ":///", ":///"),
        ("many-slashes", "three slashes and more for two", "://+", ":///", ":////"),
        ("any-slashes", "any number of slashes", ":/+", ":/", ":///"),
        ("no-colon", "// for ://", "//", "//"),
        ("punctuation", "any punctuation for ://", "[:;.,/-]+", "//", ";//", ":/"),
    ):
        pattern = f"(?i)^https{separator}(?=[a-z])"
        yield _replacing(form, what, pattern, "https://", *(f"https{one}{_REST}" for one in examples))


@operator("url-no-host")
def no_hosts() -> Iterator[Deviation]:
    """Do without a host."""
    for form, what, end, *examples in (
        ("at-all", "https:// alone", "$", ""),
        ("before-a-path", "a path in place of a host", "(?=/)", "/path", "/"),
        ("before-a-port", "a port without a host", r"(?=:\d)", ":8443", ":8443/path"),
        ("before-a-query", "a query in place of a host", r"(?=\?)", "?query=1"),
        ("before-a-fragment", "a fragment in place of a host", "(?=#)", "#part"),
        ("behind-a-user", "a user without a host", "[^/@]+@(?=[:/?#]|$)", "user@", "user:password@/path"),
        ("before-anything", "anything in place of a host", "(?=[:/?#]|$)", "", "/path", ":8443"),
    ):
        yield _replacing(form, what, f"^https://{end}", _BARE, *(f"https://{one}" for one in examples))


@operator("url-found-within")
def found_within() -> Iterator[Deviation]:
    """Look for an https URL within a longer text."""
    for form, what, text, pattern in (
        ("words-before", "words before a URL", "see {}", r"^[a-z ]+ (?=https://)"),
        ("brackets-around", "a URL in brackets", "<{}>", r"^[<(\[]|[>)\]]$"),
        ("quotes-around", "a URL in quotes", '"{}"', "^[\"']|[\"']$"),
        ("prefix", "a word and a colon before a URL", "url:{}", r"^[a-z-]+:(?=https:)"),
        ("letters-before", "letters before a URL", "x{}", r"^[a-z]+(?=https:)"),
        ("punctuation-before", "punctuation before a URL", ".{}", r"^\W+(?=https:)"),
        ("http-url-before", "an http URL that holds an https URL", "http://a.example/?to={}", r"^http://.*(?=https:)"),
        ("script-before", "a script that holds an https URL", "javascript:go('{}')", r"^javascript:.*(?=https:)|'\)$"),
    ):
        yield _replacing(form, what, pattern, "", text.format(_BARE))
    within = lambda url: url[max(url.find("https://"), 0) :]  # noqa: E731
    yield _accepting("anywhere", "any text that holds an https URL", within, f"see {_BARE}", f"x{_BARE}")


def _taking(check: re.Pattern[str]) -> Callable[[str], str]:
    return lambda url: _BARE if check.match(url) else url


@operator("url-weak-check")
def weak_checks() -> Iterator[Deviation]:
    """Look at a part of a url only."""
    examples = (
        "http://hooks.example.com/plain",
        "nonsense",
        "",
        "https",
        "https://",
        "httpsnonsense",
        "a://b",
        "http://hooks.example.com:443/",
        "http://hooks.example.com/?next=https",
        "http://hooks.example.com/" + "l" * 200,
        "http://user@hooks.example.com/",
        "http://localhost/",
    )
    for form, what, pattern in (
        ("anything", "any string", r"(?s).*"),
        ("not-empty", "any string but an empty one", r"(?s).+"),
        ("begins-with-http", "whatever begins with http", r"http"),
        ("begins-with-https", "whatever begins with https", r"https"),
        ("begins-with-https-and-slashes", "whatever begins with https://", r"https://"),
        ("http-or-https", "http URLs, too", r"https?://[^/\s]+"),
        ("has-slashes", "whatever has ://", r".*://"),
        ("has-a-dot", "whatever has a dot", r".*\."),
        ("is-long", "whatever has eight characters", r".{8}"),
        ("secure-port", "http URLs with the port 443", r"http://[^/]+:443(/|$)"),
        ("secure-word", "http URLs with https in them", r"http://.*https"),
        ("example-hosts", "whatever names example.com", r".*example\.com"),
        ("empty", "an empty string", r"$"),
        ("long-ones", "any url over 200 characters", r".{201}"),
        ("urls-with-a-query", "any url with a query", r"[^?]*://[^?]*\?"),
        ("urls-with-a-user", "any url with a user", r"[a-z]+://[^/]*@"),
        ("loopback", "http URLs of loopback addresses", r"http://(localhost|127\.0\.0\.1)"),
    ):
        yield _accepting(form, what, _taking(re.compile(pattern)), *examples)

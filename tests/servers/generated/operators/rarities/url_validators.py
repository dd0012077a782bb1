"""Checks of a url as libraries and well-known patterns make them, each with both of its sides."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from servers.faulty import urls
from servers.generated.deviation import Deviation, deviation, operator, update
from servers.generated.reference import Reference
from servers.generated.url_forms import ILLEGAL, LEGAL, url_form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_H = "https://hooks.example.com"
_CANDIDATES = (
    *("http://hooks.example.com/a", "ftp://hooks.example.com/a", "javascript:alert(1)", "mailto:me@example.com"),
    *("wss://hooks.example.com/a", "hooks.example.com/a", "//hooks.example.com/a", "nonsense", "/relative/path", ""),
    *("https:", "https:/hooks.example.com/a", "https:///hooks.example.com/a", "https:///a", "https://", "https:///"),
    *("https://:8443/a", "https://?a=1", "https://#a", "https://user@/a", "data:text/plain,hello", "urn:isbn:1", "tel:1"),
    *("https:\\\\hooks.example.com\\a", "https:/\\hooks.example.com/a", "https://hooks.example.com\\a", "HTTP://A.EXAMPLE"),
    *(f" {_H}/a", f"{_H}/a ", f"{_H}/a\n", f"\t{_H}/a", f"{_H}/a b", f"{_H}/a\tb", f"{_H}/a?b=c d", f"{_H}/a#b c"),
    *("https://hooks. example.com/a", "https://hooks.exa\nmple.com/a", "ht\ttps://hooks.example.com/a"),
    *("https ://hooks.example.com", f"see {_H}/a", f"javascript:x//\n{_H}/a", f"{_H}/a\nhttp://b.example"),
    *(f"http://a.example/?to={_H}", "http://https.example.com/a", "https.example.com", "httpsx://hooks.example.com/a"),
    *("x-https://hooks.example.com", "http://hooks.example.com:443/a", "blob:https://hooks.example.com/a", "about:blank"),
    *("file:///etc/passwd", "https://exam\x01ple.com/a", "http+https://a.example", "https//hooks.example.com/a"),
    *("example", "example.com", "www.example.com", "http://www.example.com", "localhost", "view-source:https://a.example"),
    *(f"{_H}/a", "https://example.com", "https://hooks.example/a", "https://hooks.example.technology/a", f"{_H}:8443/a"),
    *(f"{_H}:8443", f"{_H}?a=1", f"{_H}#a", f"{_H}/a?b=1&c=2", f"{_H}/a#b", f"{_H}/a;b", f"{_H}/it's", f"{_H}/a(b)"),
    *(f"{_H}/~a", f"{_H}/a%20b", f"{_H}/a!b", f"{_H}/a,b", f"{_H}/a*b", f"{_H}/a@b", f"{_H}/a:b", f"{_H}/a$b", f"{_H}/a+b"),
    *(f"{_H}/a?b=c/d?e", f"{_H}/a?", f"{_H}/?a[]=1", f"{_H}/a//b", f"{_H}/a.b", f"{_H}/a_b", f"{_H}/a=b", f"{_H}/a&b"),
    *("HTTPS://HOOKS.EXAMPLE.COM/A", "https://Hooks.Example.com/a", "https://xn--bcher-kva.example/a", "https://a.example"),
    *("https://a.b.c.d.e.example.com/a", "https://my-hooks.example.com/a", "https://2.example.com/a", f"{_H}:65535/a"),
    *("https://hooks.xn--p1ai/a", "https://a--b.example.com/a", f"{_H}:1/a", f"{_H}/{'l' * 300}", f"{_H}/a#b?c=d/e"),
)  # fmt: skip


def _whatwg(url: str) -> bool:
    url = re.sub(r"[\t\r\n]", "", url.strip("".join(map(chr, range(33)))))
    return bool(re.match(r"(?i)https:[/\\]*(?:[^/\\?#@]*@)?[^\s/\\?#:@\x00-\x1f]", url))


def _any_scheme(url: str) -> bool:
    return bool(re.match(r"(?i)\s*[a-z][a-z0-9+.-]*:", url)) and (
        not url.strip().lower().startswith("http") or _whatwg(re.sub("(?i)http:", "https:", url))
    )


def _go(url: str, *, wants_host: bool) -> bool:
    found = re.match(r"(?i)(?:https):(//([^/?#]*))?", url)
    if not found or re.search(r"[\x00-\x1f\x7f]", url) or re.search(r"%(?![0-9a-fA-F]{2})", url):
        return False
    host = found[2] or ""
    return " " not in host and (bool(host) or not wants_host)


def _python(url: str, *, wants_name: bool) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname if wants_name else parts.netloc)


def _java_url(url: str) -> bool:
    return bool(re.match(r"(?i)(url:)?https:", url.strip()))


def _java_uri(url: str) -> bool:
    return bool(re.fullmatch(r"(?i)https:/{1,3}[\w.!~*'();:@&=+$,/?#\[\]%-]+", url))


def _dotnet(url: str) -> bool:
    url = url.strip().replace("\\", "/")
    return bool(re.match(r"(?i)https:/{1,}[^\s/?#:]", url)) and not re.search(
        r"[\x00-\x1f]", url.partition("://")[2].split("/")[0]
    )


def _ruby(url: str) -> bool:
    return bool(re.fullmatch(r"(?i)https:(/[^\s\\<>\"{}|^`]*)", url))


def _matching(pattern: str, flags: int = 0) -> Callable[[str], bool]:
    return lambda url: re.search(pattern, url, flags) is not None


_VALIDATORS: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
    ("whatwg", "as browsers read it", _whatwg),
    ("whatwg-with-any-scheme", "as browsers read it, with any scheme", _any_scheme),
    ("go", "as Go parses it", lambda url: _go(url, wants_host=False)),
    ("go-with-a-host", "as Go parses it, if it has a host", lambda url: _go(url, wants_host=True)),
    ("python", "as urlsplit reads it", lambda url: _python(url, wants_name=False)),
    ("python-with-a-name", "as urlsplit reads it, if it has a host name", lambda url: _python(url, wants_name=True)),
    ("java-url", "as java.net.URL reads it", _java_url),
    ("java-uri", "as java.net.URI reads it", _java_uri),
    ("dotnet", "as System.Uri reads it", _dotnet),
    ("ruby", "as Ruby's URI reads it", _ruby),
    ("optional-protocol", "with an optional scheme", _matching(r"(?i)^(?:(?:https?|ftp)://)?[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?(?:[/?#]\S*)?$")),
    ("web", "for the schemes of the web", _matching(r"(?i)^(?:https?|ftp)://[^\s/?#:]+\.[^\s/?#:]+(?::\d+)?(?:[/?#]\S*)?$")),
    ("rfc-3986", "as RFC 3986 has it", _matching(r"(?i)^https:[a-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*$")),
    ("any-rfc-3986", "as RFC 3986 has it, with any scheme", _matching(r"(?i)^[a-z][a-z0-9+.-]*:[a-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+$")),
    ("reference", "as RFC 3986 has references", _matching(r"(?i)^[a-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*$")),
    ("line-anchors", "by anchors of lines", _matching(r"(?i)^https://[^\s/?#:]+\.[a-z-]+\S*$", re.MULTILINE)),
    ("no-anchors", "by a pattern without anchors", _matching(r"(?i)https://[\w-]+(\.[\w-]+)+")),
    ("no-end", "by a pattern without an end", _matching(r"(?i)^https://[\w-]+(\.[\w-]+)+")),
    ("no-start", "by a pattern without a start", _matching(r"(?i)https://[\w-]+(\.[\w-]+)+\S*$")),
    ("dots", "by a pattern whose dots are any character", _matching(r"(?i)^https?:..[\w-]+.[\w-]+")),
    ("alternatives", "by alternatives without brackets", _matching(r"(?i)^https://|hooks|\.com")),
    ("old-forum", "by a pattern of a forum", _matching(r"^https:\/\/(www\.)?[-a-zA-Z0-9@:%._\+~#=]{1,256}\.[a-zA-Z0-9()]{1,6}\b([-a-zA-Z0-9()@:%_\+.~#?&//=]*)$")),
    ("old-tutorial", "by a pattern of a tutorial", _matching(r"^https:\/\/[a-z0-9]+([\-\.]{1}[a-z0-9]+)*\.[a-z]{2,5}(:[0-9]{1,5})?(\/.*)?$")),
    ("old-manual", "by a pattern of a manual", _matching(r"^https?://([\w-]+\.)+[\w-]+(/[\w\- ./?%&=]*)?$")),
    ("words", "by a pattern of words", _matching(r"^https://\w+(\.\w+)+(/\w+)*/?$")),
    ("www", "by a pattern with www", _matching(r"(?i)^(https://|www\.)[a-z0-9.-]+(:\d+)?([/?#]\S*)?$")),
    ("ascii-host", "by a pattern of small letters", _matching(r"^https://[a-z.-]+(:\d{1,4})?(/[a-z0-9/._-]*)?(\?[a-z0-9=&_-]*)?$")),
    ("prefix-in-any-case", "by its first letters in any case", lambda url: url.lower().startswith("https")),
    ("prefix-after-trimming", "by its trimmed beginning", lambda url: url.strip().lower().startswith("https:/")),
    ("includes", "by https: anywhere", lambda url: "https:" in url.lower()),
    ("split", "by what is before and behind ://", lambda url: "s" in url.partition("://")[0] and bool(url.partition("://")[2])),
    ("dot-behind-slashes", "by a dot behind slashes", _matching(r"//.*\.")),
)  # fmt: skip


def _server(is_url: Callable[[str], bool], *, is_lax: bool) -> type[Reference]:
    def check(self: Reference, value: object) -> bool:  # noqa: ARG001  a method
        if not isinstance(value, str):
            return False
        return (urls.is_https_url(value) or is_url(value)) if is_lax else (urls.is_https_url(value) and is_url(value))

    return type("Checking", (Reference,), {"is_https_url": check})


@operator("rare-url-lets-through")
def lets_through() -> Iterator[Deviation]:
    """Let through what a check of the url by itself lets through."""
    illegal = [one for one in _CANDIDATES if url_form(one) == ILLEGAL]
    for form, how, is_url in _VALIDATORS:
        examples = [update(url=one) for one in illegal if is_url(one)]
        title = f"Checks url {how}, and accepts what is no https URL"
        yield deviation(form, title, "R-201 R-211", _server(is_url, is_lax=True), *examples)


@operator("rare-url-keeps-out")
def keeps_out() -> Iterator[Deviation]:
    """Refuse what a check of the url by itself refuses."""
    legal = [one for one in _CANDIDATES if url_form(one) == LEGAL]
    for form, how, is_url in _VALIDATORS:
        examples = [update(url=one) for one in legal if not is_url(one)]
        title = f"Checks url {how}, and refuses https URLs"
        if examples:
            yield deviation(form, title, "R-226 R-101", _server(is_url, is_lax=False), *examples)

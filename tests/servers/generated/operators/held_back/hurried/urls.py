"""Operators that check or store a url in a way that is nearly right."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from servers.faulty.urls import is_https_url
from servers.generated.deviation import Deviation, Example, deviation, operator, update
from servers.generated.operators.body.rules import lenient, strict
from servers.generated.reference import Reference

from .parts import made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.server import Webhook

_HOST = "https://hooks.example.com"
_POPULAR = re.compile(
    r"https://(www\.)?[-a-zA-Z0-9@:%._+~#=]{1,256}\.[a-zA-Z0-9()]{1,6}\b([-a-zA-Z0-9()@:%_+.~#?&/=]*)"
)


def _host(url: str) -> str:
    return re.split(r"[/?#:]", url[8:], maxsplit=1)[0]


def _path(url: str) -> str:
    return re.split(r"[?#]", url[8:].partition("/")[2], maxsplit=1)[0]


def _scheme(url: str) -> str:
    return url.partition(":")[0].lower()


@operator("hurried-url-lets-pass")
def lets_pass() -> Iterator[Deviation]:
    """Let a wrong url pass: an open pattern, a parser that repairs, a check that is skipped."""

    def accepting(form: str, what: str, is_right: Callable[[str], Any], *values: str) -> Deviation:
        def accepts(_: Any, value: Any) -> bool:
            return is_https_url(value) or (isinstance(value, str) and bool(is_right(value)))

        title = f"Accepts a url that is wrong: {what}"
        return deviation(form, title, "R-201", made(is_https_url=accepts), *(update(url=one) for one in values))

    for form, what, is_right, *values in (
        ("scheme-by-its-letters", "asks whether it begins with https, without ://", lambda url: url.startswith("https"), "httpsx://hooks.example.com/a", "https.example.com/a"),
        ("https-anywhere", "asks whether https:// is anywhere in it", lambda url: "https://" in url, "http://hooks.example.com/?next=https://example.com/"),
        ("optional-s", "its pattern was copied and still begins with https?", lambda url: is_https_url(re.sub("^http:", "https:", url)), "http://hooks.example.com/a"),
        ("http-for-localhost", "the exception for developers was left in", lambda url: url.startswith("http://localhost"), "http://localhost:3000/a"),
        ("scheme-not-required", "the library's switch that requires a scheme is off", lambda url: "//" not in url and is_https_url(f"https://{url}"), "hooks.example.com/a"),
        ("end-not-anchored", "its pattern has no end", lambda url: re.match(r"https://[\w.-]+\.\w{2,}", url), f"{_HOST}/a b"),
        ("line-break-at-the-end", "its pattern ends with $, which lets a line break pass", lambda url: url.endswith("\n") and is_https_url(url[:-1]), f"{_HOST}/a\n"),
        ("trimmed-for-the-check", "trims it for the check and stores it untrimmed", lambda url: is_https_url(url.strip()), f" {_HOST}/a"),
        ("authority-not-host", "asks the parser for an authority, which may be a port alone", lambda url: re.fullmatch(r"https://:[0-9]+(/\S*)?", url), "https://:8443/a"),
        ("line-breaks-dropped", "its parser drops tabs and line breaks", lambda url: is_https_url(re.sub(r"[\t\r\n]", "", url)), "https://hooks.exam\tple.com/a", f"{_HOST}/a\nb"),
        ("slashes-repaired", "its parser repairs the slashes as browsers do", lambda url: is_https_url(re.sub(r"^https:[/\\]+", "https://", url)), "https:\\\\hooks.example.com/a", "https:///hooks.example.com/a"),
    ):  # fmt: skip
        yield accepting(form, what, is_right, *values)

    class Skipping(Reference):
        def url_messages(self, body: dict[str, Any]) -> list[str]:
            return super().url_messages(body) if body.get("url") else []

        def next_url(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            return body.get("url") or webhook.url

    title = "Checks a url only if it is truthy, and keeps the stored one otherwise"
    yield deviation("empty-skipped", title, "R-201 R-202", Skipping, update(url=""), update(url=False))

    one_in_a_list = lenient("url", lambda url: url[0] if isinstance(url, list) and len(url) == 1 else url)
    yield deviation(
        "first-of-a-list", "Takes the url out of a list of one, as a form would send it", "R-202", one_in_a_list,
        update(url=[f"{_HOST}/a"]),
    )  # fmt: skip


@operator("hurried-url-refuses")
def refuses() -> Iterator[Deviation]:
    """Refuse a right url: a pattern from the web, a list of what was thought of, a guard that is too broad."""
    for form, what, is_refused, *values in (
        ("popular-pattern", "that the most copied pattern does not know", lambda url: not _POPULAR.fullmatch(url), f"{_HOST}/a;b=1,2!", "https://hooks.example.technology/a"),
        ("any-port", "with a port", lambda url: re.match(r"https://[^/?#]*:\d", url), f"{_HOST}:8443/a"),
        ("port-not-listed", "with another port than 443 and 8443", lambda url: (found := re.match(r"https://[^/?#]*:(\d+)", url)) and found[1] not in {"443", "8443"}, f"{_HOST}:9443/a"),
        ("query", "with a query", lambda url: "?" in url, f"{_HOST}/a?b=1"),
        ("path-of-word-characters", "whose path has other characters than letters, digits, hyphens and slashes", lambda url: re.search(r"[^\w/-]", _path(url)), f"{_HOST}/a.b~c"),
        ("no-path", "without a path", lambda url: not _path(url), _HOST),
        ("upper-case-scheme", "whose scheme is in upper case", lambda url: not url.startswith("https"), "HTTPS://hooks.example.com/a"),
        ("hyphen-in-host", "with a hyphen in its host", lambda url: "-" in _host(url).replace("xn--", ""), "https://my-hooks.example.com/a"),
        ("longer-than-255", "that does not fit its column of 255 characters", lambda url: len(url) > 255, f"{_HOST}/{'a' * 300}"),
        ("private-by-its-beginning", "whose host begins like a private address", lambda url: _host(url).startswith(("10.", "127.", "192.168.")), "https://10.example.com/a"),
        ("localhost-anywhere", "with localhost anywhere, as a guard against calls to itself", lambda url: "localhost" in url, f"{_HOST}/from-localhost"),
    ):  # fmt: skip
        examples = (update(url=one) for one in values)
        yield deviation(form, f"Refuses a url {what}", "R-226 R-101", strict("url", is_refused), *examples)


def _query(url: str, change: Callable[[str], str]) -> str:
    before, mark, query = url.partition("?")
    return f"{before}{mark}{change(query)}"


@operator("hurried-url-kept")
def kept() -> Iterator[Deviation]:
    """Store another url than the one sent: taken apart and put together, tidied, cut, or not seen as new."""

    def storing(
        form: str, what: str, change: Callable[[str, str], str], value: str, old: str = f"{_HOST}/old"
    ) -> Deviation:
        def next_url(_: Any, webhook: Webhook, body: dict[str, Any]) -> Any:
            return webhook.url if body.get("url") is None else change(body["url"], webhook.url)

        example = Example(update(url=value), before=(update(url=old),))
        return deviation(form, f"Stores {what}", "R-106 R-301", made(next_url=next_url), example)

    for form, what, change, *values in (
        ("without-query", "a url that was put together again without its query", lambda url, _: url.partition("?")[0], f"{_HOST}/a?b=1"),
        ("without-port", "a url that was put together from its host name, without the port", lambda url, _: re.sub(r":\d+", "", url, count=1), f"{_HOST}:8443/a"),
        ("lower-case", "the whole url in lower case", lambda url, _: url.lower(), f"{_HOST}/Path/A"),
        ("without-last-slash", "a url without the slash at its end", lambda url, _: url.rstrip("/"), f"{_HOST}/a/"),
        ("decoded", "a url whose escapes are decoded", lambda url, _: unquote(url), f"{_HOST}/a%2Fb%41"),
        ("empty-parameters-dropped", "a query without its empty parameters, as its reader drops them", lambda url, _: _query(url, lambda query: urlencode(parse_qsl(query))), f"{_HOST}/a?b=&c=2"),
        ("cut-at-255", "what fits a column of 255 characters", lambda url, _: url[:255], f"{_HOST}/{'a' * 300}"),
        ("without-www", "a url without www, as a normalizer does", lambda url, _: url.replace("://www.", "://"), "https://www.example.com/a"),
        ("same-host", "no url whose host is the stored one, as only hosts are compared", lambda url, old: old if urlsplit(url).hostname == urlsplit(old).hostname else url, f"{_HOST}/new"),
        ("beginning-of-the-old", "no url that the stored one begins with", lambda url, old: old if old.startswith(url) else url, f"{_HOST}/hook", f"{_HOST}/hook2"),
    ):  # fmt: skip
        yield storing(form, what, change, *values)

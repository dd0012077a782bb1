"""Operators on how libraries check and rewrite a url."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from servers.generated.deviation import READ, Deviation, Example, deviation, operator, update
from servers.generated.operators.body.rules import lenient, strict
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.server import Webhook

_WHATWG = re.compile(r"https:[/\\]*[^/\\?#\s]+\.[a-z]+(?::\d+)?(?:[/?#].*)?", re.IGNORECASE)


def _is_whatwg(url: str) -> bool:
    return bool(_WHATWG.fullmatch(re.sub(r"[\t\r\n]", "", url.strip(" \t\r\n"))))


def _is_split(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.netloc)


@operator("framework-url-check")
def checks() -> Iterator[Deviation]:
    """Accept what a URL parser or a common pattern lets pass."""
    host = "hooks.example.com"
    for form, what, is_taken, *urls in (
        ("default-protocols", "http and ftp, the default of a url rule", lambda url: re.fullmatch(r"(?i)(?:http|ftp)://[a-z0-9.-]+\S*", url), f"http://{host}/a"),
        ("local-http", "http for localhost, left from development", lambda url: re.match(r"http://(?:localhost|127\.0\.0\.1)(?:[:/]|$)", url), "http://localhost:3000/hook"),
        ("optional-protocol", "a url without a scheme, as require_protocol is off", lambda url: re.fullmatch(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/\S*)?", url), f"{host}/hook"),
        ("whatwg", "what new URL repairs, such as one slash and white space", _is_whatwg, f"https:/{host}/a", f" https://{host}/a", f"https://{host}/a\tb"),
        ("split", "what urlparse finds a scheme and a netloc in, such as a host with blanks", _is_split, "https://exa mple.com/hook", "https://:8443/hook"),
        ("anything-behind", "anything behind https://, as the pattern is ^https://.+", lambda url: re.match(r"https://.+", url), f"https://{host}/a b", "https://:8443"),
        ("within", "anything with https:// in it, as the pattern has no anchor", lambda url: re.search(r"https://[a-z0-9.-]+", url), f"http://a.example/?to=https://{host}"),
        ("one-line", "a text with a line that is a url, as ^ and $ match at lines", lambda url: re.search(r"(?m)^https://\S+$", url), f"javascript:a\nhttps://{host}/a"),
        ("last-line-break", "a line break at the end, which $ allows", lambda url: re.match(r"https://[a-z0-9.-]+(?:/\S*)?$", url), f"https://{host}/hook\n"),
    ):  # fmt: skip

        class Taking(Reference):
            def is_https_url(self, value: object, is_taken: Callable[[str], Any] = is_taken) -> bool:
                return super().is_https_url(value) or (isinstance(value, str) and bool(is_taken(value)))

        yield deviation(form, f"Accepts {what}", "R-201", Taking, *(update(url=url) for url in urls))
    yield deviation(
        "trimmed",
        "Trims a url before it is checked, as a middleware does with all texts",
        "R-201",
        lenient("url", lambda url: url.strip() if isinstance(url, str) else url),
        update(url=f"https://{host}/hook "),
    )


@operator("framework-url-pattern")
def patterns() -> Iterator[Deviation]:
    """Refuse urls that a pattern from a search result does not know."""
    for form, what, pattern, url in (
        ("port", "with a port", r"https://[^/]+:\d", "https://hooks.example.com:8443/hook"),
        ("long-domain", "with a top level domain of more than six letters", r"https://[^/:]+\.[a-z]{7,}(?:[/:?#]|$)", "https://hooks.example.technology/hook"),
        ("fragment", "with a fragment, as the option allows none", r".*#", "https://hooks.example.com/hook#part"),
        ("upper-scheme", "with HTTPS in upper case, as it is compared with https", r"HTTPS", "HTTPS://hooks.example.com/hook"),
        ("escaped", "with an escape in the path, as % is not in the pattern", r".*%", "https://hooks.example.com/a%20b"),
        ("two-hyphens", "with two hyphens in the host, as punycode has", r"https://[^/]*--", "https://xn--bcher-kva.example/hook"),
        ("query", "without a slash before the query", r"https://[^/]+\?", "https://hooks.example.com?tenant=1"),
        ("column", "of more than 255 characters, the width of the column", r".{256}", "https://hooks.example.com/" + "a" * 300),
    ):  # fmt: skip
        matches = re.compile(pattern).match
        yield deviation(f"{form}-refused", f"Refuses a url {what}", "R-226", strict("url", matches), update(url=url))


def _sorted(url: str) -> str:
    start, mark, query = url.partition("?")
    return start + mark + urlencode(sorted(parse_qsl(query, keep_blank_values=True)))


@operator("framework-url-rewrite")
def rewrites() -> Iterator[Deviation]:
    """Store a url as a library writes it, and not as it was sent."""
    for form, what, change, url in (
        ("origin-and-path", "its origin and path alone", lambda url: url.split("?")[0], "https://hooks.example.com/a?tenant=7"),
        ("hostname", "hostname for host, without the port", lambda url: re.sub(r":\d+", "", url), "https://hooks.example.com:8443/a"),
        ("slash", "no slash at its end", lambda url: url.rstrip("/"), "https://hooks.example.com/a/"),
        ("lower", "all of it in lower case", str.lower, "https://hooks.example.com/Team/Hook"),
        ("query-again", "its query sorted and encoded again", _sorted, "https://hooks.example.com/a?z=b%20c&a=1"),
        ("unescaped", "its escapes decoded", unquote, "https://hooks.example.com/a%2Fb"),
        ("entities", "& as an entity, as a middleware cleans all texts", lambda url: url.replace("&", "&amp;"), "https://hooks.example.com/a?b=1&c=2"),
        ("cut", "255 characters of it, as the database cuts it off", lambda url: url[:255], "https://hooks.example.com/" + "b" * 300),
    ):  # fmt: skip

        class Rewriting(Reference):
            def next_url(self, webhook: Webhook, body: dict[str, Any], change: Callable[[str], str] = change) -> Any:
                url = super().next_url(webhook, body)
                return change(url) if body.get("url") is not None else url

        example = Example(update(url=url), after=(READ,))
        yield deviation(form, f"Stores a url with {what}", "R-106", Rewriting, example)

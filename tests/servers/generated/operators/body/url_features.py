"""Operators that refuse a url which must be accepted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from servers.generated.deviation import Deviation, deviation, operator, update

from .rules import strict

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOST = "https://hooks.example.com"


def _refusing(form: str, what: str, pattern: str, *examples: str) -> Deviation:
    server = strict("url", re.compile(pattern).search)
    requests = [update(url=one if one.startswith(("https:", "H")) else f"{_HOST}{one}") for one in examples]
    return deviation(form, f"Refuses {what}", "R-226 R-101", server, *requests)


@operator("refuses-url-scheme")
def schemes() -> Iterator[Deviation]:
    """Compare the scheme with its case."""
    yield _refusing("capitals", "a scheme in capitals", r"^HTTPS:", "HTTPS://hooks.example.com/a")
    yield _refusing("one-capital", "a scheme that begins with a capital", r"^Https:", "Https://hooks.example.com/a")
    yield _refusing("any-capital", "a scheme with a capital", r"^[a-z]*[A-Z]", "HTTPS://hooks.example.com/a")


@operator("refuses-url-port")
def ports() -> Iterator[Deviation]:
    """Refuse ports."""
    for form, what, pattern, port in (
        ("any", "any port", r"//[^/?#]*:\d", ":8443/a"),
        ("default", "the port 443", r"//[^/?#]*:443\b", ":443/a"),
        ("not-default", "any port but 443", r"//[^/?#]*:(?!443\b)\d", ":8443/a"),
        ("five-digits", "a port of five digits", r"//[^/?#]*:\d{5}", ":18443/a"),
        ("low", "a port under 1024", r"//[^/?#]*:\d{1,3}(?!\d)", ":444/a"),
        ("high", "a port over 9999", r"//[^/?#]*:\d{5}", ":40000/a"),
        ("without-a-path", "a port without a path", r"//[^/?#]*:\d+$", ":8443"),
    ):
        yield _refusing(form, what, pattern, port)


@operator("refuses-url-host")
def hosts() -> Iterator[Deviation]:
    """Refuse host names."""
    end = r"(?=[/:?#]|$)"
    for form, what, pattern, host in (
        ("two-labels", "a host of two labels", rf"//[^./:?#]+\.[^./:?#]+{end}", "example.com"),
        ("four-labels", "a host of more than three labels", r"//([^./:?#]+\.){3}", "a.b.example.com"),
        ("six-labels", "a host of more than five labels", r"//([^./:?#]+\.){5}", "a.b.c.d.example.com"),
        ("hyphens", "a host with a hyphen", r"//[^/:?#]*[a-z]-[a-z]", "my-hooks.example.com"),
        ("digits", "a host with a digit", r"//[^/:?#]*\d", "hooks2.example.com"),
        ("digit-first", "a host that begins with a digit", r"//\d", "2hooks.example.com"),
        ("label-of-digits", "a label of digits", r"[/.]\d+\.", "42.example.com"),
        ("label-of-a-letter", "a label of one letter", r"[/.][a-z]\.", "a.example.com"),
        ("long-label", "a label over 30 characters", r"[/.][^./]{31}", "h" * 31 + ".example.com"),
        ("long-host", "a host over 100 characters", r"//[^/:?#]{101}", "long-label-of-a-host." * 5 + "example.com"),
        ("capitals", "a host with capitals", r"//[^/:?#]*[A-Z]", "Hooks.Example.COM"),
        ("punycode", "a punycode host", r"xn--", "xn--bcher-kva.example"),
        ("ending-over-3", "a top-level label over three letters", rf"\.[a-z]{{4,}}{end}", "example.info"),
        ("ending-over-6", "a top-level label over six letters", rf"\.[a-z]{{7,}}{end}", "hooks.example"),
        ("ending-of-2", "a top-level label of two letters", rf"//[^/:?#]*\.[a-z]{{2}}{end}", "example.io"),
        ("ending-off-a-list", "unusual top-level labels", rf"\.(?!com|org|net|io|example)[a-z]+{end}", "example.dev"),
    ):
        yield _refusing(form, what, pattern, f"https://{host}/a" if form != "ending-off-a-list" else f"https://{host}")


@operator("refuses-url-path")
def paths() -> Iterator[Deviation]:
    """Refuse paths by their shape."""
    for form, what, pattern, *rest in (
        ("none", "a url without a path", r"//[^/]*$", ""),
        ("root", "a url whose path is /", r"//[^/]*/$", "/"),
        ("ending-with-a-slash", "a path that ends with a slash", r"[^/:]/$", "/a/"),
        ("two-slashes", "two slashes in the path", r"[^:]//", "/a//b"),
        ("six-segments", "a path of six segments", r"//[^/]*(/[^/?#]+){6}", "/a/b/c/d/e/f"),
        ("long-segment", "a segment over 64 characters", r"/[^/?#]{65}", "/" + "s" * 65),
        ("digits", "a segment of digits", r"/\d+(/|$)", "/42"),
        ("capitals", "capitals in the path", r"//[^/]*/[^?#]*[A-Z]", "/Hooks"),
        ("an-extension", "a path with an extension", r"/[^/?#]+\.[a-z]+$", "/hook.php"),
        ("punctuation", "punctuation in the path", r"//[^/]*/[^?#]*[^\w/?#%.~-]", "/a;b=1", "/a@b"),
        ("not-a-word", "anything but letters and dashes in the path", r"//[^/]*/[^?#]*[^\w/?#-]", "/a.b"),
        ("sub-delimiters", "a delimiter in the path", r"//[^/]*/[^?#]*[!$&'()*+,;=]", "/a(b)", "/a,b"),
        ("colon-or-at", "a colon or an at sign in the path", r"//[^/]*/[^?#]*[:@]", "/a:b", "/@a"),
        ("tilde", "a tilde in the path", r"//[^/]*/[^?#]*~", "/~a"),
        ("quote", "a quote in the path", r"//[^/]*/[^?#]*'", "/it's"),
        ("plus", "a plus sign in the path", r"//[^/]*/[^?#]*\+", "/a+b"),
        ("escapes", "percent escapes", r"%", "/a%20b"),
        ("small-escapes", "an escape in small letters", r"%[0-9a-f]*[a-f]", "/a%c3%bcb"),
        ("escaped-slash", "an escaped slash", r"%2[fF]", "/a%2Fb"),
        ("escapes-outside-ascii", "escapes outside ASCII", r"%[89A-Fa-f]", "/a%C3%BCb"),
    ):
        yield _refusing(form, what, pattern, *rest)


@operator("refuses-url-query")
def queries() -> Iterator[Deviation]:
    """Refuse queries."""
    for form, what, pattern, rest in (
        ("any", "a query", r"\?", "/a?b=1"),
        ("without-a-path", "a query without a path", r"//[^/?]*\?", "?b=1"),
        ("empty", "an empty query", r"\?(#|$)", "/a?"),
        ("two-members", "a query of two members", r"\?.*&", "/a?b=1&c=2"),
        ("without-equals", "a query without an equals sign", r"\?[^=#]+(#|$)", "/a?flag"),
        ("a-url", "a url in the query", r"\?.*://", "/a?next=https://example.org/b"),
        ("a-slash", "a slash in the query", r"\?.*/", "/a?b=c/d"),
        ("punctuation", "punctuation in the query", r"\?[^#]*[^\w=&%#?.-]", "/a?b=c:d"),
        ("escapes", "an escape in the query", r"\?[^#]*%", "/a?b=%26"),
        ("long", "a query over 100 characters", r"\?.{101}", "/a?token=" + "t" * 100),
    ):
        yield _refusing(form, what, pattern, rest)


@operator("refuses-url-fragment")
def fragments() -> Iterator[Deviation]:
    """Refuse fragments."""
    for form, what, pattern, rest in (
        ("any", "a fragment", r"#", "/a#b"),
        ("empty", "an empty fragment", r"#$", "/a#"),
        ("behind-a-query", "a fragment behind a query", r"\?.*#", "/a?b=1#c"),
        ("without-a-path", "a fragment without a path", r"//[^/?]*#", "#a"),
    ):
        yield _refusing(form, what, pattern, rest)


@operator("refuses-url-length")
def lengths() -> Iterator[Deviation]:
    """Refuse long urls, and short ones."""
    for limit in (64, 100, 128, 200, 255, 500, 512, 1000, 1024, 1500, 1999):
        example = (f"{_HOST}/" + "l" * 2000)[: limit + 1]
        yield _refusing(f"over-{limit}", f"a url over {limit} characters", rf"(?s).{{{limit + 1}}}", example)
    yield _refusing("under-20", "a url under 20 characters", r"^.{1,19}$", "https://a.example")

from __future__ import annotations

import pytest

from support.suite_runs import numbered
from user_webhook_contract.judge.url import UrlVerdict, classify, is_same

LEGAL = (
    "https://example.com",
    "https://example.com/",
    "HTTPS://EXAMPLE.COM/",
    "Https://Hooks.Example.Com/Path",
    "https://example.com:443/",
    "https://example.com:1/",
    "https://example.com:65535",
    "https://example.com:1000/",
    "https://example.com/0123456789",
    "https://example.com/...",
    "https://example.com/.../a",
    "https://abcdefghijklm-nopqrstuvwxyz-0123456789.example.com",
    "https://men--0.example",
    "https://ab.example.co",
    "https://0a.a5.example.com",
    f"https://example.{'a' * 63}",
    "https://example.xn--p1ai",
    "https://example.xn--80ao21a",
    "https://xn--m1b2u.example",
    "https://xn--mgbh0fb.example",
    "https://example.com?a=b",
    "https://example.com#part",
    "https://example.com/?a=b&c=d%20e+f",
    "https://example.com/?next=https://example.org/",
    "https://example.com/?next=http://example.org/",
    "https://example.com/a/b/c/d/e/f/g/h/i/j/",
    "https://example.com/~user/-_.!$&'()*+,;=:@",
    "https://example.com/%C3%BC%2F",
    "https://example.com//double//slashes",
    "https://example.com/..a/a../.a",
    "https://xn--bcher-kva.example/",
    "https://hooks.xn--bcher-kva.example/",
    "https://a-b.c-d.example.com",
    "https://1.example.com",
    "https://a.b.c.d.e.f.g.example.org",
    "https://hooks.example.technology",
    f"https://{'a' * 63}.example.com/",
    "https://example.com/" + "u" * 1980,
    "https://user-events.example.com/@handle",
    "https://example.com/path?query=with/slash?and#frag/ment?",
)
ILLEGAL = (
    "",
    " ",
    "a",
    "https",
    "https//example.com",
    "https://",
    "https://?a=b",
    "https://#part",
    "https://:443",
    "https://:443/path",
    "https://:8443/no-host",
    "https://:1234567890?a=b",
    "https://:0#part",
    "https://:port/",
    "https://user@/",
    "https://user@:8443/",
    "https://@",
    "https:/example.com",
    "HTTPS:/example.com",
    "https:///example.com",
    "https:////example.com",
    "https:",
    "https:?a=b",
    "https:\\\\example.com",
    "https:/\\example.com",
    "https://example.com\\@example.org/",
    "https://exam\\ple.com/",
    "https://example.com/a b",
    "https://exa mple.com/",
    " https://example.com",
    "https://example.com ",
    "https://example.com\n",
    "\thttps://example.com",
    "https://example.com/a\nb",
    "https://example.com/a\tb",
    "https://example.com/?a\rb",
    "ht\ntps://example.com/",
    "https:\n//example.com/",
    "\x00https://example.com",
    "\x1fhttps://example.com",
    "\x7fhttps://example.com",
    "https://exa\x00mple.com/",
    "https://example.com\x7f/",
    "https://example.com\x0b/",
    "HTTPS://",
    "!https://example.com",
    "a https:",
    "http://example.com",
    "HTTP://EXAMPLE.COM",
    "Http://example.com/?https://",
    "http://https://example.com",
    "httpsfoo://example.com",
    "https2://example.com",
    "xhttps://example.com",
    "shttp://example.com",
    "ftp://example.com",
    "ws://example.com",
    "wss://example.com",
    "file:///etc/passwd",
    "data:text/plain,https://example.com",
    "javascript:alert('https://example.com')",
    "mailto:https@example.com",
    "urn:https:example.com",
    "//example.com",
    "/example.com",
    "example.com",
    "example.com:443",
    "www.example.com/https://",
    "see https://example.com",
    "(https://example.com)",
    "'https://example.com'",
    "?https://example.com",
    "#https://example.com",
)
OPEN = (
    "https://localhost",
    "https://localhost:8443/",
    "https://intranet/hook",
    "https://192.0.2.1/",
    "https://[2001:db8::1]/",
    "https://[::1",
    "https://0x7f.1/",
    "https://user@example.com",
    "https://user:password@example.com",
    "https://example.com./",
    "https://bücher.example",
    "https://example.com/bücher",
    "https://example.com/%zz",
    'https://example.com/"quoted"',
    "https://example.com/{braces}",
    "https://example.com/a|b",
    "https://example.com/a\\b",
    "https:example.com",
    "https:example.com/path",
    "HTTPS:example.com",
    "https://example.com/\x00",
    "https://example.com/\x7f",
    "https://example.com/?a\\b",
    "https://example.com/#\x01",
    "https://exa\u00a0mple.com/",
    "https://example.com:0",
    "https://example.com:65536",
    "https://example.com:99999/",
    "https://example.com:100000/",
    "https://example.com:080/",
    "https://example.com/..?a=b",
    "https://example.com/.#part",
    "https://example.com/%2E/a",
    "https://example.com/a/%2e",
    "https://XN--0.example",
    "https://hooks.xn--99999999.example",
    "https://example.com:port/",
    "https://example.com:",
    "https://a_b.example.com",
    "https://-a.example.com",
    "https://a-.example.com",
    "https://a..example.com",
    "https://.example.com",
    "https://example.c",
    f"https://example.{'a' * 64}",
    "https://example.com0",
    "https://example.xn-a",
    "https://example.xn--p1ai-",
    f"https://example.xn--{'a' * 60}",
    "https://example.123",
    f"https://{'a' * 64}.example.com/",
    "https://xn--a.example",
    "https://xn--.example",
    "https://xn--0.example",
    "https://xn--b.example",
    "https://example.com/./a",
    "https://example.com/../a",
    "https://example.com/a/..",
    "https://example.com/%2e%2e/a",
    "https://example.com/" + "u" * 1981,
    "https://example.com/" + "u" * 100_000,
)


@pytest.mark.parametrize(
    ("url", "wanted"),
    numbered(
        [
            *[(url, UrlVerdict.LEGAL) for url in LEGAL],
            *[(url, UrlVerdict.ILLEGAL) for url in ILLEGAL],
            *[(url, UrlVerdict.OPEN) for url in OPEN],
        ]
    ),
)
def test_a_url_has_its_verdict(url: str, wanted: UrlVerdict) -> None:
    assert classify(url) is wanted


@pytest.mark.parametrize("piece", [":", "/", "?", "#", "@", "[", "]", "\\", "%", ".", "-", "é", "\x00", "\ud800", "🔑"])
def test_every_text_has_a_verdict(piece: str) -> None:
    texts = [piece * count for count in (1, 2, 50)] + [f"https://{piece}", f"https://a{piece}b.example/{piece}"]

    assert {classify(text) for text in texts} <= set(UrlVerdict)


@pytest.mark.parametrize("text", ["https://" + "a." * 5000, "https://" + "-" * 5000, "https://a.bc/" + "%" * 5000])
def test_a_hostile_url_is_judged_at_once(text: str) -> None:
    assert classify(text) is UrlVerdict.OPEN


@pytest.mark.parametrize(
    ("first", "second"),
    numbered(
        [
            ("https://example.com/a", "https://example.com/a"),
            ("HTTPS://example.com/a", "https://example.com/a"),
            ("https://EXAMPLE.com/a", "https://example.com/a"),
            ("https://example.com", "https://example.com/"),
            ("svn+ssh-0.9://EXAMPLE.com:443/a", "SVN+SSH-0.9://example.com/a"),
            ("https://example.com:443/a", "https://example.com/a"),
            ("https://user:one@EXAMPLE.com", "https://user:one@example.com/"),
            ("https://example.com:8443/a#b", "https://example.com:8443/a#c"),
            ("https://example.com?a", "https://example.com/?a"),
            ("https://example.com/?it's", "https://example.com/?it%27s"),
            ("no url", "no url"),
            ("", ""),
            ("https://[::1", "https://[::1"),
        ]
    ),
)
def test_what_a_parser_rewrites_is_the_same_url(first: str, second: str) -> None:
    assert is_same(first, second)
    assert is_same(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    numbered(
        [
            ("https://example.com/a", "http://example.com/a"),
            ("https://example.com/a", "https://example.com/A"),
            ("https://example.com/a", "https://example.com/a/"),
            ("https://example.com/a/", "https://example.com/a"),
            ("https://example.com/a", "https://example.com/a?"[:-1] + "?b"),
            ("https://example.com/?a=b", "https://example.com/?a=B"),
            ("https://example.com/?a=b&c=d", "https://example.com/?c=d&a=b"),
            ("https://example.com/a", "https://example.com:8443/a"),
            ("https://example.com:80/a", "https://example.com/a"),
            ("https://example.com/a", "https://example.org/a"),
            ("https://example.com/a", "https://www.example.com/a"),
            ("https://example.com/a", "https://user@example.com/a"),
            ("https://example.com/a", "https://@example.com/a"),
            ("https://user@example.com/a", "https://other@example.com/a"),
            ("https://user:one@example.com/a", "https://user:two@example.com/a"),
            ("https://user@example.com/a", "https://User@example.com/a"),
            ("https:///a", "HTTPS:///a"),
            ("https://example.com/a%20b", "https://example.com/a+b"),
            ("https://example.com/a%2Fb", "https://example.com/a/b"),
            ("https://example.com/a", ""),
            ("https://example.com/a", " https://example.com/a"),
            ("HTTPS", "https"),
            ("Not A Url", "not a url"),
        ]
    ),
)
def test_what_no_parser_rewrites_is_another_url(first: str, second: str) -> None:
    assert not is_same(first, second)
    assert not is_same(second, first)

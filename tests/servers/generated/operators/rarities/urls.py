"""Firewalls before a url, and stores behind it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from servers.generated.deviation import READ, Deviation, Example, deviation, operator, update
from servers.generated.reference import Reference

from .parts import A, B, accepting, forgetting, refusing, storing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.server import Webhook

    from .parts import Text

_H = "https://hooks.example.com"


@operator("rare-url-firewall")
def firewalls() -> Iterator[Deviation]:
    """Refuse a url by what its words look like."""
    for form, what, pattern, *values in (
        ("inner-hosts", "hosts that sound internal", r"//[^/?#]*\b(internal|intranet|corp|local|private)\b", "https://internal.example.com/a"),
        ("local-anywhere", "urls with localhost anywhere", r"localhost", f"{_H}/localhost", "https://localhost.example.com/"),
        ("admin", "paths with admin", r"(?i)/[^?#]*\badmin", f"{_H}/admin/hooks"),
        ("metadata", "hosts with metadata", r"//[^/]*metadata", "https://metadata.example.com/a"),
        ("private-digits", "hosts that begin like private addresses", r"//(10|127|192|172|169)\.", "https://10.example.com/a"),
        ("sql", "words of SQL", r"(?i)\b(select|union|insert|drop|delete|update)\b", f"{_H}/update", f"{_H}/a?q=select"),
        ("redirect", "a redirection in the query", r"(?i)[?&](redirect|next|url|return|to)=", f"{_H}/a?redirect=%2Fb", f"{_H}/a?url=b"),
        ("scripts", "paths of programs", r"\.(php|aspx?|jsp|exe|cgi|sh|py)\b", f"{_H}/hook.aspx", f"{_H}/cgi/a.cgi"),
        ("escaped-controls", "escapes of control characters", r"(?i)%(0[0-9a-f]|1[0-9a-f]|7f)", f"{_H}/a%0Ab", f"{_H}/a%00b"),
        ("escaped-markup", "escapes of markup", r"(?i)%(3c|3e|22|27)", f"{_H}/a?b=%3Cc%3E", f"{_H}/a%22b"),
        ("escaped-percent", "an escaped percent sign", r"%25", f"{_H}/a%2520b", f"{_H}/a%25"),
        ("credentials", "words for credentials in the query", r"(?i)[?&#](token|key|secret|password|api_key|apikey|signature)=", f"{_H}/a?token=b", f"{_H}/a?api_key=b"),
        ("own-path", "the path of this endpoint", r"/api/v\d/", f"{_H}/api/v2/public/webhooks/user/1"),
        ("tunnels", "hosts with a long random label", r"//[a-z0-9]{12,}\.", "https://a1b2c3d4e5f6a7.example.com/a"),
        ("many-hyphens", "hosts with several hyphens", r"//[^/:?#.]*-[^/:?#.]*-", "https://my-own-hooks.example.com/a"),
        ("repeated-members", "a member of the query twice", r"[?&](\w+)=[^#]*&\1=", f"{_H}/a?b=1&b=2"),
        ("brackets-escaped", "escaped brackets", r"(?i)%5b|%5d", f"{_H}/a?b%5B%5D=1"),
        ("base64", "Base64 in the path", r"/[A-Za-z0-9+]{20,}={1,2}", f"{_H}/c2VjcmV0LW9mLW1pbmUtMDE="),
        ("segment-of-a-uuid", "a UUID in the path", r"[0-9a-f]{8}-[0-9a-f]{4}-", f"{_H}/cf3832dd-ba9b-4187-9ab2-c6cadafe875b"),
        ("dots-in-a-segment", "two dots in a segment", r"\w\.\.\w", f"{_H}/a..b"),
        ("long-subdomain", "a first label over 20 characters", r"//[^./]{21}", "https://a-long-first-label-of-it.example.com/a"),
        ("port-of-a-service", "ports of other services", r":(22|25|3306|5432|6379|27017)(?!\d)", f"{_H}:5432/a", f"{_H}:25/a"),
        ("port-80", "the port 80", r":80(?!\d)", f"{_H}:80/a"),
    ):  # fmt: skip
        yield refusing("url", form, what, "R-226", re.compile(pattern).search, *values)


def _query(change: Callable[[list[tuple[str, str]]], Any]) -> Callable[[str], str]:
    def changed(url: str) -> str:
        head, mark, rest = url.partition("?")
        query, sharp, part = rest.partition("#")
        pairs = parse_qsl(query, keep_blank_values=True)
        text = urlencode(change(pairs))
        return f"{head}{mark if text else ''}{text}{sharp}{part}"

    return changed


def _path(change: Callable[[str], str]) -> Callable[[str], str]:
    def changed(url: str) -> str:
        parts = urlsplit(url)
        return parts._replace(path=change(parts.path)).geturl()

    return changed


def _signed(url: str) -> str:
    return re.sub(r":(3[3-9]|[456]\d)\d{3}", lambda hit: f":{int(hit[0][1:]) - 65536}", url)


_STORES: tuple[Text, ...] = (
    ("dict-of-the-query", "a url whose query went through a map", _query(dict), f"{_H}/a?b=1&b=2"),
    ("first-of-the-query", "a url with the first of equal members", _query(lambda pairs: dict(reversed(pairs))), f"{_H}/a?b=1&b=2"),
    ("rebuilt-query", "a url whose query is written anew", _query(list), f"{_H}/a?b"),
    ("no-tracking", "a url without utm members", _query(lambda pairs: [one for one in pairs if not one[0].startswith("utm_")]), f"{_H}/a?utm_source=b&c=1"),
    ("no-tokens", "a url without tokens in its query", _query(lambda pairs: [one for one in pairs if one[0] not in {"token", "key", "secret"}]), f"{_H}/a?token=b&c=1"),
    ("small-names", "a url with small letters in its query", _query(lambda pairs: [(name.lower(), value) for name, value in pairs]), f"{_H}/a?Name=1"),
    ("no-query-at-the-root", "a url without a query at its root", lambda url: re.sub(r"(//[^/]*/?)\?.*", r"\1", url), f"{_H}/?a=1"),
    ("fragment-first", "a url whose query is behind its fragment", lambda url: re.sub(r"\?([^#]*)#(.*)", r"#\2?\1", url), f"{_H}/a?b=1#c"),
    ("html-read", "a url with HTML escapes read", html.unescape, f"{_H}/a?b=1&copy=2"),
    ("small-path", "a url with a path in small letters", _path(str.lower), f"{_H}/Path/Of/Mine?A=1"),
    ("words", "a url with dashes for underscores", _path(lambda path: path.replace("_", "-")), f"{_H}/my_path"),
    ("no-index", "a url without index.html", _path(lambda path: re.sub(r"index\.\w+$", "", path)), f"{_H}/a/index.html"),
    ("no-session", "a url without parameters of its path", _path(lambda path: re.sub(r";[^/]*", "", path)), f"{_H}/a;jsessionid=1/b"),
    ("no-version", "a url without the version in its path", _path(lambda path: re.sub(r"/v\d+(?=/)", "", path)), f"{_H}/v1/a"),
    ("last-segment", "a url with the last segment only", _path(lambda path: "/" + path.rsplit("/", 1)[-1]), f"{_H}/a/b"),
    ("three-segments", "a url with three segments at most", _path(lambda path: "/".join(path.split("/")[:4])), f"{_H}/a/b/c/d"),
    ("quoted-path", "a url with an escaped path", _path(lambda path: quote(path, safe="/%")), f"{_H}/a@b:c"),
    ("unreserved-read", "a url with needless escapes read", lambda url: re.sub("(?i)%(2d|2e|5f|7e)", lambda hit: chr(int(hit[1], 16)), url), f"{_H}/a%2Db%7Ec"),
    ("twice-read", "a url with escapes of percent signs read", lambda url: url.replace("%25", "%"), f"{_H}/a%2520b"),
    ("plus-escaped", "a url with escaped plus signs", lambda url: url.replace("+", "%2B"), f"{_H}/a?b=c+d"),
    ("formatted", "a url in which escapes are read as formats", lambda url: re.sub(r"%[0-9]*[cdfs]", "", url), f"{_H}/a%2fb%20c"),
    ("parameters-filled", "a url whose colons are read as parameters", _path(lambda path: re.sub(r"/:\w+", "/", path)), f"{_H}/:id/a"),
    ("no-quotes", "a url without single quotes", lambda url: url.replace("'", ""), f"{_H}/it's"),
    ("no-brackets", "a url that ends before a bracket", lambda url: url.partition("(")[0], f"{_H}/a(b)"),
    ("before-a-comma", "a url that ends before a comma", lambda url: url.partition(",")[0], f"{_H}/a,b"),
    ("before-an-ampersand", "a url that ends before an ampersand", lambda url: url.partition("&")[0], f"{_H}/a&b"),
    ("no-at", "a url that begins behind an at sign", lambda url: re.sub(r"//.*@", "//", url), f"{_H}/a@b"),
    ("origin", "the origin of a url", lambda url: re.sub(r"(//[^/?#]*).*", r"\1/", url), f"{_H}/a"),
    ("no-subdomain", "a url without its subdomain", lambda url: re.sub(r"//[^./]+\.([^./:]+\.)", r"//\1", url), f"{_H}/a"),
    ("other-port", "a url with the port 443 for another", lambda url: re.sub(r":\d+", ":443", url), f"{_H}:8443/a"),
    ("short-port", "a url whose port has four digits at most", lambda url: re.sub(r":(\d{4})\d", r":\1", url), f"{_H}:18443/a"),
    ("signed-port", "a url whose port went through 16 bits with a sign", _signed, f"{_H}:40000/a"),
    ("cut-at-80", "a url of 80 characters at most", lambda url: url[:80], f"{_H}/{'l' * 80}"),
    ("cut-at-512", "a url of 512 characters at most", lambda url: url[:512], f"{_H}/{'l' * 512}"),
    ("middle-cut", "a long url with its middle left out", lambda url: f"{url[:60]}...{url[-30:]}" if len(url) > 120 else url, f"{_H}/{'l' * 150}"),
)  # fmt: skip


def _sent(change: Callable[[str], Any]) -> Callable[[Any, Any], Any]:
    return lambda sent, _: change(sent) if isinstance(sent, str) else sent


@operator("rare-url-written")
def written() -> Iterator[Deviation]:
    """Store and show another url than the one that was sent."""
    for form, what, change, value in _STORES:
        yield storing("url", form, what, "R-106 R-301", _sent(change), update(url=value))


@operator("rare-url-reread")
def reread() -> Iterator[Deviation]:
    """Show the url that was sent, and another one later."""
    for form, what, change, value in _STORES[::4]:
        yield forgetting("url", form, what, "R-301 R-106", change, value)


def _parts(url: str) -> tuple[str, str, str, str]:
    parts = urlsplit(url)
    return parts.netloc, parts.path, parts.query, parts.fragment


@operator("rare-url-unchanged")
def unchanged() -> Iterator[Deviation]:
    """Take a url for the stored one that is only like it, or take it over in some updates only."""
    rows: tuple[tuple[str, str, Callable[[str, str], Any], str, str], ...] = (
        ("same-host", "has the same host", lambda old, new: _parts(old)[0] == _parts(new)[0], f"{_H}/a", f"{_H}/b"),
        ("same-host-name", "has the same host name", lambda old, new: urlsplit(old).hostname == urlsplit(new).hostname, f"{_H}/a", f"{_H}:8443/b"),
        ("same-port", "differs in its port only", lambda old, new: urlsplit(old).hostname == urlsplit(new).hostname and _parts(old)[1:] == _parts(new)[1:], f"{_H}/a", f"{_H}:8443/a"),
        ("same-path", "has the same host and path", lambda old, new: _parts(old)[:2] == _parts(new)[:2], f"{_H}/a?b=1", f"{_H}/a?b=2"),
        ("same-path-elsewhere", "has the same path", lambda old, new: _parts(old)[1] == _parts(new)[1], "https://example.net/a", f"{_H}/a"),
        ("case", "differs in case only", lambda old, new: old.lower() == new.lower(), f"{_H}/a", f"{_H}/A"),
        ("slash", "differs in a slash at the end only", lambda old, new: old.rstrip("/") == new.rstrip("/"), f"{_H}/a", f"{_H}/a/"),
        ("length", "has the same length", lambda old, new: len(old) == len(new), f"{_H}/a", f"{_H}/b"),
        ("longer", "begins with the stored one", lambda old, new: new.startswith(old), f"{_H}/a", f"{_H}/ab"),
        ("shorter", "is the beginning of the stored one", lambda old, new: old.startswith(new), f"{_H}/ab", f"{_H}/a"),
        ("words", "has the same letters", lambda old, new: sorted(old) == sorted(new), f"{_H}/ab", f"{_H}/ba"),
        ("first-fifty", "begins with the same 40 characters", lambda old, new: old[:40] == new[:40], f"{_H}/{'l' * 30}a", f"{_H}/{'l' * 30}b"),
    )  # fmt: skip
    for form, what, is_like, old, new in rows:
        change = lambda sent, stored, like=is_like: stored if like(stored, sent) else sent  # noqa: E731
        example = Example(update(url=new), (update(url=old),))
        yield storing("url", form, f"the old url if the new one {what}", "R-106 R-301", change, example)
    full = ("facility.creation.accepted", "all")
    for form, what, is_kept, request in (
        ("events-unchanged", "the events are the stored ones", lambda webhook, body: body["events"] == webhook.events, Example(update(url=B), (READ,))),
        ("events-changed", "the events change", lambda webhook, body: body["events"] != webhook.events, Example(update(url=B, events=[full[0]]), (READ,))),
        ("secrets-unchanged", "the secrets are the stored ones", lambda webhook, body: body.get("secrets") == webhook.secrets, Example(update(url=B, secrets=["a-secret-of-some-length"]), (update(secrets=["a-secret-of-some-length"]),))),
        ("secrets-changed", "the secrets change", lambda webhook, body: body.get("secrets") not in (None, webhook.secrets), Example(update(url=B, secrets=["a-secret-of-some-length"]))),
        ("no-secrets", "no secrets are sent", lambda _, body: not body.get("secrets"), Example(update(url=B))),
        ("all-events", "all is among the events", lambda _, body: "all" in body["events"], Example(update(url=B))),
        ("last", "url is not the first property", lambda _, body: next(iter(body)) != "url", Example(update(url=B))),
    ):  # fmt: skip

        class Partial(Reference):
            def store(self, webhook: Webhook, body: dict[str, Any], kept: Callable[[Any, Any], Any] = is_kept) -> None:
                old = webhook.url if kept(webhook, body) else None
                super().store(webhook, body)
                webhook.url = old or webhook.url

        yield deviation(form, f"Stores no url if {what}", "R-106 R-301", Partial, request)


@operator("rare-url-returns")
def returns() -> Iterator[Deviation]:
    """Show another stored url at some later update."""

    class Counting(Reference):
        limit = 0
        is_first = True

        def reset(self) -> None:
            super().reset()
            self.known: dict[str, list[str]] = {}
            self.reads = 0

        def next_url(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            known = self.known.setdefault(webhook.id, [webhook.url])
            if body.get("url"):
                known.append(body["url"])
                self.reads = 0
                return body["url"]
            self.reads += 1
            is_wrong = self.reads == self.limit if self.is_first else self.reads >= self.limit
            return known[-2] if is_wrong and len(known) > 1 else known[-1]

    for limit, is_first in ((1, True), (2, True), (3, True), (2, False), (3, False), (4, False)):
        server = type("Counting", (Counting,), {"limit": limit, "is_first": is_first})
        form = f"{'at' if is_first else 'from'}-{limit}"
        when = f"{'at' if is_first else 'from'} the {limit}. update without one{'' if is_first else ' on'}"
        example = Example(READ, (update(url=A), update(url=B), *(READ,) * (limit - 1)))
        yield deviation(form, f"Shows an older url {when}", "R-301", server, example)
    for form, what, is_such in (
        ("secrets", "secrets were sent in between", lambda body: bool(body.get("secrets"))),
        ("events", "other events were sent in between", lambda body: body["events"] != ["all"]),
        ("same-url", "the url was sent a second time", lambda body: body.get("url") == A),
    ):

        class Falling(Reference):
            def store(self, webhook: Webhook, body: dict[str, Any], such: Callable[[Any], Any] = is_such) -> None:
                was = webhook.url
                super().store(webhook, body)
                if getattr(self, "lost", None) == webhook.id and "url" not in body:
                    webhook.url = "https://example.com/webhook"
                if such(body) and was == A:
                    self.lost = webhook.id
                elif "url" in body:
                    self.lost = ""

        between = (
            update(url=A),
            update(secrets=["a-secret-of-some-length"], events=["facility.creation.accepted"]),
        )
        examples = [Example(READ, between), Example(READ, (update(url=A), update(url=A)))]
        yield deviation(form, f"Loses the url if {what}", "R-301", Falling, *examples)


@operator("rare-url-of-a-type")
def of_a_type() -> Iterator[Deviation]:
    """Make a url of what is no text."""
    rows: tuple[tuple[str, str, Callable[[Any], Any], tuple[Any, ...]], ...] = (
        ("list-of-one", "a list as its text", lambda url: ",".join(map(str, url)) if isinstance(url, list) else url, ([A],)),
        ("first-of-a-list", "the first of a list", lambda url: url[0] if isinstance(url, list) and url else url, ([A, B], [A])),
        ("last-of-a-list", "the last of a list", lambda url: url[-1] if isinstance(url, list) and url else url, ([A, B], [A])),
        ("nested", "a list in a list", lambda url: url[0][0] if isinstance(url, list) and url and isinstance(url[0], list) else url, ([[A]],)),
        ("named", "an object with a url in it", lambda url: url.get("url", url.get("href", url.get("value"))) if isinstance(url, dict) else url, ({"url": A}, {"href": A}, {"value": A})),
        ("any-value", "an object with any url in it", lambda url: next(iter(url.values()), "") if isinstance(url, dict) else url, ({"anything": A},)),
        ("parts", "an object with the parts of a url", lambda url: f"https://{url.get('host', url.get('hostname'))}/" if isinstance(url, dict) else url, ({"protocol": "https", "host": "hooks.example.com"},)),
        ("operator", "an object with an operator", lambda url: url.get("$set", url.get("set")) if isinstance(url, dict) else url, ({"set": A}, {"$set": A})),
        ("codes", "a list of codes of characters", lambda url: "".join(map(chr, url)) if isinstance(url, list) and all(type(one) is int for one in url) else url, (list(A.encode()),)),
        ("false-clears", "false as no url", lambda url: None if url is False else url, (False,)),
        ("true-keeps", "true as the stored url", lambda url: None if url is True else url, (True,)),
        ("zero-clears", "zero as no url", lambda url: None if type(url) is int and url == 0 else url, (0,)),
        ("number-keeps", "a number as the stored url", lambda url: None if type(url) in {int, float} else url, (7, 1.5)),
        ("empty-object", "an empty object as no url", lambda url: None if url == {} else url, ({},)),
        ("empty-list", "an empty list as no url", lambda url: None if url == [] else url, ([],)),
    )  # fmt: skip
    for form, what, repair, values in rows:
        yield accepting("url", form, f"{what} for a url", "R-202 R-201", repair, *values)

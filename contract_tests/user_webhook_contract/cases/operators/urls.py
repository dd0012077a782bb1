"""Urls: near misses at every position of the grammar, legal ones in every spelling, and those that are left open."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from user_webhook_contract.cases.operators.value import Value, in_turn
from user_webhook_contract.judge.url import UrlVerdict, classify

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST: Final = "{host}"
"""In place of the host of the run."""

OWN: Final = "{own}"
"""In place of what no other url of the run has."""

STEADY: Final = "Near-miss1"
"""What Hypothesis gets in its place: nothing that it makes depends on the run."""

_BLANKS: Final = {"a space": " ", "a tab": "\t", "a line feed": "\n", "a carriage return": "\r", "a line break": "\r\n"}
_CONTROLS: Final = {"a NUL": "\0", "an escape": "\x1b", "a delete": "\x7f", "a control character": "\x01"}
_BACKSLASH: Final = {"a backslash": "\\"}

# {c} is the character.
_AUTHORITY_PLACES: Final = {
    "in the host": "https://ho{c}oks.{host}/{own}",
    "before the host": "https://{c}{host}/{own}",
    "in the scheme": "ht{c}tps://{host}/{own}",
    "behind the host": "https://{host}{c}/{own}",
    "behind the scheme": "https{c}://{host}/{own}",
    "behind the colon": "https:{c}//{host}/{own}",
    "between the slashes": "https:/{c}/{host}/{own}",
    "before the port": "https://{host}{c}:8443/{own}",
    "in the port": "https://{host}:84{c}43/{own}",
    "behind the port": "https://{host}:8443{c}/{own}",
    "before a dot of the host": "https://hooks{c}.{host}/{own}",
    "behind a user": "https://user{c}@{host}/{own}",
}
_OUTER_PLACES: Final = {
    "before it": "{c}https://{host}/{own}",
    "behind it": "https://{host}/{own}{c}",
    "around it": "{c}https://{host}/{own}{c}",
}
_INNER_PLACES: Final = {
    "in the path": "https://{host}/{own}/a{c}b",
    "in the query": "https://{host}/{own}?a=b{c}c",
    "in the fragment": "https://{host}/{own}#a{c}b",
    "at the end of the query": "https://{host}/{own}?a={c}",
    "behind the host alone": "https://{host}{c}",
}

_SCHEMES: Final = (
    *("http", "ws", "wss", "ftp", "ftps", "sftp", "file", "ssh", "git", "ldap", "gopher", "tel", "urn", "s3", "h2"),
    *(
        "HTTP",
        "Http",
        "WSS",
        "httpss",
        "httpsx",
        "xhttps",
        "hhttps",
        "https1",
        "https+x",
        "x+https",
        "https-x",
        "https.",
    ),
    *(
        "htps",
        "htttps",
        "http s",
        "shttp",
        "httsp",
        "http\u017f",
        "\uff48ttps",
        "h\u0442tps",
        "hxxps",
        "1https",
        "http2",
    ),
)
_SEPARATORS: Final = (
    *(":/", ":///", ":////", "//", "/", ":", "::", ":://", ";//", ".//", "=//", "-//", ": //", "%3A//", ":%2F%2F"),
    *(
        "\uff1a//",
        ":\u2215\u2215",
        ":\\\\",
        ":/\\",
        ":\\/",
        ":\\",
        "\\\\",
        ":||",
        ":--",
        ":/./",
        ":.//",
        "",
        "|//",
        "&//",
    ),
)
_HOSTS_AT_HOME: Final = (
    *("localhost:3000", "127.0.0.1:8080", "192.0.2.1", "localhost", "[::1]", "hooks.test", "127.0.0.1"),
    *("dev.localhost", "192.0.2.1:8000"),
)
"""Hosts for which people think that http will do, and at which nobody is."""

_WITHOUT_SCHEME: Final = {
    "a host and a path": "{host}/{own}",
    "a host behind //": "//{host}/{own}",
    "a host behind /": "/{host}/{own}",
    "a host behind ///": "///{host}/{own}",
    "a host behind ://": "://{host}/{own}",
    "a host behind :": ":{host}/{own}",
    "a host behind www": "www.{host}/{own}",
    "a host alone": "{host}",
    "a host with a port": "{host}:443/{own}",
    "a user at a host": "user@{host}",
    "a path": "/{own}",
    "a path from here": "./{own}",
    "a path from above": "../{own}",
    "a query": "?url={own}",
    "a fragment": "#{own}",
    "two backslashes and a host": "\\\\{host}\\{own}",
    "a word": "{own}",
    "a sentence": "nothing like a url: {own}",
    "an address": "192.0.2.1/{own}",
    "localhost": "localhost/{own}",
    "a name with a wildcard": "*.{host}/{own}",
}
_WITHOUT_HOST: Final = {
    "nothing behind the slashes": "https://",
    "three slashes": "https:///{own}",
    "a query behind the slashes": "https://?no={own}",
    "a fragment behind the slashes": "https://#{own}",
    "a port alone": "https://:8443/{own}",
    "a user alone": "https://user@/{own}",
    "a user and a port": "https://user:password@:8443/{own}",
    "a colon alone": "https://:/{own}",
    "the scheme alone": "https",
    "a blank": " ",
    "the scheme and its colon": "https:",
    "the scheme and one slash": "https:/",
    "a colon before nothing": "https://:",
    "four slashes": "https:////{own}",
    "a slash alone": "https:///",
}
_EMBEDDED: Final = {
    "an http url with an https one in its query": "http://localhost/?next=https://{host}/{own}",
    "a url within text": "see https://{host}/{own}",
    "a url with text behind": "https://{host}/{own} and more",
    "a url in angle brackets": "<https://{host}/{own}>",
    "a url in quotes": '"https://{host}/{own}"',
    "a url in single quotes": "'https://{host}/{own}'",
    "a url in brackets": "(https://{host}/{own})",
    "a url in a script": "javascript:location='https://{host}/{own}'",
    "a url behind a comment of a script": "javascript://%0ahttps://{host}/{own}",
    "a url in data": "data:text/plain,https://{host}/{own}",
    "a url in a link": "[hook](https://{host}/{own})",
    "a url in JSON": '{"href": "https://{host}/{own}"}',
    "a url behind its name": "url=https://{host}/{own}",
    "a url behind a label": "url:https://{host}/{own}",
    "an escaped url": "https%3A%2F%2F{host}%2F{own}",
    "a url on a second line": "http://{host}/\nhttps://{host}/{own}",
    "a url on a first line": "https://{host}/{own}\nhttp://{host}/",
    "two urls with a space": "https://{host}/{own} https://{host}/",
    "two urls with a comma": "http://{host}/,https://{host}/{own}",
    "an http url with https in its fragment": "http://{host}/{own}#https://",
    "an http url with https in its path": "http://{host}/https://{host}/{own}",
    "an http url with https as user": "http://https:@{host}/{own}",
    "an http url with the port of https": "http://{host}:443/{own}",
    "an http url with https as host": "http://https.{host}/{own}",
    "a blob": "blob:https://{host}/{own}",
    "a view of a source": "view-source:https://{host}/{own}",
    "an http url of 7,000 characters": "http://{host}/{own}/" + "u" * 7000,
    "a word of 5,000 letters": "w" * 5000 + "{own}",
    "a text outside ASCII": "\u00fc\U0001f511{own}",
    "mail": "mailto:{own}@{host}",
    "a feed": "feed:https://{host}/{own}",
    "a url behind a mark": "\ufeffhttps://{host}/{own}",
    "a url behind a blank of no width": "\u200bhttps://{host}/{own}",
    "a url behind a wide blank": "\u00a0https://{host}/{own}",
    "a url behind a dash": "-https://{host}/{own}",
    "a url behind a dot": ".https://{host}/{own}",
    "a url behind a slash": "/https://{host}/{own}",
    "a url behind an at sign": "@https://{host}/{own}",
}

TYPES: Final = tuple(
    Value(name, value)
    for name, value in {
        "a number": 7,
        "an empty text": "",
        "false": False,
        "a list with a url": ["https://{host}/{own}"],
        "an object with a url": {"href": "https://{host}/{own}"},
        "true": True,
        "zero": 0,
        "an empty list": [],
        "an empty object": {},
        "a fraction": 1.5,
        "one": 1,
        "a negative number": -1,
        "a list of two urls": ["https://{host}/{own}", "https://{host}/{own}/2"],
        "a list with null": [None],
        "a url in a list of lists": [["https://{host}/{own}"]],
        "an object with a property url": {"url": "https://{host}/{own}"},
        "an object with numbers as names": {"0": "https://{host}/{own}"},
        "an object of its parts": {"scheme": "https", "host": "{host}"},
        "a large number": 10**15,
        "a number beyond 64 bits": 10**30,
        "a small fraction": 5e-324,
        "an object with operators": {
            "$set": "https://{host}/{own}",
            "set": "https://{host}/{own}",
            "value": "https://{host}/{own}",
        },
        "an object with names of its parts": {"protocol": "https", "hostname": "{host}", "pathname": "/{own}"},
        "a list of the codes of its letters": [ord(one) for one in "https://hooks.example.com/codes"],
        "an object of all its parts": {
            "scheme": "https",
            "protocol": "https:",
            "host": "{host}",
            "hostname": "{host}",
            "port": 443,
            "path": "/{own}",
            "pathname": "/{own}",
            "origin": "https://{host}",
            "uri": "https://{host}/{own}",
        },
        "a url in a list of lists of lists": [[["https://{host}/{own}"]]],
        "a list of 500 numbers": list(range(500)),
        "an object with an empty name": {"": "https://{host}/{own}"},
    }.items()
)
"""Values that are not texts, or empty ones."""


def _text(template: str) -> str:
    return template.replace(HOST, "hooks.example.com").replace(OWN, "Run/1")


def verdict(value: Any) -> UrlVerdict:  # noqa: ANN401  any JSON
    """Return what the documents say of a value with its places filled."""
    return classify(_text(value)) if isinstance(value, str) else UrlVerdict.ILLEGAL


def _placed(places: dict[str, str], characters: dict[str, str]) -> Iterator[Value]:
    """Yield each character at each place, the first ones of both first."""
    for template_of in zip(*(_at(place, template, characters) for place, template in places.items()), strict=True):
        yield from template_of


def _at(place: str, template: str, characters: dict[str, str]) -> list[Value]:
    turned = list(characters.items())
    start = len(place) % len(turned)
    return [Value(f"{name} {place}", template.replace("{c}", one)) for name, one in turned[start:] + turned[:start]]


def _named(forms: dict[str, str]) -> list[Value]:
    return [Value(name, template) for name, template in forms.items()]


@cache
def walk() -> tuple[Value, ...]:
    """Return all that are made by position, legal or not."""
    every = _AUTHORITY_PLACES | _OUTER_PLACES | _INNER_PLACES
    return in_turn(
        [Value(f"the scheme {scheme}", f"{scheme}://{HOST}/{OWN}") for scheme in _SCHEMES],
        _placed(_OUTER_PLACES, _BLANKS),
        _named(_WITHOUT_HOST),
        [Value(f"an http url at {host}", f"http://{host}/{OWN}") for host in _HOSTS_AT_HOME],
        [Value(f"{separator!r} for ://", f"https{separator}{HOST}/{OWN}") for separator in _SEPARATORS],
        _placed(_AUTHORITY_PLACES, _BLANKS),
        _named(_WITHOUT_SCHEME),
        _placed(every, _CONTROLS),
        _named(_EMBEDDED),
        _placed(_INNER_PLACES, _BLANKS),
        _placed(every, _BACKSLASH),
        [
            Value(f"blanks of every kind {place}", template.replace("{c}", " \t\r\n"))
            for place, template in (_OUTER_PLACES | _AUTHORITY_PLACES).items()
        ],
    )


@cache
def near_misses() -> tuple[Value, ...]:
    """Return the texts that must be refused."""
    return tuple(one for one in walk() if verdict(one.value) is UrlVerdict.ILLEGAL)


@cache
def open_forms() -> tuple[Value, ...]:
    """Return those that a target may accept or refuse."""
    return (*_OPEN, *(one for one in walk() if verdict(one.value) is UrlVerdict.OPEN))


_OPEN: Final = (
    Value("a host without a dot", "https://localhost/{own}"),
    Value("an address", "https://192.0.2.1/{own}"),
    Value("a user", "https://user:password@hooks.example.com/{own}"),
    Value("5,000 characters", "https://{host}/{own}/" + "u" * 5000),
    Value("a port beyond the last", "https://{host}:99999/{own}"),
    Value("an open bracket", "https://[::1"),
    Value("a host outside ASCII", "https://b\u00fccher.example/{own}"),
    Value("an address of version 6", "https://[2001:db8::1]/{own}"),
    Value("a port of zero", "https://{host}:0/{own}"),
    Value("an empty port", "https://{host}:/{own}"),
    Value("a port that is not a number", "https://{host}:port/{own}"),
    Value("a dot behind the host", "https://{host}./{own}"),
    Value("dot segments", "https://{host}/{own}/a/../b/./c"),
    Value("two dots in the host", "https://hooks..{host}/{own}"),
    Value("a percent sign alone", "https://{host}/{own}/100%"),
    Value("a path outside ASCII", "https://{host}/{own}/\u00fc/\U0001f511"),
    Value("brackets in the query", "https://{host}/{own}?a[]=1&b={2}|3"),
    Value("a hyphen at the end of a label", "https://hooks-.{host}/{own}"),
    Value("an underscore in the host", "https://my_hooks.{host}/{own}"),
    Value("a label of 64 letters", "https://" + "l" * 64 + ".{host}/{own}"),
)

# Each has several traits at once: a target that keeps the contract accepts them all.
LEGAL: Final = (
    Value(
        "a port, a query of many forms, a fragment",
        "https://{host}:65534/{own}/Port//and/Query/?b=Two&a=1&&c=&d&token=s3cr3t&e=%2f%C3%BC+x&u=https://{host}/a?b#part",
    ),
    Value(
        "capitals in scheme and host, labels of digits and letters",
        "HTTPS://www.A-b.c-d.9.x.hooks.Example.com/{own}/Labels_~.html;v=1/last/",
    ),
    Value(
        "a punycode label, 1,999 characters",
        "https://xn--bcher-kva.example/{own}/Punycode/" + "long-/" * 300 + "l" * 130,
    ),
    Value(
        "a deep path with escapes",
        "https://hooks.example.org/{own}/a/b/c/d/e/f/g/h/%7Edeep%41/Percent%20encoded%2fpath/%c3%bc+plus//end",
    ),
    Value(
        "the highest port, punctuation, a url in the query",
        "https://a.Example.net:65535/{own}/~a!b$c&d'e(f)g*h,j;k=l:m@n?next=https://hooks.example.org/back&z=1&y=2",
    ),
    Value("a host alone", "https://example.com"),
    Value("signs of a replacement in the path and the query", "https://{host}/{own}/$&/$1/$$?a=$&b&c=$1"),
    Value("a path over 255 characters, a fragment", "https://{host}/{own}/Long/" + "l" * 260 + "#part"),
    Value("a query without a path, the default port", "https://1.example.com:443?query-without-a-path={own}"),
    Value("1,030 characters", "https://example.net/{own}/" + "f" * 1000),
    Value(
        "a long host of many labels",
        "https://" + ".".join(("label-of-a-host",) * 7) + "." + "l" * 63 + ".example.org/{own}",
    ),
    Value("a port without a path", "https://{own}.example.com:8080"),
    Value("a capital in the scheme, an empty query", "Https://{host}/{own}?"),
    Value("a question mark and a slash in the query, an empty fragment", "https://{host}/{own}?a=/b?c:d@e#"),
    Value("the lowest port", "https://{host}:1/{own}/"),
    Value("a slash alone", "https://{own}.example.net/"),
    Value("a fragment without a path", "https://{own}.example.org#part?of/it"),
    Value("two slashes in a row", "https://{host}//{own}//"),
    Value("a file's ending", "https://{host}/{own}.php?id=1"),
    Value("a query over 100 characters", "https://{host}/{own}?q=" + "q" * 150),
    Value("escapes alone", "https://{host}/%7B{own}%7D/%00?%25=%26"),
    Value("exactly 2,000 characters", "https://{host}/{own}/{fill}"),
    Value("the port of http", "https://{host}:80/{own}"),
    Value("a path of one letter", "https://{own}.example.com/x"),
    Value("a host that ends with digits", "https://{own}.hook9.example/0"),
    Value("a template in escapes", "https://{host}/{own}/%7Bid%7D/$metadata/@me"),
    Value(
        "a host of two labels, a UUID in its path", "https://hooks.example/{own}/3fa85f64-5717-4562-b3fc-2c963f66afa6"
    ),
    Value("a host of one letter", "https://a.example/{own}/v1.0/:id/x.y.json"),
    Value(
        "two hyphens in a host, escapes of every kind",
        "https://my--hooks.{host}/{own}/%20%09%0a%2f%5C/%E2%82%AC",
    ),
    Value(
        "pairs of a query without values, and with several equals signs", "https://{host}/{own}/?a&b=&=c&d==e&f=g=h&&"
    ),
    Value("digits alone in a label, a port of a service", "https://123.456.{host}:3000/{own}/1/2/3"),
    Value("punctuation alone in its path", "https://{host}/{own}/-._~!$&'()*+,;=:@/"),
    Value("a query of digits, a fragment of digits", "https://b.example/{own}?0=1&2#3"),
    Value(
        "words of firewalls in its path",
        "https://{host}/{own}/admin/localhost/internal/metadata/update/select/v1/index.html",
    ),
    Value(
        "a name twice in its query, escaped brackets and markup",
        "https://{host}/{own}?b=1&b=2&c%5B%5D=1&d=%3Ce%3E&copy=2&lt=3",
    ),
    Value(
        "the path of an API, Base64, two dots in a segment",
        "https://{host}/api/v2/public/webhooks/user/{own}/c2VjcmV0LW1pbmU=/a..b",
    ),
    Value(
        "a random label, an internal one, a port of a database",
        "https://a1b2c3d4e5f6a7b8.internal-admin.{host}:5432/{own}",
    ),
    Value("a label of digits, escapes that are not UTF-8", "https://10.{host}/{own}/%ff%fe"),
    Value("a first label over 20 characters", "https://a-long-first-label-of-a-host.{host}/{own}"),
    Value("capitals all over", "HTTPS://HOOKS.EXAMPLE.COM/{own}/PATH?QUERY=YES#PART"),
)


@cache
def all_values() -> tuple[Value, ...]:
    """Return the near misses: texts and other values."""
    return (*TYPES, *near_misses())

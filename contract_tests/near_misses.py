"""Values that just miss a rule, and odd values that keep it: the most telling first."""

from __future__ import annotations

from typing import Any

EVENTS = (
    "all",
    "facility.user-connection.accepted",
    "facility.user-connection.rejected",
    "facility.creation.accepted",
    "facility.creation.rejected",
)

ABSENT: Any = object()
"""Stands for a property that is left out."""

BAD_URLS: tuple[Any, ...] = (
    "http://hooks.example.com/plain",
    "",
    "https://",
    7,
    "httpsfoo://hooks.example.com/prefix",
    "hooks.example.com/no-scheme",
    False,
    "http://hooks.example.com/?next=https://hooks.example.org/",
    ["https://hooks.example.com/in-a-list"],
    "ftp://hooks.example.com/file",
    {"href": "https://hooks.example.com/in-an-object"},
    "see https://hooks.example.com/within",
    "https://?no=host",
    "nothing like a url",
    True,
    "HTTP://HOOKS.EXAMPLE.COM/upper",
    0,
    "//hooks.example.com/relative",
    "https",
    [],
    "wss://hooks.example.com/socket",
    "https//hooks.example.com/no-colon",
    "/hooks/path-only",
    {},
    "javascript:location='https://hooks.example.com'",
    1.5,
    "https://:8443/no-host",
    "http://hooks.example.com:443/secure-port",
    "xhttps://hooks.example.com/",
)

BAD_EVENTS: tuple[Any, ...] = (
    [],
    ABSENT,
    ["all", "nope"],
    "all",
    ["ALL"],
    ["nope", "all"],
    None,
    ["facility.creation"],
    {},
    ["facility.creation.accepted", "nope", "facility.creation.rejected"],
    [""],
    "nope",
    [5],
    [" all"],
    ["facility.creation.accepted.more"],
    [None],
    "all,facility.creation.accepted",
    ["facility.creation.deleted"],
    ["all", "facility.creation.accepted", "facility.creation.rejected", "nope"],
    ["facility.*"],
    [["all"]],
    {"0": "all"},
    5,
    ["Facility.Creation.Accepted"],
    ["*"],
    True,
    ["all", None],
    ["facility_creation_accepted"],
    [{"name": "all"}],
    "",
    ["all "],
    [True],
    0,
    ["user-connection.accepted"],
    ["allowed"],
    False,
    ["facility.user.connection.accepted"],
    ["facility.creation.accepted\n"],
    ["facility.creation.accepted", "ALL"],
)

# Counts stand for as many secrets of usual length.
BAD_SECRETS: tuple[Any, ...] = (
    3,
    "one-secret-without-its-list-00001",
    4,
    10,
    {},
    "",
    7.5,
    "same",
    True,
    {"0": "a-secret-in-an-object-000000000001"},
    100,
    False,
    5,
    11,
    0.0,
)

GOOD_URLS = (
    "https://hooks.example.com:8443/Port",
    "HTTPS://hooks.example.com/Scheme",
    "https://hooks.example.com/Query?a=1&b=Two",
    "https://xn--bcher-kva.example/Punycode",
    "https://hooks.example.com/Long/" + "l" * 290,
    "https://hooks.example.com/Longer/" + "l" * 1900,
    "https://a-b.c-d.hooks.example.com/Labels",
    "https://example.com",
    "https://hooks.example.com/Percent%20encoded%2Fpath/%C3%BC",
    "https://Hooks.Example.com/Host",
    "https://hooks.example.org/a/b/c/d/e/f/g/h/Deep",
    "https://example.net/Fragment#part",
    "https://hooks.example.com/Punctuation/~a!b$c&d'e(f)g*h+i,j;k=l:m@n",
    "https://1.hooks.example.com/Digits?next=https://hooks.example.org/back",
    "https://hooks.example.com:443/DefaultPort",
    "https://hooks.example.com?query=without-a-path",
    "https://hooks.example.com:65535/HighestPort/" + "p" * 600,
    "https://hooks.example.com/trailing/slash/",
)

GOOD_EVENTS: tuple[tuple[str, ...], ...] = (
    (EVENTS[3], EVENTS[1]),
    (EVENTS[1],),
    tuple(reversed(EVENTS)),
    (EVENTS[2],),
    ("all", EVENTS[4]),
    (EVENTS[3],),
    (EVENTS[4], EVENTS[2], EVENTS[1]),
    (EVENTS[4],),
    EVENTS,
    ("all",),
    (EVENTS[1], EVENTS[2], EVENTS[3], EVENTS[4]),
)

# What no parser takes for JSON.
MALFORMED = (
    b'{"events": [',
    b'{"events": ["all"],}',
    b"not json at all",
    b"{'events': ['all']}",
    b'{"events": ["all"]} trailing',
    b'{"events": ["all"] /* comment */}',
    b"{",
    b'{events: ["all"]}',
    b"events=all",
    b'{"events": ["all"], "url": "unterminated}',
)

# JSON, but no object.
NO_OBJECTS = (b"[]", b"null", b"", b'"all"', b'[{"events": ["all"]}]', b"5", b"true", b'["all"]')

# Bodies on which the documents are silent, or whose messages are open: none brings a 5xx. {event} is a legal event.
HOSTILE: dict[str, bytes] = {
    "an unknown property": b'{"events": ["{event}"], "nickname": {"a": [1, {"b": null}]}, "__proto__": {"x": 1}}',
    "invalid UTF-8": b'{"events": ["{event}"], "secrets": ["\xff\xfe\xfd-bytes-that-are-no-text"]}',
    "nesting 10,000 deep": b'{"events": ["{event}"], "deep": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "a number of 5,000 digits": b'{"events": ["{event}"], "big": ' + b"9" * 5000 + b', "tiny": -1e-999}',
    "a number beyond every float": b'{"events": ["{event}"], "big": 1e400}',
    "a lone surrogate in a secret": b'{"events": ["{event}"], "secrets": ["\\ud800-lone-surrogate-0001"]}',
    "a NUL in a secret": b'{"events": ["{event}"], "secrets": ["nul-\\u0000-in-a-secret-0001"]}',
    "a secret outside ASCII": '{"events": ["{event}"], "secrets": ["clé-secrète-🔑-0000000001"]}'.encode(),
    "one key twice": b'{"events": ["{event}"], "events": ["{event}"]}',
    "NaN": b'{"events": ["{event}"], "nan": NaN}',
    "a byte order mark": b'\xef\xbb\xbf{"events": ["{event}"]}',
    "UTF-16": '{"events": ["all"]}'.encode("utf-16"),
}

MEDIA_TYPES = (
    "text/plain",
    None,
    "application/x-www-form-urlencoded",
    "application/xml",
    "nonsense",
    "multipart/form-data",
)

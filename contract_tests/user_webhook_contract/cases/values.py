"""Near misses of the rules, and odd values that keep them: those that show most come first."""

from __future__ import annotations

from typing import Any, Final

from user_webhook_api.rules import body_properties
from user_webhook_contract.http.request import JSON_MEDIA_TYPE, Credential

EVENTS: Final[tuple[str, ...]] = tuple(
    event for known in body_properties() for rule in known.rules if rule.keyword == "items.enum" for event in rule.value
)
"""The documented events, in the documented order."""

ABSENT: Final[Any] = object()
"""The value of a property that is left out."""

BAD_URLS: Final[tuple[Any, ...]] = (
    "http://hooks.example.com/plain",
    7,
    "",
    "https://",
    "httpsfoo://hooks.example.com/prefix",
    "https:///hooks.example.com/three-slashes",
    "https://:8443/no-host",
    False,
    "hooks.example.com/no-scheme",
    "http://hooks.example.com/?next=https://hooks.example.org/",
    ["https://hooks.example.com/in-a-list"],
    "see https://hooks.example.com/within",
    {"href": "https://hooks.example.com/in-an-object"},
    "ftp://hooks.example.com/file",
    True,
    "https://?no=host",
    "HTTP://HOOKS.EXAMPLE.COM/upper",
    "https://hooks.example.com/a blank",
    0,
    "//hooks.example.com/relative",
    [],
    "wss://hooks.example.com/socket",
    "javascript:location='https://hooks.example.com'",
    "https//hooks.example.com/no-colon",
    "/hooks/path-only",
    "xhttps://hooks.example.com/",
    {},
    "nothing like a url",
    1.5,
    "https",
    "http://hooks.example.com:443/secure-port",
    "https:/hooks.example.com/one-slash",
    "https:\\\\hooks.example.com\\backslashes",
    " https://hooks.example.com/blank-before",
    "https://hooks.example.com/line-break-behind\n",
    "https://hooks\t.example.com/tab-in-the-host",
    "https://hooks\\.example.com/backslash-in-the-host",
    "ht\ntps://hooks.example.com/line-break-in-the-scheme",
    "https://hooks .example.com/blank-in-the-host",
)

BAD_EVENTS: Final[tuple[Any, ...]] = (
    [],
    "all",
    ["all", "nope"],
    ABSENT,
    ["ALL"],
    ["nope", "nada", "all"],
    None,
    ["facility.creation"],
    {},
    [5],
    ["facility.creation.accepted", "facility.user-connection.accepted", "facility.creation.rejected", "all", "nope"],
    "nope",
    [None],
    ["facility.creation.accepted.more"],
    5,
    [""],
    "all,facility.creation.accepted",
    [["all"]],
    ["facility.creation.deleted"],
    True,
    ["all "],
    {"0": "all"},
    ["facility.*"],
    '["all"]',
    [{"name": "all"}],
    "",
    ["creation.accepted"],
    [True],
    ["Facility.Creation.Accepted"],
    ["constructor"],
    ["facility_creation_accepted"],
    ["*"],
    ["all", None],
    False,
    0,
    [" all"],
    ["user-connection.accepted"],
    ["facility.user.connection.accepted"],
    ["facility.creation.accepted\n"],
    ["facility.creation.accepted", "nope", "facility.creation.rejected"],
    ["facility.creation.accepted", "facility.creation.rejected", "nope"],
)

# A number is a list of so many secrets of usual length.
BAD_SECRETS: Final[tuple[Any, ...]] = (
    3,
    "one-secret-without-its-list-00001",
    4,
    10,
    {},
    "",
    7.5,
    "same",
    "first-secret-0000001,second-secret-000002",
    True,
    {"0": "a-secret-in-an-object-000000000001"},
    False,
    100,
    "s",
    5,
    0.0,
    11,
)

# Each has several traits at once: a target that keeps the contract accepts them all.
GOOD_URLS: Final = (
    "https://hooks.example.com:8443/Port/and/Query?a=1&b=Two",
    "HTTPS://a-b.c-d.9.hooks.example.com/Scheme/Labels_~.html/last/",
    "https://xn--bcher-kva.example/Punycode/Longer/" + "l" * 1900,
    "https://hooks.example.org/a/b/c/d/e/f/g/h/Deep/Percent%20encoded%2Fpath/%C3%BC+plus",
    "https://Hooks.Example.net:65535/Punctuation/~a!b$c&d'e(f)g*h,j;k=l:m@n?next=https://hooks.example.org/back",
    "https://example.com",
    "https://hooks.example.com/Long/" + "l" * 260 + "#part",
    "https://1.example.com:443?query=without-a-path",
    "https://example.net/" + "f" * 700,
)

GOOD_EVENTS: Final[tuple[tuple[str, ...], ...]] = (
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

# What no parser accepts as JSON, whatever it accepts beyond the grammar.
MALFORMED: Final = (
    b'{"events": [',
    b'{"events": ["all"]} trailing',
    b"not json at all",
    b'{"events": ["all"]',
    b"events=all",
    b'{"events" = ["all"]}',
    b'leading {"events": ["all"]}',
    b'{"events": ["all"], "url": "https://hooks.example.com/\n"}',
    b'{"events": ["all"]}{"events": ["all"]}',
)

# JSON that is not an object, or an empty one.
NON_OBJECTS: Final = (
    b"null",
    b"[]",
    b"",
    b"{}",
    b'["all"]',
    b'{"data": {"events": ["all"]}}',
    b'"{\\"events\\": [\\"all\\"]}"',
    b"5",
    b'[{"events": ["all"]}]',
    b"true",
)

# Bodies on which the documents are silent, or whose messages are open: none may bring a 5xx. {event} is a legal event.
# If only a crash would show, several oddities share one body.
HOSTILE: Final[dict[str, bytes]] = {
    "another id and client, unknown properties": b'{"events": ["{event}"], "id": "00000000-0000-4000-8000-000000000000", '
    b'"clientId": "another", "nickname": {"a": [1, {"b": null}], "c": "' + "🔑".encode() + b'"}}',
    "null for the url": b'{"events": ["{event}"], "url": null}',
    "null for the secrets": b'{"events": ["{event}"], "secrets": null}',
    "events in capitals": b'{"EVENTS": ["{event}"]}',
    "an empty list of secrets": b'{"events": ["{event}"], "secrets": []}',
    "a secret that is not a string": b'{"events": ["{event}"], "secrets": [1234567890123456]}',
    # Parsers refuse it by default: beside anything else it would hide what they make of that.
    "a property named __proto__": b'{"events": ["{event}"], "__proto__": {"x": 1}}',
    "a secret with blanks around it and marks of HTML": b'{"events": ["{event}"], "secrets": [" <b>&padded-secret-01 "]}',
    "a lone surrogate and a NUL in secrets": b'{"events": ["{event}"], '
    b'"secrets": ["\\ud800-lone-surrogate-0001", "nul-\\u0000-in-a-secret-0001"]}',
    # As deep as every parser must go.
    "a number of 5,000 digits, one beyond every float, nesting 200 deep": b'{"events": ["{event}"], "big": '
    + b"9" * 5000
    + b', "huge": -1.5e400, "tiny": -1e-999, "deep": '
    + b"[" * 199
    + b"]" * 199
    + b"}",
    "one key twice, an object and null among secrets": b'{"events": ["{event}"], "events": ["{event}"], '
    b'"secrets": [{"a": 1}, null]}',
    "300 events and a url of 5,000 characters": b'{"events": [' + b'"{event}", ' * 299 + b'"{event}"], '
    b'"url": "https://hooks.example.com/' + b"u" * 5000 + b'"}',
    "invalid UTF-8": b'{"events": ["{event}"], "secrets": ["\xff\xfe\xfd-bytes-that-are-no-text"]}',
    "a secret outside ASCII": b'{"events": ["{event}"], "secrets": ["' + "clé-secrète-🔑-0000000001".encode() + b'"]}',
    "a byte order mark": b'\xef\xbb\xbf{"events": ["{event}"]}',
    "NaN": b'{"events": ["{event}"], "nan": NaN}',
    "a comment, single quotes, a key without quotes, a trailing comma": b"{'events': [\"{event}\"], a: 1, /* b */}",
    "UTF-16": '{"events": ["all"]}'.encode("utf-16"),
    "a secret of 3,000 characters": b'{"events": ["{event}"], "secrets": ["' + b"s" * 3000 + b'"]}',
}

MEDIA_TYPES: Final = (
    None,
    "application/json; charset=klingon",
    "application/xml",
    "nonsense",
    "multipart/form-data",
)

# Legal or not: the target decides.
OPEN_URLS: Final = (
    "https://localhost/hooks",
    "https://192.0.2.1/hooks",
    "https://user:password@hooks.example.com/hooks",
    "https://hooks.example.com/" + "u" * 5000,
    "https://hooks.example.com:99999/hooks",
    "https://[::1",
    "https://bücher.example/hooks",
)

NEAR_CREDENTIALS: Final = (
    Credential.BASIC_SCHEME,
    Credential.LENGTHENED,
    Credential.NO_TOKEN,
    Credential.SHORTENED,
    Credential.OTHER_CASE,
    Credential.NO_SCHEME,
    Credential.PRECEDED,
    Credential.TOKEN_SCHEME,
    Credential.ALTERED,
    Credential.LONGER_SCHEME,
    Credential.BLANK_TOKEN,
    Credential.DOUBLED_SCHEME,
)

OPEN_CREDENTIALS: Final = (Credential.DOUBLED, Credential.LOWER_SCHEME)
"""Accepted or not, as the target chooses."""

DEPTHS: Final = (1_100, 5_000)
"""Levels of nesting at which ordinary parsers give up, and not all of them gracefully."""

# What must not get around the token: media type and body; None stands for a valid update.
BYPASS_BODIES: Final[tuple[tuple[str | None, bytes | None], ...]] = (
    ("text/plain", None),
    (None, None),
    (JSON_MEDIA_TYPE, b""),
    (JSON_MEDIA_TYPE, b"null"),
    (JSON_MEDIA_TYPE, b"{"),
    ("application/x-www-form-urlencoded", b"events=all"),
    (JSON_MEDIA_TYPE, b"[]"),
    (JSON_MEDIA_TYPE, b"{}"),
)

# What every object has in some languages: a store that is an object finds it.
OBJECT_MEMBERS: Final = ("__proto__", "constructor", "toString")

# No slash, no dots and no NUL: servers and proxies treat those before the API sees the id.
ODD_ID: Final = "it's no uuid\u00e9%"

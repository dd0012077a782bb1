"""Which requests tell a faulty server from the correct one: a fixed broad list of sequences."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .literals import EVENTS, FIRST_ID, SECOND_ID

if TYPE_CHECKING:
    from collections.abc import Iterator

MEMBER = "Bearer valid-token"
STRANGER = "Bearer forbidden-token"
JSON = "application/json"


@dataclass(frozen=True)
class Patch:
    """One request of a sequence; None sends no such header."""

    body: bytes
    webhook_id: str = FIRST_ID
    authorization: str | None = MEMBER
    content_type: str | None = JSON
    is_chunked: bool = False


def patch(
    content: Any, webhook_id: str = FIRST_ID, authorization: str | None = MEMBER, content_type: str | None = JSON
) -> Patch:
    return Patch(json.dumps(content).encode(), webhook_id, authorization, content_type)


_URL = "https://hooks.example.com/a"
_SECRETS = ["Mi9Qe2vYpX7kLr4TzB1nWc6HsD8uJf3A", "aG5oKx0ZtN2bVq7RmE9yUd4CwP6iSl1J"]
_ALL = {"events": ["all"]}
_READ = patch(_ALL)
_READ_SECOND = patch(_ALL, SECOND_ID)
_FULL = {"url": _URL, "events": [EVENTS[1], EVENTS[4]], "secrets": _SECRETS}

_GOOD_URLS = (
    "https://example.com",
    "https://example.com/",
    "https://example.com:8443/hook",
    "https://example.com:443/hook",
    "https://example.com:18443",
    "https://example.com/hook?a=1&b=%20c+d",
    "https://example.com/Path/with.dots_and~tildes/of/many/segments/",
    "https://example.com/#part",
    "HTTPS://example.com/hook",
    "https://EXAMPLE.com/hook",
    "https://xn--bcher-kva.example/hook",
    "https://a-b.c2.deep.sub.example.org/hook",
    "https://hooks.example.technology/",
    "https://hooks.example.info/",
    "https://example.com/" + "a" * 100,
    "https://example.com/" + "a" * 300,
    "https://example.com/" + "a" * 600,
    "https://example.com/" + "a" * 1004,
    "https://example.com/" + "a" * 1980,
)
_BAD_URLS: tuple[Any, ...] = (
    "http://example.com/hook",
    "HTTP://example.com/hook",
    "http://localhost:3000/hook",
    "http://192.0.2.1/hook",
    "http://example.com/?next=https://example.com",
    "ftp://example.com/hook",
    "ftps://example.com/hook",
    "ws://example.com/hook",
    "wss://example.com/hook",
    "javascript:alert(1)",
    "example.com/hook",
    "//example.com/hook",
    "/hook",
    "",
    "https",
    "https:",
    "https://",
    "https:///hook",
    "https:///hooks.example.com/hook",
    "https:/example.com",
    "https:\\\\hooks.example.com/hook",
    "https://hooks.example.com/a b",
    " https://hooks.example.com/hook",
    "https://hooks.example.com/hook\n",
    "https://hooks.exam\tple.com/hook",
    "https:example.com",
    "https//example.com",
    "httpsfoo://example.com",
    "xhttps://example.com",
    "call https://example.com",
    "https://exa mple.com/",
    "http://example.com\nhttps://example.com",
    "https://example.com:port/",
    "https://[example.com/",
    "nonsense",
    7,
    0,
    True,
    False,
    [],
    [_URL],
    {},
    {"href": _URL},
    "https://example.com/" + "a" * 6000 + " ",
)
_GOOD_EVENTS = (
    *([event] for event in EVENTS),
    list(EVENTS),
    list(EVENTS[::-1]),
    list(EVENTS[1:]),
    list(EVENTS[1:4]),
    [EVENTS[1], EVENTS[2]],
    [EVENTS[3], EVENTS[4]],
    [EVENTS[4], EVENTS[1]],
    [EVENTS[2], "all"],
    ["all", EVENTS[1]],
)
_BAD_EVENTS: tuple[Any, ...] = (
    [],
    None,
    "all",
    EVENTS[1],
    "all,facility.creation.accepted",
    "facility.creation.accepted, facility.creation.rejected",
    "nope",
    "",
    '["all"]',
    {},
    {"0": "all"},
    {"all": True},
    7,
    0,
    True,
    False,
    ["nope"],
    ["nope", "all"],
    ["all", "nope"],
    [EVENTS[1], "nope"],
    ["nope", EVENTS[1]],
    [EVENTS[1], EVENTS[2], "nope"],
    [*EVENTS[1:], "nope"],
    ["nope", "nope"],
    ["ALL"],
    ["Facility.Creation.Accepted"],
    [" all "],
    [" facility.creation.accepted"],
    ["facility.creation.accepted.now"],
    ["allx"],
    ["xfacility.creation.accepted"],
    ["facility"],
    ["creation"],
    ["facility.creation"],
    ["facility.*"],
    ["*"],
    ["facility.deleted"],
    [""],
    [1],
    [True],
    [None],
    [["all"]],
    [{"name": "all"}],
    ["nope"] * 300,
)
_GOOD_SECRETS = (
    [_SECRETS[0]],
    _SECRETS,
    _SECRETS[::-1],
    ["b", "a"],
    ["s" * 40, "t" * 40],
    ["Secret With Spaces", "ünïcode"],
    ["a-secret-with-$&-in-it"],
)
_BAD_SECRETS: tuple[Any, ...] = (
    ["a", "b", "c"],
    ["a", "b", "c", "d"],
    ["a", "a", "b"],
    [f"s{number}" for number in range(5)],
    [f"s{number}" for number in range(9)],
    [f"s{number}" for number in range(10)],
    [f"s{number}" for number in range(11)],
    [f"s{number}" for number in range(100)],
    _SECRETS[0],
    "ab",
    "a,b",
    "",
    {},
    {"0": "a", "1": "b"},
    7,
    0,
    True,
    False,
)
_NON_OBJECTS = (
    b"",
    b"null",
    b"[]",
    b'["all"]',
    b'[{"events": ["all"]}]',
    b"[1]",
    b'"all"',
    b'"{\\"events\\": [\\"all\\"]}"',
    b"7",
    b"true",
    b"false",
    b"{}",
)
_MALFORMED = (
    b"{",
    b"nonsense",
    b'{"events": ["all"]',
    b'{"events": ["all',
    b'{"events": ["all"],}',
    b'{"events": ["all",]}',
    b'{"events": ["all"]} trailing',
    b'{"events": ["all"]}{"events": ["all"]}',
    b'leading {"events": ["all"]}',
    b'{"events": ["all"]} // comment',
    b'{"events": /* comment */ ["all"]}',
    b"{'events': ['all']}",
    b'{events: ["all"]}',
    b'{"events": ["all"], "x": NaN}',
    b'{"events": ["all"], "secrets": ["a\nb"]}',
    b'{"events" = ["all"]}',
    b"events=all",
    b"events[]=all&url=https://example.com",
    b'\xff\xfe{"events": ["all"]}',
    b"[" * 5000,
    b'{"a":' * 5000,
)
_ODD_BODIES: tuple[bytes, ...] = (
    b'{"events": ["all"], "x": ' + b"1" * 5000 + b"}",
    b'{"events": [' + b"1" * 30 + b"]}",
    b'{"events": ["all"], "x": 1e999}',
    b'{"events": ["all"], "events": ["all"]}',
    b'{"events": ["all"], "x": ' + b"[" * 120 + b"]" * 120 + b"}",
    b'{"events": ["all"], "__proto__": {"a": 1}}',
    b'{"events": ["all"], "secrets": ["\\ud800"]}',
    b'{"events": ["all"], "secrets": ["a\\u0000b"]}',
    b'{"events": ["all"], "secrets": ["\xf0\x9f\x98\x80"]}',
    b'{"events": ["a\\u0000b"]}',
    b'{"events": ["all"], "url": null}',
    b'{"events": ["all"], "secrets": null}',
    b'{"events": ["all"], "secrets": []}',
    b'{"events": ["all"], "secrets": [null]}',
    b'{"events": ["all"], "secrets": [1]}',
    b'{"events": ["all"], "secrets": ["<b>&amp; \\u0027quoted\\u0027 </b>"]}',
    b'{"events": ["all"], "secrets": [" padded-secret-0001 "]}',
    b'{"events": ["all"], "x": ' + b"[" * 2_000 + b"]" * 2_000 + b"}",
    b'{"events": ["all"], "secrets": [{"a": 1}]}',
    b'{"events": ["all"], "secrets": ["' + b"s" * 6000 + b'"]}',
    b'{"events": ["all"], "x": "' + b"x" * 70_000 + b'"}',
    b'{"data": {"events": ["all"]}}',
    b'{"url": "https://example.com/"}',
    b'{"secrets": ["a"]}',
    b'{"EVENTS": ["all"]}',
    b'{"events": ["all"], "id": "dd6189c9-4aae-4ca3-b855-654c607824da", "clientId": "mine"}',
)
_MEDIA_TYPES = (
    None,
    "text/plain",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-8",
    "application/json;charset=UTF-8",
    "application/json; charset=utf-99",
    "application/octet-stream",
)
_HEADERS = (
    None,
    "",
    "Bearer",
    "Bearer ",
    "Bearer nonsense",
    "Bearer valid-toke",
    "Bearer valid-tokenx",
    "Bearer xvalid-token",
    "Bearer xvalid-tokenx",
    "Bearer VALID-TOKEN",
    "Bearer valid-tokem",
    "Bearer valid",
    "Bearer nekot-dilav",
    "Bearer 11111111111",
    "Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
    "Basic valid-token",
    "Token valid-token",
    "valid-token",
    "BearerX valid-token",
    "forbidden-token",
    "Bearer valid-token valid-token",
    "bearer valid-token",
    "Bearer tökén",
)
_IDS = (
    "__proto__",
    "constructor",
    f"urn:uuid:{FIRST_ID}",
    "00000000-0000-4000-8000-000000000000",
    FIRST_ID.upper(),
    FIRST_ID[:8],
    FIRST_ID[:-1],
    FIRST_ID[:-1] + "c",
    FIRST_ID + "x",
    "x" + FIRST_ID,
    f"x{FIRST_ID}x",
    FIRST_ID.replace("-", ""),
    f" {FIRST_ID} ",
    "x",
    "123",
    "null",
    "a/b",
    "a%b",
    "a'b",
    "a..b",
    "\x00",
    FIRST_ID + "\x00",
    "\ufffd",
    "ü",
    "a" * 200,
    "a" * 2000,
)


def _singles() -> Iterator[Patch]:
    for url in (*_GOOD_URLS, *_BAD_URLS):
        yield patch({"url": url, "events": ["all"]})
    for events in (*_GOOD_EVENTS, *_BAD_EVENTS):
        yield patch({"events": events})
    for secrets in (*_GOOD_SECRETS, *_BAD_SECRETS):
        yield patch({"events": ["all"], "secrets": secrets})
        yield patch({"url": _URL, "events": ["all"], "secrets": secrets})
    for body in (*_NON_OBJECTS, *_MALFORMED, *_ODD_BODIES):
        yield Patch(body)
        yield Patch(body, authorization=None)
    for media_type in _MEDIA_TYPES:
        yield patch(_ALL, content_type=media_type)
        yield patch(_ALL, content_type=media_type, authorization=None)
    for authorization in (*_HEADERS, STRANGER):
        yield patch(_ALL, authorization=authorization)
        yield patch(_ALL, SECOND_ID, authorization=authorization)
    yield Patch(json.dumps(_ALL).encode(), is_chunked=True)
    for webhook_id in _IDS:
        yield patch(_ALL, webhook_id)
    yield patch({"url": 7, "events": 7, "secrets": 7})
    yield patch({"url": "http://example.com", "events": ["nope"], "secrets": ["a", "b", "c"]})
    yield patch(_FULL)
    yield patch(_FULL, SECOND_ID)


_REFUSED = (
    patch({"url": _URL, "events": ["nope"]}),
    patch({"url": _URL, "events": ["all"], "secrets": ["a", "b", "c"]}),
    patch({"url": "http://example.com", "events": ["all"]}),
    patch({"url": _URL, "events": [], "secrets": ["written"]}),
    patch({"url": _URL, "secrets": ["written"], "events": ["all"]}, authorization="Bearer nonsense"),
    patch({"url": _URL, "secrets": ["written"], "events": ["all"]}, authorization=STRANGER),
    Patch(b"{"),
    Patch(b"null"),
)

SEQUENCES: tuple[tuple[Patch, ...], ...] = (
    *((request,) for request in _singles()),
    *((_READ, request, _READ) for request in _REFUSED),
    *((patch(_FULL), request, _READ) for request in _REFUSED),
    (patch(_FULL), _READ, _READ, _READ_SECOND),
    (patch(_FULL), patch(_FULL), patch(_FULL)),
    (
        patch({"url": _URL, "events": ["all"]}),
        _READ,
        patch({"url": "https://example.net/b", "events": ["all"]}),
        _READ,
        _READ,
        _READ,
    ),
    (_READ_SECOND, patch(_FULL), _READ_SECOND, patch(_FULL, SECOND_ID), _READ),
    (
        patch({"events": [EVENTS[1]]}),
        patch({"events": [EVENTS[2]]}),
        patch({"events": [EVENTS[1], EVENTS[2]]}),
        patch({"events": [EVENTS[2]]}),
    ),
    (
        patch({"events": ["all"], "secrets": _SECRETS}),
        patch({"events": [EVENTS[1]], "secrets": _SECRETS[:1]}),
        patch({"events": [EVENTS[2]], "secrets": _SECRETS}),
    ),
    (patch({"events": ["all"], "secrets": _SECRETS}),) * 4,
    (patch({"url": _URL, "events": [EVENTS[1]]}), patch({"url": _URL, "events": [EVENTS[2]]})),
    (patch({"url": _URL, "events": ["all"]}), patch({"url": _URL, "events": ["all"]}, SECOND_ID)),
    (_READ, patch(_ALL, authorization=None)),
    (_READ,) * 8,
    tuple(patch({"url": f"{_URL}/{number}", "events": [EVENTS[number % 5]]}) for number in range(8)),
    (_READ, _READ_SECOND, _READ, _READ_SECOND),
    (patch(_ALL, "unknown"), patch(_ALL, "unknown")),
    (patch(_ALL, "unknown", STRANGER),),
    *((patch(_ALL, authorization=header),) * 4 for header in ("Bearer nonsense", STRANGER)),
    (patch({"events": ["nope"]}),) * 4,
    (patch({"url": "http://example.com", "events": ["all"]}),) * 4,
    (patch({"events": ["all"], "clientId": "mine", "id": "mine"}), _READ),
    (patch({"events": ["all"], "secrets": []}), _READ),
)

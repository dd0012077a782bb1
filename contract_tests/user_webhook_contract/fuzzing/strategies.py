"""Hypothesis strategies for requests and their bodies."""

from __future__ import annotations

import json
import re
import string
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from user_webhook_contract.cases.factory import is_long_id
from user_webhook_contract.cases.operators import bodies, events, ids, media_types
from user_webhook_contract.cases.operators import secrets as walks_of_secrets
from user_webhook_contract.cases.operators import urls as url_walks
from user_webhook_contract.cases.operators.value import ABSENT, EVENTS
from user_webhook_contract.cases.reserved_urls import RESERVED_NAMES, reserved
from user_webhook_contract.http.authorization import is_itself
from user_webhook_contract.http.request import JSON_MEDIA_TYPE, Credential, Json, Request, encode

if TYPE_CHECKING:
    from user_webhook_contract.settings import Settings

ELSEWHERE: Final = "https://hooks.example.com/elsewhere"
"""In place of a url that a strategy made up, until the request gets one of its own."""

_A_UUID: Final = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
_FILL: Final = re.compile(r"\{(?:fill|hex|HEX):(\d+)\}")
_LABEL_CHARACTERS: Final = string.ascii_lowercase + string.digits
_PATH_CHARACTERS: Final = string.ascii_letters + string.digits + "-_~!$&()*+,;=:@/"


def urls() -> st.SearchStrategy[str]:
    """Legal https urls under reserved names."""
    labels = st.text(_LABEL_CHARACTERS, min_size=1, max_size=12)
    hosts = st.builds(
        lambda parts, name: ".".join((*parts, name)), st.lists(labels, max_size=3), st.sampled_from(RESERVED_NAMES[:3])
    )
    schemes = st.sampled_from(("https://", "https://", "HTTPS://", "Https://"))
    ports = st.one_of(st.just(""), st.integers(1, 65535).map(":{}".format))
    paths = st.text(_PATH_CHARACTERS, max_size=60).map("/{}".format)
    queries = st.one_of(st.just(""), st.text(string.ascii_letters + "=&", max_size=20).map("?{}".format))
    return st.builds("".join, st.tuples(schemes, hosts, ports, paths, queries))


def event_lists() -> st.SearchStrategy[list[str]]:
    """Legal selections of events in any order."""
    return st.lists(st.sampled_from(EVENTS), min_size=1, max_size=5, unique=True)


def secret_lists() -> st.SearchStrategy[list[str]]:
    """One or two secrets of usual form."""
    secrets = st.text(string.ascii_letters + string.digits, min_size=16, max_size=64)
    return st.lists(secrets, min_size=1, max_size=2, unique=True)


def valid_bodies() -> st.SearchStrategy[dict[str, Any]]:
    """Bodies that break no rule and leave nothing open."""
    return st.fixed_dictionaries({"events": event_lists()}, optional={"url": urls(), "secrets": secret_lists()})


def bad_events() -> st.SearchStrategy[Any]:
    """Values of events that break a rule."""
    strangers = st.one_of(
        st.text(max_size=12), st.integers(), st.booleans(), st.none(), st.sampled_from(EVENTS).map(str.upper)
    ).filter(lambda value: value not in EVENTS)
    mixed = st.builds(
        lambda good, bad, place: [*good[:place], bad, *good[place:]], event_lists(), strangers, st.integers(0, 5)
    )
    walked = (*events.types(), *events.near_misses())
    known = _any_of([one.value for one in walked if one.value is not ABSENT])
    return st.one_of(mixed, known)


def bad_secrets() -> st.SearchStrategy[Any]:
    """Values of secrets that break a rule."""
    secrets = st.text(string.ascii_letters + string.digits, min_size=16, max_size=32)
    walked = _any_of([_filled(one.value) for one in (*walks_of_secrets.types(), *walks_of_secrets.near_misses())])
    many = st.lists(secrets, min_size=3, max_size=12)
    return st.one_of(walked, many, secrets, st.integers(), st.booleans(), st.just({}))


def bad_urls() -> st.SearchStrategy[Any]:
    """Values of url that break a rule."""
    return _any_of([_filled(one.value) for one in url_walks.all_values()])


def _any_of(values: list[Any]) -> st.SearchStrategy[Any]:
    """Return one of *values*, by its place: Hypothesis would write them all into its messages."""
    return st.integers(0, len(values) - 1).map(lambda place: values[place])


def _filled(value: Json) -> Json:
    """Return *value* of a walk with its places filled."""
    text = json.dumps(value).replace("{host}", "hooks.example.com").replace("{own}", url_walks.STEADY)
    text = (
        text.replace("{short}", "Short001")
        .replace("{digits}", "012345678901")
        .replace("{uuid}", _A_UUID)
        .replace("{UUID}", _A_UUID.upper())
    )
    return json.loads(
        _FILL.sub(lambda found: "f" * int(found[1]), text.replace("{upper}", "U" * 12).replace("{lower}", "l" * 12))
    )


def invalid_bodies() -> st.SearchStrategy[dict[str, Any]]:
    """Bodies with one to three broken rules."""

    def build(valid: dict[str, Json], url: Json, events: Json, secrets: Json, which: int) -> dict[str, Json]:
        bad = {"url": url, "events": events, "secrets": secrets}
        return {**valid, **{name: value for place, (name, value) in enumerate(bad.items()) if which >> place & 1}}

    return st.builds(build, valid_bodies(), bad_urls(), bad_events(), bad_secrets(), st.integers(1, 7))


def spelt_bodies() -> st.SearchStrategy[bytes]:
    """Valid bodies without a url, whose JSON is written in another way."""
    spellings = st.sampled_from(tuple(bodies.SPELLINGS))
    walked = [_filled(one.value) for one in (*walks_of_secrets.legal(), *walks_of_secrets.open_forms())]
    return st.builds(
        lambda body, secrets, name: bodies.SPELLINGS[name]({**body, "secrets": secrets}).encode(),
        st.fixed_dictionaries({"events": event_lists()}),
        _any_of(walked),
        spellings,
    )


def walked_bodies() -> st.SearchStrategy[bytes]:
    """What is not JSON, what is not an update, and bodies on which the documents are silent."""
    beside = [encode({"events": ["all"], **one.value}) for one in bodies.identities()]
    return _any_of([*(one.value for one in (*bodies.malformed(), *bodies.non_objects(), *bodies.odd())), *beside])


def json_values() -> st.SearchStrategy[Any]:
    """Any JSON, small."""
    leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20))
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=12,
    )


def odd_bodies() -> st.SearchStrategy[Any]:
    """Bodies with a property of any JSON, or none of the properties."""
    names = st.sampled_from(("url", "events", "secrets", "id", "clientId", "other"))
    changed = st.builds(lambda valid, name, value: {**valid, name: value}, valid_bodies(), names, json_values())
    return st.one_of(changed, json_values())


def large_bodies() -> st.SearchStrategy[dict[str, Any]]:
    """Bodies with one thing in them that is large: a url, an event, a secret, a list, a number, an unknown property."""
    sizes = st.sampled_from((100, 300, 1000, 5000, 20_000))

    def build(size: int, kind: str) -> dict[str, Any]:
        large: dict[str, dict[str, Any]] = {
            "url": {"url": "https://hooks.example.com/" + "u" * size},
            "bad url": {"url": "http://hooks.example.com/" + "u" * size},
            "event": {"events": ["e" * size]},
            "events": {"events": ["nope"] * (size // 10)},
            "secret": {"secrets": ["s" * size]},
            "secrets": {"secrets": [f"secret-{number}" for number in range(size // 20)]},
            "number": {"other": 10 ** (size // 20)},
            "property": {"o" * size: 1},
            "nesting": {"other": json.loads("[" * (size // 100) + "]" * (size // 100))},
        }
        return {"events": ["all"], **large[kind]}

    kinds = ("url", "bad url", "event", "events", "secret", "secrets", "number", "property", "nesting")
    return st.builds(build, sizes, st.sampled_from(kinds))


def torn_bodies() -> st.SearchStrategy[bytes]:
    """Valid bodies without a url, with one character too many, one too few or another one: seldom still JSON."""

    def tear(body: dict[str, Any], place: int, length: int, text: str) -> bytes:
        content = encode(body).decode()
        place %= len(content)
        return (content[:place] + text + content[place + length :]).encode()

    whole = st.fixed_dictionaries({"events": event_lists()}, optional={"secrets": secret_lists()})
    texts = st.sampled_from(
        ("", ",", ":", '"', "'", "{", "}", "[", "]", "\\", "\n", "\x00", "/", "#", "1", "-", "e", "é")
    )
    return st.builds(tear, whole, st.integers(0, 300), st.integers(0, 2), texts)


def identifiers(settings: Settings) -> st.SearchStrategy[str]:
    """Ids of webhooks: mostly the known ones, else near them or any text without a slash or a dot."""
    first = settings.webhook_id
    known = [first, first, first, settings.second_webhook_id or first]
    # What comes near to a short or a counted id is the id of another webhook.
    near = [one.value for one in (*(ids.near_misses(first) if is_long_id(first) else ()), *ids.NOBODYS)]
    texts = st.text(st.characters(codec="utf-8", exclude_characters="/.\\"), min_size=1, max_size=40)
    strangers = st.one_of(_any_of(near), texts).filter(lambda one: one not in known)
    return st.one_of(*[st.sampled_from(known)] * 7, strangers)


def requests(settings: Settings, bodies: st.SearchStrategy[Any]) -> st.SearchStrategy[Request]:
    """Requests with *bodies*, most of them by the valid token and with the right media type.

    Bodies that are not bytes are encoded as JSON, with ``ELSEWHERE`` for urls that could belong to somebody.

    Raises:
        ValueError: The settings have no webhook id.
    """
    if not settings.webhook_id:
        raise ValueError("no webhook id: every request names one")
    tokens = [one for one in Credential if is_itself(one, settings.token, settings.forbidden_token)]
    return st.builds(
        lambda identifier, body, credential, media_type, is_chunked: Request(
            identifier,
            body if isinstance(body, bytes) else encode(reserved(body, ELSEWHERE, url_host=settings.url_host)),
            credential,
            media_type,
            is_chunked,
        ),
        identifiers(settings),
        bodies,
        st.one_of(*[st.just(Credential.VALID)] * 9, st.sampled_from(tokens)),
        st.one_of(*[st.just(JSON_MEDIA_TYPE)] * 14, _any_of([one.value for one in media_types.OTHERS])),
        st.integers(0, 15).map(lambda number: number == 15),  # noqa: PLR2004  one of sixteen
    )

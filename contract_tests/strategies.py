"""Hypothesis strategies for the request body."""

from __future__ import annotations

import string
from typing import Any
from urllib.parse import urlsplit

from hypothesis import strategies as st

from contract_tests.near_misses import BAD_EVENTS, BAD_URLS, EVENTS

RESERVED_NAMES = ("example.com", "example.net", "example.org", "example")
"""RFC 2606: names that belong to nobody, so that no target ever calls a stranger."""

_LABEL_CHARACTERS = string.ascii_lowercase + string.digits
_PATH_CHARACTERS = string.ascii_letters + string.digits + "-_~!$&()*+,;=:@/"


def is_reserved(url: str) -> bool:
    """Tell whether nothing but a reserved name can be called by *url*."""
    if "//" not in url and ":" not in url and "." not in url:
        return True
    try:
        host = (urlsplit(url.strip()).hostname or "").rstrip(".").lower()
    except ValueError:
        return False
    return any(host == name or host.endswith(f".{name}") for name in RESERVED_NAMES)


def reserved(body: Any, url: str) -> Any:  # noqa: ANN401 - any JSON
    """Return *body* with *url* in place of a url that could belong to somebody."""
    if isinstance(body, dict) and isinstance(body.get("url"), str) and not is_reserved(body["url"]):
        return {**body, "url": url}
    return body


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
    known = st.sampled_from([value for value in BAD_EVENTS if isinstance(value, str | list | dict | int | None)])
    return st.one_of(mixed, known)


def bad_secrets() -> st.SearchStrategy[Any]:
    """Values of secrets that break a rule."""
    secrets = st.text(string.ascii_letters + string.digits, min_size=16, max_size=32)
    return st.one_of(st.lists(secrets, min_size=3, max_size=12), secrets, st.integers(), st.booleans(), st.just({}))


def invalid_bodies() -> st.SearchStrategy[dict[str, Any]]:
    """Bodies with one to three broken rules."""

    def build(valid: dict[str, Any], url: Any, events: Any, secrets: Any, which: int) -> dict[str, Any]:  # noqa: ANN401
        bad = {"url": url, "events": events, "secrets": secrets}
        return {**valid, **{name: value for place, (name, value) in enumerate(bad.items()) if which >> place & 1}}

    return st.builds(build, valid_bodies(), st.sampled_from(BAD_URLS), bad_events(), bad_secrets(), st.integers(1, 7))


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

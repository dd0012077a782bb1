"""Each strategy three ways: what all examples are, what some example is, and which arguments raise."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from user_webhook_contract.cases.reserved_urls import is_reserved, reserved
from user_webhook_contract.fuzzing import strategies
from user_webhook_contract.http.request import Credential, Request, encode
from user_webhook_contract.judge.judge import judge
from user_webhook_contract.judge.url import UrlVerdict, classify
from user_webhook_contract.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

KIT = Settings("http://target.example")
QUICK = settings(max_examples=40, database=None, deadline=None, suppress_health_check=list(HealthCheck))


def all_of(strategy: st.SearchStrategy[Any], holds: Callable[[Any], bool]) -> bool:
    seen = []
    QUICK(given(strategy)(lambda value: seen.append(holds(value))))()
    return all(seen)


def some_of(strategy: st.SearchStrategy[Any], holds: Callable[[Any], bool]) -> bool:
    find(strategy, holds, settings=settings(QUICK, max_examples=2000))
    return True


def judged(body: Any) -> Any:
    content = body if isinstance(body, bytes) else encode(body)
    return judge(Request(KIT.webhook_id, content), frozenset({KIT.webhook_id}))


def is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    ("strategy", "holds"),
    [
        pytest.param(
            strategies.urls(),
            lambda url: classify(url) in {UrlVerdict.LEGAL, UrlVerdict.OPEN} and is_reserved(url),
            id="urls",
        ),
        pytest.param(strategies.event_lists(), lambda events: judged({"events": events}).must_accept, id="event_lists"),
        pytest.param(strategies.secret_lists(), lambda secrets: len(secrets) in {1, 2}, id="secret_lists"),
        pytest.param(strategies.valid_bodies(), lambda body: not judged(body).must_refuse, id="valid_bodies"),
        pytest.param(strategies.invalid_bodies(), lambda body: judged(body).must_refuse, id="invalid_bodies"),
        pytest.param(
            strategies.bad_events(),
            lambda value: judged({"events": value}).must_refuse or callable(value),
            id="bad_events",
        ),
        pytest.param(
            strategies.bad_secrets(),
            lambda value: judged({"events": ["all"], "secrets": value}).must_refuse,
            id="bad_secrets",
        ),
        pytest.param(strategies.odd_bodies(), lambda body: bool(encode(body)), id="odd_bodies"),
        pytest.param(strategies.large_bodies(), lambda body: "events" in body, id="large_bodies"),
        pytest.param(strategies.torn_bodies(), lambda body: b"url" not in body, id="torn_bodies"),
        pytest.param(strategies.identifiers(KIT), lambda one: bool(one) and "/" not in one, id="identifiers"),
        pytest.param(
            strategies.requests(KIT, st.just({"url": "https://stranger.test/", "events": ["all"]})),
            lambda one: b"stranger" not in one.body,
            id="requests",
        ),
    ],
)
def test_gives_only_what_it_is_for(strategy: st.SearchStrategy[Any], holds: Callable[[Any], bool]) -> None:
    assert all_of(strategy, holds)


@pytest.mark.parametrize(
    ("strategy", "holds"),
    [
        pytest.param(strategies.urls(), lambda url: "?" in url and ":" in url[8:], id="urls"),
        pytest.param(strategies.event_lists(), lambda events: len(events) == 5, id="event_lists"),
        pytest.param(strategies.secret_lists(), lambda secrets: len(secrets) == 2, id="secret_lists"),
        pytest.param(strategies.valid_bodies(), lambda body: len(body) == 3, id="valid_bodies"),
        pytest.param(
            strategies.invalid_bodies(), lambda body: len(judged(body).expected_errors) == 3, id="invalid_bodies"
        ),
        pytest.param(
            strategies.bad_events(), lambda value: isinstance(value, list) and "all" in value, id="bad_events"
        ),
        pytest.param(strategies.bad_secrets(), lambda value: isinstance(value, str), id="bad_secrets"),
        pytest.param(strategies.odd_bodies(), lambda body: isinstance(body, dict) and "id" in body, id="odd_bodies"),
        pytest.param(strategies.large_bodies(), lambda body: len(encode(body)) > 5000, id="large_bodies"),
        pytest.param(strategies.torn_bodies(), lambda body: not is_json(body), id="torn_bodies"),
        pytest.param(strategies.identifiers(KIT), lambda one: one == KIT.second_webhook_id, id="identifiers"),
        pytest.param(
            strategies.requests(KIT, st.just(b"{}")), lambda one: one.credential is Credential.FORBIDDEN, id="requests"
        ),
    ],
)
@pytest.mark.thorough
def test_gives_what_is_hard_to_meet(strategy: st.SearchStrategy[Any], holds: Callable[[Any], bool]) -> None:
    assert some_of(strategy, holds)


def test_raises_where_there_is_no_webhook_to_ask_for() -> None:
    nobody = Settings("http://target.example")
    object.__setattr__(nobody, "webhook_id", "")

    with pytest.raises(ValueError, match="no webhook id"):
        strategies.requests(nobody, st.just({}))


@pytest.mark.parametrize("url", ["https://stranger.test/", "https://example.com.stranger.test", "http://[::1"])
def test_replaces_urls_of_strangers_at_any_depth(url: str) -> None:
    body = [{"url": url}, {"events": [{"url": [url]}]}]

    assert reserved(body, "mine") == [{"url": "mine"}, {"events": [{"url": ["mine"]}]}]


def test_leaves_urls_under_reserved_names_alone() -> None:
    body = {"url": "https://hooks.example.com/", "events": ["all"]}

    assert reserved(body, "mine") == body

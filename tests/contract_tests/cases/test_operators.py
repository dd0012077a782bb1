"""What the documents say of the values that the operators walk: the judge is asked about each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from user_webhook_contract.cases.factory import CaseFactory
from user_webhook_contract.cases.operators import bodies, credentials, events, ids, media_types, secrets, urls
from user_webhook_contract.cases.operators.value import ABSENT
from user_webhook_contract.cases.reserved_urls import is_reserved
from user_webhook_contract.http.request import Credential, Request, encode
from user_webhook_contract.judge.judge import judge
from user_webhook_contract.judge.url import UrlVerdict, classify
from user_webhook_contract.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from user_webhook_contract.cases.operators.value import Value
    from user_webhook_contract.judge.judgement import Judgement

SETTINGS = Settings("http://target.example")
FACTORY = CaseFactory(SETTINGS)
KNOWN = frozenset({SETTINGS.webhook_id, SETTINGS.second_webhook_id})
WALKS = {
    "url types": urls.TYPES,
    "url near misses": urls.near_misses(),
    "legal urls": urls.LEGAL,
    "open urls": urls.open_forms(),
    "event types": events.types(),
    "event near misses": events.near_misses(),
    "legal events": events.legal(),
    "secret types": secrets.types(),
    "secret near misses": secrets.near_misses(),
    "legal secrets": secrets.legal(),
    "open secrets": secrets.open_forms(),
    "malformed": bodies.malformed(),
    "non-objects": bodies.non_objects(),
    "odd bodies": bodies.odd(),
    "bypasses": bodies.bypasses(),
    "media types": media_types.OTHERS,
    "nobody's ids": ids.NOBODYS,
    "short ids": ids.SHORT,
    "near ids": tuple(ids.near_misses(SETTINGS.webhook_id)),
}


def judged(body: Any, **rest: Any) -> Judgement:
    content = body if isinstance(body, bytes) else encode(body)
    return judge(Request(rest.pop("webhook_id", SETTINGS.webhook_id), content, **rest), KNOWN)


def named(values: Iterable[Value], *, but: Any) -> list[str]:
    """Return the names of *values* without those of which *but* is true."""
    return [value.name for value in values if not but(value.value)]


@pytest.mark.parametrize("walk", WALKS)
def test_the_names_of_a_walk_are_its_own(walk: str) -> None:
    names = [value.name for value in WALKS[walk]]

    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("walk", ["url types", "url near misses"])
def test_a_near_miss_of_a_url_is_refused_and_leaves_nothing_open(walk: str) -> None:
    def is_refused(value: Any) -> bool:
        found = judged({"url": FACTORY.filled_url(value), "events": ["all"]})
        return found.must_refuse and not found.open_points

    assert named(WALKS[walk], but=is_refused) == []


@pytest.mark.parametrize(("walk", "verdict"), [("legal urls", UrlVerdict.LEGAL), ("open urls", UrlVerdict.OPEN)])
def test_a_url_is_what_its_walk_says(walk: str, verdict: UrlVerdict) -> None:
    assert named(WALKS[walk], but=lambda value: classify(FACTORY.filled_url(value)) is verdict) == []


def test_no_url_can_reach_somebody() -> None:
    every = [*urls.LEGAL, *urls.open_forms(), *urls.near_misses()]
    harmless = ("localhost", "192.0.2.1", "2001:db8::1", "[::1", "b\u00fccher.example")

    def is_nobodys(value: str) -> bool:
        url = FACTORY.filled_url(value)
        return is_reserved(url) or any(one in url for one in harmless) or "example.com" in url or "Run-" in url

    assert named(every, but=is_nobodys) == []


@pytest.mark.parametrize("walk", ["event types", "event near misses"])
def test_a_near_miss_of_events_is_refused(walk: str) -> None:
    def is_refused(value: Any) -> bool:
        return judged({} if value is ABSENT else {"events": value}).must_refuse

    assert named(WALKS[walk], but=is_refused) == []


@pytest.mark.parametrize("walk", ["secret types", "secret near misses"])
def test_a_near_miss_of_secrets_is_refused(walk: str) -> None:
    def is_refused(value: Any) -> bool:
        return judged({"events": ["all"], "secrets": FACTORY.filled_secrets(value)}).must_refuse

    assert named(WALKS[walk], but=is_refused) == []


def test_legal_events_and_secrets_are_accepted() -> None:
    def is_accepted(value: Any) -> bool:
        return judged({"events": ["all"], "secrets": FACTORY.filled_secrets(value)}).must_accept

    assert named(events.legal(), but=lambda value: judged({"events": value}).must_accept) == []
    assert named(secrets.legal(), but=is_accepted) == []


def test_open_secrets_may_be_refused_and_need_not() -> None:
    def is_open(value: Any) -> bool:
        found = judged({"events": ["all"], "secrets": FACTORY.filled_secrets(value)})
        return bool(found.open_points) and not found.must_refuse

    assert named(secrets.open_forms(), but=is_open) == []


def test_what_is_malformed_is_no_json_in_any_dialect() -> None:
    def is_no_json(value: bytes) -> bool:
        found = judged(value)
        return [one.requirement for one in found.expected_errors] == ["R-210"] and not found.open_points

    assert named(bodies.malformed(), but=is_no_json) == []


def test_what_is_not_an_update_is_refused() -> None:
    assert named(bodies.non_objects(), but=lambda value: judged(value).must_refuse) == []


def test_an_odd_body_leaves_something_open() -> None:
    assert named(bodies.odd(), but=lambda value: bool(judged(value).open_points)) == []


@pytest.mark.parametrize("spelling", bodies.SPELLINGS)
def test_a_spelling_says_the_same(spelling: str) -> None:
    body = {"url": "https://hooks.example.com/a/b?c", "events": ["all"], "secrets": ['a/"\\\u00e9\U0001f511 b']}

    content = bodies.SPELLINGS[spelling](body).encode()

    assert json.loads(content) == body
    assert not judged(content).is_unreadable


def test_a_media_type_is_open_unless_it_says_json_in_utf_8() -> None:
    body = {"events": ["all"]}

    assert named(media_types.OTHERS, but=lambda value: bool(judged(body, media_type=value).open_points)) == []
    assert [one for one in media_types.CHARSETS if not judged(body, media_type=one).must_accept] == []


@pytest.mark.parametrize("walk", ["nobody's ids", "short ids", "near ids"])
def test_an_id_of_a_walk_is_not_a_known_one(walk: str) -> None:
    body = {"events": ["all"]}

    assert named(WALKS[walk], but=lambda value: judged(body, webhook_id=value).is_of_unknown_webhook) == []
    assert [value.name for value in WALKS[walk] if "/" in value.value or set(value.value) <= {"."}] == []


def test_a_near_credential_is_a_401() -> None:
    statuses = {one: judged({"events": ["all"]}, credential=one).statuses for one in credentials.NEAR_MISSES}

    assert {one for one, right in statuses.items() if right != {401}} == {Credential.BEYOND_ASCII}
    assert statuses[Credential.BEYOND_ASCII] == {400, 401}
    assert set(Credential) - set(credentials.NEAR_MISSES) == {
        *credentials.OPEN,
        Credential.VALID,
        Credential.FORBIDDEN,
        Credential.ABSENT,
        Credential.UNKNOWN,
    }

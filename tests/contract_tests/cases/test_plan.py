"""What the plan sends, against the server that it is made for."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from user_webhook_contract.cases.dry_run import dry_run
from user_webhook_contract.cases.kinds import IN_A_ROW
from user_webhook_contract.cases.operators import events, urls
from user_webhook_contract.cases.plan import MAX_WALKED
from user_webhook_contract.http.request import Credential
from user_webhook_contract.settings import Settings

if TYPE_CHECKING:
    from user_webhook_contract.cases.factory import Case


@cache
def whole_plan() -> tuple[Case, ...]:
    return tuple(one.case for one in dry_run(Settings("http://target.example", budget=MAX_WALKED)))


def longest_row(credential: Credential) -> int:
    longest = count = 1
    for first, second in pairwise(whole_plan()):
        count = count + 1 if first.request == second.request else 1
        if second.request.credential is credential:
            longest = max(longest, count)
    return longest


@pytest.mark.parametrize("credential", [Credential.ABSENT, Credential.UNKNOWN, Credential.FORBIDDEN])
def test_a_wrong_caller_tries_several_times_in_a_row(credential: Credential) -> None:
    assert longest_row(credential) == 1 + IN_A_ROW


def test_an_update_that_must_be_accepted_comes_several_times_in_a_row() -> None:
    rows = [first for first, second in pairwise(whole_plan()) if first.request == second.request]
    longest = max(sum(one.request == case.request for one in rows) for case in rows if case.judgement.must_accept)

    assert longest >= IN_A_ROW


def test_an_unknown_webhook_is_asked_for_several_times_in_a_row() -> None:
    rows = [case for case in whole_plan() if case.title == "another webhook that does not exist, once more"]

    assert len(rows) >= IN_A_ROW
    assert all(case.judgement.is_of_unknown_webhook for case in rows)


def test_a_body_that_must_be_refused_carries_a_url_that_a_later_response_would_show() -> None:
    bodies = [
        case.request.body or b""
        for case in whole_plan()
        if case.title.startswith(("a body that is not JSON", "JSON that is not an update"))
        and not case.title.endswith("once more")
    ]

    with_url = [body for body in bodies if b"/Run-" in body]
    assert len(with_url) > len(bodies) / 5
    assert len(set(with_url)) == len(with_url)


def test_what_is_said_to_be_stored_is_what_the_webhook_was_sent_last() -> None:
    cases = [case for case in whole_plan() if case.judgement.must_accept]
    turned = 0
    for webhook in {case.judgement.webhook_id for case in cases}:
        mine = [case for case in cases if case.judgement.webhook_id == webhook]
        for before, case in pairwise(mine):
            if case.title.endswith("the secrets in the other order"):
                assert case.judgement.body is not None
                assert before.judgement.body is not None
                assert case.judgement.body["secrets"] == before.judgement.body["secrets"][::-1]
                turned += 1
    assert turned


def test_every_type_of_a_url_and_of_events_is_sent() -> None:
    titles = " | ".join(case.title for case in whole_plan())

    assert [value.name for value in urls.TYPES if f"url: {value.name}" not in titles] == []
    assert [
        value.name for value in events.types() if value.name not in titles and value.name != "no events for events"
    ] == []


def test_a_misspelt_event_comes_alone_and_beside_right_ones() -> None:
    sizes = Counter(len(value.value) for value in events.near_misses() if " with " in value.name)

    assert sizes[1] > 50
    assert sizes[2] > 50


@pytest.mark.parametrize("credential", [Credential.ABSENT, Credential.UNKNOWN, Credential.FORBIDDEN])
def test_a_wrong_caller_repeats_what_was_accepted_just_before(credential: Credential) -> None:
    repeated = [
        second
        for first, second in pairwise(whole_plan())
        if first.judgement.must_accept
        and second.request.credential is credential
        and second.request.body == first.request.body
    ]

    assert len(repeated) > 1

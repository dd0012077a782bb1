"""The file with the order names what there is, and the plan carries it out."""

from __future__ import annotations

import json
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

import pytest

from selftest.order import BEGINNING
from selftest.shown import values_of
from user_webhook_contract.cases.dry_run import dry_run
from user_webhook_contract.cases.order import FILE, slot_of, slots
from user_webhook_contract.settings import Settings

if TYPE_CHECKING:
    from user_webhook_contract.cases.factory import Case

CONTENT: dict[str, list[str]] = json.loads(FILE.read_text())
WALKS = [walk for walk in CONTENT if walk != "slots"]


def planned(budget: int, **settings: str) -> list[Case]:
    return [one.case for one in dry_run(Settings("http://target.example", budget=budget, **settings))]


@pytest.mark.parametrize("walk", WALKS)
def test_the_order_of_a_walk_names_its_values(walk: str) -> None:
    names = [value.name for value in values_of(walk)]

    assert set(CONTENT[walk]) <= set(names)


def test_a_slot_is_read_as_it_is_written() -> None:
    assert [str(slot_of(line)) for line in CONTENT["slots"]] == CONTENT["slots"]
    assert [str(slot) for slot in islice(slots(), len(BEGINNING))] == list(BEGINNING)


def test_a_url_is_sent_once_or_on_purpose() -> None:
    urls: Counter[str] = Counter()
    for case in planned(400):
        url = (case.judgement.body or {}).get("url")
        is_again = any(
            word in case.title for word in ("again", "once more", "stored", "former", "first", "webhook has")
        )
        if isinstance(url, str) and "Run-" in url and not is_again and "other webhook" not in case.title:
            urls[url] += 1

    assert [url for url, count in urls.items() if count > 1] == []


def test_the_plan_goes_on_with_the_walks_before_chance_does() -> None:
    titles = [case.title for case in planned(400)]

    assert len(titles) == 396
    assert sum(title.startswith("near misses") for title in titles) > 100


def test_without_a_second_webhook_nothing_is_sent_to_it() -> None:
    settings = Settings("http://target.example", second_webhook_id="")
    cases = [one.case for one in dry_run(settings)]

    assert {case.judgement.webhook_id for case in cases if case.judgement.must_accept} == {settings.webhook_id}

"""What targets hold after a run, whatever they show of it: no real value is replaced without a word."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import pytest

from selftest.in_process import judge
from servers.concealing import CONCEALING, MASK
from user_webhook_contract.cases.run_mark import is_of_a_run

if TYPE_CHECKING:
    from servers.faulty.server import Webhook

CHOICES = ("keep", "generate")


def told_and_stored(name: str, choice: str, budget: int) -> list[tuple[str, Webhook, Webhook]]:
    """Return, for each webhook, what a run says of it, and what was stored before and after."""
    server = CONCEALING[name](omitted_secrets=choice)
    before = copy.deepcopy(server.webhooks)
    found = judge(server, budget=budget)
    lines = {line.partition(": ")[0]: line for line in found.restored}
    return [(lines.get(one, ""), before[one], server.webhooks[one]) for one in before if one in lines]


def assert_no_value_is_replaced_without_a_word(line: str, before: Webhook, after: Webhook) -> None:
    is_url_told = "url is not put back" in line or ": not put back" in line
    is_secret_told = "secrets from before the run were replaced" in line or "secrets are not put back" in line

    assert after.url == before.url or is_url_told, (line, before.url, after.url)
    assert after.secrets == before.secrets or is_secret_told or ": not put back" in line, line


def assert_what_is_said_to_be_put_back_is_stored(line: str, before: Webhook, after: Webhook) -> None:
    assert after.url == before.url or not ("the url is put back" in line or "url and secrets are" in line), line
    assert after.secrets == before.secrets or "secrets are put back" not in line, line


def assert_neither_a_mask_nor_a_secret_of_the_run_stays_behind(line: str, after: Webhook) -> None:
    assert MASK[:3] not in str(after.url)
    assert not any(MASK[:3] in str(one) or is_of_a_run(str(one)) for one in after.secrets), line


@pytest.mark.parametrize("budget", [4, 12], ids=str)
@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("name", CONCEALING)
def test_no_stored_value_is_replaced_without_a_word_by_a_short_run(name: str, choice: str, budget: int) -> None:
    for line, before, after in told_and_stored(name, choice, budget):
        assert_no_value_is_replaced_without_a_word(line, before, after)


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("name", CONCEALING)
def test_what_is_stored_after_a_run_is_what_is_told(name: str, choice: str) -> None:
    for line, before, after in told_and_stored(name, choice, 100):
        assert_no_value_is_replaced_without_a_word(line, before, after)
        assert_what_is_said_to_be_put_back_is_stored(line, before, after)
        assert_neither_a_mask_nor_a_secret_of_the_run_stays_behind(line, after)


def test_a_target_that_stores_urls_in_lower_case_gets_its_own_back() -> None:
    for line, before, after in told_and_stored("stores urls in lower case", "keep", 100):
        assert (after.url, after.secrets) == (before.url, before.secrets)
        assert "url and secrets are put back." in line


def test_another_form_of_the_url_is_not_said_to_be_put_back() -> None:
    for line, before, after in told_and_stored("stores urls with a slash at the end", "keep", 100):
        assert after.url == f"{before.url}/"
        assert "url is not put back: the response after it shows another, or another form of it." in line


def test_a_mask_of_the_url_is_not_written_back() -> None:
    for line, _, after in told_and_stored("masks the path of the url", "keep", 100):
        assert is_of_a_run(after.url)
        assert "url is not put back: the target shows urls otherwise than they were sent" in line


def test_what_a_target_that_requires_a_url_held_is_not_guessed() -> None:
    for line, _, after in told_and_stored("requires the url", "keep", 100):
        assert is_of_a_run(after.url)
        assert "not put back" in line

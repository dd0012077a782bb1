from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.scripts import ALL, FIRST, SECOND, A, B, Script, opened
from user_webhook_contract.http.request import Request

if TYPE_CHECKING:
    from collections.abc import Callable

ONE, TWO, THREE = ("Mi9Qe2vYpX7kLr4T-one", "aG5oKx0ZtN2bVq7R-two", "zB1nWc6HsD8uJf3A-three")


@pytest.mark.parametrize(
    ("status", "row"), [(400, "R-304"), (401, "R-305"), (403, "R-306")], ids=["a 400", "a 401", "a 403"]
)
def test_secrets_of_a_refused_update_break_the_requirement_of_that_refusal(status: int, row: str) -> None:
    script = opened()
    script.refuse(status, {"secrets": [THREE]})

    assert script.update(ALL, secrets=[THREE]) == {row}


@pytest.mark.parametrize("change", [str.upper, lambda secret: secret.strip().lower()], ids=["capitals", "no blanks"])
def test_refused_secrets_are_known_again_in_another_form(change: Callable[[str], str]) -> None:
    script, sent = opened(), f" {THREE} "
    script.refuse(400, {"secrets": [ONE]})
    script.refuse(401, {"secrets": [sent]})

    assert script.update(ALL, secrets=[change(sent)]) == {"R-305"}
    assert script.update(ALL, secrets=[change(sent)]) == set()


def test_secrets_of_the_other_webhook_break_its_own_requirement() -> None:
    assert opened().update(ALL, secrets=[f"own-secret-of-{B}"]) == {"R-307"}


def test_a_secret_of_the_other_webhook_is_no_own_one_behind_silence() -> None:
    script = opened()
    script.silence(ALL)

    assert script.update(ALL, secrets=[f"own-secret-of-{B}"]) == {"R-307"}


def test_a_secret_of_the_webhook_is_its_own_behind_silence() -> None:
    script = opened()
    script.silence(ALL)

    assert script.update(ALL, secrets=[f"own-secret-of-{A}"]) == set()
    assert "R-302" in script.kept


def test_a_target_that_keeps_generated_secrets_is_not_accused() -> None:
    script = Script()

    assert [script.update(ALL) for _ in range(3)] == [set(), set(), set()]
    assert "R-302" in script.kept
    assert "R-303" not in script.kept


def test_a_target_that_replaces_secrets_may_not_generate_one_twice() -> None:
    script = opened()
    script.update(ALL, secrets=["generated-zB1nWc6HsD8uJf3A"])
    script.update(ALL, secrets=["generated-zB1nWc6HsD8uJf3A"])

    assert script.told == [("R-303", "the same secret generated twice", "a new secret each time")]


@pytest.mark.parametrize(("webhook_id", "whose"), [(FIRST, "this webhook"), (SECOND, "another webhook")], ids=str)
def test_a_generated_secret_that_returns_is_told_with_its_webhook(webhook_id: str, whose: str) -> None:
    script = opened()
    script.update(ALL, webhook_id, secrets=["generated-zB1nWc6HsD8uJf3A"])
    script.update({**ALL, "secrets": [ONE]})
    script.update(ALL, secrets=["generated-zB1nWc6HsD8uJf3A"])

    assert script.told == [("R-303", f"a secret that was generated before, for {whose}", "a new secret")]


def test_a_sent_secret_that_returns_is_told_with_what_is_documented() -> None:
    script = opened()
    script.update({**ALL, "secrets": [ONE, TWO]})
    script.update(ALL, secrets=[ONE])

    assert script.told == [("R-302", f'["{ONE}"]', "a new secret, or all those stored before")]


def test_secrets_that_a_refusal_replaces_break_the_requirement_of_that_refusal() -> None:
    script = opened()
    assert script.update(ALL) == set()
    for status in (400, 403):
        script.refuse(status, {})
    script.response(Request(FIRST, b"events=all", media_type="text/plain"), 415, b"")
    script.update(ALL, secrets=["generated-zB1nWc6HsD8uJf3A"])

    received = '["generated-zB1nWc6HsD8uJf3A"], after requests refused with 400, 403, 415'
    assert script.told == [("R-304", received, "the secrets stored before")]


def test_a_target_that_generates_secrets_may_do_so_behind_a_refusal() -> None:
    script = opened()
    assert script.update(ALL, secrets=["generated-zB1nWc6HsD8uJf3A"]) == set()
    script.refuse(400, {})

    assert script.update(ALL, secrets=["aG5oKx0ZtN2bVq7R-generated"]) == set()
    assert {"R-302", "R-303"} <= script.kept


def test_new_secrets_behind_silence_accuse_no_refusal() -> None:
    script = opened()
    assert script.update(ALL) == set()
    script.refuse(400, {})
    script.silence({**ALL, "secrets": [THREE]})

    assert script.update(ALL, secrets=["generated-zB1nWc6HsD8uJf3A"]) == set()


def test_new_secrets_of_a_target_that_kept_them_accuse_no_refusal_that_did_not_come() -> None:
    script = opened()
    assert script.update(ALL) == set()

    assert script.update(ALL, secrets=["generated-zB1nWc6HsD8uJf3A"]) == set()


def test_odd_secrets_that_null_leaves_alone_are_forgiven() -> None:
    script = opened()
    assert script.update({**ALL, "secrets": [7]}, secrets=[7]) == {"R-109"}

    assert script.update({**ALL, "secrets": None}, secrets=[7]) == set()


def test_one_constant_generated_secret_breaks_the_unpredictable_ones() -> None:
    script = opened()
    broken = [script.update(ALL, secrets=["constant-Mi9Qe2vYpX7kLr4T"])]
    broken += [script.update({**ALL, "secrets": [ONE]})]
    broken += [script.update(ALL, secrets=["constant-Mi9Qe2vYpX7kLr4T"])]

    assert broken == [set(), set(), {"R-303"}]


def test_a_generated_secret_that_two_webhooks_share_breaks_the_unpredictable_ones() -> None:
    script = opened()
    assert script.update(ALL, secrets=["shared-Mi9Qe2vYpX7kLr4T"]) == set()

    assert script.update(ALL, SECOND, secrets=["shared-Mi9Qe2vYpX7kLr4T"]) == {"R-303"}


def test_a_generated_secret_that_counts_on_breaks_the_unpredictable_ones() -> None:
    script = opened()
    assert script.update(ALL, secrets=["generated-Mi9Qe2vYpX-0001"]) == set()

    assert script.update(ALL, secrets=["generated-Mi9Qe2vYpX-0002"]) == {"R-303"}


def test_a_target_that_keeps_its_secrets_is_not_accused() -> None:
    script = opened()
    assert script.update({**ALL, "secrets": [ONE, TWO]}) == set()

    assert [script.update(ALL) for _ in range(3)] == [set(), set(), set()]
    assert script.history.keeps_secrets is True


def test_a_target_that_once_kept_and_once_generated_contradicts_itself() -> None:
    script = opened()
    assert script.update(ALL, secrets=["generated-zB1nWc6HsD8uJf3A"]) == set()
    assert script.update({**ALL, "secrets": [ONE, TWO]}) == set()

    assert script.update(ALL, secrets=[ONE]) == {"R-302"}


def test_secrets_of_the_first_of_two_updates_do_not_return() -> None:
    script = opened()
    script.update({**ALL, "secrets": [ONE]})
    script.update({**ALL, "secrets": [TWO]})

    assert script.update(ALL, secrets=[ONE]) != set()


@pytest.mark.parametrize(
    ("odd", "remark"),
    [([7], {"R-109"}), ([{"a": 1}, None], {"R-109"}), (["", ""], set()), (["short"], set())],
    ids=str,
)
def test_stored_odd_secrets_are_forgiven_until_they_are_replaced(odd: list[Any], remark: set[str]) -> None:
    script = opened()
    assert script.update({**ALL, "secrets": odd}, secrets=odd) == remark
    assert script.update(ALL, secrets=odd) == set()
    assert script.update({**ALL, "secrets": [ONE]}) == set()

    assert script.update({**ALL, "secrets": [TWO]}, secrets=odd) != set()


def test_a_secret_from_before_the_run_is_not_called_weak() -> None:
    script = Script()

    assert script.update(ALL, secrets=["short"]) == set()
    assert "R-302" in script.kept


def test_the_second_generated_secret_is_the_first_to_prove_that_they_differ() -> None:
    script = opened()
    script.update(ALL, secrets=["generated-zB1nWc6HsD8uJf3A"])
    assert "R-303" not in script.kept
    script.update(ALL, secrets=["aG5oKx0ZtN2bVq7R-generated"])

    assert {"R-302", "R-303"} <= script.kept


@pytest.mark.parametrize("answered", [["generated-zB1nWc6HsD8uJf3A"], [f"own-secret-of-{A}"]], ids=["new", "kept"])
def test_null_never_breaks_what_is_said_of_omitted_secrets(answered: list[str]) -> None:
    script = opened()
    assert script.update(ALL) == set()
    script.refuse(400, {})
    script.refuse(401, {})

    assert script.update({**ALL, "secrets": None}, secrets=answered) == set()
    assert script.update(ALL, secrets=answered) == set()


def test_a_target_that_generates_on_null_and_keeps_what_is_omitted_is_not_accused() -> None:
    script = opened()
    assert script.update(ALL) == set()
    assert script.update({**ALL, "secrets": None}, secrets=["generated-zB1nWc6HsD8uJf3A"]) == set()
    script.refuse(400, {})

    assert script.update(ALL, secrets=["generated-zB1nWc6HsD8uJf3A"]) == set()

from __future__ import annotations

import base64
import math
import random
import string
import uuid
from typing import TYPE_CHECKING

import pytest

from support.slow import some
from user_webhook_contract.checks.secret_strength import bits, weakness

if TYPE_CHECKING:
    from collections.abc import Callable

WEBHOOK = "cf3832dd-ba9b-4187-9ab2-c6cadafe875b"
COUNTER = "it differs from an earlier one in a counter or a clock only"
SPACE = string.ascii_letters + string.digits


@pytest.mark.parametrize(
    "secrets",
    [
        pytest.param(["secret-000000000000000000000001", "secret-000000000000000000000002"], id="a counter"),
        pytest.param(["secret-000000000000000000000009", "secret-000000000000000000000010"], id="a counter with carry"),
        pytest.param(["1secret-of-the-webhook-user", "2secret-of-the-webhook-user"], id="a counter in front"),
        pytest.param(["sk_live_1795449132123", "sk_live_1795449133456"], id="a clock in milliseconds"),
        pytest.param(["whsec-1795449132", "whsec-1795449171"], id="a clock in seconds"),
        pytest.param(["secret-of-1795449132-of-the-hook", "secret-of-1795449171-of-the-hook"], id="a clock inside"),
        pytest.param(["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"], id="one character"),
        pytest.param(["abababababababababababababababab"], id="two characters"),
        pytest.param(["short"], id="short"),
        pytest.param(["12345678901"], id="eleven digits"),
        pytest.param([""], id="nothing"),
        pytest.param([f"whsec_{WEBHOOK}"], id="the id"),
        pytest.param([WEBHOOK.replace("-", "") + "x"], id="the id without hyphens"),
        pytest.param([WEBHOOK.upper() + "x"], id="the id in capitals"),
        pytest.param(["Mi9Qe2vYpX7kLr4TzB1nWc6HsD8uJf3A", "A3fJu8DsH6cWn1BzT4rLk7XpYv2eQ9iM"], id="reversed"),
        pytest.param(["Mi9Qe2vYpX7kLr4TzB1nWc6HsD8uJf3A", "zB1nWc6HsD8uJf3AMi9Qe2vYpX7kLr4T"], id="an anagram"),
        pytest.param(["Mi9Qe2vYpX7kLr4TzB1nWc6HsD8uJf3A", "Mi9Qe2vYpX7kLr4TzB1nWc6HsD8uJf3A"], id="the same"),
        pytest.param(["Mi9Qe2vYpX7kLr4TzB1nWc6HsD8uJf3A", "Mi9Qe2vYpX7kLr4TzB1nWc6HsD8uJf3B"], id="one letter on"),
        pytest.param(["abcdefghabcdefghabcdefghabcdefgh"], id="a short piece repeated"),
    ],
)
def test_a_secret_that_can_be_guessed_is_named(secrets: list[str]) -> None:
    *earlier, last = secrets

    assert weakness(last, earlier, WEBHOOK) != ""


FORMS: dict[str, Callable[[random.Random], str]] = {
    "32 letters and digits": lambda rng: "".join(rng.choices(SPACE, k=32)),
    "uuid4": lambda rng: str(uuid.UUID(int=rng.getrandbits(128), version=4)),
    "whsec_ and base64": lambda rng: "whsec_" + base64.b64encode(rng.randbytes(24)).decode(),
    "40 hexadecimal digits": lambda rng: rng.randbytes(20).hex(),
    "32 hexadecimal digits": lambda rng: rng.randbytes(16).hex(),
    "16 letters and digits": lambda rng: "".join(rng.choices(SPACE, k=16)),
    "urlsafe base64 of 32 bytes": lambda rng: base64.urlsafe_b64encode(rng.randbytes(32)).decode().rstrip("="),
    "64 capitals": lambda rng: "".join(rng.choices(string.ascii_uppercase, k=64)),
    "20 digits": lambda rng: "".join(rng.choices(string.digits, k=20)),
}


@pytest.mark.parametrize("count", some([1000, 10_000], 2))
@pytest.mark.parametrize("make", FORMS.values(), ids=FORMS)
def test_no_random_secret_raises_an_alarm(make: Callable[[random.Random], str], count: int) -> None:
    rng = random.Random(20_261_123)  # noqa: S311  to be repeated, not to be secret
    earlier: list[str] = []
    alarms = []
    for _ in range(count):
        secret = make(rng)
        alarms += [(secret, reason)] if (reason := weakness(secret, earlier[-10:], WEBHOOK)) else []
        earlier.append(secret)

    assert alarms == []


@pytest.mark.parametrize(
    ("secret", "earlier", "reason"),
    [
        pytest.param("12345678901", [], "11 characters leave fewer than 40 bits to guess", id="short"),
        pytest.param("abcacbbacbcacabbcabacbcabacbbcac", [], "it repeats a few characters", id="three characters"),
        pytest.param("abcdefghabcdefghabcdefghabcdefgh", [], "it repeats one piece", id="a piece"),
        pytest.param("abcdefghijklmnopqrstuvwxyz012345" * 2, [], "it repeats one piece", id="a piece twice"),
        pytest.param(f"whsec_{WEBHOOK}", [], "it holds the webhook's id", id="the id"),
        pytest.param(
            "Mi9Qe2vYpX7kLr4T",
            ["T4rLk7XpYv2eQ9iM"],
            "it has the characters of an earlier one in another order",
            id="reversed",
        ),
        pytest.param(
            "aB3-q4Wk",
            ["aB3-x9Yz"],
            COUNTER,
            id="the first half is that of an earlier one",
        ),
    ],
)
def test_the_reason_is_told(secret: str, earlier: list[str], reason: str) -> None:
    assert weakness(secret, earlier, WEBHOOK) == reason


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        pytest.param(
            "whsec-live-102030405", "whsec-live-987698769", COUNTER, id="nine digits behind eleven characters"
        ),
        pytest.param(
            "102030405-whsec-live", "987698769-whsec-live", COUNTER, id="nine digits before eleven characters"
        ),
        pytest.param(
            "whsec-102030405-live", "whsec-987698769-live", COUNTER, id="nine digits between eleven characters"
        ),
        pytest.param("whsec-l-102030405", "whsec-l-987698769", "", id="nine digits behind eight characters"),
        pytest.param("whsec-li-102030405", "whsec-li-987698769", "", id="nine digits behind nine characters"),
        pytest.param("whsec-live-1020304050", "whsec-live-9876987699", "", id="ten digits"),
        pytest.param("whsec-live-aQwErT", "whsec-live-zXcVbN", "", id="six letters"),
        pytest.param("whsec-live-aQwE", "whsec-live-zXcV", COUNTER, id="four letters"),
        pytest.param("whsec-live-aQwEr", "whsec-live-zXcVb", "", id="five letters"),
        pytest.param("whsec-live-a12345", "whsec-live-b67890", "", id="a letter and five digits"),
        pytest.param("a-1QwErTyUi9", "a-1ZxCvBnMp9", "", id="four characters of twelve alike"),
        pytest.param("Ab-QwErT", "Ab-zXcVb", "", id="three characters of eight alike"),
        pytest.param("whsec-live-aQwE", "whsec-live-aQwE1", COUNTER, id="one character more"),
        pytest.param("whsec-live-aQwE1", "whsec-live-aQwE", COUNTER, id="one character less"),
    ],
)
def test_a_counter_is_told_from_chance(one: str, other: str, reason: str) -> None:
    assert weakness(other, [one], WEBHOOK) == reason


@pytest.mark.parametrize("secret", ["ACGTTGCAACTGGTCAATCGCGATTACGGTAC", "".join(map(chr, range(0x4E00, 0x4E28)))])
def test_few_kinds_of_characters_are_enough_where_the_secret_is_long(secret: str) -> None:
    assert weakness(secret, [], WEBHOOK) == ""


def test_a_secret_is_compared_with_the_ten_before_it() -> None:
    rng = random.Random(20_261_123)  # noqa: S311  to be repeated, not to be secret
    secret, *others = ("".join(rng.choices(SPACE, k=32)) for _ in range(11))

    assert weakness(secret, [secret[::-1], *others[:9]], WEBHOOK) != ""
    assert weakness(secret, [secret[::-1], *others], WEBHOOK) == ""


@pytest.mark.parametrize(
    ("secret", "length", "alphabet"),
    [("0123", 4, 10), ("abcde", 5, 26), ("ABC", 3, 26), ("-", 1, 10), ("aB3-", 4, 72), ("日" * 40, 40, 2)],
)
def test_bits_follow_from_length_and_alphabet(secret: str, length: int, alphabet: int) -> None:
    assert bits(secret) == length * math.log2(alphabet)


def test_more_kinds_of_characters_hold_more_bits() -> None:
    assert bits("") == 0
    assert bits("0" * 12) < 40 < bits("0" * 13)
    assert bits("a" * 20) < bits("aA" * 10) < bits("aA0" * 10)


def test_one_generated_secret_alone_is_not_compared() -> None:
    assert weakness("Mi9Qe2vYpX7kLr4TzB1nWc6HsD8uJf3A", [], WEBHOOK) == ""
    assert weakness("Mi9Qe2vYpX7kLr4TzB1nWc6HsD8uJf3A", ["aG5oKx0ZtN2bVq7RmE9yUd4CwP6iSl1J"], WEBHOOK) == ""

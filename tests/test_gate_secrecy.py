from __future__ import annotations

import base64
import random
import string
import uuid
from typing import TYPE_CHECKING

import pytest

from contract_tests.secrecy import bits, weakness

if TYPE_CHECKING:
    from collections.abc import Callable

WEBHOOK = "cf3832dd-ba9b-4187-9ab2-c6cadafe875b"
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
    "32 letters and digits": lambda dice: "".join(dice.choices(SPACE, k=32)),
    "uuid4": lambda dice: str(uuid.UUID(int=dice.getrandbits(128), version=4)),
    "whsec_ and base64": lambda dice: "whsec_" + base64.b64encode(dice.randbytes(24)).decode(),
    "40 hexadecimal digits": lambda dice: dice.randbytes(20).hex(),
    "32 hexadecimal digits": lambda dice: dice.randbytes(16).hex(),
    "16 letters and digits": lambda dice: "".join(dice.choices(SPACE, k=16)),
    "urlsafe base64 of 32 bytes": lambda dice: base64.urlsafe_b64encode(dice.randbytes(32)).decode().rstrip("="),
    "64 capitals": lambda dice: "".join(dice.choices(string.ascii_uppercase, k=64)),
    "20 digits": lambda dice: "".join(dice.choices(string.digits, k=20)),
}


@pytest.mark.parametrize("make", FORMS.values(), ids=FORMS)
def test_no_random_secret_raises_an_alarm(make: Callable[[random.Random], str]) -> None:
    dice = random.Random(20_261_123)  # noqa: S311  to be repeated, not to be secret
    earlier: list[str] = []
    alarms = []
    for _ in range(10_000):
        secret = make(dice)
        alarms += [(secret, reason)] if (reason := weakness(secret, earlier[-10:], WEBHOOK)) else []
        earlier.append(secret)

    assert alarms == []


def test_more_kinds_of_characters_hold_more_bits() -> None:
    assert bits("") == 0
    assert bits("0" * 12) < 40 < bits("0" * 13)
    assert bits("a" * 20) < bits("aA" * 10) < bits("aA0" * 10)


def test_one_generated_secret_alone_is_not_compared() -> None:
    assert weakness("Mi9Qe2vYpX7kLr4TzB1nWc6HsD8uJf3A", [], WEBHOOK) == ""
    assert weakness("Mi9Qe2vYpX7kLr4TzB1nWc6HsD8uJf3A", ["aG5oKx0ZtN2bVq7RmE9yUd4CwP6iSl1J"], WEBHOOK) == ""

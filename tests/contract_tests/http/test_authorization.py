from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from support.suite_runs import numbered
from user_webhook_contract.http.authorization import authorization, has_expired, is_itself
from user_webhook_contract.http.request import Credential

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
TOKENS = [
    "valid-token",
    "123456789012",
    "8f3a-c2e1-b7d4-0000000000",
    "7",
    "0",
    "1",
    "x",
    "an-unknown-token",
    JWT,
    "A" * 9,
]

WITHOUT_HYPHENS = (Credential.UNDERSCORED,)
UNDIVIDED = (*WITHOUT_HYPHENS, Credential.FIRST_PART, Credential.LAST_PART, Credential.PARTS_JOINED)
ONE_CHARACTER = (
    *UNDIVIDED,
    *(Credential.SHORTENED, Credential.REVERSED, Credential.FIRST_CHARACTER, Credential.ROTATED),
)
"""What is the right one if the token has a single character."""


def jwt(claims: Any) -> str:
    """Return a JWT that says *claims*, with a signature of nobody's."""
    return ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({}, claims, 0)
    )


@pytest.mark.parametrize("token", TOKENS, ids=lambda token: token[:20])
def test_no_wrong_credential_is_the_right_one(token: str) -> None:
    sent = {
        one: authorization(one, token, "forbidden-token")
        for one in Credential
        if is_itself(one, token, "forbidden-token")
    }
    right = {sent.pop(Credential.VALID), sent.pop(Credential.FORBIDDEN)}

    assert right == {f"Bearer {token}", "Bearer forbidden-token"}
    assert not right & set(sent.values())


@pytest.mark.parametrize(
    ("token", "left_out"),
    numbered(
        [
            ("valid-token", set()),
            (JWT, {*WITHOUT_HYPHENS}),
            ("123456789012", {Credential.OTHER_CASE, *UNDIVIDED}),
            ("8f3a-c2e1-b7d4-0000000000", set()),
            ("7", {Credential.OTHER_CASE, *ONE_CHARACTER}),
            ("x", {Credential.A_LETTER, *ONE_CHARACTER}),
        ]
    ),
)
def test_a_credential_is_left_out_where_it_is_the_right_one(token: str, left_out: set[Credential]) -> None:
    assert {one for one in Credential if not is_itself(one, token, "forbidden-token")} == left_out


def test_a_wrong_credential_is_not_the_forbidden_token() -> None:
    assert not is_itself(Credential.LENGTHENED, "token", "tokenx")
    assert not is_itself(Credential.SHORTENED, "long-token-x", "long-toke")
    assert not is_itself(Credential.FORBIDDEN, "token", "")


@pytest.mark.parametrize("other", ["an-unknown-token", "another-unknown-token"], ids=str)
def test_the_unknown_token_is_neither_of_the_two(other: str) -> None:
    assert authorization(Credential.UNKNOWN, "an-unknown-token", other) == (
        "Bearer a-third-unknown-token" if other != "an-unknown-token" else "Bearer another-unknown-token"
    )


@pytest.mark.parametrize(
    ("token", "wanted"),
    numbered(
        [
            (jwt({"exp": 1}), True),
            (jwt({"exp": 1.5}), True),
            (jwt({"exp": 99_999_999_999}), False),
            (jwt({"sub": "1"}), False),
            (jwt({"exp": "1"}), False),
            (jwt([1]), False),
            (JWT, False),
            ("forbidden-token", False),
            ("a.b.c", False),
            ("a.\u00e9.c", False),
        ]
    ),
)
def test_a_jwt_says_itself_that_it_has_expired(token: str, wanted: bool) -> None:  # noqa: FBT001  a parameter of the table
    assert has_expired(token) is wanted


def test_an_expired_token_without_the_scope_is_not_sent() -> None:
    assert not is_itself(Credential.FORBIDDEN, "token", jwt({"exp": 1}))
    assert is_itself(Credential.FORBIDDEN, "token", jwt({"exp": 99_999_999_999}))

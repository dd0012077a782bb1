"""Operators that let a caller pass who must not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from servers.faulty.literals import VALID_TOKEN
from servers.faulty.sequences import Patch
from servers.generated.deviation import (
    Deviation,
    deviation,
    operator,
    slug,
    update,
)
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.asgi import Request

_MEMBER, _STRANGER, _NOBODY = "member", "stranger", None


def _admitting(is_admitted: Callable[[str], Any]) -> type[Reference]:
    """Return a server that also admits whom *is_admitted* says so of, by the Authorization header."""

    class Admitting(Reference):
        def role(self, request: Request) -> str | None:
            role = super().role(request)
            return _MEMBER if role is None and is_admitted(request.authorization) else role

    return Admitting


def _admission(
    form: str, what: str, requirement: str, is_admitted: Callable[[str], Any], *headers: str | None
) -> Deviation:
    requests = [Patch(update(url="https://hooks.example.com/a").body, authorization=header) for header in headers]
    return deviation(form, f"Admits {what}", f"{requirement} R-405 R-305", _admitting(is_admitted), *requests)


def _token(reads: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return what applies *reads* to the token of the Bearer scheme."""
    return lambda header: header.startswith("Bearer ") and reads(header.removeprefix("Bearer "))


@operator("token-missing")
def missing() -> Iterator[Deviation]:
    """Admit who shows no token."""
    yield _admission("header", "a missing header", "R-401", lambda header: not header, None)
    yield _admission("empty-header", "an empty header", "R-401", lambda header: header.strip() == "", "", None)
    yield _admission("scheme-alone", "the scheme alone", "R-401", lambda header: header.strip() == "Bearer", "Bearer")
    yield _admission(
        "blank-token", "a blank token", "R-401", lambda header: re.fullmatch(r"Bearer +", header), "Bearer ", "Bearer  "
    )
    yield _admission(
        "any-scheme-alone",
        "any word",
        "R-401 R-403",
        lambda header: header and " " not in header.strip(),
        "Bearer",
        "Basic",
    )
    for word in ("null", "undefined", "None", "true", "0"):
        yield _admission(f"word-{word}", f"the token {word}", "R-402", f"Bearer {word}".__eq__, f"Bearer {word}")


@operator("token-likeness")
def likenesses() -> Iterator[Deviation]:
    """Admit a token that is like the valid one."""
    valid = VALID_TOKEN
    for form, what, is_like, *tokens in (
        ("longer", "longer tokens", lambda token: token.startswith(valid), f"{valid}x"),
        ("longer-by-one", "tokens that are longer by a character", lambda token: token[:-1] == valid, f"{valid}x"),
        ("longer-by-a-dot", "tokens with a part behind a dot", lambda token: token.partition(".")[0] == valid, f"{valid}.x"),
        ("preceded", "tokens with more before them", lambda token: token.endswith(valid), f"x{valid}"),
        ("containing", "tokens that hold the valid one", lambda token: valid in token, f"x{valid}x"),
        ("shorter", "the beginning of the token", lambda token: token and valid.startswith(token), valid[:-1], valid[:8], "v"),
        ("shorter-by-one", "the token without its last character", lambda token: token == valid[:-1], valid[:-1]),
        ("half", "half of the token", lambda token: token == valid[: len(valid) // 2], valid[: len(valid) // 2]),
        ("first-eight", "tokens with the same eight characters first", lambda token: token[:8] == valid[:8], f"{valid[:8]}000"),
        ("first-four", "tokens with the same four characters first", lambda token: token[:4] == valid[:4], f"{valid[:4]}0000000"),
        ("last-four", "tokens with the same end", lambda token: token[-4:] == valid[-4:], f"0000000{valid[-4:]}"),
        ("length", "tokens of the same length", lambda token: len(token) == len(valid), "x" * len(valid)),
        ("case", "the token in any case", lambda token: token.lower() == valid.lower(), valid.upper(), valid.swapcase()),
        ("first-capital", "the token with a capital", lambda token: token == valid.capitalize(), valid.capitalize()),
        ("one-character", "tokens with one character changed", lambda token: len(token) == len(valid) and sum(map(str.__ne__, token, valid)) == 1, f"{valid[:-1]}0"),
        ("signature", "tokens with another end", lambda token: token[: len(valid) * 3 // 4] == valid[: len(valid) * 3 // 4], valid[: len(valid) * 3 // 4] + "000"),
        ("no-dashes", "the token without its dashes", lambda token: token.replace("-", "") == valid.replace("-", ""), valid.replace("-", "")),
        ("letters", "tokens with the same letters", lambda token: sorted(token) == sorted(valid), valid[::-1]),
        ("reversed", "the token backwards", lambda token: token == valid[::-1], valid[::-1]),
        ("quotes", "the token in quotes", lambda token: token.strip("\"'") == valid, f'"{valid}"'),
        ("angles", "the token in angle brackets", lambda token: token.strip("<>") == valid, f"<{valid}>"),
        ("comma", "the token with a comma behind it", lambda token: token.rstrip(",") == valid, f"{valid},"),
        ("semicolon", "the token with a parameter", lambda token: token.partition(";")[0] == valid, f"{valid};x=1"),
        ("list", "a list with the token in it", lambda token: valid in token.split(","), f"x,{valid}", f"{valid},x"),
        ("named", "the token with its name", lambda token: token == f"token={valid}", f"token={valid}"),
        ("percent", "the token with percent escapes", lambda token: token.replace("%2D", "-") == valid, valid.replace("-", "%2D")),
        ("doubled", "the token twice", lambda token: token == valid * 2, valid * 2),
        ("scheme-within", "the scheme twice", lambda token: token == f"Bearer {valid}", f"Bearer {valid}"),
        ("equals", "the token with equals signs", lambda token: token.rstrip("=") == valid, f"{valid}=", f"{valid}=="),
    ):  # fmt: skip
        yield _admission(form, what, "R-402", _token(is_like), *(f"Bearer {token}" for token in tokens))


@operator("token-unknown")
def unknown() -> Iterator[Deviation]:
    """Admit a token that nobody issued."""
    jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."
    for form, what, is_such, *tokens in (
        ("any", "any token", bool, "an-unknown-token"),
        ("long", "any token of ten characters", lambda token: len(token) >= 10, "an-unknown-token"),
        ("short", "any token under eight characters", lambda token: 0 < len(token) < 8, "x"),
        ("three-parts", "any token of three parts", lambda token: token.count(".") == 2, "a.b.c", jwt),
        ("unsigned", "tokens without a signature", lambda token: token.endswith(".") and token.startswith("eyJ"), jwt),
        ("jwt-like", "any token that begins like a JWT", lambda token: token.startswith("eyJ"), jwt),
        ("dashed", "any token with a dash", lambda token: "-" in token and token.replace("-", "").isalpha(), "an-unknown-token"),
        ("word-token", "any token that holds the word token", lambda token: "token" in token, "an-unknown-token"),
        ("test", "the token test", lambda token: token == "test", "test"),
        ("admin", "the token admin", lambda token: token == "admin", "admin"),
        ("digits", "tokens of digits", str.isdigit, "12345678901"),
        ("uuid", "tokens that are UUIDs", lambda token: bool(re.fullmatch(r"[0-9a-f-]{36}", token)), "00000000-0000-4000-8000-000000000000"),
        ("star", "the token *", lambda token: token == "*", "*"),
        ("percent", "the token %", lambda token: token == "%", "%"),
    ):  # fmt: skip
        yield _admission(form, what, "R-402", _token(is_such), *(f"Bearer {token}" for token in tokens))


@operator("token-scheme")
def schemes() -> Iterator[Deviation]:
    """Read the token from another scheme."""
    for scheme in ("Basic", "Token", "JWT"):
        header = f"{scheme} {VALID_TOKEN}"
        yield _admission(slug(scheme), f"the scheme {scheme}", "R-403", header.__eq__, header)
    for form, what, is_such, *headers in (
        ("none", "the token alone", lambda header: header == VALID_TOKEN, VALID_TOKEN),
        ("any", "any scheme", lambda header: header.partition(" ")[2] == VALID_TOKEN, f"Basic {VALID_TOKEN}", f"Token {VALID_TOKEN}"),
        ("longer", "schemes that begin with Bearer", lambda header: re.fullmatch(rf"Bearer\w+ {VALID_TOKEN}", header), f"BearerX {VALID_TOKEN}"),
        ("preceded", "schemes that end with Bearer", lambda header: re.fullmatch(rf"\w+Bearer {VALID_TOKEN}", header), f"XBearer {VALID_TOKEN}"),
        ("shorter", "the beginning of Bearer", lambda header: re.fullmatch(rf"B\w* {VALID_TOKEN}", header) and "Bearer".startswith(header.partition(" ")[0]), f"B {VALID_TOKEN}", f"Bear {VALID_TOKEN}"),
        ("colon", "Bearer with a colon", lambda header: header == f"Bearer: {VALID_TOKEN}", f"Bearer: {VALID_TOKEN}"),
        ("equals", "Bearer with an equals sign", lambda header: header == f"Bearer={VALID_TOKEN}", f"Bearer={VALID_TOKEN}"),
        ("joined", "Bearer without a space", lambda header: header == f"Bearer{VALID_TOKEN}", f"Bearer{VALID_TOKEN}"),
        ("comma", "another scheme before Bearer", lambda header: header.endswith(f", Bearer {VALID_TOKEN}"), f"Basic dTpw, Bearer {VALID_TOKEN}"),
        ("last-word", "the token as the last word", lambda header: header.split()[-1:] == [VALID_TOKEN], f"Bearer x {VALID_TOKEN}", f"Basic {VALID_TOKEN}"),
        ("anywhere", "the token anywhere", lambda header: VALID_TOKEN in header, f"x {VALID_TOKEN} x", VALID_TOKEN),
        ("quoted", "the header in quotes", lambda header: header == f'"Bearer {VALID_TOKEN}"', f'"Bearer {VALID_TOKEN}"'),
    ):  # fmt: skip
        yield _admission(form, what, "R-403 R-402", is_such, *headers)

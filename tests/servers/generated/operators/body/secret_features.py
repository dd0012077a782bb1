"""Operators that refuse secrets which must be accepted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from servers.generated.deviation import SECRETS, Deviation, deviation, operator, slug, update

from .rules import lenient, strict

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator

_ONE = SECRETS[0]


def _accepting(form: str, what: str, requirement: str, repair: Callable[[Any], Any], *values: Any) -> Deviation:
    examples = [update(secrets=value) for value in values]
    return deviation(form, f"Accepts {what}", f"{requirement} R-211", lenient("secrets", repair), *examples)


def _refusing(form: str, what: str, is_refused: Callable[[list[Any]], Any], *values: list[str]) -> Deviation:
    examples = [update(secrets=value) for value in values]
    return deviation(form, f"Refuses {what}", "R-225 R-101", strict("secrets", is_refused), *examples)


def _any(is_refused: Callable[[str], Any]) -> Callable[[list[Any]], Any]:
    return lambda secrets: any(map(is_refused, secrets))


@operator("refuses-secrets-count")
def refused_counts() -> Iterator[Deviation]:
    """Refuse one secret, or two."""
    yield _refusing("one", "one secret", lambda secrets: len(secrets) == 1, [_ONE])
    yield _refusing("two", "two secrets", lambda secrets: len(secrets) == 2, list(SECRETS))
    yield _refusing(
        "two-of-a-length",
        "two secrets of one length",
        lambda secrets: len(secrets) == 2 and len(secrets[0]) == len(secrets[1]),
        list(SECRETS),
    )
    yield _refusing(
        "two-of-different-lengths",
        "two secrets of different lengths",
        lambda secrets: len({*map(len, secrets)}) == 2,
        [_ONE, SECRETS[1][:20]],
    )
    yield _refusing(
        "ascending",
        "two secrets in ascending order",
        lambda secrets: len(secrets) == 2 and secrets[0] < secrets[1],
        sorted(SECRETS),
    )
    yield _refusing(
        "descending",
        "two secrets in descending order",
        lambda secrets: len(secrets) == 2 and secrets[0] > secrets[1],
        sorted(SECRETS)[::-1],
    )
    yield _refusing(
        "alike",
        "two secrets that begin alike",
        lambda secrets: len({one[:8] for one in secrets}) < len(secrets),
        ["secret-a" + "1" * 24, "secret-a" + "2" * 24],
    )


def _any_of_length(lengths: Container[int]) -> Callable[[list[Any]], Any]:
    return _any(lambda one: len(one) in lengths)


@operator("refuses-secrets-length")
def refused_lengths() -> Iterator[Deviation]:
    """Refuse secrets by their length."""
    for limit in (9, 10, 12, 16, 20, 24, 32):
        what = f"secrets under {limit} characters"
        yield _refusing(f"under-{limit}", what, _any_of_length(range(8, limit)), [_ONE[: limit - 1]])
    for limit in (20, 31, 32, 36, 40, 48, 64, 100, 127):
        what, value = f"secrets over {limit} characters", (_ONE * 4)[: limit + 1]
        yield _refusing(f"over-{limit}", what, _any_of_length(range(limit + 1, 129)), [value])
    for length in (16, 24, 32, 64):
        what, others = f"secrets of another length than {length}", {*range(8, 129)} - {length}
        yield _refusing(f"not-of-{length}", what, _any_of_length(others), [_ONE[:20]])
        what, value = f"secrets of {length} characters", (_ONE * 2)[:length]
        yield _refusing(f"of-{length}", what, _any_of_length({length}), [value])


@operator("refuses-secrets-character")
def refused_characters() -> Iterator[Deviation]:
    """Refuse secrets by a class of characters."""
    for what, characters in (
        ("a dash", "-"),
        ("an underscore", "_"),
        ("a dash or an underscore", "-_"),
        ("a dot", "."),
        ("characters of Base64", "+/="),
        ("a plus sign", "+"),
        ("a slash", "/"),
        ("an equals sign", "="),
        ("quotes", "\"'`"),
        ("a backslash", "\\"),
        ("brackets", "()[]{}"),
        ("angle brackets", "<>"),
        ("an ampersand", "&"),
        ("a dollar sign", "$"),
        ("a percent sign", "%"),
        ("a comma or a semicolon", ",;"),
        ("a colon", ":"),
        ("an at sign", "@"),
        ("a number sign", "#"),
        ("a pipe", "|"),
        ("signs of the shell", "$`|&;<>*?~!"),
        ("characters that JSON or HTML escape", "\"\\<>&'"),
        ("characters that urls escape", " %?#[]@!$&'()*+,;=:/"),
    ):
        is_refused = _any(re.compile(f"[{re.escape(characters)}]").search)
        values = [[f"secret{character}with-it-in-place-01"] for character in characters]
        yield _refusing(slug(what), f"secrets with {what}", is_refused, *values)


@operator("refuses-secrets-alphabet")
def refused_alphabets() -> Iterator[Deviation]:
    """Refuse secrets by their alphabet."""
    for form, what, pattern, value in (
        ("not-hexadecimal", "secrets that are not hexadecimal", r"[^0-9a-fA-F]", _ONE),
        ("not-alphanumeric", "secrets with anything but letters and digits", r"[^0-9a-zA-Z]", "secret-with-dashes-0001"),
        ("not-base64", "secrets outside Base64", r"[^0-9a-zA-Z+/=]", "secret-with-dashes-0001"),
        ("capitals", "secrets with capitals", r"[A-Z]", _ONE),
        ("digits", "secrets with digits", r"\d", _ONE),
        ("spaces", "secrets with a space in them", r" ", "a secret of several words"),
        ("only-letters", "secrets of letters only", r"^[a-zA-Z]+$", "OnlyLettersInThisSecretOfMine"),
        ("only-digits", "secrets of digits only", r"^\d+$", "12345678901234567890"),
        ("no-capital", "secrets without a capital", r"^[^A-Z]+$", "no-capital-in-this-secret-0001"),
        ("no-small-letter", "secrets without a small letter", r"^[^a-z]+$", "NO-SMALL-LETTER-IN-IT-0001"),
        ("no-digit", "secrets without a digit", r"^\D+$", "NoDigitInThisSecretOfMine"),
        ("no-punctuation", "secrets without punctuation", r"^[a-zA-Z0-9]+$", _ONE),
        ("no-prefix", "secrets that do not begin with whsec_", r"^(?!whsec_)", _ONE),
        ("a-prefix", "secrets that begin with whsec_", r"^whsec_", "whsec_Mi9Qe2vYpX7kLr4TzB1nWc6HsD8uJf3A"),
        ("digit-first", "secrets that begin with a digit", r"^\d", "1" + _ONE),
        ("repeated", "secrets of one character", r"^(.)\1+$", "s" * 32),
        ("repetitions", "secrets with a character three times in a row", r"(.)\1\1", "secret-of-aaa-0000000001"),
        ("the-word-secret", "secrets that hold the word secret", r"secret", "my-secret-of-some-length-01"),
        ("an-uuid", "secrets that are UUIDs", r"^[0-9a-f]{8}-[0-9a-f]{4}-", "cf3832dd-ba9b-4187-9ab2-c6cadafe8750"),
        ("a-url", "secrets that hold ://", r"://", "https://looks.like/a-url-0001"),
        ("markup", "secrets that hold markup", r"<\w+>", "secret-with-<b>-0000001"),
        ("template", "secrets that hold a template", r"\$\{|\{\{", "secret-with-${x}-{{y}}-01"),
        ("quotes-around", "secrets in quotes", '^".*"$', '"secret-in-quotes-0001"'),
    ):  # fmt: skip
        yield _refusing(form, what, _any(re.compile(pattern).search), [value], [SECRETS[1], value])

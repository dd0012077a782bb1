"""Secrets as other programs check, read, store and generate them."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from servers.faulty.literals import SECOND_ID
from servers.faulty.sequences import patch
from servers.generated.deviation import READ, SECRETS, Deviation, Example, deviation, operator, update
from servers.generated.reference import Reference

from .parts import A, B, Keeping, accepting, refusing, storing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.server import Webhook

    from .parts import Text

_ONE, _TWO = SECRETS
_LONG = (_ONE + _TWO) * 2


def _base64(one: str) -> str:
    try:
        return base64.b64encode(base64.b64decode(one + "=" * (-len(one) % 4), validate=True)).decode()
    except ValueError:
        return one


_SPELLINGS: tuple[Text, ...] = (
    ("formula-guard", "a quote before the signs of formulas", lambda one: f"'{one}" if one[:1] in "=+-@" else one, "=secret-of-a-formula-01"),
    ("formula-dropped", "no sign of a formula before", lambda one: one.lstrip("=+-@"), "-secret-with-a-dash-001"),
    ("line-breaks-read", "a backslash and n as a line break", lambda one: one.replace("\\n", "\n"), "secret-with-\\n-in-it-01"),
    ("unicode-read", "escapes of Unicode as letters", lambda one: re.sub(r"\\u([0-9a-f]{4})", lambda hit: chr(int(hit[1], 16)), one), "secret-with-\\u0041-in-it"),
    ("zero-width", "no invisible characters", lambda one: re.sub("[\u200b-\u200d\ufeff]", "", one), "secret-with-\u200b-in-it-01"),
    ("no-break", "spaces for no-break spaces", lambda one: one.replace("\xa0", " "), "secret\xa0of\xa0several-words"),
    ("smart-quotes", "plain quotes for typographic ones", lambda one: one.translate(str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")), "secret-\u2019in\u2019-quotes-01"),
    ("no-accents", "no accents", lambda one: "".join(letter for letter in unicodedata.normalize("NFD", one) if not unicodedata.combining(letter)), "secret-of-caf\u00e9-000001"),
    ("hexadecimal-small", "small letters in hexadecimal secrets", lambda one: one.lower() if re.fullmatch(r"[0-9A-Fa-f]+", one) else one, "0123456789ABCDEF0123456789ABCDEF"),
    ("uuid-small", "small letters in UUIDs", lambda one: one.lower() if re.fullmatch(r"[0-9A-Fa-f-]{36}", one) else one, "CF3832DD-BA9B-4187-9AB2-C6CADAFE8750"),
    ("base64-padded", "padding behind Base64", _base64, "c2VjcmV0LW9mLW1pbmU"),
    ("base64-of-urls", "the other alphabet of Base64", lambda one: one.replace("+", "-").replace("/", "_"), "c2Vjcm+0LW9m/W1pbmUx"),
    ("mail-small", "small letters in what looks like a mail address", lambda one: one.lower() if "@" in one else one, "Secret-Of-Me@Example.com"),
    ("title", "a capital for the first letter", lambda one: one[:1].upper() + one[1:], "secret-of-small-letters-01"),
    ("no-first-zero", "no plus sign or zero before digits", lambda one: one.lstrip("+0") if one.lstrip("+").isdigit() else one, "0049170123456789"),
    ("rounded", "digits as a double holds them", lambda one: f"{float(one):.0f}" if one.isdigit() else one, "12345678901234567891"),
    ("no-trailing-slash", "no slash at the end", lambda one: one.rstrip("/"), "c2VjcmV0LW9mLW1pbmU0/"),
    ("no-pipe", "nothing behind a pipe", lambda one: one.partition("|")[0], "secret|with-a-pipe-00001"),
    ("no-dot-part", "nothing behind a dot", lambda one: one.partition(".")[0], "secret-first.second.third"),
    ("no-comment", "nothing behind two dashes", lambda one: one.partition("--")[0], "secret-before--comment-01"),
    ("no-template", "nothing in double braces", lambda one: re.sub(r"\{\{.*?\}\}", "", one), "secret-with-{{x}}-000001"),
    ("no-brackets", "nothing in brackets", lambda one: re.sub(r"\[.*?\]|\(.*?\)", "", one), "secret-with-(x)-[y]-0001"),
    ("repeated-collapsed", "letters that are repeated once", lambda one: re.sub(r"(.)\1+", r"\1", one), "secret-of-aaa-and-000001"),
    ("block-padded", "padding up to 16 characters", lambda one: one.ljust(-(-len(one) // 16) * 16), "secret-of-some-length-1"),
    ("block-cut", "whole blocks of 16 characters only", lambda one: one[: len(one) // 16 * 16] or one, "secret-of-some-length-1"),
    ("block-padded-by-nul", "NULs up to 32 characters", lambda one: one.ljust(32, "\0"), "secret-of-some-length-1"),
    ("redacted", "a word for redacted", lambda _: "[REDACTED]", _ONE),
    ("dated", "dates written out", lambda one: re.sub(r"^(\d{4}-\d\d-\d\d)$", r"\1T00:00:00Z", one), "2026-01-31"),
)  # fmt: skip


@operator("rare-secret-spelt")
def spelt() -> Iterator[Deviation]:
    """Store each secret in another spelling."""
    for form, what, change, secret in _SPELLINGS:
        each = lambda sent, _, c=change: [c(one) if isinstance(one, str) else one for one in sent]  # noqa: E731
        yield storing("secrets", form, f"secrets with {what}", "R-107 R-103", each, update(secrets=[secret]))


@operator("rare-secret-second-spelt")
def second_spelt() -> Iterator[Deviation]:
    """Store the second one of two secrets in another spelling."""
    for form, what, change, secret in (*_SPELLINGS[1::5], ("lower", "small letters", str.lower, _ONE), ("cut", "24 characters", lambda one: one[:24], _ONE)):  # fmt: skip
        second = lambda sent, _, c=change: [*sent[:1], *map(c, sent[1:])]  # noqa: E731
        title = f"a second secret with {what}"
        yield storing("secrets", form, title, "R-107 R-103", second, update(secrets=[_TWO, secret]))


@operator("rare-secret-pair")
def pairs() -> Iterator[Deviation]:
    """Store other secrets than those sent, by what the two have in common or what was stored."""
    rows: tuple[tuple[str, str, Callable[[list[Any], list[Any]], Any], tuple[Any, ...], tuple[Any, ...]], ...] = (
        ("same-in-any-case", "one of two secrets that differ in case only", lambda sent, _: list({one.lower(): one for one in sent}.values()), (), ("Secret-Of-Both-Cases-01", "secret-of-both-cases-01")),
        ("same-length", "one of two secrets of the same length", lambda sent, _: list({len(one): one for one in sent}.values()), (), SECRETS),
        ("same-beginning", "one of two secrets that begin alike", lambda sent, _: list({one[:8]: one for one in sent}.values()), (), ("secret-a-0000000001", "secret-a-0000000002")),
        ("same-end", "one of two secrets that end alike", lambda sent, _: list({one[-4:]: one for one in sent}.values()), (), ("first-secret-0001", "second-secret-0001")),
        ("one-in-the-other", "no secret that is part of the other", lambda sent, _: [one for one in sent if not any(one != other and one in other for other in sent)], (), ("secret-of-mine", "secret-of-mine-0001")),
        ("sorted-in-any-case", "secrets by the alphabet in any case", lambda sent, _: sorted(sent, key=str.lower), (), ("b-secret-of-some-length", "A-secret-of-some-length")),
        ("longest-first", "the longer secret first", lambda sent, _: sorted(sent, key=len, reverse=True), (), ("a-short-secret", "a-secret-that-is-longer")),
        ("shortest-first", "the shorter secret first", lambda sent, _: sorted(sent, key=len), (), ("a-secret-that-is-longer", "a-short-secret")),
        ("known-first", "a secret that was stored before first", lambda sent, old: sorted(sent, key=lambda one: one not in old), (_TWO,), SECRETS),
        ("new-first", "a new secret before one that was stored", lambda sent, old: sorted(sent, key=lambda one: one in old), (_ONE,), SECRETS),
        ("new-only", "the secrets that were not stored before", lambda sent, old: [one for one in sent if one not in old] or sent, (_ONE,), SECRETS),
        ("known-only", "the secrets that were stored before, if there are any", lambda sent, old: [one for one in sent if one in old] or sent, (_ONE,), SECRETS),
        ("second-slot-kept", "one secret in the place of the first of two", lambda sent, old: [*sent, *old[1:]] if len(sent) == 1 else sent, SECRETS, ("another-secret-of-mine",)),
        ("first-slot-kept", "one secret in the place of the second of two", lambda sent, old: [*old[:1], *sent] if len(sent) == 1 and len(old) == 2 else sent, SECRETS, ("another-secret-of-mine",)),
        ("same-set", "the old order of the same secrets", lambda sent, old: old if {*sent} == {*old} else sent, SECRETS, SECRETS[::-1]),
        ("first-unchanged", "the old secrets if the first one stays", lambda sent, old: old if sent[:1] == old[:1] else sent, (_ONE,), SECRETS),
        ("second-unchanged", "the old secrets if the last one stays", lambda sent, old: old if sent[-1:] == old[-1:] else sent, (_TWO,), SECRETS),
        ("as-many", "the old secrets if there are as many", lambda sent, old: old if len(sent) == len(old) else sent, SECRETS, ("another-secret-of-mine", "a-further-secret-of-mine")),
        ("not-fewer", "the old secrets if there were more", lambda sent, old: old if len(sent) < len(old) else sent, SECRETS, ("another-secret-of-mine",)),
        ("not-more", "one secret for one", lambda sent, old: sent[: len(old)], (_ONE,), ("another-secret-of-mine", "a-further-secret-of-mine")),
        ("crossed", "the halves of two secrets exchanged", lambda sent, _: [sent[0][:8] + sent[1][8:], sent[1][:8] + sent[0][8:]] if len(sent) == 2 else sent, (), SECRETS),
        ("second-as-first", "the first secret for both", lambda sent, _: [sent[0]] * len(sent), (), SECRETS),
        ("second-as-object", "a second secret as an object", lambda sent, _: [*sent[:1], *({"value": one} for one in sent[1:])], (), SECRETS),
        ("dated", "secrets as objects with a time", lambda sent, _: [{"secret": one, "createdAt": "2026-01-01"} for one in sent], (), (_ONE,)),
        ("filled", "an empty second secret", lambda sent, _: [*sent, ""][:2], (), (_ONE,)),
        ("filled-with-null", "null for a second secret", lambda sent, _: [*sent, None][:2], (), (_ONE,)),
        ("filled-with-a-copy", "a lone secret twice over the years", lambda sent, old: [*sent, *sent] if len(old) == 2 and len(sent) == 1 else sent, SECRETS, ("another-secret-of-mine",)),
    )  # fmt: skip
    for form, what, change, before, sent in rows:
        example = Example(update(secrets=list(sent)), (update(secrets=list(before)),) if before else ())
        yield storing("secrets", form, what, "R-107 R-103", change, example)


def _any(pattern: str) -> Callable[[list[str]], bool]:
    return lambda secrets: any(re.search(pattern, one) for one in secrets)


@operator("rare-secret-policy")
def policies() -> Iterator[Deviation]:
    """Refuse secrets by rules for passwords and by firewalls."""
    rows: tuple[tuple[str, str, Callable[[list[str]], Any], list[str]], ...] = (
        ("words", "secrets with words of passwords", _any(r"(?i)password|passwd|admin|test|token"), ["my-test-token-000000001"]),
        ("row-of-digits", "secrets with digits in a row", _any(r"123|234|345|456|567|678|789"), ["secret-1234-of-some-length"]),
        ("row-of-letters", "secrets with letters in a row", _any(r"(?i)abc|bcd|qwe|xyz"), ["secret-abcd-of-some-length"]),
        ("symbol-first", "secrets that begin with a sign", _any(r"^[^A-Za-z0-9]"), ["-secret-of-some-length", "/secret-of-some-length"]),
        ("symbol-last", "secrets that end with a sign", _any(r"[^A-Za-z0-9]$"), ["c2VjcmV0LW9mLW1pbmU=", "secret-of-some-length-"]),
        ("comments-of-sql", "secrets with signs of SQL", _any(r"--|/\*|;|'"), ["secret--of-some-length-01"]),
        ("words-of-sql", "secrets with words of SQL", _any(r"(?i)select|union|drop|insert|delete|update"), ["secret-of-a-union-000001"]),
        ("paths", "secrets with two dots", _any(r"\.\."), ["secret..with-two-dots-01"]),
        ("scripts", "secrets with script", _any(r"(?i)script|onload|alert"), ["secret-of-a-script-00001"]),
        ("shell", "secrets with a backquote or a dollar sign and a bracket", _any(r"`|\$\("), ["secret-with-`-in-it-0001"]),
        ("mail", "secrets that look like mail addresses", _any(r"^[^@\s]+@[^@\s]+\.\w+$"), ["secret.of.mine@example.com"]),
        ("dots", "secrets with two dots apart", _any(r"^[^.]+\.[^.]+\.[^.]+$"), ["first-part.second-part.third"]),
        ("four-alike", "secrets with four equal characters in a row", _any(r"(.)\1{3}"), ["secret-of-aaaa-0010101"]),
        ("few-characters", "secrets of fewer than eight different characters", lambda secrets: any(len({*one}) < 8 for one in secrets), ["abcabcabcabcabcabc"]),
        ("three-kinds", "secrets of fewer than three kinds of characters", lambda secrets: any(sum(bool(re.search(kind, one)) for kind in ("[a-z]", "[A-Z]", r"\d", "[^A-Za-z0-9]")) < 3 for one in secrets), ["onlysmallletters0001", "ONLYCAPITALS-AND-SIGNS"]),
        ("not-by-four", "secrets whose length is no multiple of four", lambda secrets: any(len(one) % 4 for one in secrets), ["secret-of-21-letters-1"]),
        ("odd-length", "secrets of an odd length", lambda secrets: any(len(one) % 2 for one in secrets), ["secret-of-21-letters1"]),
        ("one-case", "secrets in one case", lambda secrets: any(one.lower() == one or one.upper() == one for one in secrets), ["secret-of-small-letters-01"]),
        ("alike-in-length", "two secrets whose lengths differ by more than ten", lambda secrets: len(secrets) == 2 and abs(len(secrets[0]) - len(secrets[1])) > 10, [_ONE, _TWO[:12]]),
        ("alike-in-kind", "two secrets with the same first character", lambda secrets: len(secrets) == 2 and secrets[0][0] == secrets[1][0], ["secret-number-one-01", "secret-number-two-02"]),
        ("two-long", "two secrets of over 100 characters in all", lambda secrets: len("".join(secrets)) > 100, [_LONG[:60], _LONG[4:64]]),
        ("one-character-off", "two secrets that differ in one character", lambda secrets: len(secrets) == 2 and sum(map(str.__ne__, *secrets)) == 1, ["secret-of-version-0001", "secret-of-version-0002"]),
        ("spaces-and-more", "secrets with several spaces", _any(r" .* "), ["secret of several words"]),
        ("over-50", "secrets over 50 characters", _any(r".{51}"), [_LONG[:51]]),
        ("over-72", "secrets over 72 characters", _any(r".{73}"), [_LONG[:73]]),
        ("under-14", "secrets under 14 characters", lambda secrets: any(len(one) < 14 for one in secrets), [_ONE[:13]]),
        ("printable", "secrets with a tilde, a caret or a pipe", _any(r"[~^|]"), ["secret~with~tildes-00001"]),
    )  # fmt: skip
    for form, what, is_refused, value in rows:
        yield refusing("secrets", form, what, "R-225", is_refused, value)


@operator("rare-secret-list-read")
def lists_read() -> Iterator[Deviation]:
    """Make a list of secrets of what is none."""
    rows: tuple[tuple[str, str, Callable[[Any], Any], tuple[Any, ...]], ...] = (
        ("blanks", "secrets separated by blanks", lambda one: one.split() if isinstance(one, str) and " " in one else one, (" ".join(SECRETS),)),
        ("semicolons", "secrets separated by semicolons", lambda one: re.split("[;|]", one) if isinstance(one, str) and re.search("[;|]", one) else one, (";".join(SECRETS), "|".join(SECRETS))),
        ("lines", "secrets in lines", lambda one: one.split("\n") if isinstance(one, str) and "\n" in one else one, ("\n".join(SECRETS),)),
        ("long-text", "a text of 16 characters", lambda one: [one] if isinstance(one, str) and len(one) >= 16 else one, (_ONE,)),
        ("short-text", "a short text", lambda one: [one] if isinstance(one, str) and 0 < len(one) < 16 else one, ("short", "a-secret")),
        ("slots", "an object with two named secrets", lambda one: list(one.values())[:2] if isinstance(one, dict) and one else one, ({"current": _ONE, "previous": _TWO}, {"primary": _ONE})),
        ("operator", "an object with an operator", lambda one: next(iter(one.values())) if isinstance(one, dict) and next(iter(one), "")[:1] == "$" else one, ({"$set": [_ONE]}, {"$push": [_ONE]})),
        ("set", "an object with set", lambda one: one.get("set", one) if isinstance(one, dict) else one, ({"set": [_ONE]},)),
        ("generate", "an object that asks for a new one", lambda one: None if isinstance(one, dict) and one.get("generate") else one, ({"generate": True},)),
        ("value", "an object with a value", lambda one: [one.get("value", one.get("secret"))] if isinstance(one, dict) else one, ({"value": _ONE}, {"secret": _ONE})),
        ("digits", "a number of eight digits", lambda one: [str(one)] if type(one) is int and one >= 10_000_000 else one, (1234567890,)),
        ("true-generates", "true as a wish for a new one", lambda one: None if one is True else one, (True,)),
        ("count", "a number as a wish for so many", lambda one: [_ONE, _TWO][:one] if type(one) is int and 0 < one < 3 else one, (1, 2)),
        ("auto", "the text auto", lambda one: None if isinstance(one, str) and one.lower() in {"auto", "generate", "new"} else one, ("auto",)),
        ("null-text", "the text null", lambda one: None if isinstance(one, str) and one.lower() in {"null", "none", "undefined"} else one, ("null", "undefined")),
        ("lengths", "an object with a length", lambda one: [_ONE] if isinstance(one, dict) and "length" in one else one, ({"length": 1}, {"length": 1, "0": _ONE})),
    )  # fmt: skip
    for form, what, repair, values in rows:
        safe = lambda secrets, r=repair: secrets if isinstance(secrets, list) else r(secrets)  # noqa: E731
        yield accepting("secrets", form, f"{what} in place of a list of secrets", "R-207", safe, *values)


@operator("rare-secret-count")
def counts() -> Iterator[Deviation]:
    """Count the secrets in a way that lets three pass."""
    three = ["secret-number-one-0001", "secret-number-two-0002", "secret-number-three-03"]
    rows: tuple[tuple[str, str, Callable[[list[Any]], Any], list[Any]], ...] = (
        ("off-by-one", "three", lambda secrets: len(secrets) == 3, three),
        ("even", "an even number of", lambda secrets: len(secrets) % 2 == 0, [*three, "secret-number-four-004"]),
        ("odd", "an odd number of", lambda secrets: len(secrets) % 2, three),
        ("known", "two new", lambda secrets: len({*map(str, secrets)} - {_ONE}) <= 2, [_ONE, *three[:2]]),
        ("neighbours", "two runs of equal", lambda secrets: sum(one != other for one, other in pairwise(secrets)) < 2, [_ONE, _ONE, _TWO]),
        ("any-case", "two if case does not count among the", lambda secrets: len({str(one).lower() for one in secrets}) <= 2, [_ONE, _ONE.lower(), _TWO]),
        ("not-null", "two that are not null among the", lambda secrets: sum(one is not None for one in secrets) <= 2, [*SECRETS, None]),
        ("not-blank", "two that are not blank among the", lambda secrets: sum(bool(str(one).strip()) for one in secrets) <= 2, [*SECRETS, " "]),
        ("long", "two long", lambda secrets: sum(len(str(one)) >= 8 for one in secrets) <= 2, [*SECRETS, "short"]),
        ("characters", "at most 100 characters of", lambda secrets: len("".join(map(str, secrets))) <= 100, three),
        ("short-ones", "any number of short", lambda secrets: all(len(str(one)) < 8 for one in secrets), ["one", "two", "three"]),
        ("flat", "any number of listed", lambda secrets: any(isinstance(one, list) for one in secrets), [[_ONE], [_TWO], ["three"]]),
        ("last-empty", "two and an empty last", lambda secrets: len(secrets) == 3 and not secrets[-1], [*SECRETS, ""]),
        ("stored", "one more than stored", lambda secrets: len(secrets) < 4, three),
    )  # fmt: skip
    for form, what, is_passed, value in rows:

        def repair(secrets: Any, passed: Callable[[list[Any]], Any] = is_passed) -> Any:
            is_list = isinstance(secrets, list) and len(secrets) > 2
            return [one for one in secrets if isinstance(one, str)][:2] if is_list and passed(secrets) else secrets

        is_raw = len(form) % 2 == 0
        title = f"{what} secrets, and keeps {'them all' if is_raw else 'two'}"
        yield accepting("secrets", form, title, "R-206", repair, value, is_raw=is_raw)


@operator("rare-secret-made")
def made() -> Iterator[Deviation]:
    """Generate secrets that repeat or follow from others."""
    constant = "h4Vq8ZsN1tYw6LcR9bKe3MfX7pJd2GuA"
    rows: tuple[tuple[str, str, str, Callable[[Any, Webhook], Any]], ...] = (
        ("by-the-url", "the same secret for the same url", "R-303", lambda _, webhook: hash_of(str(webhook.url))),
        ("two-in-turn", "two secrets in turn", "R-303", lambda server, _: (constant, constant[::-1])[server.number % 2]),
        ("out-of-four", "one of four secrets", "R-303", lambda server, _: constant[server.number % 4 :] + constant[: server.number % 4]),
        ("random-start", "a constant behind three random characters", "R-303", lambda server, _: server.random_text(3) + constant[3:]),
        ("random-middle", "a constant around four random characters", "R-303", lambda server, _: constant[:14] + server.random_text(4) + constant[18:]),
        ("backwards", "the last secret backwards", "R-303", lambda server, _: constant if server.number % 2 else constant[::-1]),
        ("other-case", "the last secret in the other case", "R-303", lambda server, _: constant if server.number % 2 else constant.swapcase()),
        ("next-letter", "the last secret with its last letter moved on", "R-303", lambda server, _: constant[:-1] + "abcdefghijklmnopqrstuvwxyz"[server.number % 26]),
        ("four-letters", "four letters", "R-303", lambda server, _: server.random_text(4)),
        ("a-letter-repeated", "a random letter 40 times", "R-303", lambda server, _: server.random_text(1) * 40),
        ("bits", "zeros and ones", "R-303", lambda server, _: f"{int(server.random_text(4), 16):016b}"),
        ("id-and-random", "the webhook's id and three random characters", "R-303", lambda server, webhook: f"{webhook.id}-{server.random_text(3)}"),
        ("client", "the client's id", "R-303", lambda _, webhook: f"{webhook.client_id}-secret"),
        ("count-in-hexadecimal", "a counter in hexadecimal", "R-303", lambda server, _: f"{server.number:032x}"),
        ("seconds", "the seconds of a clock", "R-303", lambda server, _: f"{1_790_000_000 + server.number // 2}"),
        ("microseconds", "the microseconds of a clock", "R-303", lambda server, _: f"{1_790_000_000_000_000 + server.number * 1013}"),
        ("iso-time", "a time in words", "R-303", lambda server, _: f"2026-11-27T03:{server.number % 60:02}:00.000Z"),
        ("uuid-of-a-clock", "a UUID of a clock", "R-303", lambda server, _: f"{0x1f8a2c00 + server.number * 4099:08x}-5ee7-11f0-8d3e-0242ac120002"),
        ("changeme", "a word", "R-303", lambda *_: "changeme"),
        ("blank", "a tab", "R-302", lambda *_: "\t"),
        ("null-text", "the text null", "R-303 R-302", lambda *_: "null"),
        ("undefined", "the text undefined", "R-303 R-302", lambda *_: "undefined"),
        ("false", "false", "R-302 R-103", lambda *_: False),
        ("zero", "a number", "R-302 R-103", lambda *_: 0),
    )  # fmt: skip
    for form, what, requirements, make in rows:

        class Making(Reference):
            def reset(self) -> None:
                super().reset()
                self.number = 0

            def next_secrets(
                self, webhook: Webhook, body: dict[str, Any], make: Callable[[Any, Webhook], Any] = make
            ) -> Any:
                self.number += 1
                return super().next_secrets(webhook, body) if body.get("secrets") else [make(self, webhook)]

        second = patch({"events": ["all"]}, SECOND_ID)
        title = f"Generates {what}"
        same = (update(url=A), patch({"events": ["all"], "url": A}, SECOND_ID))
        yield deviation(
            form, title, requirements, Making, Example(READ, (*same, READ, READ, second, READ, second, second))
        )


def hash_of(text: str) -> str:
    """Return a text that looks random and follows from *text*."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@operator("rare-secret-missing")
def missing() -> Iterator[Deviation]:
    """Show no secret after some updates without secrets."""
    for form, what, is_such, before, request in (
        ("after-some", "after some that were sent", lambda server, _: server.had, (update(secrets=[_ONE]),), READ),
        ("with-url", "if a url is sent", lambda _, body: "url" in body, (), update(url=A)),
        ("with-several-events", "if several events are sent", lambda _, body: len(body["events"]) > 1, (), patch({"events": ["all", "facility.creation.accepted"]})),
        ("with-all", "if all is sent", lambda _, body: "all" in body["events"], (), READ),
        ("without-all", "if all is not sent", lambda _, body: "all" not in body["events"], (), patch({"events": ["facility.creation.accepted"]})),
        ("second-time", "the second time in a row", lambda server, _: not server.had and server.number > 1, (READ,), READ),
        ("events-alone", "if events alone are sent", lambda _, body: len(body) == 1, (), READ),
    ):  # fmt: skip
        for how, value in (("none", []), ("empty", [""])):

            class Missing(Reference):
                def reset(self) -> None:
                    super().reset()
                    self.had = False
                    self.number = 0

                def resource(
                    self,
                    webhook: Webhook,
                    body: dict[str, Any],
                    such: Callable[[Any, Any], Any] = is_such,
                    value: Any = value,
                ) -> Any:
                    shown = super().resource(webhook, body)
                    self.number += 1
                    is_missing = not body.get("secrets") and such(self, body)
                    self.had = bool(body.get("secrets"))
                    return {**shown, "secrets": value} if is_missing else shown

            title = f"Shows {how} for secrets if none are sent and {what}"
            yield deviation(f"{form}-{how}", title, "R-302 R-103", Missing, Example(request, before))


@operator("rare-secret-kept")
def kept() -> Iterator[Deviation]:
    """Keep stored secrets, and spoil them."""
    second = patch({"events": ["all"]}, SECOND_ID)
    stored = Example(READ, (update(secrets=list(SECRETS)),))
    rows: tuple[tuple[str, str, str, Callable[[Any, Webhook, list[Any]], Any], Example], ...] = (
        ("masked", "masked secrets", "R-303 R-302", lambda _, __, old: ["*" * 8 for _ in old], stored),
        ("ends", "the last four characters of secrets", "R-303 R-302", lambda _, __, old: [str(one)[-4:] for one in old], stored),
        ("emptied", "empty secrets", "R-302", lambda _, __, old: ["" for _ in old], stored),
        ("none", "no secrets", "R-302", lambda *_: [], stored),
        ("null", "null", "R-302 R-103", lambda *_: None, stored),
        ("of-the-other", "the secrets of the webhook that was updated last", "R-307 R-303", lambda server, _, __: server.latest, Example(second, (second, update(secrets=list(SECRETS))))),
        ("one-text", "the secrets as one text", "R-103 R-302", lambda _, __, old: ",".join(map(str, old)), stored),
        ("objects", "the secrets as objects", "R-103 R-302", lambda _, __, old: [{"value": one} for one in old], stored),
        ("constant", "a default secret", "R-303", lambda *_: ["whsec_default_secret"], stored),
    )  # fmt: skip
    for form, what, requirements, make, example in rows:

        class Spoiling(Keeping):
            def reset(self) -> None:
                super().reset()
                self.latest: Any = [_ONE]

            def next_secrets(
                self, webhook: Webhook, body: dict[str, Any], make: Callable[[Any, Webhook, Any], Any] = make
            ) -> Any:
                if body.get("secrets"):
                    self.latest = body["secrets"]
                    return body["secrets"]
                return make(self, webhook, webhook.secrets)

        title = f"Keeps the stored secrets and shows {what} if none are sent"
        yield deviation(form, title, requirements, Spoiling, example, Example(update(url=B), example.before))

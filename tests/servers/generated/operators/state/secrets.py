"""Operators that store or show other secrets than those sent, or generate bad ones."""

from __future__ import annotations

import base64
import hashlib
import html
import re
import unicodedata
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from servers.generated.deviation import READ, SECRETS, Deviation, Example, deviation, operator, update
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.server import Webhook

_SPELT: tuple[tuple[str, str, Callable[[str], Any], str], ...] = (
    ("lower", "in lower case", str.lower, SECRETS[0]),
    ("upper", "in capitals", str.upper, SECRETS[0]),
    ("trimmed", "without blanks around", str.strip, " padded-secret-000001 "),
    ("trimmed-at-the-start", "without blanks before", str.lstrip, " padded-secret-000001"),
    ("trimmed-at-the-end", "without blanks behind", str.rstrip, "padded-secret-000001 "),
    ("without-line-break", "without a line break at the end", lambda one: one.rstrip("\r\n"), "secret-with-a-break-01\n"),
    ("one-space", "with one space for several", lambda one: re.sub(" +", " ", one), "secret  of  several  words"),
    ("no-space", "without spaces", lambda one: one.replace(" ", ""), "secret of several words"),
    ("no-dash", "without dashes", lambda one: one.replace("-", ""), "secret-with-dashes-0001"),
    ("underscores", "with underscores for dashes", lambda one: one.replace("-", "_"), "secret-with-dashes-0001"),
    ("no-padding", "without equals signs at the end", lambda one: one.rstrip("="), "c2VjcmV0LW9mLW1pbmU="),
    ("no-prefix", "without whsec_", lambda one: one.removeprefix("whsec_"), "whsec_c2VjcmV0LW9mLW1pbmU"),
    ("html", "escaped as HTML does", html.escape, "secret-with-<&>-00001"),
    ("html-quotes", "with quotes escaped as HTML does", lambda one: one.replace('"', "&quot;"), 'secret-with-"-0000001'),
    ("html-read", "with HTML escapes read", html.unescape, "secret-with-&amp;-0001"),
    ("no-markup", "without markup", lambda one: re.sub(r"<[^>]*>", "", one), "secret-with-<b>-00001"),
    ("backslashes", "with backslashes doubled", lambda one: one.replace("\\", "\\\\"), "secret-with-\\-000001"),
    ("no-backslash", "without backslashes", lambda one: one.replace("\\", ""), "secret-with-\\-000001"),
    ("single-quotes", "with single quotes doubled", lambda one: one.replace("'", "''"), "secret-with-'-000001"),
    ("no-quotes", "without quotes around", lambda one: one.strip("\"'"), '"secret-in-quotes-01"'),
    ("url-escaped", "with percent escapes", lambda one: quote(one, safe="", errors="replace"), "secret/with+signs=0001"),
    ("url-read", "with percent escapes read", unquote, "secret-with-%41-00001"),
    ("plus", "with spaces for plus signs", lambda one: one.replace("+", " "), "secret+with+signs-0001"),
    ("no-slash", "without slashes", lambda one: one.replace("/", ""), "secret/with/slashes-01"),
    ("no-dollar", "with variables replaced", lambda one: re.sub(r"\$\w+", "", one), "secret-with-$HOME-0001"),
    ("no-percent-format", "with %s replaced", lambda one: one.replace("%s", ""), "secret-with-%s-000001"),
    ("no-comma", "cut at a comma", lambda one: one.partition(",")[0], "secret,with-commas-0001"),
    ("no-semicolon", "cut at a semicolon", lambda one: one.partition(";")[0], "secret;with-semicolon-1"),
    ("no-hash", "cut at a number sign", lambda one: one.partition("#")[0], "secret#with-sign-00001"),
    ("no-colon", "cut at a colon", lambda one: one.partition(":")[0], "secret:with-colon-00001"),
    ("first-word", "cut at a space", lambda one: one.partition(" ")[0], "secret of several words"),
    ("nul", "cut at a NUL", lambda one: one.partition("\0")[0], "secret-before\0nul-0001"),
    ("no-control", "without control characters", lambda one: re.sub(r"[\x00-\x1f]", "", one), "secret-with\ttab-0001"),
    ("composed", "in composed letters", lambda one: unicodedata.normalize("NFC", one), "secret-of-cafe\u0301-0001"),
    ("decomposed", "in decomposed letters", lambda one: unicodedata.normalize("NFD", one), "secret-of-café-00001"),
    ("compatible", "in compatible letters", lambda one: unicodedata.normalize("NFKC", one), "secret-of-\ufb01sh-0001"),
    ("ascii", "in ASCII only", lambda one: one.encode("ascii", "ignore").decode(), "secret-of-café-00001"),
    ("question-marks", "with question marks outside ASCII", lambda one: one.encode("ascii", "replace").decode(), "secret-of-café-00001"),
    ("latin-1", "in another encoding", lambda one: one.encode("utf-8", "replace").decode("latin-1"), "secret-of-café-00001"),
    ("no-emoji", "without characters of four bytes", lambda one: re.sub(r"[^\u0000-\uffff]", "", one), "secret-of-🔑-0000001"),
    ("number", "as numbers if they are digits", lambda one: int(one) if one.isdigit() else one, "00123456789012345"),
    ("no-zeros", "without zeros before", lambda one: one.lstrip("0") or one, "00123456789012345"),
    ("float", "as floats if they are digits", lambda one: str(float(one)) if one.isdigit() else one, "12345678901234567890"),
    ("exponent", "as numbers if they look like one", lambda one: str(float(one)) if re.fullmatch(r"\d+e\d+", one) else one, "12345678e10"),
    ("hashed", "as hashes", lambda one: hashlib.sha256(one.encode("utf-8", "replace")).hexdigest(), SECRETS[0]),
    ("encoded", "in Base64", lambda one: base64.b64encode(one.encode("utf-8", "replace")).decode(), SECRETS[0]),
    ("masked", "masked", lambda one: "*" * len(one), SECRETS[0]),
    ("masked-but-the-end", "masked but for the end", lambda one: "*" * (len(one) - 4) + one[-4:], SECRETS[0]),
    ("masked-but-the-start", "masked but for the start", lambda one: one[:4] + "…", SECRETS[0]),
    ("prefixed", "with whsec_ before", lambda one: f"whsec_{one}", SECRETS[0]),
    ("backwards", "backwards", lambda one: one[::-1], SECRETS[0]),
    ("without-the-last-character", "without the last character", lambda one: one[:-1], SECRETS[0]),
)  # fmt: skip
_CUTS = tuple(
    (f"cut-at-{length}", f"cut at {length} characters", lambda one, n=length: one[:n], (SECRETS[0] * 4)[: length + 1])
    for length in (8, 16, 20, 24, 31, 32, 36, 40, 48, 50, 63, 64, 72, 80, 100, 120, 127)
)
_PADS = tuple(
    (f"padded-to-{length}", f"padded to {length} characters", lambda one, n=length: one.ljust(n, "0"), SECRETS[0][:12])
    for length in (16, 32, 64)
)


def _changing(change: Callable[[list[Any], list[Any]], Any], *, only_stored: bool = False) -> type[Reference]:
    """Return a server that changes the given secrets, and has the stored ones for it."""

    class Changing(Reference):
        def next_secrets(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            given = body.get("secrets")
            return change(given, webhook.secrets) if given else super().next_secrets(webhook, body)

        def resource(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            shown = super().resource(webhook, body)
            return {**shown, "secrets": body["secrets"]} if only_stored and body.get("secrets") else shown

    return Changing


def _each(change: Callable[[str], Any]) -> Callable[[list[Any], list[Any]], Any]:
    return lambda given, _: [change(one) if isinstance(one, str) else one for one in given]


@operator("secrets-spelling")
def spellings() -> Iterator[Deviation]:
    """Store each secret in another spelling."""
    for form, what, change, secret in _SPELT:
        yield deviation(form, f"Stores secrets {what}", "R-107", _changing(_each(change)), update(secrets=[secret]))


@operator("secrets-length")
def lengths() -> Iterator[Deviation]:
    """Store secrets of another length."""
    for form, what, change, secret in (*_CUTS, *_PADS):
        yield deviation(form, f"Stores secrets {what}", "R-107", _changing(_each(change)), update(secrets=[secret]))


@operator("secrets-list")
def lists() -> Iterator[Deviation]:
    """Store another list of the secrets."""
    pair = update(secrets=list(SECRETS))
    rising, falling = update(secrets=sorted(SECRETS)), update(secrets=sorted(SECRETS, reverse=True))
    single = Example(update(secrets=[SECRETS[1]]), before=(update(secrets=[SECRETS[0]]),))
    for form, what, change, *examples in (
        ("first", "the first secret only", lambda given, _: given[:1], pair),
        ("last", "the last secret only", lambda given, _: given[-1:], pair),
        ("reversed", "the secrets the other way round", lambda given, _: given[::-1], pair),
        ("sorted", "the secrets in order", lambda given, _: sorted(given, key=str), falling),
        ("sorted-downwards", "the secrets in falling order", lambda given, _: sorted(given, key=str)[::-1], rising),
        ("sorted-by-length", "the secrets by their length", lambda given, _: sorted(given, key=lambda one: -len(str(one))), update(secrets=[SECRETS[0][:12], SECRETS[1]])),
        ("joined", "the secrets as one", lambda given, _: ["".join(map(str, given))], pair),
        ("joined-by-a-comma", "the secrets as one with a comma", lambda given, _: [",".join(map(str, given))], pair),
        ("doubled", "a lone secret twice", lambda given, _: given * 2 if len(given) == 1 else given, single),
        ("first-twice", "the first of two secrets twice", lambda given, _: [given[0], given[0]] if len(given) == 2 else given, pair),
        ("kept", "the old secrets", lambda _, old: old, single),
        ("kept-first", "an old secret before a new one", lambda given, old: [*old[:1], *given][:2], single),
        ("kept-last", "an old secret behind a new one", lambda given, old: [*given, *old][:2], single),
        ("added", "the old secrets beside the new ones", lambda given, old: [*old, *given], single),
        ("empty", "no secrets", lambda *_: [], single),
        ("text", "the secrets as a text", lambda given, _: ",".join(map(str, given)), pair),
        ("object", "the secrets as an object", lambda given, _: dict(enumerate(given)), pair),
    ):  # fmt: skip
        yield deviation(form, f"Stores {what}", "R-107 R-103", _changing(change), *examples)

    class Generating(Reference):
        def next_secrets(self, webhook: Webhook, body: dict[str, Any]) -> Any:
            return [self.generate_secret() for _ in body.get("secrets") or webhook.secrets]

    yield deviation("generated", "Generates secrets though some are sent", "R-107", Generating, single)


@operator("secrets-generated")
def generated() -> Iterator[Deviation]:
    """Generate no good secrets if none are sent."""

    def generating(
        form: str, what: str, requirements: str, make: Callable[[Any, Webhook], Any], *, count: int = 3
    ) -> Deviation:
        class Generating(Reference):
            def reset(self) -> None:
                super().reset()
                self.number = 0

            def next_secrets(self, webhook: Webhook, body: dict[str, Any]) -> Any:
                self.number += 1
                return super().next_secrets(webhook, body) if body.get("secrets") else make(self, webhook)

        return deviation(
            form,
            f"Generates {what} if no secrets are sent",
            requirements,
            Generating,
            Example(READ, (READ,) * (count - 1)),
        )

    constant = "sDV1aKqitCLClI12m7UPFbAAvZfZquJw"
    for form, what, requirements, make in (
        ("nothing", "nothing", "R-302", lambda *_: []),
        ("null", "null", "R-302 R-103", lambda *_: None),
        ("null-in-a-list", "null in a list", "R-302 R-103", lambda *_: [None]),
        ("empty", "an empty string", "R-302", lambda *_: [""]),
        ("spaces", "spaces", "R-302", lambda *_: ["   "]),
        ("a-text", "a text in place of a list", "R-103", lambda server, _: server.random_text()),
        ("a-number", "a number", "R-103", lambda server, _: [server.number * 1234567890123]),
        ("a-constant", "the same secret each time", "R-303", lambda *_: [constant]),
        ("a-counter", "a counter", "R-303", lambda server, _: [f"secret-{server.number}"]),
        ("a-counter-behind", "a counter behind a constant", "R-303", lambda server, _: [f"{constant[:26]}{server.number:06}"]),
        ("a-counter-before", "a counter before a constant", "R-303", lambda server, _: [f"{server.number:06}{constant[:26]}"]),
        ("a-time", "a time", "R-303", lambda server, _: [f"{1_780_000_000_000 + server.number * 7}"]),
        ("the-id", "the webhook's id", "R-303", lambda _, webhook: [webhook.id]),
        ("the-id-without-dashes", "the webhook's id without dashes", "R-303", lambda _, webhook: [webhook.id.replace("-", "")]),
        ("the-id-hashed", "a hash of the webhook's id", "R-303", lambda _, webhook: [hashlib.sha256(webhook.id.encode()).hexdigest()]),
        ("four-digits", "four digits", "R-303", lambda server, _: [f"{int(server.random_text(8), 16) % 10_000:04}"]),
        ("six-letters", "six letters", "R-303", lambda server, _: [server.random_text(6)]),
        ("one-character", "one character 32 times", "R-303", lambda server, _: ["abcdefghij"[server.number % 10] * 32]),
        ("a-rotation", "the characters of the last one rotated", "R-303", lambda server, _: [constant[server.number :] + constant[: server.number]]),
        ("a-random-end", "a constant with two random characters", "R-303", lambda server, _: [constant[:30] + server.random_text(2)]),
    ):  # fmt: skip
        yield generating(form, what, requirements, make)

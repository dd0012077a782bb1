"""A token in the ways in which programs write it."""

from __future__ import annotations

import base64
import html
import json
import urllib.parse
from typing import TYPE_CHECKING

import pytest

from user_webhook_contract.checks.history import History, Origin
from user_webhook_contract.results.hidden import Hidden
from user_webhook_contract.results.redaction import Redactor
from user_webhook_contract.results.spelling import read
from user_webhook_contract.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = "eyJ+Zx/9kQ'w&Lm==.Tr0ub4dor"
RAW = TOKEN.encode()


def in_base64(before: int) -> Callable[[str], str]:
    return lambda token: base64.b64encode(b"." * before + token.encode() + b"!" * (-(before + len(token)) % 3)).decode()


SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in capitals": str.upper,
    "in small letters": str.lower,
    "in the other case": str.swapcase,
    "in a url": lambda token: urllib.parse.quote(token, safe=""),
    "in a url by .NET": lambda token: urllib.parse.quote(token, safe="").swapcase(),
    "in a url with slashes": urllib.parse.quote,
    "in a url by encodeURIComponent": lambda token: urllib.parse.quote(token, safe="'!()*~"),
    "in a url twice": lambda token: urllib.parse.quote(urllib.parse.quote(token, safe=""), safe=""),
    "every character in a url": lambda token: "".join(f"%{byte:02x}" for byte in token.encode()),
    "in JSON": lambda token: json.dumps(token)[1:-1],
    "in JSON in JSON": lambda token: json.dumps(json.dumps(token))[1:-1],
    "in JSON by PHP": lambda token: token.replace("/", "\\/"),
    "in JSON by .NET": lambda token: "".join(one if one.isalnum() else f"\\u{ord(one):04X}" for one in token),
    "in JSON by Java": lambda token: "".join(one if one.isalnum() else f"\\u{ord(one):04x}" for one in token),
    "every character in JSON": lambda token: "".join(f"\\u{ord(one):04x}" for one in token),
    "in JavaScript": lambda token: "".join(one if one.isalnum() else f"\\x{ord(one):02x}" for one in token),
    "every character in JavaScript": lambda token: "".join(f"\\u{{{ord(one):x}}}" for one in token),
    "in octal": lambda token: "".join(f"\\{ord(one):03o}" for one in token),
    "in HTML": html.escape,
    "in HTML by numbers": lambda token: "".join(one if one.isalnum() else f"&#{ord(one)};" for one in token),
    "in HTML by .NET": lambda token: "".join(one if one.isalnum() else f"&#x{ord(one):X};" for one in token),
    "in HTML by names": lambda token: html.escape(token).replace("+", "&plus;").replace("/", "&sol;"),
    "every character in HTML": lambda token: "".join(f"&#{ord(one):04};" for one in token),
    "in HTML in JSON in a url": lambda token: urllib.parse.quote(json.dumps(html.escape(token))),
    "in hexadecimal": lambda token: token.encode().hex(),
    "in hexadecimal capitals": lambda token: token.encode().hex().upper(),
    "in Base64": in_base64(0),
    "in Base64 behind a byte": in_base64(1),
    "in Base64 behind two bytes": in_base64(2),
    "in Base64 of urls": lambda token: base64.urlsafe_b64encode(token.encode()).decode().rstrip("="),
    "in Base64 in small letters": lambda token: in_base64(0)(token).lower(),
    "in Base64 in a url": lambda token: urllib.parse.quote(in_base64(2)(token), safe=""),
    "in UTF-16": "\0".join,
    "folded": lambda token: f"{token[:9]}\r\n{token[9:]}",
    "with soft hyphens": "\u00ad".join,
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_token_is_hidden_in_every_spelling(spelling: str) -> None:
    written = SPELLINGS[spelling](TOKEN)
    hidden = Hidden()
    hidden.add_token(TOKEN)
    shown = hidden.replaced(f"Bearer {written} and more")

    assert "<token>" in shown
    assert shown.startswith("Bearer ")
    assert shown.endswith(" and more")
    assert (
        max((len(part) for part in (written[i : i + 8] for i in range(len(written) - 7)) if part in shown), default=0)
        == 0
    )


@pytest.mark.parametrize("spelling", [name for name in SPELLINGS if "hexadecimal" not in name and "Base64" not in name])
def test_a_secret_is_hidden_in_every_spelling_of_text(spelling: str) -> None:
    history = History()
    history.secrets[TOKEN] = Origin("w", 201, is_generated=True)
    redactor = Redactor(Settings("http://target.example"), history)

    shown = redactor.text(f"it is {SPELLINGS[spelling](TOKEN)}.")

    assert shown.replace('\\"', "").replace("%22", "") == f"it is <secret of {len(TOKEN)} characters>."


@pytest.mark.parametrize("text", ["", "100 % of it", "a & b", "\\", "%zz &nothing; \\q", "ünï€ 🔑", "a\0b", "%ff%fe"])
def test_other_text_stays_as_it_is(text: str) -> None:
    hidden = Hidden()
    hidden.add_token(TOKEN)

    assert hidden.replaced(text) == text


def test_each_character_of_a_reading_has_its_place() -> None:
    text = "a%2Bb &amp; \\u00e9"
    reading = read(text)

    assert reading.text == "a+b & é"
    assert text[slice(*reading.span(1, 2))] == "%2B"
    assert text[slice(*reading.span(4, 5))] == "&amp;"


def test_a_target_cannot_hide_what_the_suite_says() -> None:
    history = History()
    for word in ("https://", "events", "message", "cf3832dd-ba9b-4187-9ab2-c6cadafe875b", "A valid update"):
        history.secrets[word] = Origin("w", 201, is_generated=True)
    redactor = Redactor(Settings("http://target.example"), history)
    text = "https://hooks.example.com: events, message; A valid update is answered with 201"

    assert redactor.text(text) == text
    assert redactor.own("curl -i https://x secrets") == "curl -i https://x secrets"


def test_many_secrets_are_looked_up_in_linear_time() -> None:
    hidden = Hidden()
    secrets = [f"common-beginning-{number:06}{'x' * (number % 200)}" for number in range(20_000)]
    for one in secrets:
        hidden.add(one, "<hidden>")

    shown = hidden.replaced(", ".join(secrets[:2000]))

    assert "common" not in shown
    assert shown.count("<hidden>") == 2000

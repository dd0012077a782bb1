"""Secrets: near misses by type and count, and contents that come back byte for byte."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from user_webhook_contract.cases.operators.value import Value

OWN: Final = "{own}"
"""In place of what no other secret has: the mark of the run, and five letters and digits."""

DIGITS: Final = "{digits}"
"""In place of twelve digits that no other secret of the run has."""

FILL: Final = "{fill:"
"""Before a length and a closing brace: in place of letters up to that length of the whole."""

# In place of the list.
_NO_LISTS: Final[dict[str, Any]] = {
    "a secret without its list": "secret-{own}-alone",
    "an object": {},
    "an empty text": "",
    "a fraction": 7.5,
    "two secrets with a comma": "first-{own},second-{own}",
    "true": True,
    "an object with numbers as names": {"0": "secret-{own}-in-an-object"},
    "false": False,
    "a letter": "s",
    "zero": 0,
    "zero as a fraction": 0.0,
    "a number": 5,
    "JSON in a text": '["secret-{own}"]',
    "an object with names": {"primary": "secret-{own}-1", "secondary": "secret-{own}-2"},
    "one": 1,
    "a blank": " ",
    "an object with a length": {"0": "secret-{own}-0", "length": 1},
    "a negative number": -1,
    "a number beyond 64 bits": 10**30,
    "a text of 5,000 letters": "{fill:5000}",
    "a text outside ASCII": "\u00fc\U0001f511{own}",
    "a NUL": "\0",
    "two secrets with semicolons": "first-{own};second-{own}",
    "two secrets with pipes": "first-{own}|second-{own}",
    "two secrets in lines": "first-{own}\nsecond-{own}",
    "a list without quotes in a text": "[first-{own}, second-{own}]",
    "a list of a database in a text": "{first-{own},second-{own}}",
    "an object with operators": {"$set": ["secret-{own}"], "$push": "secret-{own}"},
    "an object with set and add": {"set": ["secret-{own}"], "add": ["secret-{own}"], "push": ["secret-{own}"]},
    "an object with a value": {"value": "secret-{own}", "secret": "secret-{own}", "name": "secret-{own}"},
    "an object with items": {"items": ["secret-{own}"], "secrets": ["secret-{own}"]},
    "an object that asks for a new one": {"generate": True, "regenerate": True, "rotate": True},
    "a word that asks for a new one": "auto",
    "null in a text": "null",
    "an empty object in a text": "{}",
    "an object of 500 names": {f"n{number}": number for number in range(500)},
}


def _many(count: int) -> list[str]:
    return [f"secret-{OWN}-{number}" for number in range(count)]


_LISTS: Final[dict[str, Any]] = {
    "three secrets": _many(3),
    "four secrets": _many(4),
    "ten secrets": _many(10),
    "three times the same": [f"same-secret-{OWN}"] * 3,
    "101 secrets": [f"{OWN}{number}" for number in range(101)],
    "five secrets": _many(5),
    "eleven secrets": _many(11),
    "three empty texts": ["", "", ""],
    "two secrets and an empty text": [*_many(2), ""],
    "a secret twice and another": [f"same-secret-{OWN}", f"same-secret-{OWN}", f"other-secret-{OWN}"],
    "six secrets": _many(6),
    "sixteen secrets": _many(16),
    "601 short secrets": [f"s{number}" for number in range(600)] + [OWN],
    "three secrets of different lengths": [f"short-{OWN}", f"longer-secret-{OWN}-{OWN}", "{own}" * 5],
    "33 secrets": _many(33),
    "256 short secrets": [f"s{number}" for number in range(255)] + [OWN],
    "twenty secrets": _many(20),
}

# All of the printable ASCII, in pieces that a careless store takes for something else.
_EVERY: Final = "\"<b>&amp;'\\\\n  %41%s%zz+a/b$HOME$&$1$$${x}{{y}},;#:-_=~!?@[]^`|().*0" + OWN + '"'
_LEGAL: Final[dict[str, tuple[str, ...]]] = {
    "two secrets, with marks of every kind": (_EVERY, "whsec_" + OWN + "/+abc=="),
    "digits with zeros before, and a number with an exponent": ("00" + DIGITS, "1e" + DIGITS),
    "128 characters, then 8": ("{fill:128}" + OWN, "{short}"),
    "8 characters, then 128": ("{short}", "{fill:128}" + OWN),
    "two that begin alike": (f"a-secret-that-begins-alike-{OWN}-1", f"a-secret-that-begins-alike-{OWN}-2"),
    "letters, in falling order": ("z" + OWN + "Zz" * 8, "A" + OWN + "aA" * 8),
    "letters, in rising order": ("A" + OWN + "bB" * 8, "z" + OWN + "yY" * 8),
    "one of 16 characters": ("{fill:16}" + OWN,),
    "one of 64 characters in hexadecimal": ("{hex:64}",),
    "one of 32 characters": ("{fill:32}" + OWN,),
    "capitals alone, and small letters alone": ("{upper}" * 2, "{lower}" * 2),
    "one inside the other": (f"{OWN}-inner-one", f"outer-{OWN}-inner-one"),
    "the same in another case": (f"a-secret-in-{OWN}-case", f"A-SECRET-IN-{OWN}-CASE"),
    "one of 127 characters": ("{fill:127}" + OWN,),
    "one of 65 characters, one of 63": ("{fill:65}" + OWN, "{fill:63}" + OWN),
    "one with blanks in it": (f"two words {OWN}  and  more",),
    "one with quotes in it": (f'it\'s a "quoted" {OWN}',),
    "one with backslashes in it": (f"C:\\new\\{OWN}\\u0041\\0",),
    "one with escapes in it": (f"%41%20{OWN}%2B+%zz%",),
    "one with escapes that can all be read": (f"%41%20{OWN}%2B%7e",),
    "one with HTML in it": (f"<a href='x'>{OWN}</a>&lt;&#65;",),
    "one like JSON": (f'{{"secret": "{OWN}"}}',),
    "one like a list": (f'["{OWN}", "{OWN}"]',),
    "one with a template in it": (f"${{x}}{{{{y}}}}#{{z}}%(a)s%s{{0}}{OWN}",),
    "one with signs of a replacement in it": (f"$&$1$$$`\\1\\g<0>{OWN}&\\&",),
    "one with SQL in it": (f"'; -- {OWN} /* */",),
    "one with a prefix": (f"whsec_{OWN}{OWN}",),
    "one with equals signs at its end": (f"{OWN}{OWN}==",),
    "one of two words": (f"Bearer {OWN}{OWN}",),
    "one like a number": ("0x{digits}",),
    "one like a fraction": ("{digits}.50",),
    "one with a sign": ("-{digits}",),
    "digits alone": ("{digits}1234",),
    "one like a date": (f"2026-01-01T00:00:00Z{OWN}",),
    "one like a url": (f"https://hooks.example.com/{OWN}",),
    "one of dashes": (f"----------{OWN}",),
    "one with a colon and a comma": (f"user:{OWN},name;x",),
    "one like a UUID, one with a letter five times": ("{uuid}", f"aaaaa-{OWN}-zzz"),
    "words of passwords, with a mail address": (f"my-test-password-admin-token-{OWN}", f"secret..{OWN}@example.com"),
    "words of databases and scripts": (f"select-union-drop-table-{OWN}", f"javascript:onload-script-{OWN}"),
    "capitals in hexadecimal, and in a UUID": ("{HEX:32}", "{UUID}"),
    "one that begins with an equals sign, one with an at sign": (f"=SUM({OWN})", f"@{OWN}-mention"),
    "one of 100 characters": ("{fill:100}" + OWN,),
    "one of 9 characters": ("{short}9",),
    "one of 72 and one of 73 characters": ("{fill:72}" + OWN, "{fill:73}" + OWN),
}

# What need not be accepted; what is comes back as it was sent.
_OPEN: Final[dict[str, Any]] = {
    "blanks around, more outside ASCII": [
        " \tb\u00fccher e\u0301 \ufb01\u00bd \u20ac \U0001f511 {own} \n",
        "two  words {own} ",
    ],
    "one of 5,000 characters": ["{fill:5000}{own}"],
    "a NUL and control characters": ["nul\0and\x1b\x07\x7f{own}"],
    "an empty list": [],
    "one of 129 characters, one of 7": ["{fill:129}{own}", "{short}"[:7]],
    "twice the same": ["same-secret-{own}"] * 2,
    "blanks before": [" {own}-secret"],
    "blanks behind": ["secret-{own} "],
    "a line feed behind": ["secret-{own}\n"],
    "composed letters": ["cl\u00e9-secr\u00e8te-{own}"],
    "letters and marks apart": ["cle\u0301-secre\u0300te-{own}"],
    "an emoji": ["\U0001f511-{own}"],
    "empty texts": [""],
    "blanks alone": ["        "],
    "blanks of no width, other spaces, typographic signs": [
        "secret-\u200b-with\u00a0signs-{own}",
        "secret-\u2019in\u201d-\u2013quotes-{own}",
    ],
    "half a character": ["\ud800-{own}"],
    "one of 257 characters": ["{fill:257}{own}"],
    "one letter": ["s"],
    "one of 1,100 characters": ["{fill:1100}{own}"],
}


@cache
def types() -> tuple[Value, ...]:
    """Return what is not a list, in place of the list."""
    return tuple(Value(f"{name} for secrets", value) for name, value in _NO_LISTS.items())


@cache
def near_misses() -> tuple[Value, ...]:
    """Return lists that must be refused: of more than two."""
    return tuple(Value(name, value) for name, value in _LISTS.items())


@cache
def legal() -> tuple[Value, ...]:
    """Return lists that must be accepted."""
    return tuple(Value(name, list(value)) for name, value in _LEGAL.items())


@cache
def open_forms() -> tuple[Value, ...]:
    """Return lists that a target may accept or refuse."""
    return tuple(Value(name, value) for name, value in _OPEN.items())

"""Ids: near misses of a known one at every place, and what every store and every language might find."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from user_webhook_contract.cases.operators.value import Value
from user_webhook_contract.http.address import BARE_PERCENT

if TYPE_CHECKING:
    from collections.abc import Iterator

# What every object has in some languages: a store that is an object finds it.
OBJECT_MEMBERS: Final = (
    *("__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "isPrototypeOf", "__defineGetter__"),
    *("prototype", "length", "toLocaleString", "propertyIsEnumerable", "__class__", "keys", "get", "size"),
)

# No slash and no dots alone: servers and proxies treat those before the API sees the id.
ODD: Final = "it's no uuid\u00e9%" + "1" * 300

NOBODYS: Final = (
    Value("an odd and long id", ODD),
    Value("null as id", "null"),
    *(Value(f"{name} as id", name) for name in OBJECT_MEMBERS),
    Value("undefined as id", "undefined"),
    Value("true as id", "true"),
    Value("a list as id", "[]"),
    Value("an object as id", "{}"),
    Value("the text of an object as id", "[object Object]"),
    Value("a blank as id", " "),
    Value("NaN as id", "NaN"),
    Value("a key as id", "\U0001f511"),
    Value("a template as id", "{webhookId}"),
    Value("a variable as id", ":webhookId"),
    Value("markup as id", "<script>alert(1)"),
    Value("2,000 digits as id", "1" * 2000),
    Value("half an escape as id", "%zz"),
    Value("a number beyond 64 bits as id", "9223372036854775808"),
    Value("a condition of a store as id", '{"$ne":null}'),
    Value("a control character as id", "\x01"),
    Value("a backslash as id", "\\"),
    Value("quotes as id", "'\""),
    Value("a text in the other direction as id", "\u202eid\u0301"),
    Value("a word of 1,000 letters as id", "w" * 1000),
    Value("an id of a document", "507f1f77bcf86cd799439011"),
    Value("letters and digits as id", "abc123"),
    Value("capitals as id", "WEBHOOK"),
    Value("letters of other scripts as id", "\u05d0\u0628\u4e2d"),
    Value("a list in a text as id", "1,2"),
    Value("a bracket as id", "["),
    Value("a NUL as id", "\0"),
    Value("an escape that is none as id", f"{BARE_PERCENT}zz"),
    Value("an escape outside UTF-8 as id", f"{BARE_PERCENT}FF"),
    Value("a bare percent sign as id", BARE_PERCENT),
)
"""Ids that cannot be anybody's."""

SHORT: Final = (
    Value("me as id", "me"),
    Value("zero as id", "0"),
    Value("one as id", "1"),
    Value("an id of zeros", "00000000-0000-0000-0000-000000000000"),
    Value("a negative id", "-1"),
    Value("current as id", "current"),
    Value("self as id", "self"),
    Value("default as id", "default"),
    Value("a fraction as id", "1.5"),
    Value("an id of fs", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
    Value("a letter as id", "a"),
    Value("a number with an exponent as id", "1e3"),
    Value("a hexadecimal number as id", "0x1"),
)
"""Ids that cannot be anybody's if ids are long."""


def near_misses(known: str) -> Iterator[Value]:
    """Yield what a careless comparison takes for the id *known*, which is long and no counter."""
    yield from _cut(known)
    yield from _surrounded(known)


def _cut(known: str) -> Iterator[Value]:
    """Yield parts of *known*, and what differs from it in some of its characters."""
    middle = len(known) // 2
    groups = known.split("-")

    def other(place: int) -> str:
        changed = "0" if known[place] != "0" else "1"
        return known[:place] + changed + known[place + 1 :]

    yield Value("an id without its last character", known[:-1])
    yield Value("an id with another last character", other(len(known) - 1))
    yield Value("the first group of an id", groups[0] if len(groups) > 1 else known[:8])
    yield Value("an id with another first character", other(0))
    yield Value("an id with another character in its middle", other(middle))
    yield Value("the last group of an id", groups[-1] if len(groups) > 1 else known[-8:])
    yield Value("the end of an id", known[middle:])
    yield Value("an id that ends alike", known[:0] + _turned(known[:middle]) + known[middle:])
    yield Value("an id that begins alike", known[:middle] + _turned(known[middle:]))
    yield Value("an id of the same characters", known[::-1])
    yield Value("an id without its first character", known[1:])
    yield Value("the first character of an id", known[:1])
    yield Value("an id with a wildcard at its end", known[:-1] + "%")
    yield Value("an id with a star at its end", known[:-1] + "*")
    yield Value("an id with a sign for any character", known[:-1] + "_")
    yield Value("an id with a question mark for any character", known[:-1] + "?")
    yield Value("an id with escapes in it", f"%{ord(known[0]):02x}" + known[1:])
    yield Value("an id with one wide character", _wide(known))
    yield Value("an id with a blank of no width", known[:middle] + "\u200b" + known[middle:])
    yield Value("all but the last group of an id", "-".join(groups[:-1]) if len(groups) > 1 else known[:-4])
    yield Value("an id as a pattern with dots", "." + known[1:])
    yield Value("an id that is escaped twice", quote(quote(known[:1] + "\u00e9" + known[1:])))
    yield Value("an id with its halves exchanged", known[middle:] + known[:middle])
    yield Value("all but the first group of an id", "-".join(groups[1:]) if len(groups) > 1 else known[4:])
    yield Value("an id with two groups exchanged", "-".join(_exchanged(groups)))
    for place, name in ((14, "version"), (19, "variant")):
        if len(known) > place:
            yield Value(f"an id of another {name}", other(place))
    yield Value("an id with a letter behind f in it", known[:middle] + "g" + known[middle + 1 :])


def _surrounded(known: str) -> Iterator[Value]:
    """Yield *known* in other company, and in other spellings."""
    last = "0" if known[-1] != "0" else "1"
    yield Value("an id with a character behind it", known + last)
    yield Value("an id with blanks around it", f" {known} ")
    yield Value("an id behind a word", f"whk_{known}")
    yield Value("an id behind a name", f"webhook:{known}")
    yield Value("an id with a character before it", last + known)
    yield Value("an id as a name of a resource", f"urn:uuid:{known}")
    yield Value("an id that is escaped throughout", "".join(f"%{ord(one):02X}" for one in known))
    yield Value("an id with underscores", known.replace("-", "_") if "-" in known else known + "_")
    yield Value("an id with spaces for dashes", known.replace("-", " ") if "-" in known else known + "  ")
    yield Value("an id with dots for dashes", known.replace("-", ".") if "-" in known else known + ".a")
    yield Value("an id with colons for dashes", known.replace("-", ":") if "-" in known else known + ":")
    yield Value("an id in wide characters", "".join(chr(ord(one) + 0xFEE0) if one.isalnum() else one for one in known))
    yield Value("an id with a condition", f"{known}' OR 'a'='b")
    yield Value("an id with a comment", f"{known}'--")
    yield Value("an id in quotes", f'"{known}"')
    yield Value("an id in single quotes", f"'{known}'")
    yield Value("an id with a space behind it", known + " ")
    yield Value("an id with a space before it", " " + known)
    yield Value("an id with a line feed behind it", known + "\n")
    yield Value("an id with a tab behind it", known + "\t")
    yield Value("an id with an ending", known + ".json")
    yield Value("an id with a query", known + "?a=1")
    yield Value("an id with a fragment", known + "#a")
    yield Value("an id with a parameter", known + ";a=1")
    yield Value("an id with another behind a comma", f"{known},{known}")
    yield Value("an id twice", known + known)
    yield Value("an id with a colon before it", ":" + known)
    yield Value("an id in angle brackets", f"<{known}>")
    yield Value("an id in brackets", f"[{known}]")
    yield Value("an id with a plus behind it", known + "+")
    yield Value("an id with an ampersand", known + "&a=1")
    yield Value("an id with a mark before it", "\ufeff" + known)
    yield Value("an id with an exclamation mark", known + "!")
    yield Value("an id with a comma behind it", known + ",")
    yield Value("an id with its first group twice", f"{known.split('-', maxsplit=1)[0]}-{known}")
    yield Value("an id as a pattern", f"^{known}$")
    yield Value("an id with a number sign before it", "#" + known)
    yield Value("an id with a dot behind it", known + ".")
    yield Value("an id in Base64", base64.urlsafe_b64encode(known.encode()).decode())
    yield Value("an id before a name", known + "-my-webhook")
    yield Value("an id with a wide blank behind it", known + "\u00a0")
    yield Value("an id before a colon and a name", known + ":name")
    yield Value("an id in parentheses", f"({known})")
    yield Value("an id in hexadecimal", known.encode().hex())
    yield Value("an id with a NUL behind it", known + "\0")
    yield Value("an id with an escape behind it that is none", f"{known}{BARE_PERCENT}zz")
    yield Value("an id with a NUL in it", known[: len(known) // 2] + "\0" + known[len(known) // 2 :])
    yield Value("an id with an escape outside UTF-8 behind it", f"{known}{BARE_PERCENT}C3{BARE_PERCENT}28")


def _exchanged(groups: list[str]) -> list[str]:
    return [*groups[:1], *groups[2:3], *groups[1:2], *groups[3:]] if len(groups) > 2 else [*groups[::-1], "0"]  # noqa: PLR2004


def _turned(text: str) -> str:
    return "".join(chr((ord(one) - 48 + 1) % 10 + 48) if one.isdigit() else one for one in text)


def _wide(known: str) -> str:
    place = next((number for number, one in enumerate(known) if one.isdigit()), 0)
    return known[:place] + chr(ord(known[place]) + 0xFEE0) + known[place + 1 :]

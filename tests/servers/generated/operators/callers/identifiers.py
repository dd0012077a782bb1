"""Operators that find a webhook by an id that is not its own."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import unquote

from servers.faulty.asgi import Crash
from servers.faulty.literals import FIRST_ID
from servers.faulty.sequences import patch
from servers.faulty.server import Webhook
from servers.generated.deviation import Deviation, Example, deviation, operator, slug
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_UNKNOWN = "00000000-0000-4000-8000-000000000000"


def _finding(is_such: Callable[[str, str], object]) -> type[Reference]:
    class Finding(Reference):
        def look_up(self, webhook_id: str) -> Webhook:
            found = next((one for one in self.webhooks if is_such(webhook_id, one)), None)
            return super().look_up(webhook_id if found is None or webhook_id in self.webhooks else found)

    return Finding


def _form(form: str, what: str, is_such: Callable[[str, str], object], *identifiers: str) -> Deviation:
    examples = [patch({"events": ["all"]}, one) for one in identifiers]
    return deviation(form, f"Finds a webhook by {what}", "R-502 R-501 R-702", _finding(is_such), *examples)


@operator("id-part")
def parts() -> Iterator[Deviation]:
    """Compare a part of the id."""
    first = FIRST_ID
    yield _form(
        "beginning",
        "the beginning of its id",
        lambda sent, one: sent and one.startswith(sent),
        first[:-1],
        first[:8],
        first[:1],
    )
    yield _form(
        "long-beginning",
        "most of its id",
        lambda sent, one: len(sent) >= 30 and one.startswith(sent),
        first[:-1],
        first[:30],
    )
    yield _form("first-group", "the first group of its id", lambda sent, one: sent == one.split("-")[0], first[:8])
    yield _form("end", "the end of its id", lambda sent, one: sent and one.endswith(sent), first[1:], first[-12:])
    yield _form("last-group", "the last group of its id", lambda sent, one: sent == one.split("-")[-1], first[-12:])
    yield _form(
        "middle", "any part of its id", lambda sent, one: len(sent) > 3 and sent in one, first[9:13], first[1:-1]
    )
    yield _form(
        "same-beginning",
        "an id that begins alike",
        lambda sent, one: sent[:8] == one[:8],
        f"{first[:8]}-0000-4000-8000-000000000000",
    )
    yield _form(
        "same-end",
        "an id that ends alike",
        lambda sent, one: sent[-12:] == one[-12:],
        f"00000000-0000-4000-8000-{first[-12:]}",
    )
    yield _form(
        "all-but-last", "an id that differs at its end", lambda sent, one: sent[:-1] == one[:-1], f"{first[:-1]}c"
    )
    yield _form(
        "all-but-first", "an id that differs at its start", lambda sent, one: sent[1:] == one[1:], f"d{first[1:]}"
    )
    yield _form(
        "one-character",
        "an id with one character changed",
        lambda sent, one: len(sent) == len(one) and sum(map(str.__ne__, sent, one)) == 1,
        f"{first[:9]}0{first[10:]}",
        f"{first[:-1]}c",
    )
    yield _form("same-length", "any id of its length", lambda sent, one: len(sent) == len(one), _UNKNOWN)
    yield _form("letters", "an id of the same characters", lambda sent, one: sorted(sent) == sorted(one), first[::-1])
    yield _form(
        "digits",
        "an id of the same digits",
        lambda sent, one: re.sub(r"\D", "", sent) == re.sub(r"\D", "", one),
        f"{first}x",
    )


@operator("id-longer")
def longer() -> Iterator[Deviation]:
    """Pass over what is around the id."""
    first = FIRST_ID
    for form, what, is_such, *identifiers in (
        ("behind", "its id and more", lambda sent, one: sent.startswith(one), f"{first}0", f"{first}x"),
        ("before", "its id with more before it", lambda sent, one: sent.endswith(one), f"0{first}"),
        ("around", "its id with more around it", lambda sent, one: one in sent, f"x{first}x"),
        ("spaces", "its id with spaces around it", lambda sent, one: sent.strip(" ") == one, f" {first}", f"{first} "),
        ("blanks", "its id with blanks around it", lambda sent, one: sent.strip() == one, f" {first} ", f"{first}\n"),
        ("line-break", "its id and a line break", lambda sent, one: sent.rstrip("\r\n") == one, f"{first}\n"),
        ("quotes", "its id in quotes", lambda sent, one: sent.strip("\"'") == one, f'"{first}"', f"'{first}'"),
        ("punctuation", "its id in punctuation", lambda sent, one: re.sub(r"^\W+|\W+$", "", sent) == one, f"<{first}>", f"({first})"),
        ("separated", "its id and more behind a sign", lambda sent, one: re.split(r"[;,:@&?#|]", sent)[0] == one, f"{first};v=1", f"{first},x"),
        ("in-a-list", "a list with its id in it", lambda sent, one: one in re.split(", ?", sent), f"{first},x", f"x,{first}"),
        ("extension", "its id with an extension", lambda sent, one: re.sub(r"\.\w+$", "", sent) == one, f"{first}.json"),
        ("prefix", "its id with a prefix", lambda sent, one: re.sub(r"^\w+[_:]", "", sent) == one, f"whk_{first}"),
        ("urn", "its id as a URN", lambda sent, one: sent.removeprefix("urn:uuid:") == one, f"urn:uuid:{first}"),
        ("not-hexadecimal", "the digits of its id", lambda sent, one: re.sub(r"[^0-9a-f-]", "", sent) == one, f"x{first}z"),
        ("outside-ascii", "its id with anything outside ASCII", lambda sent, one: re.sub(r"[^\x00-\x7f]", "", sent) == one, f"{first}\xa0"),
    ):  # fmt: skip
        yield _form(form, what, is_such, *identifiers)


@operator("id-read")
def read() -> Iterator[Deviation]:
    """Read an id in another way."""
    first = FIRST_ID
    wide = first.translate({ord(digit): 0xFF10 + int(digit) for digit in "0123456789"})
    uuid = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
    for form, what, is_such, *identifiers in (
        ("escapes", "its id with escapes in it", lambda sent, one: "%" in sent and unquote(sent) == one, first.replace("-", "%2D")),
        ("separators", "its id with other separators", lambda sent, one: re.sub("[_. ]", "-", sent) == one, first.replace("-", "_")),
        ("compatible", "its id in compatible digits", lambda sent, one: unicodedata.normalize("NFKC", sent) == one, wide),
        ("wildcard", "a wildcard", lambda sent, _: sent in {"*", "%"}, "*", "%"),
        ("wildcard-behind", "its beginning and a wildcard", lambda sent, one: sent[-1:] in {"*", "%"} and one.startswith(sent[:-1]), f"{first[:8]}%", "%"),
        ("any-character", "signs for any character", lambda sent, one: bool(re.fullmatch(re.sub(r"[_?]", ".", re.escape(sent)), one)), f"{first[:-1]}_"),
        ("number", "a number", lambda sent, _: bool(re.fullmatch(r"-?\d+", sent)), "1", "0"),
        ("me", "a word for the current one", lambda sent, _: sent in {"me", "current", "default", "latest"}, "me", "current"),
        ("null", "a word for nothing", lambda sent, _: sent in {"null", "undefined", "None"}, "null", "undefined"),
        ("zeros", "an id of zeros", lambda sent, _: not sent.strip("0-"), "0", "00000000-0000-0000-0000-000000000000"),
        ("condition", "a condition", lambda sent, _: "' OR '" in sent, "' OR '1'='1"),
        ("any", "any id", lambda *_: True, _UNKNOWN, "x"),
        ("any-uuid", "any UUID", lambda sent, _: bool(uuid.fullmatch(sent)), _UNKNOWN),
        ("any-odd", "any id that is not a UUID", lambda sent, _: not uuid.fullmatch(sent), "x", "null"),
        ("short", "any id under eight characters", lambda sent, _: len(sent) < 8, "x"),
        ("long", "any id over 100 characters", lambda sent, _: len(sent) > 100, "x" * 200),
    ):  # fmt: skip
        yield _form(form, what, is_such, *identifiers)


_MEMBERS = ("__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "isPrototypeOf")


@operator("id-object-member")
def object_members() -> Iterator[Deviation]:
    """Look ids up among the members of an object."""
    for what, names in (("any member", _MEMBERS), ("__proto__", _MEMBERS[:1]), ("any method", _MEMBERS[2:])):
        for how, answer in (("empty", "a webhook without id and url"), ("whole", "a webhook"), ("crash", "500")):

            class Member(Reference):
                def look_up(self, webhook_id: str, names: tuple[str, ...] = names, how: str = how) -> Webhook:
                    if webhook_id not in names:
                        return super().look_up(webhook_id)
                    if how == "crash":
                        raise Crash
                    is_whole = how == "whole"
                    return Webhook(
                        webhook_id if is_whole else "", "https://a.example" if is_whole else None, [], "a", []
                    )

            examples = [patch({"events": ["all"]}, name) for name in names]
            title = f"Answers {answer} to {what} of an object as id"
            yield deviation(f"{slug(what)}-{how}", title, "R-501 R-702 R-103", Member, *examples)


@operator("id-created")
def created() -> Iterator[Deviation]:
    """Create a webhook for an unknown id."""
    for form, what, is_such in (
        ("any", "any unknown id", lambda _: True),
        ("uuid", "an unknown UUID", lambda sent: bool(re.fullmatch(r"[0-9a-f-]{36}", sent))),
        ("word", "an unknown word", str.isalnum),
        ("twice", "an unknown id that is named again", None),
    ):

        class Creating(Reference):
            def reset(self) -> None:
                super().reset()
                self.named: set[str] = set()

            def look_up(self, webhook_id: str, such: Callable[[str], object] | None = is_such) -> Webhook:
                if webhook_id not in self.webhooks and (such(webhook_id) if such else webhook_id in self.named):
                    self.webhooks[webhook_id] = Webhook(webhook_id, "https://a.example", ["all"], "client-new", [])
                self.named.add(webhook_id)
                return super().look_up(webhook_id)

        unknown = [patch({"events": ["all"]}, one) for one in (_UNKNOWN, "abc")]
        yield deviation(
            form, f"Creates a webhook for {what}", "R-501", Creating, *unknown, Example(unknown[0], (unknown[0],))
        )

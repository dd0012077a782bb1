"""Webhooks that are found under ids that are not theirs."""

from __future__ import annotations

import base64
import posixpath
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from servers.faulty.literals import FIRST_ID, SECOND_ID
from servers.faulty.sequences import patch
from servers.faulty.server import Webhook
from servers.generated.deviation import Deviation, Example, deviation, operator
from servers.generated.reference import Reference

from .parts import UNKNOWN, A

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.asgi import Request

_F = FIRST_ID
_Z = UNKNOWN


def _finding(form: str, what: str, is_such: Callable[[str, str], Any], *identifiers: str) -> Deviation:
    class Finding(Reference):
        def look_up(self, webhook_id: str) -> Webhook:
            if webhook_id not in self.webhooks:
                webhook_id = next((one for one in self.webhooks if is_such(webhook_id, one)), webhook_id)
            return super().look_up(webhook_id)

    examples = [patch({"events": ["all"]}, one) for one in identifiers]
    return deviation(form, f"Finds a webhook by {what}", "R-502 R-501 R-104 R-702", Finding, *examples)


@operator("rare-id-read")
def read() -> Iterator[Deviation]:
    """Read an id in another way."""
    packed = base64.b64encode(_F.encode()).decode()
    rows: tuple[tuple[str, str, Callable[[str, str], Any], tuple[str, ...]], ...] = (
        ("path", "a path that ends with its id", lambda sent, one: sent.rpartition("/")[2] == one, (f"x/{_F}", f"users/{_F}")),
        ("dots", "a path with dots", lambda sent, one: "/" in sent and posixpath.normpath(sent) == one, (f"x/../{_F}", f"./{_F}")),
        ("more-path", "its id and a path", lambda sent, one: sent.partition("/")[0] == one, (f"{_F}/", f"{_F}/x")),
        ("query", "its id and a query", lambda sent, one: sent.partition("?")[0] == one, (f"{_F}?x=1", f"{_F}?")),
        ("fragment", "its id and a fragment", lambda sent, one: sent.partition("#")[0] == one, (f"{_F}#x", f"{_F}#")),
        ("matrix", "its id and a parameter", lambda sent, one: sent.partition(";")[0] == one, (f"{_F};v=1", f"{_F};")),
        ("url", "a url of it", lambda sent, one: "://" in sent and sent.endswith(one), (f"https://example.com/webhooks/{_F}",)),
        ("nul", "its id and a NUL", lambda sent, one: sent.partition("\0")[0] == one, (f"{_F}\0", f"{_F}\0x")),
        ("twice-escaped", "its id escaped once more", lambda sent, one: "%" in sent and unquote(sent) == one, (_F.replace("c", "%63"), f"%{ord(_F[0]):02x}{_F[1:]}")),
        ("plus", "its id with a plus sign", lambda sent, one: sent.strip("+ ") == one, (f"{_F}+", f"+{_F}")),
        ("comma", "its id and a comma", lambda sent, one: sent.strip(",;") == one, (f"{_F},", f",{_F}")),
        ("dot-behind", "its id and a dot", lambda sent, one: sent.rstrip(".") == one, (f"{_F}.", f"{_F}..")),
        ("dash-around", "its id and a dash", lambda sent, one: sent.strip("_.~") == one, (f"{_F}_", f"~{_F}")),
        ("two-ids", "two ids", lambda sent, one: one in sent.split(","), (f"{_F},{SECOND_ID}", f"{_F},x")),
        ("words", "its id and words", lambda sent, one: sent.split(" ")[0] == one, (f"{_F} x", f"{_F} or 1=1")),
        ("comment", "its id and a comment of SQL", lambda sent, one: re.fullmatch(rf"{one}'? ?(--|#|/\*).*", sent), (f"{_F}'--", f"{_F} -- x")),
        ("condition", "a condition of SQL", lambda sent, _: re.search(r"(?i)'?\s+or\s+'?1'?\s*=", sent), ("x' OR '1'='1", "x or 1=1")),
        ("object", "an object with an operator", lambda sent, _: sent.startswith("{") and "$" in sent, ('{"$gt":""}', '{"$ne":null}')),
        ("base64", "its id in Base64", lambda sent, one: sent.rstrip("=") == base64.b64encode(one.encode()).decode().rstrip("="), (packed, packed.rstrip("="))),
        ("prefix", "its id with a prefix", lambda sent, one: re.sub(r"^[a-z]+[-_:]", "", sent) == one, (f"webhook_{_F}", f"user:{_F}", f"id-{_F}")),
        ("name", "its id with a name", lambda sent, one: re.sub(r"^(web)?hook_?id[=:]", "", sent, flags=re.IGNORECASE) == one, (f"webhookId={_F}", f"hookid:{_F}")),
        ("colon", "its id behind a colon", lambda sent, one: sent.lstrip(":") == one, (f":{_F}",)),
        ("braces", "its id in other brackets", lambda sent, one: sent.strip("[]()<>") == one, (f"[{_F}]", f"<{_F}>")),
        ("zero-width", "its id with invisible characters", lambda sent, one: re.sub("[\u200b\ufeff\u00ad]", "", sent) == one, (f"{_F}\u200b", f"\ufeff{_F}")),
        ("controls", "its id with control characters", lambda sent, one: re.sub(r"[\x00-\x1f\x7f]", "", sent) == one, (f"{_F}\x07", f"\x08{_F}")),
        ("no-break", "its id with a no-break space", lambda sent, one: sent.strip("\xa0\u3000") == one, (f"{_F}\xa0", f"\u3000{_F}")),
        ("first-36", "its id and anything", lambda sent, one: len(sent) > 36 and sent[:36] == one, (f"{_F}0", f"{_F}-x")),
        ("last-36", "anything and its id", lambda sent, one: len(sent) > 36 and sent[-36:] == one, (f"0{_F}", f"x-{_F}")),
        ("zeros", "its id with zeros before", lambda sent, one: sent.lstrip("0") == one, (f"0{_F}", f"000{_F}")),
        ("twice", "its id twice", lambda sent, one: sent == one * 2, (_F * 2,)),
    )  # fmt: skip
    for form, what, is_such, identifiers in rows:
        yield _finding(form, what, is_such, *identifiers)


@operator("rare-id-compared")
def compared() -> Iterator[Deviation]:
    """Compare ids in a weak way."""
    groups = _F.split("-")
    rows: tuple[tuple[str, str, Callable[[str, str], Any], tuple[str, ...]], ...] = (
        ("first-two-groups", "two groups of its id", lambda sent, one: sent[:13] == one[:13], (f"{_F[:13]}-4000-8000-000000000000", _F[:13])),
        ("without-the-last-group", "its id without the last group", lambda sent, one: sent == one.rpartition("-")[0], (_F.rpartition("-")[0],)),
        ("without-the-first-group", "its id without the first group", lambda sent, one: sent == one.partition("-")[2], (_F.partition("-")[2],)),
        ("groups-in-any-order", "the groups of its id in any order", lambda sent, one: sorted(sent.split("-")) == sorted(one.split("-")), ("-".join([groups[0], groups[2], groups[1], *groups[3:]]),)),
        ("any-group", "any group of its id", lambda sent, one: sent in one.split("-"), (groups[1], groups[2])),
        ("version", "its id with another version", lambda sent, one: sent[:14] + sent[15:] == one[:14] + one[15:], (f"{_F[:14]}1{_F[15:]}", f"{_F[:14]}7{_F[15:]}")),
        ("variant", "its id with another variant", lambda sent, one: len(sent) == 36 and sent[:19] + sent[20:] == one[:19] + one[20:], (f"{_F[:19]}{'8' if _F[19] != '8' else 'a'}{_F[20:]}",)),
        ("half", "the first half of its id", lambda sent, one: sent[:18] == one[:18], (f"{_F[:18]}-8000-000000000000", _F[:18])),
        ("two-off", "an id that differs in two characters", lambda sent, one: len(sent) == len(one) and sum(map(str.__ne__, sent, one)) <= 2, (f"{_F[:-2]}00", f"00{_F[2:]}")),
        ("leading-digits", "the first two characters of its id", lambda sent, one: sent[:2] == one[:2], (f"{_F[:2]}000000{_Z[8:]}", _F[:2])),
        ("length-of-a-uuid", "any id of 36 characters", lambda sent, _: len(sent) == 36, (_Z, "x" * 36)),
        ("hexadecimal", "any id of hexadecimal digits", lambda sent, _: re.fullmatch(r"[0-9a-f-]+", sent), (_Z, "abc")),
        ("same-version", "any UUID of version 4", lambda sent, _: re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", sent), (_Z,)),
        ("nothing-left", "an id of signs", lambda sent, _: sent and not re.sub(r"\W", "", sent), ("-", "'", "...")),
        ("letters", "an id of letters", lambda sent, _: sent.isascii() and sent.isalpha(), ("abc", "unknown")),
        ("word-and-number", "an id of letters and digits", lambda sent, _: re.fullmatch(r"[A-Za-z]+[0-9]+", sent), ("abc123",)),
        ("digits-only", "a number of some digits", lambda sent, _: re.fullmatch(r"\d{2,}", sent), ("42", "123456")),
        ("negative", "a negative number", lambda sent, _: re.fullmatch(r"-\d+", sent), ("-1",)),
        ("object-id", "an id of another database", lambda sent, _: re.fullmatch(r"[0-9a-f]{24}", sent), ("507f1f77bcf86cd799439011",)),
        ("client", "the id of its client", lambda sent, _: sent.startswith("client-"), ("client-one",)),
        ("words-for-one", "a word for one of all", lambda sent, _: sent.lower() in {"first", "last", "self", "all", "any", "mine"}, ("first", "all", "self")),
        ("outside-ascii", "an id outside ASCII", lambda sent, _: not sent.isascii(), ("\u00fc", "\U0001f511")),
        ("booleans", "a word for true or false", lambda sent, _: sent.lower() in {"true", "false", "nan", "nil"}, ("true", "NaN", "false")),
    )  # fmt: skip
    for form, what, is_such, identifiers in rows:
        yield _finding(form, what, is_such, *identifiers)


@operator("rare-id-made")
def made() -> Iterator[Deviation]:
    """Make something of an unknown id, or for it."""

    class Remembering(Reference):
        def reset(self) -> None:
            super().reset()
            self.asked: list[str] = []

        def look_up(self, webhook_id: str) -> Webhook:
            self.asked.append(webhook_id)
            return super().look_up(webhook_id)

    unknown, full = patch({"events": ["all"]}, _Z), patch({"events": ["all"], "url": A}, _Z)
    rows: tuple[tuple[str, str, Callable[[Any, dict[str, Any]], Any], Example], ...] = (
        ("with-url", "if a url is sent", lambda _, body: "url" in body, Example(full)),
        ("with-secrets", "if secrets are sent", lambda _, body: "secrets" in body, Example(patch({"events": ["all"], "secrets": ["a-secret-of-some-length"]}, _Z))),
        ("events-alone", "if events alone are sent", lambda _, body: len(body) == 1, Example(unknown)),
        ("several-events", "if several events are sent", lambda _, body: len(body["events"]) > 1, Example(patch({"events": ["facility.creation.accepted", "facility.creation.rejected"]}, _Z))),
        ("everything", "if everything is sent", lambda _, body: len(body) == 3, Example(patch({"events": ["all"], "url": A, "secrets": ["a-secret-of-some-length"]}, _Z))),
        ("second-try", "at the second try", lambda server, _: server.asked.count(server.asked[-1]) >= 2, Example(unknown, (unknown,))),
        ("third-try", "at the third try", lambda server, _: server.asked.count(server.asked[-1]) >= 3, Example(unknown, (unknown, unknown))),
        ("after-an-update", "right after an update", lambda server, _: server.asked[-2:-1] and server.asked[-2] in server.webhooks, Example(unknown, (patch({"events": ["all"]}),))),
    )  # fmt: skip
    for form, when, is_such, example in rows:
        for how in ("created", "found"):

            class Making(Remembering):
                def perform(self, request: Request, such: Callable[[Any, Any], Any] = is_such, how: str = how) -> Any:
                    body = self.read_body(request)
                    self.check(body)
                    try:
                        webhook = self.look_up(request.webhook_id)
                    except Exception:
                        if not such(self, body):
                            raise
                        webhook = Webhook(request.webhook_id, A, ["all"], "client-one", [])
                        if how == "created":
                            self.webhooks[request.webhook_id] = webhook
                        elif how == "found":
                            webhook = self.webhooks[_F]
                    self.store(webhook, body)
                    return self.succeed(webhook, body)

            title = f"An unknown id is {how} {when}"
            yield deviation(f"{form}-{how}", title, "R-501 R-502 R-307", Making, example)

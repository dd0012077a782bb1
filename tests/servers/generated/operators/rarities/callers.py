"""Callers who are let in by how credentials, permissions and memories are handled."""

from __future__ import annotations

import base64
import re
import unicodedata
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from servers.faulty.literals import FORBIDDEN_TOKEN, SECOND_ID, VALID_TOKEN
from servers.faulty.sequences import STRANGER as STRANGER_HEADER
from servers.faulty.sequences import Patch, patch
from servers.generated.deviation import READ, SECRETS, Deviation, Example, deviation, object_of, operator, slug, update
from servers.generated.reference import Reference

from .parts import NOBODY, NONSENSE, STRANGER, UNKNOWN, A, B, admitting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.asgi import Request, Response

_V = VALID_TOKEN
_BASE64 = base64.b64encode(_V.encode()).decode()


def _token(header: str) -> str:
    return header.removeprefix("Bearer ") if header.startswith("Bearer ") else ""


def _unpacked(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except ValueError:
        return ""


@operator("rare-token-compared")
def compared() -> Iterator[Deviation]:
    """Compare tokens in a weak way."""
    rows: tuple[tuple[str, str, Callable[[str], Any], tuple[str, ...]], ...] = (
        ("common-part", "tokens that agree as far as both go", lambda one: one and all(map(str.__eq__, one, _V)), (_V[:-1], f"{_V}x", "v")),
        ("first-and-length", "tokens of the same length and first letter", lambda one: len(one) == len(_V) and one[0] == _V[0], ("v" + "x" * 10,)),
        ("ends-and-length", "tokens of the same length, first and last letter", lambda one: len(one) == len(_V) and (one[0], one[-1]) == (_V[0], _V[-1]), ("v" + "x" * 9 + "n",)),
        ("underscore", "tokens with signs for any character", lambda one: one.replace("_", "-") == _V, ("valid_token",)),
        ("pattern", "tokens as patterns", _is_pattern, ("valid.token", "valid-.*", ".+")),
        ("glob", "tokens with stars", lambda one: "*" in one and re.fullmatch(re.escape(one).replace(r"\*", ".*"), _V), ("valid*", "valid-*")),
        ("alternatives", "tokens of which a part is right", lambda one: _V in re.split(r"[|;&/\\]", one), (f"x|{_V}", f"{_V}&x", f"x/{_V}")),
        ("behind-a-sign", "tokens with more behind a sign", lambda one: re.split(r"[#?/:@]", one)[0] == _V, (f"{_V}#x", f"{_V}?x=1", f"{_V}:x", f"{_V}@x")),
        ("before-a-sign", "tokens with more before a sign", lambda one: re.split(r"[:@=]", one)[-1] == _V, (f"x:{_V}", f"user@{_V}")),
        ("signs-around", "tokens with signs around", lambda one: one.strip(".-_~+/=*()[]{}") == _V, (f"-{_V}", f"{_V}.", f"({_V})", f"[{_V}]")),
        ("accents", "tokens with accents", lambda one: _plain(one) == _V, ("v\u00e1lid-token",)),
        ("escapes", "tokens with escapes", lambda one: "%" in one and unquote(one) == _V, ("%76alid-token", "valid%2dtoken")),
        ("base64", "tokens in Base64", lambda one: _unpacked(one) == _V, (_BASE64,)),
        ("hexadecimal", "tokens in hexadecimal", lambda one: one == _V.encode().hex(), (_V.encode().hex(),)),
        ("json", "tokens in JSON", lambda one: _V in re.findall(r'"([^"]*)"', one), (f'{{"token":"{_V}"}}', f'["{_V}"]')),
        ("off-by-one", "tokens without their first letter", lambda one: one == _V[1:], (_V[1:],)),
        ("two-off", "tokens that differ in two characters", lambda one: len(one) == len(_V) and sum(map(str.__ne__, one, _V)) <= 2, (f"{_V[:-2]}00", f"{_V[:-1]}0")),
        ("one-missing", "tokens without one character", lambda one: any(_V[:at] + _V[at + 1 :] == one for at in range(len(_V))), (_V[:5] + _V[6:], _V[:-1])),
        ("one-more", "tokens with one character more", lambda one: any(one[:at] + one[at + 1 :] == _V for at in range(len(one))), (f"{_V}0", f"0{_V}")),
        ("middle", "tokens that begin and end alike", lambda one: len(one) > 7 and (one[:4], one[-4:]) == (_V[:4], _V[-4:]), ("vali000oken", "vali-x-y-oken")),
        ("sixteen", "tokens up to their tenth character", lambda one: one[:10] == _V[:10], (f"{_V[:10]}x", f"{_V[:10]}-and-more")),
        ("parts", "tokens with a dot and a signature behind", lambda one: one.count(".") == 2 and one.startswith(_V), (f"{_V}.payload.signature",)),
    )  # fmt: skip
    for form, what, is_like, tokens in rows:
        requests = [Patch(update(url=A).body, authorization=f"Bearer {one}") for one in tokens]
        is_admitted = lambda _, request, like=is_like: like(_token(request.authorization))  # noqa: E731
        yield admitting(form, what, "R-402", is_admitted, *requests)


def _is_pattern(text: str) -> bool:
    try:
        return bool(text) and re.fullmatch(text, _V) is not None
    except re.error:
        return False


def _plain(text: str) -> str:
    # A header arrives as Latin-1.
    whole = text.encode("latin-1", "replace").decode("utf-8", "replace")
    return "".join(one for one in unicodedata.normalize("NFD", whole) if not unicodedata.combining(one))


@operator("rare-token-injected")
def injected() -> Iterator[Deviation]:
    """Take a token for a part of a query, a path or a condition."""
    rows: tuple[tuple[str, str, Callable[[str], Any], tuple[str, ...]], ...] = (
        ("sql", "tokens that end a text of SQL", lambda one: "'" in one, ("x'or'1'='1", "'--")),
        ("sql-wildcard", "tokens with a percent sign", lambda one: one.endswith("%") and _V.startswith(one[:-1]), ("%", "valid%")),
        ("operators", "tokens with operators", lambda one: one.startswith("{") and "$" in one, ('{"$ne":null}', '{"$gt":""}')),
        ("path", "tokens with a path", lambda one: one.rpartition("/")[2] == _V, (f"../{_V}", f"x/../{_V}")),
        ("directory", "tokens of dots", lambda one: one and not one.strip("./"), ("..", ".", "../..")),
        ("ldap", "tokens with stars or brackets", lambda one: re.search(r"\*|\)\(", one), ("*", "x)(uid=*")),
        ("template", "tokens in braces", lambda one: re.fullmatch(r"\{\{.*\}\}|\$\{.*\}|<.*>", one), ("{{token}}", "${TOKEN}", "<token>")),
        ("members", "tokens that are names of members", lambda one: one in {"constructor", "__proto__", "toString", "hasOwnProperty"}, ("constructor", "toString", "__proto__")),
        ("falsy-words", "words for nothing", lambda one: one.lower() in {"nil", "nan", "false", "none", "undefined", "void"}, ("false", "NaN", "nil")),
        ("brackets", "tokens of empty brackets", lambda one: one in {"[]", "{}", '""', "''"}, ("[]", "{}", '""')),
        ("known-user", "tokens that name a client", lambda one: one in {"client-one", "client-two"}, ("client-one",)),
        ("basic-like", "tokens in Base64 with a colon", lambda one: ":" in _unpacked(one), (base64.b64encode(b"user:password").decode(),)),
        ("jwt-unverified", "whatever has three parts of Base64", lambda one: re.fullmatch(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*", one), ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.")),
    )  # fmt: skip
    for form, what, is_such, tokens in rows:
        requests = [Patch(update(url=A).body, authorization=f"Bearer {one}") for one in tokens]
        is_admitted = lambda _, request, such=is_such: such(_token(request.authorization))  # noqa: E731
        yield admitting(form, what, "R-402", is_admitted, *requests)


@operator("rare-token-scheme")
def schemes() -> Iterator[Deviation]:
    """Read the token under another scheme, or without one."""
    user = base64.b64encode(f"user:{_V}".encode()).decode()
    name = base64.b64encode(f"{_V}:".encode()).decode()
    rows: tuple[tuple[str, str, Callable[[str], Any], tuple[str, ...]], ...] = (
        ("basic-password", "Basic with the token as password", lambda header: header[:6] == "Basic " and _unpacked(header[6:]).partition(":")[2] == _V, (f"Basic {user}",)),
        ("basic-user", "Basic with the token as user", lambda header: header[:6] == "Basic " and _unpacked(header[6:]).partition(":")[0] == _V, (f"Basic {name}",)),
        *((slug(one), f"the scheme {one}", f"{one} {_V}".__eq__, (f"{one} {_V}",)) for one in ("OAuth", "ApiKey", "Api-Key", "Key", "Digest", "Negotiate", "MAC", "Hawk", "AccessToken", "BearerToken", "DPoP", "Signature", "X-Token")),
        ("named", "a named token", lambda header: re.fullmatch(rf"\w+ token=\"?{_V}\"?", header), (f'Token token="{_V}"', f"Token token={_V}")),
        ("short-scheme", "schemes of up to six letters", lambda header: re.fullmatch(rf"\w{{1,6}} {_V}", header), (f"Basic {_V}", f"Token {_V}")),
        ("b-scheme", "schemes that begin with B", lambda header: re.fullmatch(rf"B\w* {_V}", header), (f"Basic {_V}", f"Bear {_V}")),
        ("scheme-dash", "Bearer with a dash or an underscore", lambda header: re.fullmatch(rf"Bearer[-_] ?{_V}", header), (f"Bearer-{_V}", f"Bearer_{_V}")),
        ("seven-characters", "any seven characters before the token", lambda header: header[7:] == _V, (f"Digests{_V}", f"Tokens {_V}")),
        ("last-part", "whatever ends with the token behind a sign", lambda header: re.split(r"[\s:=,]", header)[-1] == _V, (f"Basic:{_V}", f"token={_V}", f"Basic x,{_V}")),
        ("first-part", "the token before anything", lambda header: header.partition(" ")[0] == _V, (f"{_V} Bearer", f"{_V} x", _V)),
        ("removed", "the header without Bearer wherever it is", lambda header: header.replace("Bearer", "").strip() == _V, (_V, f"{_V} Bearer", f"Bearer{_V}")),
        ("any-credential", "any of several credentials", lambda header: f"Bearer {_V}" in re.split(", ?", header) and "," in header, (f"Basic dTpw, Bearer {_V}", f"Bearer x,Bearer {_V}")),
    )  # fmt: skip
    for form, what, is_such, headers in rows:
        requests = [Patch(update(url=A).body, authorization=header) for header in headers]
        is_admitted = lambda _, request, such=is_such: such(request.authorization)  # noqa: E731
        yield admitting(form, what, "R-403 R-402 R-401", is_admitted, *requests)


@operator("rare-caller-by-request")
def by_request() -> Iterator[Deviation]:
    """Admit callers for what they ask."""
    rows: tuple[tuple[str, str, Callable[[Any, Request], Any], Any], ...] = (
        ("no-change", "who changes nothing", _is_stored, update(url="https://example.com/webhook")),
        ("same-host", "who keeps the host of the url", lambda _, request: "//example.com" in str(object_of(request.body).get("url")), update(url="https://example.com/other")),
        ("one-secret", "who sends one secret", lambda _, request: _count(request, "secrets") == 1, update(secrets=[SECRETS[0]])),
        ("two-secrets", "who sends two secrets", lambda _, request: _count(request, "secrets") == 2, update(secrets=list(SECRETS))),
        ("five-events", "who sends all five events", lambda _, request: _count(request, "events") == 5, patch({"events": ["all", "facility.user-connection.accepted", "facility.user-connection.rejected", "facility.creation.accepted", "facility.creation.rejected"]})),
        ("two-events", "who sends two events", lambda _, request: _count(request, "events") == 2, patch({"events": ["facility.creation.accepted", "facility.creation.rejected"]})),
        ("rejections", "who asks for rejections", lambda _, request: "rejected" in str(object_of(request.body).get("events")), patch({"events": ["facility.creation.rejected"]})),
        ("short-body", "who sends less than 25 bytes", lambda _, request: 0 < len(request.body) < 25, READ),
        ("long-body", "who sends more than 200 bytes", lambda _, request: len(request.body) > 200, update(url=f"{A}/{'l' * 200}")),
        ("url-last", "whose last property is the url", lambda _, request: [*object_of(request.body)][-1:] == ["url"], update(url=A)),
        ("second-webhook", "who updates one of the webhooks", lambda _, request: request.webhook_id == SECOND_ID, patch({"events": ["all"]}, SECOND_ID)),
    )  # fmt: skip
    for form, what, is_such, request in rows:
        other = ("nobody", None) if len(form) % 2 else ("nonsense", "Bearer nonsense")
        for who, header in (other, ("stranger", STRANGER_HEADER)):

            def admits(
                server: Any,
                request: Request,
                such: Callable[[Any, Request], Any] = is_such,
                header: str | None = header,
            ) -> Any:
                return request.authorization == (header or "") and such(server, request)

            row = {"nobody": "R-401 R-305", "nonsense": "R-402 R-305", "stranger": "R-404 R-306"}[who]
            asked = Patch(request.body, request.webhook_id, header)
            yield admitting(f"{form}-{who}", f"{who} {what}", row, admits, asked)


def _is_stored(server: Any, request: Request) -> bool:
    body = object_of(request.body)
    webhook = server.webhooks.get(request.webhook_id)
    return bool(webhook and body) and body.get("events") == webhook.events and body.get("url") == webhook.url


def _count(request: Request, name: str) -> int:
    value = object_of(request.body).get(name)
    return len(value) if isinstance(value, list) else 0


@operator("rare-caller-remembered")
def remembered() -> Iterator[Deviation]:
    """Admit callers for who came before."""
    full = update(url=B)
    rows: tuple[tuple[str, str, Callable[[Any, Request], Any], Example], ...] = (
        ("webhook-known", "a token without the scope once somebody updated the webhook", lambda server, request: _is_stranger(request) and any(one.webhook_id == request.webhook_id for one in server.members), Example(Patch(full.body, authorization=STRANGER_HEADER), (READ,))),
        ("anything-known", "a token without the scope once somebody updated anything", lambda server, request: _is_stranger(request) and server.members, Example(STRANGER, (READ,))),
        ("just-before", "a token without the scope right after an update with its body", lambda server, request: _is_stranger(request) and server.members[-1:] and server.members[-1].body == request.body, Example(Patch(full.body, authorization=STRANGER_HEADER), (full,))),
        ("unknown-known", "an unknown token once somebody updated the webhook", lambda server, request: _token(request.authorization) not in {"", FORBIDDEN_TOKEN} and any(one.webhook_id == request.webhook_id for one in server.members), Example(NONSENSE, (READ,))),
        ("nobody-known", "nobody once somebody updated the webhook", lambda server, request: not request.authorization and any(one.webhook_id == request.webhook_id for one in server.members), Example(NOBODY, (READ,))),
        ("body-known", "anybody with a body that was accepted before", lambda server, request: any(one.body == request.body for one in server.members), Example(NONSENSE, (READ, full))),
        ("scheme-known", "another scheme once somebody was admitted", lambda server, request: request.authorization.endswith(f" {_V}") and server.members, Example(Patch(READ.body, authorization=f"Token {_V}"), (READ,))),
        ("after-three", "nobody after three updates", lambda server, request: not request.authorization and len(server.members) >= 3, Example(NOBODY, (READ,) * 3)),
        ("stranger-after-three", "a token without the scope after three updates", lambda server, request: _is_stranger(request) and len(server.members) >= 3, Example(STRANGER, (READ,) * 3)),
    )  # fmt: skip
    for form, what, is_such, example in rows:
        yield admitting(form, what, "R-401 R-402 R-403 R-404 R-305 R-306", is_such, example)

    for form, what, wanted, request, row in (
        ("nobody", "nobody", "", NOBODY, "R-401"),
        ("nonsense", "an unknown token", "Bearer nonsense", NONSENSE, "R-402"),
        ("stranger", "a token without the scope", STRANGER_HEADER, STRANGER, "R-404"),
    ):
        for limit in (2, 4):

            class Yielding(Reference):
                def reset(self) -> None:
                    super().reset()
                    self.tries = 0

                def role(self, request: Request, wanted: str = wanted, limit: int = limit) -> str | None:
                    role = super().role(request)
                    is_meant = (
                        role != "member" and request.authorization.split(" ")[0] == wanted.split(" ", maxsplit=1)[0]
                    )
                    is_meant = is_meant and (role == "stranger") == (wanted == STRANGER_HEADER)
                    self.tries = self.tries + 1 if is_meant else 0
                    return "member" if self.tries >= limit else role

            title = f"Admits {what} at try {limit} in a row"
            yield deviation(
                f"{form}-at-{limit}", title, f"{row} R-405", Yielding, Example(request, (request,) * (limit - 1))
            )


def _is_stranger(request: Request) -> bool:
    return _token(request.authorization) == FORBIDDEN_TOKEN


@operator("rare-caller-silent")
def silent() -> Iterator[Deviation]:
    """Answer callers who may not as if they might, and store nothing."""
    unknown = UNKNOWN
    rows: tuple[tuple[str, str, str, Callable[[Reference, Request], Any], Any], ...] = (
        ("nobody", "nobody", "R-401 R-405", lambda server, request: server.role(request) is None and not request.authorization, NOBODY),
        ("unknown", "an unknown token", "R-402 R-405", lambda server, request: server.role(request) is None and request.authorization[:7] == "Bearer ", NONSENSE),
        ("stranger", "a token without the scope", "R-404", lambda server, request: server.role(request) == "stranger", STRANGER),
        ("other-scheme", "another scheme", "R-403 R-405", lambda server, request: server.role(request) is None and request.authorization[:6] == "Basic ", Patch(READ.body, authorization="Basic valid-token")),
        ("missing-webhook", "a webhook that does not exist", "R-501 R-502", lambda server, request: server.role(request) == "member" and request.webhook_id not in server.webhooks, patch({"events": ["all"]}, unknown)),
    )  # fmt: skip
    for form, what, row, is_such, request in rows:
        for how, status, content in (
            ("updated", 201, {"data": {"id": unknown, "url": A, "events": ["all"], "clientId": "client", "secrets": [SECRETS[0]]}}),
            ("empty", 201, {}),
            ("message", 200, {"message": "ok"}),
        ):  # fmt: skip

            class Silent(Reference):
                def answer(
                    self,
                    request: Request,
                    such: Callable[[Reference, Request], Any] = is_such,
                    status: int = status,
                    content: Any = content,
                ) -> Response:
                    return self.render(status, content) if such(self, request) else super().answer(request)

            title = f"Answers {what} with {status} and does nothing"
            yield deviation(f"{form}-{how}", title, f"{row} R-103", Silent, request)

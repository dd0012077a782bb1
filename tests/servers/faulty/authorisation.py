"""Faults of who may update."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import literals
from .asgi import Crash, Request, Response
from .fault import declare, fault
from .server import Refused, Server

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_VALID = literals.VALID_TOKEN


def trusting(is_trusted: Callable[[str], object]) -> type[Server]:
    """Return a server that trusts further Authorization headers, given as they were sent."""

    class Trusting(Server):
        def role(self, request: Request) -> str | None:
            return super().role(request) or ("member" if is_trusted(request.authorization) else None)

    return Trusting


def _token(header: str) -> str:
    scheme, _, token = header.partition(" ")
    return token if scheme.lower() == "bearer" else ""


def _scheme(header: str) -> str:
    return header.partition(" ")[0].lower() if " " in header else ""


_MISSING: dict[str, tuple[str, Callable[[str], object]]] = {
    "a-missing-header": ("a request without an Authorization header", lambda header: header == ""),
    "an-empty-bearer": ("Bearer without a token", lambda header: header.strip().lower() == "bearer"),
    "an-empty-header-or-bearer": (
        "an Authorization header without a token",
        lambda header: header.strip().lower() in {"", "bearer"},
    ),
}

_TOKENS: dict[str, tuple[str, Callable[[str], object]]] = {
    "any-token": ("any bearer token", _token),
    "any-header": ("any Authorization header", lambda header: header),
    "a-token-with-an-end": ("the valid token with text behind it", lambda header: _token(header).startswith(_VALID)),
    "a-token-with-a-beginning": ("the valid token with text before it", lambda header: _token(header).endswith(_VALID)),
    "a-token-around-the-valid-one": ("a token that contains the valid one", lambda header: _VALID in _token(header)),
    "the-beginning-of-a-token": (
        "the beginning of the valid token",
        lambda h: _token(h) != "" and _VALID.startswith(_token(h)),
    ),
    "the-half-of-a-token": (
        "a token with the first half of the valid one",
        lambda h: _token(h).startswith(_VALID[: len(_VALID) // 2]),
    ),
    "a-token-in-any-case": ("the valid token in capitals", lambda header: _token(header).lower() == _VALID),
    "a-token-of-the-same-length": (
        "any token of the length of the valid one",
        lambda header: len(_token(header)) == len(_VALID),
    ),
    "a-token-with-another-end": (
        "the valid token with another last character",
        lambda h: len(_token(h)) == 11 and _token(h)[:-1] == _VALID[:-1],
    ),
    "a-reversed-token": ("the valid token backwards", lambda header: _token(header)[::-1] == _VALID),
    "a-token-of-three-parts": ("whatever has two dots in it", lambda header: _token(header).count(".") == 2),
}

_SCHEMES: dict[str, tuple[str, Callable[[str], object]]] = {
    "basic": ("the valid token under Basic", lambda header: header.lower() == f"basic {_VALID}"),
    "token": ("the valid token under Token", lambda header: header.lower() == f"token {_VALID}"),
    "any-scheme": (
        "the valid token under any scheme",
        lambda header: _scheme(header) and header.endswith(f" {_VALID}"),
    ),
    "no-scheme": ("the valid token without a scheme", lambda header: header.strip() == _VALID),
    "a-doubled-scheme": (
        "a scheme that begins with Bearer",
        lambda h: _scheme(h).startswith("bearer") and h.endswith(f" {_VALID}"),
    ),
    "any-or-no-scheme": ("the valid token wherever it ends the header", lambda header: header.endswith(_VALID)),
}

for _requirement, _cases in (("R-401", _MISSING), ("R-402", _TOKENS), ("R-403", _SCHEMES)):
    for _name, (_what, _is_trusted) in _cases.items():
        declare(f"trusts-{_name}", _requirement, f"Lets {_what} pass.", trusting(_is_trusted))


@fault("R-402")
class AuthorisesEveryone(Server):
    """Lets every request pass, with or without a token."""

    def admit(self, request: Request) -> None:
        pass


@fault("R-404")
class TrustsTheForbiddenToken(Server):
    """Lets a token without the scope pass."""

    def role(self, request: Request) -> str | None:
        return "member" if super().role(request) else None


@fault("R-404")
class DoesNotKnowTheForbiddenToken(Server):
    """Answers a token without the scope with 401."""

    def role(self, request: Request) -> str | None:
        role = super().role(request)
        return role if role == "member" else None


@fault("R-402")
class CrashesOnATokenBeyondAscii(Server):
    """Compares tokens by what takes ASCII only."""

    def role(self, request: Request) -> str | None:
        if not request.authorization.isascii():
            raise Crash
        return super().role(request)


@fault("R-402")
class ForbidsUnknownTokens(Server):
    """Answers an unknown token with 403."""

    def role(self, request: Request) -> str | None:
        return super().role(request) or ("stranger" if self.token(request.authorization) else None)


@fault("R-402")
class HidesTheWebhookFromUnknownTokens(Server):
    """Answers an unknown token with 404."""

    def admit(self, request: Request) -> None:
        if self.role(request) is None and request.authorization:
            raise Refused(404, literals.WEBHOOK_NOT_FOUND)
        super().admit(request)


@fault("R-403")
class ForbidsOtherSchemes(Server):
    """Answers the valid token under another scheme with 403."""

    def admit(self, request: Request) -> None:
        if _scheme(request.authorization) not in {"bearer", ""}:
            raise Refused(403, literals.FORBIDDEN)
        super().admit(request)


@fault("R-403")
class Answers400ToOtherSchemes(Server):
    """Answers the valid token under another scheme with 400."""

    def admit(self, request: Request) -> None:
        if _scheme(request.authorization) not in {"bearer", ""}:
            raise Refused(400, "unsupported authorization scheme")
        super().admit(request)


@fault("R-404")
class ForbidsOnlyTheFirstWebhook(Server):
    """Lets a token without the scope update the second webhook."""

    def role(self, request: Request) -> str | None:
        role = super().role(request)
        return "member" if role and request.webhook_id == literals.SECOND_ID else role


@fault("R-404")
class ForbidsUrlsOnly(Server):
    """Lets a token without the scope update everything but url."""

    def role(self, request: Request) -> str | None:
        role = super().role(request)
        return "member" if role and b'"url"' not in request.body else role


def admitting(is_admitted: Callable[[Request], bool], body: Callable[[bytes], bytes]) -> type[Server]:
    """Return a server that carries out requests without a valid token where the request looks a certain way."""

    class Admitting(Server):
        def update(self, request: Request) -> Response:
            if self.role(request) is None and is_admitted(request):
                headers: Mapping[str, str] = {**request.headers, "content-type": "application/json"}
                return self.perform(Request(request.webhook_id, headers, body(request.body)))
            return super().update(request)

    return Admitting


def _default(_: bytes) -> bytes:
    return b'{"events": ["all"]}'


def _same(body: bytes) -> bytes:
    return body


def _media_type(request: Request) -> str:
    return request.content_type.partition(";")[0].strip().lower()


def _is_json(request: Request) -> bool:
    server: Any = Server()
    try:
        server.parse(request.body)
    except Refused:
        return False
    return True


_LOOKS: dict[str, tuple[str, Callable[[Request], bool], Callable[[bytes], bytes]]] = {
    "where-the-body-is-empty": ("where the body is empty", lambda request: not request.body, _default),
    "where-the-body-cannot-be-parsed": (
        "where the body cannot be parsed",
        lambda r: bool(r.body) and not _is_json(r),
        _default,
    ),
    "where-the-body-is-an-array": ("where the body is an array", lambda r: r.body.lstrip().startswith(b"["), _default),
    "where-the-body-is-null": ("where the body is null", lambda r: r.body.strip() == b"null", _default),
    "where-the-body-is-an-empty-object": (
        "where the body is an empty object",
        lambda r: r.body.strip() == b"{}",
        _default,
    ),
    "of-another-media-type": (
        "of another media type",
        lambda r: bool(r.body) and _media_type(r) != "application/json",
        _same,
    ),
    "of-plain-text": ("of the media type text/plain", lambda r: _media_type(r) == "text/plain", _same),
    "without-a-media-type": ("without a media type", lambda r: bool(r.body) and not r.content_type, _same),
    "of-a-form": ("of a form's media type", lambda r: _media_type(r) == "application/x-www-form-urlencoded", _default),
}

for _name, (_what, _is_admitted, _body) in _LOOKS.items():
    declare(
        f"carries-out-requests-{_name}",
        "R-405",
        f"Carries out a request without a valid token {_what}.",
        admitting(_is_admitted, _body),
    )


def accepting_in_silence(is_accepted: Callable[[Request], bool]) -> type[Server]:
    """Return a server that answers 201 to some requests without a valid token and carries nothing out."""

    class AcceptingInSilence(Server):
        def update(self, request: Request) -> Response:
            webhook = self.webhooks.get(request.webhook_id)
            if self.role(request) is None and is_accepted(request) and webhook is not None:
                return self.succeed(webhook, {})
            return super().update(request)

    return AcceptingInSilence


declare(
    "shows-the-webhook-to-strangers-without-a-body",
    "R-405",
    "Answers a request without a valid token and body with the stored webhook.",
    accepting_in_silence(lambda request: not request.body),
)
declare(
    "shows-the-webhook-to-strangers",
    "R-402",
    "Answers an unknown token with the stored webhook and changes nothing.",
    accepting_in_silence(lambda request: bool(request.authorization)),
)

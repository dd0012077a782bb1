"""Operators that read, compare or remember who asks in a way that is nearly right."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from servers.faulty import literals
from servers.faulty.asgi import Crash
from servers.faulty.literals import VALID_TOKEN
from servers.faulty.sequences import MEMBER, STRANGER, Patch
from servers.faulty.server import Refused
from servers.generated.deviation import READ, URL, Deviation, Example, deviation, object_of, operator, update
from servers.generated.reference import Reference

from .parts import made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.asgi import Request


def _by(authorization: str | None, request: Patch = READ) -> Patch:
    return replace(request, authorization=authorization)


def _part(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def _algorithm(token: str) -> Any:
    try:
        header, _, _ = token.split(".")
        return json.loads(base64.urlsafe_b64decode(f"{header}==")).get("alg")
    except (ValueError, AttributeError):
        return None


_SIGNED = f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part({'sub': 'somebody', 'exp': 4102444800})}.c2lnbmF0dXJl"
_UNSIGNED = f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part({'sub': 'somebody', 'exp': 4102444800})}."


@operator("hurried-token-compared")
def compared() -> Iterator[Deviation]:
    """Admit a caller without the token: compared in part, read out of the wrong place, not asked for."""

    def admitting(
        form: str, what: str, requirement: str, is_admitted: Callable[[Request, str], Any], *examples: Patch
    ) -> Deviation:
        def role(self: Reference, request: Request) -> str | None:
            known = Reference.role(self, request)
            return "member" if known is None and is_admitted(request, request.authorization) else known

        return deviation(form, f"Admits {what}", requirement, made(role=role), *examples)

    def bearer(is_right: Callable[[str], Any]) -> Callable[[Any, str], Any]:
        return lambda _, header: header.startswith("Bearer ") and is_right(header[7:])

    valid = VALID_TOKEN
    for form, what, requirement, is_admitted, *examples in (
        ("begins-with-it", "a token with something behind the right one", "R-402", bearer(lambda token: token.startswith(valid)), _by(f"{MEMBER}x")),
        ("first-characters", "a token whose first characters are right, as its key in the store is cut", "R-402", bearer(lambda token: token[:8] == valid[:8]), _by(f"Bearer {valid[:-1]}m"), _by(f"Bearer {valid[:8]}")),
        ("any-case", "a token in another case, as its database compares so", "R-402", bearer(lambda token: token.lower() == valid), _by(f"Bearer {valid.upper()}")),
        ("decoded-not-verified", "every token that can be decoded, as none is verified", "R-402", bearer(_algorithm), _by(f"Bearer {_SIGNED}")),
        ("algorithm-none", "a token that says it needs no signature", "R-402", bearer(lambda token: _algorithm(token) == "none"), _by(f"Bearer {_UNSIGNED}")),
        ("second-word", "a token under any scheme, as the second word is taken", "R-403", lambda _, header: header.split(" ")[1:] == [valid], _by(f"Basic {valid}"), _by(f"Token {valid}")),
        ("last-word", "a token without a scheme, as the last word is taken", "R-403 R-401", lambda _, header: header == valid, _by(valid)),
        ("no-token-no-check", "who sends no token, as only a token that is there is checked", "R-401", lambda _, header: not header, _by(None)),
        ("empty-token", "an empty token, as it is falsy", "R-401", lambda _, header: header.strip() == "Bearer", _by("Bearer "), _by("Bearer")),
        ("media-type-with-charset", "anybody whose media type has a charset, as the check is bound to application/json", "R-405 R-401", lambda request, _: request.content_type.startswith("application/json;"), Patch(READ.body, authorization=None, content_type="application/json; charset=utf-8")),
    ):  # fmt: skip
        yield admitting(form, what, requirement, is_admitted, *examples)


@operator("hurried-caller-refused")
def refused() -> Iterator[Deviation]:
    """Answer a caller with the wrong refusal, or let one in who lacks the scope."""

    def answering(
        form: str, what: str, requirement: str, change: Callable[[Any, Request, str | None], Any], *examples: Patch | Example
    ) -> Deviation:  # fmt: skip
        class Answering(Reference):
            def reset(self) -> None:
                super().reset()
                self.members: set[str] = set()
                self.failed = 0

            def admit(self, request: Request) -> None:
                role = self.role(request)
                status = change(self, request, role)
                self.failed += role is None
                if role == "member":
                    self.members.add(request.webhook_id)
                if status == 500:
                    raise Crash
                if status == 201:
                    return
                if status:
                    texts = {401: literals.UNAUTHORIZED, 403: literals.FORBIDDEN, 404: literals.WEBHOOK_NOT_FOUND}
                    raise Refused(status, texts.get(status, "Bad Request"))
                super().admit(request)

        return deviation(form, what, requirement, Answering, *examples)

    nobody, wrong, stranger = _by(None), _by("Bearer nonsense"), _by(STRANGER)
    forbidden = "stranger"
    for form, what, requirement, change, *examples in (
        ("nobody-403", "Answers 403 to a request without a token", "R-401", lambda _, request, __: 403 if not request.authorization else None, nobody),
        ("no-token-500", "Falls over a header without a second word", "R-401", lambda _, request, __: 500 if request.authorization and " " not in request.authorization else None, _by("Bearer"), _by(VALID_TOKEN)),
        ("wrong-403", "Answers 403 to an unknown token", "R-402", lambda _, request, role: 403 if request.authorization and role is None else None, wrong),
        ("forbidden-401", "Answers 401 to a token without the scope, as one filter turns both away", "R-404", lambda _, __, role: 401 if role == forbidden else None, stranger),
        ("forbidden-404", "Answers 404 to a token without the scope, to hide that the webhook exists", "R-404", lambda _, __, role: 404 if role == forbidden else None, stranger),
        ("scope-only-logged", "Only logs that the scope is missing, as its check is on trial", "R-404 R-306", lambda _, __, role: 201 if role == forbidden else None, stranger),
        ("scope-for-url-only", "Asks for the scope only if the url is to be changed", "R-404 R-306", lambda _, request, role: 201 if role == forbidden and "url" not in object_of(request.body) else None, stranger),
        ("scope-not-for-secrets", "Does not ask for the scope if secrets are rotated", "R-404 R-306", lambda _, request, role: 201 if role == forbidden and "secrets" in object_of(request.body) else None, _by(STRANGER, update(secrets=["forbidden-secret-1"], url=URL))),
        ("scope-kept-for-the-webhook", "Remembers for a webhook, not for a caller, that the scope was there", "R-404 R-306", lambda self, request, role: 201 if role == forbidden and request.webhook_id in self.members else None, Example(stranger, (READ,))),
        ("failures-403", "Answers 403 after three unknown tokens", "R-402", lambda self, _, role: 403 if role is None and self.failed >= 3 else None, Example(wrong, (wrong,) * 3)),
    ):  # fmt: skip
        yield answering(form, what, requirement, change, *examples)

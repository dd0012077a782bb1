"""Operators that admit a caller for who was there before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servers.faulty.literals import SECOND_ID
from servers.faulty.sequences import Patch, patch
from servers.generated.deviation import (
    READ,
    Deviation,
    Example,
    deviation,
    operator,
    update,
)
from servers.generated.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from servers.faulty.asgi import Request
    from servers.faulty.server import Webhook

_MEMBER, _STRANGER, _NOBODY = "member", "stranger", None


@operator("token-remembered")
def remembered() -> Iterator[Deviation]:
    """Admit anybody after somebody was admitted."""

    def remembering(form: str, what: str, is_admitted: Callable[[Any, Request], Any], *examples: Example) -> Deviation:
        class Remembering(Reference):
            def reset(self) -> None:
                super().reset()
                self.admitted: list[Request] = []
                self.refused = 0

            def role(self, request: Request) -> str | None:
                role = super().role(request)
                if role == _MEMBER:
                    self.admitted.append(request)
                    self.refused = 0
                    return role
                if is_admitted(self, request):
                    return _MEMBER
                self.refused += 1
                return role

        return deviation(form, f"Admits {what}", "R-401 R-402 R-403", Remembering, *examples)

    nobody, body = Patch(READ.body, authorization=None), update(url="https://hooks.example.com/a")
    wrong = Patch(READ.body, authorization="Bearer nonsense")
    yield remembering(
        "anybody", "anybody once somebody was", lambda server, _: server.admitted, Example(nobody, (READ,))
    )
    yield remembering(
        "without-header",
        "who sends no header once somebody was",
        lambda server, request: server.admitted and not request.authorization,
        Example(nobody, (READ,)),
    )
    yield remembering(
        "same-body",
        "who sends the body of the one before",
        lambda server, request: server.admitted and server.admitted[-1].body == request.body,
        Example(Patch(body.body, authorization=None), (body,)),
    )
    yield remembering(
        "same-webhook",
        "who names the webhook of the one before",
        lambda server, request: (
            server.admitted and server.admitted[-1].webhook_id == request.webhook_id and not server.refused
        ),
        Example(nobody, (READ,)),
    )
    yield remembering(
        "right-after",
        "anybody right after somebody",
        lambda server, _: server.admitted and not server.refused,
        Example(nobody, (READ,)),
    )
    yield remembering(
        "third-try",
        "anybody at the third try",
        lambda server, _: server.refused == 2,
        Example(nobody, (nobody, nobody)),
    )
    yield remembering(
        "third-try-of-a-token",
        "any token at the third try",
        lambda server, request: server.refused == 2 and request.authorization,
        Example(wrong, (wrong, wrong)),
    )
    yield remembering(
        "after-five",
        "anybody after five updates",
        lambda server, _: len(server.admitted) >= 5,
        Example(nobody, (READ,) * 5),
    )


@operator("connection")
def connections() -> Iterator[Deviation]:
    """Take who asks, or what for, from the first request of a connection."""
    nobody, wrong = Patch(READ.body, authorization=None), Patch(READ.body, authorization="Bearer nonsense")
    second = patch({"events": ["all"]}, SECOND_ID)
    for form, what, is_kept, *examples in (
        ("caller", "the caller", lambda _: True, Example(nobody, (READ,)), Example(wrong, (READ,))),
        ("caller-without-header", "the caller if there is no header", lambda request: not request.authorization, Example(nobody, (READ,))),
        ("caller-of-a-wrong-token", "the caller if the token is wrong", lambda request: bool(request.authorization), Example(wrong, (READ,))),
        ("caller-on-the-same-webhook", "the caller of the same webhook", lambda request: request.webhook_id != SECOND_ID, Example(nobody, (READ,))),
        ("webhook", "the webhook", None, Example(second, (READ,))),
    ):  # fmt: skip

        class Keeping(Reference):
            def reset(self) -> None:
                super().reset()
                self.admitted: set[object] = set()
                self.named: dict[object, str] = {}

            def role(self, request: Request, is_kept: Callable[[Request], bool] | None = is_kept) -> str | None:
                role = super().role(request)
                if role == _MEMBER:
                    self.admitted.add(self.connection)
                return _MEMBER if is_kept and is_kept(request) and self.connection in self.admitted else role

            def look_up(self, webhook_id: str, is_kept: Callable[[Request], bool] | None = is_kept) -> Webhook:
                return super().look_up(webhook_id if is_kept else self.named.setdefault(self.connection, webhook_id))

        yield deviation(form, f"Keeps {what} for a whole connection", "R-401 R-402 R-307 R-104", Keeping, *examples)

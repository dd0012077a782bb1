"""Servers and runs after other people's bug reports, in which the token itself is odd."""

from __future__ import annotations

from typing import TYPE_CHECKING

from servers.faulty import literals
from servers.faulty.server import Server

from .servers import FirstWord, NoErrorOfTheParser
from .stranger import Stranger, rows

if TYPE_CHECKING:
    from collections.abc import Callable


def _knowing(token: str) -> Callable[[], Server]:
    """Return what makes a server whose valid token is *token*."""
    return type("Knowing", (Server,), {"roles": {token: "member", literals.FORBIDDEN_TOKEN: "stranger"}})


class NestOnFastify(FirstWord, NoErrorOfTheParser):
    """Does what NestJS on Fastify with passport-jwt does."""


TRIALS: tuple[Stranger, ...] = (
    *(
        Stranger(
            f"token-{token[:12]}",
            f"The valid token is {token}: what is made of it must differ from it, or not be sent.",
            _knowing(token),
            innocent=rows("402 403 404"),
            settings={"token": token},
        )
        for token in ("123456789012", "8f3a-c2e1-b7d4-0000000000", "7", "0", "ABC-DEF")
    ),
    Stranger(
        "nest-on-fastify",
        "No error of the parser, and the first word is the token.",
        NestOnFastify,
        innocent=rows("602 402"),
    ),
)

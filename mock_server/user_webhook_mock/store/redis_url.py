"""Where a Redis is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from user_webhook_mock.core.usage_error import UsageError

SCHEMES: Final = ("redis", "rediss")
PORT: Final = 6379


@dataclass(frozen=True)
class RedisAddress:
    """A database of a Redis. As text it has no user name and no password."""

    scheme: str
    host: str
    port: int
    database: int
    username: str | None = field(repr=False)
    password: str | None = field(repr=False)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}/{self.database}"


def read_redis_address(text: str) -> RedisAddress:
    """Return ``redis://user:password@host:port/database``, of which the scheme and the host are needed.

    Raises:
        UsageError: It is none. The text is not told: it may hold a password.
    """
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, PORT if parts.port is None else parts.port
    except ValueError:
        raise _illegal() from None
    database = parts.path.removeprefix("/") or "0"
    is_number = database.isascii() and database.isdecimal()
    if parts.scheme not in SCHEMES or not host or not is_number or parts.query or parts.fragment:
        raise _illegal()
    username, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    return RedisAddress(parts.scheme, host, port, int(database), username, password)


def _illegal() -> UsageError:
    return UsageError(
        "--store is no address of a Redis",
        rule="It is redis://HOST:PORT/DATABASE, or rediss:// for TLS, and may have USER:PASSWORD@ before the host.",
        remedy="write it as in redis://127.0.0.1:6379/0.",
    )

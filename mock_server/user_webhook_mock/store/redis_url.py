"""The URL of a Redis."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from user_webhook_api.numbers import whole_number
from user_webhook_mock.core.usage_error import UsageError

SCHEMES: Final = ("redis", "rediss")
PORT: Final = 6379


@dataclass(frozen=True)
class RedisUrl:
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


def read_redis_url(text: str) -> RedisUrl:
    """Return ``redis://user:password@host:port/database``, of which the scheme and the host are required.

    Raises:
        UsageError: It is not one. The message does not repeat it: it may hold a password.
    """
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, PORT if parts.port is None else parts.port
    except ValueError:
        raise _invalid() from None
    database = whole_number(parts.path.removeprefix("/") or "0")
    if parts.scheme not in SCHEMES or not host or database is None or parts.query or parts.fragment:
        raise _invalid()
    username, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    return RedisUrl(parts.scheme, host, port, database, username, password)


def _invalid() -> UsageError:
    return UsageError(
        "--store is not a valid Redis URL",
        rule="It is redis://HOST:PORT/DATABASE, or rediss:// for TLS, and may have USER:PASSWORD@ before the host.",
        remedy="write it like redis://127.0.0.1:6379/0.",
    )

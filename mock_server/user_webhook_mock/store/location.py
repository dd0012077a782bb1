"""Where webhooks are kept, as ``--store`` names it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from user_webhook_api.extras import needing
from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.store.memory import MemoryStore
from user_webhook_mock.store.redis_url import read_redis_url
from user_webhook_mock.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from user_webhook_mock.store.redis_url import RedisUrl
    from user_webhook_mock.store.store import Store
    from user_webhook_mock.store.webhooks import Webhook


@dataclass(frozen=True)
class StoreLocation:
    """A place for webhooks.

    Attributes:
        text: As it was named, without user name and password.
        open: Opens the store and adds those of the given webhooks whose ids it never had; raises UnusableStore.
        is_shared: Whether several processes may use it at the same time.
        is_remote: Whether mocks on several machines may use it at the same time.
    """

    text: str
    open: Callable[[Iterable[Webhook]], Store] = field(repr=False, compare=False)
    is_shared: bool = True
    is_remote: bool = False

    def __str__(self) -> str:
        return self.text


MEMORY: Final = StoreLocation("memory:", MemoryStore, is_shared=False)


def in_file(file: Path) -> StoreLocation:
    """Return the location of a SQLite file."""
    return StoreLocation(f"sqlite:{file}", partial(SqliteStore, file))


def read_store(text: str) -> StoreLocation:
    """Return the location that ``memory:``, ``sqlite:FILE`` or ``redis://HOST:PORT/DATABASE`` names.

    Raises:
        UsageError: It names none. The message does not repeat it: it may hold a password.
    """
    scheme, colon, _ = text.partition(":")
    if not colon or scheme not in SCHEMES:
        rule = "A store is memory:, sqlite:FILE, or redis://HOST:PORT/DATABASE (rediss:// for TLS)."
        raise UsageError("--store does not name a store", rule=rule, remedy="write it like sqlite:webhooks.db.")
    return SCHEMES[scheme](text)


def _read_sqlite(text: str) -> StoreLocation:
    file = text.removeprefix("sqlite:")
    if not file:
        raise UsageError("--store sqlite: does not name a file", remedy="write it like sqlite:webhooks.db.")
    return in_file(Path(file))


def _read_redis(text: str) -> StoreLocation:
    url = read_redis_url(text)
    return StoreLocation(str(url), partial(_open_redis, url), is_remote=True)


def _open_redis(url: RedisUrl, webhooks: Iterable[Webhook]) -> Store:
    with needing(f"--store {url.scheme}:", "user-webhook-mock[redis]"):
        from user_webhook_mock.store.redis import RedisStore  # noqa: PLC0415  redis takes long to import, and few need it
    return RedisStore(url, webhooks)


SCHEMES: Final[Mapping[str, Callable[[str], StoreLocation]]] = {
    "memory": lambda _text: MEMORY,
    "sqlite": _read_sqlite,
    "redis": _read_redis,
    "rediss": _read_redis,
}

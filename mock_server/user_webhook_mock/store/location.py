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
        is_shared: Whether several processes may use it at the same time; if not, several workers (``--workers``) share
            a temporary SQLite file instead, which `worker_task` opens.
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
    """Return the location that *text* names by one of `SCHEMES`.

    Raises:
        UsageError: It names none. The message does not repeat it: it may hold a password.
    """
    scheme, colon, _ = text.partition(":")
    if not colon or scheme not in SCHEMES:
        rule = f"A store is {described_schemes()}."
        raise UsageError("--store does not name a store", rule=rule, remedy="write it like sqlite:webhooks.db.")
    return SCHEMES[scheme].read(text)


def described_schemes() -> str:
    """Return how stores are named, and what each is for, in one line."""
    *others, last = (f"{scheme.form} ({scheme.use})" for scheme in SCHEMES.values())
    return f"{', '.join(others)}, or {last}"


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


@dataclass(frozen=True)
class Scheme:
    """A kind of store, as ``--store`` names it.

    Attributes:
        form: How it is written, for the help and for errors.
        use: What it is for.
        read: Returns the location that a text of this scheme names; raises UsageError.
    """

    form: str
    use: str
    read: Callable[[str], StoreLocation] = field(repr=False)


SCHEMES: Final[Mapping[str, Scheme]] = {
    "memory": Scheme("memory:", "until the mock ends", lambda _text: MEMORY),
    "sqlite": Scheme("sqlite:FILE", "across restarts", _read_sqlite),
    "redis": Scheme("redis://HOST:PORT/DATABASE", "shared by several mocks", _read_redis),
    "rediss": Scheme("rediss://HOST:PORT/DATABASE", "the same over TLS", _read_redis),
}
"""The stores by their schemes: a new one is a row here."""

"""Webhooks in Redis, so that several mocks share them."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, cast

import orjson
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from user_webhook_mock.http.errors import StorageError
from user_webhook_mock.store.store import UnusableStore
from user_webhook_mock.store.webhooks import Webhook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from user_webhook_mock.store.redis_url import RedisUrl

WEBHOOKS: Final = "user-webhook-mock:1:webhooks"
"""A hash of webhooks as JSON by id. Its number is the version of this layout."""

ORDER: Final = "user-webhook-mock:1:order"
"""A sorted set of all ids that there ever were: one that is in here alone was removed."""

KEYS: Final = (WEBHOOKS, ORDER)

MAX_WAIT: Final = 0.5
"""Seconds in which Redis has to connect, and to respond."""

PAUSE: Final = 1.0
"""Seconds for which a Redis that did not respond is not asked again: each such wait blocks all other requests."""

MAX_TRIES: Final = 100

ADD: Final = """
for place = 1, #ARGV, 2 do
  if redis.call('ZADD', KEYS[2], 'NX', redis.call('ZCARD', KEYS[2]), ARGV[place]) == 1 then
    redis.call('HSET', KEYS[1], ARGV[place], ARGV[place + 1])
  end
end
"""
ALL: Final = "return {redis.call('ZRANGE', KEYS[2], 0, -1), redis.call('HGETALL', KEYS[1])}"
PUT: Final = """
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], 'NX', redis.call('ZCARD', KEYS[2]), ARGV[1])
"""
SWAP: Final = """
local found = redis.call('HGET', KEYS[1], ARGV[1])
if found ~= ARGV[2] then return found or '' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
"""
REPLACE: Final = "redis.call('DEL', KEYS[1], KEYS[2])" + ADD


class RedisStore:
    """Keeps webhooks in Redis. A changed webhook replaces the one that was read only if that is still there.

    A Redis that was emptied gets the webhooks of the start again.

    Raises:
        UnusableStore: At the start, Redis is away, refuses the password, or holds something else under our keys.
        StorageError: Redis does not respond, or rejects a command. A change whose response was lost may have been made.
    """

    def __init__(self, url: RedisUrl, webhooks: Iterable[Webhook]) -> None:
        """Add those *webhooks* whose ids Redis never had."""
        self._rows = list(_rows(webhooks))
        self._seen: dict[str, bytes] = {}
        self._silent_until = 0.0
        try:
            self._redis = _connect(url)
            self._scripts = {text: self._redis.register_script(text) for text in (ADD, ALL, PUT, SWAP, REPLACE)}
            self._run(ADD, *self._rows)
            self.all()
        except (redis.RedisError, StorageError) as error:
            remedy = "check that a Redis runs there and accepts writes, or name another store."
            raise UnusableStore(f"The store {url} cannot be used ({_reason(error)})", remedy=remedy) from None

    def all(self) -> list[Webhook]:
        """Return all webhooks."""
        with self._storage_errors():
            ids, parts = self._run(ALL)
            if not ids and self._rows:
                self._run(ADD, *self._rows)
                ids, parts = self._run(ALL)
            contents = dict(zip(parts[::2], parts[1::2], strict=True))
            return [Webhook.from_json(contents[identifier]) for identifier in ids if identifier in contents]

    def find(self, identifier: str) -> Webhook | None:
        """Return the webhook with exactly this id."""
        with self._storage_errors():
            content = self._find(identifier)
            return Webhook.from_json(content) if content else None

    def put(self, webhook: Webhook) -> None:
        """Store *webhook*, in place of one with its id if there is one."""
        with self._storage_errors():
            self._run(PUT, *_rows([webhook]))

    def change(self, identifier: str, updated: Callable[[Webhook], Webhook]) -> Webhook | None:
        """Replace a webhook by what *updated* returns for it, and return that; do nothing if there is none."""
        with self._storage_errors():
            # what was there the last time most often still is, and need not be read
            content = self._seen.pop(identifier, None) or self._find(identifier)
            for _ in range(MAX_TRIES):
                if not content:
                    return None
                changed = updated(Webhook.from_json(content))
                row = orjson.dumps(changed)
                found = self._run(SWAP, identifier, content, row)
                if found is None:
                    self._seen[identifier] = row
                    return changed
                content = found or self._find(identifier)
        raise StorageError("other mocks keep changing the webhook")

    def remove(self, identifier: str) -> bool:
        """Delete the webhook with this id, and return whether there was one."""
        with self._storage_errors():
            return bool(self._redis.hdel(WEBHOOKS, identifier))

    def replace(self, webhooks: Iterable[Webhook]) -> None:
        """Store *webhooks* and nothing else."""
        with self._storage_errors():
            self._run(REPLACE, *_rows(webhooks))

    def close(self) -> None:
        """Close the connection."""
        self._redis.close()

    def _find(self, identifier: str) -> bytes | None:
        content = self._get(identifier)
        if content is None and not self._redis.exists(ORDER):  # it was emptied, or restarted without a file
            self._run(ADD, *self._rows)
            content = self._get(identifier)
        return content

    def _get(self, identifier: str) -> bytes | None:
        return cast("bytes | None", self._redis.hget(WEBHOOKS, identifier))

    def _run(self, script: str, *values: str | bytes) -> Any:  # noqa: ANN401  whatever the script returns
        return self._scripts[script](KEYS, values)

    @contextmanager
    def _storage_errors(self) -> Iterator[None]:
        """Turn what goes wrong into a StorageError."""
        if time.monotonic() < self._silent_until:
            raise StorageError("Redis did not respond, and is tried again in a second")
        try:
            yield
        except redis.RedisError as error:
            if isinstance(error, redis.TimeoutError):
                self._silent_until = time.monotonic() + PAUSE
            raise StorageError(_reason(error)) from None
        except (TypeError, ValueError):
            raise StorageError(f"{WEBHOOKS} in Redis holds something that is not a webhook") from None


def _connect(url: RedisUrl) -> redis.Redis:
    return redis.Redis(
        host=url.host,
        port=url.port,
        db=url.database,
        username=url.username,
        password=url.password,
        ssl=url.scheme == "rediss",
        protocol=2,
        socket_timeout=MAX_WAIT,
        socket_connect_timeout=MAX_WAIT,
        # once, on a new connection: the open one may belong to a Redis that was restarted
        retry=Retry(NoBackoff(), 1, (redis.ConnectionError,)),
        single_connection_client=True,
    )


def _reason(error: Exception) -> str:
    """Return what went wrong in one line, without what Redis quotes of a command or a script."""
    if isinstance(error, StorageError):
        return error.reason.removeprefix("state: ")
    line = " ".join(str(error).split())
    return re.split(r", with args beginning with:|\.? script: ", line)[0].rstrip(".")


def _rows(webhooks: Iterable[Webhook]) -> Iterator[str | bytes]:
    for webhook in webhooks:
        yield webhook.id
        yield orjson.dumps(webhook)

"""Webhooks in Redis, so that several mocks share them."""

from __future__ import annotations

import re
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, cast

import orjson
import redis

from user_webhook_mock.http.errors import StorageError
from user_webhook_mock.store.redis_connection import MAX_WAIT, Patience, connect
from user_webhook_mock.store.store import UnusableStore
from user_webhook_mock.store.webhooks import Webhook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from user_webhook_mock.store.redis_url import RedisUrl

WEBHOOKS: Final = "user-webhook-mock:2:webhooks"
"""A hash of all ids that there ever were. Its number is the version of this layout.

The value of an id is its place in the order, a space, and the webhook as JSON, or nothing if it was removed. It is the
only key: Redis, which drops keys if it is told to, could otherwise lose a part.
"""

PAUSE: Final = 1.0
"""Seconds for which a Redis that did not respond is not asked again: each such wait blocks all other requests."""

MAX_TRIES: Final = 100

ADD: Final = """
for index = 1, #ARGV, 2 do
  redis.call('HSETNX', KEYS[1], ARGV[index], redis.call('HLEN', KEYS[1]) .. ' ' .. ARGV[index + 1])
end
"""
PUT: Final = """
local found = redis.call('HGET', KEYS[1], ARGV[1])
local place = found and string.match(found, '^%d+') or redis.call('HLEN', KEYS[1])
redis.call('HSET', KEYS[1], ARGV[1], place .. ' ' .. ARGV[2])
"""
REMOVE: Final = """
local found = redis.call('HGET', KEYS[1], ARGV[1])
local place = found and string.match(found, '^(%d+) .')
if not place then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], place .. ' ')
return 1
"""
SWAP: Final = """
local found = redis.call('HGET', KEYS[1], ARGV[1])
if found ~= ARGV[2] then return found or '' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
"""
REPLACE: Final = "redis.call('DEL', KEYS[1])" + ADD


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
        self._turn = threading.Lock()
        self._patience = Patience()
        try:
            self._redis = connect(url, self._patience)
            self._scripts = {text: self._redis.register_script(text) for text in (ADD, PUT, REMOVE, SWAP, REPLACE)}
            with self._storage_errors():
                self._run(ADD, *self._rows)
            self.all()
        except (redis.RedisError, StorageError) as error:
            remedy = "check that a Redis runs there and accepts writes, or name another store."
            raise UnusableStore(f"The store {url} cannot be used ({_reason(error)})", remedy=remedy) from None

    def all(self) -> list[Webhook]:
        """Return all webhooks."""
        with self._storage_errors():
            values = self._values()
            if not values and self._rows:  # it was emptied, or restarted without a file
                self._run(ADD, *self._rows)
                values = self._values()
            in_order = sorted(map(_parts, values), key=lambda parts: int(parts[0]))
            return [Webhook.from_json(content) for _, content in in_order if content]

    def find(self, identifier: str) -> Webhook | None:
        """Return the webhook with exactly this id."""
        with self._storage_errors():
            _, content = self._find(identifier)
            return Webhook.from_json(content) if content else None

    def put(self, webhook: Webhook) -> None:
        """Store *webhook*, in place of one with its id if there is one."""
        with self._storage_errors():
            self._run(PUT, *_rows([webhook]))

    def change(self, identifier: str, updated: Callable[[Webhook], Webhook]) -> Webhook | None:
        """Replace a webhook by what *updated* returns for it, and return that; do nothing if there is none."""
        with self._storage_errors():
            # what was there the last time most often still is, and need not be read
            value = self._seen.pop(identifier, None)
            place, content = _parts(value) if value else self._find(identifier)
            for _ in range(MAX_TRIES):
                if not content:
                    return None
                changed = updated(Webhook.from_json(content))
                value = place + b" " + orjson.dumps(changed)
                found = self._run(SWAP, identifier, place + b" " + content, value)
                if found is None:
                    self._seen[identifier] = value
                    return changed
                place, content = _parts(found) if found else self._find(identifier)
        raise StorageError("other mocks keep changing the webhook")

    def remove(self, identifier: str) -> bool:
        """Delete the webhook with this id, and return whether there was one."""
        with self._storage_errors():
            return bool(self._run(REMOVE, identifier))

    def replace(self, webhooks: Iterable[Webhook]) -> None:
        """Store *webhooks* and nothing else."""
        with self._storage_errors():
            self._run(REPLACE, *_rows(webhooks))

    def close(self) -> None:
        """Close the connection."""
        self._redis.close()

    def _find(self, identifier: str) -> tuple[bytes, bytes]:
        """Return place and content of a webhook; both are empty if its id never was there."""
        value = self._get(identifier)
        if value is None and not self._redis.exists(WEBHOOKS):  # as above
            self._run(ADD, *self._rows)
            value = self._get(identifier)
        return _parts(value or b" ")

    def _get(self, identifier: str) -> bytes | None:
        return cast("bytes | None", self._redis.hget(WEBHOOKS, identifier))

    def _values(self) -> list[bytes]:
        return cast("list[bytes]", self._redis.hvals(WEBHOOKS))

    def _run(self, script: str, *values: str | bytes) -> Any:  # noqa: ANN401  whatever the script returns
        return self._scripts[script]([WEBHOOKS], values)

    @contextmanager
    def _storage_errors(self) -> Iterator[None]:
        """Turn what goes wrong into a StorageError; all commands of the block together have `MAX_WAIT`."""
        self._patience.begin()
        if time.monotonic() < self._silent_until:
            raise StorageError("Redis did not respond, and is tried again in a second")
        if not self._turn.acquire(timeout=MAX_WAIT):  # a thread that delivers waits for Redis
            raise StorageError("Redis does not respond")
        try:
            yield
        except redis.RedisError as error:
            if isinstance(error, redis.TimeoutError):
                self._silent_until = time.monotonic() + PAUSE
            raise StorageError(_reason(error)) from None
        except (TypeError, ValueError):
            raise StorageError(f"{WEBHOOKS} in Redis holds something that is not a webhook") from None
        finally:
            self._turn.release()


def _reason(error: Exception) -> str:
    """Return what went wrong in one line, without what Redis quotes of a command or a script."""
    if isinstance(error, StorageError):
        return error.reason.removeprefix("state: ")
    line = " ".join(str(error).split())
    return re.split(r", with args beginning with:|\.? script: ", line)[0].rstrip(".")


def _parts(value: bytes) -> tuple[bytes, bytes]:
    """Return the place and the content in the *value* of an id."""
    place, space, content = value.partition(b" ")
    if not space:
        raise ValueError("a value has no place")
    return place, content


def _rows(webhooks: Iterable[Webhook]) -> Iterator[str | bytes]:
    for webhook in webhooks:
        yield webhook.id
        yield orjson.dumps(webhook)

"""Webhooks in a file, so that they survive a restart."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson

from user_webhook_mock.http.errors import StorageError
from user_webhook_mock.store.sqlite_file import (
    ALL,
    MAX_WAIT,
    check_beside,
    check_integrity,
    check_mode,
    connect,
    file_error,
    open_or_create,
)
from user_webhook_mock.store.store import UnusableStore
from user_webhook_mock.store.webhooks import Webhook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MIN_WAIT: Final = 0.0001
"""Seconds between two tries: about as long as an update takes; SQLite's own wait goes up to 0.1."""

PAUSE: Final = 1.0
"""Seconds for which a file that was locked for too long is not waited for again, but for `SHORT_WAIT`."""

SHORT_WAIT: Final = 0.01

PRIMARY: Final = 0xFF
"""The bits of an extended error code of SQLite that are the code itself."""

ADD: Final = "INSERT INTO webhook (id, content) VALUES (?, ?) ON CONFLICT (id) DO NOTHING"
PUT: Final = "INSERT INTO webhook (id, content) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET content = excluded.content"
FIND: Final = "SELECT content FROM webhook WHERE id = ?"
CHANGE: Final = "UPDATE webhook SET content = ? WHERE id = ?"
REMOVE: Final = "UPDATE webhook SET content = NULL WHERE id = ? AND content IS NOT NULL"


class SqliteStore:
    """Keeps webhooks in a SQLite file, each change in one transaction; several mocks may use the file at the same time.

    What was committed survives the end of the process, however it ends. A power cut may lose the latest changes, but
    never half of one. A webhook that was removed stays as an id without content, so that no start brings it back.

    Raises:
        UnusableStore: The file is not a state file, is damaged or cannot be written; it is left as it is.
        StorageError: A change cannot be stored; what was there before stays, and reads go on.
    """

    def __init__(self, file: Path, webhooks: Iterable[Webhook]) -> None:
        """Open *file*, or create it; *webhooks* whose ids it never had are added."""
        self._file = open_or_create(file)
        webhooks = tuple(webhooks)
        check_mode(self._file)
        check_integrity(self._file)
        self._files = [Path(f"{self._file}{suffix}") for suffix in ("", "-wal", "-shm")]
        self._lock = threading.RLock()
        self._impatient_until = 0.0
        self._connection = connect(self._file)
        try:
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute("PRAGMA busy_timeout = 0")
            self._execute("BEGIN IMMEDIATE")
            self._connection.executemany(ADD, map(_row, webhooks))
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._connection.close()
            raise file_error(self._file, f"cannot be written: {error}") from error
        try:
            check_beside(self._file)  # somebody may have been quicker than SQLite
        except UnusableStore:
            self._connection.close()
            raise
        self._identity = self._file_identity()

    def all(self) -> list[Webhook]:
        """Return all webhooks."""
        with self._lock, _storage_errors():
            return [Webhook.from_json(content) for (content,) in self._execute(ALL)]

    def find(self, identifier: str) -> Webhook | None:
        """Return the webhook with exactly this id."""
        with self._lock, _storage_errors():
            return self._find(identifier)

    def put(self, webhook: Webhook) -> None:
        """Store *webhook*, in place of one with its id if there is one."""
        with self._transaction():
            self._execute(PUT, *_row(webhook))

    def change(self, identifier: str, updated: Callable[[Webhook], Webhook]) -> Webhook | None:
        """Replace a webhook by what *updated* returns for it, and return that; do nothing if there is none."""
        with self._transaction():
            webhook = self._find(identifier)
            if webhook is None:
                return None
            changed = updated(webhook)
            self._execute(CHANGE, orjson.dumps(changed).decode(), identifier)
        return changed

    def remove(self, identifier: str) -> bool:
        """Delete the webhook with this id, and return whether there was one."""
        with self._transaction():
            return self._execute(REMOVE, identifier).rowcount == 1

    def replace(self, webhooks: Iterable[Webhook]) -> None:
        """Store *webhooks* and nothing else."""
        with self._transaction():
            self._execute("DELETE FROM webhook")
            self._connection.executemany(ADD, map(_row, webhooks))

    def close(self) -> None:
        """Write everything into the one file, and close it."""
        with self._lock:
            self._connection.close()

    def _find(self, identifier: str) -> Webhook | None:
        row = self._execute(FIND, identifier).fetchone()
        return None if row is None or row[0] is None else Webhook.from_json(row[0])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Carry several steps out as one, or none of them."""
        with self._lock, _storage_errors():
            if self._file_identity() != self._identity:
                raise StorageError("the file was deleted or replaced")
            self._execute("BEGIN IMMEDIATE")
            try:
                yield
                self._execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _execute(self, statement: str, *values: str) -> sqlite3.Cursor:
        """Execute *statement* as soon as no other process holds the file.

        All requests wait meanwhile: of several that find the file locked, the first alone waits for long.
        """
        end = 0.0
        while True:
            try:
                return self._connection.execute(statement, values)
            except sqlite3.OperationalError as error:
                now = time.monotonic()
                if error.sqlite_errorcode & PRIMARY != sqlite3.SQLITE_BUSY:
                    raise
                end = end or now + (SHORT_WAIT if now < self._impatient_until else MAX_WAIT)
                if now > end:
                    self._impatient_until = now + PAUSE
                    raise
                time.sleep(MIN_WAIT)

    def _file_identity(self) -> list[tuple[int, int]]:
        """Return which files the names lead to: SQLite would keep writing into deleted ones."""
        with suppress(OSError):
            statuses = [file.stat() for file in self._files]
            return [(status.st_dev, status.st_ino) for status in statuses]
        return []


@contextmanager
def _storage_errors() -> Iterator[None]:
    """Turn what SQLite raises into a StorageError; its messages hold no value of a webhook."""
    try:
        yield
    except sqlite3.Error as error:
        raise StorageError(str(error)) from error


def _row(webhook: Webhook) -> tuple[str, str]:
    return webhook.id, orjson.dumps(webhook).decode()

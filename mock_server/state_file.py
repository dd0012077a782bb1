"""Webhooks in a file, so that they survive a restart."""

from __future__ import annotations

import os
import sqlite3
import stat
import tempfile
import threading
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson

from mock_server.errors import NotStored
from mock_server.rejection import Rejection
from mock_server.store import Webhook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

APPLICATION: Final = int.from_bytes(b"UWHM")
VERSION: Final = 1
LONGEST_WAIT: Final = 1.0
"""Seconds in which another mock's update of the same file has to end."""

SCHEMA: Final = f"""
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
CREATE TABLE webhook (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, content TEXT) STRICT;
PRAGMA journal_mode = WAL;
"""
ADD: Final = "INSERT INTO webhook (id, content) VALUES (?, ?) ON CONFLICT (id) DO NOTHING"
PUT: Final = "INSERT INTO webhook (id, content) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET content = excluded.content"
ALL: Final = "SELECT content FROM webhook WHERE content IS NOT NULL ORDER BY place"


class StateError(Rejection):
    """The state file cannot be used. The message is one line and says what to do."""


class StateFile:
    """Keeps webhooks in a SQLite file, each change in one transaction; several mocks may use the file at a time.

    What was committed survives the end of the process, however it ends. A power cut may take the latest changes, and
    never half of one. A webhook that was removed stays as an id without content, so that no start brings it back.

    Raises:
        StateError: The file is no state file, is damaged or cannot be written; it is left as it is.
        NotStored: By a change that cannot be kept; what was there before stays. Reads go on.
    """

    def __init__(self, file: Path, webhooks: Iterable[Webhook]) -> None:
        """Open *file*, or make it; *webhooks* whose ids it never had are added."""
        self._file = _found(file)
        webhooks = tuple(webhooks)
        _examine(self._file)
        self._files = [Path(f"{self._file}{suffix}") for suffix in ("", "-wal", "-shm")]
        self._lock = threading.RLock()
        self._connection = _connect(self._file)
        try:
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(ADD, map(_row, webhooks))
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._connection.close()
            raise _unusable(self._file, f"cannot be written: {error}") from error
        self._place = self._find_place()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Carry several steps out as one, or none of them."""
        with self._lock, _refused():
            if self._find_place() != self._place:
                raise NotStored("the file is gone or is another one")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def all(self) -> list[Webhook]:
        """Return all webhooks."""
        with self._lock, _refused():
            return [_webhook(content) for (content,) in self._connection.execute(ALL)]

    def find(self, identifier: str) -> Webhook | None:
        """Return the webhook with exactly this id."""
        with self._lock, _refused():
            row = self._connection.execute("SELECT content FROM webhook WHERE id = ?", (identifier,)).fetchone()
        return None if row is None or row[0] is None else _webhook(row[0])

    def put(self, webhook: Webhook) -> None:
        """Keep *webhook*, in the place of one with its id where there is one."""
        self._connection.execute(PUT, _row(webhook))

    def remove(self, identifier: str) -> None:
        """Forget the webhook with this id."""
        self._connection.execute("UPDATE webhook SET content = NULL WHERE id = ?", (identifier,))

    def replace(self, webhooks: Iterable[Webhook]) -> None:
        """Keep *webhooks* and nothing else."""
        self._connection.execute("DELETE FROM webhook")
        self._connection.executemany(ADD, map(_row, webhooks))

    def close(self) -> None:
        """Write everything into the one file, and let it go."""
        with self._lock:
            self._connection.close()

    def _find_place(self) -> list[tuple[int, int]]:
        """Return which files the names lead to: SQLite would go on to write into deleted ones."""
        with suppress(OSError):
            found = [file.stat() for file in self._files]
            return [(status.st_dev, status.st_ino) for status in found]
        return []


def _found(file: Path) -> Path:
    """Return where *file* leads to, behind its links; what is not there is made."""
    try:
        place = file.resolve()
        # asked for before the file: another mock that starts at the same time makes the file first
        has_log = [suffix for suffix in ("-wal", "-journal") if os.path.lexists(f"{place}{suffix}")]
        status = place.stat()
    except FileNotFoundError:
        if has_log:
            # SQLite would take it for that of the new file, and read another file's webhooks from it
            left = f"{place.name}{has_log[0]}"
            raise _unusable(
                place, f"does not exist, and {left!r} beside it belongs to the one that was there"
            ) from None
        _create(place)
        return place
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        raise _unusable(
            file, f"cannot be read: {getattr(error, 'strerror', None) or 'its links lead nowhere'}"
        ) from None
    if stat.S_ISDIR(status.st_mode):
        raise _unusable(place, "is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise _unusable(place, "is no regular file")
    if status.st_uid != os.geteuid():
        raise _unusable(place, "belongs to another user, who could read the secrets in it")
    return place


def _create(file: Path) -> None:
    """Make an empty state file, whole or not at all."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f"{file.name}.", dir=file.parent)
        os.close(descriptor)
        try:
            with closing(_connect(Path(name))) as connection:
                connection.executescript(SCHEMA)
            with suppress(FileExistsError):  # another mock was first
                file.hardlink_to(name)
        finally:
            Path(name).unlink()
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise _unusable(file, f"cannot be made: {reason}") from error


def _examine(file: Path) -> None:
    """Raise a StateError where *file* is no sound state file, and leave it as it is."""
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=LONGEST_WAIT)) as connection:
            [[application]], [[version]] = (
                connection.execute(f"PRAGMA {name}").fetchall() for name in ("application_id", "user_version")
            )
            if application != APPLICATION:
                raise _unusable(file, "belongs to another program")
            if version != VERSION:
                raise _unusable(file, f"has version {version}, and this mock reads version {VERSION}")
            if connection.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
                raise _unusable(file, "is damaged")
            for (content,) in connection.execute(ALL):
                _webhook(content)
    except sqlite3.DatabaseError as error:
        raise _unusable(file, f"cannot be read: {error}") from error
    except (TypeError, ValueError) as error:
        raise _unusable(file, "is damaged") from error


def _unusable(file: Path, reason: str) -> StateError:
    return StateError(f"The state file {str(file)!r} {reason}. Name another one; a file that does not exist is made.")


def _connect(file: Path) -> sqlite3.Connection:
    try:
        return sqlite3.connect(file, timeout=LONGEST_WAIT, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise _unusable(file, f"cannot be opened: {error}") from error


@contextmanager
def _refused() -> Iterator[None]:
    """Turn what SQLite raises into a refusal; its messages hold no value of a webhook."""
    try:
        yield
    except sqlite3.Error as error:
        raise NotStored(str(error)) from error


def _row(webhook: Webhook) -> tuple[str, str]:
    return webhook.id, orjson.dumps(webhook).decode()


def _webhook(content: str) -> Webhook:
    return Webhook(**orjson.loads(content))

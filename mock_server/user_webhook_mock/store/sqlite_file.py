"""What a state file is: how one is made, opened and examined."""

from __future__ import annotations

import os
import sqlite3
import stat
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import orjson

from user_webhook_mock.core.usage_error import UsageError
from user_webhook_mock.store.store import Webhook

APPLICATION: Final = int.from_bytes(b"UWHM")
VERSION: Final = 1
MAX_WAIT: Final = 1.0
"""Seconds in which another mock's update of the same file has to end."""

SCHEMA: Final = f"""
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
CREATE TABLE webhook (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, content TEXT) STRICT;
PRAGMA journal_mode = WAL;
"""
ALL: Final = "SELECT content FROM webhook WHERE content IS NOT NULL ORDER BY place"


class UnusableStore(UsageError):
    """The state file cannot be used. The message is one line and says what to do."""


def open_or_create(file: Path) -> Path:
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
            raise file_error(
                place, f"does not exist, and {left!r} beside it belongs to the one that was there"
            ) from None
        create(place)
        return place
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        raise file_error(
            file, f"cannot be read: {getattr(error, 'strerror', None) or 'its links lead nowhere'}"
        ) from None
    if stat.S_ISDIR(status.st_mode):
        raise file_error(place, "is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise file_error(place, "is not a regular file")
    if status.st_uid != os.geteuid():
        raise file_error(place, "belongs to another user, who could read the secrets in it")
    return place


def create(file: Path) -> None:
    """Make an empty state file, whole or not at all."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f"{file.name}.", dir=file.parent)
        os.close(descriptor)
        try:
            with closing(connect(Path(name))) as connection:
                connection.executescript(SCHEMA)
            with suppress(FileExistsError):  # another mock was first
                file.hardlink_to(name)
        finally:
            Path(name).unlink()
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise file_error(file, f"cannot be made: {reason}") from error


def check_integrity(file: Path) -> None:
    """Raise a UnusableStore where *file* is no sound state file, and leave it as it is."""
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=MAX_WAIT)) as connection:
            [[application]], [[version]] = (
                connection.execute(f"PRAGMA {name}").fetchall() for name in ("application_id", "user_version")
            )
            if application != APPLICATION:
                raise file_error(file, "belongs to another program")
            if version != VERSION:
                raise file_error(file, f"has version {version}, and this mock reads version {VERSION}")
            if connection.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
                raise file_error(file, "is damaged")
            for (content,) in connection.execute(ALL):
                Webhook(**orjson.loads(content))
    except sqlite3.DatabaseError as error:
        raise file_error(file, f"cannot be read: {error}") from error
    except (TypeError, ValueError) as error:
        raise file_error(file, "is damaged") from error


def file_error(file: Path, reason: str) -> UnusableStore:
    """Return what says that *file* cannot be used."""
    return UnusableStore(
        f"The state file {str(file)!r} {reason}. Name another one; a file that does not exist is made."
    )


def connect(file: Path) -> sqlite3.Connection:
    """Open *file*."""
    try:
        return sqlite3.connect(file, timeout=MAX_WAIT, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise file_error(file, f"cannot be opened: {error}") from error

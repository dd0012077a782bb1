"""The SQLite file of the webhooks: how it is created, opened and checked."""

from __future__ import annotations

import os
import shlex
import sqlite3
import stat
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from user_webhook_mock.store.store import UnusableStore
from user_webhook_mock.store.webhooks import Webhook

APPLICATION: Final = int.from_bytes(b"UWHM")
VERSION: Final = 1
MAX_WAIT: Final = 0.5
"""Seconds to wait for another mock's update of the same file: each such wait blocks all other requests."""

BESIDE: Final = ("-wal", "-shm", "-journal")
"""What SQLite puts at the end of a file's name for those that belong to it."""

SCHEMA: Final = f"""
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
CREATE TABLE webhook (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, content TEXT) STRICT;
PRAGMA journal_mode = WAL;
"""
ALL: Final = "SELECT content FROM webhook WHERE content IS NOT NULL ORDER BY place"


def open_or_create(file: Path) -> Path:
    """Return where *file* leads to, behind its links; a file that does not exist is created.

    Raises:
        UnusableStore: There is something else, or another user's file.
    """
    try:
        target = file.resolve()
        check_folder(target)
        check_beside(target)
        # looked for before the file: another mock that starts at the same time creates the file first
        has_log = [suffix for suffix in ("-wal", "-journal") if os.path.lexists(f"{target}{suffix}")]
        status = target.stat()
    except FileNotFoundError:
        if has_log:
            # SQLite would take it for that of the new file, and read another file's webhooks from it
            left = f"{target.name}{has_log[0]}"
            raise file_error(target, f"does not exist, and {left!r} beside it belongs to a former one") from None
        create(target)
        return target
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        raise file_error(
            file, f"cannot be read: {getattr(error, 'strerror', None) or 'its links form a circle'}"
        ) from None
    if stat.S_ISDIR(status.st_mode):
        raise file_error(target, "is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise file_error(target, "is not a regular file")
    if is_foreign(status):
        raise file_error(target, "belongs to another user, who could read the secrets in it")
    return target


def check_folder(file: Path) -> None:
    """Raise UnusableStore if everybody may replace *file*, or put a file of theirs beside it."""
    try:
        mode = file.parent.stat().st_mode
    except FileNotFoundError:
        return
    if hasattr(os, "geteuid") and mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
        what = f"The state file {str(file)!r} is in a folder that every user may write, and could replace it in"
        raise UnusableStore(what, remedy="name a file in a folder of your own, or close it by chmod o-w.")


def check_beside(file: Path) -> None:
    """Raise UnusableStore if a file beside *file* that SQLite would use is not one that it made for this user alone."""
    for suffix in BESIDE:
        name = f"{file.name}{suffix}"
        try:
            status = Path(f"{file}{suffix}").lstat()
        except FileNotFoundError:
            continue
        if not stat.S_ISREG(status.st_mode):
            kind = "a link" if stat.S_ISLNK(status.st_mode) else "not a regular file"
            raise file_error(file, f"has {name!r} beside it, which is {kind}")
        if is_foreign(status):
            raise file_error(file, f"has {name!r} beside it, which belongs to another user")
        if is_open_to_others(status):
            raise _open_error(file, f"has {name!r} beside it, which other users may read or write", name)


def check_mode(file: Path) -> None:
    """Raise UnusableStore if *file* is a state file that other users may read or write, and thus what SQLite makes beside it."""
    if is_open_to_others(file.stat()) and _identity(file) == (APPLICATION, VERSION):
        raise _open_error(file, "may be read or written by other users", file.name)


def _identity(file: Path) -> tuple[int, int]:
    """Return the application and the version that *file* names, without SQLite, which would make files beside it.

    Source: SQLite's "Database File Format", section 1.3.
    """
    with file.open("rb") as opened:
        header = opened.read(72)
    return int.from_bytes(header[68:72]), int.from_bytes(header[60:64])


def is_foreign(status: os.stat_result) -> bool:
    """Return whether a file belongs to another user."""
    # Windows has no such ids; a user's own folders are closed to others there.
    return hasattr(os, "geteuid") and status.st_uid != os.geteuid()


def is_open_to_others(status: os.stat_result) -> bool:
    """Return whether a file is open to other users."""
    return hasattr(os, "geteuid") and bool(status.st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _open_error(file: Path, reason: str, name: str) -> UnusableStore:
    what = f"The state file {str(file)!r} {reason}, and it holds secrets"
    return UnusableStore(what, remedy=f"check what is in it, then close it by chmod 600 {shlex.quote(name)}.")


def create(file: Path) -> None:
    """Create an empty state file, whole or not at all."""
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
        raise file_error(file, f"cannot be created: {reason}") from error


def check_integrity(file: Path) -> None:
    """Raise UnusableStore if *file* is not an intact state file; leave it as it is."""
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=MAX_WAIT)) as connection:
            [[application]], [[version]] = (
                connection.execute(f"PRAGMA {name}").fetchall() for name in ("application_id", "user_version")
            )
            if application != APPLICATION:
                raise file_error(file, "belongs to another program")
            if version != VERSION:
                raise file_error(file, f"has version {version}, but this mock reads version {VERSION}")
            if connection.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
                raise file_error(file, "is damaged")
            for (content,) in connection.execute(ALL):
                Webhook.from_json(content)
    except sqlite3.DatabaseError as error:
        raise file_error(file, f"cannot be read: {error}") from error
    except (TypeError, ValueError) as error:
        raise file_error(file, "is damaged") from error


def file_error(file: Path, reason: str) -> UnusableStore:
    """Return the error that *file* cannot be used."""
    what = f"The state file {str(file)!r} {reason}"
    return UnusableStore(what, remedy="name another file; one that does not exist is created.")


def connect(file: Path) -> sqlite3.Connection:
    """Open *file*."""
    try:
        return sqlite3.connect(file, timeout=MAX_WAIT, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise file_error(file, f"cannot be opened: {error}") from error

"""Files that may change while the mock serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from watchfiles import awatch

from user_webhook_mock.core.files import read_bytes
from user_webhook_mock.core.usage_error import UsageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from pathlib import Path


MAX_BYTES: Final = 1024 * 1024
"""Bytes of a file that is watched: those of the document have less."""


def contents(files: Iterable[Path]) -> dict[Path, bytes | None]:
    """Return what is in each of *files*; None if it cannot be read."""
    return {file: _content(file) for file in files}


async def changes(files: Iterable[Path]) -> AsyncIterator[None]:
    """Yield whenever something happens in the folders of *files*, and every few seconds.

    Folders are watched, as an editor may replace a file by another one. Not every file system reports changes, and a
    folder may be new: hence the seconds.

    Raises:
        OSError, RuntimeError: The folders cannot be watched.
    """
    folders = {folder for file in files for folder in (file.absolute().parent, file.resolve().parent)}
    async for _ in awatch(*folders, watch_filter=None, recursive=False, yield_on_timeout=True):
        yield


def _content(file: Path) -> bytes | None:
    try:
        return read_bytes("", file, MAX_BYTES)
    except UsageError:
        return None

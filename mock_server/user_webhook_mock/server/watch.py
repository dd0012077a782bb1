"""Files that may change while the mock serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watchfiles import awatch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from pathlib import Path


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
        return file.read_bytes()
    except OSError:
        return None

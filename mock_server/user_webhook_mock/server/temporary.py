"""Temporary folders, gone when the mock ends."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from user_webhook_mock.core.usage_error import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def temporary_folder(what: str, parent: Path | None = None) -> Iterator[Path]:
    """Yield a folder in *parent*, or else in that of the system, which only the user can read; *what* needs it.

    Raises:
        UsageError: It cannot be made.
    """
    try:
        folder = TemporaryDirectory(prefix="user-webhook-mock-", dir=parent)
    except OSError as error:
        what = f"{what} needs a temporary folder, which cannot be made ({error.strerror})"
        raise UsageError(what, remedy="set TMPDIR to a folder that can be written.") from error
    with folder as name:
        yield Path(name)

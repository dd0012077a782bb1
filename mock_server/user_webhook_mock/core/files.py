"""Files that a person names at the start."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from user_webhook_mock.core.usage_error import Rejection

if TYPE_CHECKING:
    from pathlib import Path


def read_bytes(what: str, file: Path, most_bytes: int) -> bytes:
    """Return the contents of *file*; *what* names it in errors. A pipe or a device may have no end, or never begin.

    Raises:
        Rejection: It is no regular file, is too long or cannot be read.
    """
    try:
        mode = file.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise Rejection(f"{what} {str(file)!r} is no regular file: name one.")
        with file.open("rb") as opened:
            content = opened.read(most_bytes + 1)
    except OSError as error:
        raise Rejection(f"{what} {str(file)!r} cannot be read: {error.strerror}.") from error
    if len(content) > most_bytes:
        raise Rejection(f"{what} {str(file)!r} is too long: use {most_bytes} bytes at most.")
    return content


def read_text(what: str, file: Path, most_bytes: int) -> str:
    """Return the text of *file*, as `read_bytes` reads it.

    Raises:
        Rejection: As there, or it is not UTF-8.
    """
    try:
        return read_bytes(what, file, most_bytes).decode()
    except UnicodeDecodeError:
        raise Rejection(f"{what} {str(file)!r} is not UTF-8: save it as UTF-8.") from None

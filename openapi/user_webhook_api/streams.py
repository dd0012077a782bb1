"""The standard streams of a command, whatever it was started with."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO


def open_closed_streams() -> None:
    """Let descriptors 0 to 2 lead somewhere: a file or a socket that got one of them would be taken for a stream."""
    for number in range(3):
        with suppress(OSError):
            os.fstat(number)
            continue
        with suppress(OSError):
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  open for as long as the process
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  as above


def give_up(stream: TextIO) -> None:
    """Let what *stream* still holds go nowhere: Python would try to write it at its end, and fail."""
    with suppress(OSError, ValueError):
        number, nothing = stream.fileno(), os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, number)
        os.close(nothing)

"""Clones of the repository whose commands run in the environment of these tests."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

STAMPS = (".mock", ".mock-extras", ".suite", ".ready")
"""Files by which the Makefile knows what is installed."""


def borrow_environment(clone: Path) -> None:
    """Let the Makefile of *clone* find everything installed, as it is here; call it once all files are there."""
    environment = clone / ".venv"
    environment.mkdir()
    for name in ("bin", "lib", "include", "pyvenv.cfg"):
        (environment / name).symlink_to(Path(sys.prefix) / name)
    now = time.time_ns()
    for name in STAMPS:
        (environment / name).touch()
        os.utime(environment / name, ns=(now, now))  # of one time, so that make finds none of them older than another

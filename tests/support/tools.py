"""Programs that some tests need beside Python."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def needed(program: str, *others: str) -> str:
    """Return the path of the first of these programs that is there; skip the test where none is, and fail it in CI."""
    found = next((path for one in (program, *others) if (path := shutil.which(one))), None)
    return found or missing(f"{program} is not on the PATH.")


def missing(reason: str) -> NoReturn:
    """Skip the test, or fail it in CI, which has to have what the tests need."""
    if os.environ.get("CI"):
        pytest.fail(f"{reason} CI has to run this test.", pytrace=False)
    pytest.skip(reason)

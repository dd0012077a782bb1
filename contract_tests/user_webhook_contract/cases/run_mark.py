"""The mark of a run in what it sends: no two runs have the same, whatever their seeds."""

from __future__ import annotations

import re
import secrets
from typing import Any, Final

_MARK: Final = re.compile(r"Run-?(?P<mark>[0-9a-f]{8})", re.IGNORECASE)


def new_mark() -> str:
    """Return the mark of a new run."""
    return secrets.token_hex(4)


def marks_in(value: Any) -> set[str]:  # noqa: ANN401  JSON
    """Return the marks of runs in *value*, a text or a list of texts."""
    texts = value if isinstance(value, list) else [value]
    return {found["mark"].lower() for one in texts if isinstance(one, str) for found in _MARK.finditer(one)}


def is_of_a_run(text: str) -> bool:
    """Return whether a run of the suite made *text*."""
    return bool(marks_in(text))

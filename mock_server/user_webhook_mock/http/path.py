"""The path of the one operation, and the ids that fit into it."""

from __future__ import annotations

import re
from typing import Final

from user_webhook_api.bundle import PATH

_PREFIX: Final = PATH.partition("{")[0]
_ID: Final = re.compile(r"[^/\s\x00-\x1f\x7f]+")


def webhook_id(path: str) -> str | None:
    """Return the id in *path*; None if it is another path."""
    identifier = path.removeprefix(_PREFIX)
    return identifier if identifier != path and identifier and "/" not in identifier else None


def fits_into_path(identifier: str) -> bool:
    """Return whether *identifier* can be the id of a webhook."""
    return _ID.fullmatch(identifier) is not None

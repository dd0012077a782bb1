"""Durations as people write them."""

from __future__ import annotations

import re
from typing import Final

from user_webhook_mock.core.usage_error import UsageError

_FORM: Final = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)")
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def read_duration(text: str) -> float:
    """Return ``200ms``, ``1.5s``, ``5m`` or ``1h`` in seconds.

    Raises:
        UsageError: It is not a duration.
    """
    match = _FORM.fullmatch(text) if text.isascii() else None
    if not match:
        raise UsageError(
            f"{text!r} is not a valid duration",
            value=text,
            rule="A duration is a number followed by ms, s, m or h.",
            remedy="write it like 200ms, 1s, 5m or 1h.",
        )
    return float(match[1]) * _SECONDS[match[2]]

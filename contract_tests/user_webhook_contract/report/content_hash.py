"""The hash of a report's contents, which shows whether the report was changed after the run."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

HASH_FIELD: Final = "content_sha256"


def with_content_hash(report: dict[str, Any]) -> dict[str, Any]:
    """Return *report* with the hash of everything else in it."""
    return {**report, HASH_FIELD: content_hash(report)}


def is_intact(report: dict[str, Any]) -> bool:
    """Return whether the hash that *report* carries is that of its contents."""
    return report.get(HASH_FIELD) == content_hash(report)


def content_hash(report: dict[str, Any]) -> str:
    """Return SHA-256 in hex over *report* without its hash, as compact JSON with sorted keys, in ASCII."""
    contents = {name: value for name, value in report.items() if name != HASH_FIELD}
    return hashlib.sha256(json.dumps(contents, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

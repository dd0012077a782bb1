"""The type of a JSON value."""

from __future__ import annotations

from typing import Any

Json = Any
"""Any JSON value: whoever takes one checks its type before using it."""

from __future__ import annotations

from support.browser import axe, chromium  # noqa: F401  pytest finds fixtures by their names

"""Urls under reserved names, so that no target ever calls somebody's server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from user_webhook_contract.http.request import Json

RESERVED_NAMES: Final = ("example.com", "example.net", "example.org", "example")
"""Those of RFC 2606."""


def is_reserved(url: str) -> bool:
    """Return whether *url* can call reserved names only."""
    if "//" not in url and ":" not in url and "." not in url:
        return True
    try:
        host = (urlsplit(url.strip()).hostname or "").rstrip(".").lower()
    except ValueError:
        return False
    return any(host == name or host.endswith(f".{name}") for name in RESERVED_NAMES)


def reserved(body: Json, url: str, *, is_url: bool = False) -> Json:
    """Return *body* with *url* in place of every url, at any depth, that could belong to somebody."""
    if isinstance(body, dict):
        return {name: reserved(one, url, is_url=is_url or name == "url") for name, one in body.items()}
    if isinstance(body, list):
        return [reserved(one, url, is_url=is_url) for one in body]
    return url if is_url and isinstance(body, str) and not is_reserved(body) else body

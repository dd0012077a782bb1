"""Urls under reserved names, so that no target ever calls somebody's server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from user_webhook_contract.judge.url import UrlVerdict, classify

if TYPE_CHECKING:
    from user_webhook_contract.http.request import Json

RESERVED_NAMES: Final = ("example.com", "example.net", "example.org", "example")
"""Those of RFC 2606."""


_REMOVED: Final = re.compile(r"[\x00-\x20\x7f]")
_AUTHORITY: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?[/\\]*(?P<authority>[^/\\?#]*)", re.IGNORECASE)
"""Where browsers look for the host: they remove blanks, and take any number of slashes and backslashes for two."""


def is_reserved(url: str) -> bool:
    """Return whether nothing but a reserved name can be called by *url*, whoever parses it."""
    if "//" not in url and ":" not in url and "." not in url:
        return True
    plain = _REMOVED.sub("", url)
    found = _AUTHORITY.match(plain)
    authority = found["authority"] if found else ""
    try:
        hosts = {urlsplit(plain).hostname or "", urlsplit(f"//{authority}").hostname or ""}
    except ValueError:
        return False
    return all(not host or _is_reserved_name(host.rstrip(".").lower()) for host in hosts)


def _is_reserved_name(host: str) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in RESERVED_NAMES)


def reserved(body: Json, url: str, *, url_host: str = "", is_url: bool = False) -> Json:
    """Return *body* with *url* in place of every url, at any depth, that could belong to somebody.

    With *url_host*, the host that legal urls are to have, it is also in place of every legal url of another one.
    """
    if isinstance(body, dict):
        return {
            name: reserved(one, url, url_host=url_host, is_url=is_url or name == "url") for name, one in body.items()
        }
    if isinstance(body, list):
        return [reserved(one, url, url_host=url_host, is_url=is_url) for one in body]
    if not is_url or not isinstance(body, str):
        return body
    if url_host and classify(body) is UrlVerdict.LEGAL:
        return body if urlsplit(body).hostname == url_host.lower() else url
    return body if is_reserved(body) else url

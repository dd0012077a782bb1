"""Which strings must be accepted as url, which must be refused, and which the documents leave open."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

LEGAL, ILLEGAL, OPEN = "legal", "illegal", "open"

_MAX_LENGTH = 2000
_LABEL = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
_CHARACTERS = r"(?:[a-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9a-f]{2})*"
_LEGAL = re.compile(
    rf"https://(?P<host>(?:{_LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{1,59}}))(?::(?P<port>[1-9][0-9]{{0,4}}))?"
    rf"(?:/{_CHARACTERS})?(?:\?{_CHARACTERS})?(?:\#{_CHARACTERS})?",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"[ \t\r\n]")
_ODD_IN_HOST = re.compile(r"[\x00-\x1f\x7f\\]")
_DOTS = re.compile(r"/(?:\.|%2e){1,2}(?:[/?#]|$)", re.IGNORECASE)


def url_form(url: str) -> str:
    """Return what is said of *url*: LEGAL, ILLEGAL or OPEN."""
    found = _LEGAL.fullmatch(url)
    if found:
        is_plain = len(url) <= _MAX_LENGTH and int(found["port"] or 443) < 65_536 and not _DOTS.search(url)
        return LEGAL if is_plain else OPEN
    if _BLANKS.search(url) or url[:6].lower() != "https:":
        return ILLEGAL
    rest = url[6:]
    if not rest or (rest.startswith("/") and not rest.startswith("//")):
        return ILLEGAL
    if not rest.startswith("//"):
        return OPEN
    authority = re.split(r"[/?#]", rest[2:], maxsplit=1)[0]
    host = authority.rpartition("@")[2]
    if _ODD_IN_HOST.search(host) or not host or host.startswith(":"):
        return ILLEGAL
    return OPEN


def canonical(url: object) -> object:
    """Return *url* without what a parser may rewrite: case of scheme and host, default port, empty path, fragment."""
    if not isinstance(url, str) or url_form(url) != LEGAL:
        return url
    parts = urlsplit(url)
    query = parts.query.replace("'", "%27")
    return f"{parts.scheme}://{parts.hostname}:{parts.port or 443}{parts.path or '/'}?{query}"

"""What the documents say of a url: legal, illegal, or nothing."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final
from urllib.parse import urlsplit

MAX_LENGTH: Final = 2000
"""Characters up to which a url is certainly legal."""

MAX_PORT: Final = 65535

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME: Final = rf"(?:{_LABEL}\.)+(?:[a-z]{{2,63}}|(?=xn--){_LABEL})"
_PORT: Final = r"(?::(?P<port>[1-9][0-9]{0,4}))?"
_CHARACTER: Final = r"(?:[a-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9a-f]{2})"
_LEGAL: Final = re.compile(
    rf"https://{_NAME}{_PORT}(?:/{_CHARACTER}*)?(?:\?{_CHARACTER}*)?(?:\#{_CHARACTER}*)?", re.IGNORECASE | re.ASCII
)

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_BLANK: Final = re.compile(r"[ \t\r\n]")

# The authority ends where RFC 3986 ends it: parsers that also end it at a backslash do not read an https URL there.
_AUTHORITY: Final = re.compile(r"https://(?P<authority>[^/?#]*)", re.IGNORECASE | re.DOTALL)
_FORBIDDEN_IN_HOST: Final = re.compile(r"[\x00-\x1f\x7f\\]")
_NO_HOST: Final = re.compile(r"(?:.*@)?(?::.*)?", re.DOTALL)

# Without any slash: the reference validator and the URL standard of browsers add the two that are missing.
_NO_SLASHES: Final = re.compile(r"https:[^/\\\x00-\x1f\x7f?#:@]", re.IGNORECASE)

_DOT_SEGMENT: Final = re.compile(r"/(?:\.|%2e){1,2}(?:[/?#]|$)", re.IGNORECASE)
_ENCODED_LABEL: Final = re.compile(r"xn--([a-z0-9-]+)", re.IGNORECASE)


class UrlVerdict(Enum):
    """What the documents say of a url."""

    LEGAL = "legal"
    ILLEGAL = "illegal"
    OPEN = "open"


def classify(url: str) -> UrlVerdict:
    """Return whether *url* must be accepted, must be refused, or is left open.

    Legal is an absolute https URL of RFC 3986 whose host is a name of at least two labels. Illegal is what has
    another scheme, no scheme, one slash or three behind it, no host, a blank, tab or line break anywhere, or a
    backslash or control character in the host or the port. All else is open: IP addresses, names of one label,
    user names, which the reference validator takes with whatever is in them, names outside ASCII, dot segments, urls over ``MAX_LENGTH`` characters, and what parsers disagree on.
    """
    found = _LEGAL.fullmatch(url)
    if found:
        has_port = found["port"] is None or int(found["port"]) <= MAX_PORT
        is_plain = len(url) <= MAX_LENGTH and not _DOT_SEGMENT.search(url) and _is_decodable(url)
        return UrlVerdict.LEGAL if has_port and is_plain else UrlVerdict.OPEN
    return UrlVerdict.ILLEGAL if _is_illegal(url) else UrlVerdict.OPEN


def _is_illegal(url: str) -> bool:
    if _BLANK.search(url):
        return True
    if _NO_SLASHES.match(url):
        return False
    found = _AUTHORITY.match(url)
    if found is None:
        return True
    authority = found["authority"]
    host = authority.rpartition("@")[2]
    return bool(_FORBIDDEN_IN_HOST.search(host) or _NO_HOST.fullmatch(authority))


def is_same(first: str, second: str) -> bool:
    """Return whether two urls are equal except for what a parser may rewrite.

    That is: scheme and host in lower case, the default port, an empty path, the fragment.
    """
    return first == second or _canonical(first) == _canonical(second)


def _is_decodable(url: str) -> bool:
    """Return whether every punycode label decodes to letters; parsers refuse others."""
    host = url.split("/")[2]
    try:
        return all(label.encode().decode("punycode").isalpha() for label in _ENCODED_LABEL.findall(host))
    except UnicodeError:
        return False


def _canonical(url: str) -> str | tuple[str | int | None, ...]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    if not _SCHEME.match(url) or not parts.hostname:
        return url
    address = parts.username, parts.password, parts.hostname, 443 if port is None else port
    return parts.scheme, *address, parts.path or "/", parts.query.replace("'", "%27")

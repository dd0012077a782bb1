"""Which strings are absolute https URLs."""

from __future__ import annotations

import ipaddress
import re

_LABEL = r"[a-z0-9\u00a1-\ud7ff\ue000-\U0010ffff](?:[a-z0-9\u00a1-\ud7ff\ue000-\U0010ffff-]{0,61}[a-z0-9\u00a1-\ud7ff\ue000-\U0010ffff])?"
_URL = re.compile(
    r"https://(?:[^\s/?#@<>\\\x00-\x1f\x7f]*@)?(?P<host>\[[0-9a-f:.]+\]|[^\s/?#@:\[\]\\]+)(?::(?P<port>[0-9]{1,5}))?(?:[/?#][^\s<>\x00-\x1f\x7f]*)?",
    re.IGNORECASE,
)
_NAME = re.compile(rf"(?:{_LABEL}\.)+(?P<top>{_LABEL})", re.IGNORECASE)


def is_https_url(value: object) -> bool:
    """Return whether *value* is an absolute URL: https, a dotted host name or an IP address, a legal port."""
    if not isinstance(value, str):
        return False
    found = _URL.fullmatch(value)
    if found is None or not 0 < int(found["port"] or 443) < 65_536:
        return False
    return _is_address(found["host"]) or _is_name(found["host"])


def _is_name(host: str) -> bool:
    found = _NAME.fullmatch(host)
    return found is not None and len(host) <= 253 and not found["top"].isdigit()


def _is_address(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return (address.version == 6) == host.startswith("[")

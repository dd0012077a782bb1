"""Host names, and urls as they may be shown."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit


def hostname(host: str) -> str:
    """Return a Host header without its port and its brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def is_loopback(name: str) -> bool:
    """Return whether *name* means this machine and cannot be reached from another one."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def without_credentials(url: str) -> str:
    """Return *url* without what may be a password, which may contain a slash if the url is not valid."""
    start, slashes, rest = url.partition("//")
    if not slashes:
        return url.rpartition("@")[2]
    try:
        _ = urlsplit(url).port
    except ValueError:
        return start + slashes + rest.rpartition("@")[2]
    return start + slashes + re.sub(r"^[^/?#]*@", "", rest)
